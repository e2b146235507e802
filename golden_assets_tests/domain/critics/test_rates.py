"""How often critics err is counted, by language and on the rows of the testset, and said with every verdict."""

import pytest

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.critics.rates import ASSUMED, FOUND, SOUND, Reviewed, Tally, rates_for, reviewed_rows
from golden_assets.domain.gates.grounding import TestsetFacts, answers_are_grounded
from golden_assets.domain.gates.rows import hops_are_real
from golden_assets.domain.review.queue import RowDecision, after_review
from golden_assets.domain.testsets.findings import Finding
from golden_assets_tests.factories import a_report, a_testset, measured_hops

DEFAULTS = Thresholds()
GROUNDED = "answers_are_grounded"


def test_a_gate_goes_by_the_languages_of_the_rows():
    english, german = (rates_for(GROUNDED, DEFAULTS, {code: 10}) for code in ("en", "de"))
    mixed = rates_for(GROUNDED, DEFAULTS, {"en": 10, "de": 30})
    assert english.false_rejects == pytest.approx(SOUND[GROUNDED]["en"].share, abs=1e-4)
    assert mixed.recall == pytest.approx((FOUND[GROUNDED]["en"].share + 3 * FOUND[GROUNDED]["de"].share) / 4, abs=1e-4)
    assert "in English they reject" in english.basis
    assert "in German they reject" in german.basis


def test_a_language_that_was_not_measured_is_named():
    assert "Not measured in Finnish." in rates_for(GROUNDED, DEFAULTS, {"en": 1, "fi": 3}).basis


def test_hops_are_judged_by_the_languages_of_the_rows_too():
    finds, rejects = FOUND["hops_are_real"], SOUND["hops_are_real"]["en"]
    german = hops_are_real(measured_hops(50, 0), DEFAULTS, {"de": 50})
    assert f"in German they find {finds['de']} bad ones" in german.explanation
    assert str(rejects) not in german.explanation
    assert german.power < hops_are_real(measured_hops(50, 0), DEFAULTS, {"zh": 50}).power
    assert str(rejects) in hops_are_real(measured_hops(50, 0), DEFAULTS).explanation


def test_how_often_a_model_errs_is_assumed_and_called_so_unless_the_settings_say():
    assert rates_for("answers_fit_their_questions", DEFAULTS) == ASSUMED
    set_here = rates_for("answers_fit_their_questions", Thresholds(critic_false_rejects=0.1))
    assert (set_here.false_rejects, set_here.recall) == (0.1, ASSUMED.recall)


def test_decisions_on_rows_of_the_testset_count_with_the_others():
    own = Reviewed(good=Tally(20, 40), bad=Tally(1, 10))
    before, after = rates_for(GROUNDED, DEFAULTS), rates_for(GROUNDED, DEFAULTS, None, own)
    assert before.false_rejects < after.false_rejects < 0.5
    assert after.recall < before.recall
    assert after.basis.endswith("people called 40 rows good, of which critics reject 20, and 10 bad, of which critics reject 1.")


def test_the_report_counts_what_people_approved_and_rejected():
    testset = a_testset()
    first, second, *_ = testset.rows
    reviewed = after_review(
        testset,
        [
            RowDecision(row_id=first.row_id, decision="approve", reviewer="Ada"),
            RowDecision(row_id=second.row_id, decision="reject", reviewer="Ada", reason="wrong"),
        ],
    )
    (verdict,) = [one for one in a_report(reviewed).verdicts if one.name == GROUNDED]
    assert "people called 1 row good, of which critics reject 0, and 1 bad, of which critics reject 0." in verdict.explanation


def test_a_rejection_of_a_row_that_people_vouch_for_is_an_error_of_the_critic():
    against = Finding(row_id="a", critic="answer_is_supported", score=0, verdict="warning", reason="x")
    found = reviewed_rows([(against,)], frozenset("a"), [])
    assert found[GROUNDED] == Reviewed(good=Tally(1, 1))
    verdict = answers_are_grounded([(against,)], DEFAULTS, TestsetFacts(frozenset("a"), {}, found))
    assert "people called 1 row good, of which critics reject 1" in verdict.explanation
