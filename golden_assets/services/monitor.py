"""What monitoring looks at: our own operations, quality over versions, whether what is stored is intact, costs, and what to tell people."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from golden_assets.domain.core.text import counted
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.cost_trend import CostBooks, calls_of
from golden_assets.domain.monitoring.alerts import Alert, AlertDesk, Delivery, Situation, corrupted, find_alerts, quality_score
from golden_assets.domain.monitoring.service_levels import OperationRate, RegistryAuditor, RegistryMonitor, rates_of
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets.domain.testsets.human_override import vouched_for
from golden_assets.domain.versions.versions import StoredVersion, Verification, VersionSummary

RATE_DAYS = 30
LAST_VERSIONS = 10
LATEST_FAILED = 5
MOST_REMEMBERED = 100
"""Failed versions that the alert sensor remembers to have told of."""


class QualityHistory(NamedTuple):
    """The score of each version that passed its gates, by number, the newest first; ``drift`` is the newest one's less the others' mean."""

    scores: tuple[tuple[str, float], ...]
    drift: float


class Proposal(NamedTuple):
    """Writing rows of the active version again: how many, for what, in words."""

    rows: int
    calls: float
    cost_usd: float
    sentence: str


async def operation_rates(monitor: RegistryMonitor) -> tuple[list[OperationRate], float]:
    """How many operations of each kind succeeded lately, and how long 95 % of queries take at most, in seconds."""
    await monitor.time_queries()
    counts = await monitor.count_operations(RATE_DAYS)
    slowest = next((count.p95_seconds for count in counts if count.kind == "query" and count.p95_seconds is not None), 0.0)
    return list(rates_of(counts)), slowest


async def quality_history(versions: VersionStore) -> QualityHistory:
    """The mean of diversity and coverage of the last versions that passed their gates."""
    passed = [summary.version for summary in await versions.list_versions() if summary.status != "failed"][:LAST_VERSIONS]
    reports = [(number, (await versions.get_version(number)).report) for number in passed]
    scores = tuple((number, score) for number, report in reports if report and (score := quality_score(report.measures)) is not None)
    before = [score for _, score in scores[1:]]
    return QualityHistory(scores, scores[0][1] - sum(before) / len(before) if before else 0.0)


async def check_integrity(auditor: RegistryAuditor, alerts: AlertDesk, testset: str) -> list[Verification]:
    """Hash everything stored again and compare it with the heads kept outside; what does not match is recorded as an alert."""
    checks = await auditor.verify()
    await alerts.record([corrupted(testset, check.subject, check.faults) for check in checks if not check.intact])
    return checks


async def propose_regeneration(versions: VersionStore, budget: BudgetPlanner, alerts: AlertDesk) -> Proposal | None:
    """What it would take to write again every row of the active version that no person wrote, edited or approved, as an alert for people;
    None when nothing is active.
    """
    active = await versions.get_active_version()
    if active is None:
        return None
    rows, number = active.summary.row_count - len(vouched_for(active.testset)), active.summary.version
    estimate = (await budget.plan(rows)).estimate
    price = f"about {estimate.calls:.0f} model calls, ${estimate.cost_usd:.4f} (by {estimate.basis})"
    sentence = f"Writing {counted(rows, 'row')} of version {number} again: {price}."
    proposal = Alert(
        key=f"{versions.testset_name}:proposal:{number}",
        kind="proposal",
        severity="info",
        testset_name=versions.testset_name,
        title=f"version {number} could be written again",
        body=f"{sentence} To do it: golden-assets run on the same documents, with a --seed that was not used yet.",
    )
    await alerts.record([proposal])
    return Proposal(rows, estimate.calls, estimate.cost_usd, sentence)


async def cost_of_a_row(books: CostBooks, versions: VersionStore) -> tuple[str, float, int] | None:
    """(the newest version, US dollars for each of its rows by the calls that they name, how many name calls); None when none does."""
    newest = next(iter(await versions.list_versions()), None)
    rows, call_ids = calls_of((await versions.get_version(newest.version)).testset) if newest else (0, ())
    return (newest.version, await books.cost_of(call_ids) / rows, rows) if newest and rows else None


async def look_around(
    versions: VersionStore, artifacts: ArtifactStore, alerts: AlertDesk, reading: Mapping[str, Any], address: str, known: dict[str, Any]
) -> tuple[Situation, dict[str, Any]]:
    """What there may be to tell, and what to remember of it: rows are compared with documents once for each pair of version and corpus.

    Args:
        versions: the registry.
        artifacts: where documents are.
        alerts: knows which shares of cost limits were reached.
        reading: what is on record about the documents read last; empty when none were.
        address: where they are in ``artifacts``.
        known: what the last look remembered.
    """
    stored = await versions.list_versions()
    active = next((summary.version for summary in stored if summary.status == "active"), None)
    corpus_hash = str(reading.get("corpus_hash", ""))
    pair = f"{active} {reading.get('corpus_hash')}"
    if active and reading and known.get("pair") != pair:
        version = await versions.get_active_version()
        outdated = _outdated(version, await artifacts.get_corpus(address)) if version else 0
        known |= {"pair": pair, "outdated": outdated, "measures": version.report.measures if version and version.report else {}}
    failed = await _failed_gates(versions, stored, known.get("failed", []))
    situation = Situation(
        testset_name=versions.testset_name,
        versions=tuple(stored),
        failed_gates=failed,
        measures=known.get("measures", {}) if active else {},
        corpus_hash=corpus_hash,
        outdated=known.get("outdated", 0) if active else 0,
        cost_shares=tuple(await alerts.reached_cost_shares()),
    )
    return situation, known | {"failed": [*known.get("failed", []), *failed][-MOST_REMEMBERED:]}


async def tell(desk: AlertDesk, failed_runs: Sequence[Alert], situation: Situation, quality_threshold: float) -> tuple[int, Delivery]:
    """Record what there is to tell, and send what is due: (how many alerts are new, what was sent)."""
    return await desk.record([*failed_runs, *find_alerts(situation, quality_threshold)]), await desk.deliver()


def _outdated(version: StoredVersion, corpus: Corpus) -> int:
    """Rows that no longer hold on these documents."""
    return measure_freshness(classify_rows(version.testset.rows, corpus)).outdated


async def _failed_gates(versions: VersionStore, stored: Sequence[VersionSummary], told: Sequence[str]) -> dict[str, tuple[Verdict, ...]]:
    """Verdicts of the newest failed versions that were not told of."""
    numbers = [summary.version for summary in stored if summary.status == "failed"][:LATEST_FAILED]
    reports = {number: (await versions.get_version(number)).report for number in numbers if number not in told}
    return {number: report.verdicts if report else () for number, report in reports.items()}
