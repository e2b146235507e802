"""Whether a sentence may be misread by these rules, or its subject means nothing outside its document: doubts from its grammar."""

from itertools import pairwise
from typing import Final

from golden_assets.adapters.extractive.definites import is_defined_term
from golden_assets.adapters.extractive.filters import content_words, is_weak
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.adverbials import condition
from golden_assets.adapters.extractive.grammar.clauses import Clause, parse
from golden_assets.adapters.extractive.grammar.extents import core, is_number, opens_infinitive
from golden_assets.adapters.extractive.grammar.openings import Opening, is_imperative
from golden_assets.adapters.extractive.grammar.phrases import head_of
from golden_assets.adapters.extractive.grammar.sentences import Token

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
_ANY_ONE: Final = frozenset({"a", "an", "any", "each", "every", "some"})
_PICTURES: Final = lex.words("pictures")
_VAGUE_PLACES: Final = lex.words("vague_places")
_VAGUE_VERBS: Final = lex.words("vague_verbs")
_STATIVE: Final = lex.words("stative")
_LOOSE_PARTICIPLES: Final = lex.words("loose_participles") | {"done"}
_WHETHER_VERBS: Final = lex.words("whether_verbs")
_RESULT_VERBS: Final = lex.words("result_verbs")
_PLAIN_VERBS: Final = lex.words("plain_verbs")
MIN_MEANS: Final = 2
"""Words that say how something is done: a single adverb says little."""
MIN_DEFINING: Final = 3
"""Words of content that a definition has at least."""


def may_be_misread(asked: list[Token], opening: Opening) -> bool:
    """Whether a question made of a sentence with this opening is in doubt for the grammar of the sentence."""
    if opening.kind == "unusable" or not opening.main or _hides_order(opening.main):
        return True
    if opening.kind in {"purpose", "condition"}:
        return _is_doubtful_opening(opening)
    if is_imperative(opening.main):
        lacks_object = opening.main[1].low in lex.PREPOSITIONS | {"to"}
        return lacks_object or any(token.low in {"it", "them"} for token in opening.main[:4]) or opening.main[0].low == "add"
    if opening.kind == "adverbial" and len(opening.words) > MAX_MOVED_TOKENS:
        return True
    clause = parse(opening.main)
    if clause is None:
        return False
    if clause.subject[0].low == "you":
        return asked[0].low == "when" and _may_belong_to_another(clause)
    return _is_doubtful_subject(clause, is_defined=is_definition(asked)) or _is_doubtful_predicate(clause, asked)


def _is_doubtful_opening(opening: Opening) -> bool:
    """Whether a purpose is not what the main clause serves, or a condition is long, cut off, or says too little by itself."""
    loose = opening.words[-1].low in _LOOSE_PARTICIPLES and not any(token.kind == "code" for token in opening.words)
    if loose or (opening.kind == "purpose" and _is_no_means(opening.main)):
        return True
    cut = len(core(opening.words)) < len(opening.words)
    return cut or len(opening.words) > MAX_CONDITION_TOKENS or _is_about_nothing(opening)


def is_definition(asked: list[Token]) -> bool:
    """Whether a question asks what something is."""
    return len(asked) > 2 and asked[0].low in {"what", "who"} and asked[1].low in lex.BE


def _hides_order(main: list[Token]) -> bool:
    """Whether a clause that was not taken for an order opens with a word that may be a verb, and is not a name."""
    first = main[0]
    clause = parse(main)
    if clause is not None and clause.auxiliary is not None and not any(token.low in lex.RELATIVES for token in clause.subject):
        return False
    verbal = first.kind == "word" and bool(lex.verb_readings(first.text).keys() & {"VB", "VBZ", "VBD", "VBG"})
    return verbal and not is_imperative(main) and not any(char.isupper() or char.isdigit() for char in first.text[1:])


