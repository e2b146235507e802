"""How often critics err: by gate and language, counted on rows that people wrote, and on the rows of the testset that people decided on.

The counts are those of `docs/gates.md`, printed by ``python -m tools.human_critics`` and, of whether questions stand alone, by
``python -m bench.standing``: web searches (Natural Questions) are taken for sound, and questions from conversations that had to be
rewritten (TREC CAsT 2019 to 2021) for dangling, though not all of these point at something. They are of the rules with the shipped
embedder. How often a configured model errs is unknown before it was measured, so for the gate that hears models alone they are assumptions.
"""

from collections.abc import Mapping, Sequence, Set
from typing import NamedTuple

from golden_assets.domain.core.text import counted
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.statistics.distributions import wilson
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.languages import name_of

RULES = {
    "answers_are_grounded": ("answer_is_supported",),
    "answers_fit_their_questions": ("question_is_answerable",),
    "questions_stand_alone": ("question_stands_alone",),
}
"""Gate to the rule that it hears, which has no warnings of its own."""
Findings = Sequence[Sequence[Finding]]
_BY_SETTINGS = "The error rates are those of the settings."


class Tally(NamedTuple):
    """``hits`` of ``rows``."""

    hits: int
    rows: int

    def plus(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(self.hits + other.hits, self.rows + other.rows)

    @property
    def share(self) -> float:
        """``hits / rows``; 0 without rows."""
        return self.hits / self.rows if self.rows else 0.0

    def __str__(self) -> str:
        low, high = wilson(*self)
        return f"{self.share:.1%} of {self.rows} ({low:.1%} to {high:.1%})"


NONE = Tally(0, 0)


class Rates(NamedTuple):
    """What share of sound rows critics reject, what share of bad ones they find, and where these figures come from, a sentence."""

    false_rejects: float
    recall: float
    basis: str


class Reviewed(NamedTuple):
    """Rows of this testset that people decided on: of the good ones and of the bad ones, how many critics reject."""

    good: Tally = NONE
    bad: Tally = NONE


ASSUMED = Rates(0.02, 0.9, "How often this model errs was not measured; assumed are 2.0% of sound rows rejected and 90% of bad ones found.")
SOUND: Mapping[str, Mapping[str, Tally]] = {
    "answers_are_grounded": {"en": Tally(3, 300), "de": Tally(0, 120), "zh": Tally(0, 120)},
    "questions_stand_alone": {"en": Tally(66, 3557)},
    "hops_are_real": {"en": Tally(3, 120)},
}
"""Gate to language to the sound rows that are rejected."""
FOUND: Mapping[str, Mapping[str, Tally]] = {
    "answers_are_grounded": {"en": Tally(232, 256), "de": Tally(264, 292), "zh": Tally(53, 56)},
    "questions_stand_alone": {"en": Tally(320, 719)},
    "hops_are_real": {"en": Tally(116, 117), "de": Tally(87, 93), "zh": Tally(112, 112)},
}
"""Gate to language to the defects that are found, where the critic does not abstain."""


def rates_for(gate: str, thresholds: Thresholds, languages: Mapping[str, int] | None = None, reviewed: Reviewed = Reviewed()) -> Rates:  # noqa: B008 - immutable
    """The error rates that a gate allows for: those of the settings if there are some, else as counted, by the languages of the rows."""
    measured = _counted(gate, languages or {"en": 1}, reviewed) if gate in SOUND else _assumed(reviewed)
    own = (thresholds.critic_false_rejects, thresholds.critic_recall)
    if own == (None, None):
        return measured
    return Rates(own[0] if own[0] is not None else measured.false_rejects, own[1] if own[1] is not None else measured.recall, _BY_SETTINGS)


def _assumed(reviewed: Reviewed) -> Rates:
    if not reviewed.good.rows and not reviewed.bad.rows:
        return ASSUMED
    return ASSUMED._replace(basis=f"{ASSUMED.basis} {_of_review(reviewed)}")


def _counted(gate: str, languages: Mapping[str, int], reviewed: Reviewed) -> Rates:
    """Weighted by the rows of each language; what was not counted in a language is taken from English, and the sentence leaves it out."""
    known = {code: rows for code, rows in languages.items() if code in SOUND[gate] or code in FOUND[gate]}
    parts = known or {"en": 1}
    sound = _mean({code: SOUND[gate].get(code, SOUND[gate]["en"]).plus(reviewed.good).share for code in parts}, parts)
    recall = _mean({code: FOUND[gate].get(code, FOUND[gate]["en"]).plus(reviewed.bad).share for code in parts}, parts)
    said = "; ".join(f"in {name_of(code)} they {_counts_in(gate, code)}" for code in parts)
    foreign = sorted(languages.keys() - known.keys())
    unmeasured = f" Not measured in {', '.join(map(name_of, foreign))}." if foreign else ""
    return Rates(round(sound, 4), round(recall, 4), f"On rows that people wrote, {said}.{unmeasured} {_of_review(reviewed)}".strip())


def _counts_in(gate: str, code: str) -> str:
    """What was counted in a language: "reject 0.0% of 120 (0.0% to 3.1%) sound rows and find ... bad ones"."""
    sound, found = SOUND[gate].get(code), FOUND[gate].get(code)
    parts = (f"reject {sound} sound rows" if sound else "", f"find {found} bad ones" if found else "")
    return " and ".join(filter(None, parts))


def _mean(shares: Mapping[str, float], weights: Mapping[str, int]) -> float:
    return sum(share * weights[code] for code, share in shares.items()) / sum(weights.values())


def _of_review(reviewed: Reviewed) -> str:
    """What people decided on rows of this testset, and what critics say of these."""
    if not reviewed.good.rows and not reviewed.bad.rows:
        return ""
    (rejected, good), (found, bad) = reviewed
    return (
        f"Of this testset people called {counted(good, 'row')} good, of which critics reject {rejected}, and {bad} bad, of which critics "
        f"reject {found}."
    )


def reviewed_rows(findings: Findings, vouched: Set[str], bad: Findings) -> dict[str, Reviewed]:
    """By gate, what critics say of rows that people decided on. ``findings`` are those of a testset, where a rejection of a row that people
    vouch for is a warning; ``bad`` those of rows that reviewers rejected or changed.
    """
    good = [of_row for of_row in findings if of_row and of_row[0].row_id in vouched]
    return {
        gate: Reviewed(
            Tally(sum(any(one.critic in rules and one.verdict in ("warning", "rejected") for one in of_row) for of_row in good), len(good)),
            Tally(sum(any(one.critic in rules and one.verdict == "rejected" for one in of_row) for of_row in bad), len(bad)),
        )
        for gate, rules in RULES.items()
    }
