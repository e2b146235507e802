"""Every gate against testsets that pass it and testsets with the one defect that it is there for."""

import re
import subprocess
import sys
from math import cos, sin

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict, holds
from golden_assets.domain.corpus.documents import Corpus, SkippedDocument
from golden_assets.domain.costs.calls import Budget, Estimate
from golden_assets.domain.critics.llm_judgements import QuotedAnswer, Testimony, weigh_answer
from golden_assets.domain.gates.activation import does_not_regress, gates_passed
from golden_assets.domain.gates.documents import dominance_limit
from golden_assets.domain.gates.evaluate import (
    GATES,
    gates_on,
    judge_active,
    judge_approval,
    judge_plan,
    judge_testset,
    write_report,
)
from golden_assets.domain.gates.pre_generation import documents_are_usable
from golden_assets.domain.gates.publication import phoenix_matches_the_registry
from golden_assets.domain.quality.embedder_calibration import SHIPPED_EMBEDDER
from golden_assets.domain.testsets.testset import RowFailure, Testset
from golden_assets_tests.factories import (
    a_context,
    a_corpus,
    a_document,
    a_failed_report,
    a_question,
    a_report,
    a_request,
    a_row,
    a_sentence,
    a_testset,
    changed,
    rows_on,
    vectors_for,
)

CORPUS = a_corpus()
DEFAULTS = Thresholds()


def verdicts_on(testset: Testset, thresholds: Thresholds = DEFAULTS, embeddings=None, corpus=CORPUS) -> dict[str, Verdict]:
    report = write_report(testset, corpus, vectors_for(testset) if embeddings is None else embeddings, SHIPPED_EMBEDDER, thresholds)
    return {verdict.name: verdict for verdict in report.verdicts}


def failed_gates(*args, **kwargs) -> list[str]:
    return [name for name, verdict in verdicts_on(*args, **kwargs).items() if not verdict.passed]


def replacing(rows, position, **changes):
    """The rows with one of them changed."""
    return (*rows[:position], changed(rows[position], **changes), *rows[position + 1 :])


def close_vectors(count: int, angle: float) -> list[list[float]]:
    """Unit vectors that fan out by this angle, in radians, from one to the next."""
    return [[cos(angle * number), sin(angle * number)] for number in range(count)]


ROWS = rows_on(CORPUS, 12)
TWELVE = a_testset(ROWS, CORPUS)
HELD = [gate for gate in GATES.values() if gate.stage == "post-generation" and not gate.is_hint]


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 7, 10, 20, 100])
def test_a_testset_without_defects_passes_every_gate_at_every_size(size):
    assert failed_gates(a_testset(size=size)) == []


def misnumbered(position: int) -> str:
    """The reference of a row with a number that its passage does not have."""
    return re.sub(r"\d+", lambda found: f"{int(found[0]) + 700}", ROWS[position].reference)


DEFECTS = {
    "testset_is_large_enough": a_testset(ROWS, CORPUS, request=a_request(20)),
    "rows_are_complete": a_testset(replacing(ROWS, 3, reference=""), CORPUS),
    "hops_are_real": a_testset(replacing(ROWS, 1, contexts=ROWS[1].contexts[:1], reference=ROWS[1].contexts[0].text), CORPUS),
    "questions_are_unique": a_testset(replacing(ROWS, 5, user_input=ROWS[2].user_input.upper()), CORPUS),
    "question_types_match_target": a_testset([changed(row, question_type="single_hop_specific") for row in ROWS], CORPUS),
    "every_source_is_covered": a_testset([changed(row, contexts=ROWS[1].contexts, reference=ROWS[1].reference) for row in ROWS], CORPUS),
    "contexts_are_verbatim": a_testset(replacing(ROWS, 0, contexts=(a_context(start=3, end=3 + len(a_sentence(0))),)), CORPUS),
    "answers_are_grounded": a_testset(replacing(replacing(ROWS, 0, reference=misnumbered(0)), 2, reference=misnumbered(2)), CORPUS),
    "questions_stand_alone": a_testset(
        replacing(
            replacing(ROWS, 0, user_input="What does this document say about pumps?"),
            1,
            user_input="What does this document say about valves?",
        ),
        CORPUS,
    ),
}


