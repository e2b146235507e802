"""What a word can be: closed classes by list, verbs and nouns by LemmInflect's dictionary (the NIH SPECIALIST Lexicon).

Only dictionary look-ups are used; a word that is not in the dictionary has no readings. Every function takes a single word.
"""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any, Final

from golden_assets.domain.core.errors import INSTALL_EMBEDDED, ConfigurationError

try:
    import lemminflect
except ModuleNotFoundError as error:
    raise ConfigurationError(f"the embedded model needs the package {error.name}", f"{INSTALL_EMBEDDED}, or set OPENAI_API_KEY") from None

_LISTS: Final[dict[str, Any]] = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def words(name: str) -> frozenset[str]:
    """A word list of ``words.toml``."""
    return frozenset(_LISTS[name].split())


def phrases(name: str) -> tuple[str, ...]:
    """A list of phrases of ``words.toml``, the longest first."""
    return tuple(sorted((" ".join(phrase.split()) for phrase in _LISTS[name].split(",")), key=len, reverse=True))


def word_map(name: str) -> dict[str, frozenset[str]]:
    """A table of ``words.toml``: a word and the words that go with it."""
    return {word: frozenset(others.split()) for word, others in _LISTS[name].items()}


BE: Final = frozenset({"is", "are", "was", "were"})
HAVE: Final = frozenset({"has", "have", "had"})
DO: Final = frozenset({"do", "does", "did"})
MODALS: Final = frozenset({"can", "could", "will", "would", "may", "might", "must", "shall", "should"})
AUXILIARIES: Final = BE | HAVE | DO | MODALS
CONTRACTIONS: Final = {
    "cannot": "can",
    "can't": "can",
    "won't": "will",
    "isn't": "is",
    "aren't": "are",
    "wasn't": "was",
    "weren't": "were",
    "doesn't": "does",
    "don't": "do",
    "didn't": "did",
    "hasn't": "has",
    "haven't": "have",
    "shouldn't": "should",
    "couldn't": "could",
    "wouldn't": "would",
    "mustn't": "must",
}
DETERMINERS: Final = words("determiners")
VAGUE_DETERMINERS: Final = words("vague_determiners")
NUMBER_WORDS: Final = words("number_words")
PREPOSITIONS: Final = words("prepositions")
SUBORDINATORS: Final = words("subordinators")
RELATIVES: Final = words("relatives")
CONJUNCTIONS: Final = words("conjunctions")
DANGLING: Final = words("dangling")
ADVERBS: Final = words("adverbs")
TIME_UNITS: Final = words("time_units")
WEEKDAYS: Final = words("weekdays")
MONTHS: Final = words("months")
HUMAN_NOUNS: Final = words("human_nouns")
GROUP_NOUNS: Final = words("group_nouns")
_NEW_VERBS: Final = words("new_verbs")
_NEW_NOUNS: Final = words("new_nouns")
_PREFIXES: Final = ("un", "non", "re", "pre", "mis", "over", "sub")
CLOSED: Final = (
    AUXILIARIES | DETERMINERS | VAGUE_DETERMINERS | NUMBER_WORDS | PREPOSITIONS | SUBORDINATORS | RELATIVES | CONJUNCTIONS | ADVERBS
    | DANGLING | {"to", "you", "your", "only"}
)  # fmt: skip
"""Words whose capital at the start of a sentence says nothing."""

LONGEST_WORD: Final = 60
"""Letters; the longest word in English dictionaries has 45. Looking for the endings of 40,000 digits takes a second."""


@lru_cache(maxsize=20_000)
def verb_readings(word: str) -> dict[str, str]:
    """Penn tag (VB, VBP, VBZ, VBD, VBN, VBG) to lemma, for every verb form this word can be."""
    low = word.lower()
    readings = _new_verb_readings(low)
    for lemma in lemminflect.getAllLemmas(low, "VERB").get("VERB", ()):
        inflections = lemminflect.getAllInflections(lemma, "VERB")
        inflections.setdefault("VBN", inflections.get("VBD", ()))  # the dictionary leaves out a participle equal to the past
        readings |= {tag: lemma for tag, forms in inflections.items() if low in forms and tag not in readings}
    return readings


