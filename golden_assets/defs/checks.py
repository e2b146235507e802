"""The gates as asset checks: one check per gate of the registry, with the same metadata keys everywhere.

Before generation they block: nothing is spent on documents that cannot yield a testset. After generation they do not: a testset that fails
is still measured and stored, as a version of status ``failed``, and `version_gates` stops it there. After activation they are hints, for a
version does not get worse by itself, and what is wrong in Phoenix is repaired by publishing again; a damaged registry alone is an ERROR.

The checks are plain generators that end an event loop before they yield: Dagster does not take an asynchronous generator with a return
annotation for several checks.
"""

import asyncio
from collections.abc import Iterator, Sequence
from typing import Any

import dagster as dg

from golden_assets.defs.assets.versions import judge_freshness
from golden_assets.defs.evaluations import check_result, check_results
from golden_assets.defs.names import (
    ACTIVE_VERSION,
    ADDRESS,
    EXPECTED,
    GENERATED_TESTSET,
    OPERATION_RATES,
    PHOENIX_DATASET,
    QUALITY_HISTORY,
    QUALITY_REPORT,
    REGISTRY_INTEGRITY,
    REQUEST,
    SOURCE_DOCUMENTS,
    STORED_VERSION,
)
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address, upstream_metadata
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Subject
from golden_assets.domain.costs.calls import Estimate
from golden_assets.domain.gates import monitoring
from golden_assets.domain.gates.evaluate import (
    GATES,
    gates_on,
    judge_approval,
    judge_budget,
    judge_documents,
    judge_regression,
    judge_request,
    judge_testset,
    judge_version,
)
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.testsets.testset import GenerationRequest
from golden_assets.services.publish import judge_publication


def check_specs(asset: str, subject: Subject, *, blocking: bool, after: Sequence[str] = ()) -> list[dg.AssetCheckSpec]:
    """One spec per gate on ``subject``; a blocking one keeps everything downstream of ``asset`` from running when it fails.

    ``after`` names further assets whose materialization in the same run is waited for.
    """
    return [
        dg.AssetCheckSpec(gate.name, asset=asset, description=gate.description, blocking=blocking, additional_deps=list(after))
        for gate in gates_on(subject)
    ]


@dg.multi_asset_check(specs=check_specs(SOURCE_DOCUMENTS, "documents", blocking=True))
@traced_step
def corpus_gates(
    context: dg.AssetCheckExecutionContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    thresholds: dg.ResourceParam[Thresholds],
    budget: dg.ResourceParam[BudgetPlanner],
) -> Iterator[dg.AssetCheckResult]:
    """Whether questions can be asked about these documents at all, and whether there is budget for those that this run asks."""
    read: dict[str, Any] = upstream_metadata(context, SOURCE_DOCUMENTS, EXPECTED)
    corpus = asyncio.run(artifacts.get_corpus(read[ADDRESS]))
    planned = asyncio.run(budget.beside(Estimate(**read[EXPECTED])))
    request = GenerationRequest(**read[REQUEST])
    yield from check_results(
        (*judge_documents(corpus, thresholds), *judge_request(request, thresholds), *judge_budget(planned, thresholds))
    )


@dg.multi_asset_check(specs=check_specs(GENERATED_TESTSET, "testset", blocking=False))
@traced_step
def testset_gates(
    context: dg.AssetCheckExecutionContext, artifacts: dg.ResourceParam[ArtifactStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the rows are complete, enough, and what they claim to be."""
    testset = asyncio.run(artifacts.get_testset(upstream_address(context, GENERATED_TESTSET)))
    yield from check_results(judge_testset(testset, thresholds))


@dg.multi_asset_check(specs=check_specs(QUALITY_REPORT, "report", blocking=False))
@traced_step
def report_gates(context: dg.AssetCheckExecutionContext, artifacts: dg.ResourceParam[ArtifactStore]) -> Iterator[dg.AssetCheckResult]:
    """Whether questions are unique, diverse, of the asked types, and drawn from all documents."""
    report = asyncio.run(artifacts.get_report(upstream_address(context, QUALITY_REPORT)))
    verdicts = [verdict for verdict in report.verdicts if GATES[verdict.name].subject == "report"]
    yield from check_results(verdicts)


@dg.multi_asset_check(specs=check_specs(STORED_VERSION, "version", blocking=True))
@traced_step
def version_gates(
    context: dg.AssetCheckExecutionContext, versions: dg.ResourceParam[VersionStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether every gate passed for exactly what is stored, and nothing is worse than in the active version."""
    version = asyncio.run(versions.get_version(upstream_address(context, STORED_VERSION)))
    active = asyncio.run(versions.get_active_version())
    verdicts = judge_version(version.summary.status, version.report, version.testset.testset_hash)
    yield from check_results((*verdicts, *judge_regression(version, active, thresholds)))


@dg.multi_asset_check(specs=check_specs(STORED_VERSION, "approval", blocking=False))
@traced_step
def approval_gates(
    context: dg.AssetCheckExecutionContext, versions: dg.ResourceParam[VersionStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether somebody approved what is stored, if anybody has to."""
    number = upstream_address(context, STORED_VERSION)
    approved = number in asyncio.run(versions.approved_versions())
    yield from check_results(judge_approval(number, thresholds, required=versions.require_approval, approved=approved))


@dg.multi_asset_check(specs=check_specs(ACTIVE_VERSION, "active", blocking=False, after=[SOURCE_DOCUMENTS]))
@traced_step
def active_gates(
    context: dg.AssetCheckExecutionContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    thresholds: dg.ResourceParam[Thresholds],
) -> Iterator[dg.AssetCheckResult]:
    """How many rows of the active version are fresh, moved, stale or orphaned."""
    yield from check_results(asyncio.run(judge_freshness(context, artifacts, versions, thresholds)))


@dg.multi_asset_check(specs=check_specs(ACTIVE_VERSION, "publication", blocking=False, after=[PHOENIX_DATASET]))
@traced_step
def publication_gates(
    versions: dg.ResourceParam[VersionStore], publisher: dg.ResourceParam[DatasetPublisher], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the active version is in Phoenix, row by row, and is the current one there."""
    yield from check_results([asyncio.run(judge_publication(versions, publisher, thresholds))])


@dg.asset_check(asset=OPERATION_RATES, description=monitoring.operations_meet_their_targets.spec.description)
@traced_step
def operations_meet_their_targets(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether our own operations are as reliable and as fast as promised."""
    found: dict[str, Any] = upstream_metadata(context, OPERATION_RATES, "targets_missed")
    missed = [kind for kind in found["targets_missed"].split(", ") if kind]
    return check_result(monitoring.operations_meet_their_targets(missed, found["operations"], thresholds))


@dg.asset_check(asset=QUALITY_HISTORY, description=monitoring.quality_holds.spec.description)
@traced_step
def quality_holds(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether quality drifts downwards over versions."""
    found: dict[str, Any] = upstream_metadata(context, QUALITY_HISTORY, "drift")
    return check_result(monitoring.quality_holds(found["drift"], found["versions_judged"], thresholds))


@dg.asset_check(asset=REGISTRY_INTEGRITY, description=monitoring.registry_is_intact.spec.description)
@traced_step
def registry_is_intact(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether anything that is stored was altered."""
    found: dict[str, Any] = upstream_metadata(context, REGISTRY_INTEGRITY, "faults")
    verdict = monitoring.registry_is_intact(found["first_faults"], found["faults"], found["hashed"], thresholds)
    return check_result(verdict, dg.AssetCheckSeverity.ERROR)


MONITORING_CHECKS = [operations_meet_their_targets, quality_holds, registry_is_intact]
