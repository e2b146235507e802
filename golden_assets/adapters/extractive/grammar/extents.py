"""How far the first verb phrase of a sentence reaches, and what counts as a number in it."""

from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.sentences import Token

_CUT_AFTER_COMMA: Final = lex.words("cut_after_comma")
_SECOND_VERBS: Final = lex.words("second_verbs")
_DEGREES = (
    ("up", "to"),
    ("at", "least"),
    ("at", "most"),
    ("no", "more", "than"),
    ("more", "than"),
    ("less", "than"),
    ("fewer", "than"),
    ("a", "maximum", "of"),
    ("a", "minimum", "of"),
    ("about",),
    ("around",),
    ("approximately",),
    ("roughly",),
    ("exactly",),
    ("only",),
    ("another",),
    ("almost",),
    ("the", "first"),
    ("the", "last"),
    ("the", "next"),
)


def core(rest: list[Token]) -> list[Token]:
    """The rest up to where another clause or an aside is hung on with a comma, colon, semicolon or dash."""
    for position, token in enumerate(rest):
        if token.text in {":", ";", "-", "–", "—", "--"}:
            return rest[:position]
        following = rest[position + 1 : position + 2]
        if position and token.low in lex.CONJUNCTIONS and opens_second_verb(rest, position + 1):
            return rest[:position]
        if token.text == "," and (not following or following[0].low.rstrip(".") in _CUT_AFTER_COMMA):
            if following and following[0].low in {"and", "or"} and _is_list(rest, position):
                continue
            return rest[:position]
    return rest


def _is_list(rest: list[Token], position: int) -> bool:
    """Whether ``, and`` at this place closes a list of nouns: there was a comma before it and no finite verb comes after it."""
    listed = any(token.text == "," for token in rest[:position])
    after = rest[position + 2 : position + 5]
    return listed and not any(token.low in lex.AUXILIARIES or is_only_verb(token) for token in after)


def opens_second_verb(rest: list[Token], position: int) -> bool:
    """Whether a further finite verb of the same subject begins here (``and waits for ...``)."""
    while position < len(rest) and lex.is_adverb(rest[position].text):
        position += 1
    if position >= len(rest) or rest[position].kind != "word":
        return False
    token, after = rest[position], rest[position + 1 : position + 2]
    lemma = lex.verb_readings(token.text).get("VBZ")
    if token.low in lex.AUXILIARIES or (lemma and not lex.noun_lemma(token.text)):
        return True
    if lemma in _SECOND_VERBS and after:
        return True
    governs = bool(after) and (after[0].low in lex.DETERMINERS | lex.NUMBER_WORDS | {"for", "at", "that"} or after[0].kind == "number")
    return lemma is not None and governs


def is_only_verb(token: Token) -> bool:
    """Whether a word can be nothing but a finite verb in the third person or the past."""
    return token.kind == "word" and bool(lex.verb_readings(token.text).keys() & {"VBZ"}) and not lex.noun_lemma(token.text)


def is_number(token: Token) -> bool:
    """Whether a token is a count, in figures or words."""
    return token.kind == "number" or all(part in lex.NUMBER_WORDS for part in token.low.split("-"))


def skip_degree(tokens: list[Token], position: int) -> tuple[str, int]:
    """The degree words at this place (``up to``, ``at least``) and the position behind them."""
    for words in _DEGREES:
        if tuple(token.low for token in tokens[position : position + len(words)]) == words:
            return " ".join(words), position + len(words)
    return "", position


def degree_start(rest: list[Token], at: int) -> int:
    """Where the degree words before a number begin."""
    for words in _DEGREES:
        if tuple(token.low for token in rest[max(0, at - len(words)) : at]) == words:
            return at - len(words)
    return at


def opens_infinitive(tokens: list[Token], position: int) -> bool:
    """Whether *to* and a verb stand here, not *to* and a noun."""
    if position + 1 >= len(tokens) or tokens[position].low != "to" or tokens[position + 1].kind != "word":
        return False
    verb = tokens[position + 1]
    return "VB" in lex.verb_readings(verb.text) and (verb.low == "use" or not lex.noun_lemma(verb.text))