@pytest.mark.parametrize("gate", DEFECTS)
def test_each_planted_defect_fails_its_own_gate_and_no_other(gate):
    assert failed_gates(DEFECTS[gate]) == [gate]


def test_a_model_that_finds_other_answers_fails_the_gate_on_fit_and_no_other():
    wrong = [weigh_answer(row, QuotedAnswer(answer=None, quote=None), 0.0) for row in ROWS]
    report = write_report(TWELVE, CORPUS, vectors_for(TWELVE), "x", DEFAULTS, testimony=Testimony("a judge", [(one,) for one in wrong]))
    assert [verdict.name for verdict in report.failed_gates] == ["answers_fit_their_questions"]
    assert report.answers_judged


def test_without_a_model_or_people_the_fit_of_answers_is_not_judged_holds_nothing_up_and_counts_in_no_mean():
    verdict = verdicts_on(TWELVE)["answers_fit_their_questions"]
    assert (verdict.outcome, verdict.passed, verdict.n) == ("not judged", True, 12)
    assert verdict.explanation.startswith("Not judged: on 12 of 12 rows")
    report = a_report(TWELVE, CORPUS)
    assert (report.status, report.score, report.failed_gates, report.answers_judged) == ("warning", 1.0, (), False)


def test_rows_that_people_approved_are_judged():
    approved = a_testset(ROWS, CORPUS, approved=tuple(row.row_id for row in ROWS[:6]))
    assert verdicts_on(approved)["answers_fit_their_questions"].outcome == "passed"
    assert verdicts_on(a_testset(ROWS, CORPUS, approved=approved.approved[:5]))["answers_fit_their_questions"].outcome == "not judged"


def test_clumped_questions_fail_diversity_and_no_other_gate():
    leaning = [[0.6**0.5, *(0.4**0.5 * (place == row) for place in range(12))] for row in range(12)]  # every pair at a distance of 0.4
    assert failed_gates(TWELVE, embeddings=leaning) == ["questions_are_diverse"]


def with_a_clump(rows: int, alike: int) -> list[list[float]]:
    """Unit vectors, the first ones at a distance of 0.2 from one another, and the others at 1 from all."""
    return [
        [0.8**0.5 * (row < alike), *((0.2 if row < alike else 1.0) ** 0.5 * (place == row) for place in range(rows))] for row in range(rows)
    ]


def test_a_few_questions_that_ask_much_alike_fail_their_own_gate_alone_and_are_named():
    testset = a_testset(size=100)
    assert failed_gates(testset, embeddings=with_a_clump(100, 8)) == ["questions_do_not_clump"]
    verdict = verdicts_on(testset, embeddings=with_a_clump(100, 8))["questions_do_not_clump"]
    assert (verdict.measured, verdict.threshold, verdict.n, verdict.offender_count) == (0.070707, 0.060606, 100, 7)
    assert verdict.offenders[0] == f"{testset.rows[1].row_id}: asks much like {testset.rows[0].row_id}: {testset.rows[1].user_input}"
    assert verdict.power == pytest.approx(0.794, abs=0.001)


def test_as_many_questions_may_ask_alike_as_chance_explains():
    assert failed_gates(a_testset(size=100), embeddings=with_a_clump(100, 7)) == []


def test_the_distance_within_which_questions_clump_is_calibrated_with_the_embedder():
    testset = a_testset(size=100)
    report = write_report(testset, CORPUS, with_a_clump(100, 8), "narrow", DEFAULTS, spread=0.425)
    verdict = next(one for one in report.verdicts if one.name == "questions_do_not_clump")
    assert (verdict.passed, verdict.measured) == (True, 0.0)
    assert "within a cosine distance of 0.125" in verdict.explanation


