"""Sentence to askable fact: a question, the sentence that answers it, and the term under which the two can be asked for again."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from functools import lru_cache

from golden_assets.adapters.extractive.filters import (
    content_words,
    dangles,
    is_english,
    is_prose_sentence,
    is_specific,
    is_weak,
    stands_alone,
)
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.clauses import Clause, parse
from golden_assets.adapters.extractive.grammar.extents import core, is_number
from golden_assets.adapters.extractive.grammar.openings import Opening, is_imperative, may_be_order, open_sentence
from golden_assets.adapters.extractive.grammar.phrases import head_of, lower_first, term_of
from golden_assets.adapters.extractive.grammar.prose import headed_sentences
from golden_assets.adapters.extractive.grammar.sentences import Token, render, tokenize
from golden_assets.adapters.extractive.grammar.terms import terms_for
from golden_assets.adapters.extractive.instructions import for_condition, for_order, for_purpose, for_you
from golden_assets.adapters.extractive.merits import is_legible, merit_of
from golden_assets.adapters.extractive.rules import RULES


@dataclass(frozen=True)
class Fact:
    """A question that one sentence answers.

    ``term`` names what the question is about, in words of the text, and no two facts of a text have the same; ``reference`` is the
    sentence, verbatim but for white space and inline markup; ``merit`` see `merits.merit_of`.
    """

    term: str
    question: str
    reference: str
    merit: int = field(default=1, compare=False)


@lru_cache(maxsize=2048)
def facts_of(text: str) -> tuple[Fact, ...]:
    """Every askable fact of a text, those of most merit first, at most one per sentence; terms and questions are unique within the text."""
    if not is_english([sentence for _, sentence in headed_sentences(text)]):
        return ()
    found = (fact_of(sentence) or (entry_of(heading, sentence) if heading else None) for heading, sentence in headed_sentences(text))
    judged = (_judged(_with_name(fact, text)) for fact in found if fact is not None and is_legible(fact.reference))
    return tuple(_each_once(sorted(judged, key=lambda fact: -fact.merit), text.casefold()))


def _judged(fact: Fact) -> Fact:
    """The fact with its merit."""
    return replace(fact, merit=merit_of(fact.question, fact.reference))


def _with_name(fact: Fact, text: str) -> Fact:
    """The fact with the first word of its sentence spelt as a name, when the text spells it so within its sentences."""
    first = re.match(r"[A-Z][a-z]+", fact.reference)
    if first is None or first.group().lower() in lex.CLOSED or re.search(rf"\b{first.group().lower()}\b", text):
        return fact
    if not re.search(rf"[a-z,] {first.group()}\b", text):
        return fact
    return replace(fact, question=re.sub(rf"\b{first.group().lower()}\b", first.group(), fact.question, count=1))


def _each_once(facts: Iterable[Fact], folded: str) -> Iterator[Fact]:
    """The facts whose question was not asked before, each with the best term that is still free."""
    taken: set[str] = set()
    for fact in facts:
        candidates = terms_for(fact.term, fact.question, fact.reference, folded)
        term = next((term for term in candidates if term.casefold() not in taken), None)
        if term is not None and fact.question.casefold() not in taken:
            taken |= {term.casefold(), fact.question.casefold()}
            yield replace(fact, term=term)


def fact_of(sentence: str) -> Fact | None:
    """The best question this sentence answers, or None when it answers none that makes sense on its own."""
    if not is_prose_sentence(sentence):
        return None
    opening = open_sentence(tokenize(sentence))
    for question, term in _candidates(opening):
        finished = f"{question}?"
        if stands_alone(finished):
            return Fact(term, finished[0].upper() + finished[1:], sentence)
    return None


def entry_of(heading: str, sentence: str) -> Fact | None:
    """The fact of a catalogue entry: a name as heading, and below it what it is (``A library for ...``) or does (``Provides ...``)."""
    name, tokens = tokenize(heading), tokenize(sentence)
    if len(name) != 1 or len(tokens) < 5 or not sentence.endswith(".") or dangles(tokens):
        return None
    known = name[0].kind == "word" and lex.word_classes(name[0].text) and not lex.is_name(name[0].text)
    new = [token for token in content_words(tokens) if token.low.strip("`") not in heading.lower()]
    if known or len(new) < 3 or parse(tokens) is not None:
        return None
    if tokens[0].low in {"a", "an", "the"} and not any(token.low in lex.RELATIVES for token in tokens[:4]):
        return Fact(heading.strip("`"), f"What is {heading}?", sentence)
    lemma = lex.verb_readings(tokens[0].text).get("VBZ")
    if lemma in {"provide", "allow", "enable", "add", "include", "support", "return", "offer"}:
        return Fact(heading.strip("`"), f"What does {heading} {lemma}?", sentence)
    return None


def _candidates(opening: Opening) -> list[tuple[str, str]]:
    """Question and term, best first, for each way of asking that this opening allows."""
    if opening.kind == "unusable":
        return []
    if opening.kind == "purpose":
        return for_purpose(opening)
    if opening.kind == "condition":
        return for_condition(opening)
    if is_imperative(opening.main):
        return for_order(opening.main)
    if opening.main[0].low == "there":
        return _existence(opening.main)
    clause = None if may_be_order(opening.main) else parse(opening.main)
    if clause is None:
        return []
    return for_you(clause, opening.words) if clause.subject[0].low == "you" else _statement(clause, opening.words)


def _statement(clause: Clause, moved: list[Token]) -> list[tuple[str, str]]:
    """Questions about a clause with a subject of its own; a moved adverbial goes to the end."""
    weak = is_weak(clause.subject)
    if not is_specific(clause.subject) or (moved and (dangles(moved) or len(moved) > 8)):
        return []
    tail = f" {lower_first(moved)}" if moved else ""
    return [(question + tail, term_of(clause.subject)) for rule in RULES if (question := rule(clause)) and _says(question, weak)]


def _says(question: str, weak: bool) -> bool:
    """Whether a question says enough: three words of content when it asks what a weak subject does, two for the rest.

    What a capitalised thing is (``What is the Vault``) may be asked all the same.
    """
    words = tokenize(question)
    names_it = words[1].low in lex.BE and any(token.text[0].isupper() for token in words[2:])
    return not weak or words[0].low != "what" or names_it or len(content_words(words)) > 2


def _existence(main: list[Token]) -> list[tuple[str, str]]:
    """``There are four types of timeouts``: how many types of timeouts are there."""
    at = 3 if len(main) > 3 and lex.is_adverb(main[2].text) else 2
    if len(main) < at + 2 or main[1].low not in {"are", "were"} or not is_number(main[at]):
        return []
    rest = core(main[at + 1 :])
    ends = (end for end, token in enumerate(rest) if token.low in lex.RELATIVES or token.low == "to" or token.kind == "punct")
    end = next(ends, len(rest))
    phrase, more = rest[:end], rest[end + 1 :]
    head = head_of(phrase) if phrase else None
    if head is None or not lex.is_plural_noun(head.text) or len(content_words(phrase)) < 2:
        return []
    if more and (rest[end].low not in {"that", "which"} or dangles(more)):
        return []
    return [(f"How many {render(phrase)} {render(more) or f'{main[1].low} there'}", term_of(phrase))]
