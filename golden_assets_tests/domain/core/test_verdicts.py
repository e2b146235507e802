"""The frozen limits and the verdicts that carry their fingerprint."""

import pytest
from pydantic import ValidationError

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import MAX_OFFENDERS, GateSpec, Verdict, holds

GATE = GateSpec(name="pumps_are_blue", stage="post-generation", subject="report", description="All pumps are blue.")


def a_verdict(measured=1.0, comparison="<=", threshold=2.0, offenders=()):
    return Verdict.of(
        GATE, measured, comparison, threshold, explanation="So it is.", remedy="Paint them.", fingerprint="f" * 12, offenders=offenders, n=3
    )


@pytest.mark.parametrize(
    ("measured", "comparison", "threshold", "passed"),
    [
        (2, ">=", 2, True),
        (1.9, ">=", 2, False),
        (2, "<=", 2, True),
        (2.1, "<=", 2, False),
        (0, "==", 0, True),
        (1, "==", 0, False),
        (0.1 + 0.2, "<=", 0.3, True),
        (0.7 - 1e-9, ">=", 0.7, True),
        (0.69999, ">=", 0.7, False),
    ],
)
def test_a_verdict_passes_when_its_numbers_stand_as_they_must(measured, comparison, threshold, passed):
    assert holds(measured, comparison, threshold) is passed
    assert a_verdict(measured, comparison, threshold).passed is passed


def test_a_verdict_takes_name_and_stage_from_its_gate():
    verdict = a_verdict()
    assert (verdict.name, verdict.stage, verdict.thresholds_fingerprint) == ("pumps_are_blue", "post-generation", "f" * 12)


@pytest.mark.parametrize("count", [0, 1, MAX_OFFENDERS, MAX_OFFENDERS + 1, 1000])
def test_at_most_twenty_offenders_are_named_and_all_are_counted(count):
    verdict = a_verdict(offenders=[f"pump {number}" for number in range(count)])
    assert verdict.offender_count == count
    assert verdict.offenders == tuple(f"pump {number}" for number in range(min(count, 20)))


def test_verdicts_and_thresholds_are_frozen():
    with pytest.raises(ValidationError, match="frozen"):
        a_verdict().passed = True
    with pytest.raises(ValidationError, match="frozen"):
        Thresholds().min_rows = 0


def test_equal_limits_have_equal_fingerprints_and_any_other_limit_another():
    one = Thresholds()
    assert one.fingerprint == Thresholds(min_rows=1).fingerprint
    assert len(one.fingerprint) == 12
    changed = [Thresholds(**{name: value}) for name, value in NEIGHBOURS.items()]
    assert len({thresholds.fingerprint for thresholds in (one, *changed)}) == 1 + len(changed)
    assert NEIGHBOURS.keys() == Thresholds.model_fields.keys()


NEIGHBOURS = {
    "max_ungrounded_share": 0.1,
    "max_dangling_share": 0.1,
    "max_misfit_share": 0.1,
    "critic_false_rejects": 0.1,
    "critic_recall": 0.8,
    "max_quality_drift": 0.2,
    "min_document_words": 31,
    "min_usable_documents": 2,
    "min_rows": 2,
    "max_regression": 0.2,
    "max_semantic_similarity": 0.9,
    "min_row_share": 0.8,
    "max_type_distance": 0.1,
    "min_diversity": 0.6,
    "max_question_similarity": 91,
    "min_document_coverage": 0.6,
    "max_source_dominance": 0.3,
    "clump_distance": 0.3,
    "max_clump_share": 0.05,
}


@pytest.mark.parametrize(
    "limits",
    [
        {"min_document_words": 0},
        {"min_usable_documents": 0},
        {"min_row_share": 0},
        {"min_row_share": 1.1},
        {"max_type_distance": -0.1},
        {"min_diversity": 2},
        {"max_question_similarity": 101},
        {"min_document_coverage": "half"},
        {"min_divresity": 0.5},
    ],
)
def test_limits_out_of_range_or_misspelt_are_refused(limits):
    with pytest.raises(ValidationError):
        Thresholds(**limits)


def test_the_stages_are_three():
    with pytest.raises(ValidationError, match="stage"):
        GateSpec(name="x", stage="afterwards", subject="report", description="x")
