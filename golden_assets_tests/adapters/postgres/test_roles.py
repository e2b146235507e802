"""What each role can do and cannot, by connecting as a user who has it."""

import math
import uuid
from collections.abc import Awaitable, Callable, Iterator

import psycopg
import pytest
from sqlalchemy.engine import make_url

from golden_assets.adapters.postgres import (
    Database,
    Pooling,
    PostgresArtifactStore,
    PostgresCallLedger,
    PostgresVectorCache,
    PostgresVersionStore,
    apply_roles,
    migrate,
    revert,
)
from golden_assets.adapters.postgres.experiments import PostgresExperimentStore
from golden_assets.domain.core.errors import RegistryError, ServerError
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.costs.calls import CallRequest, CallUsage, Quote, Settlement
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer
from golden_assets_tests.experiment_factories import a_summary
from golden_assets_tests.factories import a_corpus, a_failed_report, a_report, a_testset

ROLES = ("golden_reader", "golden_writer", "golden_promoter")


@pytest.fixture(scope="module")
def url_of(postgres_server: PostgresServer, registry_url: str) -> Iterator[Callable[[str], str]]:
    """The registry's URL as a login that has only this role."""
    database = make_url(registry_url).database
    superuser = postgres_server.url(database, driver="postgresql", role=SUPERUSER)
    apply_roles(superuser)
    apply_roles(superuser)
    users = {role: f"user_{uuid.uuid4().hex[:12]}" for role in ROLES}
    with psycopg.connect(superuser, autocommit=True) as admin:
        for role, user in users.items():
            admin.execute(f"CREATE ROLE {user} LOGIN PASSWORD 'test' IN ROLE {role}")
        yield lambda role: make_url(registry_url).set(username=users[role], password="test").render_as_string(hide_password=False)
        for user in users.values():
            admin.execute(f"DROP ROLE {user}")


@pytest.fixture
def superuser_of(postgres_server: PostgresServer) -> Callable[[str], str]:
    """A database's URL as the superuser."""
    return lambda url: postgres_server.url(make_url(url).database, driver="postgresql", role=SUPERUSER)


@pytest.fixture
def empty_registry(database_url: str) -> str:
    """A database of the test's own, with the schema in it and no role's rights."""
    migrate(database_url)
    return database_url


def as_role(url_of: Callable[[str], str], role: str, name: str) -> PostgresVersionStore:
    return PostgresVersionStore(url_of(role), name, Pooling.PER_USE)


async def refused(action: Awaitable[object]) -> None:
    with pytest.raises(RegistryError, match=r"permission denied .*: let the owner of the schema run golden-assets db roles"):
        await action


async def test_a_reader_reads_and_changes_nothing(url_of: Callable[[str], str], store: PostgresVersionStore, name: str):
    await store.create_version(a_testset(), a_report(), created_by="t", run_id=None)
    reader = as_role(url_of, "golden_reader", name)
    assert (await reader.get_version("1.0.0")).testset == a_testset()
    assert len(await reader.list_versions()) == 1
    await refused(reader.create_version(a_testset(size=8), None, created_by="t", run_id=None))
    await refused(reader.promote_version("1.0.0", promoted_by="t", run_id=None))
    await refused(PostgresArtifactStore(url_of("golden_reader"), Pooling.PER_USE).put_corpus(a_corpus(count=7)))
    assert migrate(url_of("golden_reader")) == []


async def test_a_writer_stores_and_judges_but_does_not_activate(url_of: Callable[[str], str], name: str):
    writer = as_role(url_of, "golden_writer", name)
    artifacts = PostgresArtifactStore(url_of("golden_writer"), Pooling.PER_USE)
    await artifacts.put_corpus(a_corpus())
    await artifacts.remember_draft("b" * 64, await artifacts.put_testset(a_testset()))
    await artifacts.put_report(a_report())
    assert (await writer.create_version(a_testset(), a_report(), created_by="t", run_id=None))[0].status == "validated"
    elsewhere = a_testset(corpus_hash="e" * 64)
    assert await writer.record_provenance("1.0.0", elsewhere, performed_by="t")
    testset = a_testset(size=8)
    assert (await writer.create_version(testset, None, created_by="t", run_id=None))[0].status == "draft"
    assert (await writer.record_quality("1.1.0", a_failed_report(testset), performed_by="t")).status == "failed"
    await refused(writer.promote_version("1.0.0", promoted_by="t", run_id=None))
    await refused(writer.archive_version("1.0.0", performed_by="t"))
    assert [version.status for version in await writer.list_versions()] == ["failed", "validated"]


