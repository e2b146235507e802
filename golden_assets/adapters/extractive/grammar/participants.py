"""Questions for who or what takes part in what a clause says: subjects, objects, definitions, purposes.

Each rule takes a parsed clause and returns a question without its mark, or None.
"""

from typing import Final

from golden_assets.adapters.extractive.filters import content_words
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.adverbials import condition, reason
from golden_assets.adapters.extractive.grammar.clauses import Clause, inverted, subject_text
from golden_assets.adapters.extractive.grammar.extents import core, is_number
from golden_assets.adapters.extractive.grammar.phrases import (
    head_of,
    is_bare_name,
    is_plural,
    lacks_complement,
    noun_group,
    opens_noun_phrase,
    phrase_behind_object,
)
from golden_assets.adapters.extractive.grammar.sentences import Token, render
from golden_assets.adapters.extractive.grammar.times import fixed

_VAGUE_ANSWER: Final = lex.words("vague_answer")
_GENERAL: Final = lex.words("general")
_EXPECTING: Final = lex.words("expecting")
_DIMENSIONS: Final = lex.words("dimensions")
_TELLING: Final = lex.words("telling")
_LETTING: Final = lex.words("letting")
_WEAK: Final = lex.words("weak")
_MAY_BE_DENIED: Final = lex.words("may_be_denied")
_STRANDED: Final = lex.word_map("stranded")
_PARTICLES: Final = lex.words("particles")
_SETTINGS: Final = lex.words("settings")
_TAILS: Final = lex.word_map("tails")


def used_for(clause: Clause) -> str | None:
    """A purpose: ``What is the `limits` argument used for``."""
    rest = core(clause.rest)
    if clause.lemma != "use" or not clause.is_passive or len(rest) < 2 or rest[0].low not in {"to", "for", "as", "by", "in"}:
        return None
    if rest[0].low == "by":
        return None
    return f"What {inverted(clause, [])} {'for' if rest[0].low == 'to' else rest[0].low}"


def agent(clause: Clause) -> str | None:
    """Who or what does it, of a passive: ``Who grants roles``, ``Who must approve invoices``."""
    rest = core(clause.rest)
    if not clause.is_passive or clause.negated or clause.adverbs or len(rest) < 2 or rest[0].low != "by":
        return None
    by, verb = noun_group(rest, 1), _active(clause)
    head = head_of(by) if by else None
    if head is None or verb is None or "VBG" in lex.verb_readings(by[0].text):
        return None
    asker = "Who" if lex.is_human(head.text) else _group_asker(by, head) or "What"
    return f"{asker} {verb} {subject_text(clause)}" if asker != "What" or head.kind == "code" else None


def _active(clause: Clause) -> str | None:
    """The verb of a passive clause in the active, as it follows *who*; None in a compound tense."""
    if clause.auxiliary in {"is", "are"} and not clause.chain:
        return lex.third_person(clause.lemma)
    if clause.auxiliary in {"was", "were"} and not clause.chain:
        return lex.past(clause.lemma)
    modal = clause.auxiliary in lex.MODALS and [token.low for token in clause.chain] == ["be"]
    return f"{clause.auxiliary} {clause.lemma}" if modal else None


def _group_asker(phrase: list[Token], head: Token) -> str | None:
    """``Which team`` for a phrase that names one of several groups, ``Who`` for another group."""
    noun = lex.noun_lemma(head.text) or head.low
    if noun not in lex.GROUP_NOUNS:
        return None
    return f"Which {noun}" if noun in {"team", "committee", "department"} and len(content_words(phrase)) > 1 else "Who"


def who(clause: Clause) -> str | None:
    """A person or group as subject: ``Who signs recipes``."""
    subject = [token for token in clause.subject if token.low != "only"]
    head = head_of(subject) if subject else None
    rest = core(clause.rest)
    if head is None or head.kind != "word" or clause.negated or not rest or any(token.low in lex.RELATIVES for token in subject):
        return None
    exclusive = clause.subject[0].low == "only"
    asker = "Who" if lex.is_human(head.text) else _group_asker(subject, head)
    if asker is None or clause.verb is None or (is_plural(subject) and not (exclusive or lex.is_human(head.text))) or len(rest) > 14:
        return None
    finite = lex.third_person(clause.lemma) if clause.tag in {"VBP", "VBZ"} else clause.verb.text
    if finite is None:
        return None
    between = [*clause.adverbs, *clause.chain]
    words = [asker, *([clause.auxiliary] if clause.auxiliary else []), *(token.text for token in between), finite, render(rest)]
    return " ".join(words)


def what_allowed(clause: Clause) -> str | None:
    """What something lets others do: ``What does X allow you to do``."""
    rest = clause.rest
    ends = [at for at, token in enumerate(rest[:7]) if token.low == "to" and at]
    if clause.lemma not in _LETTING or clause.is_passive or not ends or clause.negated or ends[0] + 1 >= len(rest):
        return None
    receiver, verb = rest[: ends[0]], rest[ends[0] + 1]
    if (
        ("VB" not in lex.verb_readings(verb.text) and lex.word_classes(verb.text))
        or verb.low == "be"
        or any(token.kind == "punct" for token in receiver)
    ):
        return None
    if not is_bare_name(clause.subject) or clause.subject[0].kind == "code":
        return f"What {inverted(clause, receiver)} to do"
    tail = phrase_behind_object(core(rest[ends[0] + 2 :]))
    return f"What {inverted(clause, [*receiver, *rest[ends[0] : ends[0] + 2], *tail])}" if tail else None


