"""Heads of the registry outside of the database: how they are signed and written down, and the file that keeps them."""
