"""The gates on what the critics found. `propositions.catalogue` lists them among the others.

Critics reject sound rows now and then. A gate fails when the share of rejected rows is above its limit **and** above what the critics'
measured rate of false rejects explains, by a one-sided binomial test at 5 % (`allowances`): a testset without a bad row fails at most one
time in twenty, whatever its size. The power against one bad row in ten is stated with each verdict; for 20 rows it is small. The upper
95 % bound on rejections is that of Clopper and Pearson (1934).
"""

from collections.abc import Callable, Sequence
from math import floor

from golden_assets.domain.allowances import allowed_rejections, rejection_power
from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.critics.testimony import FINDING_NAMES
from golden_assets.domain.gates import GateSpec, Thresholds, Verdict

Findings = Sequence[Sequence[Finding]]
GROUNDING = ("answer_is_supported", FINDING_NAMES["claims"], FINDING_NAMES["answerable"])
"""The critics whose rejections mean that an answer is not grounded in what is cited; `contexts_are_verbatim` judges the quotes. The last
two ask a model, and are heard where it was asked.
"""


def answers_are_grounded(findings: Findings, thresholds: Thresholds) -> Verdict:
    """The cited passages say what the answers say, numbers, negations and names included."""
    return _judge(
        answers_are_grounded,
        findings,
        GROUNDING,
        thresholds.max_ungrounded_share,
        "Generate these rows again, or correct them.",
        thresholds,
    )


def questions_stand_alone(findings: Findings, thresholds: Thresholds) -> Verdict:
    """No question points at something that only a reader of the passage sees: "this document", "the above", "it"."""
    remedy = "Generate these rows again, or name in the question what it is about."
    return _judge(questions_stand_alone, findings, ("question_stands_alone",), thresholds.max_dangling_share, remedy, thresholds)


def spec_of(gate: Callable[..., Verdict]) -> GateSpec:
    """What is known of one of these gates: all judge the report after generation."""
    return GateSpec(name=gate.__name__, stage="post-generation", subject="report", description=gate.__doc__ or gate.__name__)


def _upper_bound(faulty: int, rows: int) -> float:
    """One-sided upper 95 % bound of a share, by the beta distribution; 1 where every row, or none at all, was seen."""
    from scipy.special import betaincinv

    return float(betaincinv(faulty + 1, rows - faulty, 0.95)) if faulty < rows else 1.0


def _judge(
    gate: Callable[..., Verdict], findings: Findings, critics: Sequence[str], limit: float, remedy: str, thresholds: Thresholds
) -> Verdict:
    rejected = [[f for f in of_row if f.verdict == "rejected" and f.critic in critics] for of_row in findings]
    faulty, rows = [of_row[0] for of_row in rejected if of_row], len(findings)
    silent = sum(any(f.verdict == "abstained" and f.critic in critics for f in of_row) for of_row in findings)
    tolerated = max(floor(round(limit * rows, 6)), allowed_rejections(rows, thresholds.critic_false_rejects))
    power = rejection_power(rows, tolerated, thresholds.critic_recall, thresholds.critic_false_rejects)
    return Verdict.of(
        spec_of(gate),
        round(len(faulty) / rows, 6) if rows else 0.0,
        "<=",
        max(limit, round(tolerated / rows, 6)) if rows else limit,
        explanation=_explain(len(faulty), rows, tolerated, power, thresholds) + (f" On {silent} a model abstained." if silent else ""),
        offenders=[f"{finding.row_id}: {finding.reason}" for finding in faulty],
        remedy=remedy,
        fingerprint=thresholds.fingerprint,
        n=rows,
        power=round(power, 6),
    )


def _explain(faulty: int, rows: int, tolerated: int, power: float, thresholds: Thresholds) -> str:
    return (
        f"{faulty} of {rows} rows are rejected; up to {tolerated} may be, since critics reject {thresholds.critic_false_rejects:.1%} of "
        f"sound rows, too. If one row in ten were bad, this gate would fail with a probability of {power:.2f}. At 95 % confidence at most "
        f"{_upper_bound(faulty, rows):.1%} of rows made this way are rejected."
    )
