"""Where the finite verb of a main clause stands.

A verb is believed only when the pieces agree (a singular subject with ``stores``, a plural one with ``store``); anything doubtful
is not a verb, since a sentence that is passed over costs less than a nonsense question.
"""

from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.phrases import head_of, is_gerund, is_plural
from golden_assets.adapters.extractive.grammar.sentences import Token

_NOUN_LIKE_VERBS: Final = lex.words("noun_like_verbs")
_INTRANSITIVE: Final = lex.words("intransitive")


def find_finite_verb(tokens: list[Token]) -> int | None:
    """The position of the main finite verb, past the verbs of relative clauses; None when the words before it are no subject."""
    relatives = 0
    if (
        not tokens
        or tokens[0].low == "having"
        or (tokens[0].low in lex.CONJUNCTIONS | lex.PREPOSITIONS | lex.RELATIVES | {"such", "not", "rather"} and not is_gerund(tokens[0]))
    ):
        return None
    for position, token in enumerate(tokens):
        if token.low in lex.SUBORDINATORS | {";", ":", "-", "–", "—", "--"} or (position and token.low in {"you", "we", "they", "it"}):
            return None
        if position and token.low in lex.RELATIVES:
            relatives += 1
        elif position and _is_finite(tokens, position, bool(relatives)):
            if not relatives:
                return position
            relatives -= 1
    return None


def _is_finite(tokens: list[Token], position: int, in_relative: bool) -> bool:
    """Whether the token is a finite verb in this place."""
    token = tokens[position]
    if token.kind != "word":
        return False
    if is_auxiliary(token):
        return True
    readings = lex.verb_readings(token.text)
    if not readings.keys() & {"VBZ", "VBP", "VBD"} or token.text[0].isupper():
        return False
    return _is_relative_verb(token, readings) if in_relative else agreement(tokens, position, readings) is not None


def is_auxiliary(token: Token) -> bool:
    """Whether a token is an auxiliary, and not the month of May."""
    return token.text != "May" and (token.low in lex.AUXILIARIES or token.low in lex.CONTRACTIONS)


def _is_relative_verb(token: Token, readings: dict[str, str]) -> bool:
    """Whether a word can be the verb of a relative clause: nothing but a verb form."""
    return bool(readings.keys() & {"VBZ", "VBP", "VBD"}) and (not lex.noun_lemma(token.text) or token.low in _NOUN_LIKE_VERBS)


def agreement(tokens: list[Token], position: int, readings: dict[str, str]) -> str | None:
    """The tag under which a lexical verb fits its subject in number, its object, and the lack of a later finite verb; None for none."""
    subject = [token for token in tokens[:position] if not lex.is_adverb(token.text)]
    head = head_of(subject)
    if head is None or not _can_head(head, subject) or _auxiliary_follows(tokens, position):
        return None
    if subject[-1].low in lex.PREPOSITIONS | lex.DETERMINERS | lex.CONJUNCTIONS | lex.AUXILIARIES | {
        "be",
        "been",
        "being",
        "to",
        ",",
    } or subject[-1].low.endswith(("'s", "s'")):
        return None
    token, object_follows = tokens[position], _opens_object(tokens, position + 1)
    plural, verbal = is_plural(subject), not lex.noun_lemma(token.text)
    if not verbal and (_is_verb_alone(tokens, position + 1) or (_may_be_order(subject) and not object_follows)):
        return None
    if not (object_follows and verbal) and "ADJ" in lex.word_classes(token.text) and not _opens_object(tokens, position + 1):
        return None
    if "VBZ" in readings and (not plural or _is_proper_plural(subject, head)):
        return "VBZ" if verbal or object_follows or readings["VBZ"] in _NOUN_LIKE_VERBS else None
    if "VBP" in readings and plural:
        return "VBP" if verbal or object_follows or readings["VBP"] in _NOUN_LIKE_VERBS else None
    if "VBG" in lex.verb_readings(tokens[position - 1].text):
        return None
    past = object_follows or lex.is_adverb(tokens[position - 1].text) or "VBN" not in readings or _past_without_object(tokens, position)
    return "VBD" if "VBD" in readings and past else None


