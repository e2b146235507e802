"""The comparison of two versions as one HTML file, readable in light and dark."""

from collections.abc import Iterator, Sequence
from itertools import groupby

from golden_assets.adapters.reports.markup import Markup, element, page, table, word_changes
from golden_assets.domain.comparison import FieldChange, ShownRow, VersionComparison
from golden_assets.domain.shifts import Shift
from golden_assets.domain.wording import conclusion, figures, gate_outcomes, shares, text_of

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
        element("h2", "Cost and quality"),
        table(["", a, b], map(_compared, figures(comparison)), class_="numbers"),
        *_gates(comparison),
        *_shift("Question types", "type", comparison, comparison.question_types),
        *_shift("Source coverage", "document", comparison, comparison.sources),
        *_changed(comparison),
        *_rows("Added rows", comparison.added_rows),
        *_rows("Removed rows", comparison.removed_rows),
        _footer(comparison),
    )


def _tiles(comparison: VersionComparison) -> Markup:
    rows = comparison.rows
    counts = {"added": rows.added, "removed": rows.removed, "changed": rows.changed, "unchanged": rows.unchanged}
    tiles = (
        element("div", element("strong", f"{len(listed):,}"), f"rows {kind}", class_=f"tile {kind}") for kind, listed in counts.items()
    )
    return element("div", *tiles, class_="tiles")


def _compared(figure: tuple[str, str, str]) -> tuple[object, ...]:
    """A line of figures, marked where they differ."""
    name, before, after = figure
    return figure if before == after else (name, before, element("span", after, class_="differs"))


def _gates(comparison: VersionComparison) -> Iterator[Markup]:
    outcomes = [(gate, _outcome(before), _outcome(after)) for gate, before, after in gate_outcomes(comparison)]
    if outcomes:
        yield element("h2", "Gates")
        yield table(["gate", comparison.version_a, comparison.version_b], outcomes, class_="numbers")


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
