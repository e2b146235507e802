"""Rows that a model judges while they are written, or taken over: over the loopback endpoint, with the shipped documents."""

import json
from collections.abc import Sequence

import pytest

from golden_assets.adapters.critics.judge import ModelJudge
from golden_assets.adapters.critics.panel import CriticPanel
from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredEmbedder, LedgeredModel
from golden_assets.adapters.models.planning import LedgerBudgetPlanner
from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.core.errors import BudgetExceededError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.critics.llm_judgements import ModelCritic
from golden_assets.domain.ports.judging import hear
from golden_assets.domain.testsets.findings import rejections
from golden_assets.domain.testsets.testset import GenerationRequest, Testset
from golden_assets_tests.adapters.models.books import SpentBooks
from golden_assets_tests.adapters.models.conftest import PRICES, connect
from golden_assets_tests.adapters.ragas.scripted import silent
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, FOREVER, EndpointServer, Fault, endpoint_server

__all__ = ["endpoint_server"]

CRITICS: tuple[ModelCritic, ...] = ("claims", "answerable", "hop")
PURPOSES = {f"critic:{name}" for name in CRITICS}


@pytest.fixture(scope="module")
def corpus() -> Corpus:
    return FolderSource(sample_corpus_folder()).read()


@pytest.fixture
def ledger() -> InMemoryCallLedger:
    return InMemoryCallLedger()


def models(server: EndpointServer, ledger: InMemoryCallLedger) -> tuple[LedgeredModel, LedgeredEmbedder]:
    endpoint = connect(server)
    chat, embedder = EndpointModel(endpoint, model="m", prices=PRICES), EndpointEmbedder(endpoint, model="e", prices=PRICES)
    return LedgeredModel(chat, ledger), LedgeredEmbedder(embedder, ledger)


async def generate(
    server: EndpointServer,
    ledger: InMemoryCallLedger,
    corpus: Corpus,
    size: int = 6,
    base: Testset | None = None,
    critics: Sequence[ModelCritic] = CRITICS,
) -> Testset:
    model, embedder = models(server, ledger)
    generator = RagasTestsetGenerator(model, embedder, critic=CriticPanel(embedder, ModelJudge(model, embedder, critics)))
    types = {"single_hop_specific": 0.5, "multi_hop_specific": 0.5}
    return await generator.generate(corpus, GenerationRequest(size=size, question_types=types), silent, base)


def unsupported(row) -> Fault:
    """The judge does not find what this row's answer begins with."""
    claims = json.dumps(json.dumps({"claims": {"1": row.reference.split(". ")[0]}})[:-2])[1:-1].rstrip('"').rstrip("\\")
    no = {"judgements": [{"number": number, "quote": None, "supported": False} for number in range(1, 9)]}
    return Fault("says", times=FOREVER, containing=claims, message=json.dumps(no))


async def test_rows_that_the_judge_rejects_are_replaced_and_kept_with_its_reason(endpoint_server, ledger, corpus):
    before = await generate(endpoint_server, ledger, corpus)
    assert {critic for one in before.rejected for finding in one.findings if (critic := finding.critic)} <= {
        "answer_is_supported",
        "question_is_answerable",
        "model_finds_the_answer",
        "one_passage_is_too_few",
        "every_hop_is_needed",
    }
    endpoint_server.script(unsupported(before.rows[0]))
    testset = await generate(endpoint_server, InMemoryCallLedger(), corpus)
    assert len(testset.rows) == 6
    assert before.rows[0].reference not in {row.reference for row in testset.rows}
    (refused, *_) = [one for one in testset.rejected if one.row.reference == before.rows[0].reference]
    assert refused.findings[0].critic == "claims_are_supported"
    assert refused.findings[0].reason.startswith("the passages do not say")
    assert testset.generation_yield < before.generation_yield


