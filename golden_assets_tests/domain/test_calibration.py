"""The diversity limit for embedders that see the world narrower or wider than the shipped one."""

from golden_assets.domain.calibration import SAMPLE, SHIPPED_EMBEDDER, calibrated, calibration_passages, corpus_spread
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.judging import write_report
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
    assert (report.embedder, report.measures["corpus_spread"], verdict.threshold) == ("narrow", 0.17, 0.14)
