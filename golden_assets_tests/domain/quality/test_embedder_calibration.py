"""The diversity limit for embedders that see the world narrower or wider than the shipped one."""

import pytest

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.quality.embedder_calibration import (
    SAMPLE,
    SHIPPED_EMBEDDER,
    calibrated,
    calibration_passages,
    corpus_spread,
    uncalibrated,
)
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.testsets.languages import name_of
from golden_assets_tests.factories import a_corpus, a_document, a_row, a_testset


def test_the_shipped_embedder_is_not_calibrated():
    assert calibration_passages(a_corpus(), SHIPPED_EMBEDDER) == []
    assert calibrated(0.7, None) == 0.7


def test_passages_are_spread_over_the_whole_corpus_and_bounded():
    corpus = a_corpus(*(a_document(f"{n:02}.md", f"document {n} " * 400) for n in range(20)))
    passages = calibration_passages(corpus, "another")
    assert 20 <= len(passages) <= SAMPLE
    assert {passage.split()[1] for passage in passages if passage.startswith("document")} | {"0"} >= {"0", "7"}


def test_an_embedder_that_sees_half_the_spread_halves_the_limit():
    assert calibrated(0.7, 0.425) == 0.35


def test_a_wider_spread_never_raises_the_limit():
    assert calibrated(0.7, 1.2) == 0.7


def test_few_passages_give_no_calibration():
    assert corpus_spread([[1.0, 0.0]] * 4) is None
    assert corpus_spread([[1.0, 0.0]] * 5) == 0.0


def test_the_report_stores_the_spread_beside_the_embedder_and_judges_by_it():
    testset = a_testset([a_row(user_input=f"What is part number {n} for?") for n in range(8)])
    narrow = [[1.0, 0.9 if n % 2 else -0.9] for n in range(8)]
    report = write_report(testset, a_corpus(), narrow, "narrow", Thresholds(), spread=0.17)
    verdict = next(one for one in report.verdicts if one.name == "questions_are_diverse")
    assert (report.embedder, report.measures["corpus_spread"], verdict.threshold) == ("narrow", 0.17, 0.13)


def verdicts_in(language: str, embedder: str, spread: float | None = None) -> dict[str, Verdict]:
    """The gates on distances, of a testset whose questions have one vector."""
    testset = a_testset(size=20)
    background = Background(languages=(language,) * 20)
    report = write_report(testset, a_corpus(), [[1.0, 0.0]] * 20, embedder, Thresholds(), spread, background=background)
    return {verdict.name: verdict for verdict in report.verdicts if verdict.name in DISTANCES}


DISTANCES = ("questions_are_diverse", "questions_do_not_clump", "questions_differ_in_meaning")


@pytest.mark.parametrize("language", ["de", "es", "zh"])
def test_distances_say_nothing_about_languages_that_the_embedder_was_not_calibrated_for(language: str):
    for verdict in verdicts_in(language, SHIPPED_EMBEDDER).values():
        assert (verdict.passed, verdict.is_judged) == (True, False)
        assert f"20 of 20 rows are not in English ({name_of(language)})" in verdict.explanation


def test_distances_say_nothing_where_another_embedder_is_not_calibrated():
    for verdict in verdicts_in("en", "narrow").values():
        assert (verdict.passed, verdict.is_judged) == (True, False)
        assert "narrow was not calibrated" in verdict.explanation


@pytest.mark.parametrize(
    ("language", "embedder", "spread"), [("en", SHIPPED_EMBEDDER, None), ("und", SHIPPED_EMBEDDER, None), ("de", "narrow", 0.5)]
)
def test_distances_are_judged_in_english_and_by_an_embedder_that_saw_the_documents(language: str, embedder: str, spread: float | None):
    found = verdicts_in(language, embedder, spread)
    assert all(verdict.is_judged for verdict in found.values())
    assert not found["questions_are_diverse"].passed
    assert not found["questions_do_not_clump"].passed


def test_a_few_foreign_rows_do_not_hinder_judging():
    assert uncalibrated(SHIPPED_EMBEDDER, None, ["en"] * 9 + ["de"]) == ""
    assert uncalibrated(SHIPPED_EMBEDDER, None, ["en"] * 8 + ["de"] * 2).startswith("2 of 10 rows are not in English (German)")
