"""Writing on shorter passages, for models whose context does not hold the whole ones."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from golden_assets.adapters.ragas.planning.row_sources import Prospect
from golden_assets.adapters.ragas.planning.term_extraction import MAX_CUTS
from golden_assets.domain.core.errors import ContextLengthError
from golden_assets.domain.corpus.chunking import halves
from golden_assets.domain.testsets.testset import QuestionType

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import Sample, Toolkit


async def write_fitting(
    toolkit: "Toolkit", prospect: Prospect, question_type: QuestionType, persona: Mapping[str, str], length: str, cuts: int = MAX_CUTS
) -> tuple[Prospect, "Sample"]:
    """What is written, and on which passages: those of the prospect, or halves of them, as often as ``cuts`` allows.

    Raises what `Toolkit.write` raises, `ContextLengthError` when even the shortest passages are too long.
    """
    try:
        return prospect, await toolkit.write(question_type, prospect.chunks, prospect.terms, persona, length)
    except ContextLengthError:
        shorter = narrowed(prospect) if cuts else None
        if shorter is None:
            raise
    return await write_fitting(toolkit, shorter, question_type, persona, length, cuts - 1)


def narrowed(prospect: Prospect) -> Prospect | None:
    """The prospect on half of each passage, that which names the term; None when a passage is too short to be cut."""
    parts = [halves(chunk) for chunk in prospect.chunks]
    if not all(parts):
        return None
    terms = [prospect.terms[min(position, len(prospect.terms) - 1)].casefold() for position in range(len(parts))]
    chosen = [next((half for half in two if term in half.text.casefold()), two[0]) for two, term in zip(parts, terms, strict=True)]
    return prospect._replace(chunks=tuple(chosen))