@pytest.mark.parametrize(("size", "judged"), [(0, False), (1, False), (4, False), (5, True)])
def test_clumps_are_judged_from_five_questions_on_and_say_so(size, judged):
    verdict = verdicts_on(a_testset(size=size), embeddings=[[1.0, 0.0]] * size)["questions_do_not_clump"]
    assert verdict.passed is not judged
    assert ("not judged" in verdict.explanation) is not judged


def test_questions_that_mean_the_same_in_other_words_are_hinted_at_and_fail_no_gate():
    again = changed(ROWS[0], user_input="Under which circumstances is the pump that the cellar has at rest?")
    testset = a_testset((*ROWS[:11], again), CORPUS)
    vectors = [[float(place == row % 11) for place in range(12)] for row in range(12)]
    verdict = verdicts_on(testset, embeddings=vectors)["questions_differ_in_meaning"]
    assert (verdict.passed, verdict.is_hint, verdict.measured, verdict.n) == (False, True, 1, 12)
    assert verdict.offenders[0].startswith(f"{again.row_id}: asks like {ROWS[0].row_id}")
    assert failed_gates(testset, embeddings=vectors) == ["questions_differ_in_meaning"]


def test_questions_of_one_meaning_on_different_passages_are_different_questions():
    vectors = [[float(place == (0 if row == 1 else row)) for place in range(12)] for row in range(12)]
    assert failed_gates(TWELVE, embeddings=vectors) == []


def test_no_post_generation_gate_is_without_a_planted_defect():
    planted = {*DEFECTS, "answers_fit_their_questions", "questions_are_diverse", "questions_do_not_clump", "questions_differ_in_meaning"}
    assert {*planted, "no_source_dominates"} == {gate.name for gate in GATES.values() if gate.stage == "post-generation"}


@pytest.mark.parametrize("testset", [TWELVE, *DEFECTS.values(), a_testset([], CORPUS)])
def test_passed_is_always_what_the_numbers_say_and_every_verdict_is_complete(testset):
    for verdict in verdicts_on(testset).values():
        assert verdict.passed == holds(verdict.measured, verdict.comparison, verdict.threshold)
        assert verdict.thresholds_fingerprint == DEFAULTS.fingerprint
        assert verdict.explanation.endswith(".")
        assert verdict.remedy.endswith(".")
        assert "nan" not in verdict.explanation


@pytest.mark.parametrize(
    ("rows", "asked", "passed"), [(9, 10, True), (8, 10, False), (18, 20, True), (17, 20, False), (1, 1, True), (12, 10, True)]
)
def test_nine_rows_in_ten_are_enough(rows, asked, passed):
    verdict = judge_testset(a_testset(size=rows, request=a_request(asked)), DEFAULTS)[0]
    assert (verdict.passed, verdict.measured) == (passed, rows)


def test_seven_rows_of_ten_are_seventy_percent_in_spite_of_floating_point():
    verdict = judge_testset(a_testset(size=7, request=a_request(10)), Thresholds(min_row_share=0.7))[0]
    assert (verdict.passed, verdict.threshold) == (True, 7)


def test_the_least_number_of_rows_counts_beside_the_share():
    verdict = judge_testset(a_testset(size=5), Thresholds(min_rows=6))[0]
    assert (verdict.passed, verdict.threshold) == (False, 6)


def test_failures_of_the_generation_are_the_offenders_of_a_small_testset():
    failure = RowFailure(subject="list.md", reason="no sentence", remedy="write prose")
    verdict = judge_testset(a_testset(size=1, request=a_request(3), failures=(failure,)), DEFAULTS)[0]
    assert verdict.offenders == ("list.md: no sentence",)


def test_an_empty_testset_fails_and_is_no_error():
    assert failed_gates(a_testset([], CORPUS)) == ["testset_is_large_enough", "question_types_match_target", "every_source_is_covered"]


def test_the_offenders_of_incomplete_rows_name_row_and_fault():
    verdict = verdicts_on(DEFECTS["rows_are_complete"])["rows_are_complete"]
    assert verdict.offenders == (f"{DEFECTS['rows_are_complete'].rows[3].row_id}: the reference answer is empty",)
    assert (verdict.measured, verdict.explanation) == (1, "1 of 12 rows are incomplete.")


