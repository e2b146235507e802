"""How sure it is that a question reads well: a closed list of doubts, so that what raises one is asked only when nothing better is left.

A corpus has thousands of sentences and a testset wants few of them, so a doubt costs nothing. Here are the doubts from the wording.
"""

import re
from collections.abc import Callable
from itertools import pairwise
from typing import Final, NamedTuple

from golden_assets.adapters.extractive.definites import has_unknown_definite
from golden_assets.adapters.extractive.filters import CODE, HOLLOW, content_words
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.openings import open_sentence
from golden_assets.adapters.extractive.grammar.sentences import Token, tokenize
from golden_assets.adapters.extractive.misreadings import is_definition, may_be_misread

QUESTION_WORDS: Final = range(5, 19)
REFERENCE_WORDS: Final = range(6, 36)
UNCLEAR, SURE, BEST = 1, 2, 4
"""Merits, see `merit_of`."""
LONGEST_ACRONYM: Final = 6
LONGEST_UNKNOWN: Final = 18
"""Letters of a word that no dictionary has."""
MIN_TELLING: Final = 3
"""Words of content above which a question is specific."""
_POINTING: Final = lex.words("pointing")
_KNOWN_FROM_ELSEWHERE: Final = lex.words("known_from_elsewhere")
_REFERRING: Final = lex.words("referring")
_LINKING: Final = lex.words("linking")
_ASIDES: Final = lex.phrases("asides")
_VAGUE_VERBS: Final = lex.words("vague_verbs")
_UNFINISHED: Final = lex.words("unfinished")
_UNSURE: Final = frozenset({"may", "might", "could", "would", "has", "have", "had"})
_BEFORE_OF: Final = frozenset({"consist", "composed", "made", "independent"})
_MARKUP: Final = re.compile(r"[\[\]{}<>|=\\*_#~^…§†‡•∗Α-ω∀-⋿⟨⟩\ufffd]|://|\.\.")
_WRITER_OR_ALL: Final = frozenset({"we", "we'll", "we're", "we've", "i", "i'm", "us", "our", "everything", "everyone"})
_GOING_ON: Final = frozenset({"continue", "keep", "start", "begin"})
_CODE_MARKUP: Final = re.compile(r"``|`:\w|`#")
_ABBREVIATED: Final = re.compile(r"\b(?:e\.g|i\.e|vs|cf)\.|(?<=\w)- (?=and\b|or\b)")
_SPLIT_OR_CITED: Final = re.compile(r"\w- \w|\bet al\b|[a-z]\. [a-z]|\betc\. [A-Z]|^(?:And|But|Or)\b| /\w")
_NEW_SENTENCE: Final = re.compile(
    r"(?<![.:!?]) (?:The|This|These|In|We|A|An|It|For|To|When|If|As|By|And|Of|On|With|From|That|Is|Are)\b(?! [A-Z])"
)
_EXAMPLES: Final = ("For instance", "For example", "In other words", "On the other hand")
_LABELS: Final = re.compile(r"\b[A-Z]\w+: [A-Z\w]+ (?:\w+ )?[A-Z]\w+: ")
_CAPITALS: Final = re.compile(r"\b[A-Z]{3,} [A-Z]{2,}\b")
_RUN_TOGETHER: Final = re.compile(r"(?:This|These|The|In|We|It|For|Each|Our)[a-z]{3,}")


class Asked(NamedTuple):
    """A question with its tokens, and the sentence that answers it."""

    question: str
    tokens: list[Token]
    reference: str

    @property
    def lows(self) -> list[str]:
        """The question's tokens in lower case."""
        return [token.low for token in self.tokens]


def merit_of(question: str, reference: str) -> int:
    """0 for a question that may be wrong, 1 for one that may be unclear by itself, else `SURE` or more: what names the thing it is
    about, and says more of it, is worth most.
    """
    asked = Asked(question, tokenize(question.rstrip("?")), reference)
    if (
        not is_whole_sentence(reference)
        or any(doubt(asked) for doubt in _MAY_BE_WRONG)
        or may_be_misread(asked.tokens, open_sentence(tokenize(reference)))
    ):
        return 0
    if any(doubt(asked) for doubt in _MAY_BE_UNCLEAR):
        return UNCLEAR
    named = any(token.kind == "code" or lex.is_name(token.text) for token in asked.tokens)
    return SURE + 2 * named + (len(content_words(asked.tokens)) > MIN_TELLING)


