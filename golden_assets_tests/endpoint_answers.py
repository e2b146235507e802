"""What the loopback endpoint answers: deterministic, grounded in the prompt, and of the shape that is asked for.

It plays a model that does as it is told: every theme and entity is a phrase of the text, every answer a sentence of the context, every
question names its term. Plain Python, so that the server starts at once.
"""

import hashlib
import json
import math
import re
from collections import Counter
from collections.abc import Callable
from itertools import islice, zip_longest
from typing import Any

DIMENSIONS = 384
COMMON = """
about above after again also another because been before being between both cannot could does doing done each either every from have having
here into itself just like made make many more most much must never only other over same shall should since some such than that their them
then there these they this those through under until upon very want were what when where which while will with within without would your
yours first second third using used uses
"""
STOP_WORDS = frozenset(COMMON.split())
OPENINGS = (
    "What is the role of {term} when it comes to {topic}?",
    "How does {term} relate to {topic}?",
    "Why does {topic} matter for {term}?",
    "When should somebody who works on {topic} think of {term}?",
    "Which statement connects {topic} and {term}?",
    "Where does {term} come into play with regard to {topic}?",
    "In what way are {topic} affected by {term}?",
    "According to the documentation, what holds for {term} and {topic}?",
    "Can you explain {topic} in the light of {term}?",
    "Tell me what {term} has to do with {topic}?",
)

Json = dict[str, Any]


def count_tokens(text: str) -> int:
    """Words and punctuation marks."""
    return len(re.findall(r"\w+|[^\w\s]", text))


def embed(text: str) -> list[float]:
    """A hashed bag of words as a unit vector: texts that share words are close. A text without words points to the first axis."""
    vector = [0.0] * DIMENSIONS
    for word, count in Counter(re.findall(r"\w+", text.lower())).items():
        digest = hashlib.blake2b(word.encode(), digest_size=8).digest()
        vector[int.from_bytes(digest[:4]) % DIMENSIONS] += count if digest[4] & 1 else -count
    length = math.hypot(*vector)
    return [value / length for value in vector] if length else [1.0] + [0.0] * (DIMENSIONS - 1)


def answer(prompt: str, response_format: Json | None) -> str:
    """The JSON text that a well-behaved model would answer with.

    The schema's name decides, found in ``response_format`` or, without one, as the last title in the prompt.
    """
    name, schema = _asked_schema(prompt, response_format)
    question = _question(prompt)
    value = ANSWERS[name](question) if name in ANSWERS else _fill(schema, schema, question)
    return json.dumps(value)


def _asked_schema(prompt: str, response_format: Json | None) -> tuple[str, Json]:
    if response_format and response_format["type"] == "json_schema":
        asked = response_format["json_schema"]
        return asked["name"], asked["schema"]
    schemas = [value for value in _objects(prompt) if _is_schema(value)]
    if not schemas:
        raise ValueError("the prompt names no schema, and neither does response_format")
    return schemas[-1].get("title", ""), schemas[-1]


def _is_schema(value: Json) -> bool:
    return value.get("type") == "object" and "properties" in value


def _objects(text: str) -> list[Json]:
    """Every outermost JSON object in a text, in order."""
    found, position, decoder = [], text.find("{"), json.JSONDecoder()
    while position >= 0:
        try:
            value, end = decoder.raw_decode(text, position)
            found.append(value)
        except ValueError:
            end = position + 1
        position = text.find("{", end)
    return found


def _question(prompt: str) -> Json:
    """The prompt's last JSON object that is no schema, which is where RAGAS puts its input; else the whole prompt as ``text``."""
    inputs = [value for value in _objects(prompt) if not _is_schema(value)]
    return inputs[-1] if inputs else {"text": prompt}


def sentences(text: str) -> list[str]:
    """Verbatim sentences of at least five words; the whole text when it has none."""
    found = [match.strip() for match in re.findall(r"[^.!?\n][^.!?\n]*(?:[.!?](?!\s|$)[^.!?\n]*)*[.!?]?", text)]
    return [sentence for sentence in found if len(sentence.split()) >= 5] or [text.strip()]


def key_words(text: str, limit: int) -> list[str]:
    """The longer words as they are written, the frequent ones first, otherwise in order of appearance."""
    words = [word for word in re.findall(r"[^\W\d_]{5,}", text) if word.lower() not in STOP_WORDS]
    frequency = Counter(word.lower() for word in words)
    distinct = list({word.lower(): word for word in reversed(words)}.values())[::-1]
    return sorted(distinct, key=lambda word: -frequency[word.lower()])[:limit]


def _headlines(question: Json) -> Json:
    lines = [line.strip() for line in question["text"].splitlines() if line.strip()]
    marked = [line.lstrip("#").strip() for line in lines if line.startswith("#")]
    short = [line for line in lines if len(line.split()) <= 6 and line[-1] not in ".!?:,;"]
    return {"headlines": (marked or short)[: question.get("max_num", 10)]}


def _summary(question: Json) -> Json:
    return {"text": " ".join(sentences(question["text"])[:3])}


def _score(question: Json) -> Json:
    return {"score": 4 if len(question["node_content"].split()) >= 20 else 1}


def _themes(question: Json) -> Json:
    return {"output": key_words(question["text"], question.get("max_num", 10))}


