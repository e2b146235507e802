"""Counting what models use: exactly what the provider reports, and an estimate, marked as one, where it reports nothing."""

import logging
import math
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from golden_assets.adapters.models.pricing import Pricing, Tokens
from golden_assets.domain.costs.calls import CallUsage
from golden_assets.domain.testsets.testset import TokenUsage

logger = logging.getLogger(__name__)

CHARACTERS_PER_TOKEN = 4
"""The rule of thumb that OpenAI gives for English; a local tokenizer would have to be downloaded."""


MAX_PLAUSIBLE_TOKENS = 10_000_000
"""No model reads or writes as much in one request; a larger figure is a fault of the server, and is estimated instead."""


def estimate_tokens(text: str) -> int:
    """Tokens of ``text`` at four characters each, rounded up."""
    return math.ceil(len(text) / CHARACTERS_PER_TOKEN)


def sum_usage(usages: Iterable[TokenUsage]) -> TokenUsage:
    """All of them together; estimated as soon as one is."""
    parts = list(usages)
    return TokenUsage(
        calls=sum(part.calls for part in parts),
        calls_replayed=sum(part.calls_replayed for part in parts),
        prompt_tokens=sum(part.prompt_tokens for part in parts),
        completion_tokens=sum(part.completion_tokens for part in parts),
        embedding_tokens=sum(part.embedding_tokens for part in parts),
        cost_usd=math.fsum(part.cost_usd for part in parts),
        estimated=any(part.estimated for part in parts),
    )


class UsageMeter:
    """Adds up usage.

    A call is a request that was sent, whatever became of it. Tokens are those of answers, unusable ones included; of an answer that
    never came (a time-out) the prompt is estimated, since a provider may charge it.

    Args:
        pricing: US dollars for the tokens of one response.
        embedding: whether prompt tokens count as embedding tokens.
    """

    def __init__(self, pricing: Pricing, *, embedding: bool = False) -> None:
        self._pricing = pricing
        self._embedding = embedding
        self.total = TokenUsage()
        """Everything since this meter was made."""

    def count_call(self) -> None:
        """A request goes out."""
        self.total = sum_usage([self.total, TokenUsage(calls=1)])

    def count_tokens(self, tokens: Tokens, *, estimated: bool = False) -> None:
        """A response came in, or is charged for although it did not."""
        used = self.usage_of(tokens, estimated=estimated)
        self.total = sum_usage([self.total, TokenUsage(**used.model_dump(include=set(TokenUsage.model_fields)))])

    def usage_of(self, tokens: Tokens, *, estimated: bool = False) -> CallUsage:
        """What the tokens of one response are in the account of one call."""
        prompt = {"embedding_tokens" if self._embedding else "prompt_tokens": tokens.prompt}
        return CallUsage(
            **prompt,
            completion_tokens=tokens.completion,
            cached_tokens=tokens.cached,
            reasoning_tokens=tokens.reasoning,
            cost_usd=self._pricing(tokens),
            estimated=estimated,
        )


class CallTally:
    """What one call has used so far, over all the requests that it took."""

    def __init__(self) -> None:
        self.usage = CallUsage()

    def add(self, usage: CallUsage) -> None:
        """One more request, or the tokens of one."""
        self.usage += usage


@dataclass(frozen=True)
class Account:
    """One request's entries in a meter, and in the tally of the call it belongs to. ``prompt`` is all the text that is sent."""

    meter: UsageMeter
    prompt: str
    tally: CallTally = field(default_factory=CallTally)

    def sent(self) -> None:
        """The request goes out, for the first time or again."""
        self.meter.count_call()
        self.tally.add(CallUsage(attempts=1))

    def lost(self) -> None:
        """The request went out and no answer came in time."""
        self._charge(Tokens(prompt=estimate_tokens(self.prompt)), estimated=True)

    def answered(self, response: dict[str, Any], text: str = "") -> None:
        """A model answered ``text``: the usage that its response reports, or else an estimate."""
        reported = _reported_tokens(response)
        estimate = Tokens(prompt=estimate_tokens(self.prompt), completion=estimate_tokens(text))
        self._charge(reported or estimate, estimated=reported is None)

    def _charge(self, tokens: Tokens, *, estimated: bool) -> None:
        self.meter.count_tokens(tokens, estimated=estimated)
        self.tally.add(self.meter.usage_of(tokens, estimated=estimated))


class _PromptDetails(BaseModel):
    cached_tokens: int | None = Field(default=None, ge=0)


class _CompletionDetails(BaseModel):
    reasoning_tokens: int | None = Field(default=None, ge=0)


class _ReportedUsage(BaseModel):
    """The ``usage`` object of an OpenAI-compatible response, as far as it is charged for."""

    model_config = ConfigDict(strict=True)

    prompt_tokens: int = Field(ge=0, le=MAX_PLAUSIBLE_TOKENS)
    completion_tokens: int | None = Field(default=None, ge=0, le=MAX_PLAUSIBLE_TOKENS)
    prompt_tokens_details: _PromptDetails | None = None
    completion_tokens_details: _CompletionDetails | None = None


def _reported_tokens(response: dict[str, Any]) -> Tokens | None:
    """The tokens that a response says it took, or None when it does not say, or says what cannot be."""
    try:
        usage = _ReportedUsage.model_validate(response.get("usage"))
    except ValidationError as error:
        if any(fault["type"] == "less_than_equal" for fault in error.errors(include_url=False, include_context=False)):
            logger.warning("the model endpoint reports more than %d tokens for one request; they are estimated", MAX_PLAUSIBLE_TOKENS)
        return None
    cached = (usage.prompt_tokens_details and usage.prompt_tokens_details.cached_tokens) or 0
    completion = usage.completion_tokens or 0
    reasoning = (usage.completion_tokens_details and usage.completion_tokens_details.reasoning_tokens) or 0
    return Tokens(
        prompt=usage.prompt_tokens, cached=min(cached, usage.prompt_tokens), completion=completion, reasoning=min(reasoning, completion)
    )
