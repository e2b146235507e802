"""What runs and scores add up to."""

import pytest

from golden_assets.domain.experiments.experiment import (
    ExperimentRequest,
    count_errors,
    count_unscored,
    experiment_key,
    mean_scores,
    scores_by_row,
)
from golden_assets_tests.experiment_factories import a_run


def test_a_rows_score_is_the_mean_over_its_repetitions():
    runs = [a_run("a", 1, f1=1.0), a_run("a", 2, f1=0.5), a_run("b", 1, f1=0.0)]
    assert scores_by_row(runs, ["f1"]) == {"f1": {"a": 0.75, "b": 0.0}}
    assert mean_scores(runs, ["f1"]) == {"f1": 0.375}


def test_the_order_in_which_runs_are_read_back_changes_no_figure():
    runs = [a_run("b", f1=0.1), a_run("a", f1=0.2), a_run("c", f1=0.7)]
    assert list(scores_by_row(runs, ["f1"])["f1"]) == list(scores_by_row(runs[::-1], ["f1"])["f1"]) == ["a", "b", "c"]


def test_a_failed_call_scores_zero_and_is_counted():
    runs = [a_run("a", f1=1.0), a_run("b", error="TimeoutError")]
    assert scores_by_row(runs, ["f1"]) == {"f1": {"a": 1.0, "b": 0.0}}
    assert count_errors(runs) == 1


def test_a_score_that_could_not_be_computed_is_left_out_and_counted():
    runs = [a_run("a", f1=1.0, judge=None), a_run("b", f1=0.0, judge=0.5)]
    assert scores_by_row(runs, ["f1", "judge"]) == {"f1": {"a": 1.0, "b": 0.0}, "judge": {"b": 0.5}}
    assert count_unscored(runs) == 1


def test_scores_that_no_run_has_are_not_there_at_all():
    assert scores_by_row([a_run("a", error="down"), a_run("b", error="down")], ["f1"]) == {}


@pytest.mark.parametrize("changes", [{"task": "other"}, {"repetitions": 2}], ids=["task", "repetitions"])
def test_another_task_or_other_repetitions_make_another_experiment(changes: dict[str, object]):
    request = ExperimentRequest()
    assert experiment_key("a" * 64, request, "f", ["m"]) != experiment_key("a" * 64, request.model_copy(update=changes), "f", ["m"])


def test_pace_and_order_do_not_make_another_experiment_but_other_rows_code_and_judges_do():
    request = ExperimentRequest(evaluators=("token_f1", "exact_match"))
    same = ExperimentRequest(evaluators=("exact_match", "token_f1"), concurrency=1, timeout_seconds=1, fresh=True)
    assert experiment_key("a" * 64, request, "f", ["m", "n"]) == experiment_key("a" * 64, same, "f", ["n", "m"])
    assert (
        len({experiment_key(rows, request, code, [judge]) for rows in ("a" * 64, "b" * 64) for code in ("f", "g") for judge in "mn"}) == 8
    )


def test_a_failed_call_counts_in_no_score_that_does_not_apply_to_its_row():
    runs = [a_run("cites", 1, hit_rate=1.0, f1=1.0), a_run("cites", 2, error="down"), a_run("human", error="down")]
    scores = scores_by_row(runs, ["hit_rate", "f1"], frozenset({"human"}))
    assert scores == {"hit_rate": {"cites": 0.5}, "f1": {"cites": 0.5, "human": 0.0}}
