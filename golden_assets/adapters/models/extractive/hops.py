"""Choosing facts for a term or for themes, and joining the facts of two passages into one question."""

import re
from collections.abc import Sequence
from typing import Final

from golden_assets.adapters.models.extractive import lexicon as lex
from golden_assets.adapters.models.extractive.facts import Fact, facts_of
from golden_assets.adapters.models.extractive.filters import HOLLOW, content_words
from golden_assets.adapters.models.extractive.sentences import tokenize
from golden_assets.domain.core.errors import UnanswerableError

_HOP: Final = re.compile(r"^\s*<\d+-hop>\s*")
_REMEDY: Final = "ask for a term that the same text was found to answer"
_GENERAL: Final = lex.words("general") | lex.words("means") | lex.words("letting") | lex.words("noun_like_verbs")
MAX_JOINED_WORDS: Final = 48


def single_hop(term: str, context: str) -> Fact:
    """The fact of this term. Raises `UnanswerableError` when the context has none."""
    for fact in facts_of(context):
        if fact.term.casefold() == term.casefold():
            return fact
    raise UnanswerableError(f"the context says nothing askable about {term!r}", _REMEDY)


def multi_hop(themes: Sequence[str], contexts: Sequence[str]) -> Fact:
    """A question that needs one fact of each of the first two contexts which say something about the themes.

    The two facts have something in common: a name or a noun that both sentences use. The reference is the two sentences, joined
    by a space. Raises `UnanswerableError` when fewer than two contexts fit.
    """
    chosen: list[Fact] = []
    for context in contexts:
        for fact in _about(themes, facts_of(_HOP.sub("", context))):
            if _goes_with(fact, chosen):
                chosen.append(fact)
                break
    if len(chosen) < 2:
        raise UnanswerableError(f"fewer than two contexts say something askable about {', '.join(themes)}", _REMEDY)
    first, second = chosen[:2]
    opening = second.question[0].lower() + second.question[1:]
    return Fact(", ".join(themes), f"{first.question.rstrip('?')}, and {opening}", f"{first.reference} {second.reference}")


def _goes_with(fact: Fact, chosen: list[Fact]) -> bool:
    """Whether a fact adds something to those chosen, speaks of something they speak of, and keeps the question short enough."""
    words = sum(len(other.question.split()) for other in [*chosen, fact])
    new = all(fact.question != other.question and fact.reference != other.reference for other in chosen)
    return new and words <= MAX_JOINED_WORDS and all(_topics(fact) & _topics(other) for other in chosen)


def _topics(fact: Fact) -> set[str]:
    """What a fact speaks of: names, code and nouns that are not too general, in the singular."""
    tokens = content_words(tokenize(f"{fact.question} {fact.reference}"))
    words = {token.low.strip("`?.") for token in tokens if token.kind != "number"}
    topics = {lex.noun_lemma(word) or word for word in words if len(word) > 2 and (lex.noun_lemma(word) or not lex.word_classes(word))}
    return topics - HOLLOW - _GENERAL


def _about(themes: Sequence[str], facts: Sequence[Fact]) -> list[Fact]:
    """The facts that touch a theme, closest first: equal term, then shared words in the term, then in the question."""
    scored = [(max(_closeness(theme, fact) for theme in themes), fact) for fact in facts if themes]
    return [fact for score, fact in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def _closeness(theme: str, fact: Fact) -> float:
    """From 0 (nothing shared) to 3 (the same term): shared words of content count twice in the term."""
    if theme.casefold() == fact.term.casefold():
        return 3.0
    wanted = _words(theme)
    shared_in_term, shared = wanted & _words(fact.term), wanted & _words(fact.question)
    return (2 * len(shared_in_term) + len(shared)) / (3 * len(wanted)) if wanted else 0.0


def _words(text: str) -> set[str]:
    """The words of content, in lower case and without backticks."""
    return {token.low.strip("`?") for token in content_words(tokenize(text))}
