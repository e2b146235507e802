"""Choosing facts for a term or for themes, and joining the facts of two passages into one question."""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import combinations, product
from typing import Final

from golden_assets.adapters.extractive.facts import Fact, facts_of
from golden_assets.adapters.extractive.filters import HOLLOW, content_words
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.sentences import tokenize
from golden_assets.domain.core.errors import UnanswerableError

_HOP: Final = re.compile(r"^\s*<\d+-hop>\s*")
_REMEDY: Final = "ask for a term that the same text was found to answer"
_GENERAL: Final = lex.words("general") | lex.words("means") | lex.words("letting") | lex.words("noun_like_verbs")
MAX_JOINED_WORDS: Final = 36
"""Words of two questions from which they are hard to read as one."""
MAX_SHARED: Final = 0.6
"""The share of all their words of content that two halves of a question may have in common."""
Facts = Callable[[str], Sequence[Fact]]


def single_hop(term: str, context: str, facts: Facts = facts_of) -> Fact:
    """The fact of this term. Raises `UnanswerableError` when the context has none."""
    for fact in facts(context):
        if fact.term.casefold() == term.casefold():
            return fact
    raise UnanswerableError(f"the context says nothing askable about {term!r}", _REMEDY)


def multi_hop(themes: Sequence[str], contexts: Sequence[str], facts: Facts = facts_of) -> Fact:
    """A question that needs one fact of each of the first two contexts which say something about the themes.

    The two facts have something in common: a name or a noun that both sentences use. The reference is the two sentences, joined
    by a space. Raises `UnanswerableError` when fewer than two contexts fit.
    """
    found = [_about(themes, facts(_HOP.sub("", context))) for context in contexts]
    for mine, theirs in combinations([known for known in found if known], 2):
        for first, second in product(mine, theirs):
            if _go_together(first, second):
                opening = second.question[0].lower() + second.question[1:]
                question = f"{first.question.rstrip('?')}, and {opening}"
                return Fact(", ".join(themes), question, f"{first.reference} {second.reference}")
    raise UnanswerableError(f"fewer than two contexts say something askable about {', '.join(themes)}", _REMEDY)


def _go_together(first: Fact, second: Fact) -> bool:
    """Whether a second fact adds something to the first, speaks of something that it speaks of, and keeps the question short enough."""
    words = len(first.question.split()) + len(second.question.split())
    new = first.question != second.question and first.reference != second.reference
    return new and words <= MAX_JOINED_WORDS and bool(_topics(first) & _topics(second)) and not _ask_alike(first, second)


def _ask_alike(first: Fact, second: Fact) -> bool:
    """Whether two questions share most of their words of content: they ask one thing twice."""
    mine, theirs = _words(first.question), _words(second.question)
    return len(mine & theirs) > MAX_SHARED * len(mine | theirs)


@lru_cache(maxsize=4096)
def _topics(fact: Fact) -> set[str]:
    """What a fact speaks of: names, code and nouns that are not too general, in the singular."""
    tokens = content_words(tokenize(f"{fact.question} {fact.reference}"))
    words = {token.low.strip("`?.") for token in tokens if token.kind != "number"}
    topics = {lex.noun_lemma(word) or word for word in words if len(word) > 2 and (lex.noun_lemma(word) or not lex.word_classes(word))}
    return topics - HOLLOW - _GENERAL


def _about(themes: Sequence[str], facts: Sequence[Fact]) -> list[Fact]:
    """The facts that touch a theme, closest first: equal term, then shared words in the term, then in the question; then those that
    touch none but are not in doubt.
    """
    scored = [(max(_closeness(theme, fact) for theme in themes), fact) for fact in facts if themes]
    return [fact for score, fact in sorted(scored, key=lambda pair: -pair[0]) if score > 0 or fact.merit > 0]


def _closeness(theme: str, fact: Fact) -> float:
    """From 0 (nothing shared) to 3 (the same term): shared words of content count twice in the term."""
    if theme.casefold() == fact.term.casefold():
        return 3.0
    wanted = _words(theme)
    shared_in_term, shared = wanted & _words(fact.term), wanted & _words(fact.question)
    return (2 * len(shared_in_term) + len(shared)) / (3 * len(wanted)) if wanted else 0.0


@lru_cache(maxsize=4096)
def _words(text: str) -> frozenset[str]:
    """The words of content, in lower case and without backticks."""
    return frozenset(token.low.strip("`?") for token in content_words(tokenize(text)))
