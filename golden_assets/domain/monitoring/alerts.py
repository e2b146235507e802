"""Alerts: what people are told of, derived from what is on record; and the two roles that carry them.

An alert is told once: its ``key`` names the incident (this run, this version, this share of this month's budget), and seeing the same
incident again only counts.
"""

from collections.abc import Mapping, Sequence
from typing import Literal, Protocol

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.locations import remedy_for_stale_rows
from golden_assets.domain.versions.versions import VersionSummary, archived_on

Severity = Literal["info", "warning", "error"]


class Alert(Record):
    """One incident. ``title`` is a line; ``body`` says what is known and what to do."""

    key: str
    kind: str
    severity: Severity
    testset_name: str
    title: str
    body: str


class Delivery(Record):
    """What a round of sending did: alerts that arrived, and failures by sink in a sentence."""

    delivered: int = 0
    failures: tuple[str, ...] = ()


class AlertSender(Protocol):
    """Carries an alert to where people read it."""

    @property
    def name(self) -> str:
        """What deliveries are booked under, without any secret."""
        ...

    def send(self, alert: Alert) -> None:
        """Deliver, within seconds. Raises `AlertError`."""
        ...


class AlertDesk(Protocol):
    """Takes alerts down and gets them to every sink, in the end."""

    async def record(self, alerts: Sequence[Alert]) -> int:
        """Keep alerts; how many of them are new. Raises `ServerError`."""
        ...

    async def deliver(self) -> Delivery:
        """Send what is due; what fails is on record and tried again later. Raises `ServerError`."""
        ...

    async def reached_cost_shares(self) -> list[tuple[str, float]]:
        """(period, share of its cost limit) of the last 31 days. Raises `ServerError`."""
        ...


class Situation(Record):
    """What is on record about a testset when alerts are looked for.

    ``failed_gates`` are verdicts by failed version; ``measures`` are the active version's, as in its report; ``outdated`` of its rows no
    longer hold on the documents whose corpus hash is ``corpus_hash``.
    """

    testset_name: str
    versions: tuple[VersionSummary, ...] = ()
    failed_gates: Mapping[str, tuple[Verdict, ...]] = {}
    measures: Mapping[str, float] = {}
    corpus_hash: str = ""
    outdated: int = 0
    cost_shares: tuple[tuple[str, float], ...] = ()

    @property
    def active(self) -> VersionSummary | None:
        """The active version."""
        return next((version for version in self.versions if version.status == "active"), None)


def failed_run(testset_name: str, job: str, run_id: str, problem: str) -> Alert:
    """A run that ended in failure."""
    body = f"{problem}\nLook at run {run_id} in Dagster. The active version is untouched by a failed run."
    return Alert(key=f"run:{run_id}", kind="run", severity="error", testset_name=testset_name, title=f"{job} failed", body=body)


def corrupted(testset_name: str, subject: str, faults: Sequence[str]) -> Alert:
    """Stored content that does not match its hash."""
    remedy = "If it is the active version, go back: golden-assets rollback VERSION --reason TEXT. See docs/runbook.md."
    return Alert(
        key=f"{testset_name}:corrupted:{subject}:{sha256_json(list(faults))[:12]}",
        kind="corruption",
        severity="error",
        testset_name=testset_name,
        title=f"{subject} does not match its hashes",
        body="\n".join([*faults[:20], f"{counted(len(faults), 'fault')} in all. {remedy}"]),
    )


def find_alerts(situation: Situation, quality_threshold: float) -> list[Alert]:
    """Everything that the situation gives reason to tell."""
    return [
        *_failed_gates(situation),
        *_cost_shares(situation),
        *_stale_rows(situation),
        *_low_quality(situation, quality_threshold),
    ]


def quality_score(measures: Mapping[str, float]) -> float | None:
    """The mean of diversity and coverage, each 0 to 1; None without them."""
    scores = [measures[name] for name in ("diversity", "coverage") if name in measures]
    return sum(scores) / len(scores) if scores else None


def _failed_gates(situation: Situation) -> list[Alert]:
    found = []
    for version, verdicts in situation.failed_gates.items():
        lines = [f"{verdict.name}: {verdict.explanation} {verdict.remedy}" for verdict in verdicts if not verdict.passed]
        stays = f"Version {situation.active.version} stays active." if situation.active else "No version is active."
        found.append(_alert(situation, f"gates:{version}", "gates", "error", f"version {version} failed its gates", [*lines, stays]))
    return found


def _cost_shares(situation: Situation) -> list[Alert]:
    return [
        _alert(
            situation.model_copy(update={"testset_name": "all"}),
            f"cost:{period}:{share}",
            "cost",
            "error" if share >= 1 else "warning",
            f"{share:.0%} of the cost limit are spent ({period})",
            ["See `golden-assets costs --by stage`; `golden-assets budget status` shows what is left."],
        )
        for period, share in situation.cost_shares
    ]


def _stale_rows(situation: Situation) -> list[Alert]:
    if not situation.active or not situation.outdated:
        return []
    number, rows = situation.active.version, situation.active.row_count
    remedy = remedy_for_stale_rows(situation.outdated, rows, archived_on(situation.versions, situation.corpus_hash))
    lines = [f"{situation.outdated} of {rows} rows cite passages that changed or are gone. {remedy}"]
    return [_alert(situation, f"stale:{number}:{situation.corpus_hash}", "freshness", "warning", f"version {number} has stale rows", lines)]


def _low_quality(situation: Situation, threshold: float) -> list[Alert]:
    score = quality_score(situation.measures)
    if not situation.active or score is None or score >= threshold:
        return []
    number = situation.active.version
    lines = [f"The mean of diversity and coverage is {score:.3f}; {threshold:g} is asked for (quality_alert_threshold)."]
    return [_alert(situation, f"quality:{number}:{threshold:g}", "quality", "warning", f"version {number} is of low quality", lines)]


def _alert(situation: Situation, key: str, kind: str, severity: Severity, title: str, lines: Sequence[str]) -> Alert:
    name = situation.testset_name
    return Alert(key=f"{name}:{key}", kind=kind, severity=severity, testset_name=name, title=title, body="\n".join(lines))
