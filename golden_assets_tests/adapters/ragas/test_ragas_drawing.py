"""Which chunks a run starts with, and where it looks for second halves."""

from golden_assets.adapters.ragas.planning.chunked_corpus import Shelf, shelve
from golden_assets.adapters.ragas.planning.sampling import Drawing, draw
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.generation.allocation import allocate, make_slots
from golden_assets.domain.generation.regeneration import Plan
from golden_assets.domain.testsets.testset import Context, QuestionType, TestsetRow
from golden_assets_tests.adapters.ragas.scripted import handbook
from golden_assets_tests.factories import a_row

CORPUS = handbook(20)
SHELF = shelve(CORPUS, seed=0)
EDITED = shelve(
    Corpus(
        source="test", documents=tuple(Document.of(d.document_id, d.text.replace(" works with ", " plays with ")) for d in CORPUS.documents)
    ),
    seed=0,
)
FIRST, SECOND, *OTHERS = SHELF.chunks


def row_on(*chunks: Chunk, question_type: QuestionType = "multi_hop_abstract") -> TestsetRow:
    return a_row(contexts=tuple(Context(**chunk.model_dump()) for chunk in chunks), question_type=question_type)


def frugal(shelf: Shelf, *stale: TestsetRow, kept: tuple[TestsetRow, ...], question_type: QuestionType = "multi_hop_abstract") -> Drawing:
    """One row of the first document is written beside those that stay."""
    plan = Plan(dict(enumerate(kept, start=1)), make_slots({0: (question_type, FIRST)}, 1, 0), stale=stale)
    return draw(shelf, plan, (), 0)


def test_a_full_run_looks_among_the_first_chunks_of_its_documents():
    plan = Plan({}, allocate(20, {"multi_hop_abstract": 1.0}, SHELF.weights, 1, 0))
    drawing = draw(SHELF, plan, (), 0)
    firsts = {chunks[0].chunk_hash for chunks in SHELF.chunks.values()}
    assert not drawing.frugal
    assert drawing.named == firsts == {chunk.chunk_hash for chunk in drawing.near}


def test_a_few_rows_look_first_among_what_rows_of_their_kind_that_stay_cite():
    kept = tuple(
        row_on(*SHELF.chunks[name][1:3], question_type=kind) for name in OTHERS for kind in ("multi_hop_abstract", "single_hop_specific")
    )
    drawing = frugal(SHELF, kept=(*kept[:6:2], *kept[7::2]))
    assert drawing.frugal
    (start,) = drawing.starts["multi_hop_abstract"]
    assert [chunk.chunk_hash for chunk in drawing.near][:7] == [start, *(c.chunk_hash for row in kept[:6:2] for c in row.contexts)]
    assert drawing.named == {context.chunk_hash for row in kept[7::2] for context in row.contexts}
    assert drawing.named == {chunk.chunk_hash for chunk in drawing.pool[: len(drawing.named)]}


def test_a_row_is_written_anew_from_what_stands_where_its_passage_stood_and_finds_its_other_passage_near():
    old, partner = SHELF.chunks[FIRST][1], SHELF.chunks[SECOND][1]
    kept = tuple(row_on(SHELF.chunks[name][0]) for name in OTHERS)
    for shelf in (SHELF, EDITED):
        drawing = frugal(shelf, row_on(old, partner), kept=kept)
        assert [drawing.chunks[FIRST][0].start, drawing.near[0].start] == [old.start] * 2
        assert partner.start in {chunk.start for chunk in drawing.near if chunk.document_id == SECOND}


def test_what_a_passage_resembled_goes_on_to_what_hardly_differs_from_it_as_long_as_it_stands():
    old, partner = SHELF.chunks[FIRST][1], SHELF.chunks[SECOND][0]
    kept = tuple(row_on(SHELF.chunks[name][0]) for name in OTHERS)
    new = old.model_copy(update={"text": old.text.replace(" works with ", " plays with "), "chunk_hash": "new"})
    other = old.model_copy(update={"text": "Nothing of the kind is left. " * 20, "chunk_hash": "other"})
    changed, gone = (Shelf(SHELF.chunks | {FIRST: (chunk,)}, ()) for chunk in (new, other))
    without = Shelf(changed.chunks | {SECOND: (other,)}, ())
    assert frugal(changed, row_on(old, partner), kept=kept).joined == {"new": [partner]}
    assert [frugal(shelf, row_on(old, partner), kept=kept).joined for shelf in (gone, without)] == [{}, {}]


def test_a_passage_whose_document_is_gone_is_followed_by_none():
    left = Shelf({name: chunks for name, chunks in SHELF.chunks.items() if name != SECOND}, ())
    kept = tuple(row_on(SHELF.chunks[name][0]) for name in OTHERS)
    assert frugal(left, row_on(SHELF.chunks[SECOND][0]), kept=kept).chunks == frugal(left, kept=kept).chunks


def test_chunks_that_rows_cite_come_last():
    cited = SHELF.chunks[FIRST][0]
    drawing = frugal(SHELF, kept=(row_on(cited), row_on(SHELF.chunks[SECOND][0])))
    assert drawing.chunks[FIRST] == (*SHELF.chunks[FIRST][1:], cited)
