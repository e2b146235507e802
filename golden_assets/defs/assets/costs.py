"""What model calls cost: the trend over days, what a row costs, and what is left of the limits. Reads the ledger, spends nothing."""

from datetime import UTC, datetime

import dagster as dg

from golden_assets.defs.names import GENERATION_COSTS, MONITORING, OWNERS
from golden_assets.defs.presentation.spending import GROUPINGS, describe_costs
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.costs.cost_trend import TREND_DAYS, CostBooks, trend_of
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.services.monitor import cost_of_a_row


@dg.asset(name=GENERATION_COSTS, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def generation_costs(books: dg.ResourceParam[CostBooks], versions: dg.ResourceParam[VersionStore]) -> dg.MaterializeResult[None]:
    """What the model calls of all testsets cost today and in the last 7 and 30 days (UTC), by model and stage, and a row of this one."""
    trend = trend_of(await books.costs(TREND_DAYS, "day"), datetime.now(UTC).date())
    limits = await books.budget_shares()
    lines = {grouping: await books.costs(TREND_DAYS, grouping) for grouping in GROUPINGS}
    return dg.MaterializeResult(metadata=describe_costs(trend, limits, lines, await cost_of_a_row(books, versions)))
