"""Generated files of some 300 kinds, up to large ones: each is read, or skipped by a reason, and nothing else happens."""

from itertools import product

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden_assets.adapters.documents.formats.registry import Extract
from golden_assets.adapters.documents.reader_process import FileReader
from golden_assets.domain.core.errors import DocumentError

pytestmark = pytest.mark.long

PIECES: dict[str, list[str]] = {
    ".html": [
        *("<p>", "<b>", "<span>a</span>", "<div>", "<ul><li>", "<table><tr><td>", "<!--", "<!DOCTYPE", "<![CDATA[", "<?php", "</p>"),
        *("&amp;", "&#x41;", "&notanentity", "<a href=x", "<script>", "<style>a", "<pre>", "<code>", "<textarea>", "<svg>", "<dl><dt>"),
        *("<h1>a</h1>", "<br>", "<template>", "<", ">", "a ", "\u00e9", "<td>", "<details><summary>"),
    ],
    ".rst": [
        *("*a* ", "**a** ", "``a`` ", "`a`_ ", ":ref:`a` ", "|a| ", "[1]_ ", "a\n=\n\n", "* a\n\n  ", "1. a\n", "::\n\n  a\n\n"),
        *(".. note:: a\n\n", "+-+\n|a|\n+-+\n", "== ==\na  b\n== ==\n", ".. _a: b\n", ".. [1] a\n", "| a\n", "    ", ":a: b\n"),
        *(">>> a\n", ".. a\n", "\\", "a"),
    ],
    ".md": [
        *("# a\n", "*a ", "[a](", "[", "![", "`", "```\n", "> ", "- ", "1. ", "|a|b|\n|-|-|\n", "<div>", "&amp;", "---\n", "a\n===\n"),
        *("\\", "a", "!!! note\n    a\n", '=== "a"\n', ":::{note}\n", "{% a %}", "<A>{a}</A>", "+++\n"),
    ],
    ".txt": ["a ", "\u4e00", "9.", "\n", "\u200b"],
    ".pdf": ["%PDF-1.7\n", "1 0 obj\n", "<<", "[", "stream\n", "xref\n"],
}
PROSE = "The pump starts when the tank holds less than ten litres.\n\n"
SHAPES = ("alone", "behind prose", "before prose", "between prose")
KINDS = [(suffix, piece, shape) for suffix, pieces in PIECES.items() for piece, shape in product(pieces, SHAPES)]


def build(piece: str, shape: str, count: int) -> bytes:
    """A file of one kind."""
    many = (piece + PROSE) * count if shape == "between prose" else piece * count
    return (PROSE * (shape == "behind prose") + many + PROSE * (shape == "before prose")).encode()


def test_there_are_many_kinds() -> None:
    assert len(KINDS) >= 200


@settings(max_examples=400, deadline=None, suppress_health_check=list(HealthCheck))
@given(kind=st.sampled_from(KINDS), count=st.integers(1, 30_000))
def test_every_file_is_read_or_refused_with_a_reason(kind: tuple[str, str, str], count: int) -> None:
    suffix, piece, shape = kind
    with FileReader(max_seconds=1.0) as reader:
        try:
            found = reader.extract(suffix, build(piece, shape, count))[1]
        except DocumentError as refused:
            found = Extract(f"{refused.problem}: {refused.remedy}")
    assert found.text.strip(" :")
