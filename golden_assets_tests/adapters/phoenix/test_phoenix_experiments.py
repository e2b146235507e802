"""Experiments on a real Phoenix: what is recorded is what is read back, and nothing twice."""

import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pydantic import SecretStr

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.phoenix.experiments import PhoenixExperimentPublisher
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.experiments.experiment import Evaluation, ExperimentSummary, Retrieved, TaskAnswer, TaskRun
from golden_assets.domain.versions.versions import PublishedDataset
from golden_assets_tests.adapters.phoenix.conftest import Guarded
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, forward, serving
from golden_assets_tests.adapters.phoenix.versions import a_version, rows
from golden_assets_tests.experiment_factories import a_summary

ROWS = rows("a?", "b?", "c?")
NOW = datetime(2026, 1, 2, 3, 4, 5, 678000, tzinfo=UTC)


@pytest.fixture
async def dataset(phoenix_url: str) -> PublishedDataset:
    return await PhoenixDatasetPublisher(phoenix_url).publish(a_version(f"test-{uuid.uuid4().hex}", ROWS))


@pytest.fixture
def rest(phoenix_url: str) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=phoenix_url, timeout=60, trust_env=False) as client:
        yield client


async def begin(phoenix_url: str, dataset: PublishedDataset, repetitions: int = 1) -> ExperimentSummary:
    identifier, url = await PhoenixExperimentPublisher(phoenix_url).begin(dataset, "golden 1.0.0 reference", {"by": "test"}, repetitions)
    ids = {"dataset_id": dataset.dataset_id, "dataset_version_id": dataset.dataset_version_id}
    return a_summary(phoenix_experiment_id=identifier, url=url, repetitions=repetitions, **ids)


def answered(position: int, repetition: int = 1, text: str = "40 bar") -> TaskRun:
    answer = TaskAnswer(answer=text, retrieved=(Retrieved(text="Pump 7 runs at 40 bar."), Retrieved(document_id="guide.md")))
    times = {"started_at": NOW, "ended_at": NOW + timedelta(seconds=2)}
    return TaskRun(row_id=ROWS[position].row_id, repetition=repetition, answer=answer, **times)


def failed(position: int) -> TaskRun:
    return TaskRun(row_id=ROWS[position].row_id, repetition=1, error="TimeoutError: no answer", started_at=NOW, ended_at=NOW)


def held(rest: httpx.Client, experiment: ExperimentSummary) -> Any:
    return rest.get(f"/v1/experiments/{experiment.phoenix_experiment_id}").raise_for_status().json()["data"]


async def test_an_experiment_is_pinned_to_the_dataset_version_and_named(phoenix_url: str, dataset: PublishedDataset, rest: httpx.Client):
    await PhoenixDatasetPublisher(phoenix_url).publish(a_version(dataset.testset_name, rows("other?"), "2.0.0"))
    found = held(rest, await begin(phoenix_url, dataset, repetitions=2))
    assert found["dataset_version_id"] == dataset.dataset_version_id
    assert (found["name"], found["metadata"], found["missing_run_count"]) == ("golden 1.0.0 reference", {"by": "test"}, 6)


async def test_runs_and_scores_come_back_as_they_were_recorded(phoenix_url: str, dataset: PublishedDataset, rest: httpx.Client):
    experiment = await begin(phoenix_url, dataset)
    scores = (Evaluation(name="f1", score=0.25), Evaluation(name="judge", error="no luck"))
    async with PhoenixExperimentPublisher(phoenix_url).open(experiment) as log:
        assert log is not None
        assert await log.runs() == []
        record = await log.record_run(answered(0))
        for score in (*scores, Evaluation(name="does not apply")):
            await log.record_evaluation(record, score, by_model=score.name == "judge")
        await log.record_run(failed(1))
    async with PhoenixExperimentPublisher(phoenix_url).open(experiment) as log:
        assert log is not None
        first, second = sorted((logged.scored for logged in await log.runs()), key=lambda scored: scored.run.error or "")
    assert first.run == answered(0)
    assert sorted(first.evaluations, key=lambda e: e.name) == list(scores)
    assert second.run == failed(1)
    found = held(rest, experiment)
    assert (found["successful_run_count"], found["failed_run_count"], found["missing_run_count"]) == (1, 1, 1)


async def test_a_run_that_is_on_record_is_not_replaced_and_keeps_its_id(phoenix_url: str, dataset: PublishedDataset):
    experiment = await begin(phoenix_url, dataset, repetitions=2)
    async with PhoenixExperimentPublisher(phoenix_url).open(experiment) as log:
        assert log is not None
        first = await log.record_run(answered(0))
        assert await log.record_run(answered(0, text="50 bar")) == first
        assert await log.record_run(answered(0, repetition=2)) != first
        texts = [logged.scored.run.answer.answer for logged in await log.runs() if logged.scored.run.answer]
    assert texts == ["40 bar", "40 bar"]


