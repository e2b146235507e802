"""`golden-assets db`: the schema of the registry in its database."""

import sys
from dataclasses import asdict
from typing import TYPE_CHECKING

import click

from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, when
from golden_assets.embedded.server_urls import database_url
from golden_assets.settings.settings import load_settings

if TYPE_CHECKING:
    from golden_assets.adapters.postgres.migrations import Migration


@click.group("db")
def db_command() -> None:
    """Create, upgrade, remove or inspect the registry's schema."""


@db_command.command("up")
def up_command() -> None:
    """Apply pending migrations, as the owner of the schema. On the embedded server every command does this by itself.

    Where the roles of `db roles` are used, they get their rights on new objects.
    """
    from golden_assets.adapters.postgres import migrate

    _report("applied", migrate(database_url(load_settings())), "nothing was pending")


@db_command.command("down")
@click.option("--to", "number", type=click.IntRange(min=0), default=0, show_default=True, help="The last migration to keep.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def down_command(number: int, yes: bool) -> None:
    """Take migrations back, newest first. The data in their tables are lost: versions, judgements, the audit log."""
    from golden_assets.adapters.postgres import revert
    from golden_assets.adapters.postgres.connecting import shown_url

    url = database_url(load_settings())
    if not yes:
        _confirm(f"the versions, judgements and audit log of every testset at {shown_url(url)}")
    _report("took back", revert(url, number), "nothing was applied")


@db_command.command("status")
@format_option
def status_command(form: str) -> None:
    """Show which migrations are applied."""
    from golden_assets.adapters.postgres import migration_status
    from golden_assets.adapters.postgres.connecting import shown_url

    url = database_url(load_settings())
    known = migration_status(url)
    if form == "json":
        listed = [asdict(m) | {"applied_at": m.applied_at and m.applied_at.isoformat()} for m in known]
        print_json({"database": shown_url(url), "migrations": listed})
        return
    table = plain_table("migration", "applied (UTC)", "by release", title=shown_url(url))
    for migration in known:
        release = f"{migration.release or ''}{'' if migration.is_known else ' (newer than this one)'}".strip()
        table.add_row(f"{migration.number:04} {migration.name}", when(migration.applied_at) if migration.applied_at else "pending", release)
    print_all(table)


@db_command.command("roles")
@click.option("--check", "only_look", is_flag=True, help="Change nothing; exit with 1 if a role or a right is missing.")
def roles_command(only_look: bool) -> None:
    """Create the roles golden_reader, golden_writer and golden_promoter and grant them their rights; needs a role that may do that."""
    from golden_assets.adapters.postgres import apply_roles

    missing = apply_roles(database_url(load_settings()), only_look=only_look)
    for right in missing:
        click.echo(f"{'missing' if only_look else 'gave'} {right}")
    if not missing:
        click.echo("golden_reader, golden_writer and golden_promoter have all their rights")
    elif only_look:
        click.get_current_context().exit(1)


def _confirm(loss: str) -> None:
    """Ask a person; a program has to say --yes."""
    if not sys.stdin.isatty():
        raise click.UsageError(f"this deletes {loss}; confirm with --yes")
    click.confirm(f"Delete {loss}?", abort=True)


def _report(done: str, migrations: "list[Migration]", nothing: str) -> None:
    for migration in migrations:
        click.echo(f"{done} {migration.number:04} {migration.name}")
    if not migrations:
        click.echo(nothing)
