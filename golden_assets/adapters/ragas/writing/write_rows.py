"""Writing the rows of one run: what the RAGAS client, the schedule and the critics are put together for."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from golden_assets.adapters.ragas.client.lazy_import import load_ragas
from golden_assets.adapters.ragas.client.shared_tasks import Spawn
from golden_assets.adapters.ragas.filtering.accepted_rows import NEAR_DUPLICATE, AcceptedRows
from golden_assets.adapters.ragas.filtering.critic_filter import CriticFilter
from golden_assets.adapters.ragas.planning.candidate_order import CandidateSchedule
from golden_assets.adapters.ragas.planning.chunked_corpus import ChunkedCorpus, promising
from golden_assets.adapters.ragas.planning.embedding_neighbours import Neighbours
from golden_assets.adapters.ragas.planning.personas import PersonaFields
from golden_assets.adapters.ragas.planning.row_sources import RELATIONS, RowSourceFinder
from golden_assets.adapters.ragas.planning.sampling import draw
from golden_assets.adapters.ragas.writing.failure_log import FailureLog
from golden_assets.adapters.ragas.writing.fill_slots import SlotFiller
from golden_assets.adapters.ragas.writing.row_builder import RowBuilder
from golden_assets.adapters.tracing import span
from golden_assets.domain.core.text import counted
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.generation.regeneration import Plan
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.models import ChatModel, Embedder, RowCritic, SelectiveModel
from golden_assets.domain.testsets.testset import GenerationRequest, RejectedRow, TestsetRow

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient

STAGE = "rows"
"""The stage that progress is reported of."""
REPORT_SECONDS = 5.0
PROMISING = 8
"""Chunks per row that a selective model finds something in before it stops looking."""
Promise = Callable[[str], int]
UNSURE_REMEDY = "ask for fewer rows, add documents with more prose, or configure a language model"


class GeneratorContext(NamedTuple):
    """What a generator writes with, run for run."""

    model: ChatModel
    embedder: Embedder
    critic: RowCritic | None
    max_concurrency: int
    run_id: str | None
    max_question_similarity: float


class RunInput(NamedTuple):
    """One run: what is to be written, from what, by whom, beside which human rows, unlike which rejected ones, and who is told."""

    plan: Plan
    chunked: ChunkedCorpus
    request: GenerationRequest
    personas: tuple[PersonaFields, ...]
    seeds: tuple[TestsetRow, ...]
    barred: tuple[RejectedRow, ...]
    failure_log: FailureLog
    progress: Progress


class _Pass(NamedTuple):
    """What writes, from all chunks or from those that promise something; where this is known, asking costs nothing."""

    client: "RagasClient"
    promise: Promise | None


class Written(NamedTuple):
    """Slot number to row, the rows that critics rejected, and how often each critic could not judge."""

    rows: dict[int, TestsetRow]
    rejected: tuple[RejectedRow, ...]
    abstentions: dict[str, int]

    def beside(self, plan: Plan) -> list[TestsetRow]:
        """All rows in the order of their numbers; what was to give way stays where no row was written in its place."""
        return [row for _, row in sorted((dict(plan.giving_way) | self.rows | plan.kept).items())]


async def write_rows(work: RunInput, means: GeneratorContext) -> Written:
    """Rows for all slots of the plan that could be filled. The first error that ends the run stops all calls; it is raised as it is.

    Raises:
        GenerationError: there is not a single row, none that stays either.
    """
    slots, staying = work.plan.slots, (*work.plan.kept.values(), *work.plan.giving_way.values())
    if not slots:
        return Written({}, (), {})
    with span("load_ragas"):
        passes = await _passes(means, work)
    assembly = RowBuilder(passes[-1].client, work.personas, means.model.name, means.run_id)
    accepted, critic_filter = AcceptedRows(min(NEAR_DUPLICATE, means.max_question_similarity)), CriticFilter(means.critic, assembly.row_of)
    accepted.keep((*staying, *work.seeds))
    accepted.bar(one.row for one in work.barred)
    with span("write_rows", rows_asked=len(slots), rows_kept=len(work.plan.kept)):
        try:
            async with asyncio.TaskGroup() as tasks:
                reports = tasks.create_task(_report_regularly(work, accepted, len(slots)))
                await _fill(passes, lambda one: _filling(work, means, one, accepted, critic_filter, tasks.create_task), work)
                reports.cancel()
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
    if not (staying or accepted.drafts):
        raise work.failure_log.nothing_written()
    return Written(assembly.rows_of(work.plan, accepted.drafts, work.failure_log), critic_filter.rejected, critic_filter.abstentions)


async def _passes(means: GeneratorContext, work: RunInput) -> list[_Pass]:
    """The model, or its stricter selves where it has some: few rows that people keep are worth more than many."""
    model = means.model
    stricter = model.selective() if isinstance(model, SelectiveModel) else ()
    found: Sequence[tuple[ChatModel, Promise | None]] = [(one.model, one.promise) for one in stricter] or [(model, None)]
    return [_Pass(await load_ragas(one, means.max_concurrency, work.request.language), promise) for one, promise in found]


async def _fill(passes: Sequence[_Pass], filling_of: Callable[[_Pass], SlotFiller], work: RunInput) -> None:
    """Fill the slots with rows of their own types, then of any, each time in the order of the passes."""
    still_open = {slot.number: slot for slot in work.plan.slots}
    filling = cache(lambda turn: filling_of(passes[turn]))
    for other_types, turn in product((False, True), range(len(passes))):
        for slots in _groups(passes[turn], still_open.values()):
            left = await filling(turn).fill(slots, other_types=other_types)
            filled = {slot.number for slot in slots} - {slot.number for slot in left}
            still_open = {number: slot for number, slot in still_open.items() if number not in filled}
    if still_open and passes[0].promise is not None:
        reason = f"{counted(len(still_open), 'question')} not asked: of what is left the embedded model is not sure that it reads well"
        work.failure_log.note("testset", reason, UNSURE_REMEDY)


def _groups(one: _Pass, slots: Iterable[Slot]) -> list[list[Slot]]:
    """The slots that write at the same time: all of them; where facts that read well are few, those first that need two each."""
    alone = [slot for slot in slots if one.promise is not None and RELATIONS[slot.question_type] == ("alone",)]
    return [group for group in ([slot for slot in slots if slot not in alone], alone) if group]


async def _report_regularly(work: RunInput, accepted: AcceptedRows, total: int) -> None:
    """Say how far the work is also while no row is done: a local model takes minutes for the first."""
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        work.progress(STAGE, len(accepted.drafts), total)


def _filling(
    work: RunInput, means: GeneratorContext, one: _Pass, accepted: AcceptedRows, critic_filter: CriticFilter, spawn: Spawn
) -> SlotFiller:
    """What fills the slots, drawing from documents in the order that the seed decides."""
    slots, chunked = work.plan.slots, work.chunked
    if one.promise is not None:
        chunked = promising(chunked, {slot.document_id for slot in slots}, PROMISING * len(slots), one.promise)
    sampling_frame = draw(chunked, work.plan, [barred.row for barred in work.barred], work.request.seed)
    finder = RowSourceFinder(
        one.client,
        Neighbours(means.embedder, sampling_frame.near),
        sampling_frame,
        work.failure_log,
        spawn,
        is_choosy=one.promise is not None,
    )
    work.progress(STAGE, 0, len(slots))

    def _tell(rows: int) -> None:
        work.progress(STAGE, rows, len(slots))

    schedule = CandidateSchedule(sampling_frame.chunks, slots, accepted)
    return SlotFiller(one.client, finder, schedule, accepted, work.personas, work.failure_log, _tell, critic_filter, spawn)
