"""The model critics that the settings ask for."""

from golden_assets.adapters.critics.judge import ModelJudge
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.ports.models import ChatModel, Embedder
from golden_assets.settings.settings import Settings


def open_judge(settings: Settings, model: ChatModel, embedder: Embedder) -> ModelJudge:
    """A judge by this model; one that asks nothing where no critic is on.

    Raises:
        ConfigurationError: critics are asked for, and there is only the embedded model.
    """
    critics = settings.model_critics
    if critics and settings.writes_offline:
        raise ConfigurationError(
            f"the embedded model cannot judge rows ({', '.join(critics)})",
            "configure an endpoint with OPENAI_API_KEY, or set critics: none",
        )
    return ModelJudge(model, embedder, critics, closed_book_rejects=settings.closed_book == "reject")
