"""Writing on shorter passages, for models whose context does not hold the whole ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from golden_assets.adapters.ragas.planning.row_sources import RowSource
from golden_assets.adapters.ragas.planning.term_extraction import MAX_CUTS
from golden_assets.domain.core.errors import ContextLengthError
from golden_assets.domain.corpus.chunking import halves
from golden_assets.domain.testsets.testset import QuestionType

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient, Sample


async def write_fitting(
    client: "RagasClient", row_source: RowSource, question_type: QuestionType, persona: Mapping[str, str], length: str, cuts: int = MAX_CUTS
) -> tuple[RowSource, "Sample"]:
    """What is written, and on which passages: those of the row source, or halves of them, as often as ``cuts`` allows.

    Raises what `RagasClient.write` raises, `ContextLengthError` when even the shortest passages are too long.
    """
    try:
        return row_source, await client.write(question_type, row_source.chunks, row_source.terms, persona, length)
    except ContextLengthError:
        shorter = narrowed(row_source) if cuts else None
        if shorter is None:
            raise
    return await write_fitting(client, shorter, question_type, persona, length, cuts - 1)


def narrowed(row_source: RowSource) -> RowSource | None:
    """The row source on half of each passage, that which names the term; None when a passage is too short to be cut."""
    parts = [halves(chunk) for chunk in row_source.chunks]
    if not all(parts):
        return None
    terms = [row_source.terms[min(position, len(row_source.terms) - 1)].casefold() for position in range(len(parts))]
    chosen = [next((half for half in two if term in half.text.casefold()), two[0]) for two, term in zip(parts, terms, strict=True)]
    return row_source._replace(chunks=tuple(chosen))
