"""What a text says, apart from how it is set: the words of a Markdown text in order, each with its place.

Two texts *say the same* when their words are equal. Not counted as words: blanks and line breaks of any kind, the marks of headings,
quotations and bullets at the start of a line, emphasis (``*``, ``_``, ``~~``) around words, the backticks of code, and lines that are
marks alone (rules, underlined headings, the second line of a table). Counted: everything else, so case, punctuation, the numbers of lists,
link targets, HTML tags, and each character of code, ``*`` and ``_`` in it included. Where that is too careful, a passage counts as changed.
"""

import re
import unicodedata
from bisect import bisect_left
from collections.abc import Iterator
from functools import cached_property
from itertools import accumulate
from typing import NamedTuple

_LINE = re.compile(r"[^\n]+")
_FENCE = re.compile(r"[ \t]*(`{3,}|~{3,})")
_MARKS_ONLY = re.compile(r"[\s|:=*_+>#-]+")
_OPENING = re.compile(r"[ \t]*(?:>[ \t]?)*(?:#{1,6}(?=\s|$)|[-*+](?=\s))?")
_CLOSING = re.compile(r"\s#+\s*$")
_CODE = re.compile(r"(`+)(?!`)(.+?)(?<!`)\1(?!`)")
_EMPHASIS = re.compile(r"(?<![\w*~])(?:\*{1,3}|_{1,3}|~~)(?=[^\s*_~])|(?<=[^\s*_~])(?:\*{1,3}|_{1,3}|~~)(?![\w*~])")
_HIDDEN = "\0"
_WORD = re.compile(r"\||[^\s|]+")
_BEFORE = re.compile(r"[\s>#*_~`|+-]*")
_AFTER = re.compile(r"[\s#*_~`|]*")
_SENTENCE_END = re.compile(r"[.!?…؟۔。！？][\"'»”’」』）)\]*_`]*\s*\Z")


class Word(NamedTuple):
    """A word without its marks, and where it stands: ``source[start:end]`` may hold marks between its letters."""

    text: str
    start: int
    end: int


def words_of(text: str) -> Iterator[Word]:
    """The words of a Markdown or plain text, in order."""
    fence: str | None = None
    for match in _LINE.finditer(text):
        line, offset = match.group(), match.start()
        mark = _FENCE.match(line)
        if mark and (fence is None or mark[1].startswith(fence)):
            fence = mark[1][0] * 3 if fence is None else None
            yield Word("```", offset + mark.start(1), offset + mark.end(1))
            line, offset = line[mark.end() :], offset + mark.end()
        elif fence is None:
            line = _without_marks(line)
        yield from _words(line, offset)


def _without_marks(line: str) -> str:
    """The line with its marks hidden, as long as before."""
    if _MARKS_ONLY.fullmatch(line):
        return _hide(line)
    opening = _OPENING.match(line)
    head = opening.end() if opening else 0
    code = [(span.start(2), span.end(2)) for span in _CODE.finditer(line)]
    line = _CODE.sub(lambda span: _hide(span[1]) + span[2] + _hide(span[1]), line)
    line = _EMPHASIS.sub(lambda mark: mark[0] if any(start <= mark.start() < end for start, end in code) else _hide(mark[0]), line)
    return _CLOSING.sub(lambda mark: _hide(mark[0]), _hide(line[:head]) + line[head:])


def _hide(marks: str) -> str:
    """As many characters that are no part of a word; blanks stay."""
    return "".join(character if character.isspace() else _HIDDEN for character in marks)


def _words(line: str, offset: int) -> Iterator[Word]:
    for match in _WORD.finditer(line):
        shown = match.group().strip(_HIDDEN)
        if shown:
            start = offset + match.start() + match.group().index(shown[0])
            yield Word(unicodedata.normalize("NFC", shown.replace(_HIDDEN, "")), start, start + len(shown))


def telling_words(text: str) -> list[str]:
    """Its distinct words, the longest first: where one of them does not occur, the text need not be looked for."""
    return sorted({word.text for word in words_of(text)}, key=lambda word: (-len(word), word))


def stands_alone(text: str, start: int, end: int) -> bool:
    """Whether ``text[start:end]`` is cut out at lines or sentences: what stands beside it does not continue it.

    Without this, "costs 5 euros" would still be found where the document now says "costs 5 euros and 20 cents".
    """
    before = text[text.rfind("\n", 0, start) + 1 : start]
    line_end = text.find("\n", end)
    after = text[end : line_end if line_end >= 0 else len(text)]
    begins = _BEFORE.fullmatch(before) or _SENTENCE_END.search(before)
    return bool(begins) and bool(_AFTER.fullmatch(after) or text[start:end].endswith("\n") or _SENTENCE_END.search(text[start:end]))


class Prose:
    """A text in which passages are looked up by what they say.

    Args:
        text: Markdown or plain text.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def words(self) -> tuple[Word, ...]:
        """Its words."""
        return tuple(words_of(self.text))

    def find(self, passage: str, near: int = 0) -> tuple[int, int] | None:
        """The span that says what ``passage`` says and `stands_alone`, with its marks; of several the one whose start is nearest."""
        needle = "".join(f"\n{word.text}" for word in words_of(passage))
        if not needle:
            return None
        spans = (self._span(at, needle.count("\n")) for at in find_all(self._joined, f"{needle}\n"))
        return min((span for span in spans if stands_alone(self.text, *span)), key=lambda span: abs(span[0] - near), default=None)

    def _span(self, at: int, count: int) -> tuple[int, int]:
        """From the first of ``count`` words to the last, marks beside them included; ``at`` is the first one's place in `_joined`."""
        first = bisect_left(self._places, at)
        start, end = self.words[first].start, self.words[first + count - 1].end
        line_start = self.text.rfind("\n", 0, start) + 1
        line_end = self.text.find("\n", end)
        before = self.text[line_start:start]
        after = self.text[end : line_end if line_end >= 0 else len(self.text)]
        start -= len(before.lstrip()) if _BEFORE.fullmatch(before) else len(before) - len(before.rstrip("*_~`"))
        end += len(after.rstrip()) if _AFTER.fullmatch(after) else len(after) - len(after.lstrip("*_~`"))
        return start, end

    @cached_property
    def _joined(self) -> str:
        """Each word between line ends, so that none is found within another."""
        return "".join(f"\n{word.text}" for word in self.words) + "\n"

    @cached_property
    def _places(self) -> list[int]:
        """Where each word begins in `_joined`."""
        return list(accumulate((len(word.text) + 1 for word in self.words), initial=0))


def find_all(text: str, wanted: str) -> Iterator[int]:
    """Every place where ``wanted`` begins in ``text``; occurrences may overlap."""
    at = text.find(wanted)
    while at >= 0:
        yield at
        at = text.find(wanted, at + 1)
