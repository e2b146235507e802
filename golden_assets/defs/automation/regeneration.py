"""The document sensor: asks for regeneration when the content of the watched documents changed.

A change is seen cheaply (sizes and times); only then are the documents read and hashed. The cursor keeps both, so that a failed run is
asked for again, a bounded number of times, without reading anything twice.
"""

import dagster as dg

from golden_assets.defs.automation.attempts import MAX_ATTEMPTS, history_by_tag
from golden_assets.defs.handoff import latest_metadata
from golden_assets.defs.names import ACTIVE_VERSION, ATTEMPT_TAG, CORPUS_TAG, LOCATION, SOURCE_DOCUMENTS
from golden_assets.domain.ports import DocumentLibrary, DocumentSource

build_testset_job = dg.define_asset_job(
    "build_testset_job",
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(ACTIVE_VERSION),
    description="Read the documents, generate, judge, store and publish a testset; the promotion sensor activates it.",
)


@dg.sensor(job=build_testset_job, minimum_interval_seconds=30)
def document_change_sensor(context: dg.SensorEvaluationContext, documents: dg.ResourceParam[DocumentLibrary]) -> dg.SensorResult:
    """Watches the documents that were read last; requests a new testset when their content differs from the materialized one."""
    known = latest_metadata(context.instance, SOURCE_DOCUMENTS)
    if not known:
        return dg.SensorResult(skip_reason="source_documents was never materialized: run build_testset_job once, then it is watched.")
    location = str(known[LOCATION]) or None
    cursor = look(documents.open(location), context.cursor)
    corpus_hash = cursor.rpartition(" ")[2]
    if corpus_hash == known["corpus_hash"]:
        return dg.SensorResult(skip_reason=f"The content of {known['source']} is what the testset was made from.", cursor=cursor)
    return _request(context.instance, location, corpus_hash, cursor)


def look(source: DocumentSource, cursor: str | None) -> str:
    """``<fingerprint> <corpus hash>`` of the source now; reads the documents only when the fingerprint moved."""
    fingerprint = source.fingerprint()
    if cursor and cursor.startswith(f"{fingerprint} "):
        return cursor
    return f"{fingerprint} {source.read().corpus_hash}"


def _request(instance: dg.DagsterInstance, location: str | None, corpus_hash: str, cursor: str) -> dg.SensorResult:
    """One run for this corpus, unless one is under way or it failed too often."""
    history = history_by_tag(instance, build_testset_job.name, CORPUS_TAG)
    if corpus_hash in history.in_flight:
        return dg.SensorResult(skip_reason="A run for the changed content of the documents is under way.", cursor=cursor)
    if history.failures[corpus_hash] >= MAX_ATTEMPTS:
        reason = f"{MAX_ATTEMPTS} runs for the changed content of the documents failed: see their logs, then materialize by hand."
        return dg.SensorResult(skip_reason=reason, cursor=cursor)
    attempt = history.runs[corpus_hash] + 1
    request = dg.RunRequest(
        run_key=f"corpus:{corpus_hash}:{attempt}",
        run_config={"ops": {SOURCE_DOCUMENTS: {"config": {"docs": location}}}},
        tags={CORPUS_TAG: corpus_hash, ATTEMPT_TAG: str(attempt)},
    )
    return dg.SensorResult(run_requests=[request], cursor=cursor)
