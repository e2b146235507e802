"""Writing the rows of one run: what the toolkit, the walks and the critics are put together for."""

import asyncio
from typing import NamedTuple

from golden_assets.adapters.ragas.assembly import Assembly
from golden_assets.adapters.ragas.book import NEAR_DUPLICATE, Book
from golden_assets.adapters.ragas.candidates import Walks
from golden_assets.adapters.ragas.drawing import draw
from golden_assets.adapters.ragas.filling import Filling
from golden_assets.adapters.ragas.journal import Journal
from golden_assets.adapters.ragas.loading import load_toolkit
from golden_assets.adapters.ragas.memo import Spawn
from golden_assets.adapters.ragas.neighbours import Neighbours
from golden_assets.adapters.ragas.personas import PersonaFields
from golden_assets.adapters.ragas.prospects import Prospector
from golden_assets.adapters.ragas.scrutiny import Scrutiny
from golden_assets.adapters.ragas.shelf import Shelf, promising_first
from golden_assets.adapters.tracing import span
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.models import ChatModel, Embedder, RowCritic
from golden_assets.domain.regeneration import Plan
from golden_assets.domain.testsets import GenerationRequest, RejectedRow, TestsetRow

STAGE = "rows"
"""The stage that progress is reported of."""
REPORT_SECONDS = 5.0


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
        toolkit = await load_toolkit(means.model, means.max_concurrency, work.request.language)
    assembly = Assembly(toolkit, work.personas, means.model.name, means.run_id)
    book, scrutiny = Book(min(NEAR_DUPLICATE, means.max_question_similarity)), Scrutiny(means.critic, assembly.row_of)
    book.keep((*staying, *work.seeds))
    book.bar(one.row for one in work.barred)
    with span("write_rows", rows_asked=len(slots), rows_kept=len(work.plan.kept)):
        try:
            async with asyncio.TaskGroup() as tasks:
                reports = tasks.create_task(_report_regularly(work, book, len(slots)))
                await _filling(work, means, assembly, book, scrutiny, tasks.create_task).fill(slots)
                reports.cancel()
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
    if not (staying or book.drafts):
        raise work.journal.nothing_written()
    return Written(assembly.rows_of(work.plan, book.drafts, work.journal), scrutiny.rejected, scrutiny.abstentions)


async def _report_regularly(work: Work, book: Book, total: int) -> None:
    """Say how far the work is also while no row is done: a local model takes minutes for the first."""
    while True:
        await asyncio.sleep(REPORT_SECONDS)
        work.progress(STAGE, len(book.drafts), total)


def _filling(work: Work, means: Means, assembly: Assembly, book: Book, scrutiny: Scrutiny, spawn: Spawn) -> Filling:
    """What fills the slots, drawing from documents in the order that the seed decides."""
    slots = work.plan.slots
    shelf = work.shelf
    if assembly.toolkit.has_doubts:
        shelf = promising_first(shelf, sorted({slot.document_id for slot in slots}), assembly.toolkit.promises)
    drawing = draw(shelf, work.plan, [one.row for one in work.barred], work.request.seed)
    prospector = Prospector(assembly.toolkit, Neighbours(means.embedder, drawing.near), drawing, work.journal, spawn)
    work.progress(STAGE, 0, len(slots))

    def _tell(rows: int) -> None:
        work.progress(STAGE, rows, len(slots))

    walks = Walks(drawing.chunks, slots, book)
    return Filling(assembly.toolkit, prospector, walks, book, work.personas, work.journal, _tell, scrutiny, spawn)
