"""`golden-assets report`: the quality of a version as a page in a file."""

from collections.abc import Sequence
from pathlib import Path

import click

from golden_assets.application import Application
from golden_assets.cli.manager_session import ask, number_of
from golden_assets.domain.testsets.testset import Testset
from golden_assets.manager import GoldenTestsetManager
from golden_assets.settings.settings import chosen_settings


@click.command("report")
@click.argument("version", metavar="VERSION|active")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.  [default: quality-report-VERSION.html]"
)
def report_command(version: str, output: Path | None) -> None:
    """Write a version as an HTML page: status, documents, approval, reviewed rows, power, what fails; then gates, shares, critics, trend.

    The map of the questions is drawn where the embedded embedder is configured; no paid model is called.
    """
    from golden_assets.adapters.exchange.files import writing
    from golden_assets.adapters.reports.quality_page import quality_page

    async def _read(manager: GoldenTestsetManager) -> tuple[str, str]:
        stored = (await manager.get_version(await number_of(manager, version))).stored
        number = stored.summary.version
        earlier, facts = await manager.quality_trend(number), await manager.release_facts(number)
        return number, quality_page(stored, earlier, await _embeddings(stored.testset), facts)

    number, text = ask(_read)
    output = output or Path(f"quality-report-{number}.html")
    with writing(output):
        output.write_text(text, encoding="utf-8")
    click.echo(f"wrote {output}")


async def _embeddings(testset: Testset) -> Sequence[Sequence[float]] | None:
    """The questions by the embedded embedder, or as kept; None where an endpoint is configured, which would cost money."""
    settings = chosen_settings()
    if not settings.embeds_locally:
        return None
    async with Application(settings) as application:
        return await application.cached_embedder.embed([row.user_input for row in testset.rows])
