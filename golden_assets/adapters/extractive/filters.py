"""What must be true of a question before it is let out: it is well formed, stands on its own, and says what it is about."""

import re
from itertools import pairwise
from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.extents import is_only_verb
from golden_assets.adapters.extractive.grammar.phrases import head_of
from golden_assets.adapters.extractive.grammar.sentences import Token, tokenize

CODE: Final = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"")
"""Code and quotations: what may hold any mark."""
MIN_WORDS, MAX_WORDS = 4, 30
MAX_SUBJECT_WORDS = 14
MAX_REFERENCE_WORDS = 70
MIN_ENGLISH_SHARE = 0.05  # English prose has 0.2 to 0.35, other languages of Latin script 0 to 0.02
_ENGLISH_ONLY: Final = lex.words("english_only")
HOLLOW: Final = lex.words("hollow")
_ORDINALS: Final = lex.words("ordinals")
_ARTICLES: Final = frozenset({"a", "an", "the", "each", "every", "no", "your"})
_SAID_BEFORE: Final = lex.words("said_before")
_GRAMMATICAL: Final = lex.CLOSED - lex.DANGLING - lex.NUMBER_WORDS | lex.words("light")


def content_words(tokens: list[Token]) -> list[Token]:
    """The tokens that carry meaning: names, nouns, adjectives, full verbs, numbers and code."""
    return [token for token in tokens if token.kind not in {"punct", "paren"} and token.low.rstrip("?") not in _GRAMMATICAL | _ORDINALS]


def dangles(tokens: list[Token]) -> bool:
    """Whether any word points outside the question: *it*, *these*, *above*, *following*; ``its`` and ``their`` may refer back."""
    for position, token in enumerate(tokens):
        refers_back = token.low in {"its", "their"} and position > 2 and bool(content_words(tokens[:position]))
        existence = token.low == "there" and position > 0 and tokens[position - 1].low in lex.BE
        if token.kind == "word" and token.low.rstrip(".?") in lex.DANGLING and not refers_back and not existence:
            return True
    if any(before.low == "the" and after.low in lex.NUMBER_WORDS - {"one"} for before, after in pairwise(tokens)):
        return True
    lows = [token.low for token in tokens]
    if any(before.low == "all" and after.kind == "number" for before, after in pairwise(tokens)):
        return True
    if "then" in lows or ("both" in lows and "and" not in lows[lows.index("both") :]):
        return True
    return any(_is_demonstrative(tokens, position) for position in range(len(tokens)))


def _is_demonstrative(tokens: list[Token], position: int) -> bool:
    """Whether *that* stands for something instead of opening a clause."""
    if tokens[position].low != "that":
        return False
    following = tokens[position + 1 : position + 2]
    return (
        not following
        or following[0].kind == "punct"
        or following[0].low == "too"
        or (position > 0 and tokens[position - 1].low in lex.PREPOSITIONS)
    )


def is_specific(subject: list[Token]) -> bool:
    """Whether a subject means something without the document around it."""
    head = head_of(subject)
    if head is None or len(subject) > MAX_SUBJECT_WORDS or dangles(subject) or _is_misread(subject):
        return False
    lows = [token.low for token in subject]
    if lows[0] in lex.VAGUE_DETERMINERS or set(lows[:2]) & {"other", "another"} or lows[:2] == ["one", "of"]:
        return False
    if (lex.is_adverb(lows[0]) and lows[0] != "only") or (lows[0] == "the" and lows[1:2] and lows[1] in _SAID_BEFORE):
        return False
    content = content_words(subject)
    alone = len(content) == 1 and content[0].kind == "word" and not lex.is_name(content[0].text)
    return bool(content) and not (alone and (lex.noun_lemma(content[0].text) or content[0].low) in HOLLOW)


