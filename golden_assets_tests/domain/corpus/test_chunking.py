import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.core.text import count_words
from golden_assets.domain.corpus.chunking import MAX_WORDS, MIN_PROSE_WORDS, MIN_WORDS, Block, Chunk, chunk_blocks, halves
from golden_assets.domain.corpus.documents import Document, normalise


def words(count: int, stem: str = "word") -> str:
    return " ".join(f"{stem}{number}" for number in range(count))


def chunked(*parts: tuple[str, str, int]) -> tuple[Document, tuple[Chunk, ...]]:
    """The chunks of a document whose blocks are (text, kind, level), with a blank line between."""
    blocks, text = [], ""
    for part, kind, level in parts:
        blocks.append(Block(len(text), len(text) + len(part), kind, level))
        text += part + "\n\n"
    document = Document.of("a.md", text)
    return document, chunk_blocks(document, blocks)


def prose(count: int, stem: str = "word") -> tuple[str, str, int]:
    return f"{words(count, stem)}.", "prose", 0


def heading(level: int, text: str = "Title") -> tuple[str, str, int]:
    return f"{'#' * level} {text}", "heading", level


def sizes(chunks: tuple[Chunk, ...]) -> list[int]:
    return [count_words(chunk.text) for chunk in chunks]


def test_a_chunk_names_its_document_and_the_hash_of_its_normalised_text():
    document, (chunk,) = chunked(heading(1), prose(150))
    assert (chunk.document_id, chunk.document_hash) == ("a.md", document.content_hash)
    assert chunk.chunk_hash == sha256_text(normalise(chunk.text))
    assert document.text[chunk.start : chunk.end] == chunk.text


def test_a_chunk_keeps_its_heading_line():
    _, chunks = chunked(heading(1, "One"), prose(200), heading(1, "Two"), prose(200))
    assert [chunk.text.splitlines()[0] for chunk in chunks] == ["# One", "# Two"]


def test_small_sections_join_their_neighbours_under_the_same_parent():
    _, chunks = chunked(heading(1), heading(2), prose(60), heading(2), prose(60), heading(2), prose(60))
    assert len(chunks) == 1


def test_a_small_section_does_not_join_across_its_parents_border():
    _, chunks = chunked(heading(2, "A.1"), prose(30), heading(3, "A.1.1"), prose(20), heading(1, "B"), prose(20))
    assert [chunk.text.splitlines()[0] for chunk in chunks] == ["## A.1", "# B"]


def test_the_end_of_a_long_section_is_not_joined_to_the_next_chapter():
    _, chunks = chunked(heading(2, "A"), *[prose(100)] * 4, heading(1, "B"), prose(30))
    assert chunks[-1].text.startswith("# B")


def test_sections_that_are_large_enough_stay_apart():
    _, chunks = chunked(heading(1), prose(MIN_WORDS + 10), heading(1), prose(MIN_WORDS + 10))
    assert len(chunks) == 2


def test_a_long_section_is_cut_between_paragraphs_into_pieces_of_like_size():
    _, chunks = chunked(heading(1), *[prose(50)] * 14)
    assert len(chunks) in (2, 3)
    assert max(sizes(chunks)) - min(sizes(chunks)) <= 110
    assert all(chunk.text.endswith("word49.") for chunk in chunks)


def test_a_giant_paragraph_is_cut_at_sentence_ends():
    sentences = " ".join(f"{words(30, f's{number}x')}." for number in range(40))
    _, chunks = chunked((sentences, "prose", 0))
    assert all(chunk.text.endswith(".") for chunk in chunks)
    assert "".join(chunk.text for chunk in chunks).replace(" ", "") == sentences.replace(" ", "")
    assert max(sizes(chunks)) <= MAX_WORDS


@pytest.mark.parametrize(
    ("sentence", "end"),
    [("这是一个关于奶酪成熟室的句子。", "。"), ("هذه جملة قصيرة عن الجبن في الغرفة؟ ", "؟"), ("A 🧀 ripens in the room every day! ", "!")],
)
def test_chinese_arabic_and_emoji_are_cut_at_their_own_sentence_ends(sentence, end):
    document, chunks = chunked((sentence * 200, "prose", 0))
    assert len(chunks) > 1
    assert all(chunk.text.endswith(end) for chunk in chunks)
    assert all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)


def test_a_sentence_without_end_is_cut_between_words():
    _, chunks = chunked((words(1000), "prose", 0))
    assert max(sizes(chunks)) <= MAX_WORDS
    assert sum(sizes(chunks)) == 1000


