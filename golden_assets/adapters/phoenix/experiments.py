"""Experiments in Phoenix: created on a dataset version, their runs and scores recorded as they come, and read back.

The runs are computed here and only recorded there, since a task of ours has its own time-outs and its failures are results. Phoenix knows
an example by a node id of its own (the row id, given in its place, makes the server fail), which is looked up when a log is opened.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
from pydantic import SecretStr

from golden_assets.adapters.phoenix.connection import ATTEMPTS, Connection, open_connection
from golden_assets.adapters.phoenix.publisher import server_address, without_credentials
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.experiments.experiment import Evaluation, ExperimentSummary, ScoredRun, TaskAnswer, TaskRun
from golden_assets.domain.ports.experiments import LoggedRun
from golden_assets.domain.versions.versions import PublishedDataset

PAGE = 500


class PhoenixExperimentPublisher:
    """An `ExperimentPublisher` over the REST interface of Phoenix 20 or newer. Holds no connection, so it works in any event loop.

    Args:
        base_url: the server's address, or what finds it when it is needed.
        api_key: for a server with authentication.
        timeout_seconds: how long Phoenix may take for one answer.
    """

    def __init__(
        self,
        base_url: str | Callable[[], str],
        api_key: SecretStr | None = None,
        *,
        timeout_seconds: float = 60,
        attempts: int = ATTEMPTS,
        ca_file: Path | None = None,
    ) -> None:
        self._base_url = base_url
        self._key = api_key.get_secret_value() if api_key else None
        self._access = (timeout_seconds, attempts, ca_file)

    async def begin(self, dataset: PublishedDataset, name: str, metadata: dict[str, object], repetitions: int) -> tuple[str, str]:
        """A new experiment, pinned to the dataset version; (its id, its URL)."""
        async with self._connection() as connection:
            created = await connection.attempt(
                lambda: connection.client.experiments.create(
                    dataset_id=dataset.dataset_id,
                    dataset_version_id=dataset.dataset_version_id,
                    experiment_name=name,
                    experiment_metadata=metadata,
                    repetitions=repetitions,
                )
            )
        place = without_credentials(self._address)
        return created["id"], f"{place}/datasets/{dataset.dataset_id}/compare?experimentId={created['id']}"

    @asynccontextmanager
    async def open(self, experiment: ExperimentSummary) -> AsyncIterator["PhoenixExperimentLog | None"]:
        """The experiment, or None when Phoenix does not have it any more."""
        async with self._connection() as connection:
            held = await connection.attempt(lambda: _found(connection, f"v1/experiments/{experiment.phoenix_experiment_id}"))
            # An id is only a number to Phoenix: on a fresh server it may name something else.
            if held is None or held["data"]["dataset_version_id"] != experiment.dataset_version_id:
                yield None
                return
            path = f"v1/datasets/{experiment.dataset_id}/examples"
            answer = await connection.attempt(
                lambda: connection.http.get(path, params={"version_id": experiment.dataset_version_id}),
            )
            nodes = {example["id"]: example["node_id"] for example in answer.json()["data"]["examples"]}
            yield PhoenixExperimentLog(connection, experiment.phoenix_experiment_id, nodes)

    @asynccontextmanager
    async def _connection(self) -> AsyncIterator[Connection]:
        address = await asyncio.to_thread(getattr, self, "_address")
        async with open_connection(address, self._key, *self._access) as connection:
            yield connection

    @cached_property
    def _address(self) -> str:
        return server_address(self._base_url() if callable(self._base_url) else self._base_url)


class PhoenixExperimentLog:
    """One experiment in Phoenix, open for writing; ``nodes`` maps row ids to Phoenix's own ids of the examples."""

    def __init__(self, connection: Connection, experiment_id: str, nodes: Mapping[str, str]) -> None:
        self._connection = connection
        self._id = experiment_id
        self._nodes = nodes

    async def runs(self) -> list[LoggedRun]:
        """What is on record; the ids of runs and their scores come from two answers."""
        rows = {node: row for row, node in self._nodes.items()}
        attempt, path = self._connection.attempt, f"v1/experiments/{self._id}/json"
        detailed = await attempt(lambda: _found(self._connection, path)) or []  # 404 without a run
        ids = await self._run_ids()
        return [
            LoggedRun(ids[record["example_id"], record["repetition_number"]], _scored(record, rows[record["example_id"]]))
            for record in detailed
            if (record["example_id"], record["repetition_number"]) in ids and record["example_id"] in rows
        ]

    async def record_run(self, run: TaskRun) -> str:
        """Record a run; returns its record id. A successful run that is on record already stays as it is; a failed one is replaced."""
        return await self._connection.attempt(lambda: self._record(run))

    async def record_evaluation(self, record_id: str, evaluation: Evaluation, *, by_model: bool) -> None:
        """Record a score, or why there is none; one that does not apply is not recorded."""
        if evaluation.score is None and evaluation.error is None:
            return
        await self._connection.attempt(
            lambda: self._connection.client.experiments.log_evaluation(
                experiment_run_id=record_id,
                name=evaluation.name,
                annotator_kind="LLM" if by_model else "CODE",
                score=evaluation.score,
                explanation=evaluation.explanation,
                error=evaluation.error,
            )
        )

    async def _record(self, run: TaskRun) -> str:
        node = self._nodes.get(run.row_id)
        if node is None:
            raise PublishingError(f"{run.row_id} is not in the Phoenix dataset version of this experiment", "publish the version again")
        try:
            recorded = await self._connection.client.experiments.log_run(
                experiment_id=self._id,
                dataset_example_id=node,
                output=run.answer.model_dump(mode="json", exclude_none=True) if run.answer else None,
                error=run.error,
                start_time=run.started_at,
                end_time=run.ended_at,
                repetition_number=run.repetition,
            )
        except httpx.HTTPStatusError as error:
            if error.response.status_code != httpx.codes.CONFLICT:
                raise
            return (await self._run_ids())[node, run.repetition]
        return str(recorded["id"])

    async def _run_ids(self) -> dict[tuple[str, int], str]:
        """Record id by example and repetition."""
        found: dict[tuple[str, int], str] = {}
        cursor: str | None = None
        while True:
            params = {"limit": PAGE} | ({"cursor": cursor} if cursor else {})
            path = f"v1/experiments/{self._id}/runs"
            page = await self._connection.attempt(lambda path=path, params=params: _found(self._connection, path, params))  # type: ignore[misc]
            for run in page["data"] if page else ():
                found[run["dataset_example_id"], run["repetition_number"]] = run["id"]
            cursor = page["next_cursor"] if page else None
            if not cursor:
                return found


async def _found(connection: Connection, path: str, params: Mapping[str, Any] | None = None) -> Any:
    """The JSON of an answer, or None without any."""
    try:
        return (await connection.http.get(path, params=params)).json()
    except httpx.HTTPStatusError as error:
        if error.response.status_code == httpx.codes.NOT_FOUND:
            return None
        raise


def _scored(record: Mapping[str, Any], row_id: str) -> ScoredRun:
    run = TaskRun(
        row_id=row_id,
        repetition=record["repetition_number"],
        answer=TaskAnswer.model_validate(record["output"]) if record["error"] is None else None,
        error=record["error"],
        started_at=datetime.fromisoformat(record["start_time"]),
        ended_at=datetime.fromisoformat(record["end_time"]),
    )
    fields = ("name", "score", "error", "explanation")
    return ScoredRun(run=run, evaluations=tuple(Evaluation(**{f: given[f] for f in fields}) for given in record["annotations"]))