def test_a_hundred_rows_all_alike_are_ninety_nine_duplicates_of_which_twenty_are_named():
    testset = a_testset([ROWS[0]] * 100, CORPUS)
    verdict = verdicts_on(testset, embeddings=[[1.0, 0.0]] * 100)["questions_are_unique"]
    assert (verdict.passed, verdict.measured, verdict.offender_count, len(verdict.offenders)) == (False, 99, 99, 20)
    assert verdict.offenders[0] == f"{ROWS[0].row_id}: asks like {ROWS[0].row_id}: {ROWS[0].user_input}"


def test_a_duplicate_with_a_typo_fails_and_a_higher_limit_lets_it_pass():
    again = changed(ROWS[6], user_input=ROWS[6].user_input.replace("with the", "with teh"))
    typo = a_testset((*ROWS[:11], again), CORPUS)
    assert failed_gates(typo) == ["questions_are_unique"]
    assert failed_gates(typo, Thresholds(max_question_similarity=100)) == []


@pytest.mark.parametrize(("size", "judged"), [(1, False), (2, False), (4, False), (5, True), (6, True)])
def test_diversity_is_judged_from_five_questions_on_and_says_so(size, judged):
    verdict = verdicts_on(a_testset(size=size), embeddings=[[1.0, 0.0]] * size)["questions_are_diverse"]
    assert verdict.passed is not judged
    assert ("not judged" in verdict.explanation) is not judged
    assert verdict.threshold == (0.65 if judged else 0.0)


def test_a_single_question_has_distance_one_to_no_other():
    assert verdicts_on(a_testset(size=1), embeddings=[[0.6, 0.8]])["questions_are_diverse"].measured == 1.0


@pytest.mark.parametrize(
    ("types", "passed"), [("ssmmaa", True), ("sssmma", True), ("ssssma", True), ("sssssm", False), ("ssmmma", False), ("smmaaa", False)]
)
def test_six_rows_may_be_as_far_off_as_the_limit_and_whole_rows_allow(types, passed):
    names = {"s": "single_hop_specific", "m": "multi_hop_specific", "a": "multi_hop_abstract"}
    rows = [changed(row, question_type=names[t]) for row, t in zip(rows_on(CORPUS, 6), types, strict=True)]
    verdict = verdicts_on(a_testset(rows, CORPUS))["question_types_match_target"]
    assert verdict.passed is passed, verdict.explanation


@pytest.mark.parametrize("size", [1, 2, 3, 4, 5, 10, 20])
def test_rows_all_of_a_rarer_type_fail_at_every_size(size):
    rows = [changed(row, question_type="multi_hop_abstract") for row in rows_on(CORPUS, size)]
    assert not verdicts_on(a_testset(rows, CORPUS))["question_types_match_target"].passed


@given(st.integers(1, 200), st.lists(st.floats(0.01, 1), min_size=1, max_size=3))
def test_the_best_split_of_whole_rows_always_matches_even_with_no_drift_allowed(size, weights):
    from golden_assets.domain.gates.question_types import question_types_match_target
    from golden_assets.domain.quality.measures import measure_types
    from golden_assets.domain.statistics.distributions import apportion

    targets = dict(zip("abc", weights, strict=False))
    strict = Thresholds(max_type_distance=0.0)
    assert question_types_match_target(measure_types(apportion(size, targets), targets, 0.1), size, strict).passed


def test_the_types_verdict_shows_the_test_with_its_power_but_does_not_judge_by_it():
    rows = [changed(row, question_type="single_hop_specific") for row in rows_on(CORPUS, 10)]
    off, even = verdicts_on(a_testset(rows, CORPUS)), verdicts_on(a_testset(size=10))
    assert "chi-square 10.00, p = 0.007" in off["question_types_match_target"].explanation
    assert "with a probability of at least 0.1" in even["question_types_match_target"].explanation
    assert off["question_types_match_target"].offenders == (
        "single_hop_specific: 10 rows for 5",
        "multi_hop_specific: 0 rows for 3",
        "multi_hop_abstract: 0 rows for 2",
    )


