"""`golden-assets import` and `export`: testsets from files and to files."""

from pathlib import Path
from typing import TYPE_CHECKING, cast

import click
from pydantic import ValidationError

from golden_assets.cli.manager_session import ask, number_of, show_in_dagster
from golden_assets.cli.terminal.output import shown
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.text import counted
from golden_assets.domain.versions.versions import StoredVersion
from golden_assets.manager import GoldenTestsetManager, TestsetVersion
from golden_assets.settings.settings import Settings, load_settings

if TYPE_CHECKING:
    from golden_assets.adapters.exchange import ImportedFile
    from golden_assets.adapters.exchange.export_file import ExportFormat
    from golden_assets.adapters.exchange.import_file import FileFormat

LEGACY_VERSION = "0.1.0"
"""From the plan: what was there before versions were."""
STANDARD_STREAM = "-"
"""Standard input or output, in place of a file."""


def _testset_name(_context: click.Context, _option: click.Parameter, value: str | None) -> str | None:
    """A name by the rule of the settings."""
    if value is None:
        return None
    load_settings()  # so that what is wrong below is the name
    try:
        return Settings(testset_name=value).testset_name
    except ValidationError:
        raise click.BadParameter("use up to 100 letters, digits, dots, dashes and underscores") from None


@click.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path))
@click.option("--question", metavar="COLUMN", help="Column of the question; dots lead into objects: inputs.question.")
@click.option("--answer", metavar="COLUMN", help="Column of the reference answer.")
@click.option("--contexts", metavar="COLUMN", help="Column of the passages.")
@click.option("--id", metavar="COLUMN", help="Column of the row's id, which is kept.")
@click.option("--metadata", metavar="COLUMN", help="An object whose fields are kept as fields of the row.")
@click.option("--version", help=f"The number of the version.  [default: the next one; {LEGACY_VERSION} for the first]")
@click.option("--testset", metavar="NAME", callback=_testset_name, help="The testset; default: that of the settings.")
@click.option("--format", "form", type=click.Choice(["auto", "json", "jsonl", "csv", "parquet"]), default="auto", show_default=True)
@click.option("--strict", is_flag=True, help="Import nothing if a row cannot be imported.")
@click.option("--promote", is_flag=True, help="Run the gates on the version, and activate it if it passes.")
def import_command(
    file: Path, version: str | None, testset: str | None, form: str, strict: bool, promote: bool, **columns: str | None
) -> None:
    """Store the rows of FILE as a version: a JSON array, JSON Lines, JSON objects one after the other, CSV or Parquet; - is standard input.

    Columns of RAGAS and of common evaluation tools are recognised; name others by the options. Fields of other names are kept. Each row
    that cannot be imported is named on standard error, with the reason. The same rows are stored once, so importing a file again changes
    nothing.
    """
    imported = _read(file, form, {kind: column for kind, column in columns.items() if column})
    left_out = imported.testset.failures
    _tell_reading(imported)
    for failure in left_out:
        click.echo(f"{failure.subject} is left out: {failure.reason} ({failure.remedy})", err=True)
    if strict and left_out:
        problem = f"{len(left_out)} of {counted(imported.row_count, 'row')} in {imported.name} cannot be taken, and nothing was imported"
        raise TestsetError(problem, "correct them, or import the others without --strict")
    stored, new = ask(lambda manager: _store(manager, imported, version, promote), testset)
    if promote:
        show_in_dagster(testset)
    _report(imported, stored, new)


def _read(file: Path, form: str, columns: dict[str, str]) -> "ImportedFile":
    """The rows of a file or of standard input."""
    from golden_assets.adapters.exchange.import_file import read_file

    return read_file(file, None if form == "auto" else cast("FileFormat", form), columns)


def _tell_reading(imported: "ImportedFile") -> None:
    """Say whose columns were found, if not RAGAS's, and which fields were lost."""
    if imported.shape != "RAGAS":
        found = ", ".join(f"{kind} from {shown(column).plain}" for kind, column in imported.columns.given.items())
        click.echo(f"read as {imported.shape}: {found}", err=True)
    for note in imported.notes:
        click.echo(shown(note).plain, err=True)


async def _store(
    manager: GoldenTestsetManager, imported: "ImportedFile", version: str | None, promote: bool
) -> tuple[TestsetVersion, bool]:
    """The version that holds the rows, and whether it is new. Where the default number is taken, the next one is chosen as always."""
    if version is None:
        known = {summary.testset_hash: summary.version for summary in await manager.list_versions()}
        free = None if LEGACY_VERSION in known.values() else LEGACY_VERSION
        version = known.get(imported.testset.testset_hash, free)
    return await manager.store_testset(imported.testset, imported.metadata, promote, version)


def _report(imported: "ImportedFile", stored: TestsetVersion, new: bool) -> None:
    where = f"version {stored.version} of {stored.stored.summary.testset_name} ({stored.status})"
    count = len(imported.testset.rows)
    name = shown(imported.name).plain
    if new:
        click.echo(f"imported {count} of {counted(imported.row_count, 'row')} of {name} as {where}")
    else:
        click.echo(f"no new version: {counted(count, 'row')} of {name}, stored already as {where}")


@click.command("export")
@click.argument("version", metavar="VERSION|active")
@click.option("--format", "form", type=click.Choice(["jsonl", "json", "csv", "parquet", "ragas", "hf"]), default="jsonl", show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path, allow_dash=True),
    default=STANDARD_STREAM,
    help="A file, for hf a folder; - is standard output.",
)
@click.option("--force", is_flag=True, help="Overwrite what is there.")
def export_command(version: str, form: str, output: Path, force: bool) -> None:
    """Write a version to a file.

    `ragas` is JSON Lines with the columns of RAGAS only, `hf` a folder that Hugging Face `datasets` loads. Importing a file of any other
    format gives the same testset hash.
    """
    from golden_assets.adapters.exchange import render, write_file, write_folder

    to_stdout = str(output) == STANDARD_STREAM
    if form == "hf" and to_stdout:
        raise click.UsageError("hf is a folder: name it with --output")

    async def _stored(manager: GoldenTestsetManager) -> StoredVersion:
        return (await manager.get_version(await number_of(manager, version))).stored

    stored = ask(_stored)
    if form == "hf":
        write_folder(output, stored, force=force)
    elif to_stdout:
        click.echo(render(stored.testset, cast("ExportFormat", form)), nl=False)
    else:
        write_file(output, render(stored.testset, cast("ExportFormat", form)), force=force)
    if not to_stdout:
        count, number = stored.summary.row_count, stored.summary.version
        click.echo(f"wrote {counted(count, 'row')} of version {number} to {shown(output).plain}")
