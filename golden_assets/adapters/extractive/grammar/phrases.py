"""Noun phrases: their head and number, how they look inside a question, and where they end."""

from typing import Final

from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.sentences import Token, render

_NEEDS_OF: Final = lex.words("needs_of")


def head_of(phrase: list[Token]) -> Token | None:
    """The head of a noun phrase: the last word before its first preposition, relative pronoun or participle phrase."""
    head = None
    for position, token in enumerate(phrase):
        if position and (token.low in lex.PREPOSITIONS or token.low in lex.RELATIVES or token.low == "to" or token.kind == "punct"):
            break
        if position and head is not None and _opens_reduced_relative(phrase, position):
            break
        head = head if token.kind == "paren" else token
    return head


def _opens_reduced_relative(phrase: list[Token], position: int) -> bool:
    """Whether a participle here hangs a phrase on the noun before it (``credentials stored in ...``)."""
    token, after = phrase[position], phrase[position + 1 : position + 2]
    if not after or not (lex.verb_readings(token.text).keys() & {"VBN", "VBG"}) or token.kind != "word":
        return False
    return after[0].low in lex.PREPOSITIONS or after[0].low == "to"


def is_plural(phrase: list[Token]) -> bool:
    """Whether a noun phrase takes a plural verb: by its head, or because two phrases are joined by *and*."""
    head = head_of(phrase)
    if head is None:
        return False
    if head.low == "you":
        return True
    before = phrase[: phrase.index(head) + 1]
    if phrase[0].low in {"each", "every", "a", "an", "either", "neither"}:
        return False
    joined = any(token.low == "and" for token in before) and not is_gerund(phrase[0])
    later = phrase[phrase.index(head) + 1 :]
    listed = bool(later) and later[0].text == "," and any(token.low == "and" or token.kind == "code" for token in later)
    return joined or listed or (head.kind == "word" and lex.is_plural_noun(head.text))


def is_gerund(token: Token) -> bool:
    """Whether a subject that opens with this word is an action (``Using the ...``)."""
    return token.kind == "word" and "VBG" in lex.verb_readings(token.text) and not lex.noun_lemma(token.text)


def noun_group(tokens: list[Token], start: int) -> list[Token]:
    """The words of a noun phrase from here up to its first preposition, conjunction, mark or relative pronoun."""
    stops = lex.PREPOSITIONS | lex.CONJUNCTIONS | lex.RELATIVES | lex.SUBORDINATORS | {"to"}
    end = start
    while end < len(tokens) and tokens[end].low not in stops and tokens[end].kind not in {"punct", "paren"}:
        if end > start and tokens[end].low in lex.DETERMINERS:
            break
        end += 1
    return tokens[start:end]


def opens_noun_phrase(rest: list[Token]) -> bool:
    """Whether an object begins here: no preposition, adverb, conjunction, pronoun or bare adjective."""
    if (
        not rest
        or rest[0].kind == "punct"
        or rest[0].low in lex.PREPOSITIONS | lex.CONJUNCTIONS | lex.ADVERBS | lex.DANGLING | {"to", "if"}
    ):
        return False
    if rest[0].low in lex.DETERMINERS | {"that", "how", "who", "what", "which", "you", "your"} or rest[0].kind != "word":
        return True
    group = noun_group(rest, 0)
    last = group[-1] if group else rest[0]
    return (
        last.kind != "word" or "NOUN" in lex.word_classes(last.text) or lex.is_name(last.text) or "VBG" in lex.verb_readings(rest[0].text)
    )


def phrase_behind_object(rest: list[Token]) -> list[Token]:
    """The one prepositional phrase behind an object, when there is one."""
    group = noun_group(rest, 0)
    tail = rest[len(group) :]
    fits = bool(group) and 1 < len(tail) <= 9 and tail[0].low in lex.PREPOSITIONS - {"of"}
    return tail if fits and not any(token.low in lex.RELATIVES or token.kind == "punct" for token in tail) else []


def is_bare_name(subject: list[Token]) -> bool:
    """Whether a subject is one name and no more (``HTTPX``): much can be said of it, so a question must say more."""
    words = [token for token in subject if token.kind != "paren" and token.low not in lex.DETERMINERS]
    if len(words) == 1 and words[0].kind == "code":
        return "(" not in words[0].text
    return bool(words) and all(word.kind == "word" and (word.text[0].isupper() or lex.is_name(word.text)) for word in words)


def lacks_complement(before: list[Token]) -> bool:
    """Whether a predicate names a role without saying of what (``the usual cause``)."""
    group = noun_group(before, 0)
    noun = lex.noun_lemma(group[-1].text) if group else None
    return noun in _NEEDS_OF and all(token.low != "of" for token in before)


def term_of(phrase: list[Token]) -> str:
    """A noun phrase as a term: no leading determiner, at most its first prepositional phrase."""
    words = [token for token in phrase if token.kind not in {"paren", "punct"}]
    while len(words) > 1 and words[0].low in lex.DETERMINERS | lex.AUXILIARIES | {"only", "your"}:
        words = words[1:]
    return render(words[:8]).strip("`") if len(words) == 1 else render(words[:8])


def lower_first(tokens: list[Token]) -> str:
    """The tokens as text, the first one in lower case unless it is a name, an acronym or code."""
    text = render(tokens)
    first = tokens[0]
    if first.kind != "word" or lex.is_name(first.text) or not first.text[0].isupper():
        return text
    if first.low in lex.CLOSED:
        return text[0].lower() + text[1:]
    if _starts_name(tokens):
        return text
    return text[0].lower() + text[1:]


def _starts_name(tokens: list[Token]) -> bool:
    """Whether the first word belongs to a capitalised name: the second word is capitalised as well, or it is not in the dictionary."""
    second = tokens[1] if len(tokens) > 1 else None
    return second is not None and second.kind == "word" and second.text[0].isupper() and not second.text.isupper()
