"""What stands before the main clause: discourse words to drop, adverbials to move, conditions and purposes to ask about."""

from dataclasses import dataclass
from typing import Final, Literal

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.clauses import parse
from golden_assets.adapters.extractive.grammar.sentences import Token

OpeningKind = Literal["none", "adverbial", "condition", "purpose", "unusable"]

_DISCOURSE: Final = lex.phrases("discourse")
_CONDITIONS: Final = lex.words("conditions")
_UNUSABLE: Final = lex.words("unusable")
_MOVABLE: Final = lex.words("movable")


@dataclass(frozen=True)
class Opening:
    """The opening of a sentence and the tokens of its main clause."""

    kind: OpeningKind
    words: list[Token]
    main: list[Token]


def open_sentence(tokens: list[Token]) -> Opening:
    """Cut the opening off; ``unusable`` when something stands before the main clause that no rule understands."""
    tokens = _without_discourse(tokens)
    if not tokens:
        return Opening("unusable", [], [])
    low = tokens[0].low
    if low == "by" and len(tokens) > 3 and tokens[1].low == "default":
        rest = tokens[3:] if tokens[2].text == "," else tokens[2:]
        return Opening("adverbial", tokens[:2], rest)
    if low == "unlike" or [token.low for token in tokens[:2]] == ["rather", "than"]:
        return _cut(tokens, "none")
    if low == "to" and len(tokens) > 2 and "VB" in lex.verb_readings(tokens[1].text):
        return _cut(tokens, "purpose")
    if low == "in" and [token.low for token in tokens[1:3]] == ["order", "to"]:
        return _cut(tokens[2:], "purpose")
    if low in _CONDITIONS:
        participle = low != "once" and "VBG" in lex.verb_readings(tokens[1].text) if len(tokens) > 1 else False
        return _cut(tokens, "adverbial" if participle else "condition")
    if low in _MOVABLE and [token.low for token in tokens[:3]] != ["in", "addition", "to"]:
        return _cut(tokens, "adverbial")
    return Opening(
        "unusable" if low in lex.PREPOSITIONS | lex.SUBORDINATORS | _UNUSABLE | {"to"} and low != "using" else "none", [], tokens
    )


def _without_discourse(tokens: list[Token]) -> list[Token]:
    """The tokens behind words that only link the sentence to the one before."""
    lows = [token.low for token in tokens]
    for phrase in _DISCOURSE:
        words = phrase.split()
        if lows[: len(words)] == words and len(tokens) > len(words) + 2:
            rest = tokens[len(words) :]
            if rest[0].text == ",":
                return _without_discourse(rest[1:])
            if words[-1] == "that" or phrase in {"additionally", "also", "currently", "right now"}:
                return rest
    return tokens


def _cut(tokens: list[Token], kind: OpeningKind) -> Opening:
    """Cut at the first comma behind which a main clause or an imperative stands."""
    for at, token in enumerate(tokens):
        if token.text in {":", ";"}:
            break
        if token.text != "," and not (token.low == "then" and kind == "condition" and at > 3):
            continue
        main = tokens[at + 1 :]
        if main and main[0].low == "then":
            main = main[1:]
        if main and (is_imperative(main) or parse(main) is not None) and _is_whole(tokens[:at], kind):
            return Opening(kind, [] if kind == "none" else tokens[:at], main)
    return Opening("unusable", [], [])


def _is_whole(words: list[Token], kind: OpeningKind) -> bool:
    """Whether the opening is complete: a condition needs a clause or a participle, other openings must have none."""
    if kind != "condition":
        return True
    inner = words[1:]
    return parse(inner) is not None or (bool(inner) and words[0].low in {"after", "before"})


def is_imperative(tokens: list[Token]) -> bool:
    """Whether a clause opens with an order: a bare verb followed by what it acts on."""
    if (
        len(tokens) < 2
        or tokens[0].kind != "word"
        or tokens[0].low in lex.AUXILIARIES | lex.PREPOSITIONS | {"see", "let", "let's", "please", "note"}
    ):
        return False
    following = tokens[1]
    acts_on = following.kind in {"code", "quote", "number"} or following.low in lex.DETERMINERS | {"it", "them", "your", "to", "in", "up"}
    if tokens[0].low == "consider":
        return True
    noun_follows = following.kind == "word" and bool(lex.noun_lemma(following.text) or lex.is_name(following.text))
    return "VB" in lex.verb_readings(tokens[0].text) and (acts_on or (noun_follows and not lex.noun_lemma(tokens[0].text)))


def may_be_order(tokens: list[Token]) -> bool:
    """Whether a clause that was not taken for an order opens like one: with a word that is a bare verb and nothing else, or with one that
    may be a noun and is followed by what no noun is (``Make sure``, ``Print all``, ``Returns true``).
    """
    first, after = tokens[0], tokens[1:2]
    if first.low in lex.CONTRACTIONS or first.low in {"do", "never", "please"}:
        return True
    readings = lex.verb_readings(first.text).keys() if first.kind == "word" else set()
    if not readings & {"VB", "VBZ"} or not after or first.low in lex.AUXILIARIES | lex.PREPOSITIONS | lex.DETERMINERS:
        return False
    bare = not lex.noun_lemma(first.text) and "ADJ" not in lex.word_classes(first.text)
    governs = after[0].low in lex.DETERMINERS | lex.VAGUE_DETERMINERS | {"your", "only", "sure"} or lex.word_classes(after[0].text) == {
        "ADJ"
    }
    return bare or governs
