"""What tokens cost in US dollars.

List prices come from the data that ships with the package ``genai-prices``; nothing is fetched. A model it does not know has no price
that could be guessed, so its prices must be given: a budget that silently counts zero is worse than no budget.
"""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from pydantic import BaseModel, ConfigDict, Field

from golden_assets.domain.core.errors import ConfigurationError

if TYPE_CHECKING:
    from genai_prices import Usage
    from genai_prices.types import PriceCalculation

TOKENS_PER_PRICE = 1_000_000


class Tokens(BaseModel):
    """Tokens of one response.

    ``cached`` is the part of ``prompt`` that the provider read from its cache, often at a lower price; ``reasoning`` the part of
    ``completion`` that was thought and not said.
    """

    model_config = ConfigDict(frozen=True)

    prompt: int = Field(default=0, ge=0)
    cached: int = Field(default=0, ge=0)
    completion: int = Field(default=0, ge=0)
    reasoning: int = Field(default=0, ge=0)


class ModelPrices(BaseModel):
    """Prices that the user gives, in US dollars per million tokens; None stands for the list price.

    ``input`` and ``output`` are a chat model's and come together. Cached prompt tokens are charged like any other.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    input: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    output: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    embedding: float | None = Field(default=None, ge=0, allow_inf_nan=False)


Pricing = Callable[[Tokens], float]
"""US dollars for the tokens of one response."""


def chat_pricing(model: str, base_url: str, prices: ModelPrices) -> Pricing:
    """How a chat model is charged: by the given prices, otherwise by the list.

    Raises:
        ConfigurationError: one of the two prices is given without the other, or neither is and the list does not know the model.
    """
    given = (prices.input, prices.output)
    if given == (None, None):
        return _listed(model, base_url, "GOLDEN_ASSETS_INPUT_PRICE and GOLDEN_ASSETS_OUTPUT_PRICE")
    if prices.input is None or prices.output is None:
        missing = "GOLDEN_ASSETS_INPUT_PRICE" if prices.input is None else "GOLDEN_ASSETS_OUTPUT_PRICE"
        raise ConfigurationError(f"only one of the two prices of model {model!r} is given", f"set {missing} too, or neither")
    return partial(_given, prices.input, prices.output)


def embedding_pricing(model: str, base_url: str, prices: ModelPrices) -> Pricing:
    """How an embedding model is charged: by the given price, otherwise by the list.

    Raises:
        ConfigurationError: no price is given and the list does not know the model.
    """
    if prices.embedding is None:
        return _listed(model, base_url, "GOLDEN_ASSETS_EMBEDDING_PRICE")
    return partial(_given, prices.embedding, 0.0)


def _given(input_price: float, output_price: float, tokens: Tokens) -> float:
    return (tokens.prompt * input_price + tokens.completion * output_price) / TOKENS_PER_PRICE


def _listed(model: str, base_url: str, settings: str) -> Pricing:
    """Look the model up at the endpoint's own provider, else by its name alone, else among OpenAI's.

    The last two serve gateways, which pass a known model on under an address of their own.
    """
    from genai_prices import Usage, calc_price

    for price in (
        partial(calc_price, model_ref=model, provider_api_url=base_url),
        partial(calc_price, model_ref=model),
        partial(calc_price, model_ref=model, provider_id="openai"),
    ):
        try:
            price(Usage(input_tokens=1))
        except LookupError:
            continue
        return partial(_list_price, price)
    raise ConfigurationError(
        f"the prices of model {model!r} are not known, so its cost cannot be counted",
        f"set {settings} in US dollars per million tokens (0 for a server of your own), or name a model with a list price",
    )


def _list_price(price: "Callable[[Usage], PriceCalculation]", tokens: Tokens) -> float:
    from genai_prices import Usage

    usage = Usage(input_tokens=tokens.prompt, cache_read_tokens=tokens.cached, output_tokens=tokens.completion)
    return float(price(usage).total_price)
