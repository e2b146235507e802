"""Experiments held against each other: figures, decision, cautions."""

import random

import pytest
from scipy import stats

from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments import inference
from golden_assets.domain.experiments.caveats import CHANGED_TASK_CAUTION, SAME_RETRIEVER_CAUTION, SAME_TASK_CAUTION, SYNTHETIC_CAUTION
from golden_assets.domain.experiments.comparison import compare_experiments, decide
from golden_assets_tests.experiment_factories import an_experiment, rows_in
from golden_assets_tests.factories import changed

ROWS = rows_in(20, 4)


def often(share: float):
    """Right on this share of the rows, spread evenly."""
    return lambda i: float(int((i + 1) * share) > int(i * share))


def a_side(share: float, rows=ROWS, task: str = "first", **changes):
    return an_experiment(rows, {"exact_match": often(share)}, task=task, task_fingerprint=task, **changes)


def test_a_clearly_better_task_on_the_same_rows_is_found_and_may_be_promoted():
    comparison = compare_experiments(a_side(0.4), a_side(0.8, task="second"))
    (metric,) = comparison.metrics
    assert (metric.design, metric.rows_a, metric.rows_b, metric.documents) == ("paired", 80, 80, 20)
    assert (metric.mean_a, metric.mean_b, metric.difference) == (pytest.approx(0.4), pytest.approx(0.8), pytest.approx(0.4))
    assert metric.low is not None
    assert 0 < metric.low < 0.4 < (metric.high or 0)
    assert metric.p_value < 0.001
    assert metric.mcnemar_p_value is not None
    assert metric.verdict == "B higher"
    assert comparison.better
    assert "more than 5 % higher" in comparison.reason


def test_the_other_way_round_a_is_the_better_one_and_b_is_not_promoted():
    comparison = compare_experiments(a_side(0.8), a_side(0.4, task="second"))
    assert comparison.metrics[0].verdict == "A higher"
    assert not comparison.better
    assert "is not more than 5 % higher" in comparison.reason


def test_the_difference_that_can_be_found_is_stated_unless_there_is_no_error_to_go_by():
    metric = compare_experiments(a_side(0.4), a_side(0.8, task="second")).primary
    assert metric.low is not None
    assert metric.high is not None
    half, error = (metric.high - metric.low) / 2, metric.standard_error
    assert metric.minimum_detectable_effect == pytest.approx(half + stats.t.ppf(0.8, 19) * error)
    assert compare_experiments(a_side(0.4), a_side(0.4, task="second")).primary.minimum_detectable_effect is None


def test_more_than_five_percent_is_not_enough_when_the_interval_holds_zero():
    comparison = compare_experiments(a_side(0.5, rows_in(20, 2)), a_side(0.6, rows_in(20, 2), task="second"))
    assert comparison.primary.mean_b > 1.05 * comparison.primary.mean_a
    assert not comparison.better
    assert "does not exclude zero" in comparison.reason


