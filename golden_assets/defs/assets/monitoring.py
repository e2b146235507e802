"""Monitoring: how our own operations went, how quality went over versions, whether what is stored is intact, what new rows would cost."""

import dagster as dg

from golden_assets.defs.names import MONITORING, OPERATION_RATES, OWNERS, QUALITY_HISTORY, REGENERATION_PROPOSAL, REGISTRY_INTEGRITY
from golden_assets.defs.presentation.spending import describe_rates
from golden_assets.defs.presentation.tables import Metadata, rounded, table
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.core.verdicts import MAX_OFFENDERS
from golden_assets.domain.monitoring.alerts import AlertDesk
from golden_assets.domain.monitoring.service_levels import RegistryAuditor, RegistryMonitor, faults_of
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.services import monitor as monitor_service


@dg.asset(name=OPERATION_RATES, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def operation_rates(monitor: dg.ResourceParam[RegistryMonitor]) -> dg.MaterializeResult[None]:
    """How many transactions, uploads and commands of the last 30 days did not fail by a fault of ours, and how fast queries are."""
    rates, slowest = await monitor_service.operation_rates(monitor)
    return dg.MaterializeResult(metadata=rounded(describe_rates(rates, slowest)))


@dg.asset(name=QUALITY_HISTORY, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def quality_history(versions: dg.ResourceParam[VersionStore]) -> dg.MaterializeResult[None]:
    """The quality of the last versions that passed their gates, the mean of diversity and coverage, and how far the newest is from the mean
    of those before it.
    """
    scores, drift = await monitor_service.quality_history(versions)
    lines = [{"version": number, "score": score} for number, score in scores]
    metadata: Metadata = {"versions_judged": len(scores), "quality": scores[0][1] if scores else 0.0, "drift": drift}
    return dg.MaterializeResult(metadata=rounded(metadata | {"history": table(lines, version="string", score="float")}))


@dg.asset(name=REGISTRY_INTEGRITY, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def registry_integrity(
    auditor: dg.ResourceParam[RegistryAuditor], versions: dg.ResourceParam[VersionStore], alerts: dg.ResourceParam[AlertDesk]
) -> dg.MaterializeResult[None]:
    """Everything stored hashed again and compared with the heads kept outside of the database; what does not match is told as an alert."""
    checks = await monitor_service.check_integrity(auditor, alerts, versions.testset_name)
    faults, hashed = faults_of(checks), sum(check.checked for check in checks)
    lines = [{"what": check.subject, "checked": check.checked, "faults": len(check.faults)} for check in checks]
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
    found = await monitor_service.propose_regeneration(versions, budget, alerts)
    if found is None:
        return dg.MaterializeResult(metadata={"rows": 0, "proposal": "No version is active: there is nothing to write again."})
    numbers = {"rows": found.rows, "expected_calls": found.calls, "expected_cost_usd": found.cost_usd}
    return dg.MaterializeResult(metadata=rounded(numbers | {"proposal": found.sentence}))
