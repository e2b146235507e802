"""Few pairs are compared and none is missed: what is linked is what the comparison of all pairs links."""

import random
from functools import cache
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz import fuzz, process

import golden_assets
from golden_assets.domain.core.text import fold
from golden_assets.domain.similarity.components import Links, Pairing, clusters_of
from golden_assets.domain.similarity.duplicates import MAX_COMPARED
from golden_assets.domain.similarity.edit_distance import _Bound, link_alike

LIMIT = 90.0
texts = st.text(st.sampled_from("ab \u00e9\u6c34\U0001f600"), max_size=60)


def cluster_duplicates(questions: list[str], limit: float) -> tuple[tuple[int, ...], ...]:
    """By their sorted words alone: any two may be linked."""
    words = [" ".join(sorted(fold(question).split())) for question in questions]
    order = by_length(words)
    links = Links(len(order))
    compared = [text for text in order if len(text) <= MAX_COMPARED]
    link_alike(compared, limit, links, anything_goes(len(order)))
    labels = dict(zip(order, links.labels.tolist(), strict=True))
    return clusters_of(labels[text] for text in words)


def anything_goes(count: int) -> Pairing:
    """Every pair may be linked."""
    return Pairing(np.zeros(count, dtype=np.int64), [""] * count, lambda _, __: True)


@cache
def sample_words() -> list[str]:
    folder = Path(golden_assets.__file__).parent / "sample_corpus"
    return [word for path in sorted(folder.glob("*.md")) for word in path.read_text(encoding="utf-8").split()]


def some_questions(count: int, seed: int) -> list[str]:
    """Questions of 5 to 20 words from the sample documents, a fifth of them an earlier one with small changes."""
    draw, words, made = random.Random(seed), sample_words(), []  # noqa: S311
    for _ in range(count):
        if made and draw.random() < 0.2:
            made.append(altered(draw.choice(made), draw))
        else:
            start, length = draw.randrange(len(words) - 20), draw.randint(4, 18)
            made.append(f"{draw.choice(['How does', 'What is', 'Why would', 'When should'])} {' '.join(words[start : start + length])}?")
    return made


def altered(question: str, draw: random.Random) -> str:
    """One to eight letters dropped, doubled or replaced, and sometimes two words swapped."""
    letters = list(question)
    for _ in range(draw.randint(1, 8)):
        letters[draw.randrange(len(letters))] = draw.choice(["", "x", "ee", " "])
    words = "".join(letters).split()
    if len(words) > 2 and draw.random() < 0.3:
        words[0], words[-1] = words[-1], words[0]
    return " ".join(words)


def all_pairs(questions: list[str], limit: float) -> tuple[tuple[int, ...], ...]:
    """The clusters by the ratio of every pair."""
    folded = [fold(question) for question in questions]
    ratios = process.cdist(folded, folded, scorer=fuzz.token_sort_ratio, score_cutoff=limit, dtype=np.float64, workers=2)
    links = Links(len(questions))
    links.join(*np.nonzero(ratios >= limit))
    return clusters_of(links.labels.tolist())


def by_length(drawn: list[str]) -> list[str]:
    return sorted(set(drawn), key=lambda text: (len(text), text))


def test_no_duplicate_among_3000_questions_is_lost():
    questions = some_questions(3_000, seed=5)
    found = cluster_duplicates(questions, LIMIT)
    assert found == all_pairs(questions, LIMIT)
    assert len(found) >= 250


@pytest.mark.parametrize("limit", [0.0, 50.0, 70.0, 80.0, 95.0, 100.0])
def test_no_duplicate_is_lost_at_other_limits(limit: float):
    questions = some_questions(400, seed=6)
    assert cluster_duplicates(questions, limit) == all_pairs(questions, limit)


def test_of_3000_questions_at_most_one_pair_in_fifty_is_compared():
    bound = _Bound(by_length([" ".join(sorted(fold(question).split())) for question in some_questions(3_000, seed=7)]), LIMIT)
    compared = sum(int(np.count_nonzero(bound.candidates(rows, columns))) for rows, columns in bound.blocks())
    assert compared < 3_000 * 3_000 / 2 / 50


@given(st.lists(texts, min_size=2, max_size=2, unique=True), st.sampled_from([68.0, 75.0, 90.0, 99.0]))
def test_two_texts_are_linked_where_their_ratio_reaches_the_limit(pair: list[str], limit: float):
    links = Links(2)
    link_alike(by_length(pair), limit, links, anything_goes(2))
    one, other = links.labels.tolist()
    assert (one == other) is (fuzz.ratio(*pair) >= limit)


@given(texts, st.integers(0, 60), st.sampled_from(["", "z", "zz"]), st.floats(66, 100))
def test_the_bound_lets_every_true_pair_pass(text: str, place: int, put: str, limit: float):
    other = text[:place] + put + text[place + 1 :]
    pair = by_length([text, other])
    if len(pair) == 2 and fuzz.ratio(*pair) >= limit:
        assert _Bound(pair, limit).candidates(slice(0, 1), slice(1, 2)).all()


def test_many_questions_of_one_pattern_hang_together():
    questions = [f"What is the greatest pressure that sensor number {number:05} may show?" for number in range(4_000)]
    assert [len(cluster) for cluster in cluster_duplicates(questions, LIMIT)] == [4_000]


def test_questions_in_mixed_scripts_are_compared():
    questions = [
        "水泵如何在冬季安全地停止运行和排水？",
        "水泵如何在冬季安全地停止运行并排水？",
        "Как зимой слить воду из насоса?",
        "How is it drained?",
    ]
    assert cluster_duplicates(questions, LIMIT) == ((0, 1),)


def test_a_text_too_long_for_a_question_repeats_only_one_with_the_same_words():
    long = "pump " * MAX_COMPARED
    assert cluster_duplicates([long, long + "!", long + "seal", "x" * 3_000_000, "x" * 3_000_000 + "y"], LIMIT) == ((0, 1),)


def test_control_characters_and_lone_surrogates_do_not_stop_a_comparison():
    assert cluster_duplicates(["a\x00b pump\x1b one", "a b pump one", "half \ud800 a pair", "half \ud800 a pairs"], LIMIT) == (
        (0, 1),
        (2, 3),
    )


def test_blocks_cover_every_pair_whose_lengths_allow_the_ratio():
    some = by_length(["a" * length + str(number) for length in range(1, 60) for number in range(30)])
    bound = _Bound(some, LIMIT)
    looked_at = np.zeros((len(some), len(some)), dtype=bool)
    for rows, columns in bound.blocks():
        looked_at[rows, columns] = True
    lengths = np.array([len(text) for text in some])
    shorter, longer = np.minimum.outer(lengths, lengths), np.maximum.outer(lengths, lengths)
    assert looked_at[np.triu(np.ones_like(looked_at)) & (200 * shorter >= LIMIT * (shorter + longer))].all()
