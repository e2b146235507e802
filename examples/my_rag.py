"""A RAG in ten lines, and an evaluator of your own. Replace both by yours.

golden-assets experiment active --task my_rag:answer --evaluator token_f1 --evaluator my_rag:names_a_number
"""

import re

PASSAGES = [
    "The tank holds forty litres of water.",
    "The pump starts when the level falls below ten litres.",
    "The filter is rinsed every Monday.",
]


def answer(question: str) -> dict[str, object]:
    """Find the passage that shares most words with the question. Yours would search an index and ask a language model."""
    asked = set(re.findall(r"\w+", question.lower()))
    best = max(PASSAGES, key=lambda passage: len(asked & set(re.findall(r"\w+", passage.lower()))))
    return {"answer": best, "contexts": [best]}


def names_a_number(answer: str, reference: str) -> float | None:
    """Whether the answer names the numbers of the reference; None, the score does not apply, if it has none."""
    wanted = set(re.findall(r"\d+(?:\.\d+)?", reference))
    found = set(re.findall(r"\d+(?:\.\d+)?", answer))
    return len(wanted & found) / len(wanted) if wanted else None
