"""The quality page from the command line."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets_tests.cli.conftest import Golden, first_testset, second_testset, store


def test_the_page_is_written_with_map_and_the_trend_of_what_was_active_until_then(
    golden: Golden, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    store(database_url, first_testset())
    assert golden("activate", "1.0.0").status == 0
    store(database_url, second_testset())
    ended = golden("report", "1.0.1")
    assert (ended.status, ended.out, ended.err) == (0, "wrote quality-report-1.0.1.html\n", "")
    page = (tmp_path / "quality-report-1.0.1.html").read_text(encoding="utf-8")
    assert "<h2>Map of the questions</h2>" in page
    assert "<h2>Trend</h2>" in page
    assert "<script" not in page
    assert golden("report", "1.0.0", "--output", "first.html").out == "wrote first.html\n"
    assert "<h2>Trend</h2>" not in (tmp_path / "first.html").read_text(encoding="utf-8")


def test_questions_that_were_embedded_before_are_not_embedded_again(
    golden: Golden, two_versions: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "page.html"
    assert golden("report", "1.0.1", "--output", page).status == 0
    first = page.read_text(encoding="utf-8")

    async def refuse(_self: MiniLMEmbedder, texts: Sequence[str]) -> None:
        raise AssertionError(f"{len(texts)} texts are embedded once more")

    monkeypatch.setattr(MiniLMEmbedder, "embed", refuse)
    assert golden("report", "1.0.1", "--output", page).status == 0
    assert page.read_text(encoding="utf-8") == first


def test_no_paid_model_is_asked_for_the_map(
    golden: Golden, two_versions: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_MODEL_PROVIDER", "openai")
    monkeypatch.setenv("OPENAI_API_KEY", "unused")
    page = tmp_path / "page.html"
    assert golden("report", "1.0.1", "--output", page).status == 0
    assert "Map of the questions" not in page.read_text(encoding="utf-8")


def test_the_map_is_drawn_where_the_embedded_embedder_stands_beside_a_paid_model(
    golden: Golden, two_versions: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", "unused")
    monkeypatch.setenv("GOLDEN_ASSETS_EMBEDDING_MODEL", "embedded")
    page = tmp_path / "page.html"
    assert golden("report", "1.0.1", "--output", page).status == 0
    assert "Map of the questions" in page.read_text(encoding="utf-8")


def test_a_file_that_cannot_be_written_is_one_line_on_stderr(golden: Golden, two_versions: list[str], tmp_path: Path) -> None:
    ended = golden("report", "1.0.0", "--output", tmp_path / "missing" / "page.html")
    assert (ended.status, ended.out) == (1, "")
    assert "cannot be written (No such file or directory)" in ended.err
