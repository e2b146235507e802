"""Does a multi-hop question need all its passages?"""

from collections.abc import Iterable, Sequence, Set

from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.critics.support import SUPPORTED, claims_of, support
from golden_assets.domain.faults import RowMeasures, hops_are_distinct, is_multi_hop
from golden_assets.domain.testsets import TestsetRow


def every_hop_is_needed(row: TestsetRow) -> Finding:
    """No single one of the cited passages says the whole answer. ``score`` is the share of claims that the best single passage lacks,
    1 for the half of them or more.
    """
    claims = claims_of(row.reference)
    said = [[support(claim, [context]) for claim in claims] for context in row.contexts]
    counts = [sum(item.holds for item in supports) for supports in said]
    most = max(counts, default=0)
    alone = most == len(claims)
    best = said[counts.index(most)][0].place if said else None
    if not hops_are_distinct(row):
        score, reason = 0.0, "fewer than two different passages are cited"
    elif alone:
        score, reason = 0.0, "one of the cited passages says the whole answer"
    elif len(claims) == 1 and max((supports[0].score for supports in said), default=0) >= SUPPORTED:
        score, reason = 0.5, "nearly all of the answer stands in one of the cited passages"
    else:
        score, reason = min(1.0, 2 * (1 - most / len(claims))), "the answer takes more than one of the cited passages"
    return Finding(
        row_id=row.row_id,
        critic="every_hop_is_needed",
        score=round(score, 4),
        verdict="rejected" if score == 0 else "passed",
        reason=reason,
        evidence=best and best.evidence,
    )


def with_false_hops(
    measures: RowMeasures, rows: Sequence[TestsetRow], findings: Iterable[Iterable[Finding]] = (), vouched: Set[str] = frozenset()
) -> RowMeasures:
    """The measures with the multi-hop rows whose answer one passage gives among the false ones; rows that a person wrote, or
    whose id is ``vouched`` for, are taken as they are.

    ``findings`` are what critics found in these rows already; a row without is looked at here.
    """
    known = {fault.split(":")[0] for fault in measures.false_hops}
    judged = {one.row_id: one for of_row in findings for one in of_row if one.critic == every_hop_is_needed.__name__}
    suspects = [row for row in rows if is_multi_hop(row) and not row.is_human and row.row_id not in known | vouched]
    looked = [(row, judged.get(row.row_id) or every_hop_is_needed(row)) for row in suspects]
    found = [f"{row.row_id}: {finding.reason}: {row.user_input}" for row, finding in looked if finding.verdict == "rejected"]
    return measures.model_copy(update={"false_hops": (*measures.false_hops, *found)})
