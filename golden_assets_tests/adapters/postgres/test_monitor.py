"""The registry's knowledge of its own operation, on real data."""

import psycopg
import pytest

from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets.adapters.postgres.monitor import PROBES, PostgresRegistryMonitor
from golden_assets.adapters.postgres.versions.auditing import audit_log
from golden_assets.domain.core.errors import IntegrityError, VersionNotFoundError
from golden_assets.domain.monitoring.service_levels import OperationCount, Performed, rate_of
from golden_assets_tests.factories import a_report, a_testset


async def counts(store: PostgresVersionStore) -> dict[str, OperationCount]:
    return {count.kind: count for count in await PostgresRegistryMonitor(store).count_operations(30)}


async def test_a_refusal_is_a_transaction_that_did_its_work_and_damage_is_one_that_failed(
    store: PostgresVersionStore, owner: psycopg.Connection, name: str
):
    testset = a_testset()
    await store.create_version(testset, a_report(testset), created_by="t", run_id=None)
    with pytest.raises(VersionNotFoundError):
        await store.promote_version("9.9.9", promoted_by="t", run_id=None)
    assert ((await counts(store))["transaction"].total, (await counts(store))["transaction"].succeeded) == (2, 2)
    with owner.transaction():
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions DISABLE TRIGGER content_stays")
        forged = (
            "UPDATE golden_assets.golden_testset_versions SET testset_data = jsonb_set(testset_data, '{rows,0,reference}', '\"forged\"')"
        )
        owner.execute(forged + " WHERE testset_name = %s", [name])
        owner.execute("ALTER TABLE golden_assets.golden_testset_versions ENABLE ALWAYS TRIGGER content_stays")
    with pytest.raises(IntegrityError):
        await store.promote_version("1.0.0", promoted_by="t", run_id=None)
    failed = (await counts(store))["transaction"]
    assert (failed.total, failed.succeeded) == (3, 2)
    assert rate_of(failed).met is False
    assert [entry.details.get("fault") for entry in await audit_log(store.database, name)] == [None, None, "IntegrityError"]


async def test_uploads_commands_and_queries_are_counted_with_the_time_of_the_slow_ones(store: PostgresVersionStore):
    before = await counts(store)
    for seconds, fault in ((0.5, None), (1.5, None), (3.0, "PublishingError")):
        await store.note_operation(Performed(kind="upload", name="publish", seconds=seconds, fault=fault))
    twice = Performed(kind="command", name="show", seconds=0.1)
    for _ in range(2):
        await store.note_operation(twice)
    await PostgresRegistryMonitor(store).time_queries()
    after = await counts(store)

    def more(kind: str) -> tuple[int, int]:
        old = before.get(kind, OperationCount(kind=kind, total=0, succeeded=0))
        return after[kind].total - old.total, after[kind].succeeded - old.succeeded

    assert (more("upload"), more("command"), more("query")) == ((3, 2), (1, 1), (PROBES, PROBES))
    assert 0 < after["query"].p95_seconds < 60
