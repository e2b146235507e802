"""Questions for the circumstances of what a clause says: why, when, how long, how often, how many, where, how.

Each rule takes a parsed clause and returns a question without its mark, or None.
"""

from dataclasses import replace
from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.adverbials import condition, manner, reason
from golden_assets.adapters.extractive.grammar.clauses import Clause, inverted
from golden_assets.adapters.extractive.grammar.extents import core, is_number, opens_infinitive, skip_degree
from golden_assets.adapters.extractive.grammar.phrases import head_of, lacks_complement, noun_group
from golden_assets.adapters.extractive.grammar.sentences import render
from golden_assets.adapters.extractive.grammar.times import Span, fixed, names_time

_LASTING: Final = lex.words("lasting")
_TELLING: Final = lex.words("telling")
_VAGUE_ANSWER: Final = lex.words("vague_answer")
_TAKING_INFINITIVE: Final = lex.words("taking_infinitive")
_LOOSE: Final = lex.words("loose")
_LOCATIVE: Final = lex.words("locative")
_PLACES: Final = lex.words("places")
_MEASURES: Final = lex.words("measures")


def why(clause: Clause) -> str | None:
    """A reason clause, or the purpose of a passive: ``Why is HTTP/2 support not enabled by default``."""
    span = reason(clause.rest)
    if (
        span is None
        and clause.is_passive
        and clause.lemma not in _TAKING_INFINITIVE
        and opens_infinitive(clause.rest, 0)
        and clause.rest[1].low != "be"
    ):
        span = Span("Why", 0, len(clause.rest))
    if span is None or (clause.is_copula and lacks_complement(clause.rest[: span.start])):
        return None
    return _ask(clause, span) if span.start or clause.is_passive else None


def by_time(clause: Clause) -> str | None:
    """A definite time, duration or frequency: ``How long does the Hub lock an account after six failed logins``."""
    span = fixed(core(clause.rest))
    if clause.is_copula and clause.rest[0].low == "to":
        return None
    if span is None or (span.start == 0 and clause.is_copula and span.wh != "When") or (span.wh == "How often" and clause.tag == "VBD"):
        return None
    return _ask(clause, span)


def when(clause: Clause) -> str | None:
    """A temporal or conditional clause at the end: ``When does the agent retry a request``."""
    rest = core(clause.rest)
    span = condition(rest)
    if span is None or clause.lemma in _TELLING or (clause.is_copula and rest[0].low == "to"):
        return None
    if span.wh == "Until when" and clause.lemma in _LASTING:
        span = Span("How long", span.start, span.end)
    return _ask(clause, span)


def _ask(clause: Clause, span: Span) -> str | None:
    """The question whose answer is this span; what stands before it is kept, what comes behind it as well when it is a phrase."""
    rest = core(clause.rest) if span.wh != "Why" else clause.rest
    if span.wh == "How" and any(token.low in _VAGUE_ANSWER for token in rest[span.start : span.start + 3]):
        return None
    before, after = rest[: span.start], rest[span.end :]
    while before and before[-1].low in {"about", "around", "approximately", "roughly", "exactly", "almost"}:
        before = before[:-1]
    while before and (before[-1].text == "," or before[-1].low in _LOOSE) and [token.low for token in before[-2:]] != ["at", "once"]:
        before = before[:-1]
    if after and after[0].low in {",", "and", "or", "but"}:
        after = []
    if after and after[0].low not in lex.PREPOSITIONS | {"when", "if", "unless", "once"}:
        return None
    if len(core(before)) < len(before):
        return None
    if span.wh == "When":
        clause = replace(clause, adverbs=[token for token in clause.adverbs if token.low != "only"])
    return f"{span.wh} {inverted(clause, [*before, *after])}"


def how_many(clause: Clause) -> str | None:
    """A count as object: ``How many seats does each plan include``."""
    rest = core(clause.rest)
    degree, at = skip_degree(rest, 0)
    if at >= len(rest) or not is_number(rest[at]) or rest[at].low == "one" or clause.is_copula or clause.is_passive:
        return None
    counted = noun_group(rest, at + 1)
    head = head_of(counted) if counted else None
    if head is None or head.kind != "word" or not lex.is_plural_noun(head.text) or (lex.noun_lemma(head.text) or "") in _MEASURES:
        return None
    if rest[at + 1 + len(counted) : at + 2 + len(counted)] and rest[at + 1 + len(counted)].low == "of":
        counted = [*counted, rest[at + 1 + len(counted)], *noun_group(rest, at + 2 + len(counted))]
    tail = rest[at + 1 + len(counted) :]
    tail = [] if tail and tail[0].low in {",", "and", "or", "but", "that", "which"} else tail
    if lex.is_time_unit(head.text):
        lasting = clause.lemma in _LASTING | {"take", "run", "require", "need"} and len(counted) == 1
        if lasting or len(counted) == 1:
            return f"How long {inverted(clause, tail)}" if lasting else None
    asked = {"at least": "At least how many", "at most": "At most how many", "up to": "Up to how many"}.get(degree, "How many")
    return f"{asked} {render(counted)} {inverted(clause, tail)}"


def cost(clause: Clause) -> str | None:
    """A price: ``How much does the plan cost``."""
    rest = core(clause.rest)
    _, at = skip_degree(rest, 0)
    return f"How much {inverted(clause, [])}" if clause.lemma == "cost" and at < len(rest) and is_number(rest[at]) else None


def where(clause: Clause) -> str | None:
    """A place: ``Where are backups stored``."""
    rest = core(clause.rest)
    if clause.is_copula and rest and rest[0].low in {"available", "located"} and len(rest) > 2 and rest[1].low in _PLACES:
        return f"{'When' if any(names_time(token) for token in rest[1:4]) else 'Where'} {inverted(clause, rest[:1])}"
    if not clause.is_passive or clause.lemma not in _LOCATIVE or len(rest) < 2 or rest[0].low not in _PLACES:
        return None
    if rest[1].low in _VAGUE_ANSWER or (clause.lemma == "base" and rest[0].low == "on") or opens_infinitive(rest, 0):
        return None
    return f"Where {inverted(clause, [])}"


def how(clause: Clause) -> str | None:
    """A means: ``How can the connection be closed``."""
    rest = core(clause.rest)
    span = manner(rest)
    return _ask(clause, span) if span and not clause.negated and (span.start or clause.is_passive) else None


def in_what_way(clause: Clause) -> str | None:
    """A single adverb behind a passive: ``How will reports be treated``."""
    rest = core(clause.rest)
    manner = len(rest) == 1 and rest[0].low.endswith("ly") and lex.is_adverb(rest[0].text)
    return f"How {inverted(clause, [])}" if clause.is_passive and manner else None
