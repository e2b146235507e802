"""How many of a folder's prose words are read, by dialect: `python -m bench.words_kept FOLDER [--dialect NAME] [--worst N]`.

For each file `bench.plain_reading` takes the words that its source has as prose: source words without code blocks, directive names and
options, front matter and raw markup. Kept is what of them, as often as it is there, stands in the prose that `FolderSource` reads from
that file: headings, paragraphs and tables as CommonMark sees them, without code, HTML blocks and link targets. A file that is skipped
loses all its words. Order is not compared. Beside it: what the reading has more than the source, which would be markup taken for prose.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from markdown_it import MarkdownIt

from bench.plain_reading import html_prose, markdown_prose, restructuredtext_prose, without_markup, words
from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.domain.corpus.documents import Document

_COMMONMARK = MarkdownIt("commonmark").enable("table")
_MARKDOWN = (".md", ".markdown")
_RST = (".rst",)
_HTML = (".html", ".htm")
DIALECTS: dict[str, tuple[tuple[str, ...], Callable[[str], str]]] = {
    "sphinx": (_RST, restructuredtext_prose),
    "mkdocs": (_MARKDOWN, markdown_prose),
    "myst": (_MARKDOWN, markdown_prose),
    "docusaurus": ((*_MARKDOWN, ".mdx"), markdown_prose),
    "obsidian": (_MARKDOWN, markdown_prose),
    "html": (_HTML, html_prose),
}
"""By dialect the suffixes of its files, and how their source is read plainly."""
_BY_SUFFIX = {"restructuredtext": DIALECTS["sphinx"], "markdown": DIALECTS["docusaurus"], "html": DIALECTS["html"]}


@dataclass(frozen=True)
class FileWords:
    """The words of one file that are lost, and those that are read beside its prose."""

    document_id: str
    prose: int
    lost: Counter[str]
    added: Counter[str]


@dataclass(frozen=True)
class FolderWords:
    """The files of one dialect in a folder."""

    dialect: str
    files: tuple[FileWords, ...]

    @property
    def prose(self) -> int:
        """Words of prose in the sources."""
        return sum(file.prose for file in self.files)

    @property
    def kept(self) -> float:
        """The share of them that is read."""
        return 1 - sum(file.lost.total() for file in self.files) / self.prose if self.prose else 1.0

    @property
    def added(self) -> float:
        """What is read beside them, as a share of them."""
        return sum(file.added.total() for file in self.files) / self.prose if self.prose else 0.0


def words_kept(folder: Path, dialect: str | None = None) -> list[FolderWords]:
    """What is kept of a folder; of every format in it when no dialect is named."""
    read = FolderSource(folder).read().by_id
    dialects = {dialect: DIALECTS[dialect]} if dialect else _BY_SUFFIX
    return [_of_dialect(folder, name, *what, read) for name, what in dialects.items()]


def _of_dialect(folder: Path, name: str, suffixes: tuple[str, ...], prose: Callable[[str], str], read: dict[str, Document]) -> FolderWords:
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in suffixes and path.is_file())
    ids = [(path, path.relative_to(folder).as_posix()) for path in paths]
    return FolderWords(name, tuple(_compare(one, prose(path.read_text("utf-8", "replace")), read.get(one)) for path, one in ids))


def _compare(document_id: str, prose: str, document: Document | None) -> FileWords:
    source, ours = Counter(words(prose)), Counter(words(_passages(document.text) if document else ""))
    return FileWords(document_id, source.total(), source - ours, ours - source)


def _passages(text: str) -> str:
    """What can come into a passage as prose, without its markup."""
    lines = text.split("\n")
    for token in _COMMONMARK.parse(text):
        if token.map and token.type in ("fence", "code_block", "html_block"):
            lines[slice(*token.map)] = [""] * (token.map[1] - token.map[0])
    return without_markup("\n".join(lines))


def report(found: list[FolderWords], worst: int) -> list[str]:
    """A line for each dialect that there is, with the files that lose most."""
    lines = []
    for dialect in (one for one in found if one.files):
        lines.append(
            f"{dialect.dialect}: {dialect.kept:.1%} of {dialect.prose:,} prose words in {len(dialect.files)} files kept, "
            f"{dialect.added:.1%} added"
        )
        for file in sorted(dialect.files, key=lambda file: -file.lost.total())[:worst]:
            few = ", ".join(f"{word} {times}" for word, times in file.lost.most_common(12))
            more = ", ".join(f"{word} {times}" for word, times in file.added.most_common(6))
            lines.append(f"  {file.document_id}: {file.lost.total()} of {file.prose} lost ({few}); added {file.added.total()} ({more})")
    return lines


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(prog="python -m bench.words_kept", description=__doc__)
    arguments.add_argument("folder", type=Path)
    arguments.add_argument("--dialect", choices=sorted(DIALECTS))
    arguments.add_argument("--worst", type=int, default=5, help="how many of the files that lose most are named")
    given = arguments.parse_args()
    print("\n".join(report(words_kept(given.folder, given.dialect), given.worst)))
