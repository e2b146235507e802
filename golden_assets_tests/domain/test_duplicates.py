"""Which questions count as the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz

from golden_assets.domain.duplicates import cluster_duplicates, fold
from golden_assets_tests.factories import a_question

words = st.lists(st.sampled_from(["pump", "valve", "seal", "heat", "when", "how", "stop", "unit"]), min_size=1, max_size=4).map(" ".join)


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
    questions = [f"word{number} term{number}" for number in range(400)]
    assert cluster_duplicates(questions, 100) == ()
    assert cluster_duplicates([*questions, "term3 word3"], 100) == ((3, 400),)


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
