"""What a task returned, as an answer."""

from collections.abc import Mapping, Sequence
from typing import Any

from golden_assets.domain.experiments.experiment import Retrieved, TaskAnswer

MAX_KEPT = 2000
"""Characters that are kept of an error, or of a judge's reason."""
EXPECTED = "return a text, or a mapping with `answer` and, if you can, `contexts`"


def read_answer(value: Any) -> TaskAnswer:
    """A text, or a mapping with ``answer``, a text, and maybe ``contexts`` (or ``retrieved``): texts, or mappings with ``text`` and
    ``document_id``.

    Raises:
        ValueError: it is anything else, or holds what JSON in PostgreSQL cannot.
    """
    if isinstance(value, TaskAnswer):
        return value
    if isinstance(value, str):
        return TaskAnswer(answer=_storable(value))
    if not isinstance(value, Mapping):
        raise ValueError(f"the task returned {type(value).__name__}: {EXPECTED}")
    if not isinstance(value.get("answer"), str):
        raise ValueError(f"the task returned no text under `answer`: {EXPECTED}")
    passages = value.get("contexts", value.get("retrieved"))
    retrieved = None if passages is None else _passages(passages)
    return TaskAnswer(answer=_storable(value["answer"]), retrieved=retrieved)


def kept_text(text: str) -> str:
    """What is kept of a text that only explains: its beginning, with a mark for each character that JSON in PostgreSQL cannot hold."""
    return "".join("\N{REPLACEMENT CHARACTER}" if _is_unstorable(character) else character for character in text[:MAX_KEPT])


def _passages(passages: Any) -> tuple[Retrieved, ...]:
    if not isinstance(passages, Sequence) or isinstance(passages, str):
        raise ValueError(f"the task returned {type(passages).__name__} as contexts: return a list of texts")
    return tuple(_passage(passage) for passage in passages)


def _passage(passage: Any) -> Retrieved:
    if isinstance(passage, str):
        return Retrieved(text=_storable(passage))
    if isinstance(passage, Mapping) and isinstance(passage.get("text", ""), str) and ("text" in passage or "document_id" in passage):
        document = passage.get("document_id")
        return Retrieved(text=_storable(passage.get("text", "")), document_id=None if document is None else _storable(str(document)))
    raise ValueError(f"the task returned {type(passage).__name__} as a context: return texts, or mappings with `text` or `document_id`")


def _storable(text: str) -> str:
    """The text, if JSONB takes it. Raises `ValueError`."""
    if "\x00" in text:
        raise ValueError("the task returned a text with a NUL character")
    if any(map(_is_unstorable, text)):
        raise ValueError("the task returned a text with half a surrogate pair")
    return text


def _is_unstorable(character: str) -> bool:
    return character == "\x00" or "\ud800" <= character <= "\udfff"
