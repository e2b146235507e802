import pytest
from pydantic import SecretStr

from golden_assets.adapters.extractive.model import ExtractiveModel
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredEmbedder, LedgeredModel
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.adapters.models.planning import FreeBudgetPlanner, LedgerBudgetPlanner
from golden_assets.adapters.models.providers import open_budget_planner, open_chat_model, open_embedder, question_types
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.settings.settings import Settings
from golden_assets_tests.adapters.models.books import SpentBooks

ENDPOINT = Settings(openai_api_key=SecretStr("key"), openai_base_url="http://127.0.0.1:9/v1", model="gpt-4.1-mini", model_provider="openai")
EMBEDDED = Settings(model_provider="extractive")


def test_the_embedded_models_are_the_default() -> None:
    assert isinstance(open_chat_model(EMBEDDED), ExtractiveModel)
    assert isinstance(open_embedder(EMBEDDED), MiniLMEmbedder)


def test_an_endpoint_serves_chat_and_embeddings_under_the_configured_names() -> None:
    model, embedder = open_chat_model(ENDPOINT), open_embedder(ENDPOINT)
    assert isinstance(model, EndpointModel)
    assert isinstance(embedder, EndpointEmbedder)
    assert (model.name, embedder.name) == ("gpt-4.1-mini", "text-embedding-3-small")


def test_chat_from_an_endpoint_goes_with_vectors_from_the_shipped_embedder_by_one_setting() -> None:
    mixed = ENDPOINT.model_copy(update={"embedding_model": "embedded"})

    assert isinstance(open_chat_model(mixed), EndpointModel)
    assert isinstance(open_embedder(mixed), MiniLMEmbedder)


def test_with_a_ledger_every_call_of_an_endpoint_goes_through_it_and_the_embedded_models_need_none() -> None:
    ledger = InMemoryCallLedger()
    model, embedder = open_chat_model(ENDPOINT, ledger), open_embedder(ENDPOINT, ledger)
    assert isinstance(model, LedgeredModel)
    assert isinstance(embedder, LedgeredEmbedder)
    assert (model.name, embedder.name) == ("gpt-4.1-mini", "text-embedding-3-small")
    assert isinstance(open_chat_model(EMBEDDED, ledger), ExtractiveModel)
    assert isinstance(open_embedder(EMBEDDED, ledger), MiniLMEmbedder)


def test_a_budget_is_planned_over_the_ledger_or_over_nothing() -> None:
    assert isinstance(open_budget_planner(EMBEDDED, None), FreeBudgetPlanner)
    assert isinstance(open_budget_planner(ENDPOINT, SpentBooks()), LedgerBudgetPlanner)
    with pytest.raises(ConfigurationError, match="the prices of model 'house'"):
        open_budget_planner(ENDPOINT.model_copy(update={"model": "house"}), SpentBooks())


def test_an_endpoint_without_a_key_is_refused_by_the_setting_that_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        open_chat_model(Settings(model_provider="openai", openai_api_key=None))


@pytest.mark.parametrize("settings", [EMBEDDED, ENDPOINT])
def test_the_question_types_of_each_model_sum_to_one(settings: Settings) -> None:
    assert sum(question_types(settings).values()) == pytest.approx(1)


def test_the_embedded_model_offers_no_abstract_questions() -> None:
    assert "multi_hop_abstract" not in question_types(EMBEDDED)
    assert "multi_hop_abstract" in question_types(ENDPOINT)


def test_the_version_of_the_embedded_model_tells_its_rules_and_that_of_an_endpoint_its_place_and_model() -> None:
    assert len(open_chat_model(EMBEDDED).version) == 64
    assert open_chat_model(ENDPOINT).version == "127.0.0.1:9/v1 gpt-4.1-mini"
