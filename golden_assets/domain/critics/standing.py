"""Does the question stand alone? It is asked of a whole collection, by somebody who does not see the passage."""

import re

from golden_assets.domain.critics.findings import Finding
from golden_assets.domain.critics.reading import words_in
from golden_assets.domain.testsets import TestsetRow

_TEXT = r"(?:document|passage|text|context|excerpt|paragraph|section|chapter|article|snippet)"
_SAYS = r"(?:say|mention|describe|state|explain|list|discuss|provide|suggest|recommend|refer|specify|indicate|contain)"
_POINTING = re.compile(
    rf"\b(?:this|that) {_TEXT}\b|\bthese {_TEXT}s\b"
    rf"|\bthe (?:above|below|following|given|provided|preceding|previous|present) {_TEXT}s?\b"
    rf"|\bthe {_TEXT}s?(?=[?,.]|\s+{_SAYS})",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\b(?:section|chapter|paragraph|page|figure|table|step|line|appendix)\s+(?:\d[\d.]*|[ivx]+)\b"
    r"|\b(?:mentioned|described|shown|listed|discussed|stated|given|explained|outlined) (?:above|below|here|earlier|previously)\b"
    r"|\bthe (?:above|below|former|latter|aforementioned)\b|\b(?:see|as) (?:above|below)\b"
    r"|\baccording to (?:the|this) (?:author|text|passage|document|context|excerpt)s?\b",
    re.IGNORECASE,
)
_DEMONSTRATIVE = re.compile(r"\b(?:this|these|those)\s+(\w+)", re.IGNORECASE)
_PRONOUN = re.compile(r"\b(?:this|these|those|it|its|they|them|their|he|him|his|she|her)\b", re.IGNORECASE)
_DUMMY = re.compile(
    r"\b(?:does it (?:take|mean|cost|matter)|is it (?:possible|necessary|allowed|important|safe|best|better)|how long it takes"
    r"|it is (?:possible|necessary|important))\b",
    re.IGNORECASE,
)
_NAME = re.compile(r"`[^`]+`|\b[^\W\d_]\w{2,}")
_NO_NAME = words_in(
    """
    what which who whom whose when where why how does did are was were can will its they them their this that these those happen
    happens work works should must could would may might need needs mean means use uses long often many much and for the has have had
    not you your after before while once
    """
)
_TIMES = words_in("year month week day time century decade")


def question_stands_alone(row: TestsetRow) -> Finding:
    """The question points at nothing that only a reader of the passage sees: "this document", "the above", "section 3", "it"."""
    fault = _fault(row.user_input)
    return Finding(
        row_id=row.row_id,
        critic="question_stands_alone",
        score=0.0 if fault else 1.0,
        verdict="rejected" if fault else "passed",
        reason=f"the question points at {fault!r}, which nobody sees who asks" if fault else "the question names what it is about",
    )


def _fault(question: str) -> str | None:
    """The words that point at something outside the question, or None."""
    for pattern in (_POINTING, _PLACES):
        found = pattern.search(question)
        if found:
            return found.group()
    for found in _DEMONSTRATIVE.finditer(question):
        noun = found[1].lower()
        if noun not in _TIMES | _NO_NAME and noun not in question[: found.start()].lower():
            return found.group()
    return next((found.group() for found in _pointers(question) if not _names_something(question[: found.start()])), None)


def _names_something(beginning: str) -> bool:
    """Whether a question has named anything by then that a pronoun could stand for."""
    return any(word.lower() not in _NO_NAME for word in _NAME.findall(beginning))


def _pointers(question: str) -> list[re.Match[str]]:
    """Pronouns that need something before them in the question."""
    dummies = [match.span() for match in _DUMMY.finditer(question)]
    return [match for match in _PRONOUN.finditer(question) if not any(start <= match.start() < end for start, end in dummies)]
