"""Human-written rows, carried into every version beside the generated ones.

A person vouches for them, so they are taken as they are. The place of a passage that they cite is looked up in every
corpus; one that is found in none keeps its text and has no place. A generated row that asks what a human one asks is not wanted.
"""

from collections.abc import Sequence

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.similarity.duplicates import cite_in_common, cluster_duplicates
from golden_assets.domain.testsets.freshness import find_passage
from golden_assets.domain.testsets.human_override import is_edited
from golden_assets.domain.testsets.provenance import loose_context
from golden_assets.domain.testsets.testset import UNKNOWN, RowFailure, Testset, TestsetRow


def reviewed_seeds(seeds: Sequence[TestsetRow], base: Testset | None) -> tuple[TestsetRow, ...]:
    """The human-written rows as reviewers of the base want them: without those they rejected, with those they edited."""
    if base is None:
        return tuple(seeds)
    edited = [row for row in base.rows if row.is_human and is_edited(row)]
    return tuple({row.row_id: row for row in (*seeds, *edited) if row.row_id not in base.rejected_ids}.values())


def place_seeds(seeds: Sequence[TestsetRow], corpus: Corpus) -> tuple[TestsetRow, ...]:
    """The rows with each context at its place in the corpus, character for character, or without a place."""
    placed = []
    for row in seeds:
        contexts = tuple(find_passage(context.text, corpus) or loose_context(context.text) for context in row.contexts)
        placed.append(row.model_copy(update={"contexts": contexts}))
    return tuple(placed)


def homeless_seeds(seeds: Sequence[TestsetRow]) -> tuple[RowFailure, ...]:
    """One note per placed row with a context that is in no document."""
    return tuple(
        RowFailure(
            subject=f"human row {number}",
            reason=f"a passage it cites is in no document, so it is kept without a place: {row.user_input}",
            remedy="cite the passage as the document has it, or leave the row as it is",
        )
        for number, row in enumerate(seeds, start=1)
        if any(context.document_id == UNKNOWN for context in row.contexts)
    )


def without_seeds(testset: Testset, seeds: Sequence[TestsetRow], max_question_similarity: float) -> Testset:
    """The testset's generated rows, but for those that ask what one of the human rows asks: those as similar, of 100, or more, on a
    common passage, whatever they answer.
    """
    rows = testset.generated_rows
    clusters = cluster_duplicates([*seeds, *rows], max_question_similarity, may_link=cite_in_common) if seeds else ()
    repeated = {position - len(seeds) for cluster in clusters if cluster[0] < len(seeds) for position in cluster}
    return testset.model_copy(update={"rows": tuple(row for position, row in enumerate(rows) if position not in repeated)})
