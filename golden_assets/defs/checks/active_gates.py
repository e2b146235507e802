"""Post-activation: whether the version in use still fits the documents. A hint, for a version does not get worse by itself: it warns.

Its verdict is reported whenever the documents were read, and whenever a version became active (`active_checks`).
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.active_checks import freshness
from golden_assets.defs.checks._factory import check_results, check_specs
from golden_assets.defs.names import ACTIVE_VERSION, SOURCE_DOCUMENTS
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.gates import Thresholds
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
    yield from check_results(asyncio.run(freshness(context, artifacts, versions, thresholds)))
