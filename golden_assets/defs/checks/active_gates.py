"""Post-activation: whether the version in use still fits the documents. A hint, for a version does not get worse by itself: it warns.

It is evaluated whenever a version became active, and reported by `source_documents` whenever the documents were read.
"""

import asyncio
from collections.abc import Iterator

import dagster as dg

from golden_assets.defs.checks._factory import check_specs
from golden_assets.defs.evaluations import check_results
from golden_assets.defs.handoff import key_beside
from golden_assets.defs.names import ACTIVE_VERSION, ADDRESS, SOURCE_DOCUMENTS
from golden_assets.defs.readings import last_reading
from golden_assets.defs.tracing import traced_step
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.judging import judge_active
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.versions import archived_on


@dg.multi_asset_check(specs=check_specs(ACTIVE_VERSION, "active", blocking=False, after=[SOURCE_DOCUMENTS]))
@traced_step
def active_gates(
    context: dg.AssetCheckExecutionContext,
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    thresholds: dg.ResourceParam[Thresholds],
) -> Iterator[dg.AssetCheckResult]:
    """How many rows of the active version are fresh, moved, stale or orphaned."""
    read = last_reading(context.instance, key_beside(context, SOURCE_DOCUMENTS), versions.testset_name)
    corpus = asyncio.run(artifacts.get_corpus(str(read[ADDRESS]))) if read else None
    active = asyncio.run(versions.get_active_version())
    archived = archived_on(asyncio.run(versions.list_versions()), corpus.corpus_hash) if corpus else None
    yield from check_results(judge_active(active.testset.rows if active else (), corpus, thresholds, archived))