def _entities(question: Json) -> Json:
    limit = question.get("max_num", 10)
    names = re.findall(r"(?<=[a-z,] )[A-Z]\w+(?: [A-Z]\w+)*", question["text"])
    return {"entities": list(dict.fromkeys([*names, *key_words(question["text"], limit)]))[:limit]}


def _persona(question: Json) -> Json:
    words = [*key_words(question["text"], 2), "Documentation", "Product"][:2]
    return {
        "name": f"{words[0].title()} {words[1].title()} Specialist",
        "role_description": f"Works with {words[0]} and {words[1]} every day and looks things up in the documentation.",
    }


def _mapping(question: Json) -> Json:
    return {"mapping": {persona["name"]: question["themes"] for persona in question["personas"]}}


def _combinations(question: Json) -> Json:
    columns = zip_longest(*question["lists_of_concepts"])
    pairs = [[concept for concept in column if concept] for column in columns]
    return {"combinations": list(islice((pair for pair in pairs if len(pair) >= 2), question.get("max_combinations", 5)))}


def _query_answer(question: Json) -> Json:
    if isinstance(question["context"], list):
        contexts = [re.sub(r"^<\d+-hop>\s*", "", context) for context in question["context"]]
        terms = question["themes"] or ["the subject"]
    else:
        contexts, terms = [question["context"]], [question["term"]]
    chosen = [_sentence_about(context, terms[position % len(terms)]) for position, context in enumerate(contexts)]
    return {"query": _ask(terms, chosen, contexts), "answer": " ".join(chosen)}


def _claim_judgements(question: Json) -> Json:
    """A claim is supported where a passage has all its words; the quote is the sentence with most of them."""
    judged = []
    for number, claim in question["claims"].items():
        words = set(re.findall(r"\w+", claim.lower()))
        lines = [sentence for passage in question["passages"] for sentence in sentences(passage)]
        best = max(lines, key=lambda sentence: len(words & set(re.findall(r"\w+", sentence.lower()))))
        supported = words <= set(re.findall(r"\w+", " ".join(question["passages"]).lower()))
        judged.append({"number": int(number), "quote": best if supported else None, "supported": supported})
    return {"judgements": judged}


def _quoted_answer(question: Json) -> Json:
    """For each passage the sentence that shares most words with the question; nothing where fewer than half of its long words are there."""
    long_words = {word.lower() for word in re.findall(r"[^\W\d_]{5,}", question["question"])} - STOP_WORDS
    there = {word.lower() for passage in question["passages"] for word in re.findall(r"\w+", passage)}
    if len(long_words & there) * 2 < len(long_words):
        return {"quote": None, "answer": None}
    found = [max(sentences(passage), key=lambda one: len(long_words & set(one.lower().split()))) for passage in question["passages"]]
    return {"quote": found[0], "answer": " ".join(found)}


def _own_answer(question: Json) -> Json:
    return {"answer": None}


def _sentence_about(context: str, term: str) -> str:
    """The first sentence that names the term; else one that the term picks."""
    candidates = sentences(context)
    named = [sentence for sentence in candidates if term.lower() in sentence.lower()]
    return named[0] if named else candidates[_hash(term) % len(candidates)]


def _ask(terms: list[str], chosen: list[str], contexts: list[str]) -> str:
    """A question that names the terms, words of the sentences and of the contexts around them; other input, another question."""
    spoken = {word.lower() for term in terms for word in term.split()}
    words = [word for sentence in chosen for word in key_words(sentence, 6) if word.lower() not in spoken][:4]
    around = [word for word in key_words(" ".join(contexts), 12) if word.lower() not in spoken and word not in words]
    pick = _hash(*terms, *contexts)
    topic = " ".join(word.lower() for word in [*words, *around[pick % 5 :][:2]]) or f"point {pick % 1000}"
    return OPENINGS[pick % len(OPENINGS)].format(term=" and ".join(terms[:2]), topic=topic)


def _hash(*parts: str) -> int:
    return int.from_bytes(hashlib.blake2b("\0".join(parts).encode(), digest_size=8).digest())


def _fill(schema: Json, root: Json, question: Json) -> Any:
    """The smallest value of an unknown schema; its strings are the first sentence of the question's text."""
    if "$ref" in schema:
        return _fill(root["$defs"][schema["$ref"].rsplit("/", 1)[-1]], root, question)
    if "enum" in schema or "const" in schema:
        return schema.get("const", schema.get("enum", [None])[0])
    if "anyOf" in schema:
        return _fill(schema["anyOf"][0], root, question)
    if schema.get("type") == "object":
        return {name: _fill(part, root, question) for name, part in schema.get("properties", {}).items()}
    if schema.get("type") == "array":
        return [_fill(schema["items"], root, question)]
    text = question.get("text") or json.dumps(question)
    return {"integer": schema.get("minimum", 1), "number": schema.get("minimum", 1.0), "boolean": True, "null": None}.get(
        schema.get("type", ""), sentences(text)[0]
    )


ANSWERS: dict[str, Callable[[Json], Json]] = {
    "Headlines": _headlines,
    "StringIO": _summary,
    "QuestionPotentialOutput": _score,
    "ThemesAndConcepts": _themes,
    "NEROutput": _entities,
    "Persona": _persona,
    "PersonaThemesMapping": _mapping,
    "ConceptCombinations": _combinations,
    "GeneratedQueryAnswer": _query_answer,
    "ClaimJudgements": _claim_judgements,
    "QuotedAnswer": _quoted_answer,
    "OwnAnswer": _own_answer,
}