def test_imported_types_without_a_share_are_off_target():
    rows = [changed(row, question_type="imported") for row in ROWS]
    verdict = verdicts_on(a_testset(rows, CORPUS))["question_types_match_target"]
    assert (verdict.passed, verdict.measured) == (False, 1.0)
    assert "imported: 12 rows for 0" in verdict.offenders


def test_without_target_shares_there_is_nothing_to_match_and_it_says_so():
    verdict = verdicts_on(a_testset(ROWS, CORPUS, request=a_request(12, question_types={})))["question_types_match_target"]
    assert (verdict.passed, verdict.threshold) == (True, 1.0)
    assert "not judged" in verdict.explanation


def test_a_single_type_is_matched_by_rows_of_that_type():
    rows = [row for row in ROWS if row.question_type == "single_hop_specific"]
    assert failed_gates(a_testset(rows, CORPUS, request=a_request(len(rows), question_types={"single_hop_specific": 1.0}))) == []


def test_uncovered_documents_are_named():
    verdict = verdicts_on(DEFECTS["every_source_is_covered"])["every_source_is_covered"]
    assert verdict.offenders == ("doc-00.md", "doc-02.md", "doc-03.md")
    assert verdict.measured == 0.25
    assert "12 rows cite 1 of 4 documents" in verdict.explanation


def of_one_document(size: int, others: int) -> tuple[Testset, Corpus]:
    """A testset with so many rows on one of five documents and so many on the others."""
    corpus = a_corpus(count=5)
    rows = rows_on(corpus, 5 * size)
    chosen = [row for row in rows if row.document_ids == ("doc-00.md",)] + [row for row in rows if row.document_ids != ("doc-00.md",)][
        :others
    ]
    return a_testset(chosen, corpus), corpus


def test_one_document_with_most_of_the_rows_fails_its_own_gate_alone_and_is_named():
    testset, corpus = of_one_document(16, others=5)
    assert failed_gates(testset, corpus=corpus) == ["no_source_dominates"]
    verdict = verdicts_on(testset, corpus=corpus)["no_source_dominates"]
    assert (verdict.n, verdict.threshold, verdict.offenders) == (21, pytest.approx(0.732), ("doc-00.md: 76.2% of 21 rows",))


def test_a_document_may_have_three_times_the_even_share_and_a_third_of_the_rest():
    testset, corpus = of_one_document(16, others=6)
    assert failed_gates(testset, corpus=corpus) == []


@pytest.mark.parametrize("cited", [0, 1, 2, 3])
def test_where_up_to_three_documents_are_cited_one_may_have_nearly_all_rows(cited):
    assert dominance_limit(cited, DEFAULTS.max_source_dominance) == 1


def test_half_of_the_documents_is_enough_coverage():
    corpus = a_corpus(count=6)
    rows = [row for row in rows_on(corpus, 24) if row.document_ids[0] in ("doc-00.md", "doc-02.md", "doc-05.md")]
    assert verdicts_on(a_testset(rows, corpus), corpus=corpus)["every_source_is_covered"].passed
    fewer = [row for row in rows if row.document_ids != ("doc-05.md",)]
    assert not verdicts_on(a_testset(fewer, corpus), corpus=corpus)["every_source_is_covered"].passed


def test_a_document_that_changed_since_makes_its_contexts_astray():
    changed = a_corpus(a_document("doc-00.md", "New. " + CORPUS.documents[0].text), *CORPUS.documents[1:])
    verdict = verdicts_on(TWELVE, corpus=changed)["contexts_are_verbatim"]
    assert verdict.offender_count == verdict.measured == sum(len(row.contexts) for row in ROWS if row.document_ids == ("doc-00.md",))
    assert verdict.offenders[0] == f"{ROWS[0].row_id}: context 1 of doc-00.md"


def test_embeddings_must_be_as_many_as_questions():
    with pytest.raises(TestsetError, match="11 embeddings for 12 questions: embed every question"):
        write_report(TWELVE, CORPUS, vectors_for(TWELVE)[1:], SHIPPED_EMBEDDER, DEFAULTS)


