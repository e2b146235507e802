"""Experiments on record: what is stored comes back, once, and history stays."""

import uuid
from typing import Any

import psycopg
import pytest

from golden_assets.adapters.postgres import Database, Pooling, PostgresVersionStore
from golden_assets.adapters.postgres.experiments import PostgresExperimentStore
from golden_assets.domain.core.errors import ExperimentError, VersionNotFoundError
from golden_assets.domain.experiments.experiment import ExperimentSummary
from golden_assets_tests.experiment_factories import a_summary
from golden_assets_tests.factories import a_report, a_testset

KEY = "b" * 64


@pytest.fixture
async def experiments(store: PostgresVersionStore, name: str) -> PostgresExperimentStore:
    await store.create_version(a_testset(), a_report(), created_by="t", run_id=None)
    return PostgresExperimentStore(store.database, name)


def started(name: str, **changes: Any) -> ExperimentSummary:
    fields = {"experiment_id": str(uuid.uuid4()), "testset_name": name, "testset_hash": a_testset().testset_hash, "status": "started"}
    evaluators = {"evaluators": ("exact_match", "hit_rate"), "evaluator_fingerprints": ("exact_match", "hit_rate 2")}
    return a_summary(**fields | evaluators | {"created_by": "t"} | changes)


def ended(experiment: ExperimentSummary, **changes: Any) -> ExperimentSummary:
    return experiment.model_copy(update={"run_count": 4, "error_count": 1, "unscored_count": 2, "scores": {"hit_rate": 0.25}} | changes)


async def test_an_experiment_is_unfinished_until_it_is_completed(experiments: PostgresExperimentStore, name: str):
    begun = await experiments.begin(started(name), KEY)
    assert begun.started_at is not None
    assert (begun.evaluators, begun.evaluator_fingerprints) == (("exact_match", "hit_rate"), ("exact_match", "hit_rate 2"))
    assert await experiments.unfinished(KEY) == begun
    completed = await experiments.complete(ended(begun))
    assert completed.status == "completed"
    assert completed.finished_at is not None
    assert completed == ended(begun, status="completed", finished_at=completed.finished_at)
    assert await experiments.unfinished(KEY) is None
    assert await experiments.get(begun.experiment_id) == completed


async def test_beginning_or_completing_again_changes_nothing(experiments: PostgresExperimentStore, name: str):
    new = started(name)
    assert await experiments.begin(new, KEY) == await experiments.begin(new, KEY)
    completed = await experiments.complete(ended(new))
    assert await experiments.complete(ended(new, run_count=9, scores={})) == completed
    assert await experiments.list_experiments() == [completed]


async def test_an_interrupted_experiment_that_was_run_anew_is_not_gone_back_to(experiments: PostgresExperimentStore, name: str):
    await experiments.begin(started(name), KEY)
    await experiments.complete(ended(await experiments.begin(started(name), KEY)))
    assert await experiments.unfinished(KEY) is None


async def test_experiments_are_listed_by_version_the_newest_first(
    store: PostgresVersionStore, experiments: PostgresExperimentStore, name: str
):
    other = a_testset(size=8)
    await store.create_version(other, a_report(other), created_by="t", run_id=None)
    first = await experiments.begin(started(name), KEY)
    second = await experiments.begin(started(name, version="1.1.0", testset_hash=other.testset_hash), KEY)
    assert await experiments.list_experiments() == [second, first]
    assert await experiments.list_experiments("1.0.0") == [first]
    assert await PostgresExperimentStore(store.database, "another").list_experiments() == []


async def test_an_experiment_over_a_version_that_is_not_there_is_refused(experiments: PostgresExperimentStore, name: str):
    with pytest.raises(VersionNotFoundError, match=r"no version 9\.9\.9"):
        await experiments.begin(started(name, version="9.9.9"), KEY)


@pytest.mark.parametrize("identifier", ["nonsense", "00000000-0000-4000-8000-000000000000"])
async def test_an_experiment_that_is_not_there_is_named(experiments: PostgresExperimentStore, identifier: str):
    with pytest.raises(ExperimentError, match=f"experiment {identifier} of .* does not exist"):
        await experiments.get(identifier)


async def test_what_was_measured_cannot_be_changed(experiments: PostgresExperimentStore, name: str, owner: psycopg.Connection):
    begun = await experiments.begin(started(name), KEY)
    await experiments.complete(ended(begun))
    for change in (
        "UPDATE golden_assets.golden_experiments SET scores = '{}'",
        "UPDATE golden_assets.golden_experiments SET evaluator_fingerprints = '{}'",
        "DELETE FROM golden_assets.golden_experiments",
        "TRUNCATE golden_assets.golden_experiments",
    ):
        with pytest.raises(psycopg.errors.DatabaseError, match="is refused") as refused:
            owner.execute(change)
        assert refused.value.sqlstate == "GA005"


async def test_one_holds_an_experiment_at_a_time_whatever_database_connection_it_uses(
    experiments: PostgresExperimentStore, registry_url: str, name: str
):
    elsewhere = PostgresExperimentStore(Database(registry_url, Pooling.PER_USE), name)
    async with experiments.hold(KEY):
        with pytest.raises(ExperimentError, match="another process runs this experiment just now: wait until it has ended"):
            async with elsewhere.hold(KEY):
                pass
        async with elsewhere.hold("c" * 64):
            pass
    async with elsewhere.hold(KEY):
        pass


async def test_an_experiment_whose_process_lost_its_connection_is_free(
    experiments: PostgresExperimentStore, registry_url: str, name: str, owner: psycopg.Connection
):
    elsewhere = PostgresExperimentStore(Database(registry_url, Pooling.PER_USE), name)
    async with experiments.hold(KEY):
        owner.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks JOIN pg_database ON pg_database.oid = database"
            " WHERE locktype = 'advisory' AND datname = current_database()"
        )
        async with elsewhere.hold(KEY):
            pass
