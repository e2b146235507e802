"""RAGAS's own pipeline on the loopback endpoint, for comparison: default transforms, default synthesizers, its own token count.

It is given a tokenizer that needs no download, and connections that are not kept (each of its stages has an event loop of its own, in
which those of the stage before are dead); nothing else is changed.
"""

import io
import re
import time
import warnings
from contextlib import redirect_stderr
from typing import Any, NamedTuple

from bench.endpoint import CONCURRENCY, counted
from golden_assets.adapters.ragas.client.lazy_import import import_toolkit
from golden_assets.domain.corpus.documents import Corpus
from golden_assets_tests.endpoint_server import EndpointServer


class RagasRun(NamedTuple):
    """What one testset took: rows, the document of each row's first passage, the endpoint's count, RAGAS's own, and seconds."""

    rows: int
    homes: tuple[str, ...]
    calls: int
    tokens: int
    own_tokens: int
    seconds: float


class _Words:
    """Words and marks as tokens, numbered as they come: about as many as a real tokenizer finds."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def encode(self, text: str, **_: object) -> list[int]:
        return [self._numbers.setdefault(word, len(self._numbers)) for word in re.findall(r"\s*\w+|\s*[^\w\s]|\s+$", text)]

    def decode(self, tokens: list[int]) -> str:
        words = list(self._numbers)
        return "".join(words[token] for token in tokens)


def run(server: EndpointServer, corpus: Corpus, sizes: list[int]) -> list[RagasRun]:
    """A testset of each size from the same knowledge graph, whose making counts for each of them."""
    import_toolkit()
    with warnings.catch_warnings(action="ignore"), redirect_stderr(io.StringIO()):
        return _run(server, corpus, sizes)


def _run(server: EndpointServer, corpus: Corpus, sizes: list[int]) -> list[RagasRun]:
    from langchain_core.documents import Document
    from ragas.testset import TestsetGenerator
    from ragas.testset.graph import KnowledgeGraph, Node, NodeType
    from ragas.testset.transforms import apply_transforms, default_transforms
    from tiktoken import registry

    registry.ENCODINGS.update(dict.fromkeys(["cl100k_base", "o200k_base"], _Words()))
    llm, embedder, config = _models(server)
    documents = [Document(page_content=document.text) for document in corpus.documents]
    graph = KnowledgeGraph(nodes=[Node(type=NodeType.DOCUMENT, properties={"page_content": d.page_content}) for d in documents])
    before, started = counted(server), time.perf_counter()
    apply_transforms(graph, default_transforms(documents, llm, embedder), run_config=config)
    built, seconds = counted(server), time.perf_counter() - started
    runs = []
    for size in sizes:
        earlier, again = counted(server), time.perf_counter()
        generator = TestsetGenerator(llm=llm, embedding_model=embedder, knowledge_graph=graph)
        testset: Any = generator.generate(size, run_config=config, token_usage_parser=_token_usage)
        now = counted(server)
        calls, tokens = now.calls - earlier.calls + built.calls - before.calls, now.tokens - earlier.tokens + built.tokens - before.tokens
        own = testset.total_tokens()
        runs.append(
            RagasRun(
                len(testset.samples),
                tuple(_home(sample.eval_sample.reference_contexts, corpus) for sample in testset.samples),
                calls,
                tokens,
                own.input_tokens + own.output_tokens,
                seconds + time.perf_counter() - again,
            )
        )
    return runs


def _models(server: EndpointServer) -> tuple[Any, Any, Any]:
    """Chat model, embedder and run configuration as RAGAS's guide has them, on our endpoint."""
    import httpx
    from langchain_openai import ChatOpenAI, OpenAIEmbeddings
    from ragas.embeddings import LangchainEmbeddingsWrapper
    from ragas.llms import LangchainLLMWrapper
    from ragas.run_config import RunConfig

    config = RunConfig(max_workers=CONCURRENCY)
    client = httpx.AsyncClient(limits=httpx.Limits(max_keepalive_connections=0), timeout=60)
    address: dict[str, Any] = {"base_url": server.url, "api_key": server.key, "http_async_client": client}
    llm = LangchainLLMWrapper(ChatOpenAI(model="loopback", **address), run_config=config)
    embedder = LangchainEmbeddingsWrapper(
        OpenAIEmbeddings(model="loopback", check_embedding_ctx_length=False, **address), run_config=config
    )
    return llm, embedder, config


def _token_usage(result: Any) -> Any:
    from ragas.cost import get_token_usage_for_openai

    return get_token_usage_for_openai(result)


def _home(contexts: list[str] | None, corpus: Corpus) -> str:
    """The document that a line of the first passage stands in; empty for none."""
    lines = [line for line in (contexts or [""])[0].splitlines() if line.startswith("Step ")]
    return next((document.document_id for document in corpus.documents if lines and lines[0] in document.text), "")
