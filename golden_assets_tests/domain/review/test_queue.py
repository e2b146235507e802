"""The review queue, the stopping rule with its error rate, and what decisions do."""

import json
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.review.feedback import Feedback, with_feedback
from golden_assets.domain.review.queue import (
    Doubt,
    QueueItem,
    RowDecision,
    after_review,
    apply_decisions,
    gathered_evidence,
    measure_progress,
    review_queue,
    rows_to_go,
    with_current_citations,
)
from golden_assets.domain.testsets.testset import HUMAN, Testset, TestsetRow
from golden_assets_tests.factories import a_corpus, a_row, a_testset, rows_on

CORPUS = a_corpus()


def a_large_testset(size: int = 200) -> Testset:
    corpus = a_corpus(count=8)
    return a_testset(rows_on(corpus, size), corpus)


def approve(row_id: str) -> RowDecision:
    return RowDecision(row_id=row_id, decision="approve", reviewer="Ada")


def reject(row_id: str) -> RowDecision:
    return RowDecision(row_id=row_id, decision="reject", reviewer="Ada", reason="wrong")


def test_doubted_rows_come_first_the_least_certain_at_the_top():
    testset = a_testset(size=8)
    low, high = testset.rows[5].row_id, testset.rows[2].row_id
    queue = review_queue(testset, {high: Doubt(certainty=0.6), low: Doubt(certainty=0.1)})
    assert [item.row.row_id for item in queue[:2]] == [low, high]
    assert sorted(item.row.row_id for item in queue) == sorted(row.row_id for row in testset.rows)


def test_the_others_follow_in_a_drawn_order_that_is_the_same_every_time():
    testset = a_large_testset(60)
    first = [item.row.row_id for item in review_queue(testset, {})]
    assert first == [item.row.row_id for item in review_queue(testset, {})]
    assert first not in (sorted(first), [row.row_id for row in testset.rows])


def test_rows_of_equal_content_are_asked_about_once():
    row = a_testset().rows[0]
    assert len(review_queue(a_testset((row, row)), {})) == 1


def test_59_good_rows_of_many_are_nearly_enough_for_a_limit_of_5_percent():
    """The classical number for a fixed sample without a defect is ln 0.05 / ln 0.95 = 59; weighing alternatives costs some more."""
    enough = next(n for n in range(1, 500) if gathered_evidence([False] * n, 100_000, 0.05) >= 20)
    assert 59 <= enough <= 95


def test_a_small_testset_needs_fewer_rows_and_never_more_than_all():
    assert gathered_evidence([False] * 20, 20, 0.05) >= 20
    assert next(n for n in range(1, 200) if gathered_evidence([False] * n, 100, 0.05) >= 20) < 60


def test_defects_among_the_sample_call_for_more():
    good = gathered_evidence([False] * 100, 1000, 0.05)
    assert gathered_evidence([True, *[False] * 99], 1000, 0.05) < good
    assert gathered_evidence([True] * 10 + [False] * 20, 200, 0.05) == 0.0


def test_the_rule_stops_a_bad_testset_in_at_most_5_percent_of_reviews_however_often_it_looks():
    population, limit, reviews = 200, 0.05, 400
    draw = random.Random(7)  # noqa: S311 - a simulation
    stopped = 0
    for _ in range(reviews):
        defects = [True] * 10 + [False] * 190
        draw.shuffle(defects)
        stopped += any(gathered_evidence(defects[:n], population, limit) >= 20 for n in range(20, 191, 10))
    assert stopped / reviews <= 0.05 + 3 * (0.05 * 0.95 / reviews) ** 0.5


