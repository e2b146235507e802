"""Equal values in other forms: *24 months* is *two years*, *1.5 million* is *1,500,000*, and *17:30* is *5:30 pm*."""

import re
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from golden_assets.domain.core.text_features import NUMERALS

_SCALES = {
    "hundred": 100,
    "thousand": 1_000,
    "k": 1_000,
    "million": 10**6,
    "millions": 10**6,
    "mn": 10**6,
    "m": 10**6,
    "billion": 10**9,
    "billions": 10**9,
    "bn": 10**9,
    "trillion": 10**12,
    "dozen": 12,
}
_UNITS: dict[str, tuple[str, Fraction]] = {
    **{unit: ("time", Fraction(size)) for unit, size in {"s": 1, "sec": 1, "second": 1, "min": 60, "minute": 60, "h": 3600}.items()},
    **{unit: ("time", Fraction(size)) for unit, size in {"hour": 3600, "day": 86_400, "week": 604_800, "fortnight": 1_209_600}.items()},
    **{unit: ("months", Fraction(size)) for unit, size in {"month": 1, "quarter": 3, "year": 12, "decade": 120, "century": 1200}.items()},
    **{unit: ("length", Fraction(size)) for unit, size in {"mm": 1, "cm": 10, "m": 1000, "metre": 1000, "meter": 1000}.items()},
    **{unit: ("length", Fraction(size)) for unit, size in {"km": 10**6, "kilometre": 10**6, "kilometer": 10**6}.items()},
    **{unit: ("weight", Fraction(size)) for unit, size in {"g": 1, "gram": 1, "kg": 1000, "kilogram": 1000, "tonne": 10**6}.items()},
    **{unit: ("share", Fraction(1)) for unit in ("%", "percent", "per-cent")},
}
"""A unit, in the singular, to what it measures and its size."""
_NUMERAL = "|".join(sorted((*NUMERALS, "one", "half"), key=len, reverse=True))
_QUANTITY = re.compile(
    rf"(?<![\w.,])(?P<number>\d[\d,]*(?:\.\d+)?|(?:{_NUMERAL})(?![a-z]))[\s-]*(?P<scale>{'|'.join(_SCALES)})?(?![a-z])[\s-]*"
    r"(?P<unit>%|[a-z]+)?",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"(?<!\d)(?P<hour>\d{1,2})(?:(?P<mark>[:.])(?P<minute>\d{2}))?(?!\d)\s*(?P<half>[ap]\.?m\b\.?)?", re.IGNORECASE)
_WORDS = {**{word: Fraction(digits) for word, digits in NUMERALS.items()}, "one": Fraction(1), "half": Fraction(1, 2)}


class Quantity(NamedTuple):
    """A value of a kind: a length of time in seconds, for instance; ``kind`` is empty for a bare number."""

    kind: str
    value: Fraction


@lru_cache(maxsize=8_192)
def quantities(text: str) -> frozenset[Quantity]:
    """The values of a text, in one form each; a value with a unit is there without it, too."""
    if not any(character.isdigit() for character in text) and not _WORDS.keys() & set(re.findall(r"[a-z]+", text.lower())):
        return frozenset()
    found = [_quantity(match) for match in _QUANTITY.finditer(text)]
    clocks = [time for match in _CLOCK.finditer(text) if (time := _time(match))]
    return frozenset([*(one for pair in found for one in pair), *clocks])


def has_value(number: str, said: str, there: str) -> bool:
    """Whether the value that ``number`` (as digits) is part of in one text is in the other, in whatever form."""
    values = quantities(there)
    mine = [_quantity(match)[-1] for match in _QUANTITY.finditer(said) if _value(match) == _fraction(number)]
    clocks = [time for match in _CLOCK.finditer(said) if number in match.group() and (time := _time(match))]
    return any(value in values for value in (*mine, *clocks))


def _fraction(digits: str) -> Fraction | None:
    try:
        return Fraction(digits.rstrip("."))
    except ValueError:
        return None


def _value(match: "re.Match[str]") -> Fraction | None:
    """The number of a match, without its scale."""
    word = match["number"].lower()
    return _WORDS.get(word) or _fraction(word.replace(",", ""))


def _quantity(match: "re.Match[str]") -> list[Quantity]:
    """The number as it is, and the value with its unit where that is known."""
    value = _value(match) or Fraction(0)
    scale, unit = (match["scale"] or "").lower(), (match["unit"] or "").lower()
    if scale == "m" and unit == "":
        scale, unit = "", "m"
    value *= _SCALES.get(scale, 1)
    known = _UNITS.get(unit) or _UNITS.get(unit.removesuffix("s")) or (("months", Fraction(1200)) if unit == "centuries" else None)
    return [Quantity("", value), *([Quantity(known[0], value * known[1])] if known else [])]


def _time(match: "re.Match[str]") -> Quantity | None:
    """A time of day in minutes; None for what is none."""
    half, hour = (match["half"] or "").lower().replace(".", ""), int(match["hour"])
    if (match["mark"] != ":" and not half) or hour > 23 or int(match["minute"] or 0) > 59:
        return None
    hour = hour % 12 + (12 if half == "pm" else 0) if half else hour
    return Quantity("clock", Fraction(60 * hour + int(match["minute"] or 0)))
