"""A registry with something of everything in it, a copy of which the owner of its tables forges."""

import asyncio
import uuid
from collections.abc import Iterator
from typing import NamedTuple

import psycopg
import pytest
from psycopg import sql

from golden_assets.adapters.postgres import Pooling, PostgresArtifactStore, PostgresCallLedger, PostgresVersionStore, migrate
from golden_assets.adapters.postgres.experiments import PostgresExperimentStore
from golden_assets.adapters.postgres.versions.reviews import give_feedback
from golden_assets.application import Application
from golden_assets.domain.costs.budgets import BudgetControl
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.review.feedback import Feedback
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.testset import Testset, TokenUsage
from golden_assets.domain.versions.versions import PublishedDataset, Verification
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.settings.settings import Settings
from golden_assets_tests.experiment_factories import a_summary
from golden_assets_tests.factories import a_corpus, a_report, a_testset, changed, rows_on

CORPUS = a_corpus(count=6)
TESTSET = "golden"


class Forged(NamedTuple):
    """A copy of the registry, and the settings under which its heads were kept."""

    url: str
    settings: Settings

    def sql(self, script: str, *unguarded: str) -> None:
        """Run a script as the owner, with the triggers of some tables off and, afterwards, on again as they were."""
        with psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True) as owner:
            owner.execute("SET search_path = golden_assets")
            for table in unguarded:
                owner.execute(sql.SQL("ALTER TABLE {} DISABLE TRIGGER USER").format(sql.Identifier(table)))
            owner.execute(script)
            for table in unguarded:
                for (trigger,) in owner.execute(
                    "SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass AND NOT tgisinternal", [table]
                ).fetchall():
                    switch_on = sql.SQL("ALTER TABLE {} ENABLE ALWAYS TRIGGER {}")
                    owner.execute(switch_on.format(sql.Identifier(table), sql.Identifier(trigger)))

    def verify(self) -> list[Verification]:
        """What `golden-assets verify` finds."""

        async def _verify() -> list[Verification]:
            store = PostgresVersionStore(self.url, TESTSET)
            try:
                return await Application(self.settings, versions=store).auditor.verify()
            finally:
                await store.dispose()

        return asyncio.run(_verify())

    def faults(self) -> list[str]:
        """Every fault with what it is on."""
        return [f"{check.subject}: {fault}" for check in self.verify() for fault in check.faults]


def eight_rows(start: int) -> Testset:
    """Rows that differ with ``start``, with what they cost."""
    return a_testset(rows_on(CORPUS, 8, start), CORPUS, usage=TokenUsage(calls=9, prompt_tokens=100, cost_usd=0.5))


async def fill(url: str, settings: Settings, *, heads: bool = True, waivers: bool = True) -> None:
    """Three versions (1.0.0 is active after a rollback, 1.1.0 archived, 1.2.0 approved and waiting), and what people said of them."""
    store, artifacts = PostgresVersionStore(url, TESTSET, Pooling.PER_USE), PostgresArtifactStore(url, Pooling.PER_USE)
    for number, made in {"1.0.0": eight_rows(0), "1.1.0": eight_rows(8), "1.2.0": eight_rows(16)}.items():
        report = a_report(made, CORPUS)
        await artifacts.put_corpus(CORPUS)
        await artifacts.put_report(report)
        await artifacts.remember_draft(uuid.uuid4().hex * 2, await artifacts.put_testset(made))
        await store.create_version(made, report, created_by="grace", run_id=f"run-{number}", metadata={"why": "tests"}, version=number)
        await store.record_publication(publication(number, made))
        if number != "1.2.0":
            await store.promote_version(number, promoted_by="grace", run_id=None)
    await store.rollback_version("1.0.0", "better rows", performed_by="grace")
    await store.approve_version("1.2.0", approved_by="alan", note="looked at all rows")
    row_id = eight_rows(0).rows[0].row_id
    await store.decide_row("1.0.0", RowDecision(row_id=row_id, decision="approve", reviewer="grace"))
    await give_feedback(store.database, TESTSET, "1.0.0", Feedback(row_id=row_id, verdict="bad", note="unclear", given_by="alan"))
    edit = DatasetEdit(row_id=row_id, kind="deleted", dataset_name="golden", dataset_version_id="V1.0.0")
    assert await store.record_edits("1.0.0", [edit]) == 1
    other_id = eight_rows(0).rows[1].row_id
    if waivers:
        await store.waive_pair("1.0.0", Waiver(row_id=row_id, other_row_id=other_id, reason="other pumps", waived_by="grace"))
        wrong = Waiver(row_id=row_id, other_row_id=eight_rows(0).rows[2].row_id, reason="other pumps", waived_by="grace")
        await store.waive_pair("1.0.0", wrong)
        await store.withdraw_waiver(wrong)
    context = changed(eight_rows(0).rows[0].contexts[0], document_id="moved.md")
    rows = (changed(eight_rows(0).rows[0], contexts=(context, *eight_rows(0).rows[0].contexts[1:])), *eight_rows(0).rows[1:])
    assert await store.record_provenance("1.0.0", a_testset(rows, CORPUS), performed_by="grace")
    experiments = PostgresExperimentStore(store.database, TESTSET)
    summary = a_summary(testset_hash=eight_rows(0).testset_hash, run_count=8, scores={"exact_match": 0.75})
    await experiments.complete(await experiments.begin(summary, "0" * 64) and summary)
    ledger = PostgresCallLedger(url, testset_name=TESTSET)
    await ledger.control(BudgetControl(action="pause", reason="too dear", performed_by="grace"))
    ledger.close()
    if heads:
        assert await Application(settings, versions=store).auditor.keep_head() == ()


def publication(version: str, made: Testset) -> PublishedDataset:
    """Where a version is said to be in Phoenix."""
    place = {"dataset_id": "D1", "dataset_version_id": f"V{version}", "dataset_name": "golden", "url": "http://127.0.0.1/datasets/D1"}
    return PublishedDataset(testset_name=TESTSET, version=version, testset_hash=made.testset_hash, example_count=len(made.rows), **place)


@pytest.fixture(scope="session")
def forgery_settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where the heads of the registry were kept before anything was forged."""
    return Settings(home=tmp_path_factory.mktemp("heads"), testset_name=TESTSET)


@pytest.fixture(scope="session")
def honest_registry(postgres_server: PostgresServer, forgery_settings: Settings) -> Iterator[tuple[str, psycopg.Connection]]:
    """The name of the registry; a template of it has ``_template`` behind it."""
    name = f"forged_{uuid.uuid4().hex}"
    with psycopg.connect(postgres_server.url("postgres", driver="postgresql", role=SUPERUSER), autocommit=True) as admin:
        admin.execute(sql.SQL("CREATE DATABASE {} OWNER golden_assets").format(sql.Identifier(name)))
        migrate(postgres_server.url(name))
        asyncio.run(fill(postgres_server.url(name), forgery_settings))
        admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(name), sql.Identifier(f"{name}_template")))
        yield name, admin
        admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(f"{name}_template")))


@pytest.fixture
def registry(
    honest_registry: tuple[str, psycopg.Connection], postgres_server: PostgresServer, forgery_settings: Settings
) -> Iterator[Forged]:
    """A copy of the registry under its own name."""
    name, admin = honest_registry
    copy = sql.SQL("CREATE DATABASE {} TEMPLATE {} OWNER golden_assets")
    admin.execute(copy.format(sql.Identifier(name), sql.Identifier(f"{name}_template")))
    yield Forged(postgres_server.url(name), forgery_settings)
    admin.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(name)))
