"""`golden-assets publish`, and what `activate` and `rollback` do about Phoenix."""

import asyncio

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from golden_assets.cli.registry import ask, number_of
from golden_assets.domain.errors import GoldenAssetsError, PublishingError, ServerError
from golden_assets.manager import GoldenTestsetManager


@click.command("publish")
@click.argument("version", metavar="VERSION|active")
def publish_command(version: str) -> None:
    """Bring VERSION to Phoenix, or repair it there, from the registry. A retired version does not become the current one."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal) as bar:
        task = bar.add_task("asking Phoenix", total=None)

        def _show(stage: str, done: int, total: int) -> None:
            bar.update(task, description=stage, completed=done, total=total)

        async def _change(manager: GoldenTestsetManager) -> list[str]:
            published = await manager.publish_version(await number_of(manager, version), _show)
            return [f"version {one.version}, {one.example_count} rows: {one.url}" for one in published]

        lines = ask(_change)
    click.echo("\n".join(lines))


def show_in_phoenix(version: str) -> None:
    """Make a version that became the active one the current one in Phoenix, if that runs; the registry has changed in any case."""
    problem = ask(lambda manager: _problem(manager, version))
    if problem is not None:
        click.echo(f"not current in Phoenix: {problem}\npublish it when Phoenix runs: golden-assets publish {version}", err=True)


async def _problem(manager: GoldenTestsetManager, version: str) -> GoldenAssetsError | str | None:
    from golden_assets.embedded.addresses import running_phoenix
    from golden_assets.settings.settings import chosen_settings

    if await asyncio.to_thread(running_phoenix, chosen_settings()) is None:
        return "it does not run."
    try:
        await manager.publish_version(version)
    except (PublishingError, ServerError) as error:
        return error
    return None