async def test_its_calls_are_in_the_ledger_count_for_the_testset_and_are_paid_once(endpoint_server, ledger, corpus):
    testset = await generate(endpoint_server, ledger, corpus)
    assert {entry.purpose for entry in ledger.entries.values()} >= PURPOSES
    assert testset.usage.prompt_tokens == endpoint_server.stats[CHAT].prompt_tokens
    paid = endpoint_server.stats[CHAT].calls
    again = await generate(endpoint_server, ledger, corpus)
    testimony = await hear(ModelJudge(*models(endpoint_server, ledger), CRITICS), again.rows)
    assert again.rows == testset.rows
    assert endpoint_server.stats[CHAT].calls == paid
    assert {finding.verdict for found in testimony.findings for finding in found} <= {"passed", "warning", "abstained"}


async def test_a_judge_that_mumbles_rejects_nothing_and_its_abstentions_are_counted(endpoint_server, ledger, corpus):
    endpoint_server.script(Fault("prose", times=FOREVER, containing="whether passages say"))
    testset = await generate(endpoint_server, ledger, corpus)
    assert len(testset.rows) == 6
    assert testset.abstentions["claims_are_supported"] >= 6
    assert testset.model_copy(update={"abstentions": {}}).testset_hash == testset.testset_hash


async def test_a_limit_that_the_judge_reaches_ends_the_run_like_any_other(endpoint_server, corpus):
    ledger = InMemoryCallLedger()
    await generate(endpoint_server, ledger, corpus, 2)
    critics = sum(e.settlement.usage.cost_usd for e in ledger.entries.values() if e.purpose.startswith("critic:") and e.settlement)
    largest = max(entry.quote.cost_usd for entry in ledger.entries.values())
    limited = InMemoryCallLedger(Limits(run=ledger.spent - critics / 2 + largest / 2))
    with pytest.raises(BudgetExceededError):
        await generate(endpoint_server, limited, corpus, 2)
    assert limited.spent <= limited.limits.run


async def test_critics_that_are_switched_on_replace_the_kept_rows_that_they_reject_and_no_other(endpoint_server, ledger, corpus):
    base = await generate(endpoint_server, ledger, corpus, critics=())
    endpoint_server.script(unsupported(base.rows[0]))
    testimony = await hear(ModelJudge(*models(endpoint_server, ledger), CRITICS), base.rows)
    bad = {row.row_id for row, found in zip(base.rows, testimony.findings, strict=True) if rejections(found)}
    again = await generate(endpoint_server, ledger, corpus, base=base)
    assert base.rows[0].row_id in bad
    assert len(bad) < len(base.rows) == len(again.rows)
    assert {old.row_id for old, new in zip(base.rows, again.rows, strict=True) if old != new} == bad
    assert {one.row.row_id for one in again.barred} - base.rejected_ids == bad


async def test_kept_rows_that_were_judged_before_are_judged_again_without_a_paid_call(endpoint_server, ledger, corpus):
    base = await generate(endpoint_server, ledger, corpus)
    paid = endpoint_server.stats[CHAT].calls, endpoint_server.stats[EMBEDDINGS].calls
    again = await generate(endpoint_server, ledger, corpus, base=base)
    assert again.testset_hash == base.testset_hash
    assert (endpoint_server.stats[CHAT].calls, endpoint_server.stats[EMBEDDINGS].calls) == paid
    assert again.usage.calls_replayed >= 2 * len(base.rows)


async def test_what_critics_will_ask_about_kept_rows_is_estimated_before_and_nothing_once_they_were_asked(endpoint_server, ledger, corpus):
    base = await generate(endpoint_server, ledger, corpus, critics=())
    judge = ModelJudge(*models(endpoint_server, ledger), CRITICS)
    known = len(ledger.entries)
    testimony = await hear(judge, base.rows)
    spent = [entry for entry in list(ledger.entries.values())[known:] if entry.purpose in PURPOSES]
    books = SpentBooks()
    identify = EndpointModel(connect(endpoint_server), model="m", prices=PRICES).request
    planner = LedgerBudgetPlanner(books, ["m"], lambda tokens: 1.0, CRITICS, identify)
    whole = [row for row, found in zip(base.rows, testimony.findings, strict=True) if not rejections(found)]
    before = (await planner.plan(0, whole)).estimate.calls
    books.keys = {entry.request.key for entry in spent}
    after = (await planner.plan(0, whole)).estimate.calls
    assert len(whole) > len(base.rows) / 2
    assert (before, after) == (sum(2 if row.question_type == "single_hop_specific" else 4 for row in whole), 0)
