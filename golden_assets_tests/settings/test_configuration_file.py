from collections.abc import Callable
from pathlib import Path

import pytest
import yaml

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.settings import file
from golden_assets.settings.explain import explain, find_problems
from golden_assets.settings.settings import all_testsets, chosen_settings, load_settings

Write = Callable[[str], Path]

TEMPLATE = """
    # golden_testset_config.yaml
    database:
      connection_string: "postgresql://langchain:langchain@localhost:6024/langchain"
      pool_size: 20
      timeout: 30

    generation:
      default_size: 10
      max_size: 100
      auto_promote: false
      quality_threshold: 0.7

    ragas:
      model: "gpt-4.1-mini"
      embedding_model: "text-embedding-3-small"
      personas_enabled: true
      query_distribution:
        simple: 0.5
        multi_context: 0.3
        reasoning: 0.2

    phoenix:
      endpoint: "http://localhost:6006"
      project_name: "golden-testset-management"

    monitoring:
      alert_email: "team@example.com"
      cost_limit_daily: 10.00
      quality_alert_threshold: 0.6

    versioning:
      strategy: "semantic"  # or "timestamp", "incremental"
      auto_bump: true
"""


def test_the_older_template_is_accepted_as_it_stands_and_every_line_of_it_counts(write_config: Write) -> None:
    write_config(TEMPLATE)
    settings = load_settings()
    assert settings.database_url is not None
    assert settings.database_url.get_secret_value() == "postgresql://langchain:langchain@localhost:6024/langchain"
    assert (settings.pool_max, settings.statement_timeout_seconds) == (20, 30)
    assert (settings.default_size, settings.max_size, settings.auto_promote) == (10, 100, False)
    assert settings.thresholds.min_diversity == 0.7
    assert (settings.model, settings.embedding_model, settings.personas_enabled) == ("gpt-4.1-mini", "text-embedding-3-small", True)
    assert settings.question_types == {"single_hop_specific": 0.5, "multi_hop_specific": 0.3, "multi_hop_abstract": 0.2}
    assert (settings.phoenix_endpoint, settings.trace_project) == ("http://localhost:6006", "golden-testset-management")
    assert (settings.alert_email, settings.cost_limit_daily, settings.quality_alert_threshold) == ("team@example.com", 10, 0.6)
    assert (settings.version_strategy, settings.auto_bump) == ("semantic", True)
    from_file = [item for item in explain() if item.origin.kind == "file"]
    assert len(from_file) == 18
    assert find_problems() == []


def test_settings_stand_at_the_top_level_or_in_any_section(write_config: Write) -> None:
    write_config("pool_min: 2\ndatabase:\n  pool_max: 3\nthresholds:\n  min_diversity: 0.5\n")
    settings = load_settings()
    assert (settings.pool_min, settings.pool_max, settings.thresholds.min_diversity) == (2, 3, 0.5)
    assert settings.thresholds.min_rows == 1


