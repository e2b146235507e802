"""Does a multi-hop question need all its passages?"""

from collections.abc import Iterable, Sequence, Set

from golden_assets.domain.core.text_features import read, without_reply
from golden_assets.domain.critics.groundedness import claims_of, evidence_in, support, telling_of
from golden_assets.domain.critics.llm_judgements import FINDING_NAMES
from golden_assets.domain.testsets.findings import CriticVerdict, Finding
from golden_assets.domain.testsets.row_checks import RowMeasures, hops_are_distinct, is_multi_hop
from golden_assets.domain.testsets.testset import Context, TestsetRow

NEEDED = 0.15
"""Share of what question and answer take from the passages that must not be in one of them alone."""
ALONE = 0.0
"""Up to this share nothing is taken from a second passage; between the two the critic abstains."""

HOP_CRITICS = ("every_hop_is_needed", FINDING_NAMES["hop"])


def every_hop_is_needed(row: TestsetRow) -> Finding:
    """No single one of the cited passages says the whole answer and is about all that the question asks.

    ``score`` is 1 where the best single passage lacks a third or more of what question and answer take from all of them.
    """
    wanted = (read(row.user_input).telling | read(row.reference).telling) & _said_in(row.contexts)
    lacking = [len(wanted - telling_of(context.text)) / len(wanted) if wanted else 0.0 for context in row.contexts]
    least = min(lacking, default=0.0)
    best = row.contexts[lacking.index(least)] if lacking else None
    verdict, reason = _verdict_on(row, least)
    return Finding(
        row_id=row.row_id,
        critic="every_hop_is_needed",
        score=0.0 if verdict == "rejected" else round(min(1.0, 3 * least), 4),
        verdict=verdict,
        reason=reason,
        evidence=evidence_in(best, 0, len(best.text)) if best else None,
    )


def _verdict_on(row: TestsetRow, least: float) -> tuple[CriticVerdict, str]:
    """By how much the best single passage lacks, and which claims of the answer it says."""
    if not hops_are_distinct(row):
        return "rejected", "fewer than two different passages are cited"
    said = _claims_said(row)
    if least >= NEEDED or (said and not any(map(all, said))):
        return "passed", "question and answer take more than one of the cited passages"
    if least <= ALONE:
        return "rejected", "one of the cited passages is about all that the question asks and says the whole answer"
    return "abstained", "one of the cited passages holds nearly all of question and answer"


def _claims_said(row: TestsetRow) -> list[list[bool]]:
    """Which claims of an answer of several each passage says; nothing for a single claim."""
    claims = claims_of(without_reply(row.reference))
    return [[support(claim, [context]).holds for claim in claims] for context in row.contexts] if len(claims) > 1 else []


def _said_in(contexts: Sequence[Context]) -> frozenset[str]:
    return frozenset().union(*(telling_of(context.text) for context in contexts))


def with_false_hops(
    measures: RowMeasures, rows: Sequence[TestsetRow], findings: Iterable[Iterable[Finding]] = (), vouched: Set[str] = frozenset()
) -> RowMeasures:
    """The measures with the multi-hop rows of which one passage is enough among the false ones, by the rule or by a model; rows that a
    person wrote, or whose id is ``vouched`` for, are taken as they are.

    ``findings`` are what critics found in these rows already; a row without is looked at here.
    """
    known = {fault.split(":")[0] for fault in measures.false_hops}
    judged: dict[str, list[Finding]] = {}
    for finding in (one for of_row in findings for one in of_row if one.critic in HOP_CRITICS):
        judged.setdefault(finding.row_id, []).append(finding)
    suspects = [row for row in rows if is_multi_hop(row) and not row.is_human and row.row_id not in known | vouched]
    looked = [(row, judged.get(row.row_id) or [every_hop_is_needed(row)]) for row in suspects]
    against = [(row, found) for row, of_row in looked for found in of_row[::-1] if found.verdict == "rejected"]
    found = {row.row_id: f"{row.row_id}: {finding.reason}: {row.user_input}" for row, finding in against}
    return measures.model_copy(update={"false_hops": (*measures.false_hops, *found.values())})
