"""What holds for every text whatever: no crash, verbatim references, well-formed questions, the same answer twice."""

import string
from itertools import pairwise

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden_assets.adapters.extractive import facts_of
from golden_assets.adapters.extractive.facts import fact_of
from golden_assets.adapters.extractive.filters import dangles
from golden_assets.adapters.extractive.grammar.prose import sentences_of
from golden_assets.adapters.extractive.grammar.sentences import split_sentences, tokenize

calm = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])

WORDS = """
the The a An of in for when if If because to To is are was can must not stores store stored backups Hub HTTPX room
`key` that which every within after 30 days minutes four by using you it this and or , : ; ( ) employees team approves
approved use allows where at 07:00
"""
sentences = st.lists(st.sampled_from(WORDS.split()), min_size=1, max_size=16).map(lambda words: " ".join(words) + ".")
SUBJECTS = st.sampled_from(["The Field Team", "Every employee", "The radio network", "Aurora Sync", "Suspect probes", "A lost laptop"])
VERBS = st.sampled_from([("stores", "store"), ("checks", "check"), ("needs", "need")])
OBJECTS = st.sampled_from(["the old keys", "two network sockets", "every new password", "a signed update"])
TIMES = st.sampled_from(
    ["every 30 seconds", "within two days", "after eight hours", "at 07:00", "for 20 minutes", "because staff are away"]
)


@calm
@given(st.text(max_size=400))
def test_any_text_is_read_without_a_crash(text):
    assert isinstance(facts_of(text), tuple)


@calm
@given(st.text(alphabet=string.printable, max_size=400))
def test_any_printable_text_is_read_without_a_crash(text):
    assert facts_of(text) == facts_of(text)


@calm
@given(st.lists(sentences, min_size=1, max_size=6).map(" ".join))
def test_references_are_sentences_of_the_text_and_unique_with_their_questions(text):
    facts = facts_of(text)

    assert {fact.reference for fact in facts} <= set(sentences_of(text))
    assert len({fact.question.casefold() for fact in facts}) == len(facts) == len({fact.term.casefold() for fact in facts})
    assert all(fact.term.casefold() in text.casefold() and len(fact.term) > 2 for fact in facts)


@calm
@given(sentences)
def test_a_question_begins_with_a_capital_ends_in_a_mark_and_points_nowhere(sentence):
    fact = fact_of(sentence)

    if fact is not None:
        assert fact.question[0].isupper()
        assert fact.question.endswith("?")
        assert "  " not in fact.question
        assert not dangles(tokenize(fact.question))
        assert fact.question.count("`") % 2 == 0


@calm
@given(st.text(alphabet=string.ascii_letters + " .!?`\"'()", max_size=200).map(lambda text: " ".join(text.split())))
def test_splitting_loses_no_character_but_spaces(paragraph):
    assert "".join(split_sentences(paragraph)).replace(" ", "") == paragraph.replace(" ", "")


@calm
@given(st.text(max_size=200))
def test_tokens_are_slices_of_their_sentence_in_order(sentence):
    tokens = tokenize(sentence)

    assert all(sentence[token.start : token.end] == token.text for token in tokens)
    assert all(before.end <= after.start for before, after in pairwise(tokens))


@calm
@given(SUBJECTS, VERBS, OBJECTS, TIMES)
def test_a_plain_statement_never_gives_a_question_with_a_second_finite_form(subject, verb, thing, time):
    plural = subject == "Suspect probes"
    fact = fact_of(f"{subject} {verb[1] if plural else verb[0]} {thing} {time}.")

    assert fact is not None
    assert f" {verb[0]} " not in f" {fact.question} " or fact.question.startswith(("Who", "Which"))
    assert not plural or " do suspect probes " in fact.question
    assert time not in fact.question or fact.question.startswith("How many")
