"""How many rejections the critics' own errors explain."""

from math import comb

import pytest

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.grounding import answers_are_grounded, questions_stand_alone
from golden_assets.domain.gates.rows import hops_are_real
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections, rejection_power
from golden_assets.domain.testsets.findings import Finding
from golden_assets_tests.factories import measured_hops

ERRING = Thresholds(critic_false_rejects=0.02, critic_recall=0.9)


def more_than(allowed: int, rows: int, share: float) -> float:
    return sum(comb(rows, k) * share**k * (1 - share) ** (rows - k) for k in range(allowed + 1, rows + 1))


@pytest.mark.parametrize("rows", [1, 2, 5, 20, 50, 100, 500])
@pytest.mark.parametrize("rate", [0.001, 0.02, 0.3])
def test_no_fewer_rejections_would_keep_the_level(rows, rate):
    allowed = allowed_rejections(rows, rate)
    assert more_than(allowed, rows, rate) <= 0.05
    assert allowed == 0 or more_than(allowed - 1, rows, rate) > 0.05


@pytest.mark.parametrize(("rows", "rate", "allowed"), [(0, 0.5, 0), (10, 0.0, 0), (10, 1.0, 10), (20, 0.025, 2), (50, 0.025, 3)])
def test_a_critic_without_errors_is_allowed_none_and_one_that_always_errs_all(rows, rate, allowed):
    assert allowed_rejections(rows, rate) == allowed


def test_the_power_is_the_chance_of_more_rejections_than_allowed():
    assert rejection_power(50, 3, 0.9, 0.025) == pytest.approx(more_than(3, 50, 0.1 * 0.9 + 0.9 * 0.025))
    assert rejection_power(50, 3, 0.9, 0.025) > 0.8
    assert rejection_power(2, 2, 1.0, 0.0) == rejection_power(0, 0, 1.0, 0.0) == 0.0


@pytest.mark.parametrize(
    ("gate", "critic"), [(answers_are_grounded, "answer_is_supported"), (questions_stand_alone, "question_stands_alone")]
)
@pytest.mark.parametrize(("rows", "allowed"), [(20, 2), (50, 3), (100, 5), (500, 25)])
def test_few_rows_pass_with_as_many_rejections_as_the_critics_errors_explain_and_many_with_the_limit(gate, critic, rows, allowed):
    bad, good = ((Finding(row_id="r", critic=critic, score=0, verdict=verdict, reason="no"),) for verdict in ("rejected", "passed"))
    at_the_limit, above = (gate([bad] * n + [good] * (rows - n), ERRING) for n in (allowed, allowed + 1))
    assert at_the_limit.passed
    assert not above.passed
    assert above.n == rows
    assert f"{allowed} may be" in above.explanation


def test_no_rows_pass_and_prove_nothing():
    verdict = answers_are_grounded([], ERRING)
    assert (verdict.passed, verdict.measured, verdict.power) == (True, 0.0, 0.0)


@pytest.mark.parametrize(("rows", "allowed"), [(0, 0), (2, 0), (5, 1), (50, 3), (250, 9)])
def test_as_many_hops_may_be_rejected_as_the_critics_errors_explain(rows, allowed):
    assert hops_are_real(measured_hops(rows, allowed), ERRING).passed
    above = hops_are_real(measured_hops(rows, allowed + 1), ERRING)
    assert (above.passed, above.n, above.threshold, above.offender_count) == (False, rows, allowed, allowed + 1)
    assert above.power == pytest.approx(rejection_power(rows, allowed, 0.9, 0.02), abs=1e-6)


def test_no_multi_hop_row_with_a_single_passage_passes_however_many_rows_there_are():
    assert not hops_are_real(measured_hops(500, 0, indistinct=1), ERRING).passed
