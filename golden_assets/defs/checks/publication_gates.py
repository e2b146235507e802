"""Post-activation: whether Phoenix holds what the registry says. A hint: it warns, and what is wrong is repaired by publishing again.

A Phoenix that cannot be asked fails it, with the cause: nobody knows then what is there. `phoenix_dataset` and `active_version` report it.
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.names import ACTIVE_VERSION, PHOENIX_DATASET
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.services.publish import judge_publication


@dg.multi_asset_check(specs=check_specs(ACTIVE_VERSION, "publication", blocking=False, after=[PHOENIX_DATASET]))
@traced_step
def publication_gates(
    versions: dg.ResourceParam[VersionStore], publisher: dg.ResourceParam[DatasetPublisher], thresholds: dg.ResourceParam[Thresholds]
) -> Iterator[dg.AssetCheckResult]:
    """Whether the active version is in Phoenix, row by row, and is the current one there."""
    yield from check_results([asyncio.run(judge_publication(versions, publisher, thresholds))])
