"""`golden-assets review`, `feedback` and `waive`: what people decide about rows, and what becomes of it."""

from pathlib import Path
from typing import cast

import click

from golden_assets.cli.manager_session import ask, number_of
from golden_assets.cli.terminal.output import format_option, print_json
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.text import counted, one_line
from golden_assets.domain.review.feedback import FeedbackVerdict
from golden_assets.domain.review.queue import Progress, QueueItem, RowDecision, measure_progress
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.embedded.server_account import process_user
from golden_assets.manager import GoldenTestsetManager

STDOUT = Path("-")
EXISTING = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
TARGET = click.Path(dir_okay=False, allow_dash=True, path_type=Path)


@click.command("review")
@click.argument("version", metavar="VERSION|active")
@click.option("--by", "reviewer", metavar="NAME", help="Who reviews; it is recorded.  [default: your user name]")
@click.option(
    "--max-defects",
    type=click.FloatRange(0, 1, min_open=True),
    default=0.05,
    show_default=True,
    help="Defect rate that the review is to rule out.",
)
@click.option("--export", "target", type=TARGET, help="Write the queue as CSV instead; - is standard output.")
@click.option("--import", "source", type=EXISTING, help="Read decisions from such a CSV; - is standard input.")
@click.option("--finish", is_flag=True, help="Create a new version from the decisions and run every gate on it.")
@click.option("--status", is_flag=True, help="Show the review's progress and exit.")
@format_option
def review_command(
    version: str,
    reviewer: str | None,
    max_defects: float,
    target: Path | None,
    source: Path | None,
    finish: bool,
    status: bool,
    form: str,
) -> None:
    """Review the rows of VERSION, one key per decision: rows with findings first, then a random sample of the rest.

    Edits made in Phoenix come first of all; one key takes such an edit as your decision.

    Every decision is stored at once, so a review can be left and resumed at any time, by several people. It says when the rows
    not looked at are good enough. VERSION itself never changes: --finish makes the next version of the decisions.
    """
    if sum(map(bool, (target, source, finish, status))) > 1:
        raise click.UsageError("--export, --import, --finish and --status exclude each other")
    number = ask(lambda manager: number_of(manager, version))
    name = reviewer or process_user()
    if target:
        _export(number, target)
    elif source:
        _import(number, source, reviewer)
    elif finish:
        _finish(number)
    else:
        if not status:
            _look(number, name, max_defects)
        _tell(measure_progress(_queue(number), max_defects), number, form)


def _queue(version: str) -> list[QueueItem]:
    return ask(lambda manager: manager.review(version))


def _look(version: str, reviewer: str, max_defects: float) -> None:
    """The terminal session."""
    from golden_assets.cli.terminal.review_screen import Screen, session

    def _save(decision: RowDecision) -> None:
        ask(lambda manager: manager.decide_row(version, decision))

    session(_queue(version), reviewer, max_defects, Screen(), _save)


def _tell(progress: Progress, version: str, form: str) -> None:
    if form == "json":
        print_json(progress.model_dump(mode="json"))
        return
    click.echo(progress.sentence)
    if progress.decided:
        click.echo(f"make a new version of the decisions: golden-assets review {version} --finish")


def _export(version: str, target: Path) -> None:
    from golden_assets.adapters.exchange.files import writing
    from golden_assets.adapters.exchange.review_files import write_queue

    queue = _queue(version)
    if target == STDOUT:
        click.echo(write_queue(queue), nl=False)
        return
    with writing(target):
        target.write_bytes(write_queue(queue))
    told = one_line(target)
    click.echo(f"wrote {counted(len(queue), 'row')} to {told}: fill in decision (approve, edit, reject) and reason, then --import it")


def _import(version: str, source: Path, reviewer: str | None) -> None:
    from golden_assets.adapters.exchange.files import shown_name
    from golden_assets.adapters.exchange.review_files import read_decisions

    known = {item.row.row_id: item.decision for item in _queue(version)}
    decisions, faults = read_decisions(source, reviewer or process_user(), known)
    for fault in faults:
        click.echo(one_line(fault), err=True)
    if faults:
        problem = f"{counted(len(faults), 'fault')} in {shown_name(source)}, and no decision was taken from it"
        raise TestsetError(problem, f"correct what is named above (rows of version {version}) and import the file again")
    changed = [decision for decision in decisions if not _is_on_record(decision, known[decision.row_id])]

    async def _save(manager: GoldenTestsetManager) -> None:
        for decision in changed:
            await manager.decide_row(version, decision)

    ask(_save)
    click.echo(f"took {counted(len(changed), 'decision')} of {shown_name(source)}; on record already: {len(decisions) - len(changed)}")


def _is_on_record(decision: RowDecision, known: RowDecision | None) -> bool:
    """Whether the same was decided before, so that importing a file twice changes nothing."""
    return known is not None and known.model_dump(exclude={"decided_at"}) == decision.model_dump(exclude={"decided_at"})


def _finish(version: str) -> None:
    """Run the pipeline on what the decisions make of the version."""
    from golden_assets.cli.commands.run import build

    if not any(item.decision for item in _queue(version)):
        raise click.UsageError(f"version {version} has no decisions yet")
    build(review_of=version)


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
