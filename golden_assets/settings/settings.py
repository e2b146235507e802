"""The settings as one frozen object, and the one reader of the environment and of the configuration file.

The settings themselves are in `groups` and `deployment`. What counts, first to last: the environment, what the file says under
``testsets`` for the testset in question, what the file says for all, the default. Our own variables start with ``GOLDEN_ASSETS_``; those
that other tools share keep their names (``OPENAI_API_KEY``, ``OPENAI_BASE_URL``, ``PHOENIX_COLLECTOR_ENDPOINT``, ``PHOENIX_API_KEY``).
"""

from typing import Literal
from urllib.parse import urlsplit

from pydantic import SecretStr, ValidationError, field_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.costs.budgets import Limits
from golden_assets.domain.critics.llm_judgements import ModelCritic
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.domain.versions.promotion import OperatingRules
from golden_assets.domain.versions.version_numbers import NumberingRules
from golden_assets.settings import deployment, groups
from golden_assets.settings.loader import gather, invalid, names_of_testsets

DEFAULT_CRITICS: tuple[ModelCritic, ...] = ("claims", "answerable", "hop")
"""Those whose rejections are faults of a row: that a model knows the answer is none, so ``closed_book`` has to be asked for."""
URLS = ("phoenix_endpoint", "openai_base_url", "task_url", "slack_url", "webhook_url")
"""Settings that must be URLs; those of databases are read by `golden_assets.settings.urls`."""
NAMED_PERSONAS = 3
"""As many as there are general ones."""

NAME_VARIABLE = "GOLDEN_ASSETS_TESTSET_NAME"
EMBEDDED = "embedded"
"""The value of ``embedding_model`` that stands for the embedder that ships with golden_assets."""


class Settings(
    deployment.PhoenixSettings,
    deployment.ServerSettings,
    deployment.CostSettings,
    deployment.IntegritySettings,
    groups.MonitoringSettings,
    groups.ScheduleSettings,
    groups.VersionSettings,
    groups.TaskSettings,
    groups.CriticSettings,
    groups.ModelSettings,
    groups.GenerationSettings,
    groups.DocumentSettings,
    BaseSettings,
):
    """What a user may configure."""

    model_config = SettingsConfigDict(env_prefix="GOLDEN_ASSETS_", env_nested_delimiter="__", extra="ignore")

    thresholds: Thresholds = Thresholds()
    """The limits that the gates apply to a testset."""

    @field_validator(*URLS)
    @classmethod
    def _is_a_url(cls, value: str | SecretStr | None) -> str | SecretStr | None:
        try:
            urlsplit(value.get_secret_value() if isinstance(value, SecretStr) else value or "")
        except ValueError:
            raise ValueError("it is not a URL: write it as scheme://host:port/path, an IPv6 address in brackets") from None
        return value

    @property
    def cost_limits(self) -> Limits:
        """The three limits as the ledger takes them."""
        return Limits(
            run=self.cost_limit_run,
            day=self.cost_limit_daily,
            month=self.cost_limit_monthly,
            testset_day=self.cost_limit_testset_daily,
            testset_month=self.cost_limit_testset_monthly,
        )

    @property
    def secrets(self) -> frozenset[str]:
        """What must not be shown: the value of every secret setting, and the passwords in addresses."""
        values = (getattr(self, name) for name in type(self).model_fields)
        hidden = [value.get_secret_value() for value in values if isinstance(value, SecretStr)]
        addresses = (*hidden, self.phoenix_endpoint or "", self.openai_base_url or "", self.task_url or "")
        return frozenset(filter(None, (*hidden, *map(_password, addresses))))

    @property
    def upgrades_schema(self) -> bool:
        """Whether the registry's schema is brought up to date by itself: on the embedded server always, elsewhere when told to."""
        return self.database_url is None or self.auto_migrate

    @property
    def operating_rules(self) -> OperatingRules:
        """When things run and people are told."""
        return OperatingRules(
            auto_promote=self.auto_promote,
            settle_seconds=self.settle_seconds,
            quality_alert_threshold=self.quality_alert_threshold,
            awaits_phoenix=self.phoenix != "none",
        )

    @property
    def request_defaults(self) -> RequestDefaults:
        """What a run asks for when it does not say it. A default that was not set by a user is left open."""
        chosen = self.model_fields_set
        return RequestDefaults(
            size=self.default_size if "default_size" in chosen else None,
            max_size=self.max_size,
            question_types=self.question_types or {},
            language=self.language.strip().casefold() if "language" in chosen else None,
        )

    @property
    def provider(self) -> Literal["extractive", "openai"]:
        """The model provider in force."""
        return self.model_provider or ("openai" if self.openai_api_key else "extractive")

    @property
    def writes_offline(self) -> bool:
        """Whether the chat model is the embedded one, which writes by rules: no key, no network, nothing that could judge rows."""
        return self.provider == "extractive"

    @property
    def costs_nothing(self) -> bool:
        """Whether no model call is paid for, so that none is booked."""
        return self.writes_offline

    @property
    def embeds_locally(self) -> bool:
        """Whether texts are compared by the embedder that ships with golden_assets."""
        return self.writes_offline or self.embedding_model == EMBEDDED

    @property
    def model_critics(self) -> tuple[ModelCritic, ...]:
        """The critics that ask the chat model; by default `DEFAULT_CRITICS` where there is one."""
        if self.critics is not None:
            return self.critics
        return () if self.writes_offline else DEFAULT_CRITICS

    @property
    def named_personas(self) -> int:
        """How many people who ask the model is to name; the embedded one names none."""
        return NAMED_PERSONAS if self.personas_enabled and not self.personas and not self.writes_offline else 0

    @property
    def numbering(self) -> NumberingRules | None:
        """How new versions are numbered; None when each must be given a number."""
        return NumberingRules(strategy=self.version_strategy, minor_share=self.minor_share) if self.auto_bump else None


