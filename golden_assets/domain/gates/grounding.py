"""The gates on what the critics found. `registry` lists them among the others.

Critics reject sound rows now and then. A gate fails when the share of rejected rows is above its limit **and** above what the critics'
measured rate of false rejects explains, by a one-sided binomial test at 5 % (`rejection_allowance`): a testset without a bad row fails at
most one time in twenty, whatever its size. The power against one bad row in ten is stated with each verdict; for 20 rows it is
small. The upper 95 % bound on rejections is that of Clopper and Pearson (1934).

A critic that cannot know abstains. The share is that of the rows on which something is known; where that is fewer than half of them, and
the rejected ones alone do not fail the gate, the verdict is *not judged*.
"""

from collections.abc import Mapping, Sequence, Set
from math import floor
from types import MappingProxyType
from typing import NamedTuple

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec, Verdict
from golden_assets.domain.critics.llm_judgements import FINDING_NAMES
from golden_assets.domain.critics.rates import Rates, Reviewed, rates_for
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.quality.report import FIT
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections, rejection_power
from golden_assets.domain.testsets.findings import Finding

Findings = Sequence[Sequence[Finding]]


class GateCritics(NamedTuple):
    """The critics that a gate hears: all their rejections count, and what ``deciding`` ones do not abstain on is known."""

    critics: tuple[str, ...]
    deciding: tuple[str, ...]


GROUNDING = GateCritics(("answer_is_supported", FINDING_NAMES["claims"]), ("answer_is_supported", FINDING_NAMES["claims"]))
FITTING = GateCritics(("question_is_answerable", FINDING_NAMES["answerable"], FINDING_NAMES["closed_book"]), (FINDING_NAMES["answerable"],))
"""That a question is about what its passages say does not prove that its reference answers it, so that rule rejects and decides nothing."""
STANDING = GateCritics(("question_stands_alone",), ("question_stands_alone",))
_REVIEW = "Let a model judge (critics in the settings), or look at the rows with golden-assets review."


class TestsetFacts(NamedTuple):
    """What is known of a testset beside its findings: the rows that people vouch for, its languages as code to rows, and, by gate, what
    critics say of rows that people decided on.
    """

    vouched: Set[str] = frozenset()
    languages: Mapping[str, int] = MappingProxyType({})
    reviewed: Mapping[str, Reviewed] = MappingProxyType({})


NOTHING = TestsetFacts()
RATES = ("critic_false_rejects", "critic_recall")


@gate("post-generation", "report", "max_ungrounded_share", *RATES, reads=lambda of, limits: (of.measures.findings, limits, of.beside))
def answers_are_grounded(findings: Findings, thresholds: Thresholds, beside: TestsetFacts = NOTHING) -> Verdict:
    """The cited passages say what the answers say, numbers, negations and names included."""
    unknown = "the critics abstained on {silent} of {rows} rows, whose answers are in words of their own, and no model decided."
    return _judge(answers_are_grounded.spec, findings, GROUNDING, thresholds.max_ungrounded_share, thresholds, beside, unknown)


@gate("post-generation", "report", "max_misfit_share", *RATES, reads=lambda of, limits: (of.measures.findings, limits, of.beside))
def answers_fit_their_questions(findings: Findings, thresholds: Thresholds, beside: TestsetFacts = NOTHING) -> Verdict:
    """The reference answers are answers to their questions, by what a model or people say."""
    unknown = "on {silent} of {rows} rows neither a model nor a person has said that the reference answers the question."
    return _judge(answers_fit_their_questions.spec, findings, FITTING, thresholds.max_misfit_share, thresholds, beside, unknown)


@gate("post-generation", "report", "max_dangling_share", *RATES, reads=lambda of, limits: (of.measures.findings, limits, of.beside))
def questions_stand_alone(findings: Findings, thresholds: Thresholds, beside: TestsetFacts = NOTHING) -> Verdict:
    """No question points at something that only a reader of the passage sees: "this document", "the above", "it"."""
    unknown = "the critic abstained on {silent} of {rows} rows, and no person has looked at them."
    return _judge(questions_stand_alone.spec, findings, STANDING, thresholds.max_dangling_share, thresholds, beside, unknown)


REMEDIES = {
    "answers_are_grounded": "Generate these rows again, or correct them.",
    FIT: "Generate these rows again, or correct the references.",
    "questions_stand_alone": "Generate these rows again, or name in the question what it is about.",
}


def _upper_bound(faulty: int, rows: int) -> float:
    """One-sided upper 95 % bound of a share, by the beta distribution; 1 where every row, or none at all, was seen."""
    from scipy.special import betaincinv

    return float(betaincinv(faulty + 1, rows - faulty, 0.95)) if faulty < rows else 1.0


def _is_known(of_row: Sequence[Finding], critics: GateCritics, vouched: Set[str]) -> bool:
    """Whether a critic rejects a row, a deciding one has decided, or a person vouches for it."""
    return any(
        (one.verdict == "rejected" and one.critic in critics.critics)
        or (one.verdict != "abstained" and one.critic in critics.deciding)
        or one.row_id in vouched
        for one in of_row
    )


def _judge(
    judged: GateSpec,
    findings: Findings,
    critics: GateCritics,
    limit: float,
    thresholds: Thresholds,
    beside: TestsetFacts,
    unknown: str,
) -> Verdict:
    rates = rates_for(judged.name, thresholds, beside.languages, beside.reviewed.get(judged.name, Reviewed()))
    rejected = [[f for f in of_row if f.verdict == "rejected" and f.critic in critics.critics] for of_row in findings]
    faulty, rows = [of_row[0] for of_row in rejected if of_row], len(findings)
    known = sum(_is_known(of_row, critics, beside.vouched) for of_row in findings)
    is_known = 2 * known >= rows
    n = known if is_known else rows
    tolerated = max(floor(round(limit * n, 6)), allowed_rejections(n, rates.false_rejects))
    is_judged = is_known or len(faulty) > tolerated
    power = rejection_power(n, tolerated, rates.recall, rates.false_rejects)
    said = _explain(len(faulty), n, tolerated, power, rates) + (f" {rows - known} more could not be judged." if known < rows else "")
    return Verdict.of(
        judged,
        round(len(faulty) / n, 6) if n else 0.0,
        "<=",
        max(limit, round(tolerated / n, 6)) if n else limit,
        explanation=said if is_judged else unknown.format(silent=rows - known, rows=rows) + _besides(len(faulty)),
        offenders=[f"{finding.row_id}: {finding.reason}" for finding in faulty],
        remedy=REMEDIES[judged.name] if is_judged else _REVIEW,
        fingerprint=thresholds.fingerprint,
        n=n,
        power=round(power, 6) if is_judged else None,
        is_judged=is_judged,
    )


def _besides(faulty: int) -> str:
    return f" Critics reject {faulty} rows." if faulty else ""


def _explain(faulty: int, rows: int, tolerated: int, power: float, rates: Rates) -> str:
    return (
        f"{faulty} of {rows} rows are rejected; up to {tolerated} may be, since critics reject {rates.false_rejects:.1%} of sound "
        f"rows, too. {rates.basis} If one row in ten were bad, this gate would fail with a probability of {power:.2f}. At 95 % confidence "
        f"at most {_upper_bound(faulty, rows):.1%} of rows made this way are rejected."
    )
