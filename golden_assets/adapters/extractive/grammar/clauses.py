"""A clause cut into subject, verb and rest, and turned round into a question."""

from dataclasses import dataclass
from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.finite import agreement, find_finite_verb
from golden_assets.adapters.extractive.grammar.phrases import lower_first
from golden_assets.adapters.extractive.grammar.sentences import Token, render

_FURTHER: Final = frozenset({"be", "been", "have"})


@dataclass(frozen=True)
class Clause:
    """A main clause cut into its parts, each a slice of the sentence's tokens.

    ``auxiliary`` is the finite auxiliary or None; ``verb`` the main verb (the finite form itself without an auxiliary; None
    for the bare copula); ``chain`` the further auxiliaries (``be``, ``been``); ``rest`` everything after the verb.
    """

    subject: list[Token]
    auxiliary: str | None
    negated: bool
    adverbs: list[Token]
    chain: list[Token]
    verb: Token | None
    lemma: str
    tag: str
    rest: list[Token]

    @property
    def is_copula(self) -> bool:
        """Whether the finite verb is a form of *be* with no verb behind it."""
        return self.verb is None and self.auxiliary in lex.BE

    @property
    def is_passive(self) -> bool:
        """Whether the verb is a participle behind a form of *be*."""
        be_before = self.auxiliary in lex.BE or any(token.low in {"be", "been"} for token in self.chain)
        return self.verb is not None and self.tag == "VBN" and be_before


def parse(tokens: list[Token]) -> Clause | None:
    """The main clause of these tokens, or None when no finite verb agrees with what stands before it."""
    position = find_finite_verb(tokens)
    if position is None:
        return None
    subject = tokens[:position]
    low = tokens[position].low
    auxiliary = lex.CONTRACTIONS.get(low, low)
    if auxiliary in lex.AUXILIARIES and not (auxiliary in lex.HAVE | lex.DO and not _governs_verb(tokens, position)):
        return _auxiliary_clause(subject, auxiliary, low in lex.CONTRACTIONS, tokens[position + 1 :])
    readings = lex.verb_readings(low)
    tag = agreement(tokens, position, readings) or next((tag for tag in ("VBZ", "VBP", "VBD") if tag in readings), None)
    if tag is None:
        return None
    adverbs: list[Token] = []
    while subject and (lex.is_adverb(subject[-1].text) or subject[-1].low in {"first", "then"}):
        adverbs.insert(0, subject[-1])
        subject = subject[:-1]
    return Clause(subject, None, False, adverbs, [], tokens[position], readings[tag], tag, tokens[position + 1 :]) if subject else None


def _governs_verb(tokens: list[Token], position: int) -> bool:
    """Whether *have* or *do* here is an auxiliary: a participle or infinitive follows, adverbs aside."""
    following = [token for token in tokens[position + 1 : position + 5] if not lex.is_adverb(token.text)]
    wanted = "VBN" if tokens[position].low in lex.HAVE else "VB"
    return bool(following) and following[0].kind == "word" and wanted in lex.verb_readings(following[0].text)


def _auxiliary_clause(subject: list[Token], auxiliary: str, negated: bool, after: list[Token]) -> Clause | None:
    """The clause whose finite verb is an auxiliary; ``after`` is what follows it."""
    group = _verb_group(after)
    rest = after[len(group) :]
    chain = [token for token in group if token.low in _FURTHER]
    adverbs = [token for token in group if token.low not in _FURTHER | {"not"}]
    negated = negated or any(token.low == "not" for token in group)
    wanted = "VBN" if auxiliary in lex.BE | lex.HAVE or chain else "VB"
    readings = lex.verb_readings(rest[0].text) if rest and rest[0].kind == "word" else {}
    if wanted in readings and not (wanted == "VBN" and _is_adjective(rest)):
        return Clause(subject, auxiliary, negated, adverbs, chain, rest[0], readings[wanted], wanted, rest[1:])
    if auxiliary in lex.BE or (chain and chain[-1].low in {"be", "been"}):
        return Clause(subject, auxiliary, negated, adverbs, chain, None, "be", "", rest) if rest else None
    return None


def _verb_group(after: list[Token]) -> list[Token]:
    """The adverbs and further auxiliaries between the finite auxiliary and the main verb; *have* is one before a participle only."""
    end = 0
    while end < len(after) and (lex.is_adverb(after[end].text) or after[end].low in _FURTHER):
        following = after[end + 1] if end + 1 < len(after) else None
        if after[end].low == "have" and (following is None or "VBN" not in lex.verb_readings(following.text)):
            break
        end += 1
    return after[:end]


def _is_adjective(rest: list[Token]) -> bool:
    """Whether a participle after *be* modifies a noun behind it (``is required reading``) instead of making a passive."""
    return (
        len(rest) > 1
        and rest[1].kind == "word"
        and rest[1].low not in lex.PREPOSITIONS
        and bool(lex.word_classes(rest[1].text) == {"NOUN"} and rest[0].low.endswith("ing"))
    )


def inverted(clause: Clause, kept: list[Token], *, drop_adverbs: bool = True) -> str:
    """Auxiliary, subject, verb and what is kept of the rest: the part of a question that follows the question word."""
    verb = [] if clause.verb is None else [clause.verb.text if clause.auxiliary else clause.lemma]
    auxiliary = clause.auxiliary or {"VBZ": "does", "VBP": "do", "VBD": "did"}[clause.tag]
    adverbs = [
        token.text for token in clause.adverbs if not (drop_adverbs and token.low in {"also", "then", "instead", "still", "thus", "now"})
    ]
    pieces = [auxiliary, subject_text(clause), *(["not"] if clause.negated else [])]
    chain = [token.text for token in clause.chain]
    return " ".join([*pieces, *adverbs, *chain, *verb, *([_with_bare_verb(clause, kept)] if kept else [])])


def _with_bare_verb(clause: Clause, kept: list[Token]) -> str:
    """What is kept, with a second verb right behind the first one (``approves or declines``) in the bare form as well."""
    joined = clause.auxiliary is None and len(kept) > 1 and kept[0].low in lex.CONJUNCTIONS
    bare = lex.verb_readings(kept[1].text).get(clause.tag) if joined else None
    return f"{kept[0].text} {bare} {render(kept[2:])}".strip() if bare else render(kept)


def subject_text(clause: Clause) -> str:
    """The subject as it stands inside a question: without its capital, unless it is a name."""
    return lower_first(clause.subject)
