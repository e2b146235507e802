"""One go at the runs of an experiment that are missing: task, evaluators, and every outcome on record at once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from golden_assets.adapters.experiments.task_output import kept_text
from golden_assets.adapters.tracing import span
from golden_assets.domain.experiments.experiment import ExperimentRequest, ScoredRun, TaskRun
from golden_assets.domain.ports.experiments import Evaluator, ExperimentLog, LoggedRun, Task
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.testsets.testset import TestsetRow

Place = tuple[str, int]
"""A row id and a repetition."""


@dataclass(frozen=True)
class Shift:
    """One go at the runs that are missing."""

    log: ExperimentLog
    task: Task
    evaluators: Sequence[Evaluator]
    request: ExperimentRequest
    progress: Progress

    async def work(self, rows: Sequence[TestsetRow], known: Mapping[Place, LoggedRun]) -> tuple[ScoredRun, ...]:
        """All runs, by row and repetition. The first failure that is not the task's own ends all the others and is raised."""
        places = [(row, repetition) for row in rows for repetition in range(1, self.request.repetitions + 1)]
        gate, done = asyncio.Semaphore(self.request.concurrency), 0

        async def _one(row: TestsetRow, repetition: int) -> ScoredRun:
            nonlocal done
            async with gate:
                scored = await self._complete(row, repetition, known.get((row.row_id, repetition)))
            done += 1
            self.progress("runs", done, len(places))
            return scored

        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(_one(*place)) for place in places]
        except BaseExceptionGroup as failures:
            raise failures.exceptions[0] from None
        return tuple(task.result() for task in tasks)

    async def _complete(self, row: TestsetRow, repetition: int, known: LoggedRun | None) -> ScoredRun:
        """The run and its scores, from the record as far as they are there."""
        run = known.scored.run if known else await self._call(row, repetition)
        record_id = known.record_id if known else await self.log.record_run(run)
        scores = {e.name: e for e in known.scored.evaluations if e.score is not None} if known else {}
        for evaluator in self.evaluators:
            if run.answer is not None and evaluator.name not in scores:
                evaluation = await evaluator.evaluate(run.answer, row)
                await self.log.record_evaluation(record_id, evaluation, by_model=evaluator.is_model)
                scores[evaluator.name] = evaluation
        return ScoredRun(run=run, evaluations=tuple(scores.values()))

    async def _call(self, row: TestsetRow, repetition: int) -> TaskRun:
        """One call of the task; whatever it raises, and that it does not end in time, is kept as its error."""
        started, answer, error = datetime.now(UTC), None, None
        with span("task", "AGENT", task=self.task.name, row=row.row_id) as traced:
            deadline = asyncio.timeout(self.request.timeout_seconds)
            try:
                async with deadline:
                    answer = await self.task.answer(row)
            except Exception as raised:  # noqa: BLE001 - the task may raise anything, and it is a result
                late = f"no answer within {self.request.timeout_seconds:g} s"
                error = kept_text(f"{type(raised).__name__}: {late if deadline.expired() else raised}")
                traced.set(error=type(raised).__name__)
            traced.text(input=row.user_input, output=answer.answer if answer else None)
        return TaskRun(row_id=row.row_id, repetition=repetition, answer=answer, error=error, started_at=started, ended_at=datetime.now(UTC))
