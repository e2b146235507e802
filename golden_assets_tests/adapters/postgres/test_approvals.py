"""Approvals and decisions on rows, as the database keeps them."""

import psycopg
import pytest

from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets.adapters.postgres.versions.auditing import audit_log
from golden_assets.domain.core.errors import GateError, IllegalTransitionError, RegistryError, VersionNotFoundError
from golden_assets_tests.factories import a_failed_report, a_report, a_testset


@pytest.fixture
async def strict(registry_url: str, name: str, store: PostgresVersionStore) -> PostgresVersionStore:
    """The registry of this test, with a validated version in it, where approval is required."""
    await store.create_version(a_testset(), a_report(), created_by="t", run_id=None)
    return PostgresVersionStore(store.database, name, require_approval=True)


async def test_a_version_is_not_promoted_before_somebody_approved_it(strict: PostgresVersionStore):
    with pytest.raises(GateError, match=r"version 1\.0\.0 of .* is not approved.*golden-assets approve 1\.0\.0 --by NAME"):
        await strict.promote_version("1.0.0", promoted_by="t", run_id=None)
    await strict.approve_version("1.0.0", approved_by="Ada", note="read 20 rows")
    assert await strict.approved_versions() == {"1.0.0"}
    assert (await strict.promote_version("1.0.0", promoted_by="t", run_id=None)).status == "active"
    entries = [(entry.operation, entry.result, entry.performed_by) for entry in await audit_log(strict.database, strict.testset_name)]
    assert entries == [
        ("create", "success", "t"),
        ("promote", "failure", "t"),
        ("approve", "success", "Ada"),
        ("promote", "success", "t"),
    ]


async def test_approving_again_names_the_first_approval_and_writes_nothing(strict: PostgresVersionStore):
    first, new = await strict.approve_version("1.0.0", approved_by="Ada", note="read 20 rows")
    before = await audit_log(strict.database, strict.testset_name)
    assert (new, first.approved_by, first.note) == (True, "Ada", "read 20 rows")
    assert await strict.approve_version("1.0.0", approved_by="Bob") == (first, False)
    assert await audit_log(strict.database, strict.testset_name) == before


async def test_force_passes_over_a_missing_approval_and_is_on_record(strict: PostgresVersionStore):
    assert (await strict.promote_version("1.0.0", promoted_by="t", run_id=None, force=True, reason="Ada is away")).status == "active"


async def test_where_approval_is_not_required_it_is_kept_all_the_same(strict: PostgresVersionStore, store: PostgresVersionStore):
    await store.approve_version("1.0.0", approved_by="Ada")
    assert await store.approved_versions() == {"1.0.0"}


async def test_the_approval_of_a_version_can_be_read(strict: PostgresVersionStore):
    assert await strict.approval("1.0.0") is None
    given, _ = await strict.approve_version("1.0.0", approved_by="Ada", note="read 20 rows")
    assert await strict.approval("1.0.0") == given


async def test_only_a_judged_version_is_approved_and_only_by_somebody(store: PostgresVersionStore):
    await store.create_version(a_testset(), None, created_by="t", run_id=None)
    other = a_testset(size=8)
    await store.create_version(other, a_failed_report(other), created_by="t", run_id=None)
    for version, status in (("1.0.0", "draft"), ("1.1.0", "failed")):
        with pytest.raises(IllegalTransitionError, match=f"is {status} and cannot be approved"):
            await store.approve_version(version, approved_by="Ada")
    with pytest.raises(RegistryError, match="needs the name"):
        await store.approve_version("1.0.0", approved_by="  ")
    with pytest.raises(VersionNotFoundError):
        await store.approve_version("9.9.9", approved_by="Ada")


async def test_approvals_are_never_changed(strict: PostgresVersionStore, owner: psycopg.Connection):
    await strict.approve_version("1.0.0", approved_by="Ada")
    for change in (
        "UPDATE golden_assets.golden_testset_approvals SET approved_by = 'Eve'",
        "DELETE FROM golden_assets.golden_testset_approvals",
    ):
        with pytest.raises(psycopg.Error, match="is refused"):
            owner.execute(change)
