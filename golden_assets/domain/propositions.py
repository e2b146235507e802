"""The gates. Each function is one: its name is a proposition that holds when it passes, its docstring the sentence that the UI shows.

`GATES` lists them in the order in which they judge. A verdict's ``passed`` is always exactly ``measured comparison threshold``; where a
gate has nothing to judge by (no cost limit, no target shares, fewer questions than `MIN_ROWS_FOR_DIVERSITY`) its limit is waived, and it
says so.
"""

from collections.abc import Callable
from math import ceil

from golden_assets.domain import publication
from golden_assets.domain.budgets import PERIOD_WORDS
from golden_assets.domain.calibration import diversity_limit
from golden_assets.domain.costs import Budget
from golden_assets.domain.coverage import CoverageMeasures, usable_documents
from golden_assets.domain.critics.verdicts import answers_are_grounded, questions_stand_alone, spec_of
from golden_assets.domain.documents import Corpus
from golden_assets.domain.faults import GroundingMeasures, RowMeasures
from golden_assets.domain.freshness import FreshnessMeasures
from golden_assets.domain.gates import GateSpec, Stage, Subject, Thresholds, Verdict
from golden_assets.domain.measures import DiversityMeasures, DuplicateMeasures, TypeMeasures
from golden_assets.domain.quality import QualityReport
from golden_assets.domain.regressions import regressions
from golden_assets.domain.requests import request_faults
from golden_assets.domain.statistics import apportion
from golden_assets.domain.testsets import GenerationRequest, Testset
from golden_assets.domain.versions import VersionStatus

MIN_ROWS_FOR_DIVERSITY = 5
"""Ten pairs. The mean distance of fewer says more about which passages were drawn than about how the questions were made."""


def documents_are_usable(corpus: Corpus, thresholds: Thresholds) -> Verdict:
    """Enough documents are long enough to ask about; a copy of another document does not count."""
    usable = {document.document_id for document in usable_documents(corpus, thresholds.min_document_words)}
    unusable = [document for document in corpus.documents if document.document_id not in usable]
    return Verdict.of(
        GATES["documents_are_usable"],
        len(usable),
        ">=",
        thresholds.min_usable_documents,
        explanation=f"{len(usable)} of {len(corpus.documents)} documents have at least {thresholds.min_document_words} words and are "
        f"no copy of another; {len(corpus.skipped)} more were skipped when the source was read.",
        offenders=[
            f"{document.document_id}: "
            + (f"{document.word_count} words" if document.word_count < thresholds.min_document_words else "a copy of another document")
            for document in unusable
        ],
        remedy=f"Give at least {thresholds.min_usable_documents} documents of {thresholds.min_document_words} words or more, "
        "or lower min_document_words or min_usable_documents.",
        fingerprint=thresholds.fingerprint,
        n=len(corpus.documents),
    )


def configuration_is_valid(request: GenerationRequest, thresholds: Thresholds) -> Verdict:
    """What is asked for can pass the gates at all: enough rows, and shares that make a whole."""
    faults = request_faults(request, thresholds)
    return Verdict.of(
        GATES["configuration_is_valid"],
        len(faults),
        "==",
        0,
        explanation=f"{request.size} rows in {request.language} with {len(request.question_types)} question types are asked for; "
        f"{len(faults)} of these settings contradict others.",
        offenders=faults,
        remedy="Correct the settings that are named.",
        fingerprint=thresholds.fingerprint,
    )


def budget_remains(budget: Budget, thresholds: Thresholds) -> Verdict:
    """What the run is expected to cost is left of every cost limit, and spending is not paused."""
    expected, left = budget.estimate, budget.remaining
    if budget.pause:  # a call that costs nothing is not sent either, so it is calls that count
        return Verdict.of(
            GATES["budget_remains"],
            expected.calls,
            "<=",
            0,
            explanation=f"The budget is {budget.pause.sentence}. {expected.sentence}",
            remedy="Resume it with: golden-assets budget resume --reason TEXT; what was paid for is kept and not paid again.",
            fingerprint=thresholds.fingerprint,
        )
    limit = "There is no cost limit." if left is None else f"${left[0]:.4f} are left of the limit {PERIOD_WORDS[left[1]]}."
    return Verdict.of(
        GATES["budget_remains"],
        expected.cost_usd,
        "<=",
        expected.cost_usd if left is None else left[0],
        explanation=f"{expected.sentence} {limit}",
        remedy="Ask for fewer rows, wait for the next period, or raise the cost limit.",
        fingerprint=thresholds.fingerprint,
    )