def test_a_review_is_enough_when_no_doubt_is_left_and_the_sample_says_so():
    testset = a_large_testset()
    doubted = testset.rows[0].row_id
    queue = review_queue(testset, {doubted: Doubt(certainty=0.2)})
    others = [item.row.row_id for item in queue if item.row.row_id != doubted]
    decisions = [approve(row_id) for row_id in others[:100]]
    before = measure_progress(review_queue(testset, {doubted: Doubt(certainty=0.2)}, decisions), 0.05)
    assert (before.doubted_left, before.is_enough) == (1, False)
    after = measure_progress(review_queue(testset, {doubted: Doubt(certainty=0.2)}, [*decisions, reject(doubted)]), 0.05)
    assert (after.decided, after.sampled, after.sampled_defects, after.is_enough) == (101, 100, 0, True)


def test_rows_picked_out_of_order_are_no_sample():
    testset = a_large_testset()
    queue = review_queue(testset, {})
    decisions = [approve(item.row.row_id) for item in queue[1:150]]
    progress = measure_progress(review_queue(testset, {}, decisions), 0.05)
    assert (progress.decided, progress.sampled, progress.is_enough) == (149, 0, False)


def test_feedback_on_one_row_leaves_the_sample_of_the_others_as_it_was():
    testset = a_large_testset(198)
    queue = review_queue(testset, {})
    decisions = [approve(item.row.row_id) for item in queue[:61]]
    bad = with_feedback({}, [Feedback(row_id=queue[150].row.row_id, verdict="bad", given_by="Bob")])
    doubted = measure_progress(review_queue(testset, bad, decisions), 0.05)
    assert (doubted.sampled, doubted.sampled_defects, doubted.undoubted, doubted.doubted_left, doubted.is_enough) == (61, 0, 198, 1, False)
    decided = review_queue(testset, bad, [*decisions, reject(queue[150].row.row_id)])
    assert decided[0].row == queue[150].row
    assert measure_progress(decided, 0.05).is_enough


def test_a_doubt_from_the_start_moves_no_other_row_either():
    testset = a_large_testset(60)
    order = [item.row.row_id for item in review_queue(testset, {})]
    without = [item.row.row_id for item in review_queue(testset, {order[30]: Doubt(certainty=0.2)}) if item.doubt is None]
    assert without == [row_id for row_id in order if row_id != order[30]]


def test_a_bad_row_of_the_sample_stays_in_it_when_users_call_it_bad():
    testset = a_large_testset(198)
    queue = review_queue(testset, {})
    decisions = [*(approve(item.row.row_id) for item in queue[:60]), reject(queue[60].row.row_id)]
    bad = with_feedback({}, [Feedback(row_id=queue[60].row.row_id, verdict="bad", given_by="Bob")])
    after = measure_progress(review_queue(testset, bad, decisions), 0.05)
    assert (after.sampled, after.sampled_defects, after.undoubted) == (61, 1, 198)


def test_the_rule_stays_true_where_users_call_bad_whatever_the_reviewer_rejects():
    """10 of 200 rows are bad, the limit; every bad row that is drawn gets a bad feedback at once."""
    reviews, wrong = 100, 0
    rows = a_large_testset(200).rows
    draw = random.Random(11)  # noqa: S311 - a simulation
    for _ in range(reviews):
        order = list(rows)
        draw.shuffle(order)
        bad = {row.row_id for row in draw.sample(order, 10)}
        wrong += _stops_by_sampling(order, bad)
    assert wrong / reviews <= 0.05 + 3 * (0.05 * 0.95 / reviews) ** 0.5


def _stops_by_sampling(order: list[TestsetRow], bad: set[str]) -> bool:
    """Whether the rule says enough before the last tenth of the rows, at any of some looks."""
    for drawn in range(60, 181, 40):
        queue = [
            QueueItem(
                row=row,
                place=place,
                doubt=Doubt(certainty=0.0, raised_later=True) if place < drawn and row.row_id in bad else None,
                decision=(reject if row.row_id in bad else approve)(row.row_id) if place < drawn else None,
            )
            for place, row in enumerate(order)
        ]
        if measure_progress(queue, 0.05).is_enough:
            return True
    return False


