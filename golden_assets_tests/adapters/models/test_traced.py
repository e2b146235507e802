"""Model calls as spans, recorded by a recorder that writes them down."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import BaseModel

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.models.traced import TracedEmbedder, TracedModel
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.adapters.tracing import spans
from golden_assets.domain.core.errors import ModelError, UnanswerableError
from golden_assets.domain.testsets.testset import TokenUsage


class Reply(BaseModel):
    text: str


class Written:
    """A span on paper."""

    def __init__(self, name: str, kind: str, attributes: Mapping[str, Any]) -> None:
        self.name, self.kind, self.said, self.failed = name, kind, dict(attributes), False

    def set(self, **attributes: Any) -> None:
        self.said |= {key: value for key, value in attributes.items() if value is not None}

    def text(self, **texts: str | None) -> None:
        self.said |= {key: value for key, value in texts.items() if value is not None}

    def used(self, model: str, usage: spans.Usage) -> None:
        self.said |= {"used": model, "prompt_tokens": usage.prompt_tokens, "cost": usage.cost_usd}


class Notebook:
    def __init__(self) -> None:
        self.made: list[Written] = []

    @contextmanager
    def span(self, name: str, kind: str, attributes: Mapping[str, Any]) -> Iterator[Written]:
        written = Written(name, kind, attributes)
        self.made.append(written)
        try:
            yield written
        except BaseException:
            written.failed = True
            raise

    def current(self) -> Written:
        return self.made[-1]

    def close(self) -> None: ...


@pytest.fixture
def notebook() -> Iterator[Notebook]:
    notebook = Notebook()
    spans.record_with(notebook)
    yield notebook
    spans.record_with(None)


class Model:
    name = "gpt"
    version = "1"
    usage = TokenUsage()

    def __init__(self, answer: Reply | Exception) -> None:
        self._answer = answer

    async def complete(self, prompt: str, schema: type[Any], *, purpose: str) -> Any:
        if isinstance(self._answer, Exception):
            raise self._answer
        return self._answer


async def test_a_call_is_a_span_of_its_stage_with_prompt_and_answer(notebook: Notebook) -> None:
    assert await TracedModel(Model(Reply(text="40 bar"))).complete("How high?", Reply, purpose="synthesize") == Reply(text="40 bar")
    (made,) = notebook.made
    assert (made.name, made.kind, made.failed) == ("synthesize", "LLM", False)
    assert made.said["model"] == "gpt"
    assert made.said["input"] == "How high?"
    assert json.loads(made.said["output"]) == {"text": "40 bar"}


async def test_a_model_that_declines_is_no_error_in_the_trace_but_is_one_for_the_caller(notebook: Notebook) -> None:
    with pytest.raises(UnanswerableError):
        await TracedModel(Model(UnanswerableError("nothing to ask", "leave it out"))).complete("x", Reply, purpose="p")
    assert notebook.made[0].said["declined"] is True
    assert not notebook.made[0].failed


async def test_a_call_that_fails_is_an_error_in_the_trace(notebook: Notebook) -> None:
    with pytest.raises(ModelError):
        await TracedModel(Model(ModelError("gone", "try again"))).complete("x", Reply, purpose="p")
    assert notebook.made[0].failed


async def test_embedding_is_a_span_with_the_number_of_texts(notebook: Notebook) -> None:
    class Embedder:
        name = "minilm"
        usage = TokenUsage()

        async def embed(self, texts: list[str]) -> list[list[float]]:
            return [[1.0]] * len(texts)

    assert await TracedEmbedder(Embedder()).embed(["a", "b"]) == [[1.0], [1.0]]
    assert (notebook.made[0].kind, notebook.made[0].said["texts"]) == ("EMBEDDING", 2)


async def test_tokens_and_cost_of_a_call_through_the_ledger_are_on_its_span(
    notebook: Notebook, endpoint: Endpoint, prices: ModelPrices
) -> None:
    ledger = InMemoryCallLedger()
    model = TracedModel(LedgeredModel(EndpointModel(endpoint, model="house-model", prices=prices), ledger))
    for _ in range(2):
        await model.complete("How high does the pump go?", Reply, purpose="synthesize")
    paid, replayed = (made.said for made in notebook.made)
    (entry,) = ledger.entries.values()
    assert entry.settlement is not None
    assert entry.settlement.usage.prompt_tokens == paid["prompt_tokens"] > 0
    assert entry.settlement.usage.cost_usd == paid["cost"] > 0
    assert (paid["used"], paid["replayed"], replayed["replayed"]) == ("house-model", False, True)
    assert "cost" not in replayed
