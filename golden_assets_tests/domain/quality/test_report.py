"""The report as a record: its status and its address."""

import math

import pytest
from pydantic import ValidationError

from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.quality.report import QualityReport
from golden_assets_tests.factories import a_corpus, a_failed_report, a_report, a_row, a_testset, changed


def test_a_report_passes_when_every_gate_passed():
    testset = a_testset()
    approved = changed(testset, approved=tuple(row.row_id for row in testset.rows))
    assert (a_report(approved).status, a_report(testset).status) == ("passed", "warning")


def test_one_failed_gate_fails_the_report():
    report = a_failed_report()
    assert report.status == "failed"
    assert [verdict.name for verdict in report.verdicts if not verdict.passed] == ["testset_is_large_enough"]


def test_a_report_survives_json_with_the_same_hash():
    report = a_report(a_testset([a_row(), a_row(user_input="", reference="")]))
    again = QualityReport.model_validate_json(report.model_dump_json())
    assert again == report
    assert again.report_hash == report.report_hash


def test_the_hash_changes_with_a_measure_a_verdict_or_the_embedder():
    report = a_report()
    others = [
        changed(report, measures=report.measures | {"diversity": 0.5}),
        changed(report, verdicts=report.verdicts[:-1]),
        changed(report, embedder="another"),
    ]
    assert len({r.report_hash for r in (report, *others)}) == 4


def test_a_report_names_what_it_found():
    corpus = a_corpus()
    report = a_report(a_testset([a_row(), a_row()], corpus), corpus)
    assert report.uncovered_documents == ("doc-01.md", "doc-02.md", "doc-03.md")
    assert report.duplicate_clusters == ((a_row().row_id, a_row().row_id),)
    assert report.type_counts == {"single_hop_specific": 2}


def test_a_report_is_frozen_and_refuses_unknown_fields():
    report = a_report()
    with pytest.raises(ValidationError, match="frozen"):
        report.embedder = "another"
    with pytest.raises(ValidationError, match="score"):
        QualityReport(**report.model_dump(), score=1.0)


def test_a_report_of_an_older_release_keeps_its_hash():
    verdict = {
        "name": "rows_are_complete",
        "stage": "post-generation",
        "passed": True,
        "measured": 0.0,
        "comparison": "==",
        "threshold": 0.0,
        "explanation": "0 of 2 rows are incomplete.",
        "thresholds_fingerprint": "0123456789ab",
        "remedy": "None.",
    }
    stored = {
        "testset_hash": "a" * 64,
        "draft_hash": "b" * 64,
        "corpus_hash": "c" * 64,
        "embedder": "e",
        "thresholds_fingerprint": "0123456789ab",
        "measures": {"rows": 2.0},
        "type_counts": {"t": 2},
        "type_targets": {"t": 1.0},
        "verdicts": [verdict],
    }
    report = QualityReport.model_validate(stored)
    assert report.report_hash == "0cf6322d574ec6503f75973a735d61cefe0cdfe2e7c082543dd9fea1679bc1e6"
    assert report.certificate is None


def test_a_failed_hint_warns_and_fails_nothing():
    report = a_report()
    hint = changed(report.verdicts[0], passed=False, is_hint=True)
    warned = changed(report, verdicts=(*report.verdicts, hint))
    assert (warned.status, warned.failed_gates) == ("warning", ())
    gate = changed(hint, is_hint=False)
    assert changed(report, verdicts=(*report.verdicts, hint, gate)).status == "failed"


def test_the_overall_score_is_one_when_all_passed_and_falls_with_the_distance_to_the_limit():
    report = a_report()
    assert report.score == 1
    names = {verdict.name: verdict for verdict in report.verdicts}
    diverse = changed(names["questions_are_diverse"], threshold=0.7)
    near, far = (changed(diverse, passed=False, measured=measured) for measured in (0.6, 0.1))
    assert 1 > near.score > far.score > 0
    assert changed(report, verdicts=(near,)).score == pytest.approx(0.6 / 0.7, abs=1e-6)


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_a_number_that_is_none_enters_neither_a_report_nor_a_verdict(number):
    report = a_report()
    with pytest.raises(ValidationError, match=r"measures.diversity\n.*finite number"):
        QualityReport(**report.model_dump() | {"measures": report.measures | {"diversity": number}})
    with pytest.raises(ValidationError, match=r"measured\n.*finite number"):
        Verdict(**report.verdicts[0].model_dump() | {"measured": number})
