import pytest

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.costs.budgets import Limits
from golden_assets.embedded.server_urls import embedded_names
from golden_assets.settings.settings import Settings, load_settings

VARIABLES = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PHOENIX_COLLECTOR_ENDPOINT", "PHOENIX_API_KEY")


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in VARIABLES:
        monkeypatch.delenv(name, raising=False)


def test_without_any_variable_the_embedded_model_and_servers_are_used() -> None:
    settings = load_settings()
    assert settings.provider == "extractive"
    assert settings.database_url is None
    assert settings.phoenix_endpoint is None


def test_secrets_are_all_that_must_not_be_shown_passwords_in_addresses_too() -> None:
    addresses = {"phoenix_endpoint": "http://ada:word-1@p:6006", "database_url": "postgresql://ada:word-2@d/x"}
    settings = Settings(**addresses, openai_api_key="sk://[canary")
    assert settings.secrets == {"word-1", "word-2", addresses["database_url"], "sk://[canary"}


def test_an_api_key_selects_the_endpoint_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    assert load_settings().provider == "openai"


def test_an_explicit_provider_wins_over_the_api_key(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("GOLDEN_ASSETS_MODEL_PROVIDER", "extractive")
    assert load_settings().provider == "extractive"


def test_secrets_do_not_show_in_the_settings_text(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", "postgresql://u:canary@h/d")
    assert "canary" not in repr(load_settings()) + str(load_settings().model_dump())


def test_variables_that_other_tools_share_keep_their_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:6006")
    monkeypatch.setenv("OPENAI_BASE_URL", "http://127.0.0.1:8000/v1")
    settings = load_settings()
    assert (settings.phoenix_endpoint, settings.openai_base_url) == ("http://127.0.0.1:6006", "http://127.0.0.1:8000/v1")


def test_question_types_are_accepted_under_their_old_names(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_QUESTION_TYPES", "simple=0.5, multi_context=0.3, reasoning=0.2")
    assert load_settings().question_types == {"single_hop_specific": 0.5, "multi_hop_specific": 0.3, "multi_hop_abstract": 0.2}


def test_question_types_are_accepted_as_a_mapping_under_their_new_names() -> None:
    assert Settings(question_types={"single_hop_specific": 1.0}).question_types == {"single_hop_specific": 1.0}


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("GOLDEN_ASSETS_QUESTION_TYPES", "simple=0.5,multi_context=0.3", "sum to 1"),
        ("GOLDEN_ASSETS_QUESTION_TYPES", "simple=1.5,multi_context=-0.5", "at least 0"),
        ("GOLDEN_ASSETS_QUESTION_TYPES", "simple=0.5,clever=0.5", "single_hop_specific"),
        ("GOLDEN_ASSETS_QUESTION_TYPES", "nonsense", "sum to 1"),
        ("GOLDEN_ASSETS_THRESHOLDS__MIN_DIVERSITY", "1.7", "from 0 to 1"),
        ("GOLDEN_ASSETS_MAX_CONCURRENCY", "many", "a whole number"),
        ("GOLDEN_ASSETS_MODEL_PROVIDER", "oracle", "extractive"),
        ("GOLDEN_ASSETS_TESTSET_NAME", "a b", "text matching"),
    ],
)
def test_a_bad_value_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, value: str, complaint: str) -> None:
    monkeypatch.setenv(variable, value)
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert variable in str(caught.value)
    assert complaint in str(caught.value)
    assert "\n" not in str(caught.value)
    assert caught.value.exit_status == 2


def test_a_bad_secret_is_not_quoted_in_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_INPUT_PRICE", "canary-price")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert "canary" not in str(caught.value)


def test_a_threshold_can_be_set_and_changes_the_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    before = load_settings().thresholds.fingerprint
    monkeypatch.setenv("GOLDEN_ASSETS_THRESHOLDS__MIN_DIVERSITY", "0.6")
    assert load_settings().thresholds.min_diversity == 0.6
    assert load_settings().thresholds.fingerprint != before


def test_cost_limits_are_off_until_they_are_set_and_shares_are_read_from_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().cost_limits == Limits()
    assert load_settings().cost_alert_shares == (0.5, 0.8, 1.0)
    for name, value in {"LIMIT_RUN": "0.5", "LIMIT_DAILY": "2", "LIMIT_MONTHLY": "30", "ALERT_SHARES": "0.25, 0.9"}.items():
        monkeypatch.setenv(f"GOLDEN_ASSETS_COST_{name}", value)
    assert load_settings().cost_limits == Limits(run=0.5, day=2, month=30)
    assert load_settings().cost_alert_shares == (0.25, 0.9)


