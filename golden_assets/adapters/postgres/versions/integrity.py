"""What vouches for the whole registry: the seals of all records, the schema's definition, the store's addresses, and the head of it all."""

import json
from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres import row_mapping
from golden_assets.adapters.postgres.database import Database
from golden_assets.adapters.postgres.migrations import migrations
from golden_assets.adapters.postgres.sql_files import sql_directory
from golden_assets.adapters.postgres.versions.auditing import begin_snapshot, rows_of
from golden_assets.domain.versions.heads import ChainHead, KeptHead, RegistryHead, head_mismatches
from golden_assets.domain.versions.integrity import artifact_hash, document_reading
from golden_assets.domain.versions.schema_catalogue import SchemaObject, catalogue_mismatches, fingerprints, schema_hash
from golden_assets.domain.versions.sealing import SHARED, Seal, SealedRecord, seal_mismatches
from golden_assets.domain.versions.versions import Verification

_BATCH = 200
"""Artifacts that are read at a time."""
_HASHED: dict[str, tuple[str, str]] = {}
"""The stamp and the hash of each database's schema, as this process saw them last."""


async def verify_seals(database: Database, testset: str) -> Verification:
    """Compare every record with its seal: those of the testset, and those that all testsets share."""

    async def _check(connection: AsyncConnection, _: int) -> Verification:
        await begin_snapshot(connection)
        checked = 0
        faults: list[str] = []
        for name in (testset, SHARED):
            seals = await _seals(connection, name)
            faults += seal_mismatches(name, seals, await _records(connection, name))
            checked += len(seals)
        return Verification(subject=f"records of {testset}", checked=checked, faults=tuple(faults))

    return await database.run(_check)


async def verify_schema(database: Database) -> Verification:
    """Compare the schema with that of this release; one of another release is not looked at."""

    async def _check(connection: AsyncConnection, _: int) -> Verification:
        await begin_snapshot(connection)
        if await _applied(connection) != [migration.number for migration in migrations()]:
            return Verification(subject="schema of another release: not compared", checked=0)
        found = await _fingerprints(connection)
        return Verification(subject="schema", checked=len(found), faults=tuple(catalogue_mismatches(found, expected_catalogue())))

    return await database.run(_check)


async def verify_artifacts(database: Database) -> Verification:
    """Hash every stored document, corpus, draft and report again."""
    held: dict[str, list[str]] = {}
    for row in await database.read(lambda connection: rows_of(connection, "artifact_addresses", {})):
        held.setdefault(row["kind"], []).append(row["content_hash"])
    faults: list[str] = []
    readings: dict[str, tuple[str, ...]] = {}
    for kind in ("document", "corpus", "report", "testset"):
        hashes = held.get(kind, [])
        for start in range(0, len(hashes), _BATCH):
            faults += await _artifact_faults(database, kind, hashes[start : start + _BATCH], readings)
    return Verification(subject="stored documents, drafts and reports", checked=sum(map(len, held.values())), faults=tuple(faults))


async def verify_heads(database: Database, testset: str, places: Collection[str], kept: Sequence[KeptHead]) -> Verification:
    """Compare the registry with the heads that left it; ``places`` are the names that they give this database."""

    async def _check(connection: AsyncConnection, _: int) -> Verification:
        await begin_snapshot(connection)
        own, shared = await _seals(connection, testset), await _seals(connection, SHARED)
        last, hashed = (await _applied(connection))[-1], schema_hash(await _fingerprints(connection))
        faults = head_mismatches(kept, places, own, shared, last, hashed)
        signed = sum(one.signed for one in kept)
        return Verification(subject=f"heads of {testset} kept outside ({signed} signed)", checked=len(kept), faults=faults)

    return await database.run(_check)


async def read_head(database: Database, testset: str, place: str) -> RegistryHead:
    """The head of the registry as it is now."""

    async def _read(connection: AsyncConnection) -> RegistryHead:
        (row,) = await rows_of(connection, "registry_head", {"testset": testset})
        return RegistryHead(
            testset_name=testset,
            place=place,
            written_at=datetime.now(UTC),
            active=row["active"],
            own=ChainHead(seals=row["own_seals"] or 0, seal_hash=row["own_hash"], origin=row["own_origin"]),
            shared=ChainHead(seals=row["shared_seals"] or 0, seal_hash=row["shared_hash"], origin=row["shared_origin"]),
            migration=row["migration"],
            schema_hash=await _schema_hash(connection, database),
        )

    return await database.read(_read)


async def active_dataset(database: Database, testset: str) -> str | None:
    """The Phoenix dataset of the active version, if it was published."""
    found = await database.read(lambda connection: rows_of(connection, "active_dataset", {"testset": testset}))
    return found[0]["dataset_id"] if found else None


async def read_catalogue(database: Database) -> dict[str, str]:
    """The fingerprints of every object of the schema."""

    async def _read(connection: AsyncConnection, _: int) -> dict[str, str]:
        await begin_snapshot(connection)
        return await _fingerprints(connection)

    return await database.run(_read)


@cache
def expected_catalogue() -> dict[str, str]:
    """The fingerprints of this release's schema (``sql/catalogue.json``)."""
    found: dict[str, str] = json.loads((sql_directory() / "catalogue.json").read_text(encoding="utf-8"))
    return found


async def _artifact_faults(database: Database, kind: str, hashes: list[str], readings: dict[str, tuple[str, ...]]) -> list[str]:
    """Those of some artifacts that do not hash to their address; ``readings`` collects what corpora say of their documents."""
    wanted: dict[str, Any] = {"kind": kind, "hashes": hashes}
    faults = []
    for row in await database.read(lambda connection: rows_of(connection, "artifact_payloads", wanted)):
        address, payload = row["content_hash"], row_mapping.loads(row["payload"])
        if artifact_hash(kind, payload, readings) != address:
            faults.append(f"{kind} {payload.get('document_id', '') or address[:12]} does not hash to its address {address[:12]}")
        if kind == "document":
            readings[address] = document_reading(payload)
    return faults


async def _seals(connection: AsyncConnection, testset: str) -> list[Seal]:
    return [Seal.model_validate(dict(row)) for row in await rows_of(connection, "seals", {"testset": testset})]


async def _records(connection: AsyncConnection, testset: str) -> list[SealedRecord]:
    """Every record that has to have a seal; the versions themselves without their hashes, for `verify_version` looks at these."""
    found = [SealedRecord.model_validate(dict(row)) for row in await rows_of(connection, "records", {"testset": testset})]
    listed = await rows_of(connection, "version_listing", {"testset": testset})
    return [*(SealedRecord(relation="golden_testset_versions", record_id=row["version"], record_hash=None) for row in listed), *found]


async def _fingerprints(connection: AsyncConnection) -> dict[str, str]:
    return fingerprints(SchemaObject.model_validate(dict(row)) for row in await rows_of(connection, "schema_objects", {}))


async def _schema_hash(connection: AsyncConnection, database: Database) -> str:
    """The hash of the schema as it is; that of the last time, as long as nothing in the catalogue was written since."""
    (row,) = await rows_of(connection, "schema_stamp", {})
    stamp, known = _HASHED.get(database.place, ("", ""))
    if stamp != row["stamp"]:
        known = schema_hash(await read_catalogue(database))
        _HASHED[database.place] = row["stamp"], known
    return known


async def _applied(connection: AsyncConnection) -> list[int]:
    return [row["number"] for row in await rows_of(connection, "applied_migrations", {})]
