"""How our own operations went, as Dagster metadata."""

from collections.abc import Sequence

from golden_assets.defs.presentation.tables import Metadata, table
from golden_assets.domain.monitoring.service_levels import QUERY_P95_SECONDS, OperationRate, in_words


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