def _is_untidy(asked: Asked) -> bool:
    """Whether markup or formulas are left in the question or the reference, or the question has marks."""
    texts = (CODE.sub("X", text) for text in (asked.question, asked.reference))
    marked = any(token.kind in {"punct", "paren"} for token in asked.tokens)
    marked = marked or any(token.kind == "code" and not re.search(r"\w", token.text) for token in asked.tokens)
    return marked or bool(_CODE_MARKUP.search(asked.reference)) or any(_MARKUP.search(text) for text in texts)


def is_legible(reference: str) -> bool:
    """Whether a reference can be read at all: no word is split or run together with another, and no labels stand in it."""
    plain = CODE.sub("X", reference)
    return not _has_split_word(tokenize(plain)) and not _LABELS.search(plain)


def is_whole_sentence(reference: str) -> bool:
    """Whether a reference is a single whole sentence: with a capital and a full stop, no words run together or split, as PDFs have them."""
    plain = _ABBREVIATED.sub("", CODE.sub("X", reference))
    if not plain.rstrip('"”’)').endswith(".") or not (plain[0].isupper() or plain[0].isdigit()):
        return False
    joined = _RUN_TOGETHER.match(plain)
    if joined is not None and not lex.word_classes(joined.group()) and joined.group().lower() not in lex.CLOSED:
        return False
    words = tokenize(plain)
    if _has_split_word(words) or _has_heading(words):
        return False
    opening = plain.casefold().split()[:5]
    if len({word for word in opening if len(word) > 3}) < sum(len(word) > 3 for word in opening):
        return False
    return not any(pattern.search(plain) for pattern in (_SPLIT_OR_CITED, _NEW_SENTENCE, _CAPITALS, _LABELS))


def _has_split_word(tokens: list[Token]) -> bool:
    """Whether a word is split or several are run together, as PDFs have them."""
    pairs = pairwise(tokens)
    too_long = any(_is_unknown(token) and len(token.text) > LONGEST_UNKNOWN for token in tokens)
    return too_long or _has_glued_start(tokens[0]) or any(_are_parts(one, other) for one, other in pairs)


def _has_heading(words: list[Token]) -> bool:
    """Whether a sentence opens with a word that may be the end of a heading: one that is not a name, before a name (``Overview Amcor``)."""
    first, second = words[0], words[1] if len(words) > 1 else words[0]
    plain = first.kind == "word" and first.low not in lex.CLOSED and not lex.is_name(first.text) and not first.text.endswith(("'s", "’s"))
    return plain and second.kind == "word" and second.text[0].isupper() and not lex.word_classes(second.text) and second.text.isalpha()


def _are_parts(one: Token, other: Token) -> bool:
    """Whether two tokens are halves of a word: no dictionary has either, or it has the one that they make together."""
    if one.end + 1 != other.start or not (_is_unknown(one) or _is_unknown(other)):
        return False
    joined = one.text + other.text
    return (_is_unknown(one) and _is_unknown(other)) or (joined.isalpha() and bool(lex.word_classes(joined.lower())))


def _has_glued_start(first: Token) -> bool:
    """Whether a sentence opens with a number or an article that belongs to no word (``1SZ``, ``Achunk``), or with a heading's word."""
    plain = first.kind == "word" and first.text.isalpha()
    if re.match(r"\d+[A-Z]", first.text) or (
        plain and first.text.isupper() and len(first.text) > LONGEST_ACRONYM and lex.word_classes(first.low)
    ):
        return True
    glued = next((word for word in ("An", "A", "The") if first.text.startswith(word) and len(first.text) > len(word) + 2), None)
    rest = first.text[len(glued or "") :]
    return plain and glued is not None and rest.islower() and not lex.word_classes(first.low) and bool(lex.word_classes(rest))


def _is_unknown(token: Token) -> bool:
    """Whether neither a dictionary nor a list has a word in small letters."""
    low = token.kind == "word" and token.text.isalpha() and token.text.islower()
    return low and token.low not in lex.CLOSED | lex.SUBORDINATORS and not lex.word_classes(token.text)


def _is_out_of_size(asked: Asked) -> bool:
    """Whether question or reference is very short or long."""
    short = len(asked.question.split()) < QUESTION_WORDS.start and is_definition(asked.tokens)
    return (len(asked.question.split()) not in QUESTION_WORDS and not short) or len(asked.reference.split()) not in REFERENCE_WORDS


