"""Which chunks a run starts with, and where it looks for second halves."""

from golden_assets.adapters.ragas.planning.chunked_corpus import ChunkedCorpus, chunk_corpus
from golden_assets.adapters.ragas.planning.sampling import SamplingFrame, draw
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.generation.allocation import allocate, make_slots
from golden_assets.domain.generation.regeneration import Plan
from golden_assets.domain.testsets.testset import Context, QuestionType, TestsetRow
from golden_assets_tests.adapters.ragas.scripted import handbook
from golden_assets_tests.factories import a_row

CORPUS = handbook(20)
SHELF = chunk_corpus(CORPUS, seed=0)
EDITED = chunk_corpus(
    Corpus(
        source="test", documents=tuple(Document.of(d.document_id, d.text.replace(" works with ", " plays with ")) for d in CORPUS.documents)
    ),
    seed=0,
)
FIRST, SECOND, *OTHERS = SHELF.chunks


def row_on(*chunks: Chunk, question_type: QuestionType = "multi_hop_abstract") -> TestsetRow:
    return a_row(contexts=tuple(Context(**chunk.model_dump()) for chunk in chunks), question_type=question_type)


def frugal(
    chunked: ChunkedCorpus, *stale: TestsetRow, kept: tuple[TestsetRow, ...], question_type: QuestionType = "multi_hop_abstract"
) -> SamplingFrame:
    """One row of the first document is written beside those that stay."""
    plan = Plan(dict(enumerate(kept, start=1)), make_slots({0: (question_type, FIRST)}, 1, 0), stale=stale)
    return draw(chunked, plan, (), 0)


def test_a_full_run_looks_among_the_first_chunks_of_its_documents():
    plan = Plan({}, allocate(20, {"multi_hop_abstract": 1.0}, SHELF.weights, 1, 0))
    sampling_frame = draw(SHELF, plan, (), 0)
    firsts = {chunks[0].chunk_hash for chunks in SHELF.chunks.values()}
    assert not sampling_frame.frugal
    assert sampling_frame.named == firsts == {chunk.chunk_hash for chunk in sampling_frame.near}


def test_a_few_rows_look_first_among_what_rows_of_their_kind_that_stay_cite():
    kept = tuple(
        row_on(*SHELF.chunks[name][1:3], question_type=kind) for name in OTHERS for kind in ("multi_hop_abstract", "single_hop_specific")
    )
    sampling_frame = frugal(SHELF, kept=(*kept[:6:2], *kept[7::2]))
    assert sampling_frame.frugal
    (start,) = sampling_frame.starts["multi_hop_abstract"]
    assert [chunk.chunk_hash for chunk in sampling_frame.near][:7] == [start, *(c.chunk_hash for row in kept[:6:2] for c in row.contexts)]
    assert sampling_frame.named == {context.chunk_hash for row in kept[7::2] for context in row.contexts}
    assert sampling_frame.named == {chunk.chunk_hash for chunk in sampling_frame.pool[: len(sampling_frame.named)]}


def test_a_row_is_written_anew_from_what_stands_where_its_passage_stood_and_finds_its_other_passage_near():
    old, partner = SHELF.chunks[FIRST][1], SHELF.chunks[SECOND][1]
    kept = tuple(row_on(SHELF.chunks[name][0]) for name in OTHERS)
    for chunked in (SHELF, EDITED):
        sampling_frame = frugal(chunked, row_on(old, partner), kept=kept)
        assert [sampling_frame.chunks[FIRST][0].start, sampling_frame.near[0].start] == [old.start] * 2
        assert partner.start in {chunk.start for chunk in sampling_frame.near if chunk.document_id == SECOND}


def test_what_a_passage_resembled_goes_on_to_what_hardly_differs_from_it_as_long_as_it_stands():
    old, partner = SHELF.chunks[FIRST][1], SHELF.chunks[SECOND][0]
    kept = tuple(row_on(SHELF.chunks[name][0]) for name in OTHERS)
    new = old.model_copy(update={"text": old.text.replace(" works with ", " plays with "), "chunk_hash": "new"})
    other = old.model_copy(update={"text": "Nothing of the kind is left. " * 20, "chunk_hash": "other"})
    changed, gone = (ChunkedCorpus(SHELF.chunks | {FIRST: (chunk,)}, ()) for chunk in (new, other))
    without = ChunkedCorpus(changed.chunks | {SECOND: (other,)}, ())
    assert frugal(changed, row_on(old, partner), kept=kept).joined == {"new": [partner]}
    assert [frugal(chunked, row_on(old, partner), kept=kept).joined for chunked in (gone, without)] == [{}, {}]


def test_a_passage_whose_document_is_gone_is_followed_by_none():
    left = ChunkedCorpus({name: chunks for name, chunks in SHELF.chunks.items() if name != SECOND}, ())
    kept = tuple(row_on(SHELF.chunks[name][0]) for name in OTHERS)
    assert frugal(left, row_on(SHELF.chunks[SECOND][0]), kept=kept).chunks == frugal(left, kept=kept).chunks


def test_chunks_that_rows_cite_come_last():
    cited = SHELF.chunks[FIRST][0]
    sampling_frame = frugal(SHELF, kept=(row_on(cited), row_on(SHELF.chunks[SECOND][0])))
    assert sampling_frame.chunks[FIRST] == (*SHELF.chunks[FIRST][1:], cited)
