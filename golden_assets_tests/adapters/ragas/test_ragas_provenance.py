"""Rows know the calls that made them, and what the ledger knows is not asked again: over the loopback endpoint."""

from collections import Counter
from collections.abc import Iterator

import pytest
from pydantic import SecretStr

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredEmbedder, LedgeredModel
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.testset import GenerationRequest, Testset
from golden_assets_tests.adapters.ragas.scripted import handbook, silent
from golden_assets_tests.endpoint_server import KEY, EndpointServer, serving

EXTRACTION = {"single_hop_specific": {"entities"}, "multi_hop_specific": {"entities"}, "multi_hop_abstract": {"themes", "embedding"}}
PRICES = ModelPrices(input=1.0, output=4.0, embedding=0.1)


@pytest.fixture(scope="module")
def server() -> Iterator[EndpointServer]:
    with serving() as running:
        yield running


@pytest.fixture
def ledger() -> InMemoryCallLedger:
    return InMemoryCallLedger()


async def generate(server: EndpointServer, ledger: InMemoryCallLedger, corpus: Corpus, size: int, **changes) -> Testset:
    endpoint = Endpoint(api_key=SecretStr(KEY), base_url=server.url, timeout=10.0, first_wait=0.01)
    model = LedgeredModel(EndpointModel(endpoint, model="m", prices=PRICES), ledger)
    embedder = LedgeredEmbedder(EndpointEmbedder(endpoint, model="e", prices=PRICES), ledger)
    generator = RagasTestsetGenerator(model, embedder, run_id="run-1")
    request = GenerationRequest(size=size, **{"question_types": generator.default_question_types} | changes)
    return await generator.generate(corpus, request, silent)


def purposes(ledger: InMemoryCallLedger, call_ids: tuple[str, ...]) -> list[str]:
    return [ledger.entries[call_id].purpose for call_id in call_ids]


def asked(ledger: InMemoryCallLedger) -> Counter[str]:
    """Calls that were paid, by purpose."""
    return Counter(entry.purpose for entry in ledger.entries.values())


async def test_every_row_names_the_calls_that_made_it_and_the_run(server: EndpointServer, ledger: InMemoryCallLedger):
    testset = await generate(server, ledger, handbook(10), 12)
    assert len(testset.rows) == 12
    for row in testset.rows:
        made_by = purposes(ledger, row.call_ids)
        assert made_by[-1] == row.question_type
        assert made_by.count(row.question_type) == 1
        assert {name.replace("embeddings", "embedding") for name in made_by[:-1]} == EXTRACTION[row.question_type]
        texts = [str(ledger.entries[call_id].request.content) for call_id in row.call_ids[:-1]]
        for context in row.contexts:
            assert any(context.text.split("\n")[0] in text for text in texts)
        assert ledger.entries[row.call_ids[-1]].settlement.answer is not None
        assert row.run_id == "run-1"


async def test_a_run_that_is_started_again_is_answered_by_the_ledger_and_names_the_same_calls(
    server: EndpointServer, ledger: InMemoryCallLedger
):
    first = await generate(server, ledger, handbook(6), 8)
    paid = len(ledger.entries)
    again = await generate(server, ledger, handbook(6), 8)
    assert again.rows == first.rows
    assert len(ledger.entries) == paid
    assert (again.usage.calls, again.usage.calls_replayed, first.usage.calls_replayed) == (0, paid, 0)
    assert again.usage.cost_usd == 0


@pytest.mark.parametrize("changes", [{"seed": 7}, {"seed": 0}], ids=["another seed", "another size"])
async def test_another_testset_of_the_same_documents_extracts_nothing_twice(
    server: EndpointServer, ledger: InMemoryCallLedger, changes: dict[str, int]
):
    corpus = handbook(4)
    await generate(server, ledger, corpus, 24)
    before = asked(ledger)
    assert before["entities"] == before["themes"] == 12
    other = await generate(server, ledger, corpus, 18, **changes)
    after = asked(ledger)
    assert (after["entities"], after["themes"]) == (12, 12)
    assert other.usage.calls_replayed >= 24


async def test_after_one_document_changed_only_its_own_passages_are_extracted_again(server: EndpointServer, ledger: InMemoryCallLedger):
    corpus = handbook(4)
    await generate(server, ledger, corpus, 24)
    known = set(ledger.entries)
    first, *others = corpus.documents
    edited = Document.of(first.document_id, first.text.replace(" works with ", " plays with "))
    await generate(server, ledger, Corpus(source="test", documents=(edited, *others)), 24)
    new = [entry for call_id, entry in ledger.entries.items() if call_id not in known]
    extracted = [str(entry.request.content) for entry in new if entry.purpose in ("entities", "themes")]
    assert 0 < len(extracted) <= 6
    assert all("plays with" in text for text in extracted)
