"""The driver with the models it ships with: the extractive one and MiniLM, and an endpoint over HTTP that fails as it is told."""

from pathlib import Path

import pytest
from pydantic import SecretStr

import golden_assets
from golden_assets.adapters.extractive import ExtractiveModel
from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.ragas.filtering.accepted_rows import halves_of
from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.domain.core.errors import GenerationError, ModelAuthenticationError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.testset import GenerationRequest, QuestionType, Testset, count_types
from golden_assets_tests.adapters.ragas.scripted import silent
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, FOREVER, KEY, EndpointServer, Fault, endpoint_server

__all__ = ["endpoint_server"]

PRICES = ModelPrices(input=1.0, output=4.0, embedding=0.1)
OFFERED: dict[QuestionType, float] = {"single_hop_specific": 0.75, "multi_hop_specific": 0.25}
SINGLE: dict[QuestionType, float] = {"single_hop_specific": 1.0}


@pytest.fixture(scope="module")
def sample() -> Corpus:
    folder = Path(golden_assets.__file__).parent / "sample_corpus"
    return Corpus(source="sample", documents=tuple(Document.of(path.name, path.read_text("utf-8")) for path in sorted(folder.glob("*.md"))))


def verbatim(testset: Testset, corpus: Corpus) -> bool:
    contexts = [context for row in testset.rows for context in row.contexts]
    return all(corpus.by_id[context.document_id].text[context.start : context.end] == context.text for context in contexts)


async def extract(corpus: Corpus, size: int) -> Testset:
    generator = RagasTestsetGenerator(ExtractiveModel(), MiniLMEmbedder(), question_types=OFFERED, offered_types=OFFERED)
    return await generator.generate(corpus, GenerationRequest(size=size, question_types=OFFERED), silent)


async def ask(corpus: Corpus, size: int, server: EndpointServer, key: str = KEY) -> Testset:
    endpoint = Endpoint(api_key=SecretStr(key), base_url=server.url, timeout=10.0, first_wait=0.01, max_attempts=2)
    model, embedder = EndpointModel(endpoint, model="m", prices=PRICES), EndpointEmbedder(endpoint, model="e", prices=PRICES)
    generator = RagasTestsetGenerator(model, embedder)
    async with endpoint:
        return await generator.generate(corpus, GenerationRequest(size=size, question_types=generator.default_question_types), silent)


async def test_the_sample_corpus_yields_thirty_rows_without_any_endpoint(sample):
    testset = await extract(sample, 30)
    assert len(testset.rows) == 30
    assert len({row.contexts[0].document_id for row in testset.rows}) >= 10
    assert count_types(testset.rows) == {"single_hop_specific": 23, "multi_hop_specific": 7}
    assert verbatim(testset, sample)
    assert {row.model for row in testset.rows} == {"extractive"}


async def test_references_of_the_extractive_model_stand_in_their_contexts(sample):
    for row in (await extract(sample, 30)).rows:
        passages = " ".join(" ".join(context.text.split()) for context in row.contexts)
        assert row.reference.split(". ")[0].rstrip(".:") in passages.replace("**", "")


async def test_the_extractive_model_gives_the_same_rows_every_time(sample):
    assert (await extract(sample, 12)).draft_hash == (await extract(sample, 12)).draft_hash


@pytest.mark.parametrize(
    "text",
    [
        "奶酪成熟室每天早上都要检查湿度。工人把结果写在表格里。" * 40,
        "يراقب العامل رطوبة الغرفة كل صباح ويكتب النتيجة في الجدول. " * 40,
        "🧀 🧀 🧀 " * 300,
        "x" * 200_000,
    ],
    ids=["chinese", "arabic", "emoji", "one long word"],
)
async def test_documents_the_model_cannot_read_cost_only_themselves(sample, text):
    odd = Document.of("odd.md", text)
    testset = await extract(Corpus(source="sample", documents=(*sample.documents, odd)), 13)
    assert len(testset.rows) == 13
    assert "odd.md" in {failure.subject for failure in testset.failures}


