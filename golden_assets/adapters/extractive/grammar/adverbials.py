"""Adverbials that run to the end of a clause: reasons, conditions, means."""

from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.extents import degree_start, is_number
from golden_assets.adapters.extractive.grammar.sentences import Token
from golden_assets.adapters.extractive.grammar.times import Span, bound, is_count_once

_WHETHER_VERBS: Final = lex.words("whether_verbs")
_AIMS: Final = lex.words("aims")


def reason(rest: list[Token]) -> Span | None:
    """``because ...``, ``, since ...``, ``due to ...``, ``so that ...``, ``in order to ...``, ``to avoid ...``: from there to the end."""
    lows = [token.low for token in rest] + ["", "", ""]
    for at in range(len(rest)):
        two, three = lows[at : at + 2], lows[at : at + 3]
        given = lows[at] == "because" or two in (["due", "to"], ["so", "that"]) or three == ["in", "order", "to"]
        if given or (two == [",", "since"] and not is_number(rest[at + 2])) or (lows[at] == "to" and lows[at + 1] in _AIMS and at):
            return Span("Why", at, len(rest))
    return None


def condition(rest: list[Token]) -> Span | None:
    """``when ...``, ``if ...``, ``once ...``, ``after ...``, ``before ...``, ``until ...``: from there to the end."""
    for at, token in enumerate(rest):
        if token.low in lex.RELATIVES or token.text == ",":
            return None
        if token.low in {"when", "whenever", "if", "once", "after", "before", "until", "till"} and at + 2 < len(rest):
            if token.low == "if" and at and rest[at - 1].low in _WHETHER_VERBS:
                return None
            if not is_count_once(rest, at):
                if at and rest[at - 1].low == "even":
                    return None
                return Span("Until when" if token.low in {"until", "till"} else "When", _with_distance(rest, at), len(rest))
    return None


def _with_distance(rest: list[Token], at: int) -> int:
    """Where a clause begins that carries a distance before it (``three weeks before ...``)."""
    if at >= 2 and lex.is_time_unit(rest[at - 1].text) and is_number(rest[at - 2]):
        start = degree_start(rest, at - 2)
        return at if start and rest[start - 1].low in {"every", "for", "of"} else start
    return at


def manner(rest: list[Token]) -> Span | None:
    """``by setting ...``, ``using ...``, ``via ...``, ``through ...``: from there to the end."""
    for at, token in reversed(list(enumerate(rest[: bound(rest)]))):
        after = rest[at + 1 : at + 2]
        in_gerund = token.low != "by" and at > 0 and "VBG" in lex.verb_readings(rest[at - 1].text)
        if at and (rest[at - 1].low in lex.PREPOSITIONS | {"up", "all"} or in_gerund):
            continue
        if after and after[0].low in lex.RELATIVES:
            continue
        gerund = token.low == "by" and after and after[0].kind == "word" and "VBG" in lex.verb_readings(after[0].text)
        if after and (gerund or token.low in {"using", "via", "through"}):
            return Span("How", at, len(rest))
    return None
