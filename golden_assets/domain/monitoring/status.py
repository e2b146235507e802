"""The state of a testset at a glance, and what to do next."""

from collections.abc import Sequence
from datetime import datetime
from shlex import quote

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.monitoring.service_levels import OperationRate
from golden_assets.domain.versions.promotion import Outlook
from golden_assets.domain.versions.versions import VersionSummary


class RunLine(Record):
    """One of the last runs."""

    run_id: str
    job: str
    status: str
    started_at: datetime | None = None


class OpenEdit(Record):
    """An edit made in Phoenix that waits for a decision: ``version`` is where it is reviewed, None for an example that was added."""

    row_id: str
    version: str | None
    sentence: str


class Overview(Record):
    """What is known; None where that could not be asked. Costs are US dollars of today (UTC), over all testsets.

    ``pause`` says since when, by whom and why the budget is paused; ``limits_reached`` which cost limits let no call through, and what is
    spent of them. ``outlook`` is what the newest version still takes to become active, where it passed its gates; ``head`` what vouches for
    the registry outside of the database, as it was kept last. ``documents`` is where they were read last, ``made_from`` where those of the
    active version were, ``archived_on_documents`` an archived version that was made from what was read last. ``lacks_mail_server`` says
    that alerts have an address and no server to send them, ``dagster_problem`` why nothing is known of runs.
    """

    testset_name: str
    postgres: str | None = None
    phoenix: str | None = None
    registry: bool = False
    active: VersionSummary | None = None
    newest: VersionSummary | None = None
    outlook: Outlook | None = None
    head: str | None = None
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
    edits: tuple[OpenEdit, ...] = ()
    alerts_pending: int = 0
    alert_sinks: tuple[str, ...] = ()
    lacks_mail_server: bool = False
    runs: tuple[RunLine, ...] = ()
    rates: tuple[OperationRate, ...] = ()
    dagster_problem: str | None = None


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
    if status == "validated":
        steps.append(f"Version {number} passed its gates: {(overview.outlook or Outlook(version=number)).step}")
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
        return f"{stale}; version {back} was made from the documents as they are: `golden-assets rollback {back} --reason WHY`."
    return f"{stale}: `{read}` writes them again."


def _were_other_documents(overview: Overview, outdated: int) -> bool:
    """Whether what was read last are not the documents of the active version."""
    is_elsewhere = None not in (overview.documents, overview.made_from) and overview.documents != overview.made_from
    return is_elsewhere and overview.active is not None and outdated >= overview.active.row_count


def _about_operation(overview: Overview) -> list[str]:
    steps = []
    if overview.dagster_problem:
        steps.append("Dagster's storage cannot be used: check GOLDEN_ASSETS_DAGSTER_URL, and whether its server runs.")
    if overview.runs and overview.runs[0].status == "FAILURE":
        steps.append(f"The last run of {overview.runs[0].job} failed: look at {overview.runs[0].run_id} in `golden-assets dev`.")
    if overview.rows_called_bad:
        are = "is" if overview.rows_called_bad == 1 else "are"
        steps.append(f"{counted(overview.rows_called_bad, 'row')} {are} called bad by users: `golden-assets review active`.")
    steps += _about_edits(overview.edits)
    if overview.alerts_pending and overview.alert_sinks:
        steps.append(f"{counted(overview.alerts_pending, 'alert')} not delivered: check {', '.join(overview.alert_sinks)}.")
    if overview.lacks_mail_server:
        steps.append("No alert is mailed: alert_email is set, and smtp_host is not.")
    missed = [f"{rate.failed} of {counted(rate.total, rate.kind)}" for rate in overview.rates if rate.met is False]
    if missed:
        steps.append(f"{' and '.join(missed)} failed in the last 30 days: `golden-assets status --failures` lists them.")
    return steps


def _about_edits(edits: Sequence[OpenEdit]) -> list[str]:
    """Where edits made in Phoenix are decided on."""
    steps = []
    for version in dict.fromkeys(edit.version for edit in edits):
        number = sum(edit.version == version for edit in edits)
        if version is None:
            steps.append(f"{counted(number, 'example')} added in Phoenix and part of no version: write each into the seed rows to keep it.")
        else:
            steps.append(f"{counted(number, 'edit')} made in Phoenix wait for a decision: `golden-assets review {version}` offers them.")
    return steps
