from itertools import pairwise
from textwrap import dedent

from hypothesis import given
from hypothesis import strategies as st

from golden_assets.adapters.ragas.planning.markdown_blocks import blocks_of, chunk_document
from golden_assets.domain.core.text import count_words
from golden_assets.domain.corpus.chunking import MAX_WORDS
from golden_assets.domain.corpus.documents import Document

SENTENCE = "The cellar master reads the humidity of every room before the shift begins and signs the list. "
MARKDOWN = st.lists(
    st.sampled_from(
        [
            "# One",
            "## Two",
            "```",
            "~~~",
            "| a | b |",
            "|---|---|",
            "- item",
            "> quote",
            "    code",
            "",
            "",
            "text",
            "<div>",
            "---",
            "[a]: b",
        ]
    )
    | st.text(max_size=30)
    | st.just(SENTENCE * 30),
    max_size=30,
).map("\n".join)


def kinds(text: str) -> list[tuple[str, str]]:
    text = dedent(text).strip("\n") + "\n"
    return [(block.kind, text[block.start : block.end]) for block in blocks_of(text)]


def test_every_part_of_markdown_is_told_apart():
    assert kinds(
        """
        # Title
        Some text.

        - first
        - second

        ```python
        # no heading

        code
        ```

        | a | b |
        |---|---|
        | 1 | 2 |

        Under
        -----
        """
    ) == [
        ("heading", "# Title"),
        ("prose", "Some text."),
        ("prose", "- first"),
        ("prose", "- second"),
        ("other", "```python\n# no heading\n\ncode\n```"),
        ("other", "| a | b |\n|---|---|\n| 1 | 2 |"),
        ("heading", "Under\n-----"),
    ]


def test_front_matter_is_neither_heading_nor_text():
    assert kinds("---\ntitle: Cheese\ntags: a\n---\n\n# Title") == [("heading", "# Title")]


def test_a_rule_at_the_start_is_no_front_matter():
    assert ("prose", "Text.") in kinds("---\n\nText.")


def test_headings_inside_lists_and_quotations_divide_nothing():
    assert [kind for kind, _ in kinds("- # in a list\n\n> # in a quotation")] == ["prose", "prose"]


def test_link_definitions_belong_to_a_block():
    assert ("other", "[a]: https://example.org") in [
        (kind, text.strip()) for kind, text in kinds("Text.\n\n[a]: https://example.org\n\nMore.")
    ]


@given(MARKDOWN)
def test_blocks_are_disjoint_and_cover_all_but_blanks(text):
    text = Document.of("a.md", text).text
    if text.startswith("---\n"):
        text = "\n" + text
    blocks = list(blocks_of(text))
    assert all(before.end <= after.start for before, after in pairwise(blocks))
    covered = "\n".join(text[block.start : block.end] for block in blocks)
    assert covered.split() == text.split()


@given(MARKDOWN)
def test_chunks_of_any_markdown_are_verbatim_and_bounded(text):
    document = Document.of("a.md", text)
    chunks = chunk_document(document)
    assert all(document.text[chunk.start : chunk.end] == chunk.text for chunk in chunks)
    assert all(before.end <= after.start for before, after in pairwise(chunks))
    assert all(count_words(chunk.text) <= MAX_WORDS for chunk in chunks)


def test_no_cut_falls_into_a_code_block_or_table():
    fence = "```\n" + "call()\n\n" * 20 + "```"
    table = "| a | b |\n|---|---|\n" + "| one | two |\n" * 30
    text = "\n\n".join([f"## Part {n}\n\n{SENTENCE * 8}\n\n{fence}\n\n{SENTENCE * 8}\n\n{table}\n\n{SENTENCE * 8}" for n in range(10)])
    document = Document.of("a.md", text)
    chunks = chunk_document(document)
    assert len(chunks) > 10
    for chunk in chunks:
        assert chunk.text.count("```") % 2 == 0
        assert chunk.text.count("| one") in (0, 30)


def test_plain_text_is_packed_by_paragraphs():
    document = Document.of("a.txt", "\n\n".join([SENTENCE * 3] * 30))
    chunks = chunk_document(document)
    assert {chunk.text[-len("the list.") :] for chunk in chunks} == {"the list."}
    assert all(120 <= count_words(chunk.text) <= MAX_WORDS for chunk in chunks)


def test_five_megabytes_are_chunked_completely():
    section = f"## Section\n\n{SENTENCE * 12}\n\n```\ncode\n```\n\n"
    document = Document.of("big.md", section * (5_000_000 // len(section)))
    chunks = chunk_document(document)
    assert sum(len(chunk.text) for chunk in chunks) > 0.99 * len(document.text)
    assert chunks[-1].end > len(document.text) - 10


def test_tight_lists_stay_whole():
    text = f"# List\n\n{SENTENCE * 15}\n\n" + "\n".join(f"- {SENTENCE}" for _ in range(10))
    chunks = chunk_document(Document.of("a.md", text))
    assert chunks[-1].text.count("- The cellar") == 10