def what_expected(clause: Clause) -> str | None:
    """What people are expected, required or allowed to do: ``What are members expected to do``."""
    rest = core(clause.rest)
    if not clause.is_passive or clause.lemma not in _EXPECTING or len(rest) < 3 or rest[0].low != "to" or clause.negated:
        return None
    return f"What {inverted(clause, [])} to do" if "VB" in lex.verb_readings(rest[1].text) and rest[1].low != "be" else None


def stranded(clause: Clause) -> str | None:
    """An object behind a fixed preposition: ``What does the limit depend on``."""
    rest = core(clause.rest)
    lemma = clause.lemma
    if clause.is_copula and rest:
        lemma, rest = rest[0].low, rest[1:]
        if len(rest) > 1 and rest[0].low in _STRANDED.get(lemma, ()):
            return f"What {inverted(clause, [clause.rest[0], rest[0]])}"
        return None
    if len(rest) < 2 or rest[0].low not in _STRANDED.get(lemma, ()) or is_bare_name(clause.subject) or rest[1].low in _VAGUE_ANSWER:
        return None
    preposition = "for" if rest[0].low == "to" and lemma == "design" else rest[0].low
    return f"What {inverted(clause, [])} {preposition}"


def definition(clause: Clause) -> str | None:
    """What something is: ``What is the Ledger``."""
    rest = core(clause.rest)
    if not clause.is_copula or clause.negated or clause.chain or not rest or clause.adverbs:
        return None
    counted = is_number(rest[0])
    named = (rest[0].low in {"a", "an", "the", "one"} and len(rest) > 1) or counted or rest[0].kind in {"code", "number"}
    group = noun_group(rest, 0)
    if "VBG" in lex.verb_readings(clause.subject[0].text) and not lex.noun_lemma(clause.subject[0].text):
        return None
    dimension = next((token for token in rest[:5] if token.low in _DIMENSIONS), None)
    if counted and dimension:
        return f"How {dimension.low} {inverted(clause, [])}"
    if lacks_complement(rest) or [token.low for token in rest[:2]] in (["a", "bit"], ["a", "little"], ["a", "lot"]):
        return None
    plural = (
        clause.auxiliary == "are" and bool(group) and group[-1].kind == "word" and lex.is_plural_noun(group[-1].text) and len(group) < 5
    )
    if not (named or plural) or clause.auxiliary in lex.MODALS:
        return None
    heads = head_of(clause.subject), head_of(rest) if any(lex.is_name(token.text) for token in clause.subject) else None
    return f"{'Who' if any(head and lex.is_human(head.text) for head in heads) else 'What'} {inverted(clause, [])}"


def what(clause: Clause) -> str | None:
    """The object of a verb: ``What does the trace extension allow``, ``What does the menu set up``."""
    whole = core(clause.rest)
    particle = whole[:1] if whole and whole[0].low in _PARTICLES else []
    rest = whole[len(particle) :]
    if clause.verb is None or clause.is_passive or clause.lemma in _WEAK or not opens_noun_phrase(rest):
        return None
    if reason(clause.rest) or (condition(rest) and clause.lemma not in _TELLING) or fixed(rest):
        return None
    if (clause.negated and clause.lemma not in _MAY_BE_DENIED) or any(token.low in _VAGUE_ANSWER - {"that", "above"} for token in rest[:3]):
        return None
    if clause.lemma in {"provide", "offer"} and [token.low for token in rest[:2]] == ["support", "for"]:
        return f"What {inverted(clause, rest[:2])}"
    tail = _kept_tail(clause, rest)
    vague = is_bare_name(clause.subject) and clause.lemma in _GENERAL and clause.subject[0].kind != "code"
    return f"What {inverted(clause, [*particle, *tail])}" if tail or clause.negated or not vague else None


def _kept_tail(clause: Clause, rest: list[Token]) -> list[Token]:
    """The phrase behind the object that a question about a general verb needs: ``as ...``, ``for ...``, ``to ...`` with *use*."""
    if [token.low for token in rest[-2:]] == ["by", "default"]:
        return rest[-2:]
    if is_bare_name(clause.subject) and clause.subject[-1].kind == "word" and clause.lemma not in _TAILS:
        return _setting(rest)
    for at, token in enumerate(rest):
        if token.kind == "punct" or token.low in lex.RELATIVES or (token.low in lex.CONJUNCTIONS and at > 8):
            return []
        if at and token.low in _TAILS.get(clause.lemma, set()) and 1 < len(rest) - at <= 14:
            stops = {",", "that", "which"} | (set() if token.low == "to" else {"to"})
            end = next((end for end in range(at, len(rest)) if rest[end].low in stops), len(rest))
            return rest[at:end] if rest[at - 1].low not in {"support", "list", "need", "way", "reason"} else []
    return []


def _setting(rest: list[Token]) -> list[Token]:
    """The place or time phrase at the end of an object, which narrows a question about a thing that does many things."""
    for at, token in enumerate(rest):
        tail = rest[at:]
        placed = token.low in {"in", "on"} and len(tail) > 2 and tail[1].low == "the"
        if at and (placed or token.low in _SETTINGS) and 1 < len(tail) <= 8:
            return [] if any(word.kind == "punct" or word.low in lex.RELATIVES for word in tail) else tail
    return []
