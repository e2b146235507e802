"""`golden-assets list-versions` and `show`: what is stored."""

from collections.abc import Iterable
from typing import Any

import click
from rich.table import Table

from golden_assets.cli.manager_session import ask, number_of
from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, shown, when
from golden_assets.domain.core.errors import ExperimentError, PublishingError, ServerError
from golden_assets.domain.core.text import counted, one_line
from golden_assets.domain.experiments.experiment import ExperimentSummary
from golden_assets.domain.quality.power import CORRELATION, certify
from golden_assets.domain.versions.comparison_text import note_on_answers
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary
from golden_assets.manager import GoldenTestsetManager

Measured = tuple[float, ExperimentSummary] | str | None
"""The correlation of scores within a document, and the experiment that measured it; a text says why recorded ones cannot be read."""
COLOURS = {"passed": "green", "FAILED": "red"}
"""Of the outcomes of gates; the others are yellow."""


@click.command("list-versions")
@format_option
def list_versions_command(form: str) -> None:
    """List all versions, newest first."""
    versions = ask(GoldenTestsetManager.list_versions)
    if form == "json":
        print_json([version.model_dump(mode="json") for version in versions])
    elif versions:
        print_all(_listing(versions))
    else:
        click.echo("no version is stored: `golden-assets create` makes one, `golden-assets import` takes one from a file")


@click.command("show")
@click.argument("version", metavar="VERSION|active")
@click.option("--rows", type=click.IntRange(min=0), default=3, show_default=True, help="Rows to show.")
@format_option
def show_command(version: str, rows: int, form: str) -> None:
    """Show one version: how it was made, how it was judged, its first rows."""

    async def _read(manager: GoldenTestsetManager) -> tuple[StoredVersion, Measured]:
        number = await number_of(manager, version)
        stored = (await manager.get_version(number)).stored
        try:
            return stored, await manager.correlation_for(number)
        except (ExperimentError, PublishingError, ServerError) as error:
            return stored, one_line(error.problem)

    stored, measured = ask(_read)
    if form == "json":
        print_json(_as_json(stored, rows, measured))
        return
    print_all(_facts(stored, measured))
    if stored.report:
        print_all(_verdicts(stored))
    if rows:
        print_all(_rows(stored, rows))


def _listing(versions: Iterable[VersionSummary]) -> Table:
    table = plain_table("version", "status", "answers", "rows", "hash", "created (UTC)", "activated (UTC)")
    for version in versions:
        made, activated = when(version.created_at), when(version.activated_at)
        answers = "judged" if version.answers_judged else "[yellow]open[/]"
        table.add_row(version.version, version.status, answers, str(version.row_count), version.testset_hash[:6], made, activated)
    return table


def _facts(stored: StoredVersion, measured: Measured) -> Table:
    summary, testset = stored.summary, stored.testset
    table = plain_table("", "")
    table.show_header = False
    cost = f"${testset.usage.cost_usd:.4f}, {counted(testset.usage.calls, 'call')}"
    facts = {
        "testset": summary.testset_name,
        "version": summary.version,
        "status": summary.status,
        "rows": summary.row_count,
        "testset hash": summary.testset_hash,
        "created": f"{when(summary.created_at)} UTC by {summary.created_by or 'unknown'}",
        "activated": f"{when(summary.activated_at)} UTC" if summary.activated_at else None,
        "archived": f"{when(summary.archived_at)} UTC" if summary.archived_at else None,
        "generator": f"{testset.generator} {testset.generator_version}",
        "model": testset.model,
        "cost": cost + (" (estimated)" if testset.usage.estimated else ""),
        "quality": stored.report.status if stored.report else "not judged",
        "answers": note_on_answers(summary.answers_judged) or None,
        "power": _power(stored, measured),
        "in Phoenix": stored.published.url if stored.published else None,
    }
    for name, fact in facts.items():
        if fact is not None:
            table.add_row(name, shown(fact))
    return table


def _power(stored: StoredVersion, measured: Measured) -> str:
    """What the rows detect, and where the correlation within a document comes from."""
    if measured is None or isinstance(measured, str):
        why = f": recorded experiments cannot be read, {measured}" if measured else ""
        return f"{certify(stored.testset.rows).sentence} (Correlation within a document: {CORRELATION:g}, assumed{why}.)"
    correlation, experiment = measured
    origin = f"{correlation:.2f} in experiment {experiment.experiment_id} of version {experiment.version}, at least {CORRELATION:g}"
    return f"{certify(stored.testset.rows, correlation).sentence} (Correlation within a document: {origin}.)"


def _verdicts(stored: StoredVersion) -> Table:
    table = plain_table("gate", "verdict", "measured", "must be", "because", title="Quality")
    for verdict in stored.report.verdicts if stored.report else ():
        judgement = f"[{COLOURS.get(verdict.outcome, 'yellow')}]{verdict.outcome}[/]"
        limit = f"{verdict.comparison} {verdict.threshold:g}"
        because = "" if verdict.outcome == "passed" else shown(verdict.explanation)
        table.add_row(verdict.name, judgement, f"{verdict.measured:.3g}", limit, because)
    return table


def _rows(stored: StoredVersion, count: int) -> Table:
    rows = stored.testset.rows[:count]
    table = plain_table("row", "question and reference", title=f"Rows ({len(rows)} of {stored.summary.row_count})")
    for row in rows:
        table.add_row(row.row_id, shown(row.user_input))
        table.add_row("", shown(row.reference), style="dim")
    return table


def _as_json(stored: StoredVersion, rows: int, measured: Measured) -> dict[str, Any]:
    """Everything about a version, and the rows asked for."""
    dumped = stored.model_dump(mode="json", exclude={"testset": {"rows"}})
    known = None if isinstance(measured, str) else measured
    first = [{"row_id": row.row_id, "row_hash": row.row_hash, **row.model_dump(mode="json")} for row in stored.testset.rows[:rows]]
    return {
        **dumped["summary"],
        "generation": dumped["testset"],
        "quality": dumped["report"],
        "metadata": dumped["metadata"],
        "power": certify(stored.testset.rows, known and known[0]).model_dump(mode="json"),
        "correlation_from": known and known[1].experiment_id,
        "correlation_unread": measured if isinstance(measured, str) else None,
        "published": dumped["published"],
        "rows": first,
    }
