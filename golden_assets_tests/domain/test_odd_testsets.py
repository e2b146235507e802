"""Whatever a testset holds is measured, with numbers that are numbers, or refused with what to do; never a warning, never a NaN."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.quality.embedder_calibration import SHIPPED_EMBEDDER
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow
from golden_assets_tests.factories import a_corpus, a_document, a_row, a_testset, rows_on

CORPUS = a_corpus()
MIXED = [
    "How is the насос called in 水泵 and पंप?",
    "水泵如何停止？",
    "Как слить воду?",
    "كيف تتوقف المضخة؟",
    "🔋🔋?",
    "\u202egnirts",
    "ท่อน้ำ",
]


def report_on(testset: Testset, embeddings=None, corpus=CORPUS, embedder="e") -> QualityReport:
    """A report with everything measured that can be, its numbers checked to be such."""
    vectors = np.eye(len(testset.rows) or 1)[: len(testset.rows)].tolist() if embeddings is None else embeddings
    background = Background(languages=("und",) * len(testset.rows), prompts=(("", ""),), retired=(("", ""),))
    report = write_report(testset, corpus, vectors, embedder, Thresholds(), background=background)
    assert all(math.isfinite(value) for value in report.measures.values()), report.measures
    assert all(math.isfinite(verdict.measured) for verdict in report.verdicts)
    assert json.loads(report.model_dump_json()), "what is not finite is no JSON"
    return report


def rows_and_targets(*rows: TestsetRow, **targets: float) -> Testset:
    request = GenerationRequest(size=max(1, len(rows)), question_types=targets)
    return a_testset(rows, CORPUS, request=request)


def test_no_rows_are_measured_as_none_and_fail_by_their_number():
    report = report_on(rows_and_targets(single_hop_specific=1.0))
    assert report.measures["rows"] == 0
    assert "testset_is_large_enough" in {verdict.name for verdict in report.failed_gates}


def test_one_row_is_its_own_testset():
    report = report_on(rows_and_targets(a_row(), single_hop_specific=1.0))
    assert (report.measures["diversity"], report.measures["duplicates"], report.measures["type_distance"]) == (1.0, 0, 0.0)


def test_identical_rows_are_one_cluster_without_diversity():
    report = report_on(rows_and_targets(*[a_row()] * 50, single_hop_specific=1.0), embeddings=[[1.0, 2.0]] * 50, embedder=SHIPPED_EMBEDDER)
    assert (report.measures["duplicates"], report.measures["semantic_duplicates"], report.measures["diversity"]) == (49, 49, 0.0)
    assert len(report.semantic_clusters[0]) == 50


def test_no_target_distribution_leaves_nothing_to_be_distant_from():
    assert report_on(rows_and_targets(a_row(), a_row(user_input="Why is it so?"))).measures["type_distance"] == 0.0


def test_a_type_without_a_share_is_as_far_from_the_target_as_can_be():
    report = report_on(rows_and_targets(a_row(), multi_hop_specific=1.0, single_hop_specific=0.0))
    assert (report.measures["type_distance"], report.measures["p_value"]) == (1.0, 0.0)


def test_questions_in_any_script_are_measured():
    rows = [a_row(user_input=question, reference=question) for question in MIXED]
    report = report_on(rows_and_targets(*rows, single_hop_specific=1.0))
    assert report.measures["duplicates"] == 0
    assert report.measures["question_words_most"] > 1


def test_control_characters_are_blanks():
    rows = [a_row(user_input="How\x00is\x1bit?"), a_row(user_input="How is it?"), a_row(user_input="\x00\x01")]
    assert report_on(rows_and_targets(*rows, single_hop_specific=1.0)).measures["exact_duplicates"] == 1


def test_huge_texts_are_measured_and_named_as_too_long():
    rows = [a_row(user_input="word " * 200_000 + str(n), reference="ein langes Wort " * 100_000) for n in range(3)]
    report = report_on(rows_and_targets(*rows, single_hop_specific=1.0))
    assert (report.measures["long_questions"], report.measures["long_answers"]) == (3, 3)


def test_a_corpus_of_one_document_is_covered_by_one_row():
    corpus = a_corpus(a_document())
    assert report_on(a_testset(rows_on(corpus, 1), corpus), corpus=corpus).measures["coverage"] == 1.0


@pytest.mark.parametrize("broken", [[0.0, 0.0], [math.nan, 1.0], [math.inf, 1.0], [-math.inf, math.inf]])
def test_a_vector_that_points_nowhere_is_refused_by_its_place(broken):
    testset = rows_and_targets(a_row(), a_row(user_input="Why is it so?"), single_hop_specific=1.0)
    with pytest.raises(TestsetError, match=r"question 2 of 2 has no direction \(zero or not finite\): check the embedding model"):
        report_on(testset, embeddings=[[1.0, 0.0], broken])


def test_vectors_of_two_models_are_refused():
    testset = rows_and_targets(a_row(), a_row(user_input="Why is it so?"), single_hop_specific=1.0)
    with pytest.raises(TestsetError, match="different dimensions: embed all questions with one model"):
        report_on(testset, embeddings=[[1.0, 0.0], [1.0, 0.0, 0.0]])


@given(st.lists(st.tuples(st.text(max_size=40), st.text(max_size=40)), max_size=6))
def test_any_text_at_all_is_measured(pairs):
    rows = [a_row(user_input=question, reference=answer) for question, answer in pairs]
    if not any("\ud800" <= character <= "\udfff" for pair in pairs for text in pair for character in text):
        report_on(rows_and_targets(*rows, single_hop_specific=1.0))
