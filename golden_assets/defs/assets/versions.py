"""Versions: the testset under an immutable number, and the one version that is active."""

import dagster as dg

from golden_assets.defs.assets.testsets import asked_config
from golden_assets.defs.handoff import upstream_address
from golden_assets.defs.names import ACTIVE_VERSION, OWNERS, PHOENIX_DATASET, QUALITY_REPORT, STORED_VERSION, VERSIONS
from golden_assets.defs.policies import ACTIVE_VERSION_FRESHNESS, FOLLOWS_CONTENT
from golden_assets.defs.presentation.reports import describe_power
from golden_assets.defs.presentation.versions import describe_currency, describe_version
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.errors import GateError
from golden_assets.domain.gates import Thresholds, Verdict
from golden_assets.domain.judging import judge_regression
from golden_assets.domain.monitoring import RegistryAuditor
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.manager.publication import make_current

CREATED_BY = "dagster"


class PromotionConfig(dg.Config):
    """The version to activate. Empty: the version that was published last."""

    version: str | None = None


@dg.asset(
    name=STORED_VERSION,
    group_name=VERSIONS,
    owners=OWNERS,
    kinds={"python", "postgres"},
    deps=[QUALITY_REPORT],
    automation_condition=FOLLOWS_CONTENT,
)
@traced_step
async def stored_version(
    context: dg.AssetExecutionContext, artifacts: dg.ResourceParam[ArtifactStore], versions: dg.ResourceParam[VersionStore]
) -> dg.MaterializeResult[None]:
    """The testset with its verdicts under the next semantic version, `validated` or `failed`; content stored before keeps its number.

    Rows that merely moved in their documents are the same content: where they stand now is noted beside it.
    """
    report = await artifacts.get_report(upstream_address(context, QUALITY_REPORT))
    testset = await artifacts.get_testset(report.draft_hash)
    author = await _author(context, versions)
    version, created = await versions.create_version(testset, report, created_by=author, run_id=context.run.run_id)
    moved = not created and await versions.record_provenance(version.version, testset, performed_by=author, run_id=context.run.run_id)
    previous = await _base(context, versions, version.version)
    diff = await versions.diff_versions(previous, version.version) if previous else None
    told = {"created": created, "provenance_updated": moved, "compared_with": previous or "none"}
    metadata = describe_version(version, diff) | describe_power(report.certificate) | told
    return dg.MaterializeResult(
        metadata=metadata, data_version=dg.DataVersion(f"{version.version}:{version.testset_hash}:{version.status}")
    )


@dg.asset(
    name=ACTIVE_VERSION,
    group_name=VERSIONS,
    owners=OWNERS,
    kinds={"python", "postgres"},
    deps=[PHOENIX_DATASET],
    freshness_policy=ACTIVE_VERSION_FRESHNESS,
)
@traced_step
async def active_version(
    context: dg.AssetExecutionContext,
    config: PromotionConfig,
    versions: dg.ResourceParam[VersionStore],
    thresholds: dg.ResourceParam[Thresholds],
    publisher: dg.ResourceParam[DatasetPublisher],
    auditor: dg.ResourceParam[RegistryAuditor],
) -> dg.MaterializeResult[None]:
    """The version that evaluations use. Its gates are verified once more here; the version before it is archived, not lost.

    It becomes the current one in Phoenix too; if that is down it is active all the same, and `phoenix_matches_the_registry` fails.
    """
    number = config.version or upstream_address(context, PHOENIX_DATASET)
    before = await versions.get_active_version()
    if before and before.summary.version == number:
        version, diff = before.summary, None
    else:
        _require_no_loss(*judge_regression(await versions.get_version(number), before, thresholds))
        version = await versions.promote_version(number, promoted_by=CREATED_BY, run_id=context.run.run_id)
        diff = await versions.diff_versions(before.summary.version, number) if before else None
    shown = await make_current(versions, publisher, number)
    for problem in await auditor.keep_head():
        context.log.warning(problem)
    metadata = describe_version(version, diff) | {"previous": before.summary.version if before else "none", **describe_currency(shown)}
    return dg.MaterializeResult(metadata=metadata, data_version=dg.DataVersion(version.testset_hash))


def _require_no_loss(verdict: Verdict) -> None:
    """Raise `GateError` unless the gate passed: the check that blocks guards only the run that it is in."""
    if not verdict.passed:
        raise GateError(f"{verdict.name} failed ({'; '.join(verdict.offenders)})", verdict.remedy.removesuffix("."))


async def _base(context: dg.AssetExecutionContext, versions: VersionStore, version: str) -> str | None:
    """The version that ``version`` went on from: the reviewed one, or the active one; the one stored before where it is itself active."""
    active = await versions.get_active_version()
    base = asked_config(context).review_of or (active.summary.version if active else None)
    return base if base not in (None, version) else await _previous(versions, version)


async def _previous(versions: VersionStore, version: str) -> str | None:
    """The version created just before ``version``, or None for the first."""
    numbers = [summary.version for summary in await versions.list_versions()]
    later = numbers[numbers.index(version) + 1 :]
    return later[0] if later else None


async def _author(context: dg.AssetExecutionContext, versions: VersionStore) -> str:
    """Who made the rows as they are: the reviewers, when this run turns their decisions into a version."""
    review_of = asked_config(context).review_of
    if review_of is None:
        return CREATED_BY
    reviewers = sorted({decision.reviewer for decision in await versions.decisions(review_of)})
    return f"{', '.join(reviewers)} (review of {review_of})"
