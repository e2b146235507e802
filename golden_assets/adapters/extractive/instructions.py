"""Questions that sentences for the reader answer: orders, purposes, conditions, and what *you* can do."""

from typing import Final

from golden_assets.adapters.extractive.filters import content_words, dangles, is_specific
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.adverbials import condition
from golden_assets.adapters.extractive.grammar.clauses import Clause, parse, subject_text
from golden_assets.adapters.extractive.grammar.extents import core, opens_infinitive
from golden_assets.adapters.extractive.grammar.openings import Opening, is_imperative
from golden_assets.adapters.extractive.grammar.phrases import head_of, lower_first, term_of
from golden_assets.adapters.extractive.grammar.sentences import Token, render, tokenize
from golden_assets.adapters.extractive.rules import RULES

_MEANS: Final = lex.words("means")


def for_you(clause: Clause, moved: list[Token]) -> list[tuple[str, str]]:
    """``You can close a client with ...``: how, when or how long; never what, which could be anything."""
    if clause.negated or dangles(moved):
        return []
    if moved:
        return _you_while(clause, moved) if moved[0].low in {"when", "if", "before", "after"} and len(moved) < 16 else []
    if clause.auxiliary not in lex.MODALS or clause.verb is None:
        return []
    asked = [question for rule in RULES if (question := rule(clause)) and question.split()[0] in {"How", "When", "Within", "After"}]
    return [(question, term_of(core(clause.rest))) for question in asked]


def _you_while(clause: Clause, moved: list[Token]) -> list[tuple[str, str]]:
    """``When doing A, you should use B``: what should you use when doing A."""
    rest, asked = core(clause.rest), [*tokenize("when"), *moved[1:]] if moved[0].low == "if" else moved
    if (
        clause.auxiliary in {"should", "must"}
        and clause.verb is not None
        and rest
        and (rest[0].low in {"a", "an", "the"} or rest[0].kind == "code")
    ):
        return [(f"What {clause.auxiliary} you {clause.verb.text} {lower_first(asked)}", term_of(moved[1:]))]
    if clause.lemma == "need" and not clause.auxiliary and len(rest) > 2 and rest[0].low == "to" and rest[1].low != "be":
        return [(f"What do you need to do {lower_first(asked)}", term_of(moved[1:]))]
    return []


def for_purpose(opening: Opening) -> list[tuple[str, str]]:
    """``To include cookies, use ...``: how can you include cookies."""
    words = opening.words[1:]
    if dangles(words) or len(content_words(words)) < 2 or any(token.text == "," for token in words) or len(words) > 16:
        return []
    if any(token.low in {"following", "below", "this", "these", "here"} for token in opening.main):
        return []
    clause = None if is_imperative(opening.main) else parse(opening.main)
    if words[1].low in lex.PREPOSITIONS | {"as"} or (clause is not None and clause.is_copula):
        return []
    if clause is not None and clause.tag in {"VBZ", "VBP"} and clause.auxiliary is None and _acts(clause):
        return [(f"How {'does' if clause.tag == 'VBZ' else 'do'} {subject_text(clause)} {render(words)}", term_of(words[1:]))]
    return [(f"How can you {render(words)}", term_of(words[1:]))]


def _acts(clause: Clause) -> bool:
    """Whether the subject is a person who can do something for a purpose."""
    head = head_of(clause.subject)
    return head is not None and lex.is_human(head.text) and is_specific(clause.subject)


def for_order(main: list[Token]) -> list[tuple[str, str]]:
    """``Use X if you need Y``: what should you do if you need Y. ``Press X to do Y``: how can you do Y."""
    rest = core(main)
    span = condition(rest)
    if span is not None and span.start > 1 and rest[span.start].low in {"if", "before", "after"}:
        asked = rest[span.start :]
        return [(f"What should you do {render(asked)}", term_of(asked[2:]))] if not dangles(asked) and _has_clause(asked) else []
    purpose = next((at for at in range(2, len(rest)) if opens_infinitive(rest, at)), None)
    if purpose is None or main[0].low not in _MEANS or dangles(rest):
        return []
    asked = rest[purpose + 1 :]
    return [(f"How can you {render(asked)}", term_of(asked[1:]))] if len(asked) > 2 and len(content_words(asked)) > 1 else []


def _has_clause(words: list[Token]) -> bool:
    """Whether a condition says enough: at least two words of content, three when it is about the reader."""
    return len(content_words(words)) >= (3 if words[1].low == "you" and all(token.low != "your" for token in words) else 2)


def for_condition(opening: Opening) -> list[tuple[str, str]]:
    """``If C, M``: what happens if C, what does X do if C, what should you do if C."""
    words = core(opening.words) if len(core(opening.words)) > 3 else opening.words
    if dangles(words) or "," in {token.text for token in words} or len(words) > 22 or not _has_clause(words):
        return []
    asked = lower_first(words)
    term = term_of([token for token in words[1:] if token.low != "you"])
    if {token.low for token in opening.main[-2:]} & {"that", "this", "so", "too"} or opening.main[0].low == "please":
        return []
    if is_imperative(opening.main):
        return [(f"What should you do {asked}", term)] if opening.main[0].low not in {"check", "see"} else []
    clause, inner = parse(opening.main), parse(words[1:])
    if clause is None or inner is None:
        return []
    if clause.subject[0].low == "you":
        return _condition_for_you(clause, asked, term)
    own = inner.subject[0].low in {"you", "a", "an", "no"} or is_specific(inner.subject) or len(content_words(words)) > 3
    past = clause.tag == "VBD" or clause.auxiliary in {"was", "were", "did", "had"}
    return _consequence(clause, asked, term) if own and not past and not clause.is_copula else []


def _consequence(clause: Clause, asked: str, term: str) -> list[tuple[str, str]]:
    """What a person or thing does under a condition, or what happens."""
    acts = clause.verb is not None and not clause.is_passive and not clause.negated
    if acts and is_specific(clause.subject):
        return [(f"What {_doing(clause)} {asked}", term_of(clause.subject))]
    return [(f"What happens {asked}", term)]


def _doing(clause: Clause) -> str:
    """``does the Hub do``, ``will HTTPX do``."""
    auxiliary = clause.auxiliary or {"VBZ": "does", "VBP": "do"}[clause.tag]
    return f"{auxiliary} {subject_text(clause)} do"


def _condition_for_you(clause: Clause, asked: str, term: str) -> list[tuple[str, str]]:
    """The question about what the reader should, can, or needs to do under a condition."""
    if clause.lemma in {"need", "have"} and clause.rest and clause.rest[0].low == "to":
        return [(f"What {'will' if clause.auxiliary else 'do'} you {clause.lemma} to do {asked}", term)]
    if any(token.low == "that" for token in clause.rest[:1]):
        return []
    if (
        clause.auxiliary in {"should", "must", "can", "may"}
        and clause.verb is not None
        and clause.lemma not in {"want", "wish", "need"}
        and not clause.negated
    ):
        return [(f"What {clause.auxiliary} you do {asked}", term)]
    return []
