"""What model calls cost: the trend over days, what a row costs, and what is left of the limits. Reads the ledger, spends nothing."""

from collections.abc import Sequence
from datetime import UTC, datetime

import dagster as dg

from golden_assets.adapters.reports.cost_plot import cost_plot
from golden_assets.adapters.reports.embedding import image
from golden_assets.defs.names import GENERATION_COSTS, MONITORING, OWNERS
from golden_assets.defs.presentation.tables import Metadata, rounded, table
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.costs.budgets import BudgetShare
from golden_assets.domain.costs.calls import CostLine, Grouping
from golden_assets.domain.costs.cost_trend import TREND_DAYS, CostBooks, CostTrend, calls_of, trend_of
from golden_assets.domain.ports.stores import VersionStore


@dg.asset(name=GENERATION_COSTS, group_name=MONITORING, owners=OWNERS, kinds={"python", "postgres"})
@traced_step
async def generation_costs(books: dg.ResourceParam[CostBooks], versions: dg.ResourceParam[VersionStore]) -> dg.MaterializeResult[None]:
    """What the model calls of all testsets cost today and in the last 7 and 30 days (UTC), by model and stage, and a row of this one."""
    trend = trend_of(await books.costs(TREND_DAYS, "day"), datetime.now(UTC).date())
    limits = await books.budget_shares()
    metadata = describe_trend(trend, limits) | await describe_row(books, versions)
    groupings: tuple[Grouping, ...] = ("model", "stage")
    metadata |= {f"by_{grouping}": _table(grouping, await books.costs(TREND_DAYS, grouping)) for grouping in groupings}
    return dg.MaterializeResult(metadata=rounded(metadata))


def describe_trend(trend: CostTrend, limits: Sequence[BudgetShare]) -> Metadata:
    """The numbers under keys that stay, so that the UI plots them over time, and the picture of the days with the daily limit."""
    daily = next((one.limit_usd for one in limits if one.period == "day"), None)
    return {
        "cost_today_usd": trend.today_usd,
        "cost_7_days_usd": trend.week_usd,
        "cost_30_days_usd": trend.total_usd,
        "calls_30_days": trend.calls,
        "tokens_30_days": trend.tokens,
        **({} if daily is None else {"daily_limit_usd": daily}),
        **{f"limit_share/{one.period}": one.share for one in limits if one.period != "run"},
        "plot": dg.MetadataValue.md(image("Cost of model calls by day", cost_plot(trend, daily))),
    }


async def describe_row(books: CostBooks, versions: VersionStore) -> Metadata:
    """What a row of the newest version cost: the calls that its rows name, over those rows. Nothing when no row names a call."""
    newest = next(iter(await versions.list_versions()), None)
    if newest is None:
        return {}
    rows, call_ids = calls_of((await versions.get_version(newest.version)).testset)
    return {"version": newest.version, "cost_per_row_usd": await books.cost_of(call_ids) / rows, "rows_with_calls": rows} if rows else {}


def _table(grouping: Grouping, lines: Sequence[CostLine]) -> object:
    """The dearest first; the UI gives a table little width, so dollars have four places."""
    shown = [
        {grouping: one.label, "cost_usd": round(one.cost_usd, 4), "calls": one.calls, "tokens": one.tokens, "failed": one.failed}
        for one in sorted(lines, key=lambda one: -one.cost_usd)
    ]
    return table(shown, **{grouping: "string", "cost_usd": "float", "calls": "int", "tokens": "int", "failed": "int"})
