"""Quantiles of words."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.quality.lengths import LengthProfile, measure_lengths
from golden_assets_tests.factories import a_row


@given(st.lists(st.integers(0, 1000), min_size=1, max_size=60))
def test_quantiles_are_those_of_the_inverted_distribution(words):
    profile = LengthProfile.of(words)
    expected = np.quantile(words, [0, 0.1, 0.5, 0.9, 1], method="inverted_cdf").tolist()
    assert list(profile.model_dump().values()) == expected


def test_a_profile_without_texts_is_zero_throughout():
    assert set(LengthProfile.of([]).model_dump().values()) == {0}
    assert set(measure_lengths([]).questions.model_dump().values()) == {0}


def test_questions_and_answers_have_profiles_of_their_own():
    measured = measure_lengths([a_row(user_input="one two three?", reference="a"), a_row(user_input="one?", reference="水泵停止")])
    assert (measured.questions.least, measured.questions.most) == (1, 3)
    assert (measured.answers.least, measured.answers.most) == (1, 2)
