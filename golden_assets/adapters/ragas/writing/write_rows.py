"""Writing the rows of one run: what the toolkit, the walks and the critics are put together for."""

import asyncio
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from itertools import product
from typing import TYPE_CHECKING, NamedTuple

from golden_assets.adapters.ragas.client.lazy_import import load_toolkit
from golden_assets.adapters.ragas.client.shared_tasks import Spawn
from golden_assets.adapters.ragas.filtering.accepted_rows import NEAR_DUPLICATE, Book
from golden_assets.adapters.ragas.filtering.critic_filter import Scrutiny
from golden_assets.adapters.ragas.planning.candidate_order import Walks
from golden_assets.adapters.ragas.planning.chunked_corpus import Shelf, promising
from golden_assets.adapters.ragas.planning.embedding_neighbours import Neighbours
from golden_assets.adapters.ragas.planning.personas import PersonaFields
from golden_assets.adapters.ragas.planning.row_sources import RELATIONS, Prospector
from golden_assets.adapters.ragas.planning.sampling import draw
from golden_assets.adapters.ragas.writing.failure_log import Journal
from golden_assets.adapters.ragas.writing.fill_slots import Filling
from golden_assets.adapters.ragas.writing.row_builder import Assembly
from golden_assets.adapters.tracing import span
from golden_assets.domain.core.text import counted
from golden_assets.domain.generation.allocation import Slot
from golden_assets.domain.generation.regeneration import Plan
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.models import ChatModel, Embedder, RowCritic, SelectiveModel
from golden_assets.domain.testsets.testset import GenerationRequest, RejectedRow, TestsetRow

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import Toolkit

STAGE = "rows"
"""The stage that progress is reported of."""
REPORT_SECONDS = 5.0
PROMISING = 8
"""Chunks per row that a selective model finds something in before it stops looking."""
Promise = Callable[[str], int]
UNSURE_REMEDY = "read these rows in a review, ask for fewer rows, or add documents with more prose"


class Means(NamedTuple):
    """What a generator writes with, run for run."""

    model: ChatModel
    embedder: Embedder
    critic: RowCritic | None
    max_concurrency: int
    run_id: str | None
    max_question_similarity: float


class Work(NamedTuple):
    """One run: what is to be written, from what, by whom, beside which human rows, unlike which rejected ones, and who is told."""

    plan: Plan
    shelf: Shelf
    request: GenerationRequest
    personas: tuple[PersonaFields, ...]
    seeds: tuple[TestsetRow, ...]
    barred: tuple[RejectedRow, ...]
    journal: Journal
    progress: Progress


class _Pass(NamedTuple):
    """What writes, from all chunks or from those that promise something; where this is known, asking costs nothing. ``is_sure``: no
    question is known to be one that may read badly.
    """

    toolkit: "Toolkit"
    promise: Promise | None
    is_sure: bool


class Written(NamedTuple):
    """Slot number to row, the rows that critics rejected, and how often each critic could not judge."""

    rows: dict[int, TestsetRow]
    rejected: tuple[RejectedRow, ...]
    abstentions: dict[str, int]

    def beside(self, plan: Plan) -> list[TestsetRow]:
        """All rows in the order of their numbers; what was to give way stays where no row was written in its place."""
        return [row for _, row in sorted((dict(plan.giving_way) | self.rows | plan.kept).items())]


