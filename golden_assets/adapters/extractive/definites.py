"""Things that a question calls by *the* although only the document made them known (``the gate``, ``the one-time slowdown``)."""

from typing import Final

from golden_assets.adapters.extractive.filters import HOLLOW
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.sentences import Token

_KNOWN_TO_ALL: Final = lex.words("known_to_all")
_SELECTING: Final = lex.words("known_from_elsewhere")
_UNTELLING: Final = lex.words("untelling")
_UNTELLING_BESIDE_CODE: Final = lex.words("untelling_beside_code")
_DEFINED_TERMS: Final = lex.words("defined_terms")
_IDENTIFYING: Final = frozenset({"of", "that", "which", "who", "whose"})
LAST_OF_SUBJECT_START: Final = 3
"""Where the words behind *the* begin at the latest when they are the subject of a question."""
MIN_NOUNS: Final = 2
"""Nouns in a row that tell a thing apart by themselves (``the search plugin``)."""


def has_unknown_definite(tokens: list[Token]) -> bool:
    """Whether any *the* opens a phrase that does not say which one is meant."""
    return any(token.low == "the" and not _is_identified(tokens, at + 1) for at, token in enumerate(tokens))


def _is_identified(tokens: list[Token], start: int) -> bool:
    """Whether a phrase behind *the* is a name, is told apart by its nouns or by what follows, or is known to everybody."""
    end = start
    while end < len(tokens) and _belongs(tokens[end]):
        end += 1
    end -= _ends_in_verb(tokens, start, end)
    phrase, after = tokens[start:end], tokens[end : end + 1]
    if not phrase or phrase[0].low in _SELECTING or phrase[0].kind == "number":
        return False
    head = lex.noun_lemma(phrase[-1].text) or phrase[-1].low
    if head in _UNTELLING_BESIDE_CODE or is_defined_term(phrase):
        return False
    if any(token.kind != "word" or lex.is_name(token.text) or token.text[0].isupper() for token in phrase):
        return True
    nouns = [token for token in phrase if lex.noun_lemma(token.text) and "ADJ" not in lex.word_classes(token.text)]
    if head in _KNOWN_TO_ALL or (len(nouns) >= MIN_NOUNS and head not in HOLLOW | _UNTELLING):
        return True
    return bool(after) and after[0].low in _IDENTIFYING


def is_defined_term(phrase: list[Token]) -> bool:
    """Whether a phrase is of parties or papers that contracts and reports define (``the Company``, ``Administrative Agent``)."""
    return any(token.text[0].isupper() and _bare_noun(token) in _DEFINED_TERMS for token in phrase)


def _bare_noun(token: Token) -> str:
    """A noun in the singular, in lower case, without a genitive."""
    plain = token.low.removesuffix("'s").removesuffix("'")
    return lex.noun_lemma(plain) or plain


def _ends_in_verb(tokens: list[Token], start: int, end: int) -> bool:
    """Whether the last word of what may be the subject of a question is its verb (``What does the success criterion include``)."""
    is_subject = start <= LAST_OF_SUBJECT_START and end - start > 1 and tokens[end - 1].kind == "word"
    return is_subject and bool(lex.verb_readings(tokens[end - 1].text).keys() & ({"VBN"} if tokens[1].low in lex.BE else {"VB"}))


def _belongs(token: Token) -> bool:
    """Whether a word can stand inside a noun phrase."""
    return token.kind in {"code", "quote", "number"} or (token.kind == "word" and token.low not in lex.CLOSED)