async def test_a_run_that_failed_is_replaced_by_the_next_attempt_under_its_id(
    phoenix_url: str, dataset: PublishedDataset, rest: httpx.Client
):
    experiment = await begin(phoenix_url, dataset)
    async with PhoenixExperimentPublisher(phoenix_url).open(experiment) as log:
        assert log is not None
        record = await log.record_run(failed(0))
        assert await log.record_run(answered(0)) == record
        await log.record_evaluation(record, Evaluation(name="f1", score=0.25), by_model=False)
        (logged,) = await log.runs()
    assert (logged.record_id, logged.scored.run) == (record, answered(0))
    assert logged.scored.evaluations == (Evaluation(name="f1", score=0.25),)
    found = held(rest, experiment)
    assert (found["successful_run_count"], found["failed_run_count"], found["missing_run_count"]) == (1, 0, 2)


async def test_an_answer_lost_on_the_way_back_leaves_one_run(phoenix_url: str, dataset: PublishedDataset):
    experiment, lost = await begin(phoenix_url, dataset), []

    def drop_the_first(request: Request) -> Answer | None:
        answer = forward(request, phoenix_url)
        if request.method == "POST" and not lost:
            lost.append(request)
            return None
        return answer

    with serving(drop_the_first) as proxy:
        async with PhoenixExperimentPublisher(proxy.url).open(experiment) as log:
            assert log is not None
            record = await log.record_run(answered(0))
            assert [logged.record_id for logged in await log.runs()] == [record]
    assert len(lost) == 1


async def test_an_experiment_that_was_deleted_or_belongs_to_another_dataset_is_not_opened(phoenix_url: str, dataset: PublishedDataset):
    experiment = await begin(phoenix_url, dataset)
    publisher = PhoenixExperimentPublisher(phoenix_url)
    async with publisher.open(experiment.model_copy(update={"dataset_version_id": "RGF0YXNldFZlcnNpb246OTk5OTk5"})) as log:
        assert log is None
    async with httpx.AsyncClient(base_url=phoenix_url, timeout=60, trust_env=False) as rest:
        (await rest.delete(f"/v1/experiments/{experiment.phoenix_experiment_id}")).raise_for_status()
    async with publisher.open(experiment) as log:
        assert log is None


async def test_a_row_outside_the_dataset_version_is_refused(phoenix_url: str, dataset: PublishedDataset):
    async with PhoenixExperimentPublisher(phoenix_url).open(await begin(phoenix_url, dataset)) as log:
        assert log is not None
        with pytest.raises(PublishingError, match="row-gone is not in the Phoenix dataset version"):
            await log.record_run(answered(0).model_copy(update={"row_id": "row-gone"}))


async def test_more_runs_than_a_page_holds_are_all_read(phoenix_url: str, dataset: PublishedDataset, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("golden_assets.adapters.phoenix.experiments.PAGE", 2)
    experiment = await begin(phoenix_url, dataset, repetitions=2)
    async with PhoenixExperimentPublisher(phoenix_url).open(experiment) as log:
        assert log is not None
        for position in range(3):
            for repetition in (1, 2):
                await log.record_run(answered(position, repetition))
        assert len(await log.runs()) == 6


async def test_a_phoenix_that_is_gone_is_named(dataset: PublishedDataset):
    with pytest.raises(PublishingError, match=r"127\.0\.0\.1:1 cannot be reached"):
        await PhoenixExperimentPublisher("http://127.0.0.1:1").begin(dataset, "x", {}, 1)


async def test_an_experiment_runs_on_a_guarded_phoenix_over_sqlite(guarded_phoenix: Guarded):
    key = SecretStr(guarded_phoenix.key)
    dataset = await PhoenixDatasetPublisher(guarded_phoenix.url, key).publish(a_version(f"test-{uuid.uuid4().hex}", ROWS))
    publisher = PhoenixExperimentPublisher(guarded_phoenix.url, key)
    identifier, url = await publisher.begin(dataset, "golden 1.0.0 reference", {"by": "test"}, 1)
    ids = {"dataset_id": dataset.dataset_id, "dataset_version_id": dataset.dataset_version_id}
    experiment = a_summary(phoenix_experiment_id=identifier, url=url, **ids)
    async with publisher.open(experiment) as log:
        assert log is not None
        await log.record_evaluation(await log.record_run(answered(0)), Evaluation(name="f1", score=0.25), by_model=False)
    async with publisher.open(experiment) as log:
        assert log is not None
        (logged,) = await log.runs()
    assert (logged.scored.run, [one.score for one in logged.scored.evaluations]) == (answered(0), [0.25])
    with pytest.raises(PublishingError, match="asks for an API key"):
        await PhoenixExperimentPublisher(guarded_phoenix.url).begin(dataset, "no key", {}, 1)
