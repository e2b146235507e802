"""Judging: from a corpus, a testset or a version to the verdicts of all gates that apply to it.

Start here; the gates themselves are in `propositions`, what they hold against their limits is in `measures`.
"""

from collections.abc import Mapping, Sequence

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec, Subject, Verdict
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.calls import Budget
from golden_assets.domain.critics.groundedness import Similarity
from golden_assets.domain.critics.hops import with_false_hops
from golden_assets.domain.critics.llm_judgements import NOBODY_ASKED, Testimony
from golden_assets.domain.critics.run import open_findings, scores_by_critic
from golden_assets.domain.gates.activation import does_not_regress, gates_passed, is_approved, rows_are_fresh
from golden_assets.domain.gates.documents import contexts_are_verbatim, every_source_is_covered, no_source_dominates
from golden_assets.domain.gates.grounding import CRITIC_GATES, Beside
from golden_assets.domain.gates.pre_generation import budget_remains, configuration_is_valid, documents_are_usable
from golden_assets.domain.gates.question_types import question_types_match_target
from golden_assets.domain.gates.questions import (
    questions_are_diverse,
    questions_are_unique,
    questions_differ_in_meaning,
    questions_do_not_clump,
)
from golden_assets.domain.gates.registry import GATES
from golden_assets.domain.gates.rows import hops_are_real, rows_are_complete, testset_is_large_enough
from golden_assets.domain.quality.gc_pause import collection_paused
from golden_assets.domain.quality.measures import Measures, measure_quality
from golden_assets.domain.quality.metric_names import as_numbers, observations_on
from golden_assets.domain.quality.power import certify
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.quality.regression import share_of_rows_lost
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.freshness import classify_rows, measure_freshness
from golden_assets.domain.testsets.human_override import vouched_for
from golden_assets.domain.testsets.row_checks import RowMeasures, measure_rows
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow
from golden_assets.domain.versions.versions import StoredVersion, VersionStatus

__all__ = [
    "GATES",
    "gates_on",
    "judge_active",
    "judge_approval",
    "judge_budget",
    "judge_documents",
    "judge_quality",
    "judge_regression",
    "judge_request",
    "judge_testset",
    "judge_version",
    "write_report",
]

Vectors = Sequence[Sequence[float]]


def gates_on(subject: Subject) -> tuple[GateSpec, ...]:
    """The gates that judge this subject, in their order; ``report`` are those that need the corpus and the embeddings."""
    return tuple(gate for gate in GATES.values() if gate.subject == subject)


def judge_documents(corpus: Corpus, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates before generation that need nothing but the documents."""
    return (documents_are_usable(corpus, thresholds),)


def judge_request(request: GenerationRequest, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates before generation on what is asked for."""
    return (configuration_is_valid(request, thresholds),)


def judge_budget(budget: Budget, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates before generation on what it would cost."""
    return (budget_remains(budget, thresholds),)


def judge_testset(testset: Testset, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gates after generation that need nothing but the testset."""
    return _judge_rows(testset, with_false_hops(measure_rows(testset.rows), testset.rows, vouched=vouched_for(testset)), thresholds)


def judge_quality(
    testset: Testset, corpus: Corpus, embeddings: Vectors, thresholds: Thresholds, similarity: Similarity | None = None
) -> tuple[Verdict, ...]:
    """The gates after generation that need the corpus, or one embedding per question (in row order).

    Raises:
        TestsetError: the embeddings do not fit the rows, or have no direction.
    """
    return _judge_measures(measure_quality(testset, corpus, embeddings, thresholds, similarity=similarity), len(testset.rows), thresholds)


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
    """Measure once and judge by every gate after generation. ``spread`` calibrates the diversity limit, see `calibration`; by
    ``similarity`` critics compare where words leave doubt; ``testimony`` is what a model said of the rows.

    Raises:
        TestsetError: the embeddings do not fit the rows, or have no direction.
    """
    measures = measure_quality(testset, corpus, embeddings, thresholds, spread, similarity, background, testimony, embedder_name)
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
        language_counts=_languages_of(measures),
        observations=observations_on(measures),
        critic_scores=scores_by_critic(measures.findings),
        findings=open_findings(measures.findings),
        judge=testimony.judge,
        verdicts=_judge_rows(testset, measures.rows, thresholds, _languages_of(measures))
        + _judge_measures(measures, len(testset.rows), thresholds),
        certificate=certify(testset.rows),
    )


def judge_version(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> tuple[Verdict, ...]:
    """The gates before activation, from what is on record about a version."""
    return (gates_passed(status, report, testset_hash),)


def judge_regression(version: StoredVersion, active: StoredVersion | None, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """The gate before activation on what is lost by it; the active version itself loses nothing."""
    if active is None or active.summary.version == version.summary.version:
        return (does_not_regress(version.report, None, thresholds),)
    lost = share_of_rows_lost(version.testset, active.testset)
    return (does_not_regress(version.report, active.report, thresholds, lost),)


def judge_approval(version: str, thresholds: Thresholds, *, required: bool, approved: bool) -> tuple[Verdict, ...]:
    """The gate before activation on what people said."""
    return (is_approved(version, thresholds, required=required, approved=approved),)


def judge_active(
    rows: Sequence[TestsetRow], corpus: Corpus | None, thresholds: Thresholds, archived: str | None = None
) -> tuple[Verdict, ...]:
    """The hints after activation: the rows in use against the documents of today, None when nobody read any; no rows, no faults.

    ``archived`` is a version that was made from these documents.
    """
    measures = None if corpus is None else measure_freshness(classify_rows(rows, corpus))
    return (rows_are_fresh(measures, thresholds.fingerprint, archived),)


def _languages_of(measures: Measures) -> dict[str, int]:
    """Language to rows; empty where no languages were told apart."""
    return measures.languages.counts if measures.languages else {}


def _judge_rows(
    testset: Testset, measures: RowMeasures, thresholds: Thresholds, languages: Mapping[str, int] | None = None
) -> tuple[Verdict, ...]:
    return (
        testset_is_large_enough(testset, thresholds),
        rows_are_complete(measures, len(testset.rows), thresholds),
        hops_are_real(measures, thresholds, languages),
    )


def _judge_measures(measures: Measures, rows: int, thresholds: Thresholds) -> tuple[Verdict, ...]:
    beside = Beside(measures.vouched, _languages_of(measures), measures.reviewed)
    return (
        questions_are_unique(measures.duplicates, rows, thresholds),
        questions_are_diverse(measures.diversity, rows, thresholds),
        questions_do_not_clump(measures.crowd, rows, thresholds),
        questions_differ_in_meaning(measures.duplicates, rows, thresholds),
        question_types_match_target(measures.types, rows, thresholds),
        every_source_is_covered(measures.coverage, rows, thresholds),
        no_source_dominates(measures.coverage, thresholds),
        contexts_are_verbatim(measures.grounding, rows, thresholds),
        *(gate(measures.findings, thresholds, beside) for gate in CRITIC_GATES),
    )
