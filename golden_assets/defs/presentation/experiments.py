"""Experiments and A/B tests as Dagster metadata."""

from typing import Any

import dagster as dg

from golden_assets.defs.presentation.tables import TABLE_ROWS, Metadata, shorten, table
from golden_assets.domain.experiments.comparison import ABComparison, MetricComparison
from golden_assets.domain.experiments.experiment import Experiment
from golden_assets.domain.experiments.score_decomposition import STEPS


def describe_experiment(experiment: Experiment) -> Metadata:
    """Every score as a number, counts of what went wrong, failed calls, and where the experiment is."""
    summary = experiment.summary
    failures = [{"row": run.row_id, "error": shorten(run.error or "")} for run in experiment.failures[:TABLE_ROWS]]
    return {
        "url": dg.MetadataValue.url(summary.url),
        "version": summary.version,
        "task": summary.task,
        "experiment_id": summary.experiment_id,
        **{f"score/{name}": score for name, score in summary.scores.items()},
        "calls": summary.run_count,
        "failed_calls": summary.error_count,
        "unscored": summary.unscored_count,
        **({"failures": table(failures, row="string", error="string")} if failures else {}),
    }


def describe_comparison(comparison: ABComparison) -> Metadata:
    """The deciding score as numbers, every score as a table, and what must not be read into them."""
    primary, columns = comparison.primary, {"score": "string", **dict.fromkeys(("a", "b", "difference"), "float"), "interval": "string"}
    columns |= {"p_holm": "float", "finding": "string", **dict.fromkeys(("removed_rows", "common_rows", "added_rows"), "float")}
    return {
        "decision": comparison.decision,
        "reason": comparison.reason,
        "better": comparison.better,
        "promoted": comparison.promoted,
        "a": f"{comparison.a.version} by {comparison.a.task}",
        "b": f"{comparison.b.version} by {comparison.b.task}",
        "score_a": primary.mean_a,
        "score_b": primary.mean_b,
        "difference": primary.difference,
        **({} if primary.low is None or primary.high is None else {"low": primary.low, "high": primary.high}),
        "p_value": primary.p_value,
        "documents": primary.documents,
        "design": primary.design,
        **{f"bridge/{part}": getattr(primary.bridge, part) for part in STEPS if primary.bridge.can_be_read},
        "scores": table(map(_scores, (primary, *comparison.metrics)), **columns),
        "cautions": list(comparison.cautions),
        "phoenix_a": dg.MetadataValue.url(comparison.a.url),
        "phoenix_b": dg.MetadataValue.url(comparison.b.url),
    }


def _scores(one: MetricComparison) -> dict[str, Any]:
    interval = "-" if one.low is None or one.high is None else f"{one.low:+.3f} to {one.high:+.3f}"
    parts = {"removed_rows": one.bridge.removed, "common_rows": one.bridge.common, "added_rows": one.bridge.added}
    scores = {"score": one.metric, "a": one.mean_a, "b": one.mean_b, "difference": one.difference, "interval": interval}
    return {**scores, "p_holm": one.adjusted_p_value, "finding": one.verdict, **parts}
