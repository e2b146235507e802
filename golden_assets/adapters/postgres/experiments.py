"""Which experiments there are (port `ExperimentStore`), in PostgreSQL."""

import uuid
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.adapters.postgres.versions.version_queries import not_found
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.experiment import ExperimentSummary

_GIVEN = {"testset_name", "version", "status", "run_count", "error_count", "unscored_count", "scores", "started_at", "finished_at"}


class PostgresExperimentStore:
    """The experiments of one testset.

    Args:
        database: where the registry is.
        testset_name: the testset.
    """

    def __init__(self, database: Database, testset_name: str) -> None:
        self._database = database
        self.testset_name = testset_name

    async def begin(self, experiment: ExperimentSummary, key: str) -> ExperimentSummary:
        """Put a new experiment on record; returns it as it is there. Raises `VersionNotFoundError`, `RegistryError`."""
        parameters = experiment.model_dump(exclude=_GIVEN) | {"testset": self.testset_name, "version": experiment.version, "key": key}
        parameters |= {"evaluators": list(experiment.evaluators), "evaluator_fingerprints": list(experiment.evaluator_fingerprints)}

        async def _insert(connection: AsyncConnection, _: int) -> list[ExperimentSummary]:
            await connection.execute(statement("begin_experiment"), parameters)
            return await self._select(connection, experiment_id=uuid.UUID(experiment.experiment_id))

        stored = await self._database.run(_insert)
        if not stored:
            raise not_found(self.testset_name, experiment.version)
        return stored[0]

    @asynccontextmanager
    async def hold(self, key: str) -> AsyncIterator[None]:
        """Be the only one at the experiment with this key while the block runs. Raises `ExperimentError`, `ServerError`."""
        async with self._database.lock(f"experiment/{self.testset_name}/{key}") as free:
            if not free:
                raise ExperimentError(
                    "another process runs this experiment just now", "wait until it has ended: what it recorded is not done again"
                )
            yield

    async def unfinished(self, key: str) -> ExperimentSummary | None:
        """The newest experiment with this key if it was not completed, else None."""
        found = await self._database.read(lambda connection: self._select(connection, key=key))
        return found[0] if found and found[0].status == "started" else None

    async def complete(self, experiment: ExperimentSummary) -> ExperimentSummary:
        """Record what came of it; a completed experiment never changes again."""
        identifier = uuid.UUID(experiment.experiment_id)
        parameters = experiment.model_dump(include={"run_count", "error_count", "unscored_count"})
        parameters |= {"experiment_id": identifier, "scores": Jsonb(experiment.scores)}

        async def _update(connection: AsyncConnection, _: int) -> list[ExperimentSummary]:
            await connection.execute(statement("complete_experiment"), parameters)
            return await self._select(connection, experiment_id=identifier)

        (stored,) = await self._database.run(_update)
        return stored

    async def get(self, experiment_id: str) -> ExperimentSummary:
        """One experiment. Raises `ExperimentError` when there is none."""
        try:
            identifier = uuid.UUID(experiment_id)
        except ValueError:
            found = []
        else:
            found = await self._database.read(lambda connection: self._select(connection, experiment_id=identifier))
        if not found:
            raise ExperimentError(
                f"experiment {experiment_id} of {self.testset_name} does not exist", "`golden-assets experiments` lists them"
            )
        return found[0]

    async def list_experiments(self, version: str | None = None) -> list[ExperimentSummary]:
        """All experiments of this testset, or of one version, the newest first."""
        return await self._database.read(lambda connection: self._select(connection, version=version))

    async def _select(self, connection: AsyncConnection, **wanted: Any) -> list[ExperimentSummary]:
        parameters = {"testset": self.testset_name, "version": None, "experiment_id": None, "key": None, **wanted}
        found = await connection.execute(statement("experiments"), parameters)
        return [ExperimentSummary.model_validate(dict(row)) for row in found.mappings()]