@pytest.mark.parametrize(
    ("variable", "value"),
    [("COST_LIMIT_DAILY", "-1"), ("COST_LIMIT_RUN", "nan"), ("COST_ALERT_SHARES", "0.5,2"), ("COST_ALERT_SHARES", "half")],
)
def test_a_senseless_cost_setting_is_named(variable: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"GOLDEN_ASSETS_{variable}", value)
    with pytest.raises(ConfigurationError, match=f"GOLDEN_ASSETS_{variable}"):
        load_settings()


def test_any_change_of_content_counts_unless_a_share_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    assert load_settings().min_change == 0
    monkeypatch.setenv("GOLDEN_ASSETS_MIN_CHANGE", "0.05")
    assert load_settings().min_change == 0.05


@pytest.mark.parametrize("share", ["-0.1", "1.5", "much"])
def test_a_share_of_change_that_is_none_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, share: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_MIN_CHANGE", share)
    with pytest.raises(ConfigurationError, match="GOLDEN_ASSETS_MIN_CHANGE is not valid"):
        load_settings()


def test_personas_are_given_as_json_and_then_none_are_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    assert load_settings().named_personas == 3
    monkeypatch.setenv("GOLDEN_ASSETS_PERSONAS", '[{"name": "Ada", "role_description": "Repairs pumps."}]')
    settings = load_settings()
    assert [persona.model_dump() for persona in settings.personas] == [{"name": "Ada", "role_description": "Repairs pumps."}]
    assert settings.named_personas == 0


@pytest.mark.parametrize("variables", [{"GOLDEN_ASSETS_PERSONAS_ENABLED": "false"}, {"GOLDEN_ASSETS_MODEL_PROVIDER": "extractive"}])
def test_nobody_is_named_when_that_is_off_or_the_model_cannot(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "sk-canary")
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert load_settings().named_personas == 0


def test_a_persona_without_a_role_is_refused_and_the_variable_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_PERSONAS", '[{"name": "Ada"}]')
    with pytest.raises(ConfigurationError, match="GOLDEN_ASSETS_PERSONAS is not valid"):
        load_settings()


@pytest.mark.parametrize("time", ["0 3 * * 1", "*/15 0-6,22 1 1-12/2 0", "59 23 31 12 6"])
def test_a_schedule_takes_a_time_as_cron_writes_it(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_REGENERATION_SCHEDULE", time)
    assert load_settings().regeneration_schedule == time


@pytest.mark.parametrize(
    "time", ["@daily", "0 3 * *", "60 3 * * 1", "0 24 * * *", "0 3 0 * *", "0 3 * * 7", "0 6-3 * * *", "*/0 * * * *", "1,,2 * * * *"]
)
def test_a_time_that_no_clock_shows_is_refused_with_the_variable(monkeypatch: pytest.MonkeyPatch, time: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_MONITORING_SCHEDULE", time)
    with pytest.raises(ConfigurationError, match="GOLDEN_ASSETS_MONITORING_SCHEDULE is not valid"):
        load_settings()


@pytest.mark.parametrize("variable", ["PHOENIX_COLLECTOR_ENDPOINT", "OPENAI_BASE_URL"])
def test_an_address_that_is_no_url_is_named_and_not_repeated(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    monkeypatch.setenv(variable, "postgresql://ada:canary@[bad/x")
    with pytest.raises(ConfigurationError, match=f"{variable} is not valid .it is not a URL") as caught:
        load_settings()
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["postgresql:///golden?host=/var/run", "postgresql://u:p@one:5432,two:5433/d", "postgresql://u@[::1]:5432/d"]
)
def test_every_form_of_a_database_url_is_taken(monkeypatch: pytest.MonkeyPatch, url: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", url)
    assert load_settings().database_url.get_secret_value() == url


@pytest.mark.parametrize(
    ("variables", "names"),
    [
        ({}, ["PostgreSQL", "Phoenix"]),
        ({"GOLDEN_ASSETS_DATABASE_URL": "postgresql://h/d"}, ["PostgreSQL", "Phoenix"]),
        ({"PHOENIX_COLLECTOR_ENDPOINT": "http://h:6006"}, ["PostgreSQL"]),
        ({"GOLDEN_ASSETS_DATABASE_URL": "postgresql://h/d", "PHOENIX_COLLECTOR_ENDPOINT": "http://h:6006"}, []),
    ],
)
def test_only_the_servers_that_are_embedded_are_said_to_start(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], names: list[str]
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert embedded_names(load_settings()) == names
