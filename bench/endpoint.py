"""Our generator on the loopback endpoint, every call through a ledger as in a real run, and what the endpoint counted."""

import asyncio
import time
from typing import NamedTuple

from pydantic import SecretStr

from golden_assets.adapters.critics.panel import CriticPanel
from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredEmbedder, LedgeredModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.ragas.generator import DEFAULT_SHARES, RagasTestsetGenerator
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.ports.spending import CallLedger
from golden_assets.domain.testsets.testset import GenerationRequest, Testset
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, KEY, EndpointServer

CONCURRENCY = 16
PRICE = 1.0
"""US dollars per million tokens, whatever they are of."""


class Count(NamedTuple):
    """Requests and tokens that the endpoint has counted so far."""

    calls: int
    tokens: int


class Run(NamedTuple):
    """A testset, what the endpoint counted for it, and the seconds it took."""

    testset: Testset
    calls: int
    tokens: int
    seconds: float


def counted(server: EndpointServer) -> Count:
    """Of both of the endpoint's paths."""
    chat, embeddings = server.stats[CHAT], server.stats[EMBEDDINGS]
    return Count(chat.calls + embeddings.calls, chat.prompt_tokens + chat.completion_tokens + embeddings.prompt_tokens)


def generate(
    server: EndpointServer,
    corpus: Corpus,
    size: int,
    base: Testset | None = None,
    known: InMemoryCallLedger | None = None,
    seed: int = 0,
    *,
    critics: bool = False,
) -> Run:
    """One run. ``known`` is the ledger that it finds; without one, a new one. ``critics``: whether rows are put before them."""
    before, started = counted(server), time.perf_counter()
    testset = asyncio.run(write(server.url, corpus, asked(size, seed), known or InMemoryCallLedger(), base, critics=critics))
    seconds, after = time.perf_counter() - started, counted(server)
    return Run(testset, after.calls - before.calls, after.tokens - before.tokens, seconds)


def copied(ledger: InMemoryCallLedger) -> InMemoryCallLedger:
    """A ledger that knows the same calls and learns others."""
    copy = InMemoryCallLedger()
    copy.entries.update(ledger.entries)
    return copy


def asked(size: int, seed: int = 0) -> GenerationRequest:
    """A request for so many rows of the usual types."""
    return GenerationRequest(size=size, seed=seed, question_types=dict(DEFAULT_SHARES))


async def write(
    url: str, corpus: Corpus, request: GenerationRequest, ledger: CallLedger, base: Testset | None = None, *, critics: bool = False
) -> Testset:
    """A testset from the endpoint at ``url``, every call in the ledger. ``critics``: those that ask no model but the embedder."""
    async with Endpoint(api_key=SecretStr(KEY), base_url=url, max_concurrency=CONCURRENCY) as endpoint:
        model = LedgeredModel(EndpointModel(endpoint, model="loopback", prices=ModelPrices(input=PRICE, output=PRICE)), ledger)
        embedder = LedgeredEmbedder(EndpointEmbedder(endpoint, model="loopback", prices=ModelPrices(embedding=PRICE)), ledger)
        critic = CriticPanel(embedder) if critics else None
        generator = RagasTestsetGenerator(model, embedder, max_concurrency=CONCURRENCY, critic=critic)
        return await generator.generate(corpus, request, _silent, base)


def _silent(stage: str, done: int, total: int) -> None:
    """Progress that nobody watches."""
