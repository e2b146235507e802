"""Verdicts as results of asset checks.

A check is a step of its own, but those of the active version are reported by the steps that change their answer, too: documents were read,
a version was published, or became active. So it is known however the run was started, and no run plans a check that it may not come to.
"""

from collections.abc import Iterable, Iterator

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

from golden_assets.adapters.tracing import span
from golden_assets.defs.names import ACTIVE_VERSION
from golden_assets.defs.presentation.reports import describe_verdict
from golden_assets.defs.upstream import AnyContext, key_beside
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.evaluate import GATES


def check_results(verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckResult]:
    """The verdicts as check results; a gate that fails is an ERROR.

    Hints warn, and so do a gate that could not judge, an approval that is waited for and what is found after activation.
    """
    for verdict in verdicts:
        warns = verdict.is_hint or not verdict.is_judged or verdict.stage == "post-activation" or GATES[verdict.name].subject == "approval"
        yield check_result(verdict, dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR)


def check_result(verdict: Verdict, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.WARN) -> dg.AssetCheckResult:
    """One verdict as a check result, of this severity when it did not pass, and as a span."""
    with span(verdict.name, "EVALUATOR", stage=verdict.stage, measured=verdict.measured, threshold=verdict.threshold) as gate:
        gate.set(passed=verdict.passed, outcome=verdict.outcome, offenders=verdict.offender_count)
    return dg.AssetCheckResult(
        check_name=verdict.name,
        passed=verdict.passed and verdict.is_judged,
        severity=severity,
        description=verdict.explanation,
        metadata=describe_verdict(verdict),
    )


def report_on_active(context: dg.AssetExecutionContext, verdicts: Iterable[Verdict]) -> None:
    """Put verdicts on the active version on record, from a step other than its checks."""
    for evaluation in evaluations_of_active(context, verdicts):
        context.log_event(evaluation)


def evaluations_of_active(context: AnyContext, verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckEvaluation]:
    """Verdicts on the active version as events; one that had nothing to judge is left out."""
    key = key_beside(context, ACTIVE_VERSION)
    latest = next(iter(context.instance.fetch_materializations(key, limit=1).records), None)
    target = latest and AssetCheckEvaluationTargetMaterializationData(
        storage_id=latest.storage_id, run_id=latest.run_id, timestamp=latest.timestamp
    )
    for result in check_results(verdict for verdict in verdicts if verdict.n):
        yield dg.AssetCheckEvaluation(
            key,
            str(result.check_name),
            result.passed,
            metadata=result.metadata,
            target_materialization_data=target,
            severity=result.severity,
            description=result.description,
            blocking=False,
        )
