"""Writes `sql/schema.sql` and `sql/catalogue.json` from the migrations; `make schema` runs it after a migration was written or merged.

The first is for reading, and a test compares it with the migrations; the second is what `golden-assets verify` compares a database with.
"""

import asyncio
import json
import re
import subprocess
import tempfile
from pathlib import Path

from golden_assets.adapters.postgres import Database, Pooling, migrate
from golden_assets.adapters.postgres.versions.integrity import read_catalogue
from golden_assets.embedded.binaries import find_binaries
from golden_assets.embedded.postgres import ensure_postgres, stop_postgres

SQL = Path(__file__).resolve().parent.parent / "sql"
HEADER = """\
-- What all migrations together give; a test compares the two. Written by `make schema`. Read it to see the schema whole; change it by a
-- migration.

SET check_function_bodies = false;

"""
_NOISE = re.compile(r"^(--.*|SET .*|SELECT pg_catalog\.set_config.*|\\(un)?restrict .*)\n", re.MULTILINE)


def main() -> None:
    """Write both files, from a server of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        url = ensure_postgres(home).url()
        try:
            migrate(url)
            (SQL / "schema.sql").write_text(HEADER + dump(url), encoding="utf-8")
            catalogue = asyncio.run(read_catalogue(Database(url, Pooling.PER_USE)))
            (SQL / "catalogue.json").write_text(json.dumps(catalogue, indent=0, sort_keys=True) + "\n", encoding="utf-8")
        finally:
            stop_postgres(home)


def dump(url: str) -> str:
    """The schema as pg_dump writes it, without its comments and session settings."""
    options = ["--schema-only", "--no-owner", "-n", "golden_assets", "-T", "golden_assets.schema_migrations"]
    plain = url.replace("+psycopg", "")
    written = subprocess.run([find_binaries() / "pg_dump", *options, plain], check=True, capture_output=True, text=True)  # noqa: S603
    return re.sub(r"\n{3,}", "\n\n", _NOISE.sub("", written.stdout)).strip() + "\n"


if __name__ == "__main__":
    main()
