"""What critics compare of a text: its telling words, numbers, negations and names.

The endings and the commonest words are those of English. Negations are known in some more languages; scripts that put no blanks between
words are read by pairs of characters.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from itertools import chain, pairwise
from typing import NamedTuple

_LINK = re.compile(r"\[([^\]]*)\]\([^)\s]*\)")
_CODE = re.compile(r"`([^`\n]+)`")
_MARKS = re.compile(r"[`*~|>#]+|(?<!\w)_|_(?!\w)")
_LETTERS = re.compile(r"[a-z]+")
_NUMBER = re.compile(r"\d[\d,.]*\d|\d")
_SENTENCE = re.compile(r"(?<=[.!?:;])[\"')\]*`]*\s+(?=[\"'(\[*`]*[A-Z0-9`])|\n\s*\n|\n(?=\s*(?:[-*+|#>]|\d+\.)\s*)|(?<=\|)\n|(?<=[。！？])")
_REPLY = re.compile(r"\s*(?:yes|no|ja|nein|oui|non|sí|sim|não|是的?|不是|否|不)\s*(?:[,.;:!，。；：！–—-]|$)\s*", re.IGNORECASE)
_UNSPACED = r"\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_TOKEN = re.compile(rf"[{_UNSPACED}]+|[^\W_{_UNSPACED}](?:[^\W{_UNSPACED}]|['’.\-/:]+(?=[^\W_{_UNSPACED}]))*")
_RUN = re.compile(f"[{_UNSPACED}]+")
_HAN_NEGATION = re.compile("[没沒不無无未非]")
_TO_TWENTY = "one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen"
_TENS = dict(zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], map(str, range(20, 100, 10)), strict=True))
NUMERALS = {word: str(value) for value, word in enumerate(_TO_TWENTY.split(), start=1) if value > 1} | _TENS
"""Written-out numbers and their digits."""
_SUFFIXES = ("ations", "ation", "ings", "ing", "edly", "ied", "ies", "ed", "es", "ly", "s", "e")


def words_in(text: str) -> frozenset[str]:
    """The words of a list that is written as text."""
    return frozenset(text.split())


_STOP = words_in(
    """
    a an the of to in on at by for with from as and or but if then than that this these those it its is are was were be been being am
    do does did has have had having will would can could shall should may might must what which who whom whose when where why how much
    many long often there here you your we our they their them he she his her i my me us s so such also into over under about after
    before between during through up down out off again further once because while until unless whether both each any all some only
    own same too very just more most other rather alternatively similarly additionally however besides instead hand example note one
    use used using happens need want according
    """
)
_NEGATIONS = words_in(
    """
    not no never none nobody nothing neither nor cannot without nowhere nicht kein keine keinen keinem keiner keines nie niemals nichts
    niemand ohne pas jamais aucun aucune nunca jamás ningún ninguna ninguno tampoco não nunca niet geen
    """
)
_AFTER_ITS_VERB = words_in("nicht pas niet")
"""Negations that stand after what they negate as often as before it."""
_TENS |= {"hundred": "100", "thousand": "1000"}


class Reading(NamedTuple):
    """``words``: stems of telling words. ``negated``: stems that a negation stands before. ``names``: stems of capitalised words inside
    sentences, of words with digits, dots or capitals within, and of words in code marks.
    """

    words: frozenset[str]
    numbers: frozenset[str]
    negated: frozenset[str]
    names: frozenset[str]

    @property
    def telling(self) -> frozenset[str]:
        """Words and numbers."""
        return self.words | self.numbers


@lru_cache(maxsize=16_384)
def read(text: str) -> Reading:
    """Read a sentence or a passage."""
    words, negated, names = set(), set(), set()
    scope, start, before = 0, True, ""
    for root, denies, is_capital, is_special, ends in chain.from_iterable(map(_words_in, _without_links(text).split())):
        if root:
            words.add(root)
            if scope:
                negated.add(root)
                scope -= 1
            if is_special or (is_capital and not start):
                names.add(root)
        elif denies:
            scope = 2
            negated |= {before} - {""} if denies > 1 else set()
        scope, before = (0, "") if ends else (scope, root or before)
        start = False
    if "`" in text:
        names |= words & {stem(token.lower()) for code in _CODE.findall(text) for token in _TOKEN.findall(code)}
    return Reading(frozenset(words), numbers(text), frozenset(negated), frozenset(names))


def without_reply(text: str) -> str:
    """An answer without the *yes* or *no* that it begins with, which says nothing about the words after it."""
    found = _REPLY.match(text)
    return text[found.end() :] if found else text


def tokens_of(text: str) -> list[str]:
    """All words and numbers in order, as they are but for capitals; characters where a script has no blanks between words."""
    found = chain.from_iterable(token if _RUN.fullmatch(token) else [token] for token in _TOKEN.findall(plain(text)))
    return [token.replace("’", "'").lower() for token in found]


def is_unspaced(text: str) -> bool:
    """Whether a text is in a script that puts no blanks between words, and so is read by pairs of characters."""
    return bool(_RUN.search(text))


def negates(token: str) -> bool:
    """Whether a word of `tokens_of` is a negation."""
    return token in _NEGATIONS or token.endswith("n't") or bool(_RUN.match(token) and _HAN_NEGATION.search(token))


def numbers(text: str) -> frozenset[str]:
    """Its numbers as digits: without separators of thousands, and written-out ones up to a thousand too."""
    return frozenset(chain.from_iterable(map(_numbers_in, text.split())))


def opening(text: str) -> frozenset[str]:
    """The stem of the first word where it is a telling one with a capital, be it a name or not; else nothing."""
    first = _TOKEN.match(plain(text).lstrip())
    return read(text).words & {stem(first.group().lower())} if first and first.group()[:1].isupper() else frozenset()


def plain(text: str) -> str:
    """A Markdown text without the marks and link targets."""
    return _MARKS.sub(" ", _without_links(text))


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """The spans of its sentences, list items and table lines, in order, without blanks at their ends."""
    borders = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    spans = []
    for left, right in pairwise(borders):
        part = text[left:right]
        if part.strip():
            start = left + len(part) - len(part.lstrip())
            spans.append((start, start + len(part.strip())))
    return spans


def stem(word: str) -> str:
    """A word without its commonest endings, so that *measures* is *measured*: crude, and the same on both sides of a comparison."""
    word = word.removesuffix("'s").removesuffix("'")
    for suffix in _SUFFIXES:
        if word.endswith(suffix) and len(word) - len(suffix) >= 3:
            root = word.removesuffix(suffix)
            root = root + "y" if suffix in ("ies", "ied") else root
            return root[:-1] if len(root) > 3 and root[-1] == root[-2] and root[-1] not in "lsz" else root.removesuffix("e")
    return word


def _without_links(text: str) -> str:
    return _LINK.sub(r"\1", text) if "](" in text else text


def _is_number(word: str) -> bool:
    return word in NUMERALS or bool(re.fullmatch(r"[\d.,:/-]+", word))


class _Word(NamedTuple):
    """A token by itself; ``root`` is empty where it tells nothing, being a number, a negation or one of the commonest words. ``negates``:
    2 for what may stand after what it negates; ``ends``: a comma or the like follows.
    """

    root: str
    negates: int
    is_capital: bool
    is_special: bool
    ends: bool = False


@lru_cache(maxsize=65_536)
def _words_in(part: str) -> tuple[_Word, ...]:
    """The words of what stands between two blanks: texts repeat them, so each is taken apart once."""
    found = [_look_at(piece) for token in _TOKEN.findall(_MARKS.sub(" ", part)) for piece in _pairs(token)]
    if found and part.rstrip("\"')]*`_")[-1:] in ",;:.!?":
        found[-1] = found[-1]._replace(ends=True)
    return tuple(found)


def _pairs(token: str) -> Sequence[str]:
    """The pairs of characters of a run in a script without blanks, each two that follow each other; any other token as it is."""
    return [token] if len(token) < 3 or not _RUN.fullmatch(token) else [token[n : n + 2] for n in range(len(token) - 1)]


@lru_cache(maxsize=65_536)
def _numbers_in(part: str) -> frozenset[str]:
    """The numbers of what stands between two blanks."""
    found = [match.group().replace(",", "") for match in _NUMBER.finditer(part)]
    digits = {number.rstrip("0").rstrip(".") if "." in number else number for number in found}
    return frozenset(digits | {NUMERALS[word] for word in NUMERALS.keys() & set(_LETTERS.findall(part.lower()))})


def _look_at(token: str) -> _Word:
    word = token.replace("’", "'")
    lower = word.lower()
    is_negation = lower in _NEGATIONS or lower.endswith("n't")
    return _Word(
        root="" if is_negation or lower in _STOP or _is_number(lower) else stem(lower),
        negates=is_negation * (2 if lower in _AFTER_ITS_VERB else 1),
        is_capital=word[:1].isupper(),
        is_special=any(character.isupper() or character.isdigit() or character in "._/" for character in word[1:]),
    )