def test_an_embedding_without_direction_is_an_error_not_a_verdict():
    with pytest.raises(TestsetError, match="question 12 of 12 has no direction"):
        write_report(TWELVE, CORPUS, [*vectors_for(TWELVE)[1:], [0.0] * 12], SHIPPED_EMBEDDER, DEFAULTS)


def test_a_report_holds_the_verdicts_of_both_judges_in_the_order_of_the_gates():
    report = a_report(TWELVE, CORPUS)
    of_rows = judge_testset(TWELVE, DEFAULTS)
    assert report.verdicts[: len(of_rows)] == of_rows
    assert [verdict.name for verdict in report.verdicts] == [gate.spec.name for gate in gates_on("testset") + gates_on("report")]


def test_a_report_says_what_it_is_about_and_is_the_same_every_time():
    report = a_report(TWELVE, CORPUS)
    assert (report.testset_hash, report.draft_hash, report.corpus_hash) == (TWELVE.testset_hash, TWELVE.draft_hash, CORPUS.corpus_hash)
    assert (report.embedder, report.thresholds_fingerprint) == (SHIPPED_EMBEDDER, DEFAULTS.fingerprint)
    assert report.type_counts == {"single_hop_specific": 6, "multi_hop_specific": 3, "multi_hop_abstract": 3}
    assert report.report_hash == a_report(TWELVE, CORPUS).report_hash


def test_documents_long_enough_are_usable():
    verdict = documents_are_usable(CORPUS, DEFAULTS)
    assert (verdict.passed, verdict.measured, verdict.stage, verdict.offenders) == (True, 4, "pre-generation", ())


def test_short_documents_and_copies_are_named_and_fail_the_gate_only_when_too_few_others_are_left():
    short, copy = a_document("a.md", "Too short."), a_document("z.md", CORPUS.documents[0].text)
    corpus = a_corpus(CORPUS.documents[0], short, copy)
    passing = documents_are_usable(corpus, DEFAULTS)
    failing = documents_are_usable(corpus, Thresholds(min_usable_documents=2))
    assert (passing.passed, failing.passed) == (True, False)
    assert passing.offenders == failing.offenders == ("a.md: 2 words", "z.md: a copy of another document")


def test_a_corpus_of_nothing_fails_and_counts_what_was_skipped():
    skipped = SkippedDocument(document_id="x.pdf", reason="encrypted", remedy="decrypt it")
    verdict = documents_are_usable(changed(a_corpus(count=0), skipped=(skipped,)), DEFAULTS)
    assert (verdict.passed, verdict.measured) == (False, 0)
    assert "1 more were skipped" in verdict.explanation


def test_a_version_whose_gates_all_passed_may_be_activated():
    verdict = gates_passed("validated", a_report(TWELVE, CORPUS), TWELVE.testset_hash)
    assert (verdict.passed, verdict.measured, verdict.stage) == (True, 0, "pre-activation")
    assert verdict.thresholds_fingerprint == DEFAULTS.fingerprint


def test_a_version_with_a_failed_gate_may_not_and_the_gate_is_named():
    verdict = gates_passed("failed", a_failed_report(TWELVE, CORPUS), TWELVE.testset_hash)
    assert (verdict.passed, verdict.measured) == (False, 1)
    assert verdict.offenders[0].startswith("testset_is_large_enough: 12 of the 12 rows")


def test_a_version_without_report_has_every_gate_open():
    verdict = gates_passed("validated", None, TWELVE.testset_hash)
    assert (verdict.passed, verdict.measured) == (False, len(HELD))
    assert "questions_are_unique: no verdict on record" in verdict.offenders


def test_a_report_on_other_content_proves_nothing():
    verdict = gates_passed("validated", a_report(TWELVE, CORPUS), a_testset(size=3).testset_hash)
    assert (verdict.passed, verdict.measured) == (False, len(HELD))


