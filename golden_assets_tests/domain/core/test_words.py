"""One counter of words for every script."""

import pytest

from golden_assets.domain.core.text import MAX_KEPT, count_words
from golden_assets.domain.corpus.documents import Document


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", 0),
        ("Who pays?", 2),
        ("C++ is it", 3),
        ("什么是泵？", 3),
        ("ポンプは十リットルで始動する", 7),
        ("ปั๊มเริ่มทำงานเมื่อถังว่าง", 6),
        ("ປໍ້າເລີ່ມເຮັດວຽກ", 4),
        ("ម៉ាស៊ីនបូមទឹក", 3),
        ("ရေစုပ်စက်", 2),
        ("पंप कैसे रुकता है?", 4),
        ("Насос стоит", 2),
        ("a" * 240, 10),
    ],
)
def test_words_are_counted_in_scripts_with_and_without_blanks(text: str, words: int) -> None:
    assert count_words(text) == words


def test_a_document_in_chinese_has_as_many_words_as_its_passages() -> None:
    text = "奶酪成熟室每天早上都要检查湿度。" * 400
    assert len(text) > MAX_KEPT
    assert Document.of("a.md", text).word_count == count_words(text) == 400 * 9
