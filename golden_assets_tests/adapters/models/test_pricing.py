"""What tokens cost: list prices, given prices, and no guesses."""

import socket

import pytest
from pydantic import ValidationError

from golden_assets.adapters.models.pricing import ModelPrices, Tokens, chat_pricing, embedding_pricing
from golden_assets.domain.core.errors import ConfigurationError

OPENAI = "https://api.openai.com/v1"
LOCAL = "http://127.0.0.1:8000/v1"
MILLION = Tokens(prompt=1_000_000, completion=1_000_000)


@pytest.mark.parametrize("address", [OPENAI, LOCAL])
def test_the_default_models_have_list_prices_behind_a_gateway_too(address: str) -> None:
    assert chat_pricing("gpt-4.1-mini", address, ModelPrices())(MILLION) == pytest.approx(2.0)  # 0.40 in, 1.60 out
    assert embedding_pricing("text-embedding-3-small", address, ModelPrices())(Tokens(prompt=1_000_000)) == pytest.approx(0.02)


def test_prompt_tokens_from_the_providers_cache_are_charged_at_their_own_list_price() -> None:
    price = chat_pricing("gpt-4.1-mini", OPENAI, ModelPrices())

    assert price(Tokens(prompt=1_000_000, cached=1_000_000)) == pytest.approx(0.1)


def test_given_prices_win_over_the_list() -> None:
    prices = ModelPrices(input=3.0, output=5.0, embedding=7.0)

    assert chat_pricing("gpt-4.1-mini", OPENAI, prices)(MILLION) == 8.0
    assert embedding_pricing("text-embedding-3-small", OPENAI, prices)(Tokens(prompt=500_000)) == 3.5


def test_a_price_of_zero_is_a_price() -> None:
    assert chat_pricing("my-llama", LOCAL, ModelPrices(input=0, output=0))(MILLION) == 0.0
    assert embedding_pricing("my-embedder", LOCAL, ModelPrices(embedding=0))(MILLION) == 0.0


def test_an_unknown_model_has_no_price_that_could_be_guessed() -> None:
    with pytest.raises(ConfigurationError, match=r"'my-llama'.*GOLDEN_ASSETS_INPUT_PRICE and GOLDEN_ASSETS_OUTPUT_PRICE"):
        chat_pricing("my-llama", LOCAL, ModelPrices(embedding=1.0))
    with pytest.raises(ConfigurationError, match=r"'my-embedder'.*GOLDEN_ASSETS_EMBEDDING_PRICE"):
        embedding_pricing("my-embedder", LOCAL, ModelPrices(input=1.0, output=1.0))


@pytest.mark.parametrize(
    ("given", "missing"), [({"input": 1.0}, "GOLDEN_ASSETS_OUTPUT_PRICE"), ({"output": 1.0}, "GOLDEN_ASSETS_INPUT_PRICE")]
)
def test_half_a_price_is_not_filled_up_from_the_list(given: dict[str, float], missing: str) -> None:
    with pytest.raises(ConfigurationError, match=f"set {missing} too"):
        chat_pricing("gpt-4.1-mini", OPENAI, ModelPrices(**given))


@pytest.mark.parametrize("price", [-1.0, float("nan"), float("inf")])
def test_prices_are_finite_and_not_negative(price: float) -> None:
    with pytest.raises(ValidationError):
        ModelPrices(input=price, output=1.0)


def test_list_prices_are_looked_up_without_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise AssertionError("a connection was made")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)

    assert chat_pricing("gpt-4.1-mini", OPENAI, ModelPrices())(MILLION) > 0
