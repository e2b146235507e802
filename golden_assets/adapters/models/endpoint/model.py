"""A chat model behind an OpenAI-compatible endpoint."""

import logging
from collections.abc import Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.completions import read_completion
from golden_assets.adapters.models.endpoint.failures import UnsupportedFormatError
from golden_assets.adapters.models.endpoint.response_formats import AnswerFormat
from golden_assets.adapters.models.endpoint.structured_output import (
    MAX_ANSWER_TOKENS,
    MAX_ASKS,
    MalformedAnswerError,
    read_answer,
    until_usable,
)
from golden_assets.adapters.models.pricing import ModelPrices, Tokens, chat_pricing
from golden_assets.adapters.models.usage import Account, CallTally, UsageMeter, estimate_tokens
from golden_assets.domain.costs.calls import CallRequest, Quote
from golden_assets.domain.ports.models import AnySchema
from golden_assets.domain.testsets.testset import TokenUsage

logger = logging.getLogger(__name__)

Message = dict[str, str]

COMPLAINT_TOKENS = 200
"""What asking again adds to the conversation at most, besides the unusable answer."""


class EndpointModel:
    """A `golden_assets.domain.ports.models.ChatModel` that asks an endpoint.

    Args:
        endpoint: where the requests go; it may be shared with an embedder.
        model: the model's name there.
        temperature: sampling temperature; None leaves it out of the request, as some models demand.
        seed: seed of the sampling, for endpoints that honour one; None leaves it out.
        prices: US dollars per million tokens, for models without a list price.

    Raises:
        ConfigurationError: the model has no list price and no prices are given.
    """

    def __init__(
        self,
        endpoint: Endpoint,
        *,
        model: str,
        temperature: float | None = None,
        seed: int | None = None,
        prices: ModelPrices | None = None,
    ) -> None:
        self._endpoint = endpoint
        self._model = model
        self._sampling = {key: value for key, value in {"temperature": temperature, "seed": seed}.items() if value is not None}
        self._pricing = chat_pricing(model, endpoint.base_url, prices or ModelPrices())
        self._meter = UsageMeter(self._pricing)
        self._format = AnswerFormat.JSON_SCHEMA

    @property
    def name(self) -> str:
        """The model's name."""
        return self._model

    @property
    def version(self) -> str:
        """Endpoint and model: an endpoint tells nothing more that would hold beyond one answer."""
        return f"{self._endpoint.place} {self._model}"

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made, repeated requests included."""
        return self._meter.total

    async def complete(self, prompt: str, schema: type[AnySchema], *, purpose: str) -> AnySchema:  # noqa: ARG002 - the ledger books it
        """One validated answer; an unusable one is asked for again, with what was wrong with it.

        Raises:
            ModelAuthenticationError: the key is refused.
            ModelError: the endpoint failed or answered nonsense, after bounded repetition.
            UnanswerableError: the model declines, or a content filter cut in.
        """

        return await self.complete_tallied(prompt, schema, CallTally())

    async def complete_tallied(self, prompt: str, schema: type[AnySchema], tally: CallTally) -> AnySchema:
        """`complete`, with what this very call used in ``tally``, whether it succeeds or not. Raises like it."""

        async def _ask(unusable: Sequence[MalformedAnswerError]) -> AnySchema:
            return await self._ask(prompt, _corrections(unusable), schema, tally)

        return await until_usable(_ask, f"the model {self._model} at {self._endpoint.host}")

    def request(self, prompt: str, schema: type[AnySchema]) -> CallRequest:
        """What identifies a call. The way the schema is conveyed does not: an endpoint's way is found out while calls are made."""
        return CallRequest(
            kind="chat",
            endpoint=self._endpoint.place,
            model=self._model,
            content=[{"role": "user", "content": prompt}],
            parameters=self._sampling,
            answer_schema=_described(schema),
        )

    def quote(self, request: CallRequest) -> Quote:
        """A call at its worst: each of `MAX_ASKS` answers as long as can be, each prompt a token for every byte and all that went before.

        No tokenizer makes more tokens than there are bytes. Attempts that time out come on top, at the estimate of their prompt.
        """
        text = "".join(message["content"] for message in request.content) + str(request.answer_schema)
        first = len(text.encode())
        prompt = sum(first + ask * (MAX_ANSWER_TOKENS + COMPLAINT_TOKENS) for ask in range(MAX_ASKS))
        tokens = Tokens(prompt=prompt, completion=MAX_ASKS * MAX_ANSWER_TOKENS)
        lost = self._pricing(Tokens(prompt=estimate_tokens(text)))
        return Quote(tokens=tokens.prompt + tokens.completion, cost_usd=self._pricing(tokens), lost_usd=lost)

    async def _ask(self, prompt: str, corrections: list[Message], schema: type[AnySchema], tally: CallTally) -> AnySchema:
        while True:
            used = self._format
            messages: list[Message] = [{"role": "user", "content": prompt + used.instruction(schema)}, *corrections]
            try:
                return await self._request(messages, used.response_format(schema), schema, tally)
            except UnsupportedFormatError:
                if used.fallback is None:
                    raise
                if self._format is used:  # else another request found out before
                    logger.info("%s does not accept the response format %s", self._endpoint.host, used.value)
                    self._format = used.fallback

    async def _request(
        self, messages: list[Message], response_format: dict[str, Any] | None, schema: type[AnySchema], tally: CallTally
    ) -> AnySchema:
        body: dict[str, Any] = {"model": self._model, "messages": messages, **self._sampling}
        if response_format is not None:
            body["response_format"] = response_format
        account = Account(self._meter, "".join(message["content"] for message in messages), tally)
        response = await self._endpoint.send(lambda client: client.chat.completions.with_raw_response.create(**body), account)
        text, finish_reason = "", None
        try:
            text, finish_reason = read_completion(response)
        finally:
            account.answered(response, text)
        return read_answer(text, finish_reason, schema)


@cache
def _described(schema: type[BaseModel]) -> dict[str, Any]:
    """A schema as part of what identifies a call; there are a dozen of them, and thousands of calls."""
    return {"name": schema.__name__, "schema": schema.model_json_schema()}


def _corrections(unusable: Sequence[MalformedAnswerError]) -> list[Message]:
    """The conversation after the prompt: each unusable answer and what was wrong with it."""
    messages: list[Message] = []
    for malformed in unusable:
        if malformed.answer:
            messages.append({"role": "assistant", "content": malformed.answer})
        complaint = f"That was {malformed.problem}. Answer again, shorter if need be, with nothing but one complete JSON object."
        messages.append({"role": "user", "content": complaint})
    return messages
