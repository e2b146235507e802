"""`golden-assets feedback` and `waive`: what you think of a row, and of two that look alike."""

from typing import cast

import click

from golden_assets.cli.manager_session import ask, number_of
from golden_assets.domain.review.feedback import FeedbackVerdict
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.manager import GoldenTestsetManager


@click.command("feedback")
@click.argument("row", metavar="ROW")
@click.option("--verdict", type=click.Choice(["good", "bad"]), required=True, help="Whether question, reference and passages are right.")
@click.option("--note", help="What is wrong, or why it is good.")
@click.option("--by", "name", metavar="NAME", help="Your name. [default: your user name]")
@click.option("--version", default="active", show_default=True, help="The version that you looked at.")
def feedback_command(row: str, verdict: str, note: str | None, name: str | None, version: str) -> None:
    """Say what you think of ROW (an id from `show`): rows called bad come first in the review."""

    async def _give(manager: GoldenTestsetManager) -> str:
        number = await number_of(manager, version)
        await manager.give_feedback(number, row, cast("FeedbackVerdict", verdict), note, name)
        return number

    click.echo(f"noted: row {row} of version {ask(_give)} is {verdict}")


@click.command("waive")
@click.argument("row", metavar="ROW")
@click.argument("other", metavar="OTHER_ROW")
@click.option("--because", "reason", required=True, help="What the two questions ask that is different; with --undo, why they do not.")
@click.option("--by", "name", metavar="NAME", help="Your name. [default: your user name]")
@click.option("--version", help="The version that has both rows; by default the newest.")
@click.option("--undo", is_flag=True, help="Withdraw the waiver on the two rows; that is on record too.")
def waive_command(row: str, other: str, reason: str, name: str | None, version: str | None, undo: bool) -> None:
    """Declare ROW and OTHER_ROW (ids from `show` or a failed gate) two different questions: no gate counts them as one any more."""

    if undo:
        ask(lambda manager: manager.withdraw_waiver(row, other, reason, name))
        click.echo(f"withdrawn: {row} and {other} may be one question again")
        return

    async def _waive(manager: GoldenTestsetManager) -> Waiver:
        number = await number_of(manager, version) if version else None
        return await manager.waive_pair(row, other, reason, name, number)

    click.echo(f"waived: {ask(_waive).sentence}")
