"""Requests that no answer can satisfy."""

import pytest

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.pre_generation import configuration_is_valid
from golden_assets.domain.testsets.testset import GenerationRequest
from golden_assets_tests.factories import TARGETS


def test_a_sound_request_passes():
    assert configuration_is_valid(GenerationRequest(size=20, question_types=TARGETS), Thresholds()).passed


@pytest.mark.parametrize(
    ("request_fields", "limits", "said"),
    [
        ({"size": 5}, {"min_rows": 10}, "below min_rows 10"),
        ({"question_types": {}}, {}, "names no type"),
        ({"question_types": {"single_hop_specific": 0.6}}, {}, "sum to 0.6"),
        ({"question_types": {"single_hop_specific": 1.5, "multi_hop_specific": -0.5}}, {}, "negative share"),
        ({"language": " "}, {}, "language is empty"),
    ],
)
def test_a_contradiction_is_named(request_fields, limits, said):
    request = GenerationRequest(**{"size": 20, "question_types": TARGETS} | request_fields)
    verdict = configuration_is_valid(request, Thresholds(**limits))
    assert (verdict.passed, verdict.n) == (False, 5)
    assert any(said in offender for offender in verdict.offenders)
