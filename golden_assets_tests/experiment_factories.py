"""Builders of experiments: rows spread over documents, and the scores that a test is about."""

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from golden_assets.domain.experiments.experiment import Evaluation, Experiment, ExperimentSummary, ScoredRun, TaskAnswer, TaskRun
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.factories import a_context, a_document, a_row

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)


def rows_in(documents: int, each: int, start: int = 0) -> tuple[TestsetRow, ...]:
    """``each`` rows on every document; another ``start`` gives other rows on the same documents."""
    made = [a_document(f"doc-{d:03}.md") for d in range(documents)]
    return tuple(
        a_row(user_input=f"What about {i} in document {d}?", contexts=(a_context(document),))
        for d, document in enumerate(made)
        for i in range(start, start + each)
    )


def a_run(row_id: str = "row-1", repetition: int = 1, error: str | None = None, **scores: float | None) -> ScoredRun:
    """A call that answered and was scored, or that failed; a score None is one that could not be computed."""
    answer = None if error else TaskAnswer(answer="40 bar", retrieved=())
    run = TaskRun(row_id=row_id, repetition=repetition, answer=answer, error=error, started_at=NOW, ended_at=NOW)
    return ScoredRun(
        run=run, evaluations=tuple(Evaluation(name=n, score=s, error="no luck" if s is None else None) for n, s in scores.items())
    )


def a_summary(**changes: Any) -> ExperimentSummary:
    """Version 1.0.0 by the baseline task."""
    fields: dict[str, Any] = {
        "experiment_id": "00000000-0000-0000-0000-000000000001",
        "testset_name": "golden",
        "version": "1.0.0",
        "testset_hash": "a" * 64,
        "task": "baseline",
        "task_fingerprint": "f" * 64,
        "evaluators": ("exact_match",),
        "repetitions": 1,
        "phoenix_experiment_id": "RXhwOjE=",
        "dataset_id": "RGF0YTox",
        "dataset_version_id": "VmVyOjE=",
        "url": "http://127.0.0.1:6006/datasets/RGF0YTox/compare?experimentId=RXhwOjE=",
        "status": "completed",
    }
    return ExperimentSummary(**fields | changes)


def an_experiment(
    rows: Sequence[TestsetRow], scores: Mapping[str, Callable[[int], float]], failed: Sequence[int] = (), **changes: Any
) -> Experiment:
    """Every row scored by its position; positions in ``failed`` are calls that went wrong."""
    runs = tuple(
        a_run(row.row_id, error="TimeoutError: no answer" if i in failed else None)
        if i in failed
        else a_run(row.row_id, **{name: score(i) for name, score in scores.items()})
        for i, row in enumerate(rows)
    )
    return Experiment(summary=a_summary(evaluators=tuple(scores), run_count=len(runs), **changes), rows=tuple(rows), runs=runs)
