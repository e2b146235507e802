from pathlib import Path

import pytest

from golden_assets_tests.cli.conftest import Golden


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "golden_testset_config.yaml"


def test_show_tells_where_each_value_comes_from(golden: Golden, config: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    config.write_text("generation:\n  default_size: 10\n")
    monkeypatch.setenv("GOLDEN_ASSETS_LANGUAGE", "german")
    shown = {item["setting"]: item for item in golden("config", "show", "--format", "json").json}
    assert shown["default_size"] == {"setting": "default_size", "value": 10, "from": "file", "where": "golden_testset_config.yaml:2"}
    assert (shown["language"]["from"], shown["language"]["where"]) == ("environment", "GOLDEN_ASSETS_LANGUAGE")
    assert (shown["max_size"]["from"], shown["max_size"]["where"]) == ("default", "default")
    listing = golden("config", "show").out
    assert "golden_testset_config.yaml:2" in listing
    assert "GOLDEN_ASSETS_LANGUAGE" in listing


@pytest.mark.parametrize("form", ["table", "json"])
def test_show_masks_every_secret_and_passwords_inside_addresses(
    golden: Golden, config: Path, monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    config.write_text("openai_api_key: canary-a\nopenai_base_url: https://user:canary-b@example.com/v1\n")
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", "postgresql://u:canary-c@127.0.0.1/d")
    monkeypatch.setenv("PHOENIX_API_KEY", "canary-d")
    ended = golden("config", "show", "--format", form)
    assert ended.status == 0
    assert "canary" not in ended.out + ended.err
    assert "********" in ended.out


def test_show_is_about_the_testset_that_is_named(golden: Golden, config: Path) -> None:
    config.write_text("testsets:\n  one: {docs: a}\n  two: {docs: b, default_size: 7}\n")
    shown = {item["setting"]: item for item in golden("--testset", "two", "config", "show", "--format", "json").json}
    assert (shown["default_size"]["value"], shown["default_size"]["where"]) == (7, "golden_testset_config.yaml:3")
    assert (shown["testset_name"]["value"], shown["testset_name"]["from"]) == ("two", "environment")
    unnamed = golden("config", "show")
    assert (unnamed.status, "say which with --testset NAME" in unnamed.err) == (2, True)


def test_validate_names_all_that_is_wrong_line_by_line(golden: Golden, config: Path) -> None:
    config.write_text("pol_max: 3\nmin_change: 2\n")
    ended = golden("config", "validate")
    assert ended.status == 2
    assert len(ended.err.splitlines()) == 2
    assert ended.err.startswith("golden_testset_config.yaml:1: pol_max is not a setting; did you mean pool_max?\n")
    machine = golden("config", "validate", "--format", "json")
    assert (machine.status, machine.json["valid"], len(machine.json["problems"])) == (2, False, 2)


def test_validate_says_which_file_is_valid(golden: Golden, config: Path, tmp_path: Path) -> None:
    assert golden("config", "validate").out == "the configuration is valid (no file: environment and defaults)\n"
    other = tmp_path / "other.yaml"
    other.write_text("pool_max: 30\n")
    assert golden("--config", other, "config", "validate").out == f"the configuration is valid ({other})\n"
    assert golden("config", "validate").out == "the configuration is valid (no file: environment and defaults)\n"


def test_every_command_names_all_that_is_wrong_in_one_line(golden: Golden, config: Path) -> None:
    config.write_text("pol_max: 3\nmin_chnge: 0.2\n")
    ended = golden("list-versions")
    assert (ended.status, len(ended.err.splitlines())) == (2, 1)
    assert "yaml:1: pol_max" in ended.err
    assert "yaml:2: min_chnge" in ended.err


def test_the_registry_is_asked_about_the_testset_that_is_named(golden: Golden, config: Path, tmp_path: Path) -> None:
    rows = tmp_path / "rows.json"
    rows.write_text('[{"user_input": "What is it?", "reference": "A thing.", "reference_contexts": ["It is a thing."]}]')
    assert golden("--testset", "other", "import", rows).status == 0
    assert "0.1.0" in golden("--testset", "other", "list-versions").out
    assert "no version is stored" in golden("list-versions").out
