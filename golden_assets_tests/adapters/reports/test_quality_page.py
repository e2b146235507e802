"""The page of a version's quality: complete in itself, escaped, and honest about what was not measured."""

import re
from datetime import UTC, datetime

import pytest

from golden_assets.adapters.reports.quality_page import MAX_LISTED, quality_page
from golden_assets.adapters.reports.quality_pictures import draw_map, project
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.review.queue import RowDecision, after_review
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import RejectedRow
from golden_assets.domain.versions.promotion import Outlook
from golden_assets.domain.versions.release import DocumentsRead, ReleaseFacts, row_reviews
from golden_assets.domain.versions.versions import Approval, StoredVersion
from golden_assets_tests.adapters.reports.test_comparison_page import RUDE, Outline
from golden_assets_tests.factories import a_context, a_corpus, a_report, a_row, a_stored_version, a_testset, changed, rows_on, vectors_for

CORPUS = a_corpus(count=6)


def a_rich_version() -> StoredVersion:
    """Two rows ask the same, a gate fails, critics scored, rows were rejected, two documents are not cited."""
    rows = [row for row in rows_on(CORPUS, 24) if row.document_ids[0] not in ("doc-04.md", "doc-05.md")]
    rows[1] = changed(rows[1], user_input=rows[0].user_input)
    finding = Finding(row_id=rows[2].row_id, critic="answered", score=0.25, verdict="rejected", reason="the passage does not say so")
    testset = a_testset(rows, CORPUS, rejected=(RejectedRow(row=a_row(user_input="Refused?"), findings=(finding,)),))
    scores = {"answered": (0.25, None, *[1.0] * (len(rows) - 2))}
    extra = {"language_counts": {"en": 15, "und": 1}, "observations": {"foreign_rows": (f"{rows[3].row_id}: de: <Wie?>",)}}
    report = a_report(testset, CORPUS, Thresholds(min_rows=1000), critic_scores=scores, findings=(finding,), **extra)
    return a_stored_version(testset, version="1.2.0", report=report)


def headings(page: str) -> list[str]:
    return re.findall(r"<h2>(.*?)</h2>", page)


def test_every_section_stands_on_the_page_of_a_version_with_everything() -> None:
    stored = a_rich_version()
    page = quality_page(stored, {"1.1.0": a_report()}, vectors_for(stored.testset))
    assert headings(page) == [
        "Gates",
        "Question types",
        "Coverage",
        "Lengths in words",
        "Languages",
        "Map of the questions",
        "Clusters of duplicates (1)",
        "Worth a look",
        "Critics",
        "Findings (1)",
        "Rows rejected while writing (1)",
        "Power",
        "Trend",
        "Rows (16)",
    ]


def test_what_a_model_said_is_counted_with_its_abstentions_and_the_judge_is_named() -> None:
    stored = a_rich_version()
    assert stored.report
    silent = Finding(
        row_id=stored.testset.rows[3].row_id, critic="claims_are_supported", score=0.5, verdict="abstained", reason="it mumbled"
    )
    report = changed(stored.report, judge="judge 1 by house-model", findings=(*stored.report.findings, silent))
    testset = changed(stored.testset, abstentions={"claims_are_supported": 4})
    text = Outline(quality_page(changed(stored, report=report, testset=testset), {})).text
    assert "judge 1 by house-model" in text
    assert "claims_are_supported10001" in text
    assert "Abstentions while writing, rejected rows included: claims_are_supported 4." in text
    assert "it mumbled" in text


def test_gates_stand_with_figures_and_the_exact_number_at_fault_failed_ones_first() -> None:
    stored = a_rich_version()
    text = Outline(page := quality_page(stored, {})).text
    assert stored.report
    assert page.index('class="failed">FAILED') < page.index('class="passed">passed')
    for verdict in stored.report.verdicts:
        assert verdict.explanation in text
        assert f"{verdict.comparison} {verdict.threshold:g}" in text
    crowded = changed(stored.report.failed_gates[0], offenders=("row-a", "row-b"), offender_count=57)
    text = Outline(quality_page(changed(stored, report=changed(stored.report, verdicts=(crowded,))), {})).text
    assert "57row-arow-b... and 55 more" in text


def test_counts_stand_against_targets_and_uncovered_documents_are_named() -> None:
    text = Outline(quality_page(a_rich_version(), {})).text
    assert "8 of 8.0" in text
    assert "4 of 4.0" in text
    assert "2 usable documents that no row citesdoc-04.mddoc-05.md" in text


def test_duplicates_are_linked_on_the_map_and_critics_counted_without_the_rows_not_looked_at() -> None:
    stored = a_rich_version()
    page = quality_page(stored, {}, vectors_for(stored.testset))
    assert page.count("<circle") == len(stored.testset.rows)
    assert len(re.findall(r'<circle [^>]*class="down"', page)) == 2
    assert len(re.findall(r'<line [^>]*class="down"', page)) == 1
    assert "mean 0.95, n 15" in page


