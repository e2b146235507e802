"""The version registry and the content-addressed store in PostgreSQL."""
