"""`golden-assets ab-test`: two experiments compared, on the terminal or in a file."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
from rich.table import Table
from rich.text import Text

from golden_assets.cli.commands.experiments import TASK_HELP, options_of, running_options, shown_progress
from golden_assets.cli.manager_session import ask, number_of, show_in_dagster
from golden_assets.cli.terminal.output import format_option, plain_table, print_all, print_json, shown
from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments.comparison import A_HIGHER, B_HIGHER, ABComparison, MetricComparison
from golden_assets.domain.experiments.experiment import BASELINE_TASK, OVERALL
from golden_assets.domain.experiments.score_decomposition import MIN_COMMON_ROWS, Bridge
from golden_assets.manager import GoldenTestsetManager

SUFFIXES = (".html", ".json")
COLOURS = {B_HIGHER: "green", A_HIGHER: "red"}


@click.command("ab-test")
@click.argument("versions", nargs=-1, metavar="[A [B]]")
@click.option("--task", "tasks", multiple=True, help=f"{TASK_HELP} Give it twice to compare two tasks.")
@click.option("--experiment", "experiments", multiple=True, help="Instead of running: the id of a completed experiment, A's and then B's.")
@click.option("--metric", default=OVERALL, show_default=True, help="The score that decides; `average` is the mean of a row's scores.")
@click.option("--promote-if-better", is_flag=True, help="Promote version B if its score is over 5 % higher and the interval is above zero.")
@click.option("--output", type=click.Path(dir_okay=False, path_type=Path), help="A file to write, by suffix: .html or .json.")
@running_options
@format_option
def ab_test_command(
    versions: tuple[str, ...],
    tasks: tuple[str, ...],
    experiments: tuple[str, ...],
    metric: str,
    promote_if_better: bool,
    output: Path | None,
    form: str,
    **running: Any,
) -> None:
    """Run the same task over versions A and B, or two tasks over version A, and tell whether B scores better.

    Tests and intervals treat documents, not rows, as independent. The change is split between testset and system under test.
    """
    _require_usable(versions, tasks, experiments, promote_if_better, output)
    with shown_progress("A/B test") as progress:

        async def _run(manager: GoldenTestsetManager) -> ABComparison:
            if experiments:
                return await manager.compare_experiments(experiments[0], experiments[1], metric)
            numbers = [await number_of(manager, version) for version in versions]
            options = {"primary": metric, "promote_if_better": promote_if_better, "progress": progress, **options_of(**running)}
            return await manager.ab_test(numbers[0], numbers[-1], tasks or (BASELINE_TASK,), **options)

        comparison = ask(_run)
    if comparison.promoted:
        show_in_dagster()
    if output:
        _write(comparison, output)
    elif form == "json":
        print_json(comparison.model_dump(mode="json"))
    else:
        print_all(*_described(comparison))


def _require_usable(
    versions: tuple[str, ...], tasks: tuple[str, ...], experiments: tuple[str, ...], promote: bool, output: Path | None
) -> None:
    """Raise `click.UsageError` for arguments that do not make two sides."""
    if output and output.suffix not in SUFFIXES:
        raise click.BadParameter(f"{output.name} ends neither in .html nor in .json", param_hint="--output")
    if experiments:
        if len(experiments) != 2 or versions or tasks or promote:
            raise click.UsageError("--experiment goes twice and without versions, tasks and promotion")
    elif not 1 <= len(versions) <= 2 or len(tasks) > 2:
        raise click.UsageError("name one or two versions, and at most two tasks")
    elif len(versions) == 1 and len(tasks) < 2:
        raise click.UsageError("one version needs two tasks")


def _write(comparison: ABComparison, output: Path) -> None:
    from golden_assets.adapters.exchange.files import writing
    from golden_assets.adapters.reports.ab_page import ab_page

    text = ab_page(comparison) if output.suffix == ".html" else comparison.model_dump_json(indent=2) + "\n"
    with writing(output):
        output.write_text(text, encoding="utf-8")
    print_all(*_outcome(comparison))
    click.echo(f"wrote {output}")


def _described(comparison: ABComparison) -> Iterator[Table | Text]:
    for label, side in (("A", comparison.a), ("B", comparison.b)):
        yield Text.assemble(
            (label, "bold"),
            f"  version {side.version}, ",
            shown(side.task),
            f", {counted(side.run_count, 'call')}, {side.error_count} failed",
        )
    primary = comparison.primary
    scores = [primary, *(one for one in comparison.metrics if one.metric != primary.metric)]
    yield _scores(scores)
    rows, documents = primary.bridge.common_rows, primary.documents
    yield Text(f"\n{primary.design}: {counted(rows, 'common row')}, {counted(documents, 'document')}; p of the scores is corrected by Holm")
    if primary.minimum_detectable_effect is not None:
        effect, power = primary.minimum_detectable_effect, 100 * comparison.power
        yield Text(f"a true difference of {effect:.3f} in {primary.metric} would be found in {power:.0f} % of such tests")
    yield _bridges(scores)
    for caution in comparison.cautions:
        yield Text.assemble(("\nMind ", "bold yellow"), shown(caution))
    yield Text("")
    yield from _outcome(comparison)


def _outcome(comparison: ABComparison) -> Iterator[Text]:
    yield Text.assemble((f"{comparison.decision}: ", "bold"), comparison.reason)
    if comparison.promoted:
        yield Text(f"version {comparison.b.version} is active now")


def _scores(scores: list[MetricComparison]) -> Table:
    table = plain_table("score", "A", "B", "B - A", "95 % interval", "p", "finding", title="Scores")
    for one in scores:
        interval = "-" if one.low is None or one.high is None else f"{one.low:+.3f} to {one.high:+.3f}"
        figures = (f"{one.mean_a:.3f}", f"{one.mean_b:.3f}", f"{one.difference:+.3f}", interval, f"{one.adjusted_p_value:.3f}")
        table.add_row(shown(one.metric), *figures, Text(one.verdict, style=COLOURS.get(one.verdict, "")))
    return table


def _bridges(scores: list[MetricComparison]) -> Table:
    bridge = scores[0].bridge
    rows = (bridge.removed_rows, bridge.common_rows, bridge.added_rows)
    headings = [
        f"{name} ({count} row{'' if count == 1 else 's'})" for name, count in zip(("removed", "common", "added"), rows, strict=True)
    ]
    table = plain_table("from A to B by", *headings, title="Bridge")
    for one in scores:
        table.add_row(shown(one.metric), *_parts(one.bridge))
    return table


def _parts(bridge: Bridge) -> tuple[str, str, str]:
    """The three parts, the common one with its interval."""
    if not bridge.can_be_read:
        return "-", f"fewer than {MIN_COMMON_ROWS} common rows", "-"
    ends = "" if bridge.common_low is None or bridge.common_high is None else f" ({bridge.common_low:+.3f} to {bridge.common_high:+.3f})"
    return f"{bridge.removed:+.3f}", f"{bridge.common:+.3f}{ends}", f"{bridge.added:+.3f}"
