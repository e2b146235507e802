"""Experiments: a task (the RAG under test) run over every row of a version, and its answers scored.

A run of a task is kept whether it succeeded or not. A row's score is the mean over its repetitions; a call that failed scores 0, for
the user got no answer. A score that could not be computed (a judge failed) is left out and counted.
"""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.testsets.testset import TestsetRow

ExperimentStatus = Literal["started", "completed"]
BASELINE_TASK = "baseline"
"""The task that ships: retrieval over the version's own documents, and the best sentence as the answer."""
ENDPOINT_TASK = "endpoint"
"""The HTTP endpoint of the settings."""
DEFAULT_EVALUATORS = ("exact_match", "token_f1", "answer_similarity", "context_recall", "hit_rate")
"""All that need no model endpoint."""
RETRIEVAL_SCORES = ("context_recall", "hit_rate")
"""Scores that look at what was retrieved, and not at the answer."""
OVERALL = "average"
"""The mean of a row's scores, under the name of a score."""


class Retrieved(Record):
    """A passage that a task retrieved. With a text it is compared by its words; with a document id alone, by that."""

    text: str = ""
    document_id: str | None = None


class TaskAnswer(Record):
    """What a task returned; ``retrieved`` is None when it does not say what it retrieved."""

    answer: str
    retrieved: tuple[Retrieved, ...] | None = None


class TaskRun(Record):
    """One call of the task: an answer, or what went wrong. Repetitions count from 1."""

    row_id: str
    repetition: int = Field(ge=1)
    answer: TaskAnswer | None = None
    error: str | None = None
    started_at: datetime
    ended_at: datetime


class Evaluation(Record):
    """One score of one run: a number, or why there is none; neither when the score does not apply to it."""

    name: str
    score: float | None = Field(None, allow_inf_nan=False)
    error: str | None = None
    explanation: str | None = None


class ScoredRun(Record):
    """A call of the task with its scores."""

    run: TaskRun
    evaluations: tuple[Evaluation, ...] = ()


class ExperimentRequest(Record):
    """What to run and how.

    ``task`` is `BASELINE_TASK`, `ENDPOINT_TASK` or ``package.module:function``. ``fresh`` starts over although the same experiment was
    interrupted before.
    """

    task: str = BASELINE_TASK
    evaluators: tuple[str, ...] = DEFAULT_EVALUATORS
    repetitions: int = Field(1, ge=1, le=100)
    concurrency: int = Field(8, ge=1, le=256)
    timeout_seconds: float = Field(60.0, gt=0, le=86_400)
    fresh: bool = False


class ExperimentSummary(Record):
    """An experiment as the registry keeps it: what was run, where its runs are in Phoenix, and what came of it.

    ``evaluator_fingerprints`` are in the order of ``evaluators``; experiments that were run before they were kept have none.
    ``scores`` are means over rows, ``error_count`` failed calls, ``unscored_count`` scores that could not be computed.
    """

    experiment_id: str
    testset_name: str
    version: str
    testset_hash: str
    task: str
    task_fingerprint: str
    evaluators: tuple[str, ...]
    evaluator_fingerprints: tuple[str, ...] = ()
    repetitions: int
    phoenix_experiment_id: str
    dataset_id: str
    dataset_version_id: str
    url: str
    status: ExperimentStatus = "started"
    run_count: int = 0
    error_count: int = 0
    unscored_count: int = 0
    scores: dict[str, float] = Field(default_factory=dict)
    created_by: str | None = None
    run_id: str | None = None
    started_at: datetime | None = None
    finished_at: datetime | None = None


class Experiment(Record):
    """A completed experiment with all its runs and the rows they ran over; ``resumed_runs`` were on record before."""

    summary: ExperimentSummary
    rows: tuple[TestsetRow, ...]
    runs: tuple[ScoredRun, ...]
    resumed_runs: int = 0

    @property
    def failures(self) -> tuple[TaskRun, ...]:
        """The calls that failed."""
        return tuple(scored.run for scored in self.runs if scored.run.error is not None)

    @property
    def row_scores(self) -> dict[str, dict[str, float]]:
        """Score by row id, by name of the score; scores that no run has are left out."""
        return scores_by_row(self.runs, self.summary.evaluators, rows_without_passages(self.rows))


def experiment_key(testset_hash: str, request: ExperimentRequest, task_fingerprint: str, evaluator_fingerprints: Sequence[str]) -> str:
    """Identifies an experiment that may be resumed: same rows, same code of the task, same scores by the same judges, same repetitions."""
    return sha256_json([testset_hash, request.task, task_fingerprint, sorted(evaluator_fingerprints), request.repetitions])


def rows_without_passages(rows: Sequence[TestsetRow]) -> frozenset[str]:
    """Ids of the rows that cite nothing, to which `RETRIEVAL_SCORES` do not apply."""
    return frozenset(row.row_id for row in rows if not row.contexts)


def scores_by_row(
    runs: Sequence[ScoredRun], evaluators: Sequence[str], without_passages: frozenset[str] = frozenset()
) -> dict[str, dict[str, float]]:
    """Mean score over the repetitions of each row, by name of the score, rows in the order of their ids whatever the order of the runs.

    A failed call counts 0 where any other run has the score, unless the score does not apply to its row.
    """
    found: dict[str, dict[str, list[float]]] = {name: defaultdict(list) for name in evaluators}
    for scored in runs:
        for evaluation in scored.evaluations:
            if evaluation.score is not None and evaluation.name in found:
                found[evaluation.name][scored.run.row_id].append(evaluation.score)
    measured = {name: by_row for name, by_row in found.items() if by_row}
    for scored in runs:
        if scored.run.error is not None:
            for name, by_row in measured.items():
                if not (name in RETRIEVAL_SCORES and scored.run.row_id in without_passages):
                    by_row[scored.run.row_id].append(0.0)
    return {name: {row: sum(scores) / len(scores) for row, scores in sorted(by_row.items())} for name, by_row in measured.items()}


def mean_scores(runs: Sequence[ScoredRun], evaluators: Sequence[str], without_passages: frozenset[str] = frozenset()) -> dict[str, float]:
    """Mean over rows, by name of the score."""
    found = scores_by_row(runs, evaluators, without_passages)
    return {name: sum(by_row.values()) / len(by_row) for name, by_row in found.items()}


def count_errors(runs: Sequence[ScoredRun]) -> int:
    """Calls of the task that failed."""
    return sum(scored.run.error is not None for scored in runs)


def count_unscored(runs: Sequence[ScoredRun]) -> int:
    """Scores that should be there and could not be computed."""
    return sum(evaluation.error is not None for scored in runs for evaluation in scored.evaluations)
