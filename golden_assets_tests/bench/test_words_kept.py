"""What the count of kept words says of folders whose words are known."""

from pathlib import Path

import pytest

from bench.plain_reading import html_prose, markdown_prose, restructuredtext_prose, words
from bench.words_kept import report, words_kept


@pytest.mark.parametrize(
    ("prose", "source"),
    [
        (markdown_prose, "---\na: b\n---\n# One\n\n```py\ncode\n```\n\n!!! note\n    two\n\n:::{tip}\n:class: x\nthree\n:::\n"),
        (markdown_prose, "One [two](https://example.com/x) <b class='c'>three</b> <!-- no\nnot -->\n\n    code\n"),
        (
            restructuredtext_prose,
            "One\n===\n\n.. c:thing:: two\n   :no: x\n\n   :role:`three <x>`\n\n.. code-block:: py\n\n   code\n\n.. no\n",
        ),
        (html_prose, "<title>no</title><nav>no</nav><p>One</p><main>One <b>two</b><pre>no</pre> three</main>"),
    ],
)
def test_the_plain_reading_takes_prose_and_neither_code_nor_markup(prose, source) -> None:
    assert words(prose(source)) == ["one", "two", "three"]


def test_a_file_that_is_skipped_and_a_word_in_code_count_as_lost(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("# Pump\n\nThe pump starts at once.\n")
    (tmp_path / "copy.md").write_text("# Pump\n\nThe pump starts at once.\n")
    (found,) = words_kept(tmp_path, "mkdocs")
    assert (found.prose, found.kept, found.added) == (12, 0.5, 0.0)
    assert report([found], 1)[0] == "mkdocs: 50.0% of 12 prose words in 2 files kept, 0.0% added"
