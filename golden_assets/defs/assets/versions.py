"""Versions: the testset under an immutable number, and the one version that is active."""

import asyncio
from collections.abc import Iterator
from typing import Any

import dagster as dg

from golden_assets.defs.assets.testsets import asked_config
from golden_assets.defs.evaluations import report_on_active
from golden_assets.defs.names import (
    ACTIVE_VERSION,
    ADDRESS,
    OWNERS,
    PHOENIX_DATASET,
    QUALITY_REPORT,
    SOURCE_DOCUMENTS,
    STORED_VERSION,
    VERSIONS,
)
from golden_assets.defs.policies import ACTIVE_VERSION_FRESHNESS, FOLLOWS_CONTENT
from golden_assets.defs.presentation.reports import describe_power
from golden_assets.defs.presentation.tables import Metadata
from golden_assets.defs.presentation.versions import describe_currency, describe_version
from golden_assets.defs.readings import last_reading, location_of, reading_of
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import AnyContext, key_beside, upstream_address
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.monitoring.service_levels import RegistryAuditor
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.versions.versions import DOCUMENTS_LOCATION
from golden_assets.services.evaluate import judge_rows_in_use
from golden_assets.services.promote import Activation, Promoter
from golden_assets.services.publish import judge_publication

CREATED_BY = "dagster"
_NOTHING: Any = dg.Nothing
"""What a generator yields besides materializations; its annotation cannot say that to Dagster."""


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
    location = location_of(reading_of(context.instance, key_beside(context, SOURCE_DOCUMENTS), testset.corpus_hash))
    version, created = await versions.create_version(
        testset, report, created_by=author, run_id=context.run.run_id, metadata={DOCUMENTS_LOCATION: location} if location else {}
    )
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
    dagster_type=_NOTHING,
    output_required=False,
)
@traced_step
def active_version(
    context: dg.AssetExecutionContext,
    config: PromotionConfig,
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    thresholds: dg.ResourceParam[Thresholds],
    publisher: dg.ResourceParam[DatasetPublisher],
    auditor: dg.ResourceParam[RegistryAuditor],
) -> Iterator[dg.MaterializeResult[None]]:
    """The version that evaluations use. Its gates are verified once more here; the version before it is archived, not lost.

    The testset's dataset in Phoenix holds it then; if Phoenix is down it is active all the same, and `phoenix_matches_the_registry` fails.
    Nothing is materialized while the version waits for approval.
    """
    number = config.version or upstream_address(context, PHOENIX_DATASET)
    promoter = Promoter(versions, publisher, auditor.keep_head, thresholds, context.log.warning)
    if waits := asyncio.run(promoter.waits(number)):
        context.log.warning(waits)
        return
    activation = asyncio.run(promoter.ensure_active(number, by=CREATED_BY, run_id=context.run.run_id))
    yield dg.MaterializeResult(metadata=describe_activation(activation), data_version=dg.DataVersion(activation.version.testset_hash))
    fresh = asyncio.run(judge_freshness(context, artifacts, versions, thresholds))
    report_on_active(context, [*fresh, *asyncio.run(judge_publication(versions, publisher, thresholds))])


async def judge_freshness(
    context: AnyContext, artifacts: ArtifactStore, versions: VersionStore, thresholds: Thresholds
) -> tuple[Verdict, ...]:
    """Whether the rows of the active version hold on the documents that were read last."""
    read = last_reading(context.instance, key_beside(context, SOURCE_DOCUMENTS), versions.testset_name)
    corpus = await artifacts.get_corpus(str(read[ADDRESS])) if read else None
    return await judge_rows_in_use(versions, corpus, thresholds)


def describe_activation(activation: Activation) -> Metadata:
    """The active version, what changed by it, the one before it, and where it is in Phoenix."""
    previous = activation.before.version if activation.before else "none"
    shown = describe_currency(activation.shown) if activation.shown else {}
    return describe_version(activation.version, activation.diff) | {"previous": previous} | shown


async def _base(context: dg.AssetExecutionContext, versions: VersionStore, version: str) -> str | None:
    """The version that ``version`` started from: the reviewed one, or the active one; the one stored before where it is itself active."""
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
