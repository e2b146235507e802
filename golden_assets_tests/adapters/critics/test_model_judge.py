"""Critics that ask a model behind an endpoint: what is sent, what counts of the answer, what it costs, what goes wrong."""

import json

import pytest

from golden_assets.adapters.critics.judge import ModelJudge
from golden_assets.adapters.critics.panel import CriticPanel
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredModel
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.core.errors import BudgetExceededError, ModelAuthenticationError
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.critics.llm_judgements import MODEL_CRITICS
from golden_assets.domain.ports.judging import hear
from golden_assets.domain.testsets.findings import rejections
from golden_assets_tests.adapters.models.conftest import PRICES, connect
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder
from golden_assets_tests.endpoint_server import CHAT, FOREVER, EndpointServer, Fault, endpoint_server
from golden_assets_tests.factories import a_context, a_document, a_row

__all__ = ["endpoint_server"]

HUB = a_document("hub.md", "The Hub keeps readings for ninety days. It writes them to the internal Vault Disk every night.")
DESK = a_document("desk.md", "The Support Desk reads the Vault Disk on Mondays. Nobody else may open the cabinet in which it stands.")
SINGLE = a_row(
    user_input="How long does the Hub keep readings?",
    reference="The Hub keeps readings for ninety days.",
    contexts=(a_context(HUB, HUB.text),),
)
MULTI = a_row(
    user_input="Where does the Hub write readings, and when does the Support Desk read the Vault Disk?",
    reference="It writes them to the internal Vault Disk every night. The Support Desk reads the Vault Disk on Mondays.",
    contexts=(a_context(HUB, HUB.text), a_context(DESK, DESK.text)),
    question_type="multi_hop_specific",
)


@pytest.fixture
def ledger() -> InMemoryCallLedger:
    return InMemoryCallLedger()


@pytest.fixture
def model(endpoint_server: EndpointServer, ledger: InMemoryCallLedger) -> LedgeredModel:
    return LedgeredModel(EndpointModel(connect(endpoint_server), model="house-model", prices=PRICES), ledger)


def judge_with(model: LedgeredModel, *critics: str, **options: bool) -> ModelJudge:
    return ModelJudge(model, LetterEmbedder(), critics or MODEL_CRITICS, **options)


def verdicts(found) -> dict[str, str]:
    return {finding.critic: finding.verdict for finding in found}


def says(server: EndpointServer, containing: str, *answers: object, times: int = FOREVER) -> None:
    """What the endpoint answers to prompts that contain something."""
    server.script(*(Fault("says", times=times, containing=containing, message=json.dumps(answer)) for answer in answers))


async def test_a_sound_row_passes_every_critic_with_evidence_out_of_its_documents(model):
    found = await judge_with(model).judge(SINGLE)
    assert verdicts(found) == dict.fromkeys(["claims_are_supported", "model_finds_the_answer", "passages_are_needed"], "passed")
    evidence = found[0].evidence
    assert HUB.text[evidence.start : evidence.end] == evidence.text == "The Hub keeps readings for ninety days."


async def test_a_multi_hop_row_is_asked_about_once_more_for_each_of_its_passages_alone(model, ledger):
    found = await judge_with(model).judge(MULTI)
    assert len(found) == len(MODEL_CRITICS)
    purposes = [entry.purpose for entry in ledger.entries.values()]
    assert purposes == ["critic:claims", "critic:answerable", "critic:hop", "critic:hop", "critic:closed_book"]


async def test_a_passage_that_answers_alone_rejects_the_row_and_nothing_more_is_asked(model, ledger, endpoint_server):
    whole = {"quote": "reads the Vault Disk on Mondays", "answer": MULTI.reference}
    says(endpoint_server, DESK.text, whole)
    found = await judge_with(model, "hop", "closed_book").judge(MULTI)
    assert verdicts(found) == {"one_passage_is_too_few": "rejected"}
    assert {entry.purpose for entry in ledger.entries.values()} == {"critic:hop"}


async def test_the_model_is_shown_neither_the_reference_nor_in_the_closed_book_probe_a_passage(model, endpoint_server):
    await judge_with(model, "answerable", "closed_book").judge(SINGLE)
    answerable, closed_book = (body["messages"][0]["content"] for _, body in endpoint_server.requests)
    assert HUB.text in answerable
    assert SINGLE.reference not in answerable.replace(HUB.text, "")
    assert "ninety" not in closed_book


async def test_what_the_model_knows_by_heart_is_a_warning_or_a_rejection_as_is_configured(model, endpoint_server):
    says(endpoint_server, "from memory", {"answer": "ninety days"})
    assert verdicts(await judge_with(model, "closed_book").judge(SINGLE)) == {"passages_are_needed": "warning"}
    strict = judge_with(model, "closed_book", closed_book_rejects=True)
    assert verdicts(await strict.judge(SINGLE)) == {"passages_are_needed": "rejected"}