async def test_a_corpus_the_model_cannot_read_at_all_is_an_error_with_a_remedy():
    corpus = Corpus(source="china", documents=(Document.of("a.md", "奶酪成熟室每天早上都要检查湿度。" * 40),))
    with pytest.raises(GenerationError, match="configure another model"):
        await extract(corpus, 3)


async def test_an_endpoint_writes_rows_of_every_type_and_its_usage_is_that_of_the_server(sample, endpoint_server):
    testset = await ask(sample, 24, endpoint_server)
    assert len(testset.rows) == 24
    assert count_types(testset.rows) == {"single_hop_specific": 12, "multi_hop_specific": 6, "multi_hop_abstract": 6}
    assert verbatim(testset, sample)
    assert all(len({context.chunk_hash for context in row.contexts}) == 2 for row in testset.rows if row.question_type.startswith("multi"))
    chat, embeddings = endpoint_server.stats[CHAT], endpoint_server.stats[EMBEDDINGS]
    assert (testset.usage.prompt_tokens, testset.usage.completion_tokens) == (chat.prompt_tokens, chat.completion_tokens)
    assert testset.usage.embedding_tokens == embeddings.prompt_tokens
    assert testset.usage.calls == chat.calls + embeddings.calls <= 5 * 24
    assert chat.max_concurrency <= 16


@pytest.mark.parametrize("kind", ["malformed_json", "wrong_shape", "prose", "empty", "refusal", "cut_off", "html", "no_choices"])
async def test_a_document_on_which_the_endpoint_fails_costs_only_itself(sample, endpoint_server, kind):
    endpoint_server.script(Fault(kind, times=FOREVER, containing="Soft Ash"))
    testset = await ask(sample, 12, endpoint_server)
    assert len(testset.rows) == 12
    assert verbatim(testset, sample)
    assert not any("Soft Ash" in context.text for row in testset.rows for context in row.contexts)


async def test_an_endpoint_that_is_down_is_quoted(sample, endpoint_server):
    endpoint_server.script(Fault("status", times=FOREVER, status=503))
    with pytest.raises(GenerationError, match=r"calls in a row failed, the last with: .*503"):
        await ask(sample, 5, endpoint_server)


async def test_a_wrong_key_stops_the_run_and_is_not_repeated_in_the_message(sample, endpoint_server):
    with pytest.raises(ModelAuthenticationError) as caught:
        await ask(sample, 5, endpoint_server, key="wrong-key-of-someone")
    assert "wrong-key" not in str(caught.value)


def halves(testset: Testset) -> list[str]:
    """Every question that a row asks, alone or as a part of its own."""
    return [half for row in testset.rows for half in (halves_of(row.user_input) or [row.user_input])]


async def test_no_question_stands_in_two_rows_not_even_as_a_half(sample):
    asked = halves(await extract(sample, 40))
    assert len(set(asked)) == len(asked)


async def test_the_embedded_model_asks_nothing_that_may_read_badly_and_says_how_many_rows_that_costs():
    vague = "The keeper painted the north door in 1931. " * 8
    sound = "Stasis is a storage framework for logs and files. Nagios is a monitoring system for large networks.\n"
    documents = tuple(Document.of(name, f"# Notes\n\n{text}") for name, text in {"a.md": vague, "b.md": sound}.items())
    generator = RagasTestsetGenerator(ExtractiveModel(), MiniLMEmbedder(), question_types=SINGLE, offered_types=OFFERED)
    two = await generator.generate(Corpus(source="s", documents=documents), GenerationRequest(size=2, question_types=SINGLE), silent)
    three = await generator.generate(Corpus(source="s", documents=documents), GenerationRequest(size=3, question_types=SINGLE), silent)
    assert {row.user_input for row in two.rows} == {"What is Stasis?", "What is Nagios?"}
    assert not [failure for failure in two.failures if failure.subject == "testset"]
    assert three.rows == two.rows
    told = [failure.reason for failure in three.failures if failure.subject == "testset"]
    assert told[0] == "1 question not asked: of what is left the embedded model is not sure that it reads well"
    assert told[1].startswith("2 of 3 rows could be written")
