"""Which earlier versions a judgement looks at, and how the rows in use hold on documents."""

from collections.abc import Sequence
from datetime import datetime

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.gates.evaluate import judge_active
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary, archived_on

MAX_EARLIER = 10
"""Versions before the present one that the quality trend shows, and whose rows are looked at; older ones are forgotten."""


async def versions_in_use_until(versions: VersionStore, number: str | None = None) -> list[StoredVersion]:
    """The versions that were ever active until version ``number`` was stored (default: until now), the newest first."""
    summaries = await versions.list_versions()
    moment = next((one.created_at for one in summaries if one.version == number), None)
    known = [one.version for one in summaries if was_in_use(one, moment)]
    return [await versions.get_version(version) for version in known[: MAX_EARLIER + 1]]


def was_in_use(version: VersionSummary, until: datetime | None) -> bool:
    """Whether a version was ever active until a moment, None for now; its last activation and its last retirement are on record."""
    if until is None:
        return version.activated_at is not None
    known = [moment for moment in (version.activated_at, version.archived_at) if moment is not None]
    return version.created_at < until and any(moment <= until for moment in known)


def trend_of(in_use: Sequence[StoredVersion]) -> dict[str, QualityReport]:
    """The reports of `versions_in_use_until` by number, the oldest first; those that were not judged have none."""
    return {version.summary.version: version.report for version in reversed(in_use) if version.report}


async def judge_rows_in_use(versions: VersionStore, corpus: Corpus | None, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """Whether the rows of the active version hold on these documents; None when none were read."""
    active = await versions.get_active_version()
    archived = archived_on(await versions.list_versions(), corpus.corpus_hash) if corpus else None
    return judge_active(active.testset.rows if active else (), corpus, thresholds, archived)
