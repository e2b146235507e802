"""Accounts: exact where the provider reports, marked where it does not."""

from typing import Any

import pytest

from golden_assets.adapters.models.pricing import Tokens
from golden_assets.adapters.models.usage import Account, UsageMeter, estimate_tokens, sum_usage
from golden_assets.domain.testsets.testset import TokenUsage


def cents(tokens: Tokens) -> float:
    """A cent for a prompt token, ten for one of the answer, half a cent off for a cached one."""
    return (tokens.prompt - tokens.cached * 0.5 + tokens.completion * 10) / 100


@pytest.fixture
def meter() -> UsageMeter:
    return UsageMeter(cents)


def test_a_new_meter_shows_nothing(meter: UsageMeter) -> None:
    assert meter.total == TokenUsage()


def test_a_reported_usage_counts_as_it_is(meter: UsageMeter) -> None:
    usage = {"prompt_tokens": 100, "completion_tokens": 7, "total_tokens": 107, "prompt_tokens_details": {"cached_tokens": 40}}

    account = Account(meter, "whatever the text")
    account.sent()
    account.answered({"usage": usage}, "whatever the answer")

    assert meter.total == TokenUsage(calls=1, prompt_tokens=100, completion_tokens=7, cost_usd=1.5)


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"usage": None},
        {"usage": {}},
        {"usage": {"prompt_tokens": "many"}},
        {"usage": {"prompt_tokens": -1, "completion_tokens": 3}},
        {"usage": {"prompt_tokens": True, "completion_tokens": 3}},
        {"usage": [1, 2]},
    ],
)
def test_a_usage_that_is_missing_or_nonsense_is_estimated(response: dict[str, Any], meter: UsageMeter) -> None:
    Account(meter, "x" * 9).answered(response, "y" * 4)

    assert meter.total == TokenUsage(prompt_tokens=3, completion_tokens=1, cost_usd=0.13, estimated=True)


@pytest.mark.parametrize("details", [None, {}, {"cached_tokens": None}])
def test_details_may_be_left_out(details: Any, meter: UsageMeter) -> None:
    Account(meter, "").answered({"usage": {"prompt_tokens": 5, "completion_tokens": None, "prompt_tokens_details": details}})

    assert meter.total == TokenUsage(prompt_tokens=5, cost_usd=0.05)


def test_a_lost_answer_is_charged_with_its_prompt(meter: UsageMeter) -> None:
    account = Account(meter, "x" * 40)
    account.sent()
    account.lost()

    assert meter.total == TokenUsage(calls=1, prompt_tokens=10, cost_usd=0.1, estimated=True)


def test_prompt_tokens_of_an_embedder_are_embedding_tokens() -> None:
    meter = UsageMeter(cents, embedding=True)

    Account(meter, "").answered({"usage": {"prompt_tokens": 12}})

    assert meter.total == TokenUsage(embedding_tokens=12, cost_usd=0.12)


def test_calls_add_up(meter: UsageMeter) -> None:
    for prompt in (1, 2, 4):
        meter.count_call()
        meter.count_tokens(Tokens(prompt=prompt))

    assert (meter.total.calls, meter.total.prompt_tokens) == (3, 7)


def test_a_sum_is_estimated_as_soon_as_one_part_is() -> None:
    exact, guessed = TokenUsage(calls=1, cost_usd=0.1), TokenUsage(calls=2, cost_usd=0.2, estimated=True)

    assert sum_usage([exact, guessed, exact]) == TokenUsage(calls=4, cost_usd=0.4, estimated=True)
    assert not sum_usage([exact, exact]).estimated
    assert sum_usage([]) == TokenUsage()


@pytest.mark.parametrize(("text", "tokens"), [("", 0), ("a", 1), ("abcd", 1), ("abcde", 2)])
def test_an_estimate_is_a_token_for_four_characters(text: str, tokens: int) -> None:
    assert estimate_tokens(text) == tokens