def _new_verb_readings(low: str) -> dict[str, str]:
    """The readings of a verb the dictionary lacks, by regular inflection."""
    readings: dict[str, str] = {}
    for lemma in (verb for verb in _NEW_VERBS if low.startswith(verb[:-1])):
        stem = lemma.removesuffix("e")
        doubled = lemma + lemma[-1] if lemma.endswith("t") else stem
        forms = {"VB": lemma, "VBP": lemma, "VBZ": f"{lemma}es" if lemma.endswith("ch") else f"{lemma}s"}
        for tag in ("VBD", "VBN", "VBG"):
            ending = "ing" if tag == "VBG" else "ed"
            readings |= {tag: lemma} if low in {stem + ending, doubled + ending} else {}
        readings |= {tag: lemma for tag, form in forms.items() if form == low}
    return readings


@lru_cache(maxsize=20_000)
def noun_lemma(word: str) -> str | None:
    """The singular of a noun, or None when the word cannot be a noun."""
    low = word.lower()
    if low in _NEW_NOUNS or low.removesuffix("s") in _NEW_NOUNS:
        return low if low in _NEW_NOUNS else low.removesuffix("s")
    lemmas = lemminflect.getAllLemmas(word.lower(), "NOUN").get("NOUN", ())
    return min(lemmas, key=len) if lemmas else None


@lru_cache(maxsize=20_000)
def word_classes(word: str) -> frozenset[str]:
    """The open word classes (NOUN, VERB, ADJ, ADV, AUX, PROPN) the dictionary knows for this word; none for one longer than any word."""
    if len(word) > LONGEST_WORD:
        return frozenset()
    found = set(lemminflect.getAllLemmas(word.lower()))
    return frozenset(found | ({"NOUN"} if noun_lemma(word) else set()) | ({"VERB"} if verb_readings(word) else set()))


@lru_cache(maxsize=5_000)
def third_person(lemma: str) -> str | None:
    """The form that goes with he, she, it: ``store`` to ``stores``; None when the verb is not in the dictionary."""
    return _inflected(lemma, "VBZ")


@lru_cache(maxsize=5_000)
def past(lemma: str) -> str | None:
    """The simple past: ``found`` of ``find``; None when the verb is not in the dictionary."""
    return _inflected(lemma, "VBD")


def _inflected(lemma: str, tag: str) -> str | None:
    """The first form of a verb under a Penn tag."""
    forms: tuple[str, ...] = lemminflect.getInflection(lemma, tag, inflect_oov=False)
    return forms[0] if forms else None


def is_plural_noun(word: str) -> bool:
    """Whether the word is a plural: by dictionary, or an acronym with a small s (``URLs``)."""
    if len(word) > 2 and word[-1] == "s" and word[:-1].isupper():
        return True
    low = word.lower()
    if low in {"people", "staff", "police"}:
        return True
    lemma = noun_lemma(low)
    return lemma is not None and lemma != low and not low.endswith(("ss", "ics"))


def is_name(word: str) -> bool:
    """A word in inner capitals, with a digit or unknown to the dictionary and capitalised: ``HTTPX``, ``AnyIO``, ``Lund``."""
    if word.lower() in CLOSED:
        return False
    if "-" in word.strip("-"):
        first, *others = word.strip("-").split("-")
        return any(char.isupper() for char in first[1:]) or any(part[:1].isupper() for part in others)
    known = word_classes(word) or any(word.lower().startswith(prefix) and word_classes(word[len(prefix) :]) for prefix in _PREFIXES)
    return any(char.isupper() for char in word[1:]) or (word[:1].isupper() and not known)


def is_adverb(word: str) -> bool:
    """A word that may stand between subject, auxiliary and verb: by list, or in -ly."""
    low = word.lower()
    return low in ADVERBS or (low.endswith("ly") and word_classes(low) == {"ADV"})


def is_human(noun: str) -> bool:
    """Whether a head noun names a person or a role."""
    return (noun_lemma(noun) or noun.lower()) in HUMAN_NOUNS


def is_time_unit(word: str) -> bool:
    """Second, minutes, days: a unit of time in singular or plural."""
    return (noun_lemma(word) or word.lower()) in TIME_UNITS