def _is_no_means(main: list[Token]) -> bool:
    """Whether what follows a purpose is neither an order nor what can or must be done: it may be what others do."""
    clause = None if is_imperative(main) else parse(main)
    if clause is None:
        return not is_imperative(main)
    return clause.negated or (clause.subject[0].low != "you" and clause.auxiliary not in lex.MODALS)


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
        or subject[0].low in lex.NUMBER_WORDS
        or len(subject) > MAX_SUBJECT_TOKENS
        or any(_is_nesting(token) for token in subject)
        or _is_bare(subject)
    ):
        return True
    if (lex.noun_lemma(head.text) or head.low) in _PICTURES or (is_weak(subject) and not is_defined):
        return True
    any_one = subject[0].low in _ANY_ONE and not is_defined and not clause.is_passive
    unlike = clause.tag == "VBZ" and subject[0].low in {"all", "both"}
    if is_defined_term(subject) or (subject[0].kind == "code" and len(subject) > 1 and "VBN" in lex.verb_readings(subject[1].text)):
        return True
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
    if word == "what" and rest and (is_number(rest[0]) or _is_fixed_phrase(rest)):
        return True
    if clause.is_copula:
        return not is_definition(asked) or _defines_little(clause.subject, rest)
    if (word == "why" and _gives_a_result(clause)) or (word == "when" and _may_belong_to_another(clause)):
        return True
    if word == "how" and (len(rest) < MIN_MEANS or _has_gerund_behind_preposition(asked)):
        return True
    return clause.auxiliary is None and clause.verb is not None and _may_be_noun(clause, rest)


def _is_fixed_phrase(rest: list[Token]) -> bool:
    """Whether a preposition that a question would end in belongs to more (``in conjunction with``, ``referred to as``, ``set to use``)."""
    after = rest[1] if len(rest) > 1 else rest[0]
    infinitive = rest[0].low == "to" and lex.word_classes(after.text) == {"VERB"}
    return after.low in {"conjunction", "combination", "order", "as"} or (infinitive and rest[0].low != after.low)


def _defines_little(subject: list[Token], rest: list[Token]) -> bool:
    """Whether what is said to be something is not a named thing, or what it is said to be is an opinion or very short."""
    named = (
        any(lex.is_name(token.text) for token in subject)
        or subject[0].low in {"a", "an"}
        or (subject[-1].kind == "code" and len(subject) > 1)
    )
    nested = any(token.low in lex.PREPOSITIONS for token in subject) or subject[-1].low.endswith(("'s", "s'"))
    head, last = head_of(rest), subject[-1]
    first_name = len(subject) == 1 and head is not None and lex.is_human(head.text)
    acronym = len(subject) == 2 and subject[0].low == "the" and last.text.isupper()
    if first_name or acronym:
        return True
    opinion = {token.low for token in rest[:6]} & (_EVALUATIVE | {"norm", "one", "way", "rest"})
    unnamed_code = len(subject) == 1 and subject[0].kind == "code"
    return (
        not named
        or unnamed_code
        or nested
        or bool(opinion)
        or rest[0].low not in {"a", "an", "the"}
        or len(content_words(rest)) < MIN_DEFINING
    )


def _has_gerund_behind_preposition(tokens: list[Token]) -> bool:
    """Whether the means may belong to an action that the question names (``in providing definitions``)."""
    return any(before.low in lex.PREPOSITIONS and "VBG" in lex.verb_readings(after.text) for before, after in pairwise(tokens))


def _gives_a_result(clause: Clause) -> bool:
    """Whether a reason may be a mere result: what something can do or causes, or ``so that`` without an intention."""
    lows = [token.low for token in clause.rest]
    so_that = next((at for at in range(len(lows) - 1) if lows[at : at + 2] == ["so", "that"]), None)
    aimless = so_that is not None and not lex.MODALS & set(lows[so_that : so_that + 8])
    return clause.auxiliary in {"can", "could", "may"} or clause.lemma in _RESULT_VERBS or aimless


def _may_belong_to_another(clause: Clause) -> bool:
    """Whether a time or condition may belong to another verb, or is a mere place in an order (``after the button``)."""
    rest = core(clause.rest)
    span = condition(rest)
    if span is None:
        return False
    if span.start == 0 and rest[0].low == "if" and clause.lemma in _WHETHER_VERBS:
        return True
    asked = rest[span.start + 1 :]
    orders = rest[span.start].low in {"after", "before"} and parse(asked) is None and "VBG" not in lex.verb_readings(asked[0].text)
    return orders or any(opens_infinitive(rest, at) for at in range(span.start)) or rest[span.start - 1].low in {"immediately", "check"}


def _may_be_noun(clause: Clause, rest: list[Token]) -> bool:
    """Whether a verb could as well be a noun or an adjective, and nothing beside it shows that it is none."""
    verb = clause.verb or clause.subject[-1]
    if clause.tag == "VBZ" and clause.lemma in _PLAIN_VERBS and any(_is_named(token) for token in clause.subject):
        return False
    governs = bool(rest) and (rest[0].low in lex.DETERMINERS | {"its", "their", "your"} or is_number(rest[0]) or rest[0].kind == "code")
    return bool(lex.word_classes(verb.text) & {"NOUN", "ADJ"}) and not governs
