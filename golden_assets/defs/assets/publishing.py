"""Publishing: the version as a dataset in Arize Phoenix, where people evaluate with it."""

from collections.abc import AsyncIterator

import dagster as dg

from golden_assets.defs.evaluations import report_on_active
from golden_assets.defs.names import OWNERS, PHOENIX_DATASET, PUBLISHING, STORED_VERSION
from golden_assets.defs.policies import FOLLOWS_CONTENT
from golden_assets.defs.presentation.versions import describe_publication
from golden_assets.defs.progress import log_batches
from golden_assets.defs.tracing import traced_step
from golden_assets.defs.upstream import upstream_address
from golden_assets.domain.core.errors import NoPhoenixError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.services.publish import judge_publication, not_retired, publish


@dg.asset(
    name=PHOENIX_DATASET,
    group_name=PUBLISHING,
    owners=OWNERS,
    kinds={"python", "phoenix"},
    deps=[STORED_VERSION],
    automation_condition=FOLLOWS_CONTENT,
    output_required=False,
)
@traced_step
async def phoenix_dataset(
    context: dg.AssetExecutionContext,
    versions: dg.ResourceParam[VersionStore],
    publisher: dg.ResourceParam[DatasetPublisher],
    thresholds: dg.ResourceParam[Thresholds],
) -> AsyncIterator[dg.MaterializeResult[None]]:
    """The stored version in Phoenix, read back and compared row by row. A version that failed its gates is refused.

    Until it is promoted it is in the candidate dataset, beside the one that holds the active version. When it was retired by a rollback,
    the active one is published in its place. Nothing is materialized where the settings want no Phoenix.
    """
    number = await not_retired(versions, upstream_address(context, STORED_VERSION))
    try:
        published, *_ = await publish(versions, publisher, number, log_batches(context.log), context.log.warning)
    except NoPhoenixError as error:
        context.log.info(f"nothing is published: {error}")
        return
    report_on_active(context, await judge_publication(versions, publisher, thresholds))
    yield dg.MaterializeResult(metadata=describe_publication(published), data_version=dg.DataVersion(published.testset_hash))
