"""`golden-assets compare`: two versions side by side, on the terminal or in a file."""

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import click
from rich.table import Table
from rich.text import Text

from golden_assets.cli.manager_session import ask, number_of
from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, shown
from golden_assets.domain.statistics.homogeneity import Shift
from golden_assets.domain.versions.comparison import ShownRow, VersionComparison
from golden_assets.domain.versions.comparison_text import conclusion, figures, gate_outcomes, shares, text_of
from golden_assets.manager import GoldenTestsetManager

MAX_ROWS = 20
ALWAYS = ("status", "rows", "cost")
"""Figures that are shown though they may be the same."""
SUFFIXES = (".html", ".json")
MARKS = {"passed": "[green]passed[/]", "FAILED": "[red]FAILED[/]"}


@click.command("compare")
@click.argument("a", metavar="A")
@click.argument("b", metavar="B")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write, by suffix: .html or .json.")
@format_option
def compare_command(a: str, b: str, output: Path | None, form: str) -> None:
    """Compare version A with version B: rows, question types, sources, quality, cost. Either may be the word `active`."""
    if output and output.suffix not in SUFFIXES:
        raise click.BadParameter(f"{output.name} ends neither in .html nor in .json", param_hint="--output")

    async def _read(manager: GoldenTestsetManager) -> VersionComparison:
        return await manager.compare_versions(await number_of(manager, a), await number_of(manager, b))

    comparison = ask(_read)
    if output:
        _write(comparison, output)
    elif form == "json":
        print_json(comparison.model_dump(mode="json"))
    else:
        print_all(*_tables(comparison))


def _write(comparison: VersionComparison, output: Path) -> None:
    from golden_assets.adapters.exchange.files import writing
    from golden_assets.adapters.reports.comparison_page import comparison_page

    text = comparison_page(comparison) if output.suffix == ".html" else comparison.model_dump_json(indent=2) + "\n"
    with writing(output):
        output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}")


def _tables(comparison: VersionComparison) -> Iterator[Table | Text]:
    yield from _numbers(comparison)
    yield from _shift(comparison, "Question types", comparison.question_types)
    yield from _shift(comparison, "Source coverage", comparison.sources)
    rows = comparison.rows
    counts = f"{len(rows.added)} added, {len(rows.removed)} removed, {len(rows.changed)} changed, {len(rows.unchanged)} unchanged"
    yield Text.assemble(("\nRows", "bold"), f"  {counts}")
    if comparison.changed_fields:
        yield _changes(comparison)
    yield from _only("Added", comparison.added_rows)
    yield from _only("Removed", comparison.removed_rows)


def _numbers(comparison: VersionComparison) -> Iterator[Table | Text]:
    """Figures and gates that are not the same in both, and how many are."""
    table = plain_table("", comparison.version_a, comparison.version_b)
    lines, gates = list(figures(comparison)), list(gate_outcomes(comparison))
    for name, before, after in lines:
        if before != after or name in ALWAYS:
            table.add_row(name, before, after)
    for gate, *outcomes in gates:
        if outcomes[0] != outcomes[1]:
            table.add_row(gate, *(MARKS.get(outcome, outcome) for outcome in outcomes))
    yield table
    same = sum(before == after for name, before, after in (*lines, *gates) if name not in ALWAYS)
    yield Text(f"{same} other figures and gates are the same in both: --output FILE.html shows them", style="dim")


def _shift(comparison: VersionComparison, title: str, shift: Shift) -> Iterator[Table | Text]:
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, title=f"\n{title}", title_justify="left", title_style="bold")
    table.add_column(overflow="fold")
    for heading in (comparison.version_a, comparison.version_b, "points"):
        table.add_column(heading, justify="right", no_wrap=True)
    for name, *cells in list(shares(shift))[:MAX_ROWS]:
        table.add_row(shown(name), *cells)
    yield table
    yield from _rest(len(list(shares(shift))))
    yield Text(conclusion(shift), style="dim")


def _changes(comparison: VersionComparison) -> Table:
    """Each changed row with its question, then what each field was and is."""
    table = plain_table("", "", title="Changed")
    table.show_header = False
    groups = groupby(comparison.changed_fields, lambda change: (change.row_before, change.row_after, change.question))
    for count, ((before, after, question), fields) in enumerate(groups):
        if count == MAX_ROWS:
            table.add_row("", f"... {len(comparison.rows.changed) - MAX_ROWS} more: --output FILE.html shows them")
            break
        table.add_row(before, shown(question))
        table.add_row(after, "")
        for change in fields:
            table.add_row(f"  {change.field}", Text.assemble(("- ", "red"), shown(text_of(change.before))))
            table.add_row("", Text.assemble(("+ ", "green"), shown(text_of(change.after))))
    return table


def _only(title: str, rows: tuple[ShownRow, ...]) -> Iterator[Table | Text]:
    if rows:
        table = plain_table("", "", title=title)
        table.show_header = False
        for row in rows[:MAX_ROWS]:
            table.add_row(row.row_id, shown(row.question))
        yield table
        yield from _rest(len(rows))


def _rest(count: int) -> Iterator[Text]:
    if count > MAX_ROWS:
        yield Text(f"... {count - MAX_ROWS} more: --output FILE.html shows them")
