"""Which questions count as the same."""

from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from golden_assets.domain.core.text import fold
from golden_assets.domain.similarity import duplicates
from golden_assets_tests.factories import a_context, a_document, a_question, a_row

words = st.lists(st.sampled_from(["pump", "valve", "seal", "heat", "when", "how", "stop", "unit"]), min_size=1, max_size=4).map(" ".join)


def cluster_duplicates(questions, limit):
    """Of rows that cite one passage and give one answer."""
    made = {question: a_row(user_input=question, reference="At 40 bar.") for question in questions}
    return duplicates.cluster_duplicates([made[question] for question in questions], limit)


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("  What is\tthe PUMP's limit?! ", "what is the pump s limit"),
        ("Wie groß ist die Düse?", "wie gross ist die düse"),
        ("ﬁlter ②", "filter 2"),
        ("What is C++?", "what is c++"),
        ("is x<y or x>y", "is x<y or x>y"),
        ("पंप कैसे रुकता है?", "पंप कैसे रुकता है"),
        ("泵如何停止？", "泵如何停止"),
        ("?!… —", ""),
        ("", ""),
    ],
)
def test_folding_keeps_what_carries_meaning(text, folded):
    assert fold(text) == folded


@given(st.text())
def test_folding_twice_changes_nothing_and_upper_case_does_not_matter(text):
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet=st.characters(codec="ascii")))
def test_case_never_tells_ascii_questions_apart(text):
    assert fold(text.upper()) == fold(text.lower())


def test_equal_questions_are_a_cluster_whatever_their_case_and_punctuation():
    questions = ["When does it stop?", "Who pays?", "when does it STOP", "Who pays the bill at the end of the year?"]
    assert cluster_duplicates(questions, 100) == ((0, 2),)


def test_word_order_and_a_typo_do_not_hide_a_duplicate():
    questions = ["How hot may the boiler get in winter?", "In winter how hot may the boiler get?", "How hot may the boiller get in winter?"]
    assert cluster_duplicates(questions, 90) == ((0, 1, 2),)
    assert cluster_duplicates(questions, 100) == ((0, 1),)


def test_different_questions_are_no_cluster():
    assert cluster_duplicates([a_question(index) for index in range(200)], 90) == ()


@pytest.mark.parametrize("questions", [[], ["Only one?"]])
def test_fewer_than_two_questions_cannot_repeat(questions):
    assert cluster_duplicates(questions, 90) == ()


def test_blank_questions_repeat_one_another():
    assert cluster_duplicates(["", "?", "What is it?"], 90) == ((0, 1),)


def test_a_hundred_thousand_copies_of_one_question_are_one_cluster():
    assert [len(cluster) for cluster in cluster_duplicates(["Same again?"] * 100_000, 90)] == [100_000]


def test_similar_questions_meet_across_the_borders_of_blocks():
    questions = [f"word{letters} term{letters}" for letters in map("".join, product("abcdefghijklmnopqrst", repeat=2))]
    assert cluster_duplicates(questions, 100) == ()
    assert cluster_duplicates([*questions, "termad wordad"], 100) == ((3, 400),)


@given(st.lists(words, max_size=12), st.sampled_from([60, 80, 90, 100]))
def test_clusters_are_the_components_of_similar_pairs(questions, limit):
    clusters = cluster_duplicates(questions, limit)
    where = {position: number for number, cluster in enumerate(clusters) for position in cluster}
    assert len(where) == sum(map(len, clusters))
    for i, one in enumerate(questions):
        for j in range(i):
            if one == questions[j] or fuzz.token_sort_ratio(fold(one), fold(questions[j])) >= limit:
                assert where[i] == where[j]
    for cluster in clusters:
        for i in cluster:
            assert any(fuzz.token_sort_ratio(fold(questions[i]), fold(questions[j])) >= limit for j in cluster if j != i)


@given(st.lists(words, max_size=10), st.randoms())
def test_clusters_do_not_depend_on_the_order_of_questions(questions, random):
    order = random.sample(range(len(questions)), len(questions))
    shuffled = cluster_duplicates([questions[position] for position in order], 80)
    back = {frozenset(order[position] for position in cluster) for cluster in shuffled}
    assert back == {frozenset(cluster) for cluster in cluster_duplicates(questions, 80)}


