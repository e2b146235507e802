"""What a run takes over from an earlier testset."""

from collections.abc import Sequence
from typing import NamedTuple

from golden_assets.adapters.ragas.planning.chunked_corpus import ChunkedCorpus
from golden_assets.adapters.tracing import span
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.allocation import allocate
from golden_assets.domain.generation.regeneration import Plan, Target, home, plan_rows
from golden_assets.domain.ports.judging import hear
from golden_assets.domain.ports.models import RowCritic
from golden_assets.domain.testsets.freshness import RowFreshness, classify_rows
from golden_assets.domain.testsets.human_override import after_criticism, open_to_criticism, still_approved, still_vouched_for
from golden_assets.domain.testsets.testset import GenerationRequest, RejectedRow, RowFailure, Testset


class ContinuationPlan(NamedTuple):
    """``plan``: what stays and what is written. ``known_failures``: of documents that yielded nothing before and have no row now.

    ``refused``: rows that still hold and that critics reject. ``approved``: ids of those that a reviewer approved.
    """

    plan: Plan
    known_failures: tuple[RowFailure, ...] = ()
    refused: tuple[RejectedRow, ...] = ()
    approved: frozenset[str] = frozenset()


async def hold_against(base: Testset | None, corpus: Corpus, critic: RowCritic | None) -> tuple[RowFreshness, ...]:
    """The rows of a base on this corpus, with what the critics of today have against those that would be taken over.

    Raises what `RowCritic.judge` does.
    """
    found = classify_rows(base.rows, corpus) if base else ()
    rows = open_to_criticism(base, found) if base and critic else ()
    if not (critic and rows):
        return found
    with span("judge_kept_rows", rows=len(rows)):
        heard = await hear(critic, rows)
    return after_criticism(found, dict(zip((row.row_id for row in rows), heard.findings, strict=True)))


def plan_run(
    found: Sequence[RowFreshness], request: GenerationRequest, chunked: ChunkedCorpus, personas: int, base: Testset | None
) -> ContinuationPlan:
    """Everything is to be written without a base, or with one of which no row still holds. ``found``: the rows of the base now."""
    refused = tuple(RejectedRow(row=item.row, findings=item.rejections) for item in found if item.rejections)
    if base is None or not any(item.is_usable for item in found):
        return ContinuationPlan(
            Plan({}, allocate(request.size, request.question_types, chunked.weights, personas, request.seed)), refused=refused
        )
    failures = [failure for failure in base.failures if failure.subject in chunked.chunks]
    barren = {failure.subject for failure in failures}
    plan = plan_rows(found, Target(request, chunked.weights, personas), barren, still_vouched_for(base, found))
    covered = {*(home(row) for row in plan.kept.values()), *(slot.document_id for slot in plan.slots)}
    approved = still_approved(base, found) & {row.row_id for row in plan.kept.values()}
    return ContinuationPlan(plan, tuple(failure for failure in failures if failure.subject not in covered), refused, approved)