def test_an_interval_above_zero_is_not_enough_for_an_improvement_below_five_percent():
    a = an_experiment(ROWS, {"similarity": lambda i: 0.8}, task="first", task_fingerprint="first")
    b = an_experiment(ROWS, {"similarity": lambda i: 0.81 + (i // 4 % 3) / 1000}, task="second", task_fingerprint="second")
    comparison = compare_experiments(a, b)
    assert (comparison.primary.low or 0) > 0
    assert not comparison.better


def test_five_documents_are_too_few_for_any_decision():
    comparison = compare_experiments(a_side(0.0, rows_in(5, 20)), a_side(1.0, rows_in(5, 20), task="second"))
    assert not comparison.better
    assert "5 documents in all: too few" in comparison.reason
    assert comparison.primary.verdict == "too few documents"


def test_a_single_document_that_differs_among_many_decides_nothing():
    a = an_experiment(ROWS, {"exact_match": lambda i: 0.5}, task="1", task_fingerprint="1")
    comparison = compare_experiments(a, an_experiment(ROWS, {"exact_match": lambda i: 0.5 if i else 5.0}, task="2", task_fingerprint="2"))
    assert comparison.primary.verdict == "none found"
    assert not comparison.better
    assert "does not exclude zero" in comparison.reason


def test_versions_without_a_common_row_are_compared_unpaired_and_with_some_partly():
    apart = compare_experiments(a_side(0.5), a_side(0.5, rows_in(20, 4, start=4), version="1.1.0"))
    assert (apart.primary.design, apart.primary.mcnemar_p_value) == ("unpaired", None)
    partly = compare_experiments(a_side(0.5), a_side(0.5, rows_in(20, 4, start=2), version="1.1.0"))
    assert partly.primary.design == "partly paired"
    bridge = partly.primary.bridge
    assert (bridge.removed_rows, bridge.common_rows, bridge.added_rows) == (40, 40, 40)
    assert partly.primary.difference == pytest.approx(bridge.removed + bridge.common + bridge.added, abs=1e-12)


def test_the_common_part_has_an_interval():
    comparison = compare_experiments(a_side(0.4), a_side(0.8, rows_in(20, 4, start=2), task="second"))
    bridge = comparison.primary.bridge
    assert bridge.common_low is not None
    assert bridge.common_high is not None
    assert bridge.common_low < bridge.common < bridge.common_high


def test_p_values_are_adjusted_over_all_scores_and_the_deciding_one_stands_alone():
    scores = {"one": often(0.4), "two": often(0.5), "three": often(0.5)}
    better = scores | {"one": often(0.7)}
    a = an_experiment(ROWS, scores, task="1", task_fingerprint="1")
    comparison = compare_experiments(a, an_experiment(ROWS, better, task="2", task_fingerprint="2"), primary="one")
    one = comparison.metrics[0]
    assert comparison.primary == one
    assert one.adjusted_p_value == one.p_value
    others = [metric.adjusted_p_value for metric in comparison.metrics[1:]]
    assert others == inference.holm([metric.p_value for metric in comparison.metrics[1:]])
    together = compare_experiments(a, an_experiment(ROWS, better, task="2", task_fingerprint="2"))
    assert together.metrics[0].adjusted_p_value == pytest.approx(3 * one.p_value)


def test_b_is_not_called_better_where_the_test_finds_nothing():
    """The interval of these 7 documents excludes zero, the test gives p 0.0625."""
    found = compare_experiments(a_side(0.4), a_side(0.8, task="second")).primary
    torn = found.model_copy(update={"documents": 7, "p_value": 0.0625, "adjusted_p_value": 0.0625, "low": 0.056, "high": 0.301})
    better, reason = decide(torn)
    assert (torn.verdict, better) == ("none found", False)
    assert reason.endswith("but the test finds no difference (p 0.062)")


def test_no_comparison_says_none_found_of_the_score_that_makes_b_better():
    rng, every = random.Random(3), rows_in(7, 20)  # noqa: S311 - a simulation
    for _ in range(60):
        rows = [row for document in range(7) for row in every[20 * document :][: rng.choice((2, 5, 11, 20))]]
        a = an_experiment(rows, {"exact_match": lambda _: float(rng.random() < 0.5)}, task="1", task_fingerprint="1")
        b = an_experiment(rows, {"exact_match": lambda _: float(rng.random() < 0.7)}, task="2", task_fingerprint="2")
        comparison = compare_experiments(a, b)
        assert comparison.better <= (comparison.primary.verdict == comparison.metrics[0].verdict == "B higher")


def test_the_same_experiments_give_the_same_figures():
    first, second = (compare_experiments(a_side(0.4), a_side(0.5, task="second")) for _ in range(2))
    assert first == second


def test_the_same_task_over_two_versions_is_called_easier_not_better():
    comparison = compare_experiments(a_side(0.4), a_side(0.8, rows_in(20, 4, start=4), version="1.1.0"))
    assert comparison.cautions == (SAME_TASK_CAUTION,)


def test_a_task_whose_code_changed_is_told_from_a_testset_that_changed():
    a = an_experiment(ROWS, {"exact_match": often(0.4)}, task_fingerprint="march")
    b = an_experiment(rows_in(20, 4, start=2), {"exact_match": often(0.4)}, task_fingerprint="june", version="1.1.0")
    assert compare_experiments(a, b).cautions == (CHANGED_TASK_CAUTION,)


def test_answer_scores_of_two_tasks_on_synthetic_rows_come_with_a_caution():
    assert compare_experiments(a_side(0.4), a_side(0.8, task="second")).cautions == (SYNTHETIC_CAUTION,)
    for author in ("unknown", "human"):
        by_people = [changed(row, synthesizer_name=author) for row in ROWS]
        assert compare_experiments(a_side(0.4, by_people), a_side(0.8, by_people, task="second")).cautions == ()


def test_two_tasks_that_share_a_retriever_are_told_to_compare_generators():
    same = {"context_recall": often(0.5)}
    a = an_experiment(ROWS, {"exact_match": often(0.4), **same}, task="1", task_fingerprint="1")
    b = an_experiment(ROWS, {"exact_match": often(0.6), **same}, task="2", task_fingerprint="2")
    assert compare_experiments(a, b).cautions == (SAME_RETRIEVER_CAUTION + SYNTHETIC_CAUTION,)
    other = an_experiment(ROWS, {"exact_match": often(0.6), "context_recall": often(0.6)}, task="2", task_fingerprint="2")
    assert compare_experiments(a, other).cautions == (SYNTHETIC_CAUTION,)


def test_retrieval_scores_alone_need_no_caution():
    a = an_experiment(ROWS, {"hit_rate": often(0.4)}, task="1", task_fingerprint="1")
    assert compare_experiments(a, an_experiment(ROWS, {"hit_rate": often(0.6)}, task="2", task_fingerprint="2")).cautions == ()


def test_failed_calls_count_zero_and_are_named():
    whole = an_experiment(ROWS, {"exact_match": lambda i: 1.0}, task="first")
    broken = an_experiment(ROWS, {"exact_match": lambda i: 1.0}, failed=range(20), task="second")
    comparison = compare_experiments(whole, broken)
    assert comparison.primary.mean_b == pytest.approx(0.75)
    assert "20 of 80 calls of second failed; each scores 0." in comparison.cautions


def test_an_experiment_in_which_every_call_failed_cannot_be_compared_and_says_why():
    broken = an_experiment(ROWS, {"exact_match": lambda i: 1.0}, failed=range(80))
    with pytest.raises(ExperimentError, match="no score in common \\(TimeoutError: no answer\\)"):
        compare_experiments(a_side(0.5), broken)


def test_a_deciding_score_that_is_not_there_is_refused_with_those_that_are():
    with pytest.raises(ExperimentError, match="choose one of exact_match, average"):
        compare_experiments(a_side(0.5), a_side(0.5), primary="elegance")


def test_scores_that_no_row_has_all_of_have_no_average_and_each_can_decide():
    early, late = (lambda i: 1.0 if i < 40 else None), (lambda i: None if i < 40 else 1.0)
    a = an_experiment(ROWS, {"exact_match": early, "hit_rate": late}, task_fingerprint="1")
    with pytest.raises(ExperimentError, match="no row has all of the scores exact_match, hit_rate: name one"):
        compare_experiments(a, a)
    assert compare_experiments(a, a, primary="hit_rate").primary.mean_b == 1.0


def test_rows_that_the_average_leaves_out_are_counted():
    partial = an_experiment(ROWS, {"exact_match": lambda i: 1.0, "hit_rate": lambda i: 1.0 if i < 60 else None}, task_fingerprint="1")
    comparison = compare_experiments(partial, partial)
    assert comparison.primary.rows_a == 60
    assert "20 rows without a score that others have: left out of the average." in comparison.cautions


def test_scores_of_another_judge_are_not_compared_unawares():
    a = an_experiment(ROWS, {"exact_match": often(0.5)}, evaluator_fingerprints=("exact_match",))
    b = an_experiment(ROWS, {"exact_match": often(0.5)}, evaluator_fingerprints=("other code",))
    comparison = compare_experiments(a, b)
    assert comparison.changed_evaluators == ("exact_match",)
    assert "Another judge or other code computed exact_match on each side: run both again with one." in comparison.cautions
    older = an_experiment(ROWS, {"exact_match": often(0.5)})
    assert compare_experiments(a, a).changed_evaluators == compare_experiments(older, b).changed_evaluators == ()
