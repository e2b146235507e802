"""Which shares of question types documents can yield, before anything is generated: multi-hop questions take passages that share a subject.

A subject is what a text spells as a name: capitals inside a sentence, inline code, words with digits, signs or capitals within. Each name
that several passages share, but not most of them, joins them to one another. Documents whose passages hold no name at all (scripts without
capitals) say nothing of that, so they keep the shares that were asked for.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Set

from golden_assets.domain.testsets.testset import QuestionType

MULTI_HOP: frozenset[QuestionType] = frozenset({"multi_hop_specific", "multi_hop_abstract"})
COMMONPLACE_SHARE = 0.5
"""A name in more than this share of the passages joins everything, and therefore nothing."""
FEW_PASSAGES = 8
"""Fewer passages than this are too few for a share to say anything."""

_ADDRESS = re.compile(r"\]\([^)\s]*\)|\S*://\S+")
_CODE = re.compile(r"`([^`\n]{2,60})`")
_NAME = re.compile(r"(?<=[^\W_][,;:)]\s)[^\W\d_a-z]\w{2,}|(?<=[^\W_]\s)[^\W\d_a-z]\w{2,}|\b\w+[a-z][A-Z]\w*\b|\b[^\W\d]+[_.][^\W\d]\w+\b")


def supported_shares(shares: Mapping[QuestionType, float], size: int, passages: Iterable[str]) -> dict[QuestionType, float]:
    """The shares that the passages can yield: what they cannot goes from multi-hop to single-hop types, in proportion.

    Args:
        shares: as they are asked for, summing to 1.
        size: rows that are asked for.
        passages: texts; no more of them are looked at than it takes to know that they are enough.
    """
    wanted = sum(share for name, share in shares.items() if name in MULTI_HOP)
    others = sum(share for name, share in shares.items() if name not in MULTI_HOP)
    if not wanted or not others:
        return dict(shares)
    possible = min(wanted, _joined_rows(passages, round(wanted * size)) / size)
    factors = {True: possible / wanted, False: (1 - possible) / others}
    found = {name: share * factors[name in MULTI_HOP] for name, share in shares.items()}
    return positive(found) if possible < wanted else dict(shares)


def positive(shares: Mapping[QuestionType, float]) -> dict[QuestionType, float]:
    """The types that are asked for at all."""
    return {name: share for name, share in shares.items() if share > 0}


def change_of_shares(asked: Mapping[QuestionType, float], supported: Mapping[QuestionType, float]) -> str | None:
    """What to say when the documents cannot yield the shares that are asked for; None when they can."""
    if dict(supported) == positive(asked):
        return None
    return (
        f"The documents share too few subjects for the question types asked for ({_in_words(asked)}). Planned instead: "
        f"{_in_words(supported)}. More multi-hop questions take documents that name the same things."
    )


def _in_words(shares: Mapping[QuestionType, float]) -> str:
    return ", ".join(f"{name} {share:.0%}" for name, share in shares.items())


def names_in(passage: str) -> Set[str]:
    """What a passage spells as a name, in lower case."""
    text = _ADDRESS.sub(" ", passage)
    return {name.casefold() for name in (*_CODE.findall(text), *_NAME.findall(text))}


def _joined_rows(passages: Iterable[str], enough: int) -> int:
    """How many multi-hop questions the passages can yield, at least ``enough`` where nothing speaks against it."""
    mentions: Counter[str] = Counter()
    count, rows = 0, 0
    for count in _counted(passages, mentions):
        rows = _pairs(mentions, count)
        if rows >= enough:
            return enough
    return enough if count > 1 and not mentions else rows


def _counted(passages: Iterable[str], mentions: Counter[str]) -> Iterator[int]:
    """Count names of the passages; tells the number of passages whenever it has doubled, and at the end."""
    count = 0
    for count, passage in enumerate(passages, 1):
        mentions.update(names_in(passage))
        if count.bit_count() == 1:
            yield count
    yield count


def _pairs(mentions: Mapping[str, int], passages: int) -> int:
    """Pairs of passages that share a name, each passage with a name counted once after the first."""
    most = passages if passages < FEW_PASSAGES else passages * COMMONPLACE_SHARE
    return sum(times - 1 for times in mentions.values() if 1 < times <= most)
