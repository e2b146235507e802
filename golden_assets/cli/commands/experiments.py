"""`golden-assets experiment`: a task run over a version. `golden-assets experiments`: what was run so far."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import click
from rich.table import Table
from rich.text import Text

from golden_assets.cli.manager_session import ask, number_of
from golden_assets.cli.terminal.output import OutputConsole, format_option, plain_table, print_all, print_json, shown, when
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.core.text import counted
from golden_assets.domain.experiments.caveats import rows_and_correlation
from golden_assets.domain.experiments.comparison import A_HIGHER, TOO_FEW
from golden_assets.domain.experiments.experiment import BASELINE_TASK, DEFAULT_EVALUATORS, Experiment, ExperimentSummary
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.quality.power import CORRELATION, certify
from golden_assets.manager import GoldenTestsetManager

MAX_FAILURES = 5
"""Failed calls that are shown; all are in Phoenix."""
Command = TypeVar("Command", bound=Callable[..., Any])
TASK_HELP = "package.module:function, endpoint (of the settings), or baseline (ships with this package)."


def running_options(command: Command) -> Command:
    """How experiments are run: evaluators, repetitions, pace."""
    options = [
        click.option("--evaluator", "evaluators", multiple=True, help="A score's name, or package.module:function; may be repeated."),
        click.option("--repetitions", type=click.IntRange(1, 100), default=1, show_default=True, help="Calls per row."),
        click.option("--concurrency", type=click.IntRange(1, 256), default=8, show_default=True, help="Calls at a time."),
        click.option(
            "--timeout", type=click.FloatRange(0, 86_400, min_open=True), default=60.0, show_default=True, help="Seconds a call may take."
        ),
        click.option("--fresh", is_flag=True, help="Start over instead of resuming an interrupted experiment."),
    ]
    for option in reversed(options):
        command = option(command)
    return command


def options_of(evaluators: tuple[str, ...], repetitions: int, concurrency: int, timeout: float, fresh: bool) -> dict[str, Any]:
    """The same as fields of an `ExperimentRequest`."""
    chosen = evaluators or DEFAULT_EVALUATORS
    return {"evaluators": chosen, "repetitions": repetitions, "concurrency": concurrency, "timeout_seconds": timeout, "fresh": fresh}


@contextmanager
def shown_progress(label: str) -> Iterator[Progress]:
    """A line on standard error that counts runs, on a terminal only."""
    with OutputConsole(stderr=True).status(f"{label} …") as status:
        yield lambda stage, done, total: status.update(f"{label} … {stage} {done} of {total}")


@click.command("experiment")
@click.argument("version")
@click.option("--task", default=BASELINE_TASK, show_default=True, help=TASK_HELP)
@click.option("--fail-below", type=click.FloatRange(0, 1), metavar="SCORE", help="Exit with 1 if the mean of the scores is lower; for CI.")
@click.option(
    "--against",
    metavar="EXPERIMENT",
    help="Exit with 1 if scores are significantly lower than in this completed experiment (paired by document); for CI.",
)
@running_options
@format_option
def experiment_command(version: str, task: str, fail_below: float | None, against: str | None, form: str, **running: Any) -> None:
    """Run a RAG over every row of VERSION (a number, or `active`) and score its answers; the experiment is in Phoenix.

    An interrupted experiment resumes where it stopped.
    """
    with shown_progress(f"experiment over {version}") as progress:

        async def _run(manager: GoldenTestsetManager) -> Experiment:
            if against and against not in {one.experiment_id for one in await manager.list_experiments()}:
                raise ExperimentError(
                    f"experiment {against} does not exist, so there is nothing to compare with", "`golden-assets experiments` lists them"
                )
            return await manager.run_experiment(await number_of(manager, version), task, progress=progress, **options_of(**running))

        experiment = ask(_run)
    if form == "json":
        print_json(experiment.summary.model_dump(mode="json"))
    else:
        print_all(*_described(experiment))
    if len(experiment.failures) == len(experiment.runs):
        raise click.ClickException(f"every call of {task} failed, the first with: {experiment.failures[0].error}")
    _hold_against(experiment.summary, fail_below)
    if against:
        _hold_against_another(experiment.summary, against)


@click.command("experiments")
@click.argument("version", required=False)
@format_option
def experiments_command(version: str | None, form: str) -> None:
    """List the experiments, or those over VERSION, the newest first."""

    async def _read(manager: GoldenTestsetManager) -> list[ExperimentSummary]:
        return await manager.list_experiments(await number_of(manager, version) if version else None)

    found = ask(_read)
    if form == "json":
        print_json([experiment.model_dump(mode="json") for experiment in found])
    elif found:
        print_all(_listed(found))
    else:
        click.echo("no experiments yet: run one with `golden-assets experiment VERSION`")


def _hold_against(summary: ExperimentSummary, floor: float | None) -> None:
    """Fail when the mean of the scores is below ``floor``, or when there are no scores to compare with it."""
    if floor is None:
        return
    if not summary.scores:
        raise click.ClickException(f"no score could be computed to compare with {floor:g}: choose an --evaluator that applies to the task")
    mean = _mean(summary)
    if mean < floor:
        scores = ", ".join(f"{name} {score:.3f}" for name, score in summary.scores.items())
        raise click.ClickException(f"the mean score {mean:.3f} is below {floor:g} ({scores})")


def _hold_against_another(summary: ExperimentSummary, earlier: str) -> None:
    """Say on standard error how the scores differ from the earlier experiment's; fail when they are lower, or when that cannot be told."""
    comparison = ask(lambda manager: manager.compare_experiments(earlier, summary.experiment_id))
    primary = comparison.primary
    if comparison.changed_evaluators:
        other = ", ".join(comparison.changed_evaluators)
        raise click.ClickException(f"{other} of {earlier} came from another judge or other code: run that experiment again, and name it")
    if primary.low is None or primary.high is None or primary.verdict == TOO_FEW:
        raise click.ClickException(
            f"too few to tell a drop from chance ({counted(primary.documents, 'document')} in common): use --fail-below"
        )
    found = (
        f"{primary.difference:+.3f} against {earlier} (95 % interval {primary.low:+.3f} to {primary.high:+.3f}, p {primary.p_value:.3f})"
    )
    if primary.verdict == A_HIGHER:
        raise click.ClickException(f"the mean score dropped: {found}")
    effect = primary.minimum_detectable_effect
    click.echo(
        f"No significant drop: {found}" + (f". A drop of {effect:.3f} would be detected with 80 % power" if effect else ""), err=True
    )


