"""The state of a testset at a glance, and what to do next."""

from datetime import datetime
from shlex import quote

from golden_assets.domain.documents import Record
from golden_assets.domain.monitoring import OperationRate
from golden_assets.domain.plurals import counted
from golden_assets.domain.versions import VersionSummary


class RunLine(Record):
    """One of the last runs."""

    run_id: str
    job: str
    status: str
    started_at: datetime | None = None


class Overview(Record):
    """What is known; None where nobody could be asked. Costs are US dollars of today (UTC), over all testsets.

    ``pause`` says since when, by whom and why the budget is paused; ``limits_reached`` which cost limits let no call through, and what is
    spent of them. ``needs_approval`` says that the newest version may be activated only after somebody approved it, and nobody has;
    ``head`` is what vouches for the registry outside of the database, as it was kept last;
    ``documents`` where they were read last, None for the configured place; ``lacks_mail_server`` that alerts have an address, and nothing
    to send them with.
    """

    testset_name: str
    postgres: str | None = None
    phoenix: str | None = None
    registry: bool = False
    active: VersionSummary | None = None
    newest: VersionSummary | None = None
    head: str | None = None
    needs_approval: bool = False
    failed_gates: tuple[str, ...] = ()
    cost_today: float | None = None
    cost_limit: float | None = None
    pause: str | None = None
    limits_reached: tuple[str, ...] = ()
    outdated_rows: int | None = None
    documents: str | None = None
    rows_called_bad: int = 0
    alerts_pending: int = 0
    alert_sinks: tuple[str, ...] = ()
    lacks_mail_server: bool = False
    runs: tuple[RunLine, ...] = ()
    rates: tuple[OperationRate, ...] = ()


def next_steps(overview: Overview) -> list[str]:
    """What a person should do now, the most pressing first; empty when nothing is."""
    if not overview.registry:
        return ["No registry answers: start the servers with `golden-assets up`, or check GOLDEN_ASSETS_DATABASE_URL."]
    return [*_about_budget(overview), *_about_versions(overview), *_about_operation(overview)]


def _about_budget(overview: Overview) -> list[str]:
    steps = []
    if overview.pause:
        steps.append("The budget is paused, and no model call is sent: `golden-assets budget resume --reason WHY`.")
    if overview.limits_reached:
        steps.append(
            "A cost limit lets no call through: `golden-assets costs --by stage` says why, `golden-assets budget raise` raises it."
        )
    return steps


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
        run = f"golden-assets run --docs {quote(overview.documents)}" if overview.documents else "golden-assets run"
        steps.append(f"{counted(overview.outdated_rows, 'row')} of the active version went stale: `{run}` writes them anew.")
    return steps


def _about_operation(overview: Overview) -> list[str]:
    steps = []
    if overview.runs and overview.runs[0].status == "FAILURE":
        steps.append(f"The last run of {overview.runs[0].job} failed: look at {overview.runs[0].run_id} in `golden-assets dev`.")
    if overview.rows_called_bad:
        are = "is" if overview.rows_called_bad == 1 else "are"
        steps.append(f"{counted(overview.rows_called_bad, 'row')} {are} called bad by users: `golden-assets review active`.")
    if overview.alerts_pending and overview.alert_sinks:
        steps.append(f"{counted(overview.alerts_pending, 'alert')} not delivered: check {', '.join(overview.alert_sinks)}.")
    if overview.lacks_mail_server:
        steps.append("No alert is mailed: alert_email is set, and smtp_host is not.")
    missed = [f"{rate.kind}s" for rate in overview.rates if rate.met is False]
    if missed:
        steps.append(
            f"Too many {' and '.join(missed)} failed in the last 30 days: `golden_operations` and `golden-assets audit` say which."
        )
    return steps
