"""Earlier readings of the documents, from Dagster's event log: where they were read for a testset, and what was found there."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg

from golden_assets.defs.names import LOCATION, TESTSET
from golden_assets.domain.corpus.locations import SAMPLE, TABLE_PREFIX

REMEMBERED_READINGS = 100
Reading = dict[str, object]
"""The plain values of the metadata of `source_documents`."""


def last_reading(instance: dg.DagsterInstance, key: dg.AssetKey, testset: str) -> Reading:
    """The newest reading for this testset, empty when there is none. ``key`` is that of `source_documents`."""
    newest = next(_readings(instance, key, 1), {})
    if _is_for(newest, testset):
        return newest
    return next((reading for reading in _readings(instance, key, REMEMBERED_READINGS) if _is_for(reading, testset)), {})


def reading_of(instance: dg.DagsterInstance, key: dg.AssetKey, corpus_hash: str) -> Reading:
    """The newest reading of documents with this hash, empty when it is older than `REMEMBERED_READINGS` readings."""
    return next((one for one in _readings(instance, key, REMEMBERED_READINGS) if one["corpus_hash"] == corpus_hash), {})


def location_of(reading: Reading) -> str | None:
    """Where the documents were read; None for no reading. Before releases recorded that, the name of the source says it."""
    if not reading:
        return None
    return str(reading[LOCATION]) or _location_by_name(str(reading["source"]))


def _location_by_name(source: str) -> str:
    """The location of a source by its name: a folder's path, or ``table NAME in PLACE``."""
    if Path(source).parts[-2:] == ("golden_assets", "sample_corpus"):
        return SAMPLE
    return TABLE_PREFIX + source.split()[1] if source.startswith("table ") else source


def _is_for(reading: Reading, testset: str) -> bool:
    """Whether there is a reading, and for this testset as far as it says so."""
    return bool(reading) and reading.get(TESTSET, testset) == testset


def _readings(instance: dg.DagsterInstance, key: dg.AssetKey, limit: int) -> Iterator[Reading]:
    """The last readings, newest first."""
    for event in instance.fetch_materializations(key, limit=limit).records:
        if materialization := event.asset_materialization:
            yield {name: value.value for name, value in materialization.metadata.items()}
