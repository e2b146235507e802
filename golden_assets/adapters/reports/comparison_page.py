"""The comparison of two versions as one HTML file, readable in light and dark."""

import difflib
import re
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

from golden_assets.adapters.reports.rendering import render
from golden_assets.domain.core.text import counted
from golden_assets.domain.versions.comparison import FieldChange, ShownRow, VersionComparison
from golden_assets.domain.versions.comparison_text import (
    Figure,
    conclusion,
    figures,
    figures_by_group,
    gate_outcomes,
    main_figures,
    shares,
    text_of,
)

TOKENS = ("model calls", "prompt tokens", "completion tokens")
_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MAX_WORDS = 4000
"""Longer texts are shown whole, not word by word: difflib is quadratic."""
MAX_ROWS = 500
"""Rows of each kind on the page: beyond that browsers become slow, and the JSON form has them all."""


Words = list[tuple[bool, str]]
"""A text in parts, each with whether only this text has it."""


def comparison_page(comparison: VersionComparison) -> str:
    """The page as text; without scripts and without anything to load, everything from the testsets escaped."""
    return render(
        "comparison",
        name=comparison.summaries[1].testset_name,
        a=comparison.version_a,
        b=comparison.version_b,
        summaries=comparison.summaries,
        counts=_counts(comparison),
        main_figures=main_figures(comparison),
        changed_rows=_changed_rows(comparison),
        added_rows=comparison.added_rows,
        removed_rows=comparison.removed_rows,
        limit=MAX_ROWS,
        words_of=_words_of,
        fields_of=_fields_of,
        shifts=list(_shifts(comparison)),
        groups=list(_groups(comparison)),
        **_gates(comparison),
    )


def word_changes(before: str, after: str) -> tuple[Words, Words]:
    """Both texts in parts, those marked that only one of them has."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MAX_WORDS:
        return [(True, before)], [(True, after)]
    left, right = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append((kind != "equal", "".join(old[a:b])))
        right.append((kind != "equal", "".join(new[c:d])))
    return [part for part in left if part[1]], [part for part in right if part[1]]


def _counts(comparison: VersionComparison) -> list[tuple[str, str, str]]:
    rows = comparison.rows
    counts = {"added": rows.added, "removed": rows.removed, "changed": rows.changed, "unchanged": rows.unchanged}
    return [(f"{len(listed):,}", f"rows {kind}", kind) for kind, listed in counts.items()]


def _gates(comparison: VersionComparison) -> dict[str, Any]:
    """The gates whose outcomes differ, and the others, which the page folds."""
    outcomes = list(gate_outcomes(comparison))
    alike = [gate for gate in outcomes if gate[1] == gate[2]]
    return {
        "gates_that_differ": [gate for gate in outcomes if gate[1] != gate[2]],
        "gates_alike": alike,
        "alike_in_words": f"{counted(len(alike), 'gate')} with the same outcome in both",
    }


def _changed_rows(comparison: VersionComparison) -> list[list[FieldChange]]:
    return [list(group) for _, group in groupby(comparison.changed_fields, lambda change: (change.row_before, change.row_after))]


def _words_of(change: FieldChange) -> tuple[Words, Words]:
    return word_changes(text_of(change.before), text_of(change.after))


def _fields_of(row: ShownRow) -> list[tuple[str, str]]:
    """Every field but the question, as text."""
    return [(name, text_of(value)) for name, value in row.content.items() if name != "user_input"]


def _shifts(comparison: VersionComparison) -> Iterator[tuple[str, str, str, list[tuple[str, ...]]]]:
    """(heading, unit, conclusion, counts with their shares)."""
    for title, unit, shift in (("Question types", "type", comparison.question_types), ("Source coverage", "document", comparison.sources)):
        yield title, unit, conclusion(shift), list(shares(shift))


def _groups(comparison: VersionComparison) -> Iterator[tuple[str, Sequence[Figure], int]]:
    """(heading, figures, how many of them differ)."""
    calls = [figure for figure in figures(comparison) if figure[0] in TOKENS]
    for heading, measures in (*figures_by_group(comparison), ("Model calls and tokens", calls)):
        yield heading, measures, sum(before != after for _, before, after in measures)