def test_characters_without_any_blank_still_make_bounded_chunks():
    assert count_words("a" * 240) == 10
    assert count_words("奶酪成熟") == 2
    _, chunks = chunked(("长" * 5000, "prose", 0))
    assert max(sizes(chunks)) <= MAX_WORDS


def test_code_stays_with_the_text_before_it():
    _, (chunk,) = chunked(heading(1), prose(60), ("```\nprint(1)\n\nprint(2)\n```", "other", 0), prose(60))
    assert "print(1)\n\nprint(2)" in chunk.text


def test_code_that_is_longer_than_a_chunk_is_left_out_and_not_cut():
    listing = "\n\n".join(f"call_{number}()" for number in range(500))
    _, chunks = chunked(prose(100), (f"```\n{listing}\n```", "other", 0), prose(100, "tail"))
    assert [chunk.text.split()[0] for chunk in chunks] == ["word0", "tail0"]
    assert not any("call_" in chunk.text for chunk in chunks)


@pytest.mark.parametrize(
    "parts",
    [
        [],
        [("cheese", "prose", 0)],
        [("```\nfor x in y: print(x) and more words of code here\n```", "other", 0)],
        [("| a | b |\n|---|---|\n| one two three | four five six |", "other", 0)],
        [("# A heading of more than eight words is still no prose at all", "heading", 1)],
        [("* https://example.org/a/b/c/d/e/f/g\n" * 20, "prose", 0)],
        [("* [x](https://example.org/one-two-three-four) \n" * 3, "prose", 0)],
    ],
    ids=["nothing", "one word", "code", "table", "heading", "addresses", "links"],
)
def test_what_holds_no_prose_makes_no_chunk(parts):
    assert chunked(*parts)[1] == ()


def test_one_short_sentence_is_enough():
    _, chunks = chunked(("Cheese ripens best in a cold and humid room.", "prose", 0))
    assert sizes(chunks) == [MIN_PROSE_WORDS + 1]


KINDS = st.sampled_from(["heading", "prose", "other"])
PARTS = st.lists(st.tuples(st.text(max_size=400), KINDS, st.integers(1, 6)), max_size=12)


@given(PARTS)
def test_chunks_of_any_blocks_are_verbatim_disjoint_ordered_and_bounded(parts):
    document, chunks = chunked(*[(text.replace("\r", " "), kind, level if kind == "heading" else 0) for text, kind, level in parts])
    borders = [0, *(border for chunk in chunks for border in (chunk.start, chunk.end))]
    assert borders == sorted(borders)
    assert all(document.text[chunk.start : chunk.end] == chunk.text and chunk.text for chunk in chunks)
    assert max(sizes(chunks), default=0) <= MAX_WORDS


@given(PARTS)
def test_blocks_that_may_not_be_cut_are_within_a_chunk_or_outside(parts):
    _, chunks = chunked(*[(text.replace("\r", " ").strip() or "x", kind, 1) for text, kind, _ in parts])
    start = 0
    for text, kind, _ in parts:
        text = text.replace("\r", " ").strip() or "x"
        span = (start, start + len(text))
        start = span[1] + 2
        if kind == "other":
            assert not any(span[0] < border < span[1] for chunk in chunks for border in (chunk.start, chunk.end))


TEN = "one two three four five six seven eight nine ten"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{TEN}. {TEN}.\n\n{TEN}. Zero.", (f"{TEN}. {TEN}.", f"{TEN}. Zero.")),
        (f"{TEN}. {TEN}. {TEN}.", (f"{TEN}.", f"{TEN}. {TEN}.")),
        (f"{TEN} {TEN}", (TEN, TEN)),
        ("。".join(["奶酪成熟室每天早上都要检查湿度"] * 4), None),
    ],
)
def test_a_chunk_is_halved_at_a_paragraph_a_sentence_or_a_word(text, expected):
    document = Document.of("a.md", f"Before it. {text} After it.")
    start = document.text.index(text)
    chunk = Chunk(
        document_id="a.md", document_hash=document.content_hash, chunk_hash="c" * 64, start=start, end=start + len(text), text=text
    )
    parts = halves(chunk)
    assert len(parts) == 2
    assert expected in (None, tuple(part.text for part in parts))
    assert all(document.text[part.start : part.end] == part.text for part in parts)
    assert "".join("".join(part.text for part in parts).split()) == "".join(text.split())
    assert [part.chunk_hash for part in parts] == [sha256_text(part.text) for part in parts]


def test_a_chunk_of_a_few_words_is_not_halved():
    (chunk,) = chunk_blocks(Document.of("a.md", TEN), [Block(0, len(TEN), "prose")])
    assert halves(chunk) == ()
