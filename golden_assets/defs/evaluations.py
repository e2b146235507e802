"""Verdicts as results of asset checks.

A check is a step of its own, except where the state that it judges changes with an asset of another name: whoever reads the documents, or
publishes a version, reports what that means for the active version. So it is known however the run was started, and no run plans a check
that it may not come to.
"""

from collections.abc import Iterable, Iterator

import dagster as dg
from dagster._core.definitions.asset_checks.asset_check_evaluation import AssetCheckEvaluationTargetMaterializationData

from golden_assets.adapters.tracing import span
from golden_assets.defs.handoff import key_beside
from golden_assets.defs.names import ACTIVE_VERSION
from golden_assets.defs.presentation.reports import describe_verdict
from golden_assets.domain.gates import Verdict


def check_results(verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckResult]:
    """The verdicts as check results; a gate that fails is an ERROR. Hints warn, and after activation there are no others."""
    for verdict in verdicts:
        is_hint = verdict.is_hint or verdict.stage == "post-activation"
        yield check_result(verdict, dg.AssetCheckSeverity.WARN if is_hint else dg.AssetCheckSeverity.ERROR)


def check_result(verdict: Verdict, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.WARN) -> dg.AssetCheckResult:
    """One verdict as a check result, of this severity when it did not pass, and as a span."""
    with span(verdict.name, "EVALUATOR", stage=verdict.stage, measured=verdict.measured, threshold=verdict.threshold) as gate:
        gate.set(passed=verdict.passed, offenders=verdict.offender_count)
    return dg.AssetCheckResult(
        check_name=verdict.name,
        passed=verdict.passed,
        severity=severity,
        description=verdict.explanation,
        metadata=describe_verdict(verdict),
    )


def report_on_active(context: dg.AssetExecutionContext, verdicts: Iterable[Verdict]) -> None:
    """Put verdicts on the active version on record as its checks do, from the step of another asset."""
    key = key_beside(context, ACTIVE_VERSION)
    latest = next(iter(context.instance.fetch_materializations(key, limit=1).records), None)
    target = latest and AssetCheckEvaluationTargetMaterializationData(
        storage_id=latest.storage_id, run_id=latest.run_id, timestamp=latest.timestamp
    )
    for result in check_results(verdicts):
        evaluation = dg.AssetCheckEvaluation(
            key,
            str(result.check_name),
            result.passed,
            metadata=result.metadata,
            target_materialization_data=target,
            severity=result.severity,
            description=result.description,
            blocking=False,
        )
        context.log_event(evaluation)
