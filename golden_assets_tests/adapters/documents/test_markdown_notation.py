"""The Markdown that other formats become reads back as what was meant."""

import pytest
from markdown_it import MarkdownIt

from golden_assets.adapters.documents.formats.markdown_writer import bullets, code_span, fence, heading, join_blocks, one_line, table


def kinds(text: str) -> list[str]:
    """The block tokens that a CommonMark parser with tables sees."""
    return [token.type for token in MarkdownIt("commonmark").enable("table").parse(text) if token.nesting >= 0]


@pytest.mark.parametrize(("level", "marks"), [(-1, "#"), (0, "#"), (1, "#"), (6, "######"), (9, "######")])
def test_headings_stay_within_the_six_levels(level: int, marks: str) -> None:
    assert heading(level, " The \n quay ") == f"{marks} The quay"


def test_nothing_makes_no_block() -> None:
    assert heading(1, " ") == ""
    assert code_span(" ") == ""
    assert table([]) == ""
    assert bullets([[], ["", " "]]) == ""
    assert join_blocks(["", "a", " \n", "b"]) == "a\n\nb\n"


@pytest.mark.parametrize("code", ["x_y", "a `b` c", "a``b", "two\nlines"])
def test_inline_code_reads_back_as_code(code: str) -> None:
    (paragraph,) = (token for token in MarkdownIt("commonmark").parse(code_span(code)) if token.type == "inline")
    assert [(part.type, part.content) for part in paragraph.children or ()] == [("code_inline", one_line(code))]


@pytest.mark.parametrize("code", ["a\n\nb", "```\nx\n```", "````", "  indented", "# no heading"])
def test_fenced_code_reads_back_as_one_block(code: str) -> None:
    (token,) = MarkdownIt("commonmark").parse(fence(code))
    assert (token.type, token.content) == ("fence", f"{code}\n")


def test_lists_read_back_with_all_their_blocks() -> None:
    text = bullets([["one", "more", bullets([["inner"]])], ["two"]], 9)
    assert text == "9. one\n\n   more\n\n   - inner\n10. two"
    assert kinds(text).count("list_item_open") == 3
    assert [token.content for token in MarkdownIt("commonmark").parse(text) if token.type == "inline"] == ["one", "more", "inner", "two"]


def test_tables_read_back_with_every_cell_in_its_column() -> None:
    text = table([["Pier", "Max"], ["a|b"], ["two\nlines", "3", "extra"]])
    assert text.splitlines()[1] == "|---|---|---|"
    cells = [token.content for token in MarkdownIt("commonmark").enable("table").parse(text) if token.type == "inline"]
    assert cells == ["Pier", "Max", "", "a|b", "", "", "two lines", "3", "extra"]
