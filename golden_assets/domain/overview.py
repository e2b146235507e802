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
    ``documents`` is where they were read last, ``made_from`` where those of the active version were, ``archived_on_documents`` an archived
    version that was made from what was read last; ``lacks_mail_server`` says that alerts have an address, and nothing to send them with.
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
    pause: str | None = None
    limits_reached: tuple[str, ...] = ()
    outdated_rows: int | None = None
    documents: str | None = None
    made_from: str | None = None
    archived_on_documents: str | None = None
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
        steps.append(_about_stale_rows(overview, overview.outdated_rows))
    return steps


def _about_stale_rows(overview: Overview, outdated: int) -> str:
    """How the active version and the documents come together again."""
    read = f"golden-assets run --docs {quote(overview.documents)}" if overview.documents else "golden-assets run"
    if _were_other_documents(overview, outdated):
        return (
            f"No row of the active version holds on {overview.documents}, which was read last. To go on with its own documents: "
            f"`golden-assets run --docs {quote(str(overview.made_from))}`; to give the others a testset of their own: "
            f"`golden-assets --testset NAME run --docs {quote(str(overview.documents))}`."
        )
    stale, back = f"{counted(outdated, 'row')} of the active version went stale", overview.archived_on_documents
    if back:
        return (
            f"{stale}; version {back} was made from the documents as they are: `golden-assets rollback {back} --reason WHY`, or `{read}`."
        )
    return f"{stale}: `{read}` writes them anew."


def _were_other_documents(overview: Overview, outdated: int) -> bool:
    """Whether what was read last are not the documents of the active version."""
    is_elsewhere = None not in (overview.documents, overview.made_from) and overview.documents != overview.made_from
    return is_elsewhere and overview.active is not None and outdated >= overview.active.row_count


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