@pytest.mark.parametrize("status", ["validated", "archived", "active"])
def test_a_report_without_verdicts_proves_nothing(status):
    verdict = gates_passed(status, a_report(TWELVE, CORPUS, verdicts=()), TWELVE.testset_hash)
    assert not verdict.passed


def test_a_gate_that_was_not_judged_holds_a_new_version_but_not_a_rollback():
    report = a_report(TWELVE, CORPUS)
    older = changed(report, verdicts=report.verdicts[1:])
    assert not gates_passed("validated", older, TWELVE.testset_hash).passed
    assert gates_passed("archived", older, TWELVE.testset_hash).passed


def test_the_gates_that_a_version_must_have_passed_are_counted_without_the_hints():
    verdict = gates_passed("draft", None, TWELVE.testset_hash)
    assert (verdict.measured, verdict.n, verdict.score) == (len(HELD), len(HELD), 0)
    verdict = gates_passed("validated", a_failed_report(TWELVE, CORPUS), TWELVE.testset_hash)
    assert (verdict.measured, verdict.n) == (1, len(HELD))


@pytest.mark.parametrize("required", [True, False])
def test_the_gate_on_approval_counts_the_approvals_that_it_takes(required):
    (verdict,) = judge_approval("1.0.0", DEFAULTS, required=required, approved=False)
    assert (verdict.passed, verdict.n) == (not required, int(required))


def test_an_archived_version_with_a_failed_verdict_stays_where_it_is():
    assert not gates_passed("archived", a_failed_report(TWELVE, CORPUS), TWELVE.testset_hash).passed


def test_every_gate_has_one_sentence_for_the_ui_and_a_stage():
    after = ["pre-activation"] * 3 + ["post-activation"] * 2
    assert [gate.stage for gate in GATES.values()] == ["pre-generation"] * 3 + ["post-generation"] * 14 + after
    for name, gate in GATES.items():
        assert gate.name == name
        assert gate.description.endswith(".")
        assert "\n" not in gate.description


def test_verdicts_carry_name_and_stage_of_their_gate():
    free = Budget(estimate=Estimate(basis="nothing"))
    before = judge_plan(CORPUS, TWELVE.request, free, DEFAULTS)
    on_record = (*before, *a_report(TWELVE, CORPUS).verdicts, gates_passed("active", None, "0" * 64))
    regression = does_not_regress(None, None, DEFAULTS)
    approval = judge_approval("1.0.0", DEFAULTS, required=False, approved=False)
    after = (*judge_active(ROWS, CORPUS, DEFAULTS), phoenix_matches_the_registry(None, None, DEFAULTS))
    verdicts = (*on_record, regression, *approval, *after)
    assert [(verdict.name, verdict.stage) for verdict in verdicts] == [(gate.name, gate.stage) for gate in GATES.values()]
    assert None not in [verdict.n for verdict in verdicts]


@given(st.permutations(range(12)))
def test_no_verdict_depends_on_the_order_of_rows(order):
    shuffled = a_testset([ROWS[position] for position in order], CORPUS)
    vectors = close_vectors(12, 0.4)
    one, other = verdicts_on(TWELVE, embeddings=vectors), verdicts_on(shuffled, embeddings=[vectors[position] for position in order])
    assert [v.measured for v in one.values()] == [v.measured for v in other.values()]
    assert [v.passed for v in one.values()] == [v.passed for v in other.values()]


def test_mixed_scripts_and_odd_questions_are_measured_without_a_warning():
    questions = ["泵如何停止？", "पंप कैसे रुकता है?", "Какой насос быстрее?", "🙂 what now then?", a_question(3)]
    rows = [a_row(user_input=question) for question in questions]
    verdicts = verdicts_on(a_testset(rows, CORPUS))
    assert verdicts["rows_are_complete"].passed
    assert verdicts["questions_are_unique"].passed


def test_importing_the_judges_loads_no_numerical_library():
    code = "import sys, golden_assets.domain.gates.evaluate; print(sorted({'numpy', 'scipy', 'pandas', 'rapidfuzz'} & sys.modules.keys()))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout == "[]\n"
