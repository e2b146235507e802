"""What a run takes over from an earlier testset, and in what order it then draws."""

from collections.abc import Iterable
from typing import NamedTuple

from golden_assets.adapters.ragas.shelf import Shelf
from golden_assets.domain.allocation import allocate, document_order
from golden_assets.domain.chunks import Chunk
from golden_assets.domain.documents import Corpus
from golden_assets.domain.freshness import classify_rows
from golden_assets.domain.regeneration import Plan, Target, home, plan_rows
from golden_assets.domain.testsets import GenerationRequest, RowFailure, Testset, TestsetRow


class Course(NamedTuple):
    """``plan``: what stays and what is written. ``known_failures``: of documents that yielded nothing before and have no row now."""

    plan: Plan
    known_failures: tuple[RowFailure, ...] = ()


def plan_run(corpus: Corpus, request: GenerationRequest, shelf: Shelf, personas: int, base: Testset | None) -> Course:
    """Everything is to be written without a base, or with one of which no row still holds."""
    found = classify_rows(base.rows, corpus) if base else ()
    if base is None or not any(item.is_usable for item in found):
        return Course(Plan({}, allocate(request.size, request.question_types, shelf.weights, personas, request.seed), ()))
    failures = [failure for failure in base.failures if failure.subject in shelf.chunks]
    plan = plan_rows(found, Target(request, shelf.weights, personas), {failure.subject for failure in failures})
    covered = {*(home(row) for row in plan.kept.values()), *(slot.document_id for slot in plan.slots)}
    return Course(plan, tuple(failure for failure in failures if failure.subject not in covered))


def drawing_order(shelf: Shelf, seed: int, known: Iterable[TestsetRow]) -> dict[str, tuple[Chunk, ...]]:
    """Document id to its chunks, those that no known row cites first: another question on a cited one would likely be a repetition."""
    cited = {context.chunk_hash for row in known for context in row.contexts}
    return {
        document_id: tuple(sorted(shelf.chunks[document_id], key=lambda chunk: chunk.chunk_hash in cited))
        for document_id in document_order(shelf.weights, seed)
    }
