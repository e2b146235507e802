"""What a run is expected to cost, from the best source there is."""

from datetime import UTC, datetime

import pytest
from pydantic import BaseModel

from golden_assets.adapters.critics.prompts import questions
from golden_assets.adapters.models.planning import ASSUMED_CALLS, ASSUMED_TOKENS, CRITIC_CALLS, FreeBudgetPlanner, LedgerBudgetPlanner
from golden_assets.adapters.models.pricing import Tokens
from golden_assets.domain.costs.budgets import Limits, Pause
from golden_assets.domain.costs.calls import CallRequest, PurposeHistory
from golden_assets_tests.adapters.models.books import SpentBooks
from golden_assets_tests.factories import a_corpus, rows_on


def a_dollar_per_thousand(tokens: Tokens) -> float:
    return (tokens.prompt + tokens.completion) / 1000


async def test_the_embedded_models_cost_nothing() -> None:
    budget = await FreeBudgetPlanner().plan(1000)
    assert (budget.estimate.cost_usd, budget.estimate.cost_high_usd, budget.remaining) == (0, 0, None)


async def test_without_history_the_estimate_is_a_guess_and_says_so() -> None:
    budget = await LedgerBudgetPlanner(SpentBooks(), ["m", "e"], a_dollar_per_thousand).plan(10)
    each = a_dollar_per_thousand(ASSUMED_TOKENS)
    estimate = budget.estimate
    assert (estimate.calls_low, estimate.calls, estimate.calls_high) == tuple(10 * calls for calls in ASSUMED_CALLS)
    assert estimate.cost_usd == pytest.approx(estimate.calls * each)
    assert "assumptions" in estimate.basis
    assert estimate.tokens == 10 * ASSUMED_CALLS[1] * (ASSUMED_TOKENS.prompt + ASSUMED_TOKENS.completion)
    assert budget.remaining is None


async def test_history_of_the_models_in_use_replaces_the_guess() -> None:
    books = SpentBooks(history=[PurposeHistory(purpose="single_hop_specific", calls=4, mean_usd=0.5, mean_square_usd=0.25)])
    budget = await LedgerBudgetPlanner(books, ["m", "e"], a_dollar_per_thousand).plan(10)
    assert books.models == ["m", "e"]
    assert (budget.estimate.calls, budget.estimate.cost_usd, budget.estimate.basis) == (10, 5.0, "4 calls on record")


async def test_critics_that_are_on_and_have_asked_nothing_yet_are_assumed_beside_what_is_on_record() -> None:
    history = [PurposeHistory(purpose="single_hop_specific", calls=4, mean_usd=0.5, mean_square_usd=0.25)]
    budget = await LedgerBudgetPlanner(SpentBooks(history=history), ["m"], a_dollar_per_thousand, ["claims", "hop"]).plan(10)
    each = [CRITIC_CALLS[name] for name in ("claims", "hop")]
    assert budget.estimate.calls == 10 + 10 * sum(calls for calls, _ in each)
    assert budget.estimate.cost_usd == pytest.approx(5.0 + 10 * sum(calls * a_dollar_per_thousand(tokens) for calls, tokens in each))
    assert "critics claims, hop" in budget.estimate.basis


async def test_calls_of_critics_count_as_they_were_while_these_are_on_and_not_at_all_when_they_are_off() -> None:
    history = [
        PurposeHistory(purpose="single_hop_specific", calls=4, mean_usd=0.5, mean_square_usd=0.25),
        PurposeHistory(purpose="critic:claims", calls=6, mean_usd=0.1, mean_square_usd=0.01),
    ]
    books = SpentBooks(history=history)
    on = await LedgerBudgetPlanner(books, ["m"], a_dollar_per_thousand, ["claims"]).plan(10)
    off = await LedgerBudgetPlanner(books, ["m"], a_dollar_per_thousand).plan(10)
    assert (on.estimate.calls, on.estimate.cost_usd, on.estimate.basis) == (25, pytest.approx(6.5), "10 calls on record")
    assert (off.estimate.calls, off.estimate.cost_usd, off.estimate.basis) == (10, 5.0, "4 calls on record")


async def test_what_is_left_is_that_of_the_tightest_limit() -> None:
    planner = LedgerBudgetPlanner(SpentBooks(Limits(run=1.5, day=4.0, month=100.0)), ["m"], a_dollar_per_thousand)
    budget = await planner.plan(1)
    assert budget.remaining == (1.0, "day")


async def test_a_pause_is_part_of_the_plan() -> None:
    books = SpentBooks()
    assert (await LedgerBudgetPlanner(books, ["m"], a_dollar_per_thousand).plan(1)).pause is None
    books.paused = Pause(reason="the invoice looks odd", performed_by="ada", performed_at=datetime.now(UTC))
    assert (await LedgerBudgetPlanner(books, ["m"], a_dollar_per_thousand).plan(1)).pause == books.paused


WRITING = PurposeHistory(purpose="single_hop_specific", calls=4, mean_usd=0.5, mean_square_usd=0.25)
JUDGING = PurposeHistory(purpose="critic:claims", calls=4, mean_usd=0.1, mean_square_usd=0.01)
ROWS = rows_on(a_corpus(), 4)


def identify(prompt: str, schema: type[BaseModel]) -> CallRequest:
    return CallRequest(kind="chat", endpoint="e", model="m", content=[prompt, schema.__name__])


async def test_rows_that_stay_cost_what_critics_have_not_asked_about_them_yet() -> None:
    books = SpentBooks(history=[WRITING, JUDGING])
    planner = LedgerBudgetPlanner(books, ["m"], a_dollar_per_thousand, ["claims"], identify)
    estimate = (await planner.plan(2, ROWS)).estimate
    assert (estimate.calls, estimate.cost_usd) == (2 + 2 + 4, pytest.approx(2 * 0.5 + 2 * 0.1 + 4 * 0.1))
    assert "4 calls ask about rows that stay" in estimate.basis
    books.keys = {identify(one.prompt, one.schema).key for row in ROWS[:3] for one in questions(["claims"], row)}
    assert (await planner.plan(0, ROWS)).estimate.calls == 1
    books.keys |= {identify(one.prompt, one.schema).key for one in questions(["claims"], ROWS[3])}
    assert (await planner.plan(0, ROWS)).estimate == (await planner.plan(0)).estimate


async def test_a_multi_hop_row_is_asked_about_once_for_each_passage_where_no_call_of_that_critic_is_on_record() -> None:
    planner = LedgerBudgetPlanner(SpentBooks(history=[WRITING]), ["m"], a_dollar_per_thousand, ["hop"], identify)
    hops = [row for row in ROWS if row.question_type != "single_hop_specific"]
    estimate = (await planner.plan(0, ROWS)).estimate
    assert (estimate.calls, estimate.calls_low, estimate.calls_high) == (2 * len(hops),) * 3
    assert estimate.cost_usd == pytest.approx(2 * len(hops) * a_dollar_per_thousand(CRITIC_CALLS["hop"][1]))


async def test_judging_rows_that_stay_is_expected_to_cost_something_before_any_call_is_on_record() -> None:
    planner = LedgerBudgetPlanner(SpentBooks(history=[JUDGING]), ["m"], a_dollar_per_thousand, ["claims"], identify)
    assert (await planner.plan(0, ROWS)).estimate.calls == 4


async def test_without_critics_rows_that_stay_cost_nothing() -> None:
    assert (await LedgerBudgetPlanner(SpentBooks(), ["m"], a_dollar_per_thousand).plan(0, ROWS)).estimate.calls == 0
    assert (await FreeBudgetPlanner().plan(0, ROWS)).estimate.calls == 0