def _is_misread(subject: list[Token]) -> bool:
    """Whether these words are no noun phrase after all: they hold a verb, an article in the wrong place, a loose mark."""
    readings = lex.verb_readings(subject[0].text) if subject[0].kind == "word" else {}
    following = subject[1] if len(subject) > 1 else None
    if subject[-1].kind == "punct" or any(token.text.endswith(".") for token in subject):
        return True
    if following is not None and "VBN" in readings and following.low in lex.PREPOSITIONS:
        return True
    if "VBG" in readings and any(token.text == "," for token in subject):
        return True
    noun_follows = following is not None and following.kind == "word" and following.text.islower() and bool(lex.noun_lemma(following.text))
    if "VBZ" in readings and noun_follows:
        return True
    return _article_inside(subject) or any(is_only_verb(token) for token in _before_relative(subject))


def _article_inside(subject: list[Token]) -> bool:
    """Whether an article is where no noun phrase has one, as in a verb phrase (``Returns a value``)."""
    allowed = lex.PREPOSITIONS | lex.CONJUNCTIONS | lex.RELATIVES | {",", "all", "both", "only", "to"}
    gerund = "VBG" in lex.verb_readings(subject[0].text)
    pairs = pairwise(subject)
    return not gerund and any(after.low in _ARTICLES and before.low not in allowed for before, after in pairs)


def _before_relative(subject: list[Token]) -> list[Token]:
    """The subject up to its first relative clause."""
    end = next((at for at, token in enumerate(subject) if token.low in lex.RELATIVES), len(subject))
    return subject[:end]


def is_weak(subject: list[Token]) -> bool:
    """Whether a subject is a single common noun behind an article: a question about it has to say more."""
    content = content_words(subject)
    article = subject[0].low in {"the", "a", "an"}
    return article and len(content) == 1 and content[0].kind == "word" and not lex.is_name(content[0].text)


def stands_alone(question: str) -> bool:
    """Whether a finished question is of a fair length, points nowhere else, and has at least two words of content.

    A question about a single known thing (``What is AnyIO?``) needs one only.
    """
    tokens = tokenize(question)
    if not MIN_WORDS - 1 <= len(tokens) <= MAX_WORDS or dangles(tokens) or not _is_clean(question):
        return False
    content = content_words(tokens)
    about_a_thing = question.startswith("What is ") and any(token.text[0].isupper() or token.kind == "code" for token in content)
    return len(content) >= (1 if about_a_thing else 2)


def _is_clean(question: str) -> bool:
    """Whether no markup, ellipsis, address or unpaired mark is left in it."""
    paired = question.count("`") % 2 == 0 and question.count('"') % 2 == 0 and question.count("“") == question.count("”")
    prose = CODE.sub("X", question)
    plain = not any(mark in prose for mark in ("...", "…", "://", "\n", "|", "**", "[", "]", "{", "}", "\\"))
    words = question.split()
    whole = not question.rstrip("?").endswith((",", ";", ":", " the", " a", " and", " or"))
    return paired and plain and whole and " ," not in question and all(word != after for word, after in pairwise(words))


def is_english(sentences: list[str]) -> bool:
    """Whether a text is English: enough of its words are function words that no neighbouring language shares."""
    found = [word.strip('.,;:()"').lower() for sentence in sentences for word in sentence.split()]
    return sum(word in _ENGLISH_ONLY for word in found) >= MIN_ENGLISH_SHARE * len(found)


def is_prose_sentence(sentence: str) -> bool:
    """Whether a sentence may be a reference: English words in a plain statement, neither too long nor cut off."""
    words = sentence.split()
    if not 4 <= len(words) <= MAX_REFERENCE_WORDS or sentence.endswith(("?", "!", "...", "…", ",")) or sentence.count("`") % 2:
        return False
    if not (sentence[0].isupper() or sentence[0] in '`"“' or sentence.split()[0].isalnum()):
        return False
    if sentence.endswith(":") or (not sentence.rstrip('"”’)').endswith(".") and sentence[0] != "`"):
        return False
    tokens = tokenize(sentence)
    plain = [token for token in tokens if token.kind == "word"]
    english = sum(token.low in _GRAMMATICAL or bool(lex.word_classes(token.text)) for token in plain)
    grammatical = sum(token.low in _GRAMMATICAL for token in plain)
    return bool(plain) and english >= 0.6 * len(plain) and grammatical >= 1