async def test_a_second_look_is_answered_by_the_ledger(model, endpoint_server):
    first = await hear(judge_with(model), [SINGLE, MULTI])
    paid = endpoint_server.stats[CHAT].calls
    assert await hear(judge_with(model), [SINGLE, MULTI]) == first
    assert endpoint_server.stats[CHAT].calls == paid
    assert model.usage.calls_replayed == paid


@pytest.mark.parametrize("kind", ["malformed_json", "wrong_shape", "prose", "empty", "refusal", "content_filter", "context_length"])
async def test_nonsense_from_the_model_is_an_abstention_of_that_critic_alone(model, endpoint_server, kind):
    endpoint_server.script(Fault(kind, times=FOREVER, containing="whether passages say"))
    found = await judge_with(model, "claims", "answerable").judge(SINGLE)
    assert verdicts(found) == {"claims_are_supported": "abstained", "model_finds_the_answer": "passed"}
    assert found[0].reason


async def test_a_refused_key_and_a_spent_budget_end_the_run(model, endpoint_server, ledger):
    ledger.limits = Limits(run=0.0)
    with pytest.raises(BudgetExceededError):
        await judge_with(model, "claims").judge(SINGLE)
    ledger.limits = Limits()
    endpoint_server.key = "another"
    with pytest.raises(ModelAuthenticationError):
        await hear(judge_with(model, "claims"), [SINGLE])


async def test_a_row_without_a_passage_or_an_answer_is_not_asked_about(model, endpoint_server):
    testimony = await hear(judge_with(model), [a_row(contexts=()), a_row(reference=" ")])
    assert testimony.findings == [(), ()]
    assert endpoint_server.stats[CHAT].calls == 0


async def test_the_version_names_what_could_change_a_verdict_and_nothing_is_on_without_critics(model, endpoint_server):
    versions = [judge_with(model, "closed_book", closed_book_rejects=strict).version for strict in (True, False)]
    assert len({*versions, judge_with(model).version}) == 3
    silent = ModelJudge(model, LetterEmbedder(), ())
    assert silent.version == ""
    assert CriticPanel(LetterEmbedder(), silent).version == CriticPanel(LetterEmbedder()).version
    assert await silent.judge(SINGLE) == ()


class StrangerEmbedder(LetterEmbedder):
    """No two texts mean the same, nor anything else altogether."""

    async def embed(self, texts):
        return [[0.5**0.5, *(0.5**0.5 * (place == number) for place in range(len(texts)))] for number in range(len(texts))]


@pytest.mark.parametrize("supported", [True, False])
async def test_the_model_decides_where_the_rules_abstain(model, endpoint_server, supported):
    own_words = SINGLE.model_copy(update={"reference": "Readings stay there three months, roughly speaking."})
    judgement = {"number": 1, "quote": "The Hub keeps readings for ninety days.", "supported": supported}
    says(endpoint_server, "whether passages say", {"judgements": [judgement]})
    found = await CriticPanel(StrangerEmbedder(), judge_with(model, "claims")).judge(own_words)
    assert verdicts(found)["answer_is_supported"] == "abstained"
    assert bool(rejections(found)) is not supported


async def test_the_models_word_wins_over_a_rule_that_rejects(model, endpoint_server):
    thrice = "The Hub keeps readings for eighty days. After that it keeps readings for ten days more."
    passage = a_document("more.md", thrice)
    summed = SINGLE.model_copy(update={"reference": "The Hub keeps readings for ninety days.", "contexts": (a_context(passage, thrice),)})
    panel = CriticPanel(StrangerEmbedder(), judge_with(model, "claims"))
    assert verdicts(await CriticPanel(StrangerEmbedder()).judge(summed))["answer_is_supported"] == "rejected"
    says(endpoint_server, "whether passages say", {"judgements": [{"number": 1, "quote": thrice, "supported": True}]})
    found = await panel.judge(summed)
    assert verdicts(found) | {"answer_is_supported": "warning", "claims_are_supported": "passed"} == verdicts(found)
    assert found[0].reason.endswith("a model finds otherwise")


async def test_a_question_that_does_not_stand_alone_is_not_paid_for(model, endpoint_server):
    dangling = SINGLE.model_copy(update={"user_input": "What does this document say about readings?"})
    found = await CriticPanel(LetterEmbedder(), judge_with(model)).judge(dangling)
    assert verdicts(found)["question_stands_alone"] == "rejected"
    assert endpoint_server.stats[CHAT].calls == 0
