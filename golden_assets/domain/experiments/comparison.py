"""Two experiments compared: each score, the decision, and what must not be read into it."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Literal

from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments import inference
from golden_assets.domain.experiments.caveats import averages, cautions_on, changed_evaluators
from golden_assets.domain.experiments.experiment import OVERALL, Experiment, ExperimentSummary
from golden_assets.domain.experiments.inference import DocumentTotals
from golden_assets.domain.experiments.score_decomposition import Bridge, build_bridge
from golden_assets.domain.quality.power import smallest_difference
from golden_assets.domain.statistics.distributions import ALPHA, POWER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Design = Literal["paired", "unpaired", "partly paired"]
RELATIVE_IMPROVEMENT = 0.05
"""B is promoted when its score exceeds A's by more than this share of it: the plan's rule, ``exp_b.avg_score > exp_a.avg_score * 1.05``."""
MIN_DOCUMENTS = 6
"""Fewer documents give no decision: one in sixteen ways to swap the arms of five is the most extreme one, more than 5 %."""
A_HIGHER, B_HIGHER, TOO_FEW = "A higher", "B higher", "too few documents"


class MetricComparison(Record):
    """One score of both sides. ``p_value`` is of the randomisation test, ``adjusted_p_value`` Holm's over all scores but the primary one.

    ``low`` and ``high`` bound the difference at 95 %, None for a single document.
    ``mcnemar_p_value`` is there for scores of 0 and 1 on shared rows and takes rows for independent: read it beside the other, not instead.
    ``bridge`` splits the difference.
    """

    metric: str
    design: Design
    rows_a: int
    rows_b: int
    documents: int
    mean_a: float
    mean_b: float
    difference: float
    standard_error: float | None
    low: float | None
    high: float | None
    p_value: float
    adjusted_p_value: float
    mcnemar_p_value: float | None
    minimum_detectable_effect: float | None
    bridge: Bridge

    @property
    def verdict(self) -> str:
        """The difference in words, as far as interval and test agree on it."""
        if self.low is None or self.high is None or self.documents < MIN_DOCUMENTS:
            return TOO_FEW
        if self.adjusted_p_value < ALPHA and (self.low > 0 or self.high < 0):
            return B_HIGHER if self.low > 0 else A_HIGHER
        return "none found"


class ABComparison(Record):
    """Experiment B against experiment A. ``primary`` is the score that decides; it is tested alone, the others together.

    Where ``primary`` is among ``metrics`` it is the same there, so that no page states two findings of one score.

    ``changed_evaluators`` are scores that another judge or other code computed on each side, as far as that is on record.
    ``better`` is what the rule and the interval say, ``promoted`` whether B was made the active version upon it.
    """

    a: ExperimentSummary
    b: ExperimentSummary
    primary: MetricComparison
    metrics: tuple[MetricComparison, ...]
    better: bool
    reason: str
    cautions: tuple[str, ...]
    changed_evaluators: tuple[str, ...] = ()
    promoted: bool = False
    alpha: float = ALPHA
    power: float = POWER

    @property
    def decision(self) -> str:
        """The outcome in a few words; `reason` says why."""
        return "B is better" if self.better else "B is not shown to be better"


def compare_experiments(a: Experiment, b: Experiment, primary: str = OVERALL) -> ABComparison:
    """Compare B with A. The same experiments always give the same figures.

    Args:
        primary: the score that decides: a score's name, or `OVERALL` for the mean of a row's scores.

    Raises:
        ExperimentError: they have no score in common, or not the primary one.
    """
    scores_a, scores_b = a.row_scores, b.row_scores
    names = [name for name in a.summary.evaluators if name in scores_a and name in scores_b]
    if not names:
        failed = next((run.error for run in (*a.failures, *b.failures)), "no evaluator in common")
        raise ExperimentError(f"the two experiments have no score in common ({failed})", "see their runs in Phoenix, and run them again")
    if primary not in (*names, OVERALL):
        raise ExperimentError(f"{primary} is not a score of both experiments", f"choose one of {', '.join((*names, OVERALL))}")
    documents = _documents(a) | _documents(b)
    compared = [_compare(name, scores_a[name], scores_b[name], documents) for name in names]
    metrics = tuple(_adjusted(compared, primary))
    decisive = next((one for one in compared if one.metric == primary), None) or _overall(scores_a, scores_b, names, documents)
    better, reason = decide(decisive)
    return ABComparison(
        a=a.summary,
        b=b.summary,
        primary=decisive,
        metrics=metrics,
        better=better,
        reason=reason,
        cautions=cautions_on(a, b, names, scores_a, scores_b),
        changed_evaluators=changed_evaluators(a.summary, b.summary),
    )


def decide(primary: MetricComparison) -> tuple[bool, str]:
    """Whether B is better by the plan's rule, the interval and the test (`MetricComparison.verdict`), and why or why not."""
    needed = primary.mean_a * (1 + RELATIVE_IMPROVEMENT)
    scores = f"{primary.metric} {primary.mean_b:.3f} against {primary.mean_a:.3f}"
    if not primary.mean_b > needed:
        return False, f"{scores} is not more than {100 * RELATIVE_IMPROVEMENT:.0f} % higher (needs above {needed:.3f})"
    if primary.low is None or primary.high is None or primary.documents < MIN_DOCUMENTS:
        return False, f"{scores}, but {counted(primary.documents, 'document')} in all: too few to decide (at least {MIN_DOCUMENTS})"
    interval = f"95 % interval of the difference {primary.low:+.3f} to {primary.high:+.3f}"
    if primary.low <= 0:
        return False, f"{scores}, but the {interval} does not exclude zero"
    if primary.verdict != B_HIGHER:
        return False, f"{scores}, {interval}, but the test finds no difference (p {primary.adjusted_p_value:.3f})"
    return True, f"{scores}, more than {100 * RELATIVE_IMPROVEMENT:.0f} % higher; {interval}"


