"""Judging: from a corpus, a testset or a version to the verdicts of all gates that apply to it.

Start here; the gates are listed in `registry`, and what each kind of them reads is in `evidence`.
"""

from collections.abc import Sequence

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Subject, Verdict
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.calls import Budget
from golden_assets.domain.critics.groundedness import Similarity
from golden_assets.domain.critics.hops import with_false_hops
from golden_assets.domain.critics.llm_judgements import NOBODY_ASKED, Testimony
from golden_assets.domain.critics.run import open_findings, scores_by_critic
from golden_assets.domain.gates.activation import does_not_regress
from golden_assets.domain.gates.evidence import Approval, Candidate, InUse, Measured, Plan, Rows
from golden_assets.domain.gates.registry import GATES, gates_on
from golden_assets.domain.quality.gc_pause import collection_paused
from golden_assets.domain.quality.measures import measure_quality
from golden_assets.domain.quality.metric_names import as_numbers, observations_on
from golden_assets.domain.quality.power import certify
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.quality.regression import share_of_rows_lost
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets.domain.testsets.human_override import vouched_for
from golden_assets.domain.testsets.row_checks import measure_rows
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow
from golden_assets.domain.versions.versions import StoredVersion

__all__ = [
    "GATES",
    "gates_on",
    "judge",
    "judge_active",
    "judge_approval",
    "judge_plan",
    "judge_regression",
    "judge_testset",
    "judge_version",
    "write_report",
]

Vectors = Sequence[Sequence[float]]


def judge(subject: Subject, evidence: object, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """Every gate on this subject, in order, on the evidence that is a record of `evidence`."""
    return tuple(gate(*gate.reads(evidence, thresholds)) for gate in gates_on(subject) if gate.reads)


def judge_plan(corpus: Corpus, request: GenerationRequest, budget: Budget, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates before generation: on the documents, what is asked for, and what it would cost."""
    return judge("documents", Plan(corpus, request, budget), thresholds)


def judge_testset(testset: Testset, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates after generation that need nothing but the testset."""
    measures = with_false_hops(measure_rows(testset.rows), testset.rows, vouched=vouched_for(testset))
    return judge("testset", Rows(testset, measures), thresholds)


@collection_paused()
def write_report(
    testset: Testset,
    corpus: Corpus,
    embeddings: Vectors,
    embedder_name: str,
    thresholds: Thresholds,
    spread: float | None = None,
    similarity: Similarity | None = None,
    background: Background | None = None,
    testimony: Testimony = NOBODY_ASKED,
) -> QualityReport:
    """Measure once and judge by every gate after generation. ``spread`` calibrates the diversity limit, see `embedder_calibration`; by
    ``similarity`` critics compare where words leave doubt; ``testimony`` is what a model said of the rows.

    Raises:
        TestsetError: the embeddings do not fit the rows, or have no direction.
    """
    measures = measure_quality(testset, corpus, embeddings, thresholds, spread, similarity, background, testimony, embedder_name)
    languages = measures.languages.counts if measures.languages else {}
    return QualityReport(
        testset_hash=testset.testset_hash,
        draft_hash=testset.draft_hash,
        corpus_hash=corpus.corpus_hash,
        embedder=embedder_name,
        thresholds_fingerprint=thresholds.fingerprint,
        measures=as_numbers(measures, testset),
        type_counts=measures.types.counts,
        type_targets=measures.types.targets,
        uncovered_documents=measures.coverage.uncovered,
        duplicate_clusters=measures.duplicates.clusters,
        semantic_clusters=measures.duplicates.semantic_clusters,
        language_counts=languages,
        observations=observations_on(measures),
        critic_scores=scores_by_critic(measures.findings),
        findings=open_findings(measures.findings),
        judge=testimony.judge,
        verdicts=judge("testset", Rows(testset, measures.rows, languages), thresholds)
        + judge("report", Measured(measures, len(testset.rows)), thresholds),
        certificate=certify(testset.rows),
    )


def judge_version(version: StoredVersion, active: StoredVersion | None, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates before activation, from what is on record about a version and the active one."""
    return judge("version", _candidate(version, active), thresholds)


def judge_regression(version: StoredVersion, active: StoredVersion | None, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gate before activation on what is lost by it; the active version itself loses nothing."""
    of = _candidate(version, active)
    return (does_not_regress(of.report, of.active, thresholds, of.rows_lost),)


def judge_approval(version: str, thresholds: Thresholds, *, required: bool, approved: bool) -> tuple[Verdict, ...]:
    """The gate before activation on what people said."""
    return judge("approval", Approval(version, required, approved), thresholds)


def judge_active(
    rows: Sequence[TestsetRow], corpus: Corpus | None, thresholds: Thresholds, archived: str | None = None
) -> tuple[Verdict, ...]:
    """The hints after activation: the rows in use against the documents of today, None when none were read; no rows, no faults.

    ``archived`` is a version that was made from these documents.
    """
    measures = None if corpus is None else measure_freshness(classify_rows(rows, corpus))
    return judge("active", InUse(measures, archived), thresholds)


def _candidate(version: StoredVersion, active: StoredVersion | None) -> Candidate:
    """A version beside the active one, which itself is compared with nothing."""
    status, report, testset_hash = version.summary.status, version.report, version.testset.testset_hash
    if active is None or active.summary.version == version.summary.version:
        return Candidate(status, report, testset_hash)
    return Candidate(status, report, testset_hash, active.report, share_of_rows_lost(version.testset, active.testset))
