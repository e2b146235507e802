"""Every setting, its default and its environment variable; the one reader of the environment.

Our own variables start with ``GOLDEN_ASSETS_``; those that other tools share keep their names (``OPENAI_API_KEY``, ``OPENAI_BASE_URL``,
``PHOENIX_COLLECTOR_ENDPOINT``, ``PHOENIX_API_KEY``).
"""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import AliasChoices, Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from golden_assets.domain.costs import Limits
from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.numbering import DEFAULT_MINOR_SHARE, NumberingRules, NumberingStrategy
from golden_assets.domain.testsets import QUESTION_TYPES, QuestionType

PLAN_NAMES: dict[str, QuestionType] = {
    "simple": "single_hop_specific",
    "multi_context": "multi_hop_specific",
    "reasoning": "multi_hop_abstract",
}
"""The question types' names in older configurations, and what RAGAS calls them now."""


def shared(name: str, ours: str) -> AliasChoices:
    """An environment variable that other tools share, and the field's own name for keyword arguments."""
    return AliasChoices(name, ours)


class Settings(BaseSettings):
    """What a user may configure.

    ``model_provider`` is ``extractive`` (the embedded default: no key, no network) or ``openai`` (any OpenAI-compatible endpoint);
    left empty it is ``openai`` exactly when an API key is set. Prices are US dollars per million tokens, needed only for models that
    the shipped price list does not know. ``docs`` is a folder or ``table:NAME``, a table of the database at ``documents_url`` (default:
    ``database_url``); a URL with a password is never a location, since locations show in metadata and run configuration.

    A process keeps ``pool_min`` connections to the registry open and has at most ``pool_max``; a statement is cancelled after
    ``statement_timeout_seconds``. ``version_strategy`` chooses the numbers of new versions: ``semantic`` (the bump follows from the rows;
    more than ``minor_share`` of them touched is a MINOR change), ``timestamp`` or ``incremental``. With ``auto_bump`` off none is chosen,
    and whoever creates a version must give its number.

    With ``require_approval`` a version is promoted only after ``golden-assets approve``.

    ``min_change`` is the share of the documents' content, 0 to 1, that must have changed before `document_change_sensor` requests a new
    testset.

    ``phoenix_datasets`` is ``per_testset`` (one dataset, whose Phoenix versions follow ours) or ``per_version`` (a dataset each, named
    ``golden_testset_v{version}_{time of creation}``). A request to Phoenix may take ``phoenix_timeout_seconds`` and is made at most
    ``phoenix_attempts`` times; ``phoenix_ca_file`` holds the certificates to trust in place of the usual ones.

    ``tracing`` records spans in the project ``trace_project`` of a Phoenix that is configured, or that runs embedded; without
    ``trace_content`` they hold no text of documents, questions or answers.

    Cost limits are US dollars for the model calls of a run, a day and a month (UTC), over all testsets of the database.
    """

    model_config = SettingsConfigDict(
        env_prefix="GOLDEN_ASSETS_",
        env_nested_delimiter="__",
        frozen=True,
        extra="ignore",
        populate_by_name=True,
        hide_input_in_errors=True,
    )

    home: Path = Path(".golden")
    docs: str | None = None
    testset_name: str = Field("golden", pattern=r"^[A-Za-z0-9][A-Za-z0-9_.-]{0,99}$")
    database_url: SecretStr | None = None
    dagster_url: SecretStr | None = None
    documents_url: SecretStr | None = None
    pool_min: int = Field(5, ge=1, le=1000)
    pool_max: int = Field(20, ge=1, le=1000)
    statement_timeout_seconds: float = Field(60.0, ge=0.001, le=86_400)
    version_strategy: NumberingStrategy = "semantic"
    auto_bump: bool = True
    minor_share: float = Field(DEFAULT_MINOR_SHARE, ge=0, le=1)
    postgres_binaries: Path | None = None
    phoenix_endpoint: str | None = Field(None, validation_alias=shared("PHOENIX_COLLECTOR_ENDPOINT", "phoenix_endpoint"))
    phoenix_api_key: SecretStr | None = Field(None, validation_alias=shared("PHOENIX_API_KEY", "phoenix_api_key"))
    phoenix_python: Path | None = None
    phoenix_datasets: Literal["per_testset", "per_version"] = "per_testset"
    phoenix_timeout_seconds: float = Field(60.0, gt=0, le=3600)
    phoenix_attempts: int = Field(4, ge=1, le=20)
    phoenix_ca_file: Path | None = None
    tracing: bool = True
    trace_project: str = Field("golden-testset-management", min_length=1)
    trace_content: bool = True
    openai_api_key: SecretStr | None = Field(None, validation_alias=shared("OPENAI_API_KEY", "openai_api_key"))
    openai_base_url: str | None = Field(None, validation_alias=shared("OPENAI_BASE_URL", "openai_base_url"))
    model_provider: Literal["extractive", "openai"] | None = None
    model: str = "gpt-4.1-mini"
    embedding_model: str = "text-embedding-3-small"
    input_price: float | None = Field(None, ge=0)
    output_price: float | None = Field(None, ge=0)
    embedding_price: float | None = Field(None, ge=0)
    request_timeout_seconds: float = Field(120.0, gt=0)
    max_attempts: int = Field(6, ge=1, le=20)
    max_concurrency: int = Field(16, ge=1, le=256)
    cost_limit_run: float | None = Field(None, ge=0, allow_inf_nan=False)
    cost_limit_daily: float | None = Field(None, ge=0, allow_inf_nan=False)
    cost_limit_monthly: float | None = Field(None, ge=0, allow_inf_nan=False)
    cost_alert_shares: Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], NoDecode] = (0.5, 0.8, 1.0)
    max_document_bytes: int = Field(20 * 2**20, ge=1)
    require_approval: bool = False
    question_types: Annotated[dict[QuestionType, float] | None, NoDecode] = None
    language: str = "english"
    min_change: float = Field(0.0, ge=0, le=1)
    thresholds: Thresholds = Thresholds()

    @field_validator("pool_max")
    @classmethod
    def _pool_holds_its_minimum(cls, value: int, others: ValidationInfo) -> int:
        if value < others.data.get("pool_min", 0):
            raise ValueError(f"the pool must hold at least pool_min, {others.data['pool_min']} connections")
        return value

    @field_validator("question_types", mode="before")
    @classmethod
    def _accept_plan_names(cls, value: object) -> object:
        """Read ``simple=0.5,multi_context=0.3,reasoning=0.2`` or a mapping, under the old or the new names."""
        if isinstance(value, str):
            value = dict(pair.split("=", 1) for pair in value.split(",") if "=" in pair)
        if not isinstance(value, dict):
            return value
        return {PLAN_NAMES.get(name.strip(), name.strip()): share for name, share in value.items()}

    @field_validator("question_types")
    @classmethod
    def _shares_sum_to_one(cls, value: dict[QuestionType, float] | None) -> dict[QuestionType, float] | None:
        if value is not None and (min(value.values(), default=-1) < 0 or abs(sum(value.values()) - 1) > 1e-6):
            raise ValueError(f"the shares of {', '.join(QUESTION_TYPES)} must be at least 0 and sum to 1")
        return value

    @field_validator("cost_alert_shares", mode="before")
    @classmethod
    def _split_shares(cls, value: object) -> object:
        """Read ``0.5,0.8,1``."""
        return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value

    @property
    def cost_limits(self) -> Limits:
        """The three limits as the ledger takes them."""
        return Limits(run=self.cost_limit_run, day=self.cost_limit_daily, month=self.cost_limit_monthly)

    @property
    def provider(self) -> Literal["extractive", "openai"]:
        """The model provider in force."""
        return self.model_provider or ("openai" if self.openai_api_key else "extractive")

    @property
    def numbering(self) -> NumberingRules | None:
        """How new versions are numbered; None when each must be given a number."""
        return NumberingRules(strategy=self.version_strategy, minor_share=self.minor_share) if self.auto_bump else None


def load_settings() -> Settings:
    """Read the environment.

    Raises:
        ConfigurationError: a variable has a value that its setting cannot take; names the variable, never its value.
    """
    try:
        return Settings()
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        name = _variable([str(part) for part in first["loc"]])
        raise ConfigurationError(f"{name} is not valid ({first['msg']})", f"correct or unset {name}") from None


def _variable(location: list[str]) -> str:
    """The environment variable behind a field's location in a validation error."""
    depth = 2 if location[0].startswith("thresholds") else 1
    name = "__".join(location[:depth]).upper()
    return name if name.startswith(("PHOENIX_", "OPENAI_")) else f"GOLDEN_ASSETS_{name}"
