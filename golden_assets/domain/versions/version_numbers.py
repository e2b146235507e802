"""Version numbers: semantic versions whose bump is derived from the rows, not guessed.

MAJOR: the structure of the rows changed. MINOR: new question types, or more than a given share of the rows changed. PATCH: less.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field
from semver import Version

from golden_assets.domain.core.errors import InvalidVersionError, VersionConflictError
from golden_assets.domain.core.records import Record
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.diffs import diff_rows
from golden_assets.domain.versions.versions import RowKey

Bump = Literal["major", "minor", "patch"]
NumberingStrategy = Literal["semantic", "timestamp", "incremental"]
FIRST_VERSION = "1.0.0"
DEFAULT_MINOR_SHARE = 0.10
"""From the plan: more than a tenth of the rows is a significant content change."""


class NumberingRules(Record):
    """How the next number is chosen when none is asked for; see `derive_bump` and `next_version`."""

    strategy: NumberingStrategy = "semantic"
    minor_share: float = Field(DEFAULT_MINOR_SHARE, ge=0, le=1)


def parse_version(text: str) -> Version:
    """A semantic version number.

    Raises:
        InvalidVersionError: for ``1.0``, ``v1.0.0``, ``01.2.3`` and whatever else is none.
    """
    try:
        return Version.parse(text)
    except (ValueError, TypeError):
        raise InvalidVersionError(f"{text!r} is not a version number", "write three numbers such as 1.2.0, without v or zeros") from None


def row_fields(testset: Testset) -> tuple[str, ...]:
    """The structure of the rows: content fields in use, sorted, unknown ones as ``extra.<name>``; the database derives the same."""
    fields = {"question_type", "reference", "user_input"}
    for row in testset.rows:
        fields.update(f"extra.{name}" for name in row.extra)
        if row.contexts:
            fields.add("reference_contexts")
    return tuple(sorted(fields))


def derive_bump(old: Sequence[RowKey], new: Sequence[RowKey], *, structure_changed: bool, minor_share: float = DEFAULT_MINOR_SHARE) -> Bump:
    """How far the number moves between two ordered lists of rows.

    Args:
        old: rows of the latest version.
        new: rows of the one to be numbered.
        structure_changed: whether `row_fields` differ.
        minor_share: share of all rows of either version, 0 to 1; more touched rows than this are a MINOR change.
    """
    if structure_changed:
        return "major"
    if {key.question_type for key in new} - {key.question_type for key in old}:
        return "minor"
    diff = diff_rows(old, new)
    touched = len(diff.added) + len(diff.removed) + len(diff.changed)
    share = touched / max(1, touched + len(diff.unchanged))
    return "minor" if share > minor_share else "patch"


def latest_number(taken: Iterable[str]) -> str | None:
    """The highest number by semantic precedence; None when there is none."""
    return max(taken, key=Version.parse, default=None)


def next_version(taken: Iterable[str], bump: Bump, *, strategy: NumberingStrategy = "semantic", now: datetime | None = None) -> str:
    """The next free number above all that are taken.

    ``semantic`` bumps the highest number (the first is 1.0.0), ``incremental`` counts MAJOR up, ``timestamp`` is
    ``<year>.<month and day>.<time of day>`` of ``now`` in UTC, counted up where it is taken.
    """
    numbers = sorted(Version.parse(number) for number in taken)
    if strategy == "timestamp":
        return str(_timestamp_number(numbers, now))
    if not numbers:
        return FIRST_VERSION
    if strategy == "incremental":
        return str(numbers[-1].bump_major())
    return str({"major": numbers[-1].bump_major, "minor": numbers[-1].bump_minor, "patch": numbers[-1].bump_patch}[bump]())


def _timestamp_number(numbers: list[Version], now: datetime | None) -> Version:
    """Year, month and day, time of day; or the number after the highest one when that is not lower."""
    if now is None:
        raise VersionConflictError("a timestamp version needs the time", "give the current time in UTC")
    candidate = Version(now.year, now.month * 100 + now.day, now.hour * 10000 + now.minute * 100 + now.second)
    return candidate if not numbers or candidate > numbers[-1] else numbers[-1].bump_patch()