async def write_rows(work: Work, means: Means) -> Written:
    """Rows for all slots of the plan that could be filled. The first error that ends the run stops all calls; it is raised as it is.

    Raises:
        GenerationError: there is not a single row, none that stays either.
    """
    slots, staying = work.plan.slots, (*work.plan.kept.values(), *work.plan.giving_way.values())
    if not slots:
        return Written({}, (), {})
    with span("load_toolkit"):
        passes = await _passes(means, work)
    assembly = Assembly(passes[-1].toolkit, work.personas, means.model.name, means.run_id)
    book, scrutiny = Book(min(NEAR_DUPLICATE, means.max_question_similarity)), Scrutiny(means.critic, assembly.row_of)
    book.keep((*staying, *work.seeds))
    book.bar(one.row for one in work.barred)
    with span("write_rows", rows_asked=len(slots), rows_kept=len(work.plan.kept)):
        try:
            async with asyncio.TaskGroup() as tasks:
                reports = tasks.create_task(_report_regularly(work, book, len(slots)))
                await _fill(passes, lambda one: _filling(work, means, one, book, scrutiny, tasks.create_task), work)
                reports.cancel()
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
    if not (staying or book.drafts):
        raise work.journal.nothing_written()
    return Written(assembly.rows_of(work.plan, book.drafts, work.journal), scrutiny.rejected, scrutiny.abstentions)


async def _passes(means: Means, work: Work) -> list[_Pass]:
    """The model, behind its stricter selves if it has some."""
    model = means.model
    stricter = model.selective() if isinstance(model, SelectiveModel) else ()
    found = [(one.model, one.promise, one.is_sure) for one in stricter]
    return [
        _Pass(await load_toolkit(one, means.max_concurrency, work.request.language), promise, is_sure)
        for one, promise, is_sure in (*found, (model, None, not found))
    ]


async def _fill(passes: Sequence[_Pass], filling_of: Callable[[_Pass], Filling], work: Work) -> None:
    """Fill the slots with rows of their own types, then of any, each time in the order of the passes; which rows none is sure of
    is noted.
    """
    still_open = {slot.number: slot for slot in work.plan.slots}
    unsure: set[int] = set()
    filling = cache(lambda turn: filling_of(passes[turn]))
    for other_types, turn in product((False, True), range(len(passes))):
        for slots in _groups(passes[turn], still_open.values()):
            left = await filling(turn).fill(slots, other_types=other_types)
            filled = {slot.number for slot in slots} - {slot.number for slot in left}
            still_open = {number: slot for number, slot in still_open.items() if number not in filled}
            unsure |= set() if passes[turn].is_sure else filled
    if unsure:
        named = ", ".join(str(number + 1) for number in sorted(unsure))
        reason = f"{counted(len(unsure), 'question')} may read badly, as nothing better was left: row {named}"
        work.journal.note("testset", reason, UNSURE_REMEDY)


def _groups(one: _Pass, slots: Iterable[Slot]) -> list[list[Slot]]:
    """The slots that write at the same time: all of them; where facts that read well are few, those first that need two each."""
    alone = [slot for slot in slots if one.promise is not None and RELATIONS[slot.question_type] == ("alone",)]
    return [group for group in ([slot for slot in slots if slot not in alone], alone) if group]


async def _report_regularly(work: Work, book: Book, total: int) -> None:
    """Say how far the work is also while no row is done: a local model takes minutes for the first."""
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        work.progress(STAGE, len(book.drafts), total)


def _filling(work: Work, means: Means, one: _Pass, book: Book, scrutiny: Scrutiny, spawn: Spawn) -> Filling:
    """What fills the slots, drawing from documents in the order that the seed decides."""
    slots, shelf = work.plan.slots, work.shelf
    if one.promise is not None:
        shelf = promising(shelf, {slot.document_id for slot in slots}, PROMISING * len(slots), one.promise)
    drawing = draw(shelf, work.plan, [barred.row for barred in work.barred], work.request.seed)
    prospector = Prospector(
        one.toolkit, Neighbours(means.embedder, drawing.near), drawing, work.journal, spawn, is_choosy=one.promise is not None
    )
    work.progress(STAGE, 0, len(slots))

    def _tell(rows: int) -> None:
        work.progress(STAGE, rows, len(slots))

    walks = Walks(drawing.chunks, slots, book)
    return Filling(one.toolkit, prospector, walks, book, work.personas, work.journal, _tell, scrutiny, spawn)
