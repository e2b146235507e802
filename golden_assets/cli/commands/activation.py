"""`golden-assets activate`, `approve`, `rollback` and `publish`: which version is in use, and where it is in Phoenix."""

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from golden_assets.cli.manager_session import active_number, ask, number_of, show_in_dagster
from golden_assets.cli.terminal.output import OutputConsole, when
from golden_assets.domain.core.text import counted
from golden_assets.domain.versions.versions import Approval
from golden_assets.manager import GoldenTestsetManager


@click.command("activate")
@click.argument("version")
@click.option("--force", is_flag=True, help="Ignore failed or missing gates; recorded in the audit log.")
@click.option("--reason", help="Reason for --force (required with it).")
def activate_command(version: str, force: bool, reason: str | None) -> None:
    """Make VERSION the active one; a draft is judged first. To go back to an archived version use `rollback`."""
    if reason is not None and not force:
        raise click.UsageError("--reason is for --force")

    async def _change(manager: GoldenTestsetManager) -> str | None:
        before = await active_number(manager)
        await manager.promote_version(version, force, reason)
        return before

    click.echo(f"version {version} is active (before: {ask(_change) or 'none'})")
    show_in_dagster()


@click.command("rollback")
@click.argument("to_version")
@click.option("--reason", required=True, help="Why you go back; recorded in the audit log.")
def rollback_command(to_version: str, reason: str) -> None:
    """Go back to TO_VERSION, which was active before."""

    async def _change(manager: GoldenTestsetManager) -> str | None:
        before = await active_number(manager)
        await manager.rollback_version(to_version, reason)
        return before

    click.echo(f"version {to_version} is active again (before: {ask(_change) or 'none'})")
    show_in_dagster()


@click.command("approve")
@click.argument("version", metavar="VERSION|active")
@click.option("--by", "name", required=True, metavar="NAME", help="Who approves; recorded in the audit log.")
@click.option("--note", help="What you looked at, or why.")
def approve_command(version: str, name: str, note: str | None) -> None:
    """Approve VERSION; required before promotion where GOLDEN_ASSETS_REQUIRE_APPROVAL is set."""

    async def _change(manager: GoldenTestsetManager) -> tuple[str, Approval, bool, str]:
        number = await number_of(manager, version)
        approval, new = await manager.approve_version(number, name, note)
        return number, approval, new, await _what_follows(manager, number)

    number, approval, new, follows = ask(_change)
    given = f"by {approval.approved_by}" if new else f"already, by {approval.approved_by} since {when(approval.approved_at)} UTC"
    click.echo(f"version {number} is approved {given}: {follows}")


async def _what_follows(manager: GoldenTestsetManager, version: str) -> str:
    """How an approved version becomes active, or what it is instead of one that can."""
    status = next(one.status for one in await manager.list_versions() if one.version == version)
    return (await manager.outlook(version)).step if status == "validated" else f"it is {status}"


@click.command("publish")
@click.argument("version", metavar="VERSION|active")
def publish_command(version: str) -> None:
    """Publish VERSION to Phoenix, or repair its dataset there.

    The dataset of the testset holds the active version alone; any other goes into the candidate dataset beside it.
    """
    console = OutputConsole(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking Phoenix", total=None)

        def _show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        async def _change(manager: GoldenTestsetManager) -> list[str]:
            published = await manager.publish_version(await number_of(manager, version), _show)
            return [f"version {one.version}, {counted(one.example_count, 'row')} in {one.dataset_name}: {one.url}" for one in published]

        lines = ask(_change)
    click.echo("\n".join(lines))
