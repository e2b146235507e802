"""The gates as asset checks, made from the registry: one function for each subject, one check for each gate.

Gates before generation and before activation block what comes after; those after generation do not, since a testset that fails is stored.
What is found after activation warns. The checks are plain generators that end an event loop before they yield: Dagster does not take an
asynchronous generator with a return annotation for several checks.
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
from golden_assets.domain.gates import monitoring as gates
from golden_assets.domain.gates.evaluate import GATES, gates_on, judge_approval, judge_plan, judge_testset, judge_version
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
        dg.AssetCheckSpec(gate.spec.name, asset=asset, description=gate.spec.description, blocking=blocking, additional_deps=list(after))
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
    """Whether questions can be asked about these documents at all, and whether there is budget for those that this run asks.

    What the run asks for and what that is expected to take was worked out when the documents were read; the limits are looked at now.
    """
    read: dict[str, Any] = upstream_metadata(context, SOURCE_DOCUMENTS, EXPECTED)
    corpus = asyncio.run(artifacts.get_corpus(read[ADDRESS]))
    planned = asyncio.run(budget.beside(Estimate(**read[EXPECTED])))
    request = GenerationRequest(**read[REQUEST])
    yield from check_results(judge_plan(corpus, request, planned, thresholds))


@dg.multi_asset_check(specs=check_specs(GENERATED_TESTSET, "testset", blocking=False))
@traced_step
def testset_gates(
    context: dg.AssetCheckExecutionContext, artifacts: dg.ResourceParam[ArtifactStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the rows are complete, enough, and what they claim to be.

    They do not block: a testset that fails is still measured and stored, as a version of status ``failed``; `version_gates` stops it.
    """
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
    yield from check_results(judge_version(version, active, thresholds))


@dg.multi_asset_check(specs=check_specs(STORED_VERSION, "approval", blocking=False))
@traced_step
def approval_gates(
    context: dg.AssetCheckExecutionContext, versions: dg.ResourceParam[VersionStore], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether what is stored is approved, if approval is required.

    They do not block: a version that only lacks an approval is published all the same, so that people can look at it.
    """
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
    """How many rows of the active version are fresh, moved, stale or orphaned.

    `active_version` reports it whenever a version became active, too, and `source_documents` whenever the documents were read.
    """
    yield from check_results(asyncio.run(judge_freshness(context, artifacts, versions, thresholds)))


@dg.multi_asset_check(specs=check_specs(ACTIVE_VERSION, "publication", blocking=False, after=[PHOENIX_DATASET]))
@traced_step
def publication_gates(
    versions: dg.ResourceParam[VersionStore], publisher: dg.ResourceParam[DatasetPublisher], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the active version is in Phoenix, row by row, and is the current one there.

    A Phoenix that cannot be asked fails it, with the cause. `phoenix_dataset` and `active_version` report it, too.
    """
    yield from check_results(asyncio.run(judge_publication(versions, publisher, thresholds)))


@dg.asset_check(asset=OPERATION_RATES, description=gates.operations_meet_their_targets.spec.description)
@traced_step
def operations_meet_their_targets(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether our own operations are as reliable and as fast as promised."""
    found: dict[str, Any] = upstream_metadata(context, OPERATION_RATES, "targets_missed")
    missed = [kind for kind in found["targets_missed"].split(", ") if kind]
    return check_result(gates.operations_meet_their_targets(missed, found["operations"], thresholds))


@dg.asset_check(asset=QUALITY_HISTORY, description=gates.quality_holds.spec.description)
@traced_step
def quality_holds(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether quality drifts downwards over versions."""
    found: dict[str, Any] = upstream_metadata(context, QUALITY_HISTORY, "drift")
    return check_result(gates.quality_holds(found["drift"], found["versions_judged"], thresholds))


@dg.asset_check(asset=REGISTRY_INTEGRITY, description=gates.registry_is_intact.spec.description)
@traced_step
def registry_is_intact(context: dg.AssetCheckExecutionContext, thresholds: dg.ResourceParam[Thresholds]) -> dg.AssetCheckResult:
    """Whether anything that is stored was altered."""
    found: dict[str, Any] = upstream_metadata(context, REGISTRY_INTEGRITY, "faults")
    verdict = gates.registry_is_intact(found["first_faults"], found["faults"], found["hashed"], thresholds)
    return check_result(verdict, dg.AssetCheckSeverity.ERROR)


CHECKS = [
    corpus_gates,
    testset_gates,
    report_gates,
    version_gates,
    approval_gates,
    active_gates,
    publication_gates,
    operations_meet_their_targets,
    quality_holds,
    registry_is_intact,
]
