"""Terms: what a fact is asked for again by, always words that the text spells out."""

from collections.abc import Iterator, Set

from golden_assets.adapters.extractive.filters import content_words
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.sentences import Token, render, tokenize

MIN_LETTERS = 3


def terms_for(subject: str, question: str, reference: str, folded: str) -> Iterator[str]:
    """Candidates for the term of a fact, best first; only what stands letter for letter in the case-folded text is given.

    The subject comes first, whole or cut to a noun phrase; then what else the question and the answer speak of.
    """
    own = {token.low for token in tokenize(subject)}
    whole = _bare(subject)
    cut = () if whole.casefold() in folded else _phrases(tokenize(subject))
    others = (phrase for text in (question, reference) for phrase in _phrases(tokenize(text), without=own))
    for candidate in (whole, *cut, *others, *_phrases(tokenize(subject)), *_phrases(tokenize(reference))):
        term = _bare(candidate)
        if len(term) >= MIN_LETTERS and term.casefold() in folded:
            yield term


def _bare(term: str) -> str:
    """A single code span without its backticks."""
    return term[1:-1] if term.count("`") == 2 and term[0] == term[-1] == "`" else term


def _phrases(tokens: list[Token], without: Set[str] = frozenset()) -> Iterator[str]:
    """Every run of words of content that ends in a noun, a name or code: the longest first, later ones before earlier ones."""
    runs = _runs(tokens, without)
    for length in range(max(map(len, runs), default=0), 0, -1):
        for run in reversed(runs):
            for start in range(len(run) - length, -1, -1):
                part = run[start : start + length]
                if _is_nominal(part[-1]):
                    yield render(part)


def _runs(tokens: list[Token], without: Set[str]) -> list[list[Token]]:
    """The tokens in unbroken runs of words of content, a verb and a word to do without breaking them."""
    kept = {token.start for token in content_words(tokens) if token.low not in without and lex.word_classes(token.text) != {"VERB"}}
    runs: list[list[Token]] = [[]]
    for token in tokens:
        if token.start in kept:
            runs[-1].append(token)
        elif runs[-1]:
            runs.append([])
    return [run for run in runs if run]


def _is_nominal(token: Token) -> bool:
    """Whether a word can stand for a thing: code, a name, a noun, or a word that no dictionary has."""
    if token.kind in {"code", "quote"}:
        return True
    return token.kind == "word" and (lex.noun_lemma(token.text) is not None or not lex.word_classes(token.text) or lex.is_name(token.text))
