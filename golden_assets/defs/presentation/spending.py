"""What a run may cost and did, and how our own operations went, as Dagster metadata."""

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager

import dagster as dg

from golden_assets.adapters.reports.cost_plot import cost_plot
from golden_assets.adapters.reports.embedding import image
from golden_assets.defs.presentation.tables import Metadata, rounded, table
from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import BudgetShare, passed_alerts
from golden_assets.domain.costs.calls import Budget, CostLine, Grouping
from golden_assets.domain.costs.cost_trend import CostTrend
from golden_assets.domain.monitoring.service_levels import QUERY_P95_SECONDS, OperationRate, in_words
from golden_assets.domain.ports.spending import BudgetPlanner

GROUPINGS: tuple[Grouping, ...] = ("model", "stage")
ESTIMATE = "estimate"
"""Metadata key: the estimate, the cost limits and a pause, in words, a line each."""


def describe_budget(budget: Budget) -> Metadata:
    """The estimate as numbers and in words, and each limit beside it."""
    expected = budget.estimate.model_dump(exclude={"basis"})
    lines = [budget.estimate.sentence, *(one.sentence for one in budget.limits)]
    lines += [f"the budget is {budget.pause.sentence}"] if budget.pause else []
    left = {} if budget.remaining is None else {"budget_left_usd": budget.remaining[0]}
    words = "\n".join(lines if budget.limits else [*lines, "no cost limit is set"])
    return rounded({ESTIMATE: words, **{f"expected_{name}": number for name, number in expected.items()}, **left})


@asynccontextmanager
async def watched_limits(context: dg.AssetExecutionContext, budget: BudgetPlanner) -> AsyncIterator[Metadata]:
    """Metadata that tells, once the block has ended, what it did to the limits.

    A block that a limit or a pause ends leaves no materialization to carry it: then it goes into an observation of the asset.
    """
    before, found = await budget.limits(), Metadata()
    try:
        yield found
    except BudgetExceededError as error:
        found |= {"stopped_by": error.problem, "remedy": error.remedy} | describe_limits(before, await budget.limits())
        context.log_event(dg.AssetObservation(context.asset_key, description="Generation was stopped by the budget.", metadata=found))
        raise
    found |= describe_limits(before, await budget.limits())


def describe_limits(before: Sequence[BudgetShare], after: Sequence[BudgetShare]) -> Metadata:
    """The share spent of each limit as a number, and the shares worth a warning that were passed meanwhile; nothing without limits."""
    passed = [
        {"limit": one.period, "limit_usd": one.limit_usd, "share_passed": share, "spent_usd": one.spent_usd}
        for one, share in passed_alerts(before, after)
    ]
    columns = {"limit": "string", "limit_usd": "float", "share_passed": "float", "spent_usd": "float"}
    return {
        **{f"limit_share/{one.period}": one.share for one in after},
        **({"cost_alerts": len(passed)} if after else {}),
        **({"cost_alert_table": table(passed, **columns)} if passed else {}),
    }


def describe_rates(rates: Sequence[OperationRate], query_p95_seconds: float) -> Metadata:
    """Each rate beside its number and its target, those that are missed, and the 95th percentile of queries in seconds."""
    missed = [rate.kind for rate in rates if rate.met is False] + ([] if query_p95_seconds < QUERY_P95_SECONDS else ["query"])
    lines = [{"kind": rate.kind, "n": rate.total, "result": in_words(rate)} for rate in rates]
    return {
        **{f"{rate.kind}_rate": rate.rate for rate in rates if rate.rate is not None},
        **{f"{rate.kind}_n": rate.total for rate in rates},
        "query_p95_seconds": query_p95_seconds,
        "query_p95_target": QUERY_P95_SECONDS,
        "operations": sum(rate.total for rate in rates),
        "targets_missed": ", ".join(missed),
        "rates": table(lines, kind="string", n="int", result="string"),
    }


def describe_costs(
    trend: CostTrend,
    limits: Sequence[BudgetShare],
    lines: Mapping[Grouping, Sequence[CostLine]],
    row: tuple[str, float, int] | None,
) -> Metadata:
    """The trend and its picture, a table for each grouping, and what a row of the newest version cost."""
    of_row = dict(zip(("version", "cost_per_row_usd", "rows_with_calls"), row or (), strict=False))
    tables = {f"by_{grouping}": _table(grouping, found) for grouping, found in lines.items()}
    return rounded(describe_trend(trend, limits) | of_row | tables)


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


def _table(grouping: Grouping, lines: Sequence[CostLine]) -> object:
    """The dearest first; the UI gives a table little width, so dollars have four places."""
    shown = [
        {grouping: one.label, "cost_usd": round(one.cost_usd, 4), "calls": one.calls, "tokens": one.tokens, "failed": one.failed}
        for one in sorted(lines, key=lambda one: -one.cost_usd)
    ]
    return table(shown, **{grouping: "string", "cost_usd": "float", "calls": "int", "tokens": "int", "failed": "int"})
