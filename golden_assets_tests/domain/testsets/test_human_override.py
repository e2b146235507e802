"""Rows that a person vouches for, and those that critics may have replaced."""

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.quality.measures import measure_quality
from golden_assets.domain.review.queue import RowDecision, after_review, with_review_of
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.human_override import (
    after_criticism,
    honours,
    open_to_criticism,
    still_approved,
    vouched_for,
    with_approvals,
)
from golden_assets.domain.testsets.testset import HUMAN, Testset, TestsetRow
from golden_assets_tests.factories import a_context, a_corpus, a_row, a_testset, rows_on, vectors_for

CORPUS = a_corpus()


def approve(row: TestsetRow) -> RowDecision:
    return RowDecision(row_id=row.row_id, decision="approve", reviewer="Ada")


def a_finding(row: TestsetRow, verdict: str = "rejected") -> Finding:
    return Finding(row_id=row.row_id, critic="c", score=0.0, verdict=verdict, reason="not said")


def reviewed() -> Testset:
    """Rows that are approved, edited, a person's own, and one that nobody looked at."""
    first, second, third = rows_on(CORPUS, 3)
    own = a_row(user_input="What did a person ask?", contexts=(), synthesizer_name=HUMAN, model=HUMAN)
    edit = RowDecision(row_id=second.row_id, decision="edit", reviewer="Ada", reference="Another answer.")
    return after_review(a_testset((first, second, third, own), CORPUS), [approve(first), edit])


def test_critics_may_replace_only_rows_that_nobody_wrote_changed_or_approved():
    testset = reviewed()
    assert open_to_criticism(testset, classify_rows(testset.rows, CORPUS)) == (testset.rows[2],)
    assert vouched_for(testset) == {row.row_id for row in (*testset.rows[:2], testset.rows[3])}


def test_critics_look_at_no_row_whose_passage_is_gone():
    testset = a_testset(rows_on(CORPUS, 4), CORPUS)
    left = Corpus(source="tests", documents=CORPUS.documents[1:])
    assert open_to_criticism(testset, classify_rows(testset.rows, left)) == testset.rows[1:]


def test_a_rejected_row_is_no_longer_usable_and_an_abstention_or_a_warning_is_no_rejection():
    rows = rows_on(CORPUS, 3)
    verdicts = zip(rows, ("rejected", "abstained", "warning"), strict=True)
    found = after_criticism(classify_rows(rows, CORPUS), {row.row_id: (a_finding(row, verdict),) for row, verdict in verdicts})
    assert [item.is_usable for item in found] == [False, True, True]
    assert [len(item.rejections) for item in found] == [1, 0, 0]
    assert {item.state for item in found} == {"fresh"}


def test_a_row_stays_approved_when_its_passage_is_merely_set_differently():
    testset = after_review(a_testset(rows_on(CORPUS, 4), CORPUS), [approve(rows_on(CORPUS, 4)[0])])
    first = CORPUS.documents[0]
    reset = Corpus(source="tests", documents=(Document.of(first.document_id, first.text.replace(" of ", "\nof ")), *CORPUS.documents[1:]))
    found = classify_rows(testset.rows, reset)
    assert found[0].state == "reformatted"
    assert still_approved(testset, found) == {found[0].row.row_id}
    assert found[0].row.row_id not in testset.approved


def test_an_approval_ends_when_the_row_is_rejected_in_a_later_review():
    testset = reviewed()
    reject = RowDecision(row_id=testset.rows[0].row_id, decision="reject", reviewer="Ada", reason="wrong after all")
    assert testset.approved == (testset.rows[0].row_id,)
    assert after_review(testset, [reject]).approved == ()


def test_approvals_are_no_content():
    testset = a_testset(rows_on(CORPUS, 4), CORPUS)
    approved = after_review(testset, [approve(testset.rows[0])])
    assert approved.testset_hash == testset.testset_hash
    assert after_review(testset, []).draft_hash == testset.draft_hash


def test_no_gate_holds_against_a_version_what_a_reviewer_approved():
    context = a_context()
    bad = a_row(reference="The boiler explodes 999 times.", question_type="multi_hop_specific", contexts=(context, context))
    testset = a_testset((bad, *rows_on(CORPUS, 3, start=1)), CORPUS)
    for approved, rejected in ((testset, True), (after_review(testset, [approve(bad)]), False)):
        measures = measure_quality(approved, CORPUS, vectors_for(approved), Thresholds())
        assert any(finding.verdict == "rejected" for finding in measures.findings[0]) is rejected


def test_an_earlier_answer_counts_only_with_every_row_that_people_vouch_for_and_carries_their_approvals():
    rows = rows_on(CORPUS, 4)
    answer = a_testset(rows, CORPUS)
    base = after_review(a_testset(rows[1:], CORPUS), [approve(rows[1]), approve(rows[2])])
    assert honours(answer, base, CORPUS)
    assert set(with_approvals(answer, base, CORPUS).approved) == {rows[1].row_id, rows[2].row_id}
    assert not honours(a_testset(rows[2:], CORPUS), base, CORPUS)
    gone = Corpus(source="tests", documents=tuple(d for d in CORPUS.documents if d.document_id not in rows[1].document_ids))
    assert honours(a_testset(rows[2:], CORPUS), base, gone)
    assert with_approvals(answer, a_testset(rows, CORPUS), CORPUS) is answer


def test_an_earlier_answer_with_a_row_that_was_rejected_since_does_not_count():
    rows = rows_on(CORPUS, 4)
    reject = RowDecision(row_id=rows[0].row_id, decision="reject", reviewer="Ada", reason="trivial")
    assert not honours(a_testset(rows, CORPUS), after_review(a_testset(rows, CORPUS), [reject]), CORPUS)


def test_what_reviewers_said_of_another_version_counts_in_the_base():
    rows = rows_on(CORPUS, 6)
    base, waiting = a_testset(rows[:4], CORPUS), a_testset(rows[2:], CORPUS)
    said = [
        RowDecision(row_id=rows[3].row_id, decision="reject", reviewer="Ada", reason="trivial"),
        RowDecision(row_id=rows[4].row_id, decision="edit", reviewer="Ada", reference="Another answer."),
        approve(rows[5]),
    ]
    joined = with_review_of(base, waiting, said)
    assert [row.user_input for row in joined.rows] == [rows[n].user_input for n in (0, 1, 2, 4, 5)]
    assert joined.rows[3].reference == "Another answer."
    assert vouched_for(joined) == {joined.rows[3].row_id, rows[5].row_id}
    assert joined.rejected_ids == {rows[3].row_id, rows[4].row_id}


def test_the_latest_word_of_reviewers_counts():
    rows = rows_on(CORPUS, 4)
    reject = RowDecision(row_id=rows[0].row_id, decision="reject", reviewer="Ada", reason="trivial")
    testset = a_testset(rows, CORPUS)
    joined = with_review_of(after_review(testset, [reject]), testset, [approve(rows[0])])
    assert rows[0].row_id in joined.approved
    assert joined.rejected_ids == frozenset()
