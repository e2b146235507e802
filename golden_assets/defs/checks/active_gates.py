"""Post-activation: whether the version in use still fits the documents. A hint, for a version does not get worse by itself: it warns.

`active_version` reports it whenever a version became active, and `source_documents` whenever the documents were read.
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.assets.versions import judge_freshness
from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.names import ACTIVE_VERSION, SOURCE_DOCUMENTS
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore


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
