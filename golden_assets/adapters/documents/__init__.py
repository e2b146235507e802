"""Where source documents come from: folders and PostgreSQL tables."""
