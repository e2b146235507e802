"""The version registry and the content-addressed store in PostgreSQL."""

from golden_assets.adapters.postgres.artifacts import PostgresArtifactStore
from golden_assets.adapters.postgres.call_ledger import PostgresCallLedger
from golden_assets.adapters.postgres.database import Database, Pooling, open_database
from golden_assets.adapters.postgres.migrations import apply_roles, migrate, migration_status, require_schema, revert
from golden_assets.adapters.postgres.vectors import PostgresVectorCache
from golden_assets.adapters.postgres.versions.store import PostgresVersionStore

__all__ = [
    "Database",
    "Pooling",
    "PostgresArtifactStore",
    "PostgresCallLedger",
    "PostgresVectorCache",
    "PostgresVersionStore",
    "apply_roles",
    "migrate",
    "migration_status",
    "open_database",
    "require_schema",
    "revert",
]
