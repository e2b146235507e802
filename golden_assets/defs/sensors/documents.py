"""The document sensor: asks for regeneration when the content of the watched documents changed.

A change is seen cheaply (sizes and times); only once the documents have stood still are those read and hashed whose size or time moved (a
process that has just started reads them all, once). The cursor keeps what was seen, so that a failed run is asked for again, a bounded
number of times, without reading anything twice. How much has to change is the setting ``min_change``; small changes add up, for they are
measured against what was materialized last.
"""

import asyncio
import time
from collections.abc import Mapping
from typing import NamedTuple, Self

import dagster as dg

from golden_assets.defs.jobs import build_testset_job
from golden_assets.defs.names import (
    ADDRESS,
    ATTEMPT_TAG,
    CORPUS_TAG,
    SOURCE_DOCUMENTS,
    TESTSET_TAG,
    with_our_resources,
)
from golden_assets.defs.readings import last_reading, location_of
from golden_assets.defs.run_history import MAX_ATTEMPTS, history_by_tag
from golden_assets.defs.upstream import key_beside
from golden_assets.domain.corpus.changes import compare_corpora
from golden_assets.domain.ports.documents import DocumentLibrary, DocumentSource
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.versions.promotion import OperatingRules


@dg.sensor(
    job_name=build_testset_job.name,
    minimum_interval_seconds=10,
    description="Requests a new testset when the latest documents changed and have been stable for a while. It may spend money.",
)
@with_our_resources
def document_change_sensor(
    context: dg.SensorEvaluationContext,
    documents: dg.ResourceParam[DocumentLibrary],
    artifacts: dg.ResourceParam[ArtifactStore],
    versions: dg.ResourceParam[VersionStore],
    min_change: dg.ResourceParam[float],
    rules: dg.ResourceParam[OperatingRules],
) -> dg.SensorResult:
    """Watches the documents that were read last; requests a new testset when enough of their content differs from the materialized one."""
    known = last_reading(context.instance, key_beside(context, SOURCE_DOCUMENTS), versions.testset_name)
    location = location_of(known)
    if location is None:
        return dg.SensorResult(skip_reason="source_documents was never materialized: run build_testset_job once, then it is watched.")
    cursor, reason = judge(documents.open(location), artifacts, known, context.cursor, (min_change, rules.settle_seconds))
    if isinstance(cursor, Unsettled) or reason:
        return dg.SensorResult(skip_reason=reason, cursor=str(cursor))
    return _request(context.instance, versions.testset_name, location, cursor.corpus_hash, str(cursor))


class Unsettled(NamedTuple):
    """Documents that were first seen like this at ``seen_at`` (seconds since the epoch) and were not read yet."""

    fingerprint: str
    seen_at: float

    def __str__(self) -> str:
        return f"{self.fingerprint} @{self.seen_at}"

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor that ``str`` wrote."""
        fingerprint, seen_at = text.split(" @")
        return cls(fingerprint, float(seen_at))


class Cursor(NamedTuple):
    """What was seen last; ``share`` is how much it differs from the content under the hash ``compared_with``."""

    fingerprint: str
    corpus_hash: str
    compared_with: str = ""
    share: float = 0.0

    def __str__(self) -> str:
        return " ".join([self.fingerprint, self.corpus_hash, *([self.compared_with, str(self.share)] if self.compared_with else [])])

    @classmethod
    def read(cls, text: str) -> Self:
        """The cursor that ``str`` wrote."""
        fingerprint, corpus_hash, *compared = text.split(" ")
        return cls(fingerprint, corpus_hash, compared[0], float(compared[1])) if compared else cls(fingerprint, corpus_hash)


def judge(
    source: DocumentSource, artifacts: ArtifactStore, known: Mapping[str, object], last: str | None, limits: tuple[float, float]
) -> tuple[Cursor | Unsettled, str | None]:
    """What the source is now, and why that starts no run; no reason when it does.

    Args:
        source: the watched documents.
        artifacts: where the corpus is that was materialized last.
        known: the metadata of that materialization.
        last: the cursor of the last look.
        limits: the share of the content that must have changed, and the seconds that the documents must have stood still.
    """
    min_change, settle_seconds = limits
    cursor = look(source, last, settle_seconds)
    if isinstance(cursor, Unsettled):
        return cursor, f"{known['source']} changed just now; it is read once it has stood still for {settle_seconds:g} s."
    if cursor.corpus_hash == known["corpus_hash"]:
        return cursor, f"The content of {known['source']} is what the testset was made from."
    if min_change > 0:
        cursor = weigh(source, artifacts, cursor, str(known["corpus_hash"]), str(known[ADDRESS]))
        if cursor.share < min_change:
            return cursor, f"{cursor.share:.2%} of the content of {known['source']} changed; {min_change:.2%} start a regeneration."
    return cursor, None


def look(source: DocumentSource, cursor: str | None, settle_seconds: float = 0.0) -> Cursor | Unsettled:
    """The source now; looks into documents only when the fingerprint moved, and has then stayed for ``settle_seconds``."""
    fingerprint = source.fingerprint()
    is_known = bool(cursor) and str(cursor).startswith(f"{fingerprint} ")
    if is_known and " @" not in str(cursor):
        return Cursor.read(str(cursor))
    seen = Unsettled.read(str(cursor)) if is_known else Unsettled(fingerprint, time.time())
    if time.time() - seen.seen_at < settle_seconds:
        return seen
    return Cursor(fingerprint, source.corpus_hash())


def weigh(source: DocumentSource, artifacts: ArtifactStore, cursor: Cursor, known_hash: str, known_address: str) -> Cursor:
    """The cursor with the share of the content that changed since the materialization; each pair of corpora is compared once."""
    if cursor.compared_with == known_hash:
        return cursor
    now = source.read()
    change = compare_corpora(asyncio.run(artifacts.get_corpus(known_address)), now)
    return cursor._replace(corpus_hash=now.corpus_hash, compared_with=known_hash, share=change.share)


def _request(instance: dg.DagsterInstance, testset: str, location: str, corpus_hash: str, cursor: str) -> dg.SensorResult:
    """One run for this corpus, unless one is under way or it failed too often."""
    history = history_by_tag(instance, build_testset_job.name, CORPUS_TAG, {TESTSET_TAG: testset})
    if corpus_hash in history.in_flight:
        return dg.SensorResult(skip_reason="A run for the changed documents is in progress.", cursor=cursor)
    if history.failures[corpus_hash] >= MAX_ATTEMPTS:
        reason = f"{MAX_ATTEMPTS} runs for the changed documents failed: see their logs, then materialize by hand."
        return dg.SensorResult(skip_reason=reason, cursor=cursor)
    attempt = history.runs[corpus_hash] + 1
    request = dg.RunRequest(
        run_key=f"corpus:{testset}:{corpus_hash}:{attempt}",
        run_config={"ops": {SOURCE_DOCUMENTS: {"config": {"docs": location}}}},
        tags={TESTSET_TAG: testset, CORPUS_TAG: corpus_hash, ATTEMPT_TAG: str(attempt)},
    )
    return dg.SensorResult(run_requests=[request], cursor=cursor)
