"""Adverbials of time with a definite end: durations, frequencies, moments."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.extents import degree_start, is_number, opens_infinitive, skip_degree
from golden_assets.adapters.extractive.grammar.sentences import Token

_OFTEN: Final = lex.words("often")
_DAY_PARTS: Final = lex.words("day_parts") | lex.WEEKDAYS


@dataclass(frozen=True)
class Span:
    """An adverbial at ``start`` to ``end`` of the rest, with the question words it answers."""

    wh: str
    start: int
    end: int


def fixed(rest: list[Token]) -> Span | None:
    """The first adverbial of time with a definite end, merged with a moment right behind it (``every morning at 07:00``)."""
    for at in range(bound(rest)):
        for rule in _FIXED:
            span = rule(rest, at)
            if span and not (span.start and rest[span.start - 1].low in lex.PREPOSITIONS):
                more = _moment(rest, span.end) if span.end < len(rest) else None
                return Span("When", span.start, more.end) if more and span.wh in {"How often", "When"} else span
    return None


def bound(rest: list[Token]) -> int:
    """How far fixed adverbials may be looked for: up to the first subordinate clause, infinitive or comma."""
    for position, token in enumerate(rest):
        dated = token.low == "since" and position + 1 < len(rest) and _is_date_word(rest[position + 1])
        nested = token.low in lex.SUBORDINATORS | lex.RELATIVES and not is_count_once(rest, position) and not dated
        if nested or token.text == "," or opens_infinitive(rest, position):
            return position
    return len(rest)


def is_count_once(rest: list[Token], at: int) -> bool:
    """Whether *once* counts (``once a week``, ``at once``, ``once at 04:30``) instead of opening a clause."""
    if rest[at].low != "once":
        return False
    after = rest[at + 1].low if at + 1 < len(rest) else ""
    period = after in {"a", "per", "each", "every"} and at + 2 < len(rest) and _is_period(rest[at + 2])
    return period or after in {"", "at", "on", "in", "when", ","} or (at > 0 and rest[at - 1].low == "at")


def duration_end(tokens: list[Token], position: int) -> int | None:
    """The end of ``[at least] 30 [working] days`` at this place, or None."""
    _, at = skip_degree(tokens, position)
    if at >= len(tokens) or not is_number(tokens[at]):
        return None
    for unit in range(at + 1, min(at + 4, len(tokens))):
        if lex.is_time_unit(tokens[unit].text):
            attached = unit + 1 < len(tokens) and tokens[unit + 1].low == "of"
            return len(tokens) if attached else unit + 1
    return None


def _for_duration(rest: list[Token], at: int) -> Span | None:
    """``for 30 days``."""
    end = duration_end(rest, at + 1) if rest[at].low == "for" else None
    return Span("How long", at, end) if end else None


def _within_duration(rest: list[Token], at: int) -> Span | None:
    """``within two working days``."""
    end = duration_end(rest, at + 1) if rest[at].low == "within" else None
    return Span("Within what time", at, end) if end else None


def _after_duration(rest: list[Token], at: int) -> Span | None:
    """``after eight hours``."""
    end = duration_end(rest, at + 1) if rest[at].low == "after" else None
    return Span("After how long", at, end) if end else None


def _frequency(rest: list[Token], at: int) -> Span | None:
    """``every hour``, ``once per minute``, ``three times a day``, ``weekly``."""
    low = rest[at].low
    if low in _OFTEN and at == len(rest) - 1:
        return Span("How often", at, at + 1)
    if low == "every" and at + 1 < len(rest):
        end = duration_end(rest, at + 1) or (at + 2 if _is_period(rest[at + 1]) else None)
        return Span("How often", at, end) if end else None
    count_end = at + 1 if low in {"once", "twice"} else at + 2 if _is_times(rest, at) else None
    if count_end and count_end + 1 < len(rest) and rest[count_end].low in {"a", "per", "each", "every"}:
        return Span("How often", at, count_end + 2) if _is_period(rest[count_end + 1]) else None
    if _is_times(rest, at):
        return Span("How many times", degree_start(rest, at), at + 2)
    return None


def _is_times(rest: list[Token], at: int) -> bool:
    """``five times``."""
    return at + 1 < len(rest) and is_number(rest[at]) and rest[at + 1].low == "times"


def _is_period(token: Token) -> bool:
    """A unit of time or a part of the day, week or year."""
    return lex.is_time_unit(token.text) or (lex.noun_lemma(token.text) or token.low) in _DAY_PARTS or token.low in lex.WEEKDAYS


def _moment(rest: list[Token], at: int) -> Span | None:
    """``at 07:00 UTC``, ``on the first Monday of each month``, ``in March 2024``, ``on 3 May``."""
    if rest[at].low not in {"at", "on", "in", "since", "from"} or at + 1 >= len(rest):
        return None
    end = at + 1
    while end < len(rest) and (_is_date_word(rest[end]) or (rest[at].low == "from" and rest[end].low in {"to", "until"})):
        end += 1
    said = [token for token in rest[at + 1 : end] if names_time(token)]
    if not said or (rest[at].low == "from" and not names_time(rest[at + 1])):
        return None
    if rest[at].low == "in" and not any(_is_year(token) or token.low in lex.MONTHS | _DAY_PARTS for token in said):
        return None
    return Span("Since when" if rest[at].low == "since" else "When", at, end)


def _is_date_word(token: Token) -> bool:
    """A word that can be part of a date or time of day."""
    small = token.low in {
        "the",
        "first",
        "second",
        "third",
        "last",
        "of",
        "each",
        "every",
        "utc",
        "cet",
        "am",
        "pm",
        "local",
        "time",
        "and",
    }
    return small or names_time(token) or token.kind == "number" or lex.is_time_unit(token.text)


def names_time(token: Token) -> bool:
    """A weekday, a month, a year or a time of day."""
    low = token.low
    singular = low[:-1] if low.endswith("s") else low
    clock = token.kind == "number" and ":" in token.text
    return low in lex.MONTHS or singular in _DAY_PARTS or clock or _is_year(token)


def _is_year(token: Token) -> bool:
    """A year between 1000 and 2999."""
    return token.text.isdigit() and len(token.text) == 4 and token.text[0] in "12"


_FIXED: tuple[Callable[[list[Token], int], Span | None], ...] = (
    _frequency,
    _moment,
    _for_duration,
    _within_duration,
    _after_duration,
)
