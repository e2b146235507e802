"""The quality report: what was measured on a testset, and how each gate judged it."""

from functools import cached_property
from typing import Literal

from pydantic import ConfigDict, Field

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.verdicts import Verdict, is_absent
from golden_assets.domain.quality.critic_tallies import CriticTally, tally
from golden_assets.domain.quality.power import PowerCertificate
from golden_assets.domain.testsets.findings import Finding, is_empty

ReportStatus = Literal["passed", "warning", "failed"]
FIT = "answers_fit_their_questions"
"""The gate that only a model or people can judge by."""


class QualityReport(Record):
    """Measures and verdicts for one draft on one corpus.

    ``measures`` are numbers under stable names (plotted over time by the UI): ``diversity``, ``coverage``, ``chi_square``, ``p_value``,
    ``type_distance``, ``duplicates``, ``rows``, and what else the measures yield. ``duplicate_clusters`` are row ids of questions that are
    spelt alike, ``semantic_clusters`` of those that mean the same by their embeddings. ``observations`` names the rows behind a measure
    that no gate is about, by the measure's name. ``certificate`` says which difference in accuracy the testset can tell.
    ``critic_scores`` holds what each critic gave each row, in row order, None where it did not look or abstained; ``findings`` are those
    that did not pass, abstentions too; ``judge`` is the model that was asked about rows, if one was. A field that a report does not have is
    no part of its hash, so that reports of older releases keep theirs.

    Raises:
        ValidationError: a number that is not finite, which no database column and no JSON document could hold for what it is.
    """

    model_config = ConfigDict(allow_inf_nan=False)

    testset_hash: str
    draft_hash: str
    corpus_hash: str
    embedder: str
    thresholds_fingerprint: str
    measures: dict[str, float]
    type_counts: dict[str, int]
    type_targets: dict[str, float]
    uncovered_documents: tuple[str, ...] = ()
    duplicate_clusters: tuple[tuple[str, ...], ...] = ()
    semantic_clusters: tuple[tuple[str, ...], ...] = Field((), exclude_if=is_empty)
    language_counts: dict[str, int] = Field(default_factory=dict, exclude_if=is_empty)
    observations: dict[str, tuple[str, ...]] = Field(default_factory=dict, exclude_if=is_empty)
    critic_scores: dict[str, tuple[float | None, ...]] = Field(default_factory=dict, exclude_if=is_empty)
    findings: tuple[Finding, ...] = Field((), exclude_if=is_empty)
    judge: str = Field("", exclude_if=is_empty)
    verdicts: tuple[Verdict, ...]
    certificate: PowerCertificate | None = Field(None, exclude_if=is_absent)

    @property
    def status(self) -> ReportStatus:
        """``failed`` by any gate, ``warning`` by hints or by gates that could not judge, else ``passed``; a report without a single verdict
        proves nothing.
        """
        if not self.verdicts or self.failed_gates:
            return "failed"
        return "passed" if all(verdict.outcome == "passed" for verdict in self.verdicts) else "warning"

    @property
    def failed_gates(self) -> tuple[Verdict, ...]:
        """The gates, not hints, that failed."""
        return tuple(verdict for verdict in self.verdicts if not verdict.passed and not verdict.is_hint)

    @property
    def unjudged_gates(self) -> tuple[Verdict, ...]:
        """The gates that could not judge."""
        return tuple(verdict for verdict in self.verdicts if not verdict.is_judged)

    @property
    def answers_judged(self) -> bool:
        """Whether a model or people judged that the references answer their questions; False for reports of releases without that gate."""
        return any(verdict.name == FIT and verdict.is_judged for verdict in self.verdicts)

    @property
    def score(self) -> float:
        """The mean score of all verdicts that could be judged, 0 to 1; 0 without any."""
        scores = [verdict.score for verdict in self.verdicts if verdict.is_judged]
        return round(sum(scores) / len(scores), 6) if scores else 0.0

    @property
    def critics(self) -> list[CriticTally]:
        """How each critic judged the rows; empty for reports of releases without critics."""
        return tally(self.critic_scores, self.findings)

    @cached_property
    def report_hash(self) -> str:
        """SHA-256 of the whole report: its address in the store."""
        return sha256_json(self.model_dump(mode="json"))
