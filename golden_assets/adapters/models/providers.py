"""The chat model and the embedder that the settings ask for."""

from typing import TYPE_CHECKING

from golden_assets.adapters.models.cached_embedder import CachedEmbedder
from golden_assets.adapters.models.endpoint.client import OPENAI_URL, Endpoint
from golden_assets.adapters.models.endpoint.embedder import EndpointEmbedder
from golden_assets.adapters.models.endpoint.model import EndpointModel
from golden_assets.adapters.models.ledgered_models import LedgeredEmbedder, LedgeredModel
from golden_assets.adapters.models.planning import FreeBudgetPlanner, LedgerBudgetPlanner
from golden_assets.adapters.models.pricing import ModelPrices, chat_pricing
from golden_assets.adapters.models.traced import TracedEmbedder
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.ports.models import ChatModel, Embedder, VectorCache
from golden_assets.domain.ports.spending import BudgetPlanner, CallLedger
from golden_assets.domain.testsets.testset import QuestionType
from golden_assets.settings.settings import Settings

if TYPE_CHECKING:
    from golden_assets.adapters.models.endpoint.client import Endpoint
    from golden_assets.adapters.models.endpoint.model import EndpointModel
    from golden_assets.adapters.models.planning import Books


def open_chat_model(settings: Settings, ledger: CallLedger | None = None) -> ChatModel:
    """The embedded extractive model, which costs nothing, or the configured endpoint's, with every call in ``ledger`` when one is given.

    Raises:
        ConfigurationError: the endpoint has no key, its model no price, or the embedded model is to write another language than English.
    """
    if settings.writes_offline:
        if settings.language.strip().casefold() != "english":
            raise ConfigurationError(
                f"the embedded model writes English, not {settings.language}", "configure an endpoint, or set language to english"
            )
        from golden_assets.adapters.extractive.model import ExtractiveModel

        return ExtractiveModel()
    model = _endpoint_model(settings)
    if ledger is None:
        return model
    return LedgeredModel(model, ledger)


def open_cached_embedder(settings: Settings, cache: VectorCache, ledger: CallLedger | None = None) -> Embedder:
    """`open_embedder`, traced, and asked only for what ``cache`` does not hold. Raises like it."""
    embedder = open_embedder(settings, ledger)
    model = embedder.name if settings.embeds_locally else f"{embedder.name} at {_endpoint(settings).place}"
    return CachedEmbedder(TracedEmbedder(embedder), cache, model)


def open_embedder(settings: Settings, ledger: CallLedger | None = None) -> Embedder:
    """The embedded MiniLM, or the configured endpoint's embedding model, with every call in ``ledger`` when one is given.

    Raises:
        ConfigurationError: the endpoint has no key, or its model no price.
    """
    if settings.embeds_locally:
        from golden_assets.adapters.models.minilm import MiniLMEmbedder

        return MiniLMEmbedder()
    prices = ModelPrices(embedding=settings.embedding_price)
    embedder = EndpointEmbedder(_endpoint(settings), model=settings.embedding_model, prices=prices)
    if ledger is None:
        return embedder
    return LedgeredEmbedder(embedder, ledger)


def open_budget_planner(settings: Settings, books: "Books | None") -> BudgetPlanner:
    """A planner over the ledger that the configured endpoint's models write; over nothing for the embedded ones.

    Raises:
        ConfigurationError: the model has no price, or critics are on and the endpoint has no key.
    """
    if books is None:
        return FreeBudgetPlanner()
    prices = ModelPrices(input=settings.input_price, output=settings.output_price)
    pricing = chat_pricing(settings.model, settings.openai_base_url or OPENAI_URL, prices)
    identify = _endpoint_model(settings).request if settings.model_critics else None
    return LedgerBudgetPlanner(books, [settings.model, settings.embedding_model], pricing, settings.model_critics, identify)


def question_types(settings: Settings) -> dict[QuestionType, float]:
    """The question types that the model can write, with the shares used when none are configured.

    For an endpoint: half single-hop, as RAGAS had it up to 0.2. The extractive model writes no abstract questions.
    """
    if settings.writes_offline:
        from golden_assets.adapters.extractive.model import DEFAULT_QUESTION_TYPES

        return dict(DEFAULT_QUESTION_TYPES)
    return {"single_hop_specific": 0.5, "multi_hop_specific": 0.25, "multi_hop_abstract": 0.25}


def _endpoint_model(settings: Settings) -> "EndpointModel":
    prices = ModelPrices(input=settings.input_price, output=settings.output_price)
    return EndpointModel(_endpoint(settings), model=settings.model, prices=prices)


def _endpoint(settings: Settings) -> "Endpoint":
    if settings.openai_api_key is None:
        raise ConfigurationError(
            "GOLDEN_ASSETS_MODEL_PROVIDER is openai, but no API key is set",
            "set OPENAI_API_KEY (any text for an endpoint that checks none), or GOLDEN_ASSETS_MODEL_PROVIDER=extractive",
        )
    return Endpoint(
        api_key=settings.openai_api_key,
        base_url=settings.openai_base_url,
        max_concurrency=settings.max_concurrency,
        timeout=settings.request_timeout_seconds,
        max_attempts=settings.max_attempts,
    )
