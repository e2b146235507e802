"""The version registry in PostgreSQL (port `VersionStore`)."""
