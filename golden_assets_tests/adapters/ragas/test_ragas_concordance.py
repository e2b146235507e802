"""What is told from the words of chunks alone."""

import pytest

from golden_assets.adapters.ragas.planning.markdown_blocks import chunk_document
from golden_assets.adapters.ragas.planning.term_index import TermIndex
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.corpus.documents import Document

FILLER = "Nothing of note is written on this page but that much."


def chunk(text: str, name: str = "a.md") -> Chunk:
    (found,) = chunk_document(Document.of(name, f"{text} {FILLER}"))
    return found


PUMP = chunk("The pump drains the tank through the lower valve. The lantern burns whale oil.")
VALVE = chunk("The sieve keeps sand from the lower valve of the tank. The piano needs new strings.", "b.md")
OTHERS = [chunk(f"The acme machine number {n} hums all day long.", f"c{n}.md") for n in range(8)]
WORDS = TermIndex([PUMP, VALVE, *OTHERS])


def test_terms_that_are_spoken_of_in_like_words_are_nearer_than_others():
    near = WORDS.nearness(PUMP, "pump", VALVE, "sieve")
    assert 0 < near < 1
    assert near > WORDS.nearness(PUMP, "pump", VALVE, "piano")
    assert near > WORDS.nearness(PUMP, "lantern", VALVE, "sieve")
    assert near == pytest.approx(WORDS.nearness(VALVE, "sieve", PUMP, "pump"))
    assert WORDS.nearness(PUMP, "pump", PUMP, "tank") == pytest.approx(1)


def test_a_term_that_its_chunk_does_not_name_is_near_to_nothing():
    assert WORDS.nearness(PUMP, "flow control", VALVE, "sieve") == 0
    assert TermIndex([]).nearness(PUMP, "pump", VALVE, "piano") == 0


def test_words_are_found_as_words_of_their_own():
    assert WORDS.mentioned_by("Valve") == {0, 1}
    assert WORDS.mentioned_by("valv") == frozenset()
    assert WORDS.mentioned_by("lower valve of") == {1}


def test_what_most_chunks_name_tells_nothing_unless_there_is_nothing_else():
    assert WORDS.is_commonplace("ACME")
    assert WORDS.telling(["acme", "hums", "pump"]) == ["pump"]
    assert WORDS.telling(["acme", "hums"]) == ["acme", "hums"]
    assert not TermIndex(OTHERS[:7]).is_commonplace("acme")
