"""The shapes in which other tools write questions and answers, recognised by their fields and called by their names."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from golden_assets.adapters.exchange.entries import Record
from golden_assets.adapters.exchange.mapping import Columns, find, without
from golden_assets.adapters.exchange.values import is_missing
from golden_assets.domain.core.errors import TestsetError

_SAMPLE = 200
"""Records that are looked at to recognise a shape."""
_ASKED = ("question", "query", "input", "user_input", "prompt", "user_question", "text")
_ANSWERED = (
    "answer",
    "reference",
    "expected_output",
    "reference_answer",
    "expected_answer",
    "ground_truth",
    "output",
    "response",
    "expected",
)
_PASSAGES = ("contexts", "context", "reference_contexts", "reference_context", "retrieval_context", "retrieved_contexts", "documents")
_DOCUMENT = re.compile(r"(?:^|\n\n)Document \S+: ")
_QUESTION_NAMES = (
    *("question", "questions", "query", "user_input", "user_question", "question_text", "input", "prompt", "instruction", "user_query"),
    *("frage", "domanda", "pregunta", "pergunta", "vraag", "fråga", "spørgsmål", "pytanie", "вопрос", "问题", "質問"),
)
_ANSWER_NAMES = (
    *(
        "ground_truth",
        "ground_truths",
        "reference",
        "reference_answer",
        "gold_answer",
        "golden_answer",
        "expected_answer",
        "correct_answer",
    ),
    *("expected_output", "expected", "ideal_answer", "ideal", "target", "answer", "answers", "answer_text", "best_answer", "output"),
    *("response", "completion", "antwort", "réponse", "risposta", "respuesta", "resposta", "antwoord", "svar", "odpowiedź"),
    *("ответ", "答案", "回答"),
)
_QUESTION_WORDS = frozenset({"question", "questions", "query", "queries", "prompt", "prompts"})
_ANSWER_WORDS = frozenset({"answer", "answers", "truth", "truths", "reference", "references", "expected", "solution"})
_PASSAGE_WORDS = frozenset({"context", "contexts", "passage", "passages"})
_WITHOUT_ANSWERS = {
    "BEIR": ("_id", "text"),
    "BEIR's relevance judgements": ("query-id", "corpus-id"),
    "llama-index (questions for embedding models)": ("queries", "relevant_docs"),
}


@dataclass(frozen=True)
class Shape:
    """How one tool names things. Of several paths the first that a file has counts; with ``marks``, one of these must be there too."""

    name: str
    question: tuple[str, ...]
    answer: tuple[str, ...]
    contexts: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()
    passages: Callable[[Record, Any], Any] = lambda _record, value: value

    def columns(self, records: Sequence[Record]) -> Columns | None:
        """The columns of records in this shape; None when they are in another."""
        question, answer = _first(self.question, records), _first(self.answer, records)
        if question is None or answer is None or (self.marks and _first(self.marks, records) is None):
            return None
        return Columns(question, answer, _first(self.contexts, records))


def _first(paths: Sequence[str], records: Sequence[Record]) -> str | None:
    """The first of the paths at which some record has a value."""
    return next((path for path in paths if any(_is_filled(find(record, path)) for record in records)), None)


def _is_filled(value: Any) -> bool:
    return not is_missing(value) and value not in ("", [], {})


def _in(name: str, inner: Sequence[str], *, alone: bool = True) -> tuple[str, ...]:
    return (*(f"{name}.{part}" for part in inner), *([name] if alone else []))


def _giskard_passages(_record: Record, value: Any) -> Any:
    return [text for text in _DOCUMENT.split(value) if text.strip()] if isinstance(value, str) else value


def _supporting_passages(record: Record, value: Any) -> Any:
    """HotpotQA's paragraphs that support the answer, of the list of ``[title, sentences]`` or of the object of two lists."""
    facts = record.get("supporting_facts")
    if isinstance(value, dict) and isinstance(facts, dict):
        value = list(zip(value.get("title", []), value.get("sentences", []), strict=False))
        facts = [[title] for title in facts.get("title", [])]
    titles = {fact[0] for fact in facts if isinstance(fact, list) and fact} if isinstance(facts, list) else set()
    pairs = [pair for pair in value if isinstance(pair, list | tuple) and len(pair) == 2] if isinstance(value, list) else []
    return ["".join(sentences) for title, sentences in pairs if title in titles and isinstance(sentences, list)]


