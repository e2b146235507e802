"""`golden-assets publish`: a version in Phoenix."""

import click
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from golden_assets.cli.manager_session import ask, number_of
from golden_assets.cli.terminal.output import OutputConsole
from golden_assets.domain.core.text import counted
from golden_assets.manager import GoldenTestsetManager


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
