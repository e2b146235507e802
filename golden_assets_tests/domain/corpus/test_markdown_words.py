import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.corpus.markdown_words import Prose, stands_alone, words_of


def says(text: str) -> list[str]:
    return [word.text for word in words_of(text)]


PASSAGE = "## Pumps\n\nA pump of **type A** moves `5 l` per second.\nIt stops at *night*.\n\n- first item\n- second item"

SAME = [
    PASSAGE.replace("## ", "# "),
    PASSAGE.replace("## Pumps", "Pumps\n====="),
    PASSAGE.replace("## Pumps", "## Pumps ##"),
    PASSAGE.replace("**", "__"),
    PASSAGE.replace("**", ""),
    PASSAGE.replace("*night*", "**night**"),
    PASSAGE.replace("`", ""),
    PASSAGE.replace("- ", "* "),
    PASSAGE.replace("\n", "  \n"),
    PASSAGE.replace("\n", "\n\n"),
    PASSAGE.replace("second.\nIt", "second. It"),
    PASSAGE.replace("moves `5", "moves\n`5"),
    "\n".join(f"> {line}" for line in PASSAGE.split("\n")),
    PASSAGE.replace(" ", "\t"),
]
OTHER = [
    PASSAGE.replace("5", "6"),
    PASSAGE.replace("pump", "Pump"),
    PASSAGE.replace("*night*.", "*night*!"),
    PASSAGE.replace("*night*", "night and day"),
    PASSAGE.replace("second item", "item second"),
    PASSAGE + "\n- third item",
    "",
]


@pytest.mark.parametrize("text", SAME)
def test_blanks_and_marks_say_nothing(text: str) -> None:
    assert text != PASSAGE
    assert says(text) == says(PASSAGE)


@pytest.mark.parametrize("text", OTHER)
def test_letters_numbers_and_punctuation_do(text: str) -> None:
    assert says(text) != says(PASSAGE)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("```py\nf(**options)\n```", "```py\nf(options)\n```"),
        ("Call `f(*args)` first.", "Call `f(args)` first."),
        ("The value is 2 * 3 here.", "The value is 2 3 here."),
        ("Set snake_case_name now.", "Set snakecasename now."),
        ("1. first\n2. second", "2. first\n1. second"),
        ("[here](https://a.example)", "[here](https://b.example)"),
        ("a | b", "a b"),
    ],
)
def test_characters_that_only_look_like_marks_count(before: str, after: str) -> None:
    assert says(before) != says(after)


def test_the_fence_of_code_may_change_but_not_disappear() -> None:
    assert says("```\nx = 1\n```") == says("~~~~\nx = 1\n~~~~")
    assert says("```\nx = 1\n```") != says("x = 1")


def test_a_table_may_be_laid_out_anew() -> None:
    assert says("| a | b |\n|---|---|\n| 1 | 2 |") == says("| a    | b |\n|:-----|--:|\n| 1    | 2 |")
    assert says("| a | b |\n|---|---|\n| 1 | 2 |") != says("| a | b |\n|---|---|\n| 1 | 3 |")


@given(st.text(alphabet="ab *_#`~>|-=\n\t.1é字", max_size=80))
def test_words_are_in_order_apart_and_where_they_say(text: str) -> None:
    words = list(words_of(text))
    for word in words:
        assert 0 <= word.start < word.end <= len(text)
        assert word.text == "```" or set(word.text) <= set(text[word.start : word.end])
    assert all(first.end <= second.start for first, second in itertools.pairwise(words))


@given(st.lists(st.sampled_from(["Water is wet.", "Fire burns!", "# Head", "- item", "**bold** words."]), min_size=1, max_size=6))
def test_a_text_is_found_in_itself_whatever_stands_around_it(lines: list[str]) -> None:
    passage = "\n\n".join(lines)
    text = f"Before it.\n\n{passage}\n\nAfter it."
    span = Prose(text).find(passage, near=12)
    assert span is not None
    assert text[slice(*span)] == passage


def test_what_is_found_has_its_marks_but_not_those_of_others() -> None:
    text = "# One\n\nFirst **words here.**\n\n## Two\n\nOther words."
    assert [text[slice(*span)] for span in [Prose(text).find("One\nFirst words here.")] if span] == ["# One\n\nFirst **words here.**"]
    assert [text[slice(*span)] for span in [Prose(text).find("Two")] if span] == ["## Two"]


def test_of_several_places_the_nearest_is_found() -> None:
    text = "A line.\n\nA line.\n\nA line."
    assert [Prose(text).find("A  line.", near) for near in (0, 8, 100)] == [(0, 7), (9, 16), (18, 25)]


@pytest.mark.parametrize("passage", ["", "  \n", "---", "no such words"])
def test_a_passage_without_words_or_without_a_place_is_not_found(passage: str) -> None:
    assert Prose("Some text.").find(passage) is None


@pytest.mark.parametrize(
    ("text", "passage", "alone"),
    [
        ("It costs 5 euros\nNext", "It costs 5 euros", True),
        ("It costs 5 euros and 20 cents", "It costs 5 euros", False),
        ("It costs 5 euros. Always.", "It costs 5 euros.", True),
        ("So it costs 5 euros.", "it costs 5 euros.", False),
        ("Before. It costs 5 euros.", "It costs 5 euros.", True),
        ("- It costs 5 euros.", "It costs 5 euros.", True),
        ("**It costs 5 euros**", "It costs 5 euros", True),
        ("它很便宜。价格是五元。", "价格是五元。", True),
        ("pumps", "pump", False),
    ],
)
def test_a_passage_stands_alone_at_lines_and_sentences(text: str, passage: str, alone: bool) -> None:
    at = text.index(passage)
    assert stands_alone(text, at, at + len(passage)) is alone
