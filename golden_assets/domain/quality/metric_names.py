"""The measures of a testset as numbers with stable names."""

from collections.abc import Iterable

from golden_assets.domain.quality.coverage import CoverageMeasures
from golden_assets.domain.quality.lengths import LengthProfile
from golden_assets.domain.quality.measures import Measures, TypeMeasures
from golden_assets.domain.statistics.effect_sizes import cramers_v, distance_interval
from golden_assets.domain.testsets.languages import UNDETERMINED
from golden_assets.domain.testsets.testset import Testset

_WORDS = ("least", "tenth", "median", "ninetieth", "most")
MEASURES: dict[str, tuple[str, ...]] = {
    "Size": ("rows", "human_rows", "asked_rows", "yield"),
    "Diversity and duplicates": (
        "diversity",
        "nearest_distance",
        "crowding",
        "corpus_spread",
        "duplicates",
        "exact_duplicates",
        "semantic_duplicates",
    ),
    "Coverage": (
        "documents",
        "cited_documents",
        "coverage",
        "achievable_coverage",
        "largest_document_share",
        "document_dominance",
        "covered_word_share",
        "document_gini",
    ),
    "Completeness": (
        "incomplete_rows",
        "unfinished_references",
        "truncated_rows",
        "short_answers",
        "long_questions",
        "long_answers",
        "false_hops",
        "contexts",
        "astray_contexts",
        "rejected_rows",
        "abstentions",
    ),
    "Question types": (
        "type_distance",
        "type_distance_low",
        "type_distance_high",
        "chi_square",
        "p_value",
        "chi_square_power",
        "cramers_v",
        "cramers_v_low",
        "cramers_v_high",
    ),
    "Lengths": tuple(f"{text}_words_{name}" for text in ("question", "answer") for name in _WORDS),
    "Language": ("languages", "undetermined_rows", "foreign_rows", "language_share"),
    "Leakage": ("leaked_from_prompts", "leaked_from_retired"),
}
"""The names of all measures in the order in which they are shown, by what they are about."""


def in_order(names: Iterable[str]) -> list[str]:
    """Names of measures as they are shown; those of other releases come last, by alphabet."""
    places = {name: place for place, name in enumerate(name for group in MEASURES.values() for name in group)}
    return sorted(names, key=lambda name: (places.get(name, len(places)), name))


def as_numbers(measures: Measures, testset: Testset) -> dict[str, float]:
    """The measures of a report: one number per stable name, as the UI plots them over time. `docs/measures.md` describes each."""
    return {
        "rows": len(testset.rows),
        "human_rows": len(testset.rows) - len(testset.generated_rows),
        "asked_rows": testset.request.size,
        **_of_types(measures.types),
        "diversity": measures.diversity.mean_distance,
        "nearest_distance": measures.diversity.mean_nearest_distance,
        "crowding": measures.crowd.share,
        "duplicates": measures.duplicates.surplus,
        "exact_duplicates": measures.duplicates.exact_surplus,
        "semantic_duplicates": measures.duplicates.semantic_surplus,
        **({} if measures.diversity.corpus_spread is None else {"corpus_spread": measures.diversity.corpus_spread}),
        **_of_coverage(measures.coverage),
        "incomplete_rows": measures.rows.incomplete,
        "unfinished_references": measures.rows.unfinished_references,
        "false_hops": len(measures.rows.false_hops),
        "contexts": measures.grounding.contexts,
        "astray_contexts": len(measures.grounding.astray),
        "rejected_rows": sum(any(finding.verdict == "rejected" for finding in of_row) for of_row in measures.findings),
        "abstentions": sum(finding.verdict == "abstained" for of_row in measures.findings for finding in of_row),
        "yield": 1.0 if testset.generation_yield is None else testset.generation_yield,
        "truncated_rows": len(measures.fields.truncated),
        "short_answers": len(measures.fields.short_answers),
        "long_questions": len(measures.fields.long_questions),
        "long_answers": len(measures.fields.long_answers),
        **_profile("question", measures.lengths.questions),
        **_profile("answer", measures.lengths.answers),
        **_from_background(measures),
    }


def _of_types(types: TypeMeasures) -> dict[str, float]:
    distance, effect = distance_interval(types.counts, types.targets), cramers_v(types.counts, types.targets)
    return {
        "type_distance": types.distance,
        "type_distance_low": round(distance.low, 6),
        "type_distance_high": round(distance.high, 6),
        "cramers_v": round(effect.value, 6),
        "cramers_v_low": round(effect.low, 6),
        "cramers_v_high": round(effect.high, 6),
        "chi_square": types.chi_square,
        "p_value": types.p_value,
        "chi_square_power": types.power,
    }


def _of_coverage(coverage: CoverageMeasures) -> dict[str, float]:
    return {
        "documents": coverage.documents,
        "cited_documents": coverage.cited,
        "coverage": coverage.share,
        "achievable_coverage": coverage.achievable_share,
        "largest_document_share": coverage.largest_share,
        "document_dominance": max(coverage.parts.values(), default=0.0),
        "covered_word_share": coverage.word_share,
        "document_gini": coverage.gini,
    }


def _profile(text: str, profile: LengthProfile) -> dict[str, float]:
    return {f"{text}_words_{quantile}": words for quantile, words in profile.model_dump().items()}


def _from_background(measures: Measures) -> dict[str, float]:
    """What is measured only where there was a `Background`."""
    languages, leakage = measures.languages, measures.leakage
    numbers: dict[str, float] = {}
    if languages:
        numbers |= {"languages": len(languages.counts.keys() - {UNDETERMINED}), "undetermined_rows": languages.counts.get(UNDETERMINED, 0)}
        numbers |= {} if languages.share is None else {"language_share": languages.share, "foreign_rows": len(languages.foreign)}
    if leakage:
        numbers |= {"leaked_from_prompts": len(leakage.from_prompts), "leaked_from_retired": len(leakage.from_retired)}
    return numbers


def observations_on(measures: Measures) -> dict[str, tuple[str, ...]]:
    """The rows behind those numbers that no gate names, by the number's name; nothing for a number of 0."""
    fields, languages, leakage = measures.fields, measures.languages, measures.leakage
    found = {
        "truncated_rows": fields.truncated,
        "short_answers": fields.short_answers,
        "long_questions": fields.long_questions,
        "long_answers": fields.long_answers,
        "foreign_rows": languages.foreign if languages else (),
        "leaked_from_prompts": leakage.from_prompts if leakage else (),
        "leaked_from_retired": leakage.from_retired if leakage else (),
    }
    return {name: lines for name, lines in found.items() if lines}
