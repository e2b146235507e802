"""What must not be read into a comparison of two experiments."""

from collections.abc import Mapping, Sequence

from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments.experiment import OVERALL, RETRIEVAL_SCORES, Experiment, ExperimentSummary
from golden_assets.domain.quality.power import correlation_within, documents_of
from golden_assets.domain.testsets.testset import UNKNOWN, TestsetRow

SYNTHETIC_CAUTION = (
    "The rows are synthetic. Synthetic testsets rank retriever settings as people's questions do, but not generators "
    "(van Elburg, van der Putten and Marx 2025, arXiv:2508.11758): do not choose a language model or a prompt by an answer score alone."
)
SAME_RETRIEVER_CAUTION = "Both sides retrieved equally well on every row, so the answer scores compare generators. "
SAME_TASK_CAUTION = "One task over two versions: a higher score on B says that B is easier for this task, not that anything got better."

CHANGED_TASK_CAUTION = (
    "The task has the same name on both sides, but its code or its documents differ: the common rows show what that did, the others what "
    "the testset did."
)


def cautions_on(
    a: Experiment,
    b: Experiment,
    names: Sequence[str],
    scores_a: Mapping[str, Mapping[str, float]],
    scores_b: Mapping[str, Mapping[str, float]],
) -> tuple[str, ...]:
    """What a reader could get wrong about these two; ``names`` are the scores that both have."""
    found = [
        f"{len(e.failures)} of {counted(len(e.runs), 'call')} of {e.summary.task} failed; each scores 0." for e in (a, b) if e.failures
    ]
    unscored = a.summary.unscored_count + b.summary.unscored_count
    found += [f"{counted(unscored, 'score')} could not be computed; rows without one are missing from these scores."] if unscored else []
    partial = {row for scores in (scores_a, scores_b) for name in names for row in scores[name].keys() - averages(scores, names)}
    found += [f"{counted(len(partial), 'row')} without a score that others have: left out of the {OVERALL}."] if partial else []
    changed = changed_evaluators(a.summary, b.summary)
    found += [f"Another judge or other code computed {', '.join(changed)} on each side: run both again with one."] if changed else []
    same_task = a.summary.task == b.summary.task
    other_task = a.summary.task_fingerprint != b.summary.task_fingerprint
    if same_task and (other_task or a.summary.version != b.summary.version):
        found.append(CHANGED_TASK_CAUTION if other_task else SAME_TASK_CAUTION)
    answers = [name for name in names if name not in RETRIEVAL_SCORES]
    synthetic = any(row.synthesizer_name != UNKNOWN and not row.is_human for row in (*a.rows, *b.rows))
    if synthetic and answers and not same_task:
        retrieval = [name for name in RETRIEVAL_SCORES if name in scores_a and name in scores_b]
        same = bool(retrieval) and all(scores_a[name] == scores_b[name] for name in retrieval)
        found.append((SAME_RETRIEVER_CAUTION if same else "") + SYNTHETIC_CAUTION)
    return tuple(found)


def changed_evaluators(a: ExperimentSummary, b: ExperimentSummary) -> tuple[str, ...]:
    """Names of the scores that both sides have and that differ in who computed them: a judge's model, or the code of an evaluator."""
    if not (a.evaluator_fingerprints and b.evaluator_fingerprints):
        return ()
    of_a, of_b = (dict(zip(side.evaluators, side.evaluator_fingerprints, strict=True)) for side in (a, b))
    return tuple(name for name in of_a if name in of_b and of_a[name] != of_b[name])


def averages(scores: Mapping[str, Mapping[str, float]], names: Sequence[str]) -> dict[str, float]:
    """The mean of each row's scores, over the rows that have them all."""
    rows = [row for row in scores[names[0]] if all(row in scores[name] for name in names)]
    return {row: sum(scores[name][row] for name in names) / len(names) for row in rows}


def rows_and_correlation(experiment: Experiment) -> tuple[list[TestsetRow], float | None]:
    """The rows that have every score, and how alike those of one document score; None where these scores cannot tell."""
    names = list(experiment.row_scores)
    scores = averages(experiment.row_scores, names) if names else {}
    scored = [row for row in experiment.rows if row.row_id in scores]
    return scored, correlation_within(documents_of(scored), [scores[row.row_id] for row in scored])