def document_totals(scores_a: Mapping[str, float], scores_b: Mapping[str, float], documents: Mapping[str, str]) -> DocumentTotals:
    """Sums and counts per document, the documents in order of their ids; ``documents`` maps row ids to them."""
    import numpy as np

    names = sorted({documents[row] for row in (*scores_a, *scores_b)})
    place = {name: position for position, name in enumerate(names)}

    def add_up(scores: Mapping[str, float]) -> tuple["NDArray[np.float64]", "NDArray[np.float64]"]:
        """Sum and number of these rows' scores, per document."""
        places = np.array([place[documents[row]] for row in scores], dtype=np.intp)
        sums, rows = np.zeros(len(names)), np.zeros(len(names))
        np.add.at(sums, places, list(scores.values()))
        np.add.at(rows, places, 1.0)
        return sums, rows

    return DocumentTotals(*add_up(scores_a), *add_up(scores_b))


def _adjusted(compared: Sequence[MetricComparison], primary: str) -> list[MetricComparison]:
    """The scores with Holm's p-values over those that do not decide."""
    others = [one for one in compared if one.metric != primary]
    adjusted = dict(zip((one.metric for one in others), inference.holm([one.p_value for one in others]), strict=True))
    return [one.model_copy(update={"adjusted_p_value": adjusted.get(one.metric, one.p_value)}) for one in compared]


def _compare(name: str, scores_a: Mapping[str, float], scores_b: Mapping[str, float], documents: Mapping[str, str]) -> MetricComparison:
    totals = document_totals(scores_a, scores_b, documents)
    estimate = inference.difference(totals)
    p_value = inference.randomisation_p_value(totals, _generator(scores_a, scores_b))
    interval = inference.randomisation_interval(totals, _generator(scores_a, scores_b))  # of the same draws: both agree on zero
    bridge = _bridge(scores_a, scores_b, documents, interval)
    return MetricComparison(
        metric=name,
        design="paired" if not (bridge.added_rows or bridge.removed_rows) else "partly paired" if bridge.common_rows else "unpaired",
        rows_a=len(scores_a),
        rows_b=len(scores_b),
        documents=estimate.documents,
        mean_a=bridge.mean_a,
        mean_b=bridge.mean_b,
        difference=bridge.change,
        standard_error=estimate.standard_error if estimate.documents > 1 else None,
        low=interval[0] if interval else None,
        high=interval[1] if interval else None,
        p_value=p_value,
        adjusted_p_value=p_value,
        mcnemar_p_value=_mcnemar(scores_a, scores_b),
        minimum_detectable_effect=_detectable(estimate, interval),
        bridge=bridge,
    )


def _bridge(
    scores_a: Mapping[str, float], scores_b: Mapping[str, float], documents: Mapping[str, str], whole: tuple[float, float] | None
) -> Bridge:
    """The bridge, with the interval of its common part: that of the common rows' difference in the part's weight."""
    bridge = build_bridge(scores_a, scores_b)
    if not bridge.common_rows:
        return bridge
    a, b = ({row: score for row, score in scores.items() if row in scores_a and row in scores_b} for scores in (scores_a, scores_b))
    alone = bridge.removed_rows or bridge.added_rows
    interval = inference.randomisation_interval(document_totals(a, b, documents), _generator(a, b)) if alone else whole
    ends = (
        {} if interval is None else {f"common_{end}": bridge.common_weight * at for end, at in zip(("low", "high"), interval, strict=True)}
    )
    return bridge.model_copy(update=ends)


def _overall(
    scores_a: Mapping[str, Mapping[str, float]],
    scores_b: Mapping[str, Mapping[str, float]],
    names: Sequence[str],
    documents: Mapping[str, str],
) -> MetricComparison:
    """The mean of each row's scores. Raises `ExperimentError` when a side has no row with them all."""
    averages_a, averages_b = averages(scores_a, names), averages(scores_b, names)
    if not (averages_a and averages_b):
        raise ExperimentError(f"no row has all of the scores {', '.join(names)}", "name one of them as the score that decides")
    return _compare(OVERALL, averages_a, averages_b, documents)


def _detectable(estimate: inference.Difference, interval: tuple[float, float] | None) -> float | None:
    """The true difference whose interval excludes zero with the customary power; None without an error to go by."""
    if interval is None or not estimate.standard_error:
        return None
    return smallest_difference((interval[1] - interval[0]) / 2, estimate.standard_error, estimate.documents - 1)


def _mcnemar(scores_a: Mapping[str, float], scores_b: Mapping[str, float]) -> float | None:
    """Of the shared rows, when every one of them is right or wrong."""
    pairs = [(scores_a[row], scores_b[row]) for row in scores_a.keys() & scores_b.keys()]
    if not pairs or any(score not in (0.0, 1.0) for pair in pairs for score in pair):
        return None
    return inference.mcnemar_mid_p(pairs.count((1.0, 0.0)), pairs.count((0.0, 1.0)))


def _documents(experiment: Experiment) -> dict[str, str]:
    """Row id to the first document that the row cites; a row that cites none is a document of its own."""
    return {row.row_id: next(iter(row.document_ids), row.row_id) for row in experiment.rows}


def _generator(scores_a: Mapping[str, float], scores_b: Mapping[str, float]) -> "np.random.Generator":
    """Randomness that follows from the scores alone: the average of one score has the figures of that score."""
    import numpy as np

    return np.random.default_rng(int(sha256_json([dict(scores_a), dict(scores_b)])[:16], 16))
