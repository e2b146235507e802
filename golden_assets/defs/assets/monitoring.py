"""Monitoring: how our own operations went, how quality went over versions, whether what is stored is intact, what new rows would cost."""

import dagster as dg

from golden_assets.defs.names import MONITORING, OPERATION_RATES, OWNERS, QUALITY_HISTORY, REGENERATION_PROPOSAL, REGISTRY_INTEGRITY
from golden_assets.defs.presentation.spending import describe_rates
from golden_assets.defs.presentation.tables import Metadata, rounded, table
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.core.text import counted
from golden_assets.domain.core.verdicts import MAX_OFFENDERS
from golden_assets.domain.monitoring.alerts import Alert, AlertDesk, corrupted, quality_score
from golden_assets.domain.monitoring.service_levels import RegistryAuditor, RegistryMonitor, faults_of, rates_of
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.testsets.human_override import vouched_for

DAYS = 30
LAST_VERSIONS = 10


@dg.asset(name=OPERATION_RATES, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def operation_rates(monitor: dg.ResourceParam[RegistryMonitor]) -> dg.MaterializeResult[None]:
    """How many transactions, uploads and commands of the last 30 days did not fail by a fault of ours, and how fast queries are."""
    await monitor.time_queries()
    counts = await monitor.count_operations(DAYS)
    slowest = next((count.p95_seconds for count in counts if count.kind == "query" and count.p95_seconds is not None), 0.0)
    return dg.MaterializeResult(metadata=rounded(describe_rates(rates_of(counts), slowest)))


@dg.asset(name=QUALITY_HISTORY, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def quality_history(versions: dg.ResourceParam[VersionStore]) -> dg.MaterializeResult[None]:
    """The quality of the last versions that passed their gates, the mean of diversity and coverage, and how far the newest is from the mean
    of those before it.
    """
    passed = [summary.version for summary in await versions.list_versions() if summary.status != "failed"][:LAST_VERSIONS]
    reports = [(number, (await versions.get_version(number)).report) for number in passed]
    scores = [(number, score) for number, report in reports if report and (score := quality_score(report.measures)) is not None]
    before = [score for _, score in scores[1:]]
    drift = scores[0][1] - sum(before) / len(before) if before else 0.0
    lines = [{"version": number, "score": score} for number, score in scores]
    metadata: Metadata = {"versions_judged": len(scores), "quality": scores[0][1] if scores else 0.0, "drift": drift}
    return dg.MaterializeResult(metadata=rounded(metadata | {"history": table(lines, version="string", score="float")}))


@dg.asset(name=REGISTRY_INTEGRITY, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def registry_integrity(
    auditor: dg.ResourceParam[RegistryAuditor], versions: dg.ResourceParam[VersionStore], alerts: dg.ResourceParam[AlertDesk]
) -> dg.MaterializeResult[None]:
    """Everything stored hashed again and compared with the heads kept outside of the database; what does not match is told as an alert."""
    checks = await auditor.verify()
    await alerts.record([corrupted(versions.testset_name, check.subject, check.faults) for check in checks if not check.intact])
    faults = faults_of(checks)
    lines = [{"what": check.subject, "checked": check.checked, "faults": len(check.faults)} for check in checks]
    hashed = sum(check.checked for check in checks)
    metadata: Metadata = {"checked": len(checks), "hashed": hashed, "faults": len(faults), "first_faults": faults[:MAX_OFFENDERS]}
    return dg.MaterializeResult(metadata=rounded(metadata | {"checks": table(lines, what="string", checked="int", faults="int")}))


@dg.asset(name=REGENERATION_PROPOSAL, group_name=MONITORING, owners=OWNERS, kinds={"python"})
@traced_step
async def regeneration_proposal(
    versions: dg.ResourceParam[VersionStore], budget: dg.ResourceParam[BudgetPlanner], alerts: dg.ResourceParam[AlertDesk]
) -> dg.MaterializeResult[None]:
    """What it would take to write again every row of the active version that no person wrote, edited or approved. Spends nothing: a person
    decides, by running with another seed.
    """
    active = await versions.get_active_version()
    if active is None:
        return dg.MaterializeResult(metadata={"rows": 0, "proposal": "No version is active: there is nothing to write again."})
    rows, number = active.summary.row_count - len(vouched_for(active.testset)), active.summary.version
    plan = await budget.plan(rows)
    cost, calls = plan.estimate.cost_usd, plan.estimate.calls
    price = f"about {calls:.0f} model calls, ${cost:.4f} (by {plan.estimate.basis})"
    text = f"Writing {counted(rows, 'row')} of version {number} again: {price}."
    key = f"{versions.testset_name}:proposal:{number}"
    body = f"{text} To do it: golden-assets run on the same documents, with a --seed that was not used yet."
    title = f"version {number} could be written again"
    proposal = Alert(key=key, kind="proposal", severity="info", testset_name=versions.testset_name, title=title, body=body)
    await alerts.record([proposal])
    return dg.MaterializeResult(metadata=rounded({"rows": rows, "expected_calls": calls, "expected_cost_usd": cost, "proposal": text}))