def test_a_testset_reviewed_to_the_last_row_is_enough_whatever_was_found():
    testset = a_testset(size=4)
    progress = measure_progress(review_queue(testset, {}, [reject(row.row_id) for row in testset.rows]), 0.05)
    assert (progress.is_enough, progress.rows_to_go) == (True, 0)
    assert json.loads(progress.model_dump_json())["evidence"] == progress.evidence == 0
    spotless = measure_progress(review_queue(testset, {}, [approve(row.row_id) for row in testset.rows]), 0.05)
    assert json.loads(spotless.model_dump_json())["evidence"] == spotless.evidence > 20
    assert progress.sentence.endswith("4 defects in 4 of 4 rows drawn at random: enough, every row was looked at.")
    rows = testset.rows
    one = measure_progress(review_queue(testset, {rows[0].row_id: Doubt(certainty=0.2)}, [reject(row.row_id) for row in rows[1:2]]), 0.05)
    assert "1 doubted row left; " in one.sentence
    single = measure_progress(
        review_queue(testset, {}, [reject(row.row_id) for row in rows[:1]] + [approve(r.row_id) for r in rows[1:]]), 0.05
    )
    assert "; 1 defect in 4 of 4 rows" in single.sentence


@pytest.mark.parametrize("defects", [[], [False] * 30, [True, *[False] * 20], [True] * 3])
def test_as_many_good_rows_as_are_said_to_be_missing_let_the_review_stop_and_not_one_fewer(defects: list[bool]):
    more = rows_to_go(defects, 500, 0.05)
    assert gathered_evidence([*defects, *[False] * more], 500, 0.05) >= 20
    assert gathered_evidence([*defects, *[False] * (more - 1)], 500, 0.05) < 20


def test_with_more_defects_than_the_limit_allows_every_row_has_to_be_looked_at():
    assert rows_to_go([True] * 30, 500, 0.05) == 470
    assert rows_to_go([], 0, 0.05) == 0


def test_a_review_says_at_every_point_what_is_still_missing():
    testset = a_large_testset()
    queue = review_queue(testset, {})
    begun = measure_progress(queue, 0.05)
    assert f"not enough yet to say that fewer than 5.0% of the undoubted rows are bad; {begun.rows_to_go} more" in begun.sentence
    done = measure_progress(review_queue(testset, {}, [approve(item.row.row_id) for item in queue[: begun.rows_to_go]]), 0.05)
    assert done.sentence.endswith("enough, with 95 % confidence fewer than 5.0% of the undoubted rows are bad.")
    doubted = measure_progress(review_queue(testset, {testset.rows[0].row_id: Doubt(certainty=0.2)}), 0.05)
    assert doubted.sentence.endswith("look at the doubted rows first.")


def test_decisions_make_another_testset_and_leave_the_other_rows_byte_for_byte():
    testset = a_testset(size=4)
    first, second, third, fourth = testset.rows
    edit = RowDecision(row_id=second.row_id, decision="edit", reviewer="Ada", reference="A better answer.")
    reviewed = apply_decisions(testset, [reject(first.row_id), edit, approve(third.row_id)])
    assert reviewed.rows[1:] == (third, fourth)
    assert (reviewed.rows[0].user_input, reviewed.rows[0].reference) == (second.user_input, "A better answer.")
    assert (reviewed.rows[0].model, reviewed.rows[0].contexts) == ("extractive, edited", second.contexts)
    assert reviewed.testset_hash != testset.testset_hash
    assert reviewed.rows[0].row_hash != second.row_hash


