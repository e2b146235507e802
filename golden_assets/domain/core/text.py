"""Text in any script: counted in words, folded for comparison, shown on a terminal, stored in PostgreSQL.

Scripts that put no blanks between words are counted by their letters: two of Chinese, Japanese or Korean make a word, and five code points
of Thai, Lao, Khmer or Burmese, vowel signs included. What has 24 letters without a blank is taken for more than one word.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Any

CJK = "\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uac00-\ud7af"
SOUTH_EAST_ASIAN = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\ua9e0-\ua9ff\uaa60-\uaa7f"
"""Thai, Lao, Burmese and Khmer."""
UNSPACED = re.compile(f"[{CJK}{SOUTH_EAST_ASIAN}]")
UNSPACED_WORD = rf"[{CJK}]{{1,2}}|[{SOUTH_EAST_ASIAN}]{{1,5}}"
"""As a pattern: what counts as one word in a script without blanks."""
WORD = re.compile(rf"{UNSPACED_WORD}|[^\s{CJK}{SOUTH_EAST_ASIAN}]{{1,24}}")
MAX_KEPT = 4_096
"""Characters of a text whose count is remembered: rows are measured many times, documents once."""
_FOLDED = frozenset("PZC")  # punctuation, separators, control; not \W, which also drops the vowel signs of Indic scripts


def count_words(text: str) -> int:
    """Words of a text as a reader would count them; a sign that stands alone counts as one."""
    return _short_count(text) if len(text) <= MAX_KEPT else _count(text)


def _count(text: str) -> int:
    return sum(1 for _ in WORD.finditer(text))


_short_count = lru_cache(maxsize=32_768)(_count)


def counted(number: int, thing: str) -> str:
    """``1 row``, ``2 rows``: a number before the name of what it counts, which takes an s in the plural."""
    return f"{number} {thing}{'' if number == 1 else 's'}"


class _Blanks(dict[int, int]):
    """What `str.translate` makes of a character, by its code point: looked up once for each that occurs."""

    def __missing__(self, code: int) -> int:
        self[code] = ord(" ") if unicodedata.category(chr(code))[0] in _FOLDED else code
        return self[code]


_BLANKS = _Blanks()


def fold(text: str) -> str:
    """What two questions have in common when they differ in case, punctuation or blanks only; "" without any letter, digit or symbol.

    Compatibility forms (NFKC) count as the same, symbols such as ``+`` and ``<`` are kept: C++ is not C.
    """
    return " ".join(unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold()).translate(_BLANKS).split())


def printable(text: object) -> str:
    """The text with its line breaks; a tab is four blanks, and every other character that would not print shows as ``\\ufffd``."""
    lines = str(text).replace("\r\n", "\n").replace("\r", "\n").expandtabs(4)
    return "".join(character if character == "\n" else _visible(character) for character in lines)


def one_line(text: object) -> str:
    """The text on one line: every run of white space is one blank, and what would not print shows as ``\\ufffd``."""
    return printable(" ".join(str(text).split()))


def quoted(text: object) -> str:
    """The text on one line between quotation marks; a line break in it is a blank, and no ``\\n``."""
    return repr(one_line(text))


def _visible(character: str) -> str:
    if character.isspace():
        return " "
    return character if character.isprintable() else "\N{REPLACEMENT CHARACTER}"


def unstorable(value: Any, path: str = "") -> str | None:
    """Where a string stands that JSONB refuses (a NUL byte or a lone surrogate) or a number that is not finite, and which; else None."""
    if isinstance(value, str):
        return _unstorable_text(value, path)
    if isinstance(value, float) and value - value != 0:
        return f"{path} is {value}"
    if isinstance(value, dict):
        items = [(f"{path}.{key}".lstrip("."), part) for key, part in value.items()]
        items += [(f"a key of {path or 'the object'}", key) for key in value]
    elif isinstance(value, list | tuple):
        items = [(f"{path}[{position}]", part) for position, part in enumerate(value)]
    else:
        return None
    return next((found for where, part in items if (found := unstorable(part, where))), None)


def _unstorable_text(text: str, path: str) -> str | None:
    if "\x00" in text:
        return f"{path} holds a NUL byte"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return f"{path} holds a lone surrogate"
    return None
