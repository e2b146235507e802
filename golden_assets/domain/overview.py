"""The state of a testset at a glance, and what to do next."""

from datetime import datetime

from golden_assets.domain.documents import Record
from golden_assets.domain.monitoring import OperationRate
from golden_assets.domain.versions import VersionSummary


class RunLine(Record):
    """One of the last runs."""

    run_id: str
    job: str
    status: str
    started_at: datetime | None = None


class Overview(Record):
    """What is known; None where nobody could be asked. Costs are US dollars of today (UTC), over all testsets.

    ``needs_approval`` says that the newest version may be activated only after somebody approved it, and nobody has.
    """

    testset_name: str
    postgres: str | None = None
    phoenix: str | None = None
    registry: bool = False
    active: VersionSummary | None = None
    newest: VersionSummary | None = None
    needs_approval: bool = False
    failed_gates: tuple[str, ...] = ()
    cost_today: float | None = None
    cost_limit: float | None = None
    outdated_rows: int | None = None
    rows_called_bad: int = 0
    alerts_pending: int = 0
    alert_sinks: tuple[str, ...] = ()
    runs: tuple[RunLine, ...] = ()
    rates: tuple[OperationRate, ...] = ()


def next_steps(overview: Overview) -> list[str]:
    """What a person should do now, the most pressing first; empty when nothing is."""
    if not overview.registry:
        return ["No registry answers: start the servers with `golden-assets up`, or check GOLDEN_ASSETS_DATABASE_URL."]
    return [*_about_versions(overview), *_about_operation(overview)]


def _about_versions(overview: Overview) -> list[str]:
    if overview.newest is None:
        return ["Nothing is stored yet: `golden-assets run`."]
    steps = []
    number, status = overview.newest.version, overview.newest.status
    if status == "failed":
        steps.append(f"Version {number} failed {', '.join(overview.failed_gates) or 'its gates'}: `golden-assets show {number}`.")
    if status == "validated" and overview.needs_approval:
        steps.append(f"Version {number} passed its gates and waits for consent: `golden-assets approve {number} --by NAME`.")
    elif status == "validated":
        steps.append(f"Version {number} passed its gates: `golden-assets activate {number}`, or let promotion_sensor do it.")
    if status == "draft":
        steps.append(f"Version {number} is a draft: `golden-assets activate {number}` judges it first.")
    if overview.active is None and status not in ("validated", "draft"):
        steps.append("No version is active: `golden-assets list-versions` shows what there is.")
    if overview.outdated_rows:
        steps.append(f"{overview.outdated_rows} rows of the active version are stale: `golden-assets run` writes them anew.")
    return steps


def _about_operation(overview: Overview) -> list[str]:
    steps = []
    if overview.cost_limit is not None and overview.cost_today is not None and overview.cost_today >= overview.cost_limit:
        steps.append("Today's budget is spent: `golden-assets costs --by stage` shows on what.")
    if overview.runs and overview.runs[0].status == "FAILURE":
        steps.append(f"The last run of {overview.runs[0].job} failed: look at {overview.runs[0].run_id} in `golden-assets dev`.")
    if overview.rows_called_bad:
        rows = "1 row is" if overview.rows_called_bad == 1 else f"{overview.rows_called_bad} rows are"
        steps.append(f"{rows} called bad by users: `golden-assets review active`.")
    if overview.alerts_pending and overview.alert_sinks:
        steps.append(f"{overview.alerts_pending} alerts have not arrived: check {', '.join(overview.alert_sinks)}.")
    missed = [f"{rate.kind}s" for rate in overview.rates if rate.met is False]
    if missed:
        steps.append(
            f"Too many {' and '.join(missed)} failed in the last 30 days: `golden_operations` and `golden-assets audit` say which."
        )
    return steps
