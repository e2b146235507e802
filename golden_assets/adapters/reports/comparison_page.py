"""The comparison of two versions as one HTML file, readable in light and dark."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from golden_assets.adapters.reports.markup import Markup, element, page, table, word_changes
from golden_assets.domain.core.text import counted
from golden_assets.domain.statistics.homogeneity import Shift
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
MAX_ROWS = 500
"""Rows of each kind on the page: beyond that browsers become slow, and the JSON form has them all."""


def comparison_page(comparison: VersionComparison) -> str:
    """The page as text; without scripts and without anything to load, everything from the testsets escaped."""
    a, b = comparison.version_a, comparison.version_b
    name = comparison.summaries[1].testset_name
    return page(
        f"{name}: {a} and {b}",
        element("h1", f"{name} ", element("b", a), " → ", element("b", b)),
        element("p", "What changed between two versions of a golden testset.", class_="faint"),
        _tiles(comparison),
        element("h2", "At a glance"),
        _table("figure", comparison, main_figures(comparison)),
        *_gates(comparison),
        *_changed(comparison),
        *_rows("Added rows", comparison.added_rows),
        *_rows("Removed rows", comparison.removed_rows),
        *_shift("Question types", "type", comparison, comparison.question_types),
        *_shift("Source coverage", "document", comparison, comparison.sources),
        element("h2", "All measures"),
        *(_group(heading, comparison, measures) for heading, measures in figures_by_group(comparison)),
        _group("Model calls and tokens", comparison, [one for one in figures(comparison) if one[0] in TOKENS]),
        _footer(comparison),
    )


def _tiles(comparison: VersionComparison) -> Markup:
    rows = comparison.rows
    counts = {"added": rows.added, "removed": rows.removed, "changed": rows.changed, "unchanged": rows.unchanged}
    tiles = (
        element("div", element("strong", f"{len(listed):,}"), f"rows {kind}", class_=f"tile {kind}") for kind, listed in counts.items()
    )
    return element("div", *tiles, class_="tiles")


def _table(unit: str, comparison: VersionComparison, lines: Iterable[Figure]) -> Markup:
    return table([unit, comparison.version_a, comparison.version_b], map(_compared, lines), class_="numbers")


def _group(heading: str, comparison: VersionComparison, lines: Sequence[Figure]) -> Markup:
    """Figures to be unfolded, with how many of them differ."""
    differ = sum(before != after for _, before, after in lines)
    told = element("span", f"{differ} of {len(lines)} differ" if differ else "all the same", class_="faint")
    return element("details", element("summary", heading, " · ", told), _table("measure", comparison, lines))


def _compared(figure: tuple[str, str, str]) -> tuple[object, ...]:
    """A line of figures, marked where they differ."""
    name, before, after = figure
    return figure if before == after else (name, before, element("span", after, class_="differs"))


def _gates(comparison: VersionComparison) -> Iterator[Markup]:
    """Those that differ; the others to be unfolded."""
    outcomes = list(gate_outcomes(comparison))
    differ = [one for one in outcomes if one[1] != one[2]]
    same = [one for one in outcomes if one[1] == one[2]]
    if outcomes:
        yield element("h2", "Gates")
    if differ:
        yield _outcomes(comparison, differ)
    if same:
        summary = f"{counted(len(same), 'gate')} with the same outcome in both"
        yield element("details", element("summary", summary), _outcomes(comparison, same))


def _outcomes(comparison: VersionComparison, lines: Iterable[Figure]) -> Markup:
    shown = ((gate, _outcome(before), _outcome(after)) for gate, before, after in lines)
    return table(["gate", comparison.version_a, comparison.version_b], shown, class_="numbers")


def _outcome(word: str) -> Markup:
    return element("span", word, class_=word.lower())


def _shift(title: str, unit: str, comparison: VersionComparison, shift: Shift) -> Iterator[Markup]:
    yield element("h2", title)
    yield element("p", conclusion(shift))
    lines = list(shares(shift))
    if lines:
        yield table([unit, comparison.version_a, comparison.version_b, "points"], lines, class_="numbers")


def _changed(comparison: VersionComparison) -> Iterator[Markup]:
    by_row = [list(group) for _, group in groupby(comparison.changed_fields, lambda change: (change.row_before, change.row_after))]
    if by_row:
        yield element("h2", "Changed rows")
        yield from (_changed_row(fields) for fields in by_row[:MAX_ROWS])
        yield from _rest(len(by_row))


def _changed_row(fields: Sequence[FieldChange]) -> Markup:
    first = fields[0]
    head = element("summary", first.question, element("code", f"{first.row_before} → {first.row_after}"))
    parts: list[Markup] = []
    for change in fields:
        before, after = word_changes(text_of(change.before), text_of(change.after))
        sides = element("div", element("div", before), element("div", after), class_="sides")
        parts += [element("dt", change.field), element("dd", sides)]
    return element("details", head, element("dl", *parts), open="")


def _rows(title: str, rows: Sequence[ShownRow]) -> Iterator[Markup]:
    if rows:
        yield element("h2", title)
        yield from (_row(row) for row in rows[:MAX_ROWS])
        yield from _rest(len(rows))


def _row(row: ShownRow) -> Markup:
    fields = [(name, value) for name, value in row.content.items() if name != "user_input" and value]
    parts = (part for name, value in fields for part in (element("dt", name), element("dd", text_of(value))))
    return element("details", element("summary", row.question, element("code", row.row_id)), element("dl", *parts))


def _rest(count: int) -> Iterator[Markup]:
    if count > MAX_ROWS:
        yield element("p", f"{count - MAX_ROWS:,} more are in the JSON form of this comparison.", class_="faint")


def _footer(comparison: VersionComparison) -> Markup:
    lines = (
        element("p", f"{summary.version}: ", element("code", summary.testset_hash), f", stored {summary.created_at:%Y-%m-%d %H:%M} UTC")
        for summary in comparison.summaries
    )
    return element("footer", *lines, class_="faint")
