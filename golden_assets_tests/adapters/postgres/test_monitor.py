"""The registry's knowledge of its own operation, on real data."""

import pytest

from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets.adapters.postgres.monitor import PROBES, PostgresRegistryMonitor
from golden_assets.domain.errors import VersionNotFoundError
from golden_assets.domain.monitoring import rate_of
from golden_assets_tests.factories import a_report, a_testset


async def test_transactions_are_counted_from_the_audit_log_and_queries_are_timed(store: PostgresVersionStore):
    testset = a_testset()
    await store.create_version(testset, a_report(testset), created_by="t", run_id=None)
    await store.promote_version("1.0.0", promoted_by="t", run_id=None)
    with pytest.raises(VersionNotFoundError):
        await store.promote_version("9.9.9", promoted_by="t", run_id=None)
    counts = {count.kind: count for count in await PostgresRegistryMonitor(store).count_operations(30)}
    transactions, queries = counts["transaction"], counts["query"]
    assert (transactions.total, transactions.succeeded) == (3, 2)
    assert rate_of(transactions).met is False
    assert queries.total >= PROBES
    assert 0 < queries.p95_seconds < 60


async def test_every_version_and_the_audit_chain_are_hashed_again(store: PostgresVersionStore, name: str):
    testset = a_testset()
    await store.create_version(testset, a_report(testset), created_by="t", run_id=None)
    checks = await PostgresRegistryMonitor(store).verify()
    assert [check.subject for check in checks] == [f"version 1.0.0 of {name}", f"audit log of {name}"]
    assert all(check.intact for check in checks)