async def test_a_writer_records_experiments_and_a_reader_only_sees_them(
    url_of: Callable[[str], str], store: PostgresVersionStore, name: str
):
    await store.create_version(a_testset(), a_report(), created_by="t", run_id=None)
    writer, reader = (PostgresExperimentStore(Database(url_of(role), Pooling.PER_USE), name) for role in ("golden_writer", "golden_reader"))
    new = a_summary(experiment_id=str(uuid.uuid4()), testset_name=name, testset_hash=a_testset().testset_hash, status="started")
    begun = await writer.begin(new, "b" * 64)
    await refused(reader.begin(new.model_copy(update={"experiment_id": str(uuid.uuid4())}), "b" * 64))
    await refused(reader.complete(begun.model_copy(update={"run_count": 1})))
    completed = await writer.complete(begun.model_copy(update={"run_count": 1}))
    assert await reader.list_experiments() == [completed]


async def test_a_promoter_activates_and_goes_back_but_stores_nothing(url_of: Callable[[str], str], store: PostgresVersionStore, name: str):
    for size in (4, 8):
        testset = a_testset(size=size)
        await store.create_version(testset, a_report(testset), created_by="t", run_id=None)
    promoter = as_role(url_of, "golden_promoter", name)
    await promoter.promote_version("1.0.0", promoted_by="t", run_id=None)
    await promoter.promote_version("1.1.0", promoted_by="t", run_id=None, force=True, reason="test")
    assert (await promoter.rollback_version("1.0.0", "test", performed_by="t")).status == "active"
    assert (await promoter.archive_version("1.0.0", performed_by="t")).status == "archived"
    await refused(promoter.create_version(a_testset(size=12), None, created_by="t", run_id=None))


async def test_only_a_writer_reserves_and_settles_calls_and_everybody_reads_what_they_cost(url_of: Callable[[str], str], name: str):
    request = CallRequest(kind="chat", endpoint="h", model=name, content=[name])
    for role in ROLES:
        ledger = PostgresCallLedger(url_of(role), testset_name=name, limits=Limits(run=1.0))
        reserving = ledger.reserve(request, Quote(tokens=1, cost_usd=0.5, lost_usd=0.1), purpose="p")
        if role == "golden_writer":
            usage = CallUsage(attempts=1, cost_usd=0.5)
            call_id = await reserving
            assert isinstance(call_id, str)
            await ledger.settle(call_id, Settlement(status="answered", usage=usage, latency_seconds=0.1, answer="{}"))
        else:
            await refused(reserving)
        ledger.close()
    reader = PostgresCallLedger(url_of("golden_reader"), testset_name=name)
    assert [line.cost_usd for line in await reader.costs(1, "model") if line.label == name] == [0.5]
    reader.close()


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE golden_assets.golden_testset_versions SET status = 'active'",
        "UPDATE golden_assets.golden_testset_audit_log SET performed_by = 'x'",
        "DELETE FROM golden_assets.golden_testset_rows",
        "TRUNCATE golden_assets.golden_artifacts CASCADE",
        "INSERT INTO golden_assets.golden_testset_rows SELECT * FROM golden_assets.golden_testset_rows",
        "ALTER TABLE golden_assets.golden_testset_versions DISABLE TRIGGER ALL",
        "INSERT INTO golden_assets.golden_testset_versions (created_at) VALUES (now())",
        "INSERT INTO golden_assets.golden_testset_audit_log (entry_hash) VALUES ('x')",
        "DROP TABLE golden_assets.golden_testset_audit_log",
        "UPDATE golden_assets.golden_llm_calls SET cost_usd = 0",
        "DELETE FROM golden_assets.golden_llm_spending",
        "SELECT golden_assets.release_lost_calls()",
        "SET session_replication_role = replica",
    ],
)
def test_no_role_gets_round_the_rules(url_of: Callable[[str], str], role: str, statement: str):
    with (
        psycopg.connect(url_of(role).replace("+psycopg", ""), autocommit=True) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege),
    ):
        connection.execute(statement)


