"""Whether a sentence may be misread by these rules, or its subject means nothing outside its document: doubts from its grammar."""

from typing import Final

from golden_assets.adapters.models.extractive import lexicon as lex
from golden_assets.adapters.models.extractive.clauses import Clause, parse
from golden_assets.adapters.models.extractive.extents import core, is_number
from golden_assets.adapters.models.extractive.filters import content_words, is_weak
from golden_assets.adapters.models.extractive.openings import Opening, is_imperative
from golden_assets.adapters.models.extractive.phrases import head_of
from golden_assets.adapters.models.extractive.sentences import Token

MAX_SUBJECT_TOKENS: Final = 6
MAX_MOVED_TOKENS: Final = 6
MAX_CONDITION_TOKENS: Final = 16
MIN_CONDITION_CONTENT: Final = 4
_VAGUE_ANSWER: Final = (
    lex.words("vague_answer")
    | lex.words("vague_determiners")
    | {"whatever", "something", "anything", "its", "their", "corresponding", "appropriate"}
)
_EVALUATIVE: Final = lex.words("evaluative")
_PICTURES: Final = lex.words("pictures")
_VAGUE_PLACES: Final = lex.words("vague_places")
_VAGUE_VERBS: Final = lex.words("vague_verbs")
_STATIVE: Final = lex.words("stative")


def may_be_misread(asked: list[Token], opening: Opening) -> bool:
    """Whether a question made of a sentence with this opening is in doubt for the grammar of the sentence."""
    if opening.kind == "unusable" or not opening.main or _hides_order(opening.main):
        return True
    if opening.kind in {"purpose", "condition"}:
        cut = len(core(opening.words)) < len(opening.words)
        return cut or len(opening.words) > MAX_CONDITION_TOKENS or _is_about_nothing(opening)
    if is_imperative(opening.main):
        return any(token.low in {"it", "them"} for token in opening.main[:4]) or opening.main[0].low == "add"
    if opening.kind == "adverbial" and len(opening.words) > MAX_MOVED_TOKENS:
        return True
    clause = parse(opening.main)
    if clause is None or clause.subject[0].low == "you":
        return False
    return _is_doubtful_subject(clause, is_defined=is_definition(asked)) or _is_doubtful_predicate(clause, asked)


def is_definition(asked: list[Token]) -> bool:
    """Whether a question asks what something is."""
    return len(asked) > 2 and asked[0].low in {"what", "who"} and asked[1].low in lex.BE


def _hides_order(main: list[Token]) -> bool:
    """Whether a clause that was not taken for an order opens with a word that may be a verb, and is no name."""
    first = main[0]
    verbal = first.kind == "word" and bool(lex.verb_readings(first.text).keys() & {"VB", "VBZ", "VBD", "VBG"})
    return verbal and not is_imperative(main) and not any(char.isupper() or char.isdigit() for char in first.text[1:])


def _is_about_nothing(opening: Opening) -> bool:
    """Whether a condition or purpose, or the main clause behind it, speaks of a thing that only its document makes definite."""
    inner, main = (None if is_imperative(part) else parse(part) for part in (opening.words[1:], opening.main))
    if main is not None and (main.lemma in _STATIVE or _is_bare(main.subject)):
        return True
    named = any(_is_named(token) for token in opening.words)
    subjects = [clause.subject for clause in (inner, main) if clause is not None]
    return not named and (len(content_words(opening.words)) < MIN_CONDITION_CONTENT or any(_is_weak(subject) for subject in subjects))


def _is_named(token: Token) -> bool:
    """Whether a word says which one is meant: a name or code."""
    return token.kind == "code" or lex.is_name(token.text)


def _is_bare(subject: list[Token]) -> bool:
    """Whether a subject opens with its head, a known noun in the singular: often it is a name."""
    first, head = subject[0], head_of(subject)
    if head is not first or first.kind != "word" or first.low == "you":
        return False
    return bool(lex.word_classes(first.text)) and not lex.is_name(first.text) and not lex.is_plural_noun(first.text)


def _is_weak(subject: list[Token]) -> bool:
    """Whether a subject is a definite noun and no more, and no person (``the plugin``)."""
    head = head_of(subject)
    return head is None or (subject[0].low == "the" and is_weak(subject) and not lex.is_human(head.text))


def _is_doubtful_subject(clause: Clause, *, is_defined: bool) -> bool:
    """Whether a subject is long, nested, any one of its kind, known from elsewhere, a picture, or may hold the verb."""
    subject, head = clause.subject, head_of(clause.subject)
    if (
        head is None
        or subject[0].kind == "number"
        or len(subject) > MAX_SUBJECT_TOKENS
        or any(_is_nesting(token) for token in subject)
        or _is_bare(subject)
    ):
        return True
    if (lex.noun_lemma(head.text) or head.low) in _PICTURES or (is_weak(subject) and not is_defined):
        return True
    any_one = subject[0].low in {"a", "an", "any", "some"} and not is_defined and not clause.is_passive
    unlike = clause.tag == "VBZ" and subject[0].low in {"all", "both"}
    holds_verb = clause.tag == "VBP" and len(subject) > 1 and "VBZ" in lex.verb_readings(subject[-1].text)
    return holds_verb or unlike or (any_one and not any(_is_named(token) for token in subject))


def _is_nesting(token: Token) -> bool:
    """Whether a word or mark in a subject makes it a nested one."""
    return token.kind in {"punct", "paren", "quote"} or token.low in lex.RELATIVES | lex.SUBORDINATORS


def _is_doubtful_predicate(clause: Clause, asked: list[Token]) -> bool:
    """Whether the predicate says little, or is asked about in a way that rarely reads well, or its verb may be no verb."""
    rest, word = core(clause.rest), asked[0].low
    if clause.lemma in _VAGUE_VERBS or {token.low for token in rest[:3]} & _VAGUE_ANSWER:
        return True
    if (word == "where" and clause.lemma in _VAGUE_PLACES) or (word == "when" and clause.lemma in _STATIVE):
        return True
    if clause.is_passive and rest and lex.word_classes(rest[0].text) == {"NOUN"}:
        return True
    if is_definition(asked) and clause.is_copula:
        return bool({token.low for token in rest[:6]} & _EVALUATIVE) or len(content_words(rest)) < 2
    return clause.auxiliary is None and clause.verb is not None and _may_be_noun(clause.verb, rest)


def _may_be_noun(verb: Token, rest: list[Token]) -> bool:
    """Whether a verb could as well be a noun or an adjective, and nothing behind it shows that it is none."""
    governs = bool(rest) and (rest[0].low in lex.DETERMINERS | {"its", "their", "your"} or is_number(rest[0]) or rest[0].kind == "code")
    return bool(lex.word_classes(verb.text) & {"NOUN", "ADJ"}) and not governs
