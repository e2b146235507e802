"""The settings as one frozen object, and the one reader of the environment and of the configuration file.

The settings themselves are in `groups` and `deployment`. What counts, first to last: the environment, what the file says under
``testsets`` for the testset in question, what the file says for all, the default. Our own variables start with ``GOLDEN_ASSETS_``; those
that other tools share keep their names (``OPENAI_API_KEY``, ``OPENAI_BASE_URL``, ``PHOENIX_COLLECTOR_ENDPOINT``, ``PHOENIX_API_KEY``).
"""

from typing import Literal

from pydantic import ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

from golden_assets.domain.costs import Limits
from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.numbering import NumberingRules
from golden_assets.settings import deployment, groups


class Settings(
    deployment.PhoenixSettings,
    deployment.ServerSettings,
    deployment.CostSettings,
    groups.MonitoringSettings,
    groups.VersionSettings,
    groups.ModelSettings,
    groups.GenerationSettings,
    groups.DocumentSettings,
    BaseSettings,
):
    """What a user may configure."""

    model_config = SettingsConfigDict(env_prefix="GOLDEN_ASSETS_", env_nested_delimiter="__", extra="ignore")

    thresholds: Thresholds = Thresholds()
    """What the gates hold a testset against."""

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