RAGAS = Shape("RAGAS", ("user_input", "question"), ("reference", "ground_truth", "ground_truths"))
SHAPES = (
    Shape("Phoenix", _in("input", _ASKED, alone=False), _in("output", _ANSWERED, alone=False), _in("metadata", _PASSAGES, alone=False)),
    Shape(
        "MLflow", _in("inputs", _ASKED), _in("expectations", ("expected_response", "expected_facts", *_ANSWERED), alone=False), _PASSAGES
    ),
    Shape(
        "MLflow", ("request", "inputs"), ("expected_response", "expected_facts", "ground_truth"), ("expected_retrieved_context.content",)
    ),
    Shape("LangSmith", _in("inputs", _ASKED), _in("outputs", _ANSWERED), (*_in("outputs", _PASSAGES, alone=False), *_PASSAGES)),
    Shape("Opik", _in("data", _ASKED, alone=False), _in("data", _ANSWERED, alone=False), _in("data", _PASSAGES, alone=False)),
    Shape("AutoRAG", ("query",), ("generation_gt",), ("retrieval_gt_contents",)),
    Shape("llama-index", ("query",), ("reference_answer",), ("reference_contexts",)),
    Shape("Giskard", ("question",), ("reference_answer",), ("reference_context",), ("reference_context",), _giskard_passages),
    Shape("promptfoo", _in("vars", _ASKED, alone=False), ("assert.0.value",), _in("vars", _PASSAGES, alone=False)),
    Shape("promptfoo", _ASKED, ("__expected", "__expected1"), _PASSAGES),
    Shape("OpenAI evals", ("input", "messages"), ("ideal",)),
    Shape(
        "DeepEval",
        ("input",),
        ("expected_output",),
        ("context", "retrieval_context"),
        ("context", "retrieval_context", "actual_output", "additional_metadata", "source_file"),
    ),
    Shape(
        "Langfuse",
        _in("input", _ASKED),
        _in("expected_output", _ANSWERED),
        (*_in("input", _PASSAGES, alone=False), *_in("metadata", _PASSAGES, alone=False), *_PASSAGES),
        ("source_trace_id", "dataset_id", "dataset_name", "status", "source_observation_id"),
    ),
    Shape(
        "Opik or Langfuse",
        _in("input", _ASKED),
        _in("expected_output", ("assistant_answer", *_ANSWERED)),
        (*_in("input", _PASSAGES, alone=False), *_in("metadata", _PASSAGES, alone=False), *_PASSAGES),
    ),
    Shape(
        "Braintrust",
        _in("input", _ASKED),
        _in("expected", _ANSWERED),
        (*_in("metadata", _PASSAGES, alone=False), *_in("input", _PASSAGES, alone=False), *_PASSAGES),
    ),
    Shape("SQuAD", ("question",), ("answers.text.0", "answers.0.text"), ("context",)),
    Shape("HotpotQA", ("question",), ("answer",), ("context",), ("supporting_facts",), _supporting_passages),
    Shape("OpenAI chat", ("messages",), ("messages",)),
    Shape(
        "question and answer columns",
        _QUESTION_NAMES,
        _ANSWER_NAMES,
        (*_PASSAGES, "passage", "passages", "source_text", "kontext", "contesto"),
    ),
)
"""Those with the more telling fields first."""


def recognise(records: Sequence[Record]) -> tuple[Shape, Columns] | None:
    """The shape that the records have, and their columns; None when it is not known."""
    sample = records[:_SAMPLE]
    for shape in (RAGAS, *SHAPES):
        columns = shape.columns(sample)
        if columns is not None:
            return shape, columns
    columns = _by_last_word(sample)
    return None if columns is None else (SHAPES[-1], columns)


def _by_last_word(records: Sequence[Record]) -> Columns | None:
    """The only columns that are called some question and some answer, such as ``ground_truth_answer``; None when they are not the only."""
    words: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for record in records for name in record):
        if _is_filled(next((record[name] for record in records if _is_filled(record.get(name))), None)):
            words.setdefault(re.split(r"[\s_.-]|(?<=[a-z])(?=[A-Z])", name.strip())[-1].casefold(), []).append(name)
    question, answer, contexts = (_only(words, wanted) for wanted in (_QUESTION_WORDS, _ANSWER_WORDS, _PASSAGE_WORDS))
    return Columns(question, answer, contexts) if question and answer else None


def _only(words: Mapping[str, list[str]], wanted: frozenset[str]) -> str | None:
    found = [name for word, names in words.items() if word in wanted for name in names]
    return found[0] if len(found) == 1 else None


def refuse_without_answers(records: Sequence[Record], name: str) -> None:
    """Raise `TestsetError` for a known shape that holds questions or passages only."""
    for shape, fields in _WITHOUT_ANSWERS.items():
        if records and all(field in records[0] for field in fields):
            raise TestsetError(f"{name} has the shape of {shape}, which holds no reference answers", "name a file that does")


def mapped(record: Record, shape: Shape, columns: Columns) -> dict[str, Any]:
    """The record with question, answer and passages under our names; what else it holds stays as it is."""
    taken = {kind: find(record, path) for kind, path in columns.given.items()}
    left = dict(record)
    for path in columns.given.values():
        left = without(left, path)
    row = {"user_input": _text(taken.get("question"), ("user", "human")), "reference": _text(taken.get("answer"), ("assistant", "ai"))}
    passages = shape.passages(record, taken.get("contexts"))
    row["reference_contexts"] = [_passage(one) for one in passages] if isinstance(passages, list) else passages
    named = {"id": taken["id"]} if "id" in taken else {}
    more = taken.get("metadata")
    return (
        left
        | (dict(more) if isinstance(more, dict) else {})
        | named
        | {field: value for field, value in row.items() if not is_missing(value)}
    )


def _text(value: Any, roles: tuple[str, ...]) -> Any:
    """A message's content of a chat, the only text of an object; anything else as it is."""
    if isinstance(value, list) and value and all(isinstance(one, dict) for one in value):
        said = [one.get("content") for one in value if one.get("role", one.get("type")) in roles]
        return said[0] if len(said) == 1 else value
    if isinstance(value, dict):
        texts = [text for text in value.values() if isinstance(text, str)]
        return texts[0] if len(texts) == 1 else value
    return value


def _passage(value: Any) -> Any:
    """The text of a passage that is an object with its text among other things."""
    if isinstance(value, dict):
        return next((value[name] for name in ("text", "content", "page_content", "passage") if isinstance(value.get(name), str)), value)
    return value