def test_what_was_rejected_or_changed_is_barred_with_its_reason_and_stays_so():
    testset = a_testset(size=4)
    first, second, third, _ = testset.rows
    edit = RowDecision(row_id=second.row_id, decision="edit", reviewer="Ada", reference="A better answer.")
    once = after_review(testset, [reject(first.row_id), edit])
    twice = after_review(once, [reject(third.row_id)])
    assert [one.row for one in twice.barred] == [first, second, third]
    assert [one.findings[0].reason for one in twice.barred] == ["wrong", "the reviewer changed it", "wrong"]
    assert twice.rejected_ids == {first.row_id, second.row_id, third.row_id}
    assert twice.testset_hash == a_testset(twice.rows).testset_hash


def test_a_review_may_leave_nothing_to_go_on_from():
    testset = a_testset(size=4)
    emptied = after_review(testset, [reject(row.row_id) for row in testset.rows])
    assert (emptied.rows, len(emptied.barred)) == ((), 4)


def test_approvals_alone_change_nothing():
    testset = a_testset(size=4)
    assert apply_decisions(testset, [approve(row.row_id) for row in testset.rows]).testset_hash == testset.testset_hash


def test_a_review_cites_the_passages_as_they_stand_now_and_keeps_its_approvals():
    testset = after_review(a_testset(size=8), [approve(a_testset().rows[1].row_id)])
    moved = Document.of(CORPUS.documents[0].document_id, f"A new start. {CORPUS.documents[0].text}")
    second = CORPUS.documents[1]
    reset = Document.of(second.document_id, second.text.replace(" of ", "\nof "))
    corpus = Corpus(source="tests", documents=(moved, reset, *CORPUS.documents[2:]))
    now = with_current_citations(testset, corpus)
    assert now is not None
    assert now.rows[0].row_id == testset.rows[0].row_id
    assert now.rows[0].contexts[0].start == testset.rows[0].contexts[0].start + len("A new start. ")
    assert now.rows[1].row_id != testset.rows[1].row_id
    assert (now.corpus_hash, now.approved) == (corpus.corpus_hash, (now.rows[1].row_id,))


def test_rows_whose_passages_are_gone_cannot_be_with_current_citations_but_human_ones_stay():
    own = a_row(user_input="What did a person ask?", synthesizer_name=HUMAN, model=HUMAN)
    left = Corpus(source="tests", documents=CORPUS.documents[1:])
    assert with_current_citations(a_testset(size=4), left) is None
    now = with_current_citations(a_testset((*rows_on(CORPUS, 3, start=1), own), approved=(own.row_id,)), left)
    assert now is not None
    assert own.row_id in now.approved


def test_a_testset_is_not_reviewed_away_nor_by_the_decisions_on_another():
    testset = a_testset(size=4)
    with pytest.raises(TestsetError, match="every row was rejected"):
        apply_decisions(testset, [reject(row.row_id) for row in testset.rows])
    with pytest.raises(TestsetError, match="has no row row-ffff"):
        apply_decisions(testset, [approve("row-ffff")])


@pytest.mark.parametrize(
    ("fields", "problem"),
    [
        ({"decision": "reject"}, "needs a reason"),
        ({"decision": "reject", "reason": "  "}, "needs a reason"),
        ({"decision": "edit"}, "needs a new user_input or reference"),
        ({"decision": "approve", "reference": "x"}, "nothing else may have one"),
        ({"decision": "edit", "user_input": " "}, "may not empty"),
        ({"decision": "approve", "reviewer": " "}, "name of its reviewer"),
    ],
)
def test_a_decision_whose_parts_do_not_belong_together_is_refused(fields: dict[str, str], problem: str):
    with pytest.raises(ValidationError, match=problem):
        RowDecision(**{"row_id": "row-1", "reviewer": "Ada"} | fields)


@settings(max_examples=60)
@given(st.lists(st.booleans(), max_size=40), st.integers(0, 60), st.sampled_from([0.01, 0.05, 0.2, 1.0]))
def test_evidence_is_a_number_that_never_turns_negative(defects: list[bool], more: int, limit: float):
    evidence = gathered_evidence(defects, len(defects) + more, limit) if defects or more else 0.0
    assert evidence >= 0.0