def _described(experiment: Experiment) -> Iterator[Table | Text]:
    summary = experiment.summary
    table = plain_table("score", "mean")
    for name in summary.evaluators:
        table.add_row(name, f"{summary.scores[name]:.3f}" if name in summary.scores else "- (does not apply to this task)")
    yield table
    calls = f"{counted(summary.run_count, 'call')} of {summary.task} over version {summary.version}"
    if experiment.resumed_runs:
        calls += f", of which {experiment.resumed_runs} were on record before"
    yield Text(f"\n{calls}; {summary.error_count} failed, {counted(summary.unscored_count, 'score')} could not be computed")
    for failed in experiment.failures[:MAX_FAILURES]:
        yield Text.assemble((f"  {failed.row_id}  ", "bold"), shown(failed.error or ""))
    yield Text(_power(experiment), style="dim")
    if experiment.failures:
        yield Text("each failed call scores 0; all of them are in Phoenix", style="dim")
    yield Text(f"experiment {summary.experiment_id}\n{summary.url}")


def _power(experiment: Experiment) -> str:
    """What these rows detect, by how alike the scores of one document's rows are in this experiment."""
    scored, measured = rows_and_correlation(experiment)
    origin = "assumed, for these scores cannot tell" if measured is None else f"{measured:.2f} in these scores, at least {CORRELATION:g}"
    return f"{certify(scored, measured).sentence} (Correlation within a document: {origin}.)"


def _listed(found: list[ExperimentSummary]) -> Table:
    """A line each; every score of one is in the JSON, and in Phoenix."""
    table = plain_table("experiment", "version", "mean", "status", "task, and when")
    for one in found:
        status = "unfinished" if one.status == "started" else one.status
        failed = f"; {one.error_count} of {one.run_count} calls failed" if one.error_count else ""
        mean = f"{_mean(one):.3f}" if one.scores else "-"
        table.add_row(one.experiment_id, one.version, mean, status, shown(f"{one.task}, {when(one.started_at)}{failed}"))
    return table


def _mean(summary: ExperimentSummary) -> float:
    """Of all scores, each the mean over rows."""
    return sum(summary.scores.values()) / len(summary.scores)
