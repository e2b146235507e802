"""Languages of rows against the one that was asked for."""

import pytest

from golden_assets.domain.testsets.languages import code_of, measure_languages
from golden_assets_tests.factories import a_row

ROWS = [a_row(), a_row(user_input="Wie wird die Pumpe entleert?"), a_row(user_input="ls -la")]


def test_rows_in_another_language_are_named_and_undetermined_ones_are_not():
    measured = measure_languages(ROWS, ["en", "de", "und"], "english")
    assert measured.counts == {"en": 1, "de": 1, "und": 1}
    assert measured.foreign == (f"{ROWS[1].row_id}: de: Wie wird die Pumpe entleert?",)
    assert measured.share == pytest.approx(2 / 3, abs=1e-6)


def test_kin_that_a_detector_confuses_count_as_the_language_itself():
    assert measure_languages(ROWS[:2], ["yue", "zh"], "Chinese").counts == {"zh": 2}


def test_a_language_without_a_known_code_is_counted_and_not_judged():
    measured = measure_languages(ROWS, ["en", "de", "und"], "klingon")
    assert (measured.share, measured.foreign) == (None, ())
    assert sum(measured.counts.values()) == 3


@pytest.mark.parametrize(("language", "code"), [(" English ", "en"), ("de", "de"), ("GERMAN", "de"), ("klingon", None), ("", None)])
def test_a_language_is_known_by_its_english_name_or_its_code(language, code):
    assert code_of(language) == code


def test_no_rows_are_in_no_foreign_language():
    assert measure_languages([], [], "english").share == 1.0
