"""An answer for each task of the testset generator, recognised by the fields of the schema to fill."""

import json
from collections.abc import Callable
from itertools import zip_longest
from typing import Any, Final

from golden_assets.adapters.extractive.facts import facts_of
from golden_assets.adapters.extractive.grammar.prose import headings_of, sentences_of
from golden_assets.adapters.extractive.hops import Facts, multi_hop, single_hop
from golden_assets.domain.core.errors import ModelError

Input = dict[str, Any]
Answer = dict[str, Any]
_DEFAULT_TERMS: Final = 10  # RAGAS asks for ten entities or themes unless told otherwise
_SUMMARY_SENTENCES: Final = 5


def answer(prompt: str, given: Input, fields: frozenset[str], least_merit: int = 0) -> Answer:
    """The content of the schema with these fields, for this input; no fact of less merit is asked about.

    Raises:
        ModelError: no task of the generator has these fields.
        UnanswerableError: a question is asked for that cannot be written.
    """
    if fields == {"text"} and prompt.startswith("Extract the title"):
        return {"text": _title(given)}
    try:
        return _TASKS[fields](given, lambda text: [fact for fact in facts_of(text) if fact.merit >= least_merit])
    except KeyError as error:
        problem = f"extractive knows no task that asks for {', '.join(sorted(fields))}"
        raise ModelError(problem, "use a chat model behind an endpoint for this task") from error


def _text(given: Input) -> str:
    """The text of an extraction task."""
    return str(given.get("text", ""))


def _terms(given: Input, facts: Facts) -> list[str]:
    """The terms of the askable facts of a text, at most ``max_num``."""
    limit = int(given.get("max_num", _DEFAULT_TERMS))
    return [fact.term for fact in facts(_text(given))[:limit]]


def _summary(given: Input) -> str:
    """The first sentences of a text, or its headings when it has no sentences."""
    sentences = sentences_of(_text(given))[:_SUMMARY_SENTENCES]
    return " ".join(sentences or headings_of(_text(given)))


def _title(given: Input) -> str:
    """The first heading, or the first sentence of a text without headings."""
    return next(iter([*headings_of(_text(given)), *sentences_of(_text(given))]), "")


def _persona(given: Input) -> Answer:
    """A reader of the text, named after what its first fact is about."""
    facts = facts_of(_text(given))
    topic = facts[0].term if facts else _title(given)[:60] or "this collection"
    return {"name": f"Reader of {topic}", "role_description": f"Wants to know exactly what the documents say about {topic}."}


def _mapping(given: Input) -> Answer:
    """Every persona is interested in every theme."""
    return {"mapping": {persona["name"]: list(given["themes"]) for persona in given["personas"]}}


def _combinations(given: Input) -> Answer:
    """The first concepts of every list together, then the second ones, and so on; each combination spans at least two lists."""
    rows = [[concept for concept in row if concept] for row in zip_longest(*given["lists_of_concepts"])]
    return {"combinations": [row for row in rows if len(row) > 1][: int(given.get("max_combinations", 5))]}


def _potential(given: Input) -> Answer:
    """5 when a question can be asked about the content, else 1."""
    return {"score": 5 if facts_of(str(given.get("node_content", ""))) else 1}


def _question(given: Input, facts: Facts) -> Answer:
    """The question and reference answer for a term and a context, or for themes and several contexts."""
    contexts = given["context"]
    one = isinstance(contexts, str)
    found = single_hop(str(given["term"]), contexts, facts) if one else multi_hop(given["themes"], contexts, facts)
    return {"query": found.question, "answer": found.reference}


_TASKS: Final[dict[frozenset[str], Callable[[Input, Facts], Answer]]] = {
    frozenset({"entities"}): lambda given, facts: {"entities": _terms(given, facts)},
    frozenset({"output"}): lambda given, facts: {"output": _terms(given, facts)},
    frozenset({"keyphrases"}): lambda given, facts: {"keyphrases": _terms(given, facts)},
    frozenset({"text"}): lambda given, _: {"text": _summary(given)},
    frozenset({"description"}): lambda given, _: {"description": _summary(given)},
    frozenset({"headlines"}): lambda given, _: {"headlines": headings_of(_text(given))[: int(given.get("max_num", _DEFAULT_TERMS))]},
    frozenset({"name", "role_description"}): lambda given, _: _persona(given),
    frozenset({"mapping"}): lambda given, _: _mapping(given),
    frozenset({"combinations"}): lambda given, _: _combinations(given),
    frozenset({"score"}): lambda given, _: _potential(given),
    frozenset({"query", "answer"}): _question,
}


_MARK: Final = "Now perform the same with the following input"


def input_of(prompt: str) -> dict[str, Any]:
    """The JSON object behind the last ``input:`` of a prompt as RAGAS renders it (instruction, examples, input, ``Output:``).

    Raises:
        ModelError: there is none.
    """
    _, mark, tail = prompt.rpartition(_MARK)
    start = tail.find("{")
    try:
        found = json.JSONDecoder(strict=False).raw_decode(tail[start:])[0] if mark and start >= 0 else None
    except json.JSONDecodeError:
        found = None
    if not isinstance(found, dict):
        raise ModelError("the prompt holds no input as a JSON object", "use the extractive model with the RAGAS generator only")
    return found
