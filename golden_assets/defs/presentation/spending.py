"""What a run may cost and did, and how our own operations went, as Dagster metadata."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import dagster as dg

from golden_assets.defs.presentation.tables import Metadata, rounded, table
from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.costs.budgets import BudgetShare, passed_alerts
from golden_assets.domain.costs.calls import Budget
from golden_assets.domain.monitoring.service_levels import QUERY_P95_SECONDS, OperationRate, in_words
from golden_assets.domain.ports.spending import BudgetPlanner

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
