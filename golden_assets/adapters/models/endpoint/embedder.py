"""An embedding model behind an OpenAI-compatible endpoint."""

import asyncio
from collections.abc import Iterator, Sequence

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from golden_assets.adapters.models.cached_embedder import unit_vectors
from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.structured_output import MAX_ASKS, MalformedAnswerError, until_usable
from golden_assets.adapters.models.pricing import ModelPrices, Tokens, embedding_pricing
from golden_assets.adapters.models.usage import Account, CallTally, UsageMeter, estimate_tokens
from golden_assets.domain.costs.calls import CallRequest, Quote
from golden_assets.domain.testsets.testset import TokenUsage

MAX_TEXTS = 256
"""Texts in one request; OpenAI takes 2048, many compatible servers less."""
MAX_TOKENS = 60_000
"""Estimated tokens in one request; OpenAI takes 300,000, a smaller request costs less to repeat."""
PURPOSE = "embedding"


class _Embedding(BaseModel):
    index: int | None = None
    embedding: list[float] = Field(min_length=1)


class _Embeddings(BaseModel):
    """A response of the embeddings API, as far as it is read."""

    model_config = ConfigDict(extra="ignore")

    data: list[_Embedding]


class EndpointEmbedder:
    """A `golden_assets.domain.ports.models.Embedder` that asks an endpoint, several batches at a time.

    Args:
        endpoint: where the requests go; it may be shared with a chat model.
        model: the model's name there.
        prices: US dollars per million tokens, for models without a list price.

    Raises:
        ConfigurationError: the model has no list price and no price is given.
    """

    def __init__(self, endpoint: Endpoint, *, model: str, prices: ModelPrices | None = None) -> None:
        self._endpoint = endpoint
        self._model = model
        self._pricing = embedding_pricing(model, endpoint.base_url, prices or ModelPrices())
        self._meter = UsageMeter(self._pricing, embedding=True)

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made, repeated requests included."""
        return self._meter.total

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One unit-length vector per text, in order.

        Raises:
            ModelAuthenticationError: the key is refused.
            ModelError: the endpoint failed or answered nonsense, after bounded repetition; the other batches are given up too.
        """
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self.embed_tallied(batch, CallTally())) for batch in batches(texts)]
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return [vector for task in tasks for vector in task.result()]

    async def embed_tallied(self, texts: list[str], tally: CallTally) -> list[list[float]]:
        """`embed` of one of `batches`, with what this very call used in ``tally``, whether it succeeds or not. Raises like it."""

        async def _ask(_: Sequence[MalformedAnswerError]) -> list[list[float]]:
            return await self._request(texts, tally)

        return await until_usable(_ask, f"the model {self._model} at {self._endpoint.host}")

    def request(self, texts: list[str]) -> CallRequest:
        """What identifies a call."""
        return CallRequest(kind="embedding", endpoint=self._endpoint.place, model=self._model, content=texts)

    def quote(self, request: CallRequest) -> Quote:
        """A call at its worst: a token for every byte, as often as it is asked."""
        tokens = MAX_ASKS * sum(len(text.encode()) for text in request.content)
        lost = self._pricing(Tokens(prompt=sum(map(estimate_tokens, request.content))))
        return Quote(tokens=tokens, cost_usd=self._pricing(Tokens(prompt=tokens)), lost_usd=lost)

    async def _request(self, texts: list[str], tally: CallTally) -> list[list[float]]:
        account = Account(self._meter, "".join(texts), tally)
        response = await self._endpoint.send(
            lambda client: client.embeddings.with_raw_response.create(model=self._model, input=texts, encoding_format="float"), account
        )
        account.answered(response)
        return _read_vectors(response, len(texts))


def batches(texts: Sequence[str]) -> Iterator[list[str]]:
    """The texts in order, at most `MAX_TEXTS` and `MAX_TOKENS` together; a longer text goes alone."""
    batch: list[str] = []
    tokens = 0
    for text in texts:
        size = estimate_tokens(text)
        if batch and (len(batch) == MAX_TEXTS or tokens + size > MAX_TOKENS):
            yield batch
            batch, tokens = [], 0
        batch.append(text)
        tokens += size
    if batch:
        yield batch


def _read_vectors(response: dict[str, object], expected: int) -> list[list[float]]:
    """One unit vector per text, in the order of the texts.

    Raises:
        MalformedAnswerError: too few or too many, of different lengths, zero or not finite.
    """
    try:
        data = _Embeddings.model_validate(response).data
    except ValidationError:
        raise MalformedAnswerError("a response without embeddings") from None
    if len(data) != expected:
        raise MalformedAnswerError(f"{len(data)} embeddings for {expected} texts")
    ordered = [item.embedding for item in sorted(data, key=lambda item: item.index or 0)]
    try:
        return unit_vectors(np.array(ordered))
    except ValueError:
        raise MalformedAnswerError("embeddings of different lengths, of length zero or not finite") from None
