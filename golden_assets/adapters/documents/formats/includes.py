"""Files that a document includes: Sphinx's and MyST's ``include``, and the snippets of MkDocs (``--8<--``), put in where they are named.

Followed are files inside the folder, by a path from the including file or from the folder. Not followed, and left to be named by the
reader: what leads out of the folder, is missing, is not UTF-8 text, is to be shown as code, or is a document of the folder itself, which is
read there once. Depth and size are bounded, and a file never includes itself.
"""

import os
import re
import textwrap
from collections.abc import Collection
from functools import cached_property
from pathlib import Path

MAX_DEPTH = 8
"""Files within files; deeper ones are not followed."""
MAY_INCLUDE = frozenset({".md", ".markdown", ".mdx", ".rst"})
"""Suffixes of the formats that know includes."""

_RST = re.compile(r"^(?P<indent>[ \t]*)\.\.[ \t]+include::[ \t]+(?P<path>\S+)[ \t]*\n(?P<options>(?:[ \t]+:[\w-]+:.*\n?)*)", re.MULTILINE)
_MYST = re.compile(
    r"^(?P<indent>[ \t]*)(?P<sign>`{3,}|:{3,})\{include\}[ \t]+(?P<path>\S+)[ \t]*\n"
    r"(?P<options>(?:[ \t]*:[\w-]+:.*\n)*)[ \t]*(?P=sign)[ \t]*$",
    re.MULTILINE,
)
_SNIPPET = re.compile(r"^(?P<indent>[ \t]*)-{1,}8<-{1,}[ \t]+[\"'](?P<path>[^\"'\n]+)[\"'](?P<options>)[ \t]*$", re.MULTILINE)
_SNIPPET_BLOCK = re.compile(
    r"^(?P<indent>[ \t]*)-{1,}8<-{1,}[ \t]*\n(?P<lines>(?:(?![ \t]*-{1,}8<-).*\n)+?)[ \t]*-{1,}8<-{1,}[ \t]*$", re.MULTILINE
)
"""Several files, one a line; a line that begins with a semicolon is left out."""
_OPTION = re.compile(r":([\w-]+):[ \t]*(.*)")
_SECTION = re.compile(r"(?P<file>.+?):(?P<name>[A-Za-z][\w-]*)$")
_SECTION_MARK = re.compile(r"^.*-{1,}8<-{1,}[ \t]+\[(?:start|end):.*\n?", re.MULTILINE)
_AS_CODE = frozenset({"literal", "code", "number-lines", "parser"})
_MARKDOWN = frozenset({".md", ".markdown", ".mdx"})
_TEXT = frozenset({".txt", ".inc", ".include", ".snippet", ".in", ""})
MAX_FILES = 200
"""Files that one document includes, those within others counted each time; further ones are not followed."""