def _is_verb_alone(tokens: list[Token], position: int) -> bool:
    """Whether the word here can be nothing but a verb, so that the word before it is its subject (``release brings``)."""
    return (
        position < len(tokens)
        and tokens[position].kind == "word"
        and (
            lex.word_classes(tokens[position].text) == {"VERB"}
            and bool(lex.verb_readings(tokens[position].text).keys() & {"VBP", "VBZ"})
            and not lex.verb_readings(tokens[position].text).keys() & {"VBN", "VBD", "VBG"}
        )
    )


def _may_be_order(subject: list[Token]) -> bool:
    """Whether the sentence may be an imperative whose verb looks like a bare noun (``Check for existing requests``)."""
    first = subject[0]
    return len(subject) > 1 and first.kind == "word" and "VB" in lex.verb_readings(first.text) and subject[1].low in lex.PREPOSITIONS


def _is_proper_plural(subject: list[Token], head: Token) -> bool:
    """Whether a plural is the name of one thing (``Orrin Systems``): capitalised within the sentence, and nothing is listed."""
    if head is subject[0] and not lex.is_name(head.text):
        return False
    return head.kind == "word" and head.text[0].isupper() and not any(token.low == "and" or token.text == "," for token in subject)


def _can_head(head: Token, subject: list[Token]) -> bool:
    """Whether the word can be the head of a subject."""
    if head.kind in {"code", "quote"} or head.low == "you" or is_gerund(subject[0]):
        return True
    if head.low in lex.CLOSED and head.low not in {"example", "examples", "section", "page", "chapter"}:
        return False
    return head.kind == "word" and ("NOUN" in lex.word_classes(head.text) or lex.is_name(head.text) or not lex.word_classes(head.text))


def _opens_object(tokens: list[Token], position: int) -> bool:
    """Whether a direct object plainly begins here."""
    if position >= len(tokens):
        return False
    token, after = tokens[position], tokens[position + 1 : position + 2]
    if token.low == "that" and lex.noun_lemma(tokens[position - 1].text) and after and _opens_relative(after[0]):
        return False
    classes = lex.word_classes(token.text)
    modifier = classes == {"ADJ"} or (not classes & {"NOUN", "ADV"} and "VBN" in lex.verb_readings(token.text))
    if modifier and after and after[0].kind == "word" and after[0].low not in lex.CLOSED:
        return True
    return (
        token.low in lex.DETERMINERS | lex.NUMBER_WORDS | {"that", "up", "at", "its", "their"}
        or token.kind in {"number", "code"}
        or lex.is_name(token.text)
    )


def _opens_relative(after: Token) -> bool:
    """Whether the word behind *that* is a verb, so that *that* stands for the noun before it (``tables that map``)."""
    return is_auxiliary(after) or bool(lex.verb_readings(after.text).keys() & {"VBZ", "VBP"})


def _past_without_object(tokens: list[Token], position: int) -> bool:
    """Whether a past form that could be a participle is the only verb there is, so that it must be the finite one."""
    after = tokens[position + 1 :]
    intransitive = lex.verb_readings(tokens[position].text).get("VBD") in _INTRANSITIVE
    if not intransitive or (after and after[0].low not in lex.PREPOSITIONS | {"to"}):
        return False
    return not any(_may_be_finite(after, at) for at in range(1, len(after)))


def _may_be_finite(tokens: list[Token], at: int) -> bool:
    """Whether a later word could be the finite verb instead."""
    token, before = tokens[at], tokens[at - 1]
    if token.kind != "word" or before.low in lex.PREPOSITIONS | lex.DETERMINERS | lex.CONJUNCTIONS or before.text == ",":
        return False
    readings = lex.verb_readings(token.text)
    lemma = readings.get("VBZ") or readings.get("VBP")
    return lemma is not None and (lemma in _NOUN_LIKE_VERBS or not lex.noun_lemma(token.text))


def _auxiliary_follows(tokens: list[Token], position: int) -> bool:
    """Whether an auxiliary comes later in the same clause, which makes the word before it a noun or participle."""
    for token in tokens[position + 1 :]:
        if token.text in {",", ";", ":"} or token.low in lex.SUBORDINATORS | lex.RELATIVES | {"and", "or", "but"}:
            return False
        if is_auxiliary(token):
            return True
    return False
