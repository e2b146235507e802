"""`golden-assets feedback`: what you think of a row."""

from typing import cast

import click

from golden_assets.cli.registry import ask, number_of
from golden_assets.domain.feedback import FeedbackVerdict
from golden_assets.manager import GoldenTestsetManager


@click.command("feedback")
@click.argument("row", metavar="ROW")
@click.option("--verdict", type=click.Choice(["good", "bad"]), required=True, help="Whether question, reference and passages are right.")
@click.option("--note", help="What is wrong, or why it is good.")
@click.option("--by", "name", metavar="NAME", help="Who says so; by default the user of this process.")
@click.option("--version", default="active", show_default=True, help="The version that you looked at.")
def feedback_command(row: str, verdict: str, note: str | None, name: str | None, version: str) -> None:
    """Say what you think of ROW (an id from `show`): rows called bad come first in the review."""

    async def _give(manager: GoldenTestsetManager) -> str:
        number = await number_of(manager, version)
        await manager.give_feedback(number, row, cast("FeedbackVerdict", verdict), note, name)
        return number

    click.echo(f"noted: row {row} of version {ask(_give)} is {verdict}")
