"""Post-activation: whether Phoenix holds what the registry says. A hint: it warns, and what is wrong is repaired by publishing again.

A Phoenix that cannot be asked fails it, with the cause: nobody knows then what is there.
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_results, check_specs
from golden_assets.defs.names import ACTIVE_VERSION, PHOENIX_DATASET
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.errors import PublishingError, ServerError
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.publication import DatasetState, phoenix_matches_the_registry
from golden_assets.domain.versions import StoredVersion


@dg.multi_asset_check(specs=check_specs(ACTIVE_VERSION, "publication", blocking=False, after=[PHOENIX_DATASET]))
@traced_step
def publication_gates(
    versions: dg.ResourceParam[VersionStore], publisher: dg.ResourceParam[DatasetPublisher], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the active version is in Phoenix, row by row, and is the current one there."""
    active = asyncio.run(versions.get_active_version())
    found = asyncio.run(_found(publisher, active)) if active else None
    yield from check_results([phoenix_matches_the_registry(active, found, thresholds)])


async def _found(publisher: DatasetPublisher, active: StoredVersion) -> DatasetState | PublishingError | ServerError:
    """What Phoenix holds, or why that cannot be said."""
    try:
        return await publisher.inspect(active)
    except (PublishingError, ServerError) as error:
        return error
