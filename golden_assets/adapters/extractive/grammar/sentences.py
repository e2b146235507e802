"""Paragraph text to sentences, and sentences to tokens with their offsets."""

import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final, Literal

from golden_assets.adapters.extractive.grammar import lexicon as lex

Kind = Literal["word", "number", "code", "quote", "paren", "punct"]


_ABBREVIATIONS: Final = lex.words("abbreviations")
_ATOM: Final = re.compile(r"`[^`]*`|“[^”]*”|\"[^\"]*\"|\([^()]*\)")
_END: Final = re.compile(r"(?:\.{3}|…|[.!?])[\"”’)]*(?=\s+[A-Z0-9`\"“(\[\"]|$)")
_TOKEN: Final = re.compile(
    r"`[^`]*`(?:['’]s|s\b)?|“[^”]*”|\"[^\"]*\"|\([^()]*\)|(?:[^\s,;:()\"“”`]|(?<=\d)[:,](?=\d))+|[,;:]|\S",
)


_NUMBER: Final = re.compile(r"[$€£]?\d[\d.,:]*(?:%|[kMG]?B|ms|s|°C)?")
_INITIALS: Final = re.compile(r"[A-Z]|(?:[A-Za-z]\.)+[A-Za-z]")
_DASHES: Final = frozenset({"-", "–", "—", "--"})


@dataclass(frozen=True)
class Token:
    """One word, number, code span, quotation, parenthesis or mark; ``start`` and ``end`` are offsets into the sentence."""

    text: str
    start: int
    end: int
    kind: Kind

    @cached_property
    def low(self) -> str:
        """The text in lower case, with a straight apostrophe."""
        return self.text.lower().replace("’", "'")


def split_sentences(paragraph: str) -> list[str]:
    """Whole sentences of one whitespace-normalised paragraph, verbatim, in order; a stop inside code or quotes ends nothing."""
    masked = _ATOM.sub(lambda match: "X" * len(match.group()), paragraph)
    sentences, start = [], 0
    for match in _END.finditer(masked):
        if _is_abbreviation(masked[: match.start()], match.group()):
            continue
        sentences.append(paragraph[start : match.end()].strip())
        start = match.end()
    sentences.append(paragraph[start:].strip())
    return [sentence for sentence in sentences if sentence]


def _is_abbreviation(before: str, mark: str) -> bool:
    """Whether a full stop after this text belongs to an abbreviation or an initial."""
    word = re.split(r"[\s(]", before)[-1]
    return mark[0] == "." and len(mark) == 1 and (word.lower() in _ABBREVIATIONS or _INITIALS.fullmatch(word) is not None)


def tokenize(sentence: str) -> list[Token]:
    """Tokens of one sentence without its final mark."""
    body = re.sub(r"(?:\.{3}|…|[.!?:])[\"”’)]*$", "", sentence)
    return [Token(match.group(), match.start(), match.end(), _kind(match.group())) for match in _TOKEN.finditer(body)]


def _kind(text: str) -> Kind:
    """The kind of a token, by its first character and shape."""
    opening: dict[str, Kind] = {"`": "code", '"': "quote", "“": "quote", "(": "paren"}
    if text[0] in opening and len(text) > 1:
        return opening[text[0]]
    if text in _DASHES or not any(char.isalnum() for char in text):
        return "punct"
    return "number" if _NUMBER.fullmatch(text) else "word"


def render(tokens: list[Token]) -> str:
    """The tokens as running text: single spaces, none before a mark, parentheses left out."""
    kept = [token for token in tokens if token.kind != "paren"]
    return re.sub(r"\s+([,;:])", r"\1", " ".join(token.text for token in kept))
