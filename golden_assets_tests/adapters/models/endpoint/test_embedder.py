"""Embeddings over HTTP: order, batches, unit length, repetition, accounts."""

import asyncio
from collections.abc import Callable
from itertools import pairwise

import numpy as np
import pytest

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.embedder import MAX_TEXTS, MAX_TOKENS, EndpointEmbedder
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.domain.core.errors import ConfigurationError, ModelAuthenticationError, ModelError
from golden_assets_tests.endpoint_answers import embed
from golden_assets_tests.endpoint_server import EMBEDDINGS, FOREVER, EndpointServer, Fault


@pytest.fixture
def embedder(endpoint: Endpoint, prices: ModelPrices) -> EndpointEmbedder:
    return EndpointEmbedder(endpoint, model="house-embedder", prices=prices)


async def test_every_text_gets_its_own_unit_vector_in_order(embedder: EndpointEmbedder) -> None:
    texts = [f"sentence {number} of the manual" for number in range(2 * MAX_TEXTS + 5)]

    vectors = await embedder.embed(texts)

    assert np.allclose(vectors, [embed(text) for text in texts])
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)


async def test_texts_travel_in_bounded_batches(embedder: EndpointEmbedder, endpoint_server: EndpointServer) -> None:
    await embedder.embed(["short"] * (2 * MAX_TEXTS + 5))

    assert sorted(len(body["input"]) for _, body in endpoint_server.requests) == [5, MAX_TEXTS, MAX_TEXTS]


async def test_long_texts_travel_in_smaller_batches(embedder: EndpointEmbedder, endpoint_server: EndpointServer) -> None:
    half = "word " * (MAX_TOKENS * 4 // 5 // 2)

    await embedder.embed([half, half, half, half * 3, "short"])

    sizes = sorted(len(body["input"]) for _, body in endpoint_server.requests)
    assert sizes == [1, 1, 1, 2]


async def test_no_texts_need_no_request(embedder: EndpointEmbedder, endpoint_server: EndpointServer) -> None:
    assert await embedder.embed([]) == []

    assert not endpoint_server.requests


async def test_usage_is_the_servers_count_to_the_token(embedder: EndpointEmbedder, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(
        Fault("status", status=429, path=EMBEDDINGS), Fault("wrong_shape", path=EMBEDDINGS), Fault("html", path=EMBEDDINGS)
    )

    await embedder.embed([f"text {number}, and so on" for number in range(300)])

    usage, stats = embedder.usage, endpoint_server.stats[EMBEDDINGS]
    assert usage.calls == stats.calls == 5
    assert (usage.prompt_tokens, usage.embedding_tokens) == (0, stats.prompt_tokens)
    assert usage.cost_usd == pytest.approx(stats.prompt_tokens * 0.1 / 1e6)
    assert not usage.estimated


async def test_missing_usage_is_estimated(embedder: EndpointEmbedder, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("missing_usage", path=EMBEDDINGS))

    await embedder.embed(["x" * 40])

    assert embedder.usage.estimated
    assert embedder.usage.embedding_tokens == 10


@pytest.mark.parametrize(
    ("kind", "problem"), [("wrong_shape", "0 embeddings for 1 texts"), ("html", "a web page"), ("no_choices", "without embeddings")]
)
async def test_nonsense_is_asked_for_again_and_then_given_up(
    kind: str, problem: str, embedder: EndpointEmbedder, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault(kind, path=EMBEDDINGS, times=FOREVER))

    with pytest.raises(ModelError, match=problem):
        await embedder.embed(["one"])

    assert endpoint_server.stats[EMBEDDINGS].calls == 3


@pytest.mark.parametrize("kind", ["zero_vector", "ragged"])
async def test_vectors_that_point_nowhere_or_differ_in_length_are_refused(
    kind: str, embedder: EndpointEmbedder, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault(kind, path=EMBEDDINGS, times=FOREVER))

    with pytest.raises(ModelError, match="different lengths, of length zero or not finite"):
        await embedder.embed(["one", "two"])


async def test_a_refused_key_is_one_plain_error_though_batches_run_together(
    connected: Callable[..., Endpoint], prices: ModelPrices, endpoint_server: EndpointServer
) -> None:
    endpoint_server.script(Fault("status", status=401, path=EMBEDDINGS, times=FOREVER))
    embedder = EndpointEmbedder(connected(max_concurrency=1), model="m", prices=prices)

    with pytest.raises(ModelAuthenticationError):
        await embedder.embed(["text"] * 4 * MAX_TEXTS)

    assert endpoint_server.stats[EMBEDDINGS].calls < 4, "the other batches are given up"


async def test_a_text_beyond_the_context_names_the_way_out(embedder: EndpointEmbedder, endpoint_server: EndpointServer) -> None:
    endpoint_server.script(Fault("context_length", path=EMBEDDINGS))

    with pytest.raises(ModelError, match="larger context"):
        await embedder.embed(["text"])


def test_one_embedder_serves_several_event_loops_in_a_row(embedder: EndpointEmbedder) -> None:
    rounds = [asyncio.run(embedder.embed(["the same text"] * 300)) for _ in range(3)]

    assert all(np.array_equal(one, other) for one, other in pairwise(rounds))


def test_an_embedding_model_without_a_known_price_is_refused(endpoint: Endpoint) -> None:
    with pytest.raises(ConfigurationError, match="GOLDEN_ASSETS_EMBEDDING_PRICE"):
        EndpointEmbedder(endpoint, model="house-embedder")


def test_the_name_is_the_models(embedder: EndpointEmbedder) -> None:
    assert embedder.name == "house-embedder"