def testset_is_large_enough(testset: Testset, thresholds: Thresholds) -> Verdict:
    """Nearly as many rows were written as were asked for."""
    rows, asked = len(testset.generated_rows), testset.request.size
    needed = max(thresholds.min_rows, ceil(round(thresholds.min_row_share * asked, 9)))
    return Verdict.of(
        GATES["testset_is_large_enough"],
        rows,
        ">=",
        needed,
        explanation=f"{rows} of the {asked} rows asked for were written, and {needed} are needed.",
        offenders=[f"{failure.subject}: {failure.reason}" for failure in testset.failures],
        remedy="Ask for fewer rows, or add documents with more prose.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def rows_are_complete(measures: RowMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """Every row has a real question, a reference answer of its own, and at least one cited passage."""
    return Verdict.of(
        GATES["rows_are_complete"],
        measures.incomplete,
        "==",
        0,
        explanation=f"{measures.incomplete} of {rows} rows are incomplete.",
        offenders=measures.faults,
        remedy="Generate these rows again; if the fault comes back, look at the passage that they cite.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def hops_are_real(measures: RowMeasures, thresholds: Thresholds) -> Verdict:
    """Every multi-hop question cites at least two different passages, and takes more than one of them to answer."""
    return Verdict.of(
        GATES["hops_are_real"],
        len(measures.false_hops),
        "==",
        0,
        explanation=f"{len(measures.false_hops)} of {measures.multi_hop} multi-hop rows cite fewer than two different passages, or "
        "one that answers them alone.",
        offenders=measures.false_hops,
        remedy="Generate these rows again, or ask for a smaller share of multi-hop questions: the documents may not support more.",
        fingerprint=thresholds.fingerprint,
        n=measures.multi_hop,
    )


def questions_are_unique(measures: DuplicateMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """No question is asked twice, word for word or nearly so."""
    return Verdict.of(
        GATES["questions_are_unique"],
        measures.surplus,
        "==",
        0,
        explanation=f"{measures.surplus} of {rows} questions repeat another one, {measures.exact_surplus} of them word for word and the "
        f"others with a similarity of {thresholds.max_question_similarity:g} or more of 100.",
        offenders=measures.repeats,
        remedy="Generate these rows again with another seed, or ask for fewer rows: the documents may not hold more questions.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def questions_are_diverse(measures: DiversityMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The questions are about different things: far apart on average, as the embedder sees them."""
    waived = rows < MIN_ROWS_FOR_DIVERSITY
    limit = diversity_limit(thresholds.min_diversity, measures.corpus_spread)
    explanation = (
        f"The mean cosine distance over all pairs of {rows} questions is {measures.mean_distance:.3f}, "
        f"to the nearest other question {measures.mean_nearest_distance:.3f}."
    )
    return Verdict.of(
        GATES["questions_are_diverse"],
        measures.mean_distance,
        ">=",
        0.0 if waived else limit,
        explanation=explanation
        + (f" Fewer than {MIN_ROWS_FOR_DIVERSITY} questions are not judged." if waived else "")
        + (f" The limit is calibrated: passages are {measures.corpus_spread:.3f} apart." if measures.corpus_spread is not None else ""),
        remedy="Add documents about other subjects, or change the seed. The limit holds for the shipped embedder; for another one it is "
        "lowered as far as that one sees the documents' own passages closer together.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def questions_differ_in_meaning(measures: DuplicateMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """No two questions mean the same in other words, as the embedder sees them. It only warns: embedders err."""
    return Verdict.of(
        GATES["questions_differ_in_meaning"],
        measures.semantic_surplus,
        "==",
        0,
        explanation=f"{measures.semantic_surplus} of {rows} questions have a cosine similarity of "
        f"{thresholds.max_semantic_similarity:g} or more to another one.",
        offenders=measures.semantic_repeats,
        remedy="Look at these rows, and reject those that ask the same.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def question_types_match_target(measures: TypeMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The shares of the question types are near the target, as near as whole rows allow."""
    limit = thresholds.max_type_distance + measures.nearest_distance
    nearest = apportion(rows, measures.targets)
    off = {name: measures.counts.get(name, 0) for name in nearest | measures.counts}
    return Verdict.of(
        GATES["question_types_match_target"],
        measures.distance,
        "<=",
        round(limit, 6) if measures.targets else 1.0,
        explanation=_explain_types(measures, rows, thresholds)
        if measures.targets
        else f"No target shares for the {rows} rows: not judged.",
        offenders=[f"{name}: {n} rows for {nearest.get(name, 0)}" for name, n in off.items() if n != nearest.get(name, 0)],
        remedy="Generate again, or ask for shares that the documents support: multi-hop questions need related passages.",
        fingerprint=thresholds.fingerprint,
        n=rows,
        power=measures.power if measures.targets else None,
    )


def _explain_types(measures: TypeMeasures, rows: int, thresholds: Thresholds) -> str:
    return (
        f"The shares of {rows} rows are at a total variation distance of {measures.distance:.3f} from the target; the limit is "
        f"{thresholds.max_type_distance:g} plus {measures.nearest_distance:.3f}, the least possible for whole rows. For comparison: "
        f"chi-square {measures.chi_square:.2f}, p = {measures.p_value:.3f}, a test that notices a drift of "
        f"{thresholds.max_type_distance:g} with a probability of at least {measures.power:.2f}."
    )


def every_source_is_covered(measures: CoverageMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """The questions are spread over the documents, as far as so many rows can be."""
    return Verdict.of(
        GATES["every_source_is_covered"],
        measures.achievable_share,
        ">=",
        thresholds.min_document_coverage,
        explanation=f"{rows} rows cite {measures.cited} of {measures.documents} documents; they could cite "
        f"{min(rows, measures.citable)} of the {measures.citable} that are usable. {measures.largest_share:.0%} of the rows cite one and "
        "the same document.",
        offenders=measures.uncovered,
        remedy="Ask for more rows, or look at the uncovered documents: lists, code and tables yield no questions.",
        fingerprint=thresholds.fingerprint,
        n=rows,
    )


def contexts_are_verbatim(measures: GroundingMeasures, rows: int, thresholds: Thresholds) -> Verdict:
    """Every cited passage stands in its document, character for character, where the row says it does."""
    return Verdict.of(
        GATES["contexts_are_verbatim"],
        len(measures.astray),
        "==",
        0,
        explanation=f"{len(measures.astray)} of {measures.contexts} passages cited by {rows} rows are not found where they are cited.",
        offenders=measures.astray,
        remedy="Generate again from the documents as they are now.",
        fingerprint=thresholds.fingerprint,
        n=measures.contexts,
    )


def gates_passed(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> Verdict:
    """Every gate has passed, on record, for exactly this content."""
    open_gates = _open_gates(status, report, testset_hash)
    return Verdict.of(
        GATES["gates_passed"],
        len(open_gates),
        "==",
        0,
        explanation=f"{len(open_gates)} gates have failed or have no verdict on record for this content; the version is {status}.",
        offenders=open_gates,
        remedy="Generate a testset that passes: a version that failed, or was never judged, is not activated.",
        fingerprint=report.thresholds_fingerprint if report else "",
    )


def is_approved(version: str, *, required: bool, approved: bool) -> Verdict:
    """Somebody approved the version, where the settings ask for that."""
    explanation = f"Version {version} is {'' if approved else 'not '}approved" + ("." if required else ", and nobody has to approve it.")
    return Verdict.of(
        GATES["is_approved"],
        int(approved),
        ">=",
        int(required),
        explanation=explanation,
        remedy=f"Look at the version, then run: golden-assets approve {version} --by NAME.",
        fingerprint="",
    )


def does_not_regress(report: QualityReport | None, active: QualityReport | None, thresholds: Thresholds) -> Verdict:
    """No measure is worse than that of the active version by more than the limit."""
    compared = regressions(report, active)
    worst = max(compared.values(), default=0.0)
    offenders = [f"{name}: worse by {loss:.3f}" for name, loss in compared.items() if loss > thresholds.max_regression]
    return Verdict.of(
        GATES["does_not_regress"],
        worst,
        "<=",
        thresholds.max_regression,
        explanation=f"{len(compared)} measures were held against those of the active version; the largest loss is {worst:.3f}."
        if compared
        else "No active version has measures to compare with: not judged.",
        offenders=offenders,
        remedy="Compare the two versions and generate again; or activate this one by hand with golden-assets activate.",
        fingerprint=thresholds.fingerprint,
        n=len(compared),
    )


def rows_are_fresh(measures: FreshnessMeasures, fingerprint: str) -> Verdict:
    """Every row of the active version still holds on the documents as they are now."""
    counts, rows = measures.counts, sum(measures.counts.values())
    return Verdict.of(
        GATES["rows_are_fresh"],
        measures.outdated,
        "==",
        0,
        explanation=f"Of {rows} rows {counts['fresh']} are fresh, {counts['moved']} cite passages that moved, {counts['reformatted']} cite "
        f"passages that are merely set differently, {counts['stale']} are stale and {counts['orphaned']} lost their document.",
        offenders=measures.faults,
        remedy="Run build_testset_job: only the stale and orphaned rows are written anew.",
        fingerprint=fingerprint,
        n=rows,
    )


def _open_gates(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> list[str]:
    """What keeps a version from being active. One that was active before need not pass gates invented since: a rollback must work."""
    recorded = report.verdicts if report and report.testset_hash == testset_hash else ()
    names = {verdict.name for verdict in recorded}
    was_gated = bool(recorded) and status in ("active", "archived")
    required = [] if was_gated else [gate.name for gate in GATES.values() if gate.stage == "post-generation" and not gate.is_hint]
    missing = [f"{name}: no verdict on record" for name in required if name not in names]
    return missing + [f"{verdict.name}: {verdict.explanation}" for verdict in recorded if not (verdict.passed or verdict.is_hint)]


def _spec(gate: Callable[..., Verdict], stage: Stage, subject: Subject, *, is_hint: bool = False) -> GateSpec:
    return GateSpec(name=gate.__name__, stage=stage, subject=subject, description=gate.__doc__ or gate.__name__, is_hint=is_hint)


GATES: dict[str, GateSpec] = {
    spec.name: spec
    for spec in (
        _spec(documents_are_usable, "pre-generation", "documents"),
        _spec(configuration_is_valid, "pre-generation", "documents"),
        _spec(budget_remains, "pre-generation", "documents"),
        _spec(testset_is_large_enough, "post-generation", "testset"),
        _spec(rows_are_complete, "post-generation", "testset"),
        _spec(hops_are_real, "post-generation", "testset"),
        _spec(questions_are_unique, "post-generation", "report"),
        _spec(questions_are_diverse, "post-generation", "report"),
        _spec(questions_differ_in_meaning, "post-generation", "report", is_hint=True),
        _spec(question_types_match_target, "post-generation", "report"),
        _spec(every_source_is_covered, "post-generation", "report"),
        _spec(contexts_are_verbatim, "post-generation", "report"),
        spec_of(answers_are_grounded),
        spec_of(questions_stand_alone),
        _spec(gates_passed, "pre-activation", "version"),
        _spec(does_not_regress, "pre-activation", "version"),
        _spec(is_approved, "pre-activation", "approval"),
        _spec(rows_are_fresh, "post-activation", "active"),
        publication.SPEC,
    )
}
"""Every gate by name, in the order in which they judge."""