@given(st.lists(words, min_size=1, max_size=6))
def test_every_question_asked_twice_is_in_a_cluster(questions):
    clustered = {position for cluster in cluster_duplicates(questions * 2, 100) for position in cluster}
    assert clustered == set(range(2 * len(questions)))


PAGE = a_document(
    "page.md", "The first postulate asks for presence. The margin of 3M fell. Structural proteins are VP1 to VP4, others are NSP1 to NSP5."
)
LONG = "The structural proteins of the virus are VP1 to VP4, VP6 and VP7, and its non-structural proteins are NSP1 to NSP5 and NSP6."


def are_one(one: tuple[str, str], other: tuple[str, str], passages=(PAGE.text, PAGE.text)) -> bool:
    """Whether two questions with their answers, and their passages, are taken for one."""
    made = [
        a_row(user_input=question, reference=answer, contexts=(a_context(PAGE, passage),))
        for (question, answer), passage in zip((one, other), passages, strict=True)
    ]
    return bool(duplicates.cluster_duplicates(made, 80))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("What drove the operating margin change of 3M in 2022?", "Lower volume."),
            ("What drove the operating margin change of AMD in 2022?", "Mix."),
        ),
        (
            ("What causes upper respiratory tract infections?", "Pharyngitis."),
            ("What causes lower respiratory tract infections?", "Pneumonia."),
        ),
        (("How much forest was lost by the year 1991?", "415,000"), ("How much forest was lost by the year 2000?", "587,000")),
        (("Did the revenue of the company rise in 2021?", "Yes."), ("Did the revenue of the company rise in 2022?", "Yes.")),
        (("Is the Hub of the plant encrypted at rest?", "Yes."), ("Is the Hub of the plant encrypted in transit?", "Yes.")),
        (("Is the Hub allowed to restart at night?", "It is allowed."), ("Is the Hub allowed to restart at noon?", "It is not allowed.")),
        (("What structural proteins does rotavirus code?", LONG), ("What other proteins does rotavirus code?", LONG)),
        (("What is the first postulate of Koch?", LONG), ("What is the second postulate of Koch?", LONG)),
        (("When were the proteins of the virus found?", LONG), ("Where were the proteins of the virus found?", LONG)),
    ],
)
def test_similar_questions_that_ask_for_something_else_are_not_one(one, other):
    assert not are_one(one, other)
    assert not are_one(other, one)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            ("How old was Peyton Manning when he played in Super Bowl 50?", "39"),
            ("How old was Manning when he played Super Bowl 50?", "39 years old"),
        ),
        (
            ("Who leads the field team in the plant?", "Ada Byron."),
            ("Who heads the field team in the plant?", "The field team is led by Ada Byron."),
        ),
        (("What does the pump of the cellar do?", LONG), ("And what does the pump of the cellar do?", LONG)),
    ],
)
def test_one_question_with_one_answer_in_other_words_is_one(one, other):
    assert are_one(one, other)


def test_a_near_copy_about_another_passage_is_another_question_and_an_overlap_is_the_same_passage():
    one, other = ("What does the standard ask for here?", "Presence."), ("What does the standard ask us for here?", "Presence.")
    first, second = PAGE.text[:38], PAGE.text[39:64]
    assert not are_one(one, other, (first, second))
    assert are_one(one, other, (first, PAGE.text[20:64]))


def test_one_question_word_for_word_is_one_whatever_it_cites_and_is_answered():
    first, second = PAGE.text[:38], PAGE.text[39:64]
    assert are_one(("What is asked for?", "Presence."), ("what is asked for", "Lower volume."), (first, second))


def test_rows_that_a_person_waived_are_two_questions_and_others_with_them_are_not():
    rows = [a_row(user_input=text, reference="At 40 bar.") for text in ("When does it stop?", "when does it stop", "WHEN does it stop?!")]
    waived = {frozenset((rows[0].row_id, rows[1].row_id))}
    assert duplicates.cluster_duplicates(rows[:2], 90, waived) == ()
    assert duplicates.cluster_duplicates(rows, 90, waived) == ((0, 1, 2),)
    near = [rows[0], a_row(user_input="When does it all stop?", reference="At 40 bar.")]
    assert duplicates.cluster_duplicates(near, 85) == ((0, 1),)
    assert duplicates.cluster_duplicates(near, 85, {frozenset(row.row_id for row in near)}) == ()