def test_the_trend_has_one_point_for_each_version_and_measure() -> None:
    page = quality_page(a_stored_version(version="1.1.0"), {"1.0.0": a_report()})
    assert page.count("<polyline") == 3
    assert page.count("<circle") == 6
    assert "Trend" not in headings(quality_page(a_stored_version(), {}))


def test_a_report_without_critics_or_embeddings_leaves_those_sections_out() -> None:
    report = a_report(critic_scores={}, findings=())
    page = quality_page(a_stored_version(report=report), {})
    assert headings(page) == ["Gates", "Question types", "Coverage", "Lengths in words", "Power", "Rows (4)"]


def test_an_unjudged_version_says_so_and_shows_what_the_rows_tell() -> None:
    outline = Outline(quality_page(a_stored_version(report=None), {}))
    assert "This version was never judged." in outline.text
    assert "nonegates judged" in outline.text
    assert "unknown: no gate has judged it" in outline.text
    assert "gates passed" not in outline.text
    assert "2 of 2.0" in outline.text
    assert "rows from 4 documents" in outline.text


def test_a_version_without_rows_has_a_page() -> None:
    assert "There are no rows." in quality_page(a_stored_version(a_testset(())), {}, [])


def test_the_page_loads_nothing_and_runs_nothing() -> None:
    stored = a_rich_version()
    outline = Outline(quality_page(stored, {"1.1.0": a_report()}, vectors_for(stored.testset)))
    assert not {"script", "link", "img", "iframe", "object", "form"} & set(outline.elements)
    assert not {"src", "href", "style"} & {name for name, _ in outline.attributes}
    assert ("content", "default-src 'none'; style-src 'unsafe-inline'") in outline.attributes
    assert "url(" not in outline.text


def test_text_from_outside_is_text_on_the_page() -> None:
    rude = a_row(user_input=RUDE, reference=RUDE, question_type=RUDE, contexts=(a_context(document_id=RUDE),), model=RUDE)
    finding = Finding(row_id=rude.row_id, critic=RUDE, score=0.0, verdict="rejected", reason=RUDE)
    testset = a_testset((rude, *rows_on(CORPUS, 3)), CORPUS, model=RUDE, rejected=(RejectedRow(row=rude, findings=(finding,)),))
    judged = a_report(testset, CORPUS)
    verdicts = tuple(changed(verdict, explanation=RUDE, remedy=RUDE, offenders=(RUDE,), offender_count=1) for verdict in judged.verdicts)
    report = changed(judged, verdicts=verdicts, findings=(finding,), critic_scores={RUDE: (0.0,)}, uncovered_documents=(RUDE,))
    stored = a_stored_version(testset, report=report)
    stored = changed(stored, summary=changed(stored.summary, testset_name=RUDE))
    page = quality_page(stored, {RUDE: a_report()}, vectors_for(testset))
    outline = Outline(page)
    assert not {"script", "img"} & set(outline.elements)
    assert "<script" not in page
    assert outline.text.count(RUDE) > 10


def test_what_is_not_listed_is_counted() -> None:
    finding = Finding(row_id="row-1", critic="answered", score=0.5, verdict="warning", reason="unsure")
    report = a_report(findings=(finding,) * (MAX_LISTED + 7))
    page = quality_page(a_stored_version(report=report), {})
    assert "Findings (207)" in page
    assert "... and 7 more" in page


def test_the_projection_keeps_the_distances_of_points_on_a_plane_and_does_not_flip() -> None:
    vectors = [[0.0, 0.0, 1.0], [3.0, 0.0, 1.0], [0.0, 4.0, 1.0]]
    plane = project(vectors)
    for one in range(3):
        for other in range(3):
            apart = sum((a - b) ** 2 for a, b in zip(plane[one], plane[other], strict=True))
            assert apart == pytest.approx(sum((a - b) ** 2 for a, b in zip(vectors[one], vectors[other], strict=True)))
    assert all(max(axis, key=abs) > 0 for axis in zip(*plane, strict=True))


def test_lengths_languages_clusters_and_odd_rows_are_told_in_figures() -> None:
    stored = a_rich_version()
    assert stored.report
    text = Outline(quality_page(stored, {})).text
    least, most = (f"{stored.report.measures[f'question_words_{name}']:g}" for name in ("least", "most"))
    assert f"questions{least}" in text
    assert most in text
    assert f"spelt alike2{stored.testset.rows[0].row_id}: {stored.testset.rows[0].user_input}" in text
    assert "1 foreign rows" in text
    assert "de: <Wie?>" in text


def test_a_map_of_many_questions_shows_the_duplicates_and_some_of_the_others() -> None:
    rows = list(rows_on(CORPUS, 40))
    rows[31] = changed(rows[31], user_input=rows[0].user_input)
    testset = a_testset(rows, CORPUS)
    drawn = draw_map(testset, a_report(testset, CORPUS), vectors_for(testset), most=10)
    assert drawn
    assert drawn.count("<circle") == 10
    assert drawn.count('class="down"') == 3


MARCH = datetime(2026, 3, 4, 5, 6, tzinfo=UTC)


