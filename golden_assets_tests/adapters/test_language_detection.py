"""What the detector says, and that nothing makes it fail."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.adapters.reference_data import detect_languages
from golden_assets_tests.factories import a_question, a_sentence


def test_english_rows_are_in_english():
    assert set(detect_languages([f"{a_question(n)}\n{a_sentence(n)}" for n in range(200)])) == {"en"}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Wie wird die Pumpe im Winter entleert?", "de"),
        ("Comment la pompe est-elle amorcée ?", "fr"),
        ("¿Cómo se purga la bomba del sótano en invierno?", "es"),
        ("ポンプはどうやって止めますか？", "ja"),
        ("Как слить воду из насоса?", "ru"),
        ("पंप कैसे रुकता है?", "hi"),
    ],
)
def test_questions_of_other_languages_are_told_apart(text, code):
    assert detect_languages([text]) == (code,)


@pytest.mark.parametrize("text", ["", " \n", "12345", "\x00\x1b[0m", "?!…", "🔋🔋", "ls -la"])
def test_a_text_without_words_is_undetermined(text):
    assert detect_languages([text]) == ("und",)


@given(st.text())
def test_any_text_gets_a_code(text):
    (code,) = detect_languages([text])
    assert code.isalpha()


def test_huge_and_mixed_texts_and_lone_surrogates_are_read():
    assert (
        detect_languages(["The pump stops when it is empty. " * 100_000, "The pump is called насос or 水泵 in the manual.", "\ud800"])[0]
        == "en"
    )
