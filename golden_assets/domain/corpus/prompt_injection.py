"""Passages that talk to a language model instead of to their readers.

A model that is shown "ignore all previous instructions" may do so, and what it then writes says nothing about the document. No prompt
prevents that for certain, so such passages are not shown to a model at all; the rest of their document is. Only phrases count that have no
other use: a manual may well tell its reader what to do.
"""

import re

_PHRASES = re.compile(
    r"""
    \b(?:ignore|disregard|forget|override)\s+(?:(?:all|any|the|your|these|of)\s+)*
        (?:previous|prior|above|preceding|earlier|foregoing|other)\s+(?:instructions?|prompts?|directions?|guidelines?)
    | \b(?:ignore|disregard|forget|reveal|print|repeat)\s+(?:(?:all|any|the|your|of)\s+)*
        (?:system\s+prompt|system\s+message|instructions\s+above)
    | \b(?:you\s+are\s+(?:now\s+)?|act\s+as\s+|pretend\s+to\s+be\s+)(?:an?\s+|the\s+)?
        (?:AI|LLM|language\s+model|chat\s?bot|unrestricted\s+\w+)\b
    | <\|(?:im_start|im_end|system|user|assistant|endoftext)\|>
    | \[/?INST\]
    | <</?SYS>>
    """,
    re.IGNORECASE | re.VERBOSE,
)


def find_instruction(text: str) -> str | None:
    """The first phrase that is addressed to a language model, on one line; None when there is none."""
    found = _PHRASES.search(text)
    return None if found is None else " ".join(found.group().split())