def head_of(stored: StoredVersion, facts: ReleaseFacts | None = None) -> str:
    """The text before the gates."""
    text = Outline(quality_page(stored, {}, facts=facts)).text
    return text[text.index("Quality of golden", text.index("}")) :].partition("Gates")[0]


def test_the_head_says_what_a_manager_asks_first() -> None:
    testset = a_testset(rows_on(CORPUS, 12), CORPUS)
    summary = changed(a_stored_version(testset).summary, status="active", activated_at=MARCH)
    decisions = [
        RowDecision(row_id=testset.rows[0].row_id, decision="approve", reviewer="Ada"),
        RowDecision(row_id=testset.rows[1].row_id, decision="reject", reviewer="Bob", reason="trivial"),
    ]
    facts = ReleaseFacts(
        reviews=row_reviews(testset, decisions),
        approval=Approval(version="1.0.0", testset_hash="", approved_by="Eve", note="read ten rows", approved_at=MARCH),
        read=DocumentsRead.of(changed(CORPUS, source="/srv/docs/handbook")),
    )
    head = head_of(a_stored_version(testset, summary=summary, report=a_report(testset, CORPUS)), facts)
    for expected in (
        "This is the active version, since 04 March 2026, 05:06 UTC.",
        "Model extractive. Written by rules, without a language model",
        "Stored02 January 2026, 03:04 UTC by tests",
        "Approvedby Eve on 04 March 2026, 05:06 UTC, “read ten rows”",
        "Documents6 documents (",
        "words) in handbook, 6 of them cited",
        "Looked at by people2 of 12 rows (17%): 1 approved, 1 rejected; by Ada, Bob",
        "Found bad1 of 2 rows that people looked at (50%)",
        "What it can tellWith 12 rows from 6 documents",
        "What failsanswers_fit_their_questions: Not judged: on 12 of 12 rows",
    ):
        assert expected in head
    assert "/srv" not in head
    assert "overall score" not in head


def test_the_head_names_what_fails_and_what_a_version_waits_for() -> None:
    failed = a_rich_version()
    failed = changed(failed, summary=changed(failed.summary, status="failed"))
    head = head_of(failed)
    assert "This version failed" in head
    assert "What failstestset_is_large_enough: " in head
    assert "1 warns" not in head
    outlook = Outlook(version="1.0.0", active="0.9.0", loss="Worse than the active version: diversity fell from 0.900 to 0.700.")
    facts = ReleaseFacts(reviews=row_reviews(failed.testset, ()), outlook=outlook, approval_required=True)
    waits = head_of(a_stored_version(), facts)
    assert "does_not_regress: Worse than the active version: diversity fell from 0.900 to 0.700." in waits
    assert "golden-assets compare 0.9.0 1.0.0" in waits
    assert "Approvednot yet; approval is required" in waits


def test_rows_that_earlier_reviews_edited_or_left_out_count_as_looked_at_and_bad() -> None:
    first = a_testset(rows_on(CORPUS, 12), CORPUS)
    decisions = [
        RowDecision(row_id=first.rows[0].row_id, decision="edit", reviewer="Ada", reference="Another answer."),
        RowDecision(row_id=first.rows[1].row_id, decision="reject", reviewer="Ada", reason="trivial"),
        RowDecision(row_id=first.rows[2].row_id, decision="approve", reviewer="Ada"),
    ]
    told = row_reviews(after_review(first, decisions), ())
    assert (told.rows, told.seen, told.approved, told.edited, told.rejected, told.gone, told.bad) == (11, 2, 1, 1, 0, 1, 2)
    assert told.seen_in_words == "2 of 11 rows (18%): 1 approved, 1 edited"
    assert told.bad_in_words == "2 of 3 rows that people looked at (67%); 1 rejected row left out of this version"
    assert row_reviews(first, ()).seen_in_words == "no row of 12"


def test_every_row_can_be_unfolded_with_its_answer_and_who_vouches_for_it() -> None:
    testset = a_testset(rows_on(CORPUS, 12), CORPUS)
    text = Outline(quality_page(a_stored_version(changed(testset, approved=(testset.rows[3].row_id,))), {})).text
    assert f"{testset.rows[3].user_input}{testset.rows[3].row_id}answer{testset.rows[3].reference}" in text
    assert text.count("peopleapproved") == 1


def test_what_a_passed_gate_names_is_noted_and_not_at_fault() -> None:
    stored = a_stored_version()
    assert stored.report
    noted = changed(stored.report.verdicts[0], offenders=("empty.md: no prose",), offender_count=11)
    text = Outline(quality_page(changed(stored, report=changed(stored.report, verdicts=(noted,))), {})).text
    assert "0 (11 noted)empty.md: no prose... and 10 more" in text


def test_on_a_narrow_screen_the_verdict_stands_under_the_gate() -> None:
    page = quality_page(a_stored_version(), {})
    first = page[page.index("<tbody>") :].partition("</tr>")[0]
    assert first.startswith('<tbody><tr><th scope="row">answers_fit_their_questions</th><td data-label="verdict">')
    assert 'class="gates stacked"' in page
