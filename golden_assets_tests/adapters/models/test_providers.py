import pytest
from pydantic import SecretStr

from golden_assets.adapters.models.endpoint_embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint_model import EndpointModel
from golden_assets.adapters.models.extractive.model import ExtractiveModel
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.adapters.models.providers import open_chat_model, open_embedder, question_types
from golden_assets.domain.errors import ConfigurationError
from golden_assets.settings.settings import Settings

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


def test_an_endpoint_without_a_key_is_refused_by_the_setting_that_is_missing() -> None:
    with pytest.raises(ConfigurationError, match="set OPENAI_API_KEY"):
        open_chat_model(Settings(model_provider="openai", openai_api_key=None))


@pytest.mark.parametrize("settings", [EMBEDDED, ENDPOINT])
def test_the_question_types_of_each_model_sum_to_one(settings: Settings) -> None:
    assert sum(question_types(settings).values()) == pytest.approx(1)


def test_the_embedded_model_offers_no_abstract_questions() -> None:
    assert "multi_hop_abstract" not in question_types(EMBEDDED)
    assert "multi_hop_abstract" in question_types(ENDPOINT)


def test_the_version_of_the_embedded_model_tells_its_rules_and_that_of_an_endpoint_its_model() -> None:
    assert len(open_chat_model(EMBEDDED).version) == 64
    assert open_chat_model(ENDPOINT).version == "gpt-4.1-mini"
