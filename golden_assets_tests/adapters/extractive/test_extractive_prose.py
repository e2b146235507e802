"""Markdown to sentences: what is prose, how it is rendered, where sentences end, and how they are cut into tokens."""

import pytest

from golden_assets.adapters.extractive.grammar.prose import headed_sentences, headings_of, sentences_of
from golden_assets.adapters.extractive.grammar.sentences import render, split_sentences, tokenize


@pytest.mark.parametrize(
    ("markdown", "sentences"),
    [
        ("One sentence. Another one.", ["One sentence.", "Another one."]),
        ("A line\nthat goes on. Next.", ["A line that goes on.", "Next."]),
        ("# Heading\n\nText below.", ["Text below."]),
        ("Setext\n======\n\nText below.", ["Text below."]),
        ("- First item.\n- Second item.", ["First item.", "Second item."]),
        ("1. First step.\n2. Second step.", ["First step.", "Second step."]),
        ("> Quoted text.", ["Quoted text."]),
        ("**Bold** and *slanted* and `code`.", ["Bold and slanted and `code`."]),
        ("See [the guide](guide.md) for more.", ["See the guide for more."]),
        ("| a | b |\n|---|---|\n| One. | Two. |", []),
        ("```\nCode is no prose.\n```", []),
        ("    Indented code is no prose.", []),
        ("<div>HTML is no prose.</div>", []),
        ("![A picture.](picture.png) Text.", []),
        ("---\ntitle: Front matter.\n---\n\nText.", ["Text."]),
        ("!!! note\n    The note is prose.", ["The note is prose."]),
        ('!!! tip "Gotcha"\n    The tip is prose.', ["The tip is prose."]),
        ("> [!NOTE]\n> The callout is prose.", ["The callout is prose."]),
        ("**Resolution**: HTTPX retries the request.", ["HTTPX retries the request."]),
        ("", []),
    ],
)
def test_only_prose_becomes_sentences(markdown, sentences):
    assert sentences_of(markdown) == sentences


def test_the_first_sentence_below_a_heading_knows_it():
    text = "# Hishel\n\nA cache. It is fast.\n\n## Other\n\nText."

    assert headed_sentences(text) == (("Hishel", "A cache."), ("", "It is fast."), ("Other", "Text."))


def test_a_paragraph_of_links_does_not_come_between_a_heading_and_its_text():
    text = "# Hishel\n\n[Code](a) - [Docs](b)\n\nA cache."

    assert headed_sentences(text) == (("Hishel", "A cache."),)


def test_headings_come_in_order_and_rendered():
    assert headings_of("# One\n\n## `Two`\n\nText\n") == ["One", "`Two`"]


def test_a_text_that_ends_in_the_middle_of_a_sentence_loses_the_stump():
    assert sentences_of("A whole sentence. `X` requires a key and") == ["A whole sentence."]


@pytest.mark.parametrize(
    ("paragraph", "sentences"),
    [
        ("It costs 1.5 euros. That is cheap.", ["It costs 1.5 euros.", "That is cheap."]),
        ("Use a key, e.g. a token. Done.", ["Use a key, e.g. a token.", "Done."]),
        ("Ask Dr. Terrik. She knows.", ["Ask Dr. Terrik.", "She knows."]),
        ("A bundle (a.k.a. CA bundle) is used. Yes.", ["A bundle (a.k.a. CA bundle) is used.", "Yes."]),
        ("Call `a. B` now. `C` follows.", ["Call `a. B` now.", "`C` follows."]),
        ("He said “Stop. Now” twice. Then left.", ["He said “Stop. Now” twice.", "Then left."]),
        ("Really? Yes! Good.", ["Really?", "Yes!", "Good."]),
        ("To be continued... Or not.", ["To be continued...", "Or not."]),
        ("J. Orrin wrote it.", ["J. Orrin wrote it."]),
        ("No end", ["No end"]),
    ],
)
def test_sentences_end_where_a_reader_would_end_them(paragraph, sentences):
    assert split_sentences(paragraph) == sentences


@pytest.mark.parametrize(
    ("sentence", "tokens"),
    [
        ("The Hub, too, stores data.", ["The", "Hub", ",", "too", ",", "stores", "data"]),
        ("It opens at 10:30.", ["It", "opens", "at", "10:30"]),
        ("1,240 calls cost $12.", ["1,240", "calls", "cost", "$12"]),
        ("Use `a b`'s name.", ["Use", "`a b`'s", "name"]),
        ("HTTP/2 (new) is faster.", ["HTTP/2", "(new)", "is", "faster"]),
        ('The "trace" key:', ["The", '"trace"', "key"]),
    ],
)
def test_tokens_keep_code_quotations_numbers_and_parentheses_whole(sentence, tokens):
    assert [token.text for token in tokenize(sentence)] == tokens


def test_tokens_know_where_they_stand():
    sentence = "The Hub stores `data`."

    assert all(sentence[token.start : token.end] == token.text for token in tokenize(sentence))


def test_rendering_leaves_parentheses_out_and_sets_commas_close():
    assert render(tokenize("A (big) dog, a cat.")) == "A dog, a cat"
