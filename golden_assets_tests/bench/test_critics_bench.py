"""The critics' bench: what it plants, and that it asks a configured endpoint."""

import random

import pytest

from bench.critic_defects import BLIND_SPOTS, KINDS, Sample, opposite_put_in, rival_of, spoilt_rows, unit_exchanged
from bench.model_critics import main
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.endpoint_server import CHAT, KEY, EndpointServer, endpoint_server
from golden_assets_tests.factories import a_corpus, a_row, rows_on

__all__ = ["endpoint_server"]


def a_sample(*rows: TestsetRow) -> Sample:
    return Sample((*rows, *rows_on(a_corpus(), 8)), random.Random(1))  # noqa: S311 - the same in every run


def test_every_spoilt_row_is_another_row() -> None:
    sample = a_sample()
    for spoilt in spoilt_rows(sample, (*KINDS, *BLIND_SPOTS)).values():
        assert not {row.row_id for row in spoilt} & {row.row_id for row in sample.rows}


def test_an_opposite_and_a_unit_change_one_word_of_the_answer() -> None:
    row = a_row(reference="The Hub opens the valve before noon and waits 20 minutes.")
    assert opposite_put_in(row, a_sample(row)).reference == "The Hub closes the valve before noon and waits 20 minutes."
    assert unit_exchanged(row, a_sample(row)).reference == "The Hub opens the valve before noon and waits 20 seconds."
    assert unit_exchanged(a_row(reference="Nothing is counted."), a_sample(row)) is None


def test_a_rival_asks_the_same_and_answers_with_another_number() -> None:
    row = a_row(user_input="How long does the Hub wait?", reference="The Hub waits 20 minutes.")
    assert rival_of(row, a_sample(row)).text == "# Questions\n\nHow long does the Hub wait? 27 minutes.\n"


def test_the_endpoint_is_asked_and_what_it_said_and_cost_is_printed(
    endpoint_server: EndpointServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settings = {
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": endpoint_server.url,
        "GOLDEN_ASSETS_MODEL": "house-model",
        "GOLDEN_ASSETS_EMBEDDING_MODEL": "house-embedder",
        "GOLDEN_ASSETS_INPUT_PRICE": "1",
        "GOLDEN_ASSETS_OUTPUT_PRICE": "4",
        "GOLDEN_ASSETS_EMBEDDING_PRICE": "0.1",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    main(["--rows", "2"])
    printed = capsys.readouterr().out
    assert printed.startswith("judge 1 by house-model with house-embedder: claims, answerable, hop")
    lines = {line.split(" | ")[0].strip("| "): line for line in printed.splitlines() if line.startswith("| ")}
    assert {kind.__name__.replace("_", " ") for kind in (*KINDS, *BLIND_SPOTS)} | {"**sound rows**"} <= lines.keys()
    assert lines["number changed"].startswith("| number changed | 2 | 100%")
    assert f"{endpoint_server.stats[CHAT].calls} calls" in printed.splitlines()[-1]


def test_without_an_endpoint_it_says_what_to_configure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("OPENAI_API_KEY", raising=False)
    with pytest.raises(SystemExit, match="set OPENAI_API_KEY"):
        main([])