async def test_a_writer_cannot_spoil_the_ledger_with_a_cost_that_is_no_number(url_of: Callable[[str], str], name: str):
    request = CallRequest(kind="chat", endpoint="h", model=name, content=[name])
    ledger = PostgresCallLedger(url_of("golden_writer"), testset_name=name)
    for spoilt in (math.nan, math.inf):
        with pytest.raises(RegistryError, match="amounts_are_finite"):
            await ledger.reserve(request, Quote.model_construct(tokens=1, cost_usd=spoilt, lost_usd=0.1), purpose="p")
        call_id = await ledger.reserve(request, Quote(tokens=1, cost_usd=0.5, lost_usd=0.1), purpose="p")
        usage = CallUsage.model_construct(**CallUsage(attempts=1).model_dump() | {"cost_usd": spoilt})
        with pytest.raises(RegistryError, match="amounts_are_finite"):
            await ledger.settle(
                call_id, Settlement.model_construct(status="failed", usage=usage, latency_seconds=0.1, answer=None, problem="p", remedy="r")
            )
        await ledger.settle(call_id, Settlement(status="failed", usage=CallUsage(attempts=1), latency_seconds=0.1, problem="p"))
    assert (await ledger.spending()).testset_day == 0
    ledger.close()


def test_a_reader_cannot_hold_the_lock_of_a_testset(url_of: Callable[[str], str]):
    with (
        psycopg.connect(url_of("golden_reader").replace("+psycopg", "")) as connection,
        pytest.raises(psycopg.errors.InsufficientPrivilege, match="lock_testset"),
    ):
        connection.execute("SELECT golden_assets.lock_testset('golden')")


def test_a_migration_gives_the_roles_their_rights_in_what_is_new(empty_registry: str, superuser_of: Callable[[str], str]):
    apply_roles(superuser_of(empty_registry))
    revert(empty_registry, to=13)
    migrate(empty_registry)
    assert apply_roles(superuser_of(empty_registry), only_look=True) == []


def test_a_look_at_the_roles_says_what_is_missing_and_changes_nothing(empty_registry: str, superuser_of: Callable[[str], str]):
    superuser = superuser_of(empty_registry)
    assert "golden_writer: EXECUTE on function recall_vectors" in apply_roles(superuser, only_look=True)
    assert apply_roles(superuser, only_look=True) == apply_roles(superuser)
    with psycopg.connect(superuser, autocommit=True) as admin:
        admin.execute("REVOKE EXECUTE ON FUNCTION golden_assets.recall_vectors FROM golden_writer")
        admin.execute("REVOKE INSERT (payload) ON golden_assets.golden_artifacts FROM golden_writer")
    assert apply_roles(superuser, only_look=True) == [
        "golden_writer: EXECUTE on function recall_vectors",
        "golden_writer: INSERT on golden_artifacts (kind, content_hash, payload)",
    ]


def test_roles_without_a_registry_are_told_to_set_it_up(database_url: str, superuser_of: Callable[[str], str]):
    with pytest.raises(ServerError, match="set the schema up with: golden-assets db up"):
        apply_roles(superuser_of(database_url))


def test_roles_are_made_only_by_whoever_may(registry_url: str, url_of: Callable[[str], str]):
    with pytest.raises(RegistryError, match="may not give the roles their rights"):
        apply_roles(url_of("golden_writer"))


async def test_a_writer_remembers_vectors_and_a_reader_does_not(url_of: Callable[[str], str]):
    writer = PostgresVectorCache(url_of("golden_writer"), Pooling.PER_USE)
    await writer.keep("roles", {bytes(32): b"1234"})
    assert await writer.recall("roles", [bytes(32)]) == {bytes(32): b"1234"}
    reader = PostgresVectorCache(url_of("golden_reader"), Pooling.PER_USE)
    await refused(reader.keep("roles", {bytes(32): b"1234"}))
    await refused(reader.recall("roles", [bytes(32)]))
