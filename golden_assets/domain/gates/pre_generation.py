"""The gates before generation: is there anything to generate from, does what is asked for make sense, and is it paid for."""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.budgets import PERIOD_WORDS
from golden_assets.domain.costs.calls import Budget
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.quality.coverage import usable_documents
from golden_assets.domain.testsets.requests import request_checks
from golden_assets.domain.testsets.testset import GenerationRequest


@gate("pre-generation", "documents", "min_document_words", "min_usable_documents", reads=lambda plan, limits: (plan.corpus, limits))
def documents_are_usable(corpus: Corpus, thresholds: Thresholds) -> Verdict:
    """Enough documents are long enough to ask about; a copy of another document does not count."""
    usable = {document.document_id for document in usable_documents(corpus, thresholds.min_document_words)}
    unusable = [document for document in corpus.documents if document.document_id not in usable]
    return Verdict.of(
        documents_are_usable.spec,
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


@gate("pre-generation", "documents", reads=lambda plan, limits: (plan.request, limits))
def configuration_is_valid(request: GenerationRequest, thresholds: Thresholds) -> Verdict:
    """What is asked for can pass the gates at all: enough rows, and shares that make a whole."""
    checks = request_checks(request, thresholds)
    faults = [fault for fault, found in checks if found]
    return Verdict.of(
        configuration_is_valid.spec,
        len(faults),
        "==",
        0,
        explanation=f"{request.size} rows in {request.language} with {len(request.question_types)} question types are asked for; "
        f"{len(faults)} of {len(checks)} checks find a contradiction.",
        offenders=faults,
        remedy="Correct the settings that are named.",
        fingerprint=thresholds.fingerprint,
        n=len(checks),
    )


@gate("pre-generation", "documents", reads=lambda plan, limits: (plan.budget, limits))
def budget_remains(budget: Budget, thresholds: Thresholds) -> Verdict:
    """What the run is expected to cost is left of every cost limit, and spending is not paused."""
    expected, left = budget.estimate, budget.remaining
    calls = round(expected.calls)
    if budget.pause:  # a call that costs nothing is not sent either, so it is calls that count
        return Verdict.of(
            budget_remains.spec,
            expected.calls,
            "<=",
            0,
            explanation=f"The budget is {budget.pause.sentence}. {expected.sentence}",
            remedy="Resume it with: golden-assets budget resume --reason TEXT; what was paid for is kept and not paid again.",
            fingerprint=thresholds.fingerprint,
            n=calls,
        )
    limit = "No cost limit is set." if left is None else f"${left[0]:.4f} are left of the limit {PERIOD_WORDS[left[1]]}."
    return Verdict.of(
        budget_remains.spec,
        expected.cost_usd,
        "<=",
        expected.cost_usd if left is None else left[0],
        explanation=f"{expected.sentence} {limit}",
        remedy="Ask for fewer rows, wait for the next period, or raise the cost limit.",
        fingerprint=thresholds.fingerprint,
        n=calls,
    )
