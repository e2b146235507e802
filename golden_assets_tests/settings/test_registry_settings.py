"""What a user may set about the registry: its connections, and how it numbers versions."""

import pytest

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.versions.version_numbers import NumberingRules
from golden_assets.settings.settings import Settings, load_settings


def test_the_pool_the_timeout_and_the_numbers_have_defaults() -> None:
    settings = load_settings()
    assert (settings.pool_min, settings.pool_max, settings.statement_timeout_seconds) == (5, 20, 60.0)
    assert settings.numbering == NumberingRules(strategy="semantic", minor_share=0.10)


def test_the_environment_sets_them(monkeypatch: pytest.MonkeyPatch) -> None:
    values = {"POOL_MIN": "2", "POOL_MAX": "3", "STATEMENT_TIMEOUT_SECONDS": "1.5", "VERSION_STRATEGY": "timestamp", "MINOR_SHARE": "0.25"}
    for name, value in values.items():
        monkeypatch.setenv(f"GOLDEN_ASSETS_{name}", value)
    settings = load_settings()
    assert (settings.pool_min, settings.pool_max, settings.statement_timeout_seconds) == (2, 3, 1.5)
    assert settings.numbering == NumberingRules(strategy="timestamp", minor_share=0.25)


def test_without_automatic_numbers_there_are_no_rules() -> None:
    assert Settings(auto_bump=False).numbering is None


def test_a_pool_of_one_size_is_allowed() -> None:
    assert Settings(pool_min=7, pool_max=7).pool_max == 7


@pytest.mark.parametrize(
    ("variable", "value", "named", "complaint"),
    [
        ("POOL_MIN", "0", "POOL_MIN", "from 1 to 1000"),
        ("POOL_MIN", "21", "POOL_MAX", "at least pool_min, 21"),
        ("POOL_MAX", "4", "POOL_MAX", "at least pool_min, 5"),
        ("POOL_MAX", "5000", "POOL_MAX", "from 1 to 1000"),
        ("POOL_MIN", "many", "POOL_MIN", "a whole number"),
        ("STATEMENT_TIMEOUT_SECONDS", "0", "STATEMENT_TIMEOUT_SECONDS", "0.001"),
        ("STATEMENT_TIMEOUT_SECONDS", "inf", "STATEMENT_TIMEOUT_SECONDS", "86400"),
        ("STATEMENT_TIMEOUT_SECONDS", "nan", "STATEMENT_TIMEOUT_SECONDS", "86400"),
        ("VERSION_STRATEGY", "calendar", "VERSION_STRATEGY", "`semantic` or `timestamp` or `incremental`"),
        ("AUTO_BUMP", "perhaps", "AUTO_BUMP", "true or false"),
        ("MINOR_SHARE", "1.01", "MINOR_SHARE", "from 0 to 1"),
        ("MINOR_SHARE", "-0.1", "MINOR_SHARE", "from 0 to 1"),
    ],
)
def test_a_bad_value_is_named_by_its_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, named: str, complaint: str
) -> None:
    monkeypatch.setenv(f"GOLDEN_ASSETS_{variable}", value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert f"GOLDEN_ASSETS_{named} is not valid" in str(caught.value)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
