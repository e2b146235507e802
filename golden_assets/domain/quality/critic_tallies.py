"""How each critic judged the rows of a testset, as counts."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.testsets.findings import CriticVerdict, Finding

OPEN_VERDICTS: tuple[CriticVerdict, ...] = ("warning", "rejected", "abstained")


class CriticTally(Record):
    """``rows`` that a critic looked at, and how many of them it passed, warned of, rejected, or could not judge."""

    critic: str
    rows: int
    passed: int
    warnings: int
    rejected: int
    abstained: int


def tally(scores: Mapping[str, Sequence[float | None]], open_findings: Iterable[Finding]) -> list[CriticTally]:
    """One line per critic that looked at any row, from what a report keeps: scores, and the findings that did not pass."""
    found = Counter((finding.critic, finding.verdict) for finding in open_findings)
    critics = dict.fromkeys([*scores, *(critic for critic, _ in found)])
    return [line for critic in critics if (line := _line(critic, scores.get(critic, ()), found)).rows]


def _line(critic: str, scores: Sequence[float | None], found: Mapping[tuple[str, CriticVerdict], int]) -> CriticTally:
    warnings, rejected, abstained = (found.get((critic, verdict), 0) for verdict in OPEN_VERDICTS)
    judged = sum(score is not None for score in scores)
    return CriticTally(
        critic=critic,
        rows=judged + abstained,
        passed=judged - warnings - rejected,
        warnings=warnings,
        rejected=rejected,
        abstained=abstained,
    )