def test_the_environment_overrides_the_file_value_by_value(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config("model: a\nopenai_api_key: in-file\nquestion_types: {simple: 1}\nthresholds: {min_diversity: 0.5, min_rows: 7}\n")
    monkeypatch.setenv("GOLDEN_ASSETS_MODEL", "b")
    monkeypatch.setenv("OPENAI_API_KEY", "in-environment")
    monkeypatch.setenv("GOLDEN_ASSETS_THRESHOLDS__MIN_DIVERSITY", "0.4")
    monkeypatch.setenv("GOLDEN_ASSETS_QUESTION_TYPES", "reasoning=1")
    settings = load_settings()
    assert settings.model == "b"
    assert settings.openai_api_key is not None
    assert settings.openai_api_key.get_secret_value() == "in-environment"
    assert (settings.thresholds.min_diversity, settings.thresholds.min_rows) == (0.4, 7)
    assert settings.question_types == {"multi_hop_abstract": 1}


def test_a_key_in_the_file_counts_when_the_environment_has_none(write_config: Write) -> None:
    write_config("openai_api_key: in-file\n")
    assert load_settings().provider == "openai"


def test_each_value_is_explained_by_default_line_or_variable(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config("generation:\n  default_size: 10\nlanguage: german\n")
    monkeypatch.setenv("GOLDEN_ASSETS_LANGUAGE", "french")
    origins = {item.setting.name: (item.value, item.origin.text) for item in explain()}
    assert origins["default_size"] == (10, "golden_testset_config.yaml:2")
    assert origins["language"] == ("french", "GOLDEN_ASSETS_LANGUAGE")
    assert origins["max_size"] == (100_000, "default")


def test_a_file_elsewhere_is_named_by_a_variable_and_its_paths_stand_beside_it(
    write_config: Write, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    write_config("docs: manual\nhome: data\n").rename(folder / "mine.yaml")
    monkeypatch.setenv("GOLDEN_ASSETS_CONFIG", "elsewhere/mine.yaml")
    assert load_settings().docs == str(folder / "manual")
    assert load_settings().home == folder / "data"


def test_a_table_is_no_path(write_config: Write) -> None:
    write_config("docs: table:documents\n")
    assert load_settings().docs == "table:documents"


def test_everything_wrong_is_told_at_once_by_line_and_variable_with_what_is_allowed(
    write_config: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_config(
        """\
        database: {pool_sise: 3}
        thresholds:
          min_diversity: 1.7
        max_concurrency: many
        versioning: {strategy: calendar}
        ragas: gpt
        testsets:
          handbook:
            home: elsewhere
            min_change: 2
          a-b: {}
        """
    )
    monkeypatch.setenv("GOLDEN_ASSETS_MINOR_SHARE", "7")
    monkeypatch.setenv("GOLDEN_ASSETS_MIN_CHNGE", "0.1")
    name = "golden_testset_config.yaml"
    found = "\n".join(find_problems())
    for expected in (
        f"{name}:1: database.pool_sise is not a setting; did you mean pool_size?",
        f"{name}:3: thresholds.min_diversity is not valid (it must be a number from 0 to 1)",
        f"{name}:4: max_concurrency is not valid (it must be a whole number from 1 to 256)",
        f"{name}:5: version_strategy is not valid",
        "it must be `semantic` or `timestamp` or `incremental`",
        f"{name}:6: ragas must be a mapping of settings",
        f"{name}:9: home holds for all testsets: it cannot stand under testsets.handbook",
        f"{name}:10: min_change is not valid",
        f"{name}:11: 'a-b' cannot name a testset",
        "GOLDEN_ASSETS_MINOR_SHARE is not valid",
        "GOLDEN_ASSETS_MIN_CHNGE sets nothing; did you mean GOLDEN_ASSETS_MIN_CHANGE?",
    ):
        assert expected in found
    with pytest.raises(ConfigurationError, match=r"yaml:1: .*yaml:6: .*; and \d more: .*`golden-assets config validate`") as caught:
        load_settings()
    assert "\n" not in str(caught.value)


def test_a_value_out_of_range_is_told_beside_an_unknown_key(write_config: Write) -> None:
    write_config("pol_max: 3\nmin_change: 2\ncost_limit_run: -1\n")
    with pytest.raises(ConfigurationError) as caught:
        load_settings()
    assert list(caught.value.problems) == find_problems()
    assert [problem.partition(": ")[2] for problem in caught.value.problems] == [
        "pol_max is not a setting; did you mean pool_max?",
        "min_change is not valid (it must be a number from 0 to 1)",
        "cost_limit_run is not valid (it must be a number of at least 0)",
    ]


@pytest.mark.parametrize("text", ["critics: all", "critics: [claims, all]"])
def test_a_critic_that_there_is_not_is_refused_with_all_that_may_be_written(write_config: Write, text: str) -> None:
    write_config(text)
    allowed = "`none` or a list, each `claims` or `answerable` or `hop` or `closed_book`"
    assert find_problems() == [f"golden_testset_config.yaml:1: critics is not valid (it must be {allowed})"]


@pytest.mark.parametrize("loader", [yaml.SafeLoader, getattr(yaml, "CSafeLoader", yaml.SafeLoader)])
@pytest.mark.parametrize(
    ("text", "place", "reason"),
    [
        ("model: gpt\nkey: [hunter2, b\nc: hunter2\n", "3 is not YAML (column 2: ", "while parsing a flow sequence from line 2)"),
        ("model: gpt\nkey: *hunter2\n", "2 is not YAML (column 6: ", "found undefined alias)"),
        ("key: &hunter2 a\nb: &hunter2 b\n", "2 is not YAML (column 4: ", "duplicate anchor; first occurrence from line 1)"),
        ("key: hunter2: b\n", "1 is not YAML (column 13: ", "mapping values are not allowed"),
        ("a: b\nkey: hunter2\x07\n", "2 is not YAML (column 13: ", "characters are not allowed)"),
    ],
)
def test_broken_yaml_is_told_by_line_column_and_reason_without_its_words(
    write_config: Write, monkeypatch: pytest.MonkeyPatch, loader: type, text: str, place: str, reason: str
) -> None:
    monkeypatch.setattr(file, "LOADER", loader)
    write_config(text)
    problem = "; ".join(find_problems())
    assert f"golden_testset_config.yaml:{place}" in problem
    assert reason in problem
    assert "hunter2" not in problem


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("database: ]", "golden_testset_config.yaml:1 is not YAML"),
        ("api: *hunter2\n", "golden_testset_config.yaml:1 is not YAML"),
        ("just text", "golden_testset_config.yaml:1 is not a mapping"),
        (
            "pool_max: 30\ndatabase: {pool_size: 20}",
            "golden_testset_config.yaml:2: database.pool_size is set in line 1 already, as pool_max",
        ),
        ("model: !secret hunter2", "golden_testset_config.yaml:1: this is YAML that has no plain value"),
        ("testsets: [a]", "golden_testset_config.yaml:1: testsets must be a mapping"),
        ("testsets: {a: 1}", "golden_testset_config.yaml:1: testsets.a must be a mapping"),
        ("testsets: {a: {}, a: {}}", "golden_testset_config.yaml:1: the testset a is there twice"),
        (
            "pool_max: yes",
            "golden_testset_config.yaml:1: pool_max is not valid (it must be a whole number from 1 to 1000, not true or false)",
        ),
        ("auto_promote: 7", "golden_testset_config.yaml:1: auto_promote is not valid"),
        ("language: no", "golden_testset_config.yaml:1: language is not valid (it must be text)"),
        ("zzzzzzzzzzzz: 1", "zzzzzzzzzzzz is not a setting; docs/configuration.md lists all"),
        ("database_url: {a: hunter2}", "golden_testset_config.yaml:1: database_url is not valid"),
        ("input_price: hunter2", "golden_testset_config.yaml:1: input_price is not valid"),
    ],
)
def test_a_file_that_makes_no_sense_is_refused_by_line_without_quoting_values(write_config: Write, text: str, complaint: str) -> None:
    write_config(text)
    problems = "\n".join(find_problems())
    assert complaint in problems
    assert "hunter2" not in problems


def test_a_file_that_is_named_but_not_there_is_an_error(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_CONFIG", "gone.yaml")
    with pytest.raises(ConfigurationError, match=r"gone\.yaml cannot be read \(No such file"):
        load_settings()


def test_a_file_that_is_not_utf8_is_an_error(write_config: Write) -> None:
    write_config("").write_bytes(b"model: \xff")
    with pytest.raises(ConfigurationError, match="it is not UTF-8"):
        load_settings()


def test_an_empty_file_and_empty_values_leave_the_defaults(write_config: Write) -> None:
    write_config("")
    assert load_settings().pool_max == 20
    write_config("database:\nthresholds:\nmodel:\n")
    assert load_settings().model == "gpt-4.1-mini"
    assert find_problems() == []


def test_a_group_of_settings_in_one_variable_must_be_json(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_THRESHOLDS", "hunter2")
    with pytest.raises(ConfigurationError, match="thresholds") as caught:
        load_settings()
    assert "hunter2" not in str(caught.value)


TWO = """\
default_size: 30
thresholds: {min_diversity: 0.6, min_rows: 5}
testsets:
  handbook:
    docs: handbook
    generation: {default_size: 50}
    thresholds: {min_diversity: 0.5}
  api:
    docs: table:api
"""


def test_a_testset_has_its_own_settings_over_those_for_all(write_config: Write, tmp_path: Path) -> None:
    write_config(TWO)
    handbook, api = load_settings("handbook"), load_settings("api")
    assert (handbook.testset, handbook.testset_name, handbook.docs) == ("handbook", "handbook", str(tmp_path / "handbook"))
    assert (handbook.default_size, handbook.thresholds.min_diversity, handbook.thresholds.min_rows) == (50, 0.5, 5)
    assert (api.docs, api.default_size, api.thresholds.min_diversity) == ("table:api", 30, 0.6)
    assert handbook.thresholds.fingerprint != api.thresholds.fingerprint


def test_the_environment_overrides_the_settings_of_a_testset(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(TWO)
    monkeypatch.setenv("GOLDEN_ASSETS_DEFAULT_SIZE", "7")
    assert load_settings("handbook").default_size == 7


def test_the_testset_is_chosen_by_a_variable(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config(TWO)
    monkeypatch.setenv("GOLDEN_ASSETS_TESTSET", "api")
    assert load_settings().testset_name == "api"
    assert chosen_settings().testset == "api"


def test_one_of_several_testsets_must_be_chosen_and_must_exist(write_config: Write) -> None:
    write_config(TWO)
    with pytest.raises(ConfigurationError, match=r"several testsets are configured \(handbook, api\): say which with --testset"):
        chosen_settings()
    with pytest.raises(ConfigurationError, match=r"no testset handbok is configured in .*; did you mean handbook\?"):
        load_settings("handbok")


def test_a_lone_testset_need_not_be_chosen(write_config: Write) -> None:
    write_config("testsets: {handbook: {docs: handbook}}\n")
    assert chosen_settings().testset_name == "handbook"
    assert all_testsets() == ["handbook"]


def test_the_settings_at_the_top_are_a_testset_of_their_own_when_they_name_documents(write_config: Write) -> None:
    assert all_testsets() == [None]
    write_config("docs: manual\ntestsets: {handbook: {docs: handbook}}\n")
    assert all_testsets() == [None, "handbook"]
    assert (chosen_settings().testset, chosen_settings().testset_name) == (None, "golden")


def test_where_none_are_configured_any_name_is_a_testset_of_the_registry(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_TESTSET", "imported")
    assert (load_settings().testset, load_settings().testset_name) == (None, "imported")


def test_a_name_that_breaks_the_rule_is_refused(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_TESTSET", "a b")
    with pytest.raises(ConfigurationError, match="GOLDEN_ASSETS_TESTSET is not valid"):
        load_settings()


def test_what_is_wrong_in_one_testset_does_not_stop_another(write_config: Write) -> None:
    write_config("testsets:\n  good: {docs: a}\n  bad: {dogs: b}\n")
    assert load_settings("good").testset_name == "good"
    with pytest.raises(ConfigurationError, match=r"yaml:3: dogs is not a setting; did you mean docs\?"):
        load_settings("bad")
    assert len(find_problems()) == 1
