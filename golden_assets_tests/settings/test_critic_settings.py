"""Which critics ask a model, by default and when somebody says so."""

from collections.abc import Callable
from pathlib import Path

import pytest

from golden_assets.adapters.critics.judge import open_judge
from golden_assets.adapters.extractive import ExtractiveModel
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.settings.settings import DEFAULT_CRITICS, load_settings

Write = Callable[[str], Path]


def test_critics_that_can_reject_are_on_where_an_endpoint_is_configured_and_none_without(
    write_config: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert load_settings().model_critics == ()
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    assert load_settings().model_critics == DEFAULT_CRITICS == ("claims", "answerable", "hop")


@pytest.mark.parametrize(
    ("text", "on"),
    [("none", ()), ("[]", ()), ("[claims, closed_book]", ("claims", "closed_book")), ("claims,hop", ("claims", "hop"))],
)
def test_they_are_named_as_a_list_or_as_text(write_config: Write, monkeypatch: pytest.MonkeyPatch, text: str, on: tuple[str, ...]) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    write_config(f"critics: {text}\n")
    assert load_settings().model_critics == on


def test_a_variable_wins_over_the_file(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    write_config("critics: [claims]\n")
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    monkeypatch.setenv("GOLDEN_ASSETS_CRITICS", "none")
    assert load_settings().model_critics == ()


def test_an_unknown_critic_is_refused_with_the_line_and_what_there_is(write_config: Write) -> None:
    write_config("docs: x\ncritics: [claims, vibes]\n")
    with pytest.raises(ConfigurationError) as failed:
        load_settings()
    assert "golden_testset_config.yaml:2" in str(failed.value)
    assert "closed_book" in str(failed.value)


def test_the_embedded_model_is_no_judge_and_says_so(write_config: Write) -> None:
    write_config("critics: [claims]\n")
    with pytest.raises(ConfigurationError, match="the embedded model cannot judge rows \\(claims\\): configure an endpoint"):
        open_judge(load_settings(), ExtractiveModel(), MiniLMEmbedder())


def test_what_the_closed_book_probe_does_is_part_of_the_judges_version(write_config: Write, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "k")
    versions = []
    for action in ("warn", "reject"):
        write_config(f"critics: [closed_book]\nclosed_book: {action}\n")
        versions.append(open_judge(load_settings(), ExtractiveModel(), MiniLMEmbedder()).version)
    assert len(set(versions)) == 2
