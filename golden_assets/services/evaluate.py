"""Judging a testset by every gate, which earlier versions a judgement looks at, and how the rows in use hold on documents."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.gates.evaluate import judge_active, write_report
from golden_assets.domain.ports.judging import hear, similarity_for
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.quality.embedder_calibration import calibration_passages, corpus_spread
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary, archived_on

FindBackground = Callable[[Testset, Sequence[StoredVersion], Sequence[Waiver]], Awaitable[Background]]
MAX_EARLIER = 10
"""Versions before the present one that the quality trend shows, and whose rows are looked at; older ones are forgotten."""


class Evaluation(NamedTuple):
    """A judged testset: the report, the embeddings of its questions, and the reports of the versions in use before it, the oldest first."""

    report: QualityReport
    embeddings: Sequence[Sequence[float]]
    trend: dict[str, QualityReport]


@dataclass(frozen=True)
class Evaluator:
    """Judges testsets.

    Args:
        versions: the registry: what was in use before, and which pairs of rows people waived.
        embedder: of questions, and of what critics compare beyond words.
        judge: the critics that ask a model.
        find_background: what is known of rows that neither they nor their corpus say.
        thresholds: the limits of the gates.
    """

    versions: VersionStore
    embedder: Embedder
    judge: RowCritic
    find_background: FindBackground
    thresholds: Thresholds

    async def evaluate(self, testset: Testset, corpus: Corpus) -> Evaluation:
        """Measure a testset and judge it by every gate after generation. Raises what the embedder and the judge raise."""
        embeddings = await self.embedder.embed([row.user_input for row in testset.rows])
        spread = corpus_spread(await self.embedder.embed(calibration_passages(corpus, self.embedder.name)))
        similarity = await similarity_for(testset.rows, self.embedder)
        testimony = await hear(self.judge, testset.rows)
        in_use = await versions_in_use_until(self.versions)
        background = await self.find_background(testset, in_use, await self.versions.waivers())
        name, limits = self.embedder.name, self.thresholds
        report = write_report(testset, corpus, embeddings, name, limits, spread, similarity, background, testimony)
        return Evaluation(report, embeddings, trend_of(in_use))


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