def _points_elsewhere(asked: Asked) -> bool:
    """Whether the reference speaks of other places, of the authors or of today, or the question of something that was named before."""
    if {token.low for token in tokenize(asked.reference)} & _POINTING or set(asked.lows) & _REFERRING:
        return True
    if has_unknown_definite(asked.tokens) or asked.reference.startswith(_EXAMPLES):
        return True
    return any(one in {"the", "your", "its"} and other in _KNOWN_FROM_ELSEWHERE for one, other in pairwise(asked.lows))


def _says_little(asked: Asked) -> bool:
    """Whether the question has few words of content (three, or two with a name or when it asks what something is), repeats one, has a
    letter for a name, or asks what people are to do and no more.
    """
    content = content_words(asked.tokens)
    telling = [one for one in content if (lex.noun_lemma(one.text) or one.low) not in HOLLOW | _VAGUE_VERBS and not lex.is_adverb(one.text)]
    named = any(token.kind == "code" or lex.is_name(token.text) for token in content)
    says = [lex.verb_readings(one.text).get("VB", one.low.strip("`")) for one in content]
    bare_duty = asked.lows[1] in lex.BE and asked.lows[-1] == "do" and not named
    single = any(len(token.text) == 1 and token.low not in {"a", "i"} for token in asked.tokens)
    bare = asked.lows[0] == "what" and asked.lows[1] not in lex.BE and not any(token.kind == "code" for token in content)
    named = named and not bare
    return len(telling) < 3 - named - is_definition(asked.tokens) or len(set(says)) < len(says) or bare_duty or single


def _is_qualified(asked: Asked) -> bool:
    """Whether the question links to other sentences (``also``), denies what is asked for, or is not sure of it."""
    lows = asked.lows
    clause = next((at for at, low in enumerate(lows) if at and low in {"if", "when"}), len(lows))
    denied = "not" in lows[:clause] and lows[0] != "why"
    reasoned = lows[0] != "why" and "since" in lows[2:] and bool(lex.BE & set(lows[lows.index("since") :]))
    aside = reasoned or any(f" {phrase} " in f" {' '.join(lows)} " for phrase in _ASIDES) or "by default" in " ".join(lows[:-2])
    return bool(_LINKING & set(lows)) or denied or aside or lows[1] in _UNSURE


def _ends_badly(asked: Asked) -> bool:
    """Whether the question ends in a word that something else should follow, or in a noun that could be any."""
    *_, before, last = asked.lows
    if (last == "of" and before not in _BEFORE_OF) or last in _UNFINISHED or (asked.lows[0] != "what" and last in lex.PREPOSITIONS):
        return True
    ends_in_participle = asked.tokens[-1].kind == "word" and "VBN" in lex.verb_readings(last) and not lex.noun_lemma(last)
    loose = ends_in_participle and not set(asked.lows) & (lex.BE | lex.HAVE | {"be", "been"})
    return loose or (before == "the" and (lex.noun_lemma(last) or last) in HOLLOW)


def _asks_for_the_wrong_thing(asked: Asked) -> bool:
    """Whether it asks when although the means are named in it, so that the condition is an aside, or who of what is done to people."""
    lows = asked.lows
    return (lows[0] == "when" and bool({"by", "using", "via"} & set(lows))) or (lows[0] == "who" and lows[1] in lex.BE)


def _has_second_clause(asked: Asked) -> bool:
    """Whether the question has a second finite auxiliary with nothing that opens a clause for it."""
    lows = asked.lows[:-2] if asked.lows[-2:] == ["to", "do"] else asked.lows
    finite = [low for low in lows if low in lex.BE | lex.MODALS | lex.DO]
    opens = set(asked.lows[1:]) & (lex.RELATIVES | lex.SUBORDINATORS | {"after", "before"})
    return (len(finite) > 1 and not opens) or "would" in asked.lows


def _asks_of_us_or_all(asked: Asked) -> bool:
    """Whether it speaks of the writer or of everything, or asks what something continues to do."""
    return bool(_WRITER_OR_ALL & set(asked.lows)) or (asked.lows[0] == "what" and bool(_GOING_ON & set(asked.lows)))


_MAY_BE_WRONG: Final[tuple[Callable[[Asked], bool], ...]] = (
    _is_untidy,
    _ends_badly,
    _asks_for_the_wrong_thing,
    _has_second_clause,
)
_MAY_BE_UNCLEAR: Final[tuple[Callable[[Asked], bool], ...]] = (
    _is_out_of_size,
    _points_elsewhere,
    _says_little,
    _is_qualified,
    _asks_of_us_or_all,
)
