"""Sentence to askable fact: a question, the sentence that answers it, and the term under which the two can be asked for again."""

from dataclasses import dataclass
from functools import lru_cache

from golden_assets.adapters.models.extractive import lexicon as lex
from golden_assets.adapters.models.extractive.clauses import Clause, parse
from golden_assets.adapters.models.extractive.extents import core, is_number
from golden_assets.adapters.models.extractive.filters import (
    content_words,
    dangles,
    is_english,
    is_prose_sentence,
    is_specific,
    is_weak,
    stands_alone,
)
from golden_assets.adapters.models.extractive.instructions import for_condition, for_order, for_purpose, for_you
from golden_assets.adapters.models.extractive.openings import Opening, is_imperative, open_sentence
from golden_assets.adapters.models.extractive.phrases import head_of, lower_first, term_of
from golden_assets.adapters.models.extractive.prose import headed_sentences
from golden_assets.adapters.models.extractive.rules import RULES
from golden_assets.adapters.models.extractive.sentences import Token, render, tokenize
from golden_assets.adapters.models.extractive.terms import terms_for


@dataclass(frozen=True)
class Fact:
    """A question that one sentence answers.

    ``term`` names what the question is about, in words of the text, and no two facts of a text have the same; ``reference`` is the
    sentence, verbatim but for white space and inline markup.
    """

    term: str
    question: str
    reference: str


@lru_cache(maxsize=512)
def facts_of(text: str) -> tuple[Fact, ...]:
    """Every askable fact of a text, in order, at most one per sentence; terms and questions are unique within the text."""
    facts: list[Fact] = []
    taken: set[str] = set()
    if not is_english([sentence for _, sentence in headed_sentences(text)]):
        return ()
    for heading, sentence in headed_sentences(text):
        fact = fact_of(sentence) or (entry_of(heading, sentence) if heading else None)
        if fact is None or fact.question.casefold() in taken:
            continue
        candidates = terms_for(fact.term, fact.question, fact.reference, text.casefold())
        term = next((term for term in candidates if term.casefold() not in taken), None)
        if term is not None:
            taken |= {term.casefold(), fact.question.casefold()}
            facts.append(Fact(term, fact.question, fact.reference))
    return tuple(facts)


def fact_of(sentence: str) -> Fact | None:
    """The best question this sentence answers, or None when it answers none that makes sense on its own."""
    if not is_prose_sentence(sentence):
        return None
    opening = open_sentence(tokenize(sentence))
    for question, term in _candidates(opening):
        finished = f"{question}?"
        if stands_alone(finished) and not (sentence.endswith(":") and question.startswith("What happens")):
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
    clause = parse(opening.main)
    if clause is None:
        return []
    if clause.subject[0].low == "you":
        return for_you(clause, opening.words)
    return _statement(clause, opening.words)


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