class _Gathered(Settings):
    """Settings whose values have been gathered: the environment is not read once more, which takes three times as long."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003  pydantic-settings passes all of them by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """What was gathered, and nothing else."""
        return (init_settings,)


def load_settings(testset: str | None = None) -> Settings:
    """The settings of a testset; without a name of the one that ``GOLDEN_ASSETS_TESTSET`` names, else of the default one.

    Raises:
        ConfigurationError: the file cannot be read, something in it is not a setting, a value is none that its setting can take, or there
            does not exist; names all that is wrong, each by file and line or by variable, and never a value.
    """
    found = gather(Settings, testset)
    try:
        settings, unfit = _Gathered(**found.values), []
    except ValidationError as error:
        settings, unfit = None, found.problems_of(error)
    if settings is None or found.problems:
        raise invalid([*found.problems, *unfit])
    return settings


def settings_for(testset_name: str | None) -> Settings:
    """The settings of a testset of the registry, which need not be a configured one; without a name as `chosen_settings`."""
    if testset_name is None:
        return chosen_settings()
    return load_settings(testset_name if testset_name in all_testsets() else None)


def command_for(testset_name: str, arguments: str) -> str:
    """A command line that acts on this testset, whichever is meant without being named."""
    if testset_name in all_testsets():
        return f"golden-assets --testset {testset_name} {arguments}"
    is_default = load_settings().testset_name == testset_name
    return f"golden-assets {arguments}" if is_default else f"{NAME_VARIABLE}={testset_name} golden-assets {arguments}"


def chosen_settings() -> Settings:
    """The settings of the testset that a command means.

    Raises:
        ConfigurationError: as `load_settings`, or several testsets are configured and none was named.
    """
    names = names_of_testsets(Settings)
    settings = load_settings()
    if settings.testset or None in names:
        return settings
    if len(names) == 1:
        return load_settings(names[0])
    raise ConfigurationError(f"several testsets are configured ({', '.join(map(str, names))})", "say which with --testset NAME")


def all_testsets() -> list[str | None]:
    """Every configured testset by name, None for the default one. Raises `ConfigurationError`."""
    return names_of_testsets(Settings)


def _password(address: str) -> str | None:
    """The password in an address; None for what is not an address."""
    try:
        return urlsplit(address).password
    except ValueError:
        return None