class Includes:
    """Puts in the files that documents of one folder include.

    Args:
        folder: no file outside of it is read.
        documents: the paths of the files that are documents themselves.
        max_bytes: the size that a text may have with what it includes, and the largest file that is included.
    """

    def __init__(self, folder: Path, documents: Collection[str], max_bytes: int) -> None:
        self._folder = Path(os.path.realpath(folder))
        self._paths = documents
        self._max_bytes = max_bytes

    def put_into(self, path: Path, data: bytes) -> tuple[bytes, tuple[Path, ...]]:
        """A document with what it includes, and the files that came in, in their order; the very bytes without includes."""
        if not (b"include" in data or b"8<" in data):
            return data, ()
        try:
            text = data.decode("utf-8")
        except UnicodeDecodeError:
            return data, ()
        came_in: list[Path] = []
        whole = self._expand(text.replace("\r\n", "\n"), (Path(os.path.realpath(path)),), came_in)
        return (whole.encode(), tuple(came_in)) if came_in else (data, ())

    def _expand(self, text: str, chain: tuple[Path, ...], came_in: list[Path]) -> str:
        patterns = (_RST,) if chain[0].suffix.lower() == ".rst" else (_MYST, _SNIPPET)
        text = text if _RST in patterns else _SNIPPET_BLOCK.sub(_one_by_one, text)
        for pattern in patterns:
            text = pattern.sub(lambda named: self._put_in(named, chain, came_in), text)
        return text

    @cached_property
    def _documents(self) -> frozenset[str]:
        """Asked for by the first include only: to resolve the links of 10,000 paths takes longer than to list them."""
        return frozenset(map(os.path.realpath, self._paths))

    def _put_in(self, named: re.Match[str], chain: tuple[Path, ...], came_in: list[Path]) -> str:
        """What replaces one include: the text of its file, indented like it, or the include as it is."""
        options = dict(_OPTION.findall(named["options"]))
        section = _SECTION.match(named["path"])
        path = self._target(section["file"] if section else named["path"], chain)
        if path is None or not _AS_CODE.isdisjoint(options) or len(chain) > MAX_DEPTH or len(came_in) >= MAX_FILES:
            return named[0]
        text = _read(path, self._max_bytes)
        part = text and (_section(text, section["name"]) if section else _chosen(text, options))
        if not part:
            return named[0]
        came_in.append(path)
        inner = self._expand(_SECTION_MARK.sub("", part), (*chain, path), came_in)
        return textwrap.indent(inner.strip("\n"), named["indent"]) + "\n" if sum(map(_size, came_in)) <= self._max_bytes else named[0]

    def _target(self, name: str, chain: tuple[Path, ...]) -> Path | None:
        """The file that an include means; None when it is not to be followed."""
        for base in (chain[-1].parent, self._folder):
            path = Path(os.path.realpath(base / name.lstrip("/")))
            if path.is_relative_to(self._folder) and path.is_file():
                is_known = path.suffix.lower() in _TEXT | (_MARKDOWN if chain[0].suffix.lower() in _MARKDOWN else {".rst", ".rest"})
                return path if is_known and path not in chain and str(path) not in self._documents else None
        return None


def state_of(path: Path) -> str:
    """Size and time of a file, empty for one that is gone."""
    try:
        status = path.stat()
    except OSError:
        return ""
    return f"{status.st_size}\0{status.st_mtime_ns}"


def _one_by_one(block: re.Match[str]) -> str:
    """The files of a block of snippets, each in the form of one line."""
    names = [line.strip().strip("\"'") for line in block["lines"].splitlines()]
    return "\n".join(f'{block["indent"]}--8<-- "{name}"' for name in names if name and not name.startswith(";"))


def _size(path: Path) -> int:
    return path.stat().st_size


def _read(path: Path, max_bytes: int) -> str | None:
    """The text of a file with Unix line ends; None when it is too large, cannot be opened, or is not text."""
    try:
        if _size(path) > max_bytes:
            return None
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError):
        return None
    return None if "\0" in text else text


def _section(text: str, name: str) -> str | None:
    """What stands between the marks of a section of a snippet; None without such marks."""
    mark = r"^.*-{1,}8<-{1,}[ \t]+\["
    found = re.search(rf"{mark}start:[ \t]*{re.escape(name)}\].*\n(?P<part>[\s\S]*?){mark}end:", text, re.MULTILINE)
    return found and found["part"]


def _chosen(text: str, options: dict[str, str]) -> str:
    """The part of a text that the options of an include name by lines or by words; they are applied in docutils' order."""
    first, last = options.get("start-line", ""), options.get("end-line", "")
    if re.fullmatch(r"-?\d*", first) and re.fullmatch(r"-?\d*", last):
        text = "\n".join(text.split("\n")[int(first) if first else None : int(last) if last else None])
    if after := options.get("start-after", "").strip():
        text = text.partition(after)[2]
    if before := options.get("end-before", "").strip():
        text = text.partition(before)[0]
    return text
