"""Which calls of the ledger an answer came from: a note beside the answer instead of an answer of another type.

The port `ChatModel` returns what the model said and nothing else, and RAGAS stands between our driver and the model. So the driver opens a
note around the work on one row or passage, and the ledgered models enter their calls; a note belongs to the task it was opened in, and to
those that are started inside.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_NOTE: ContextVar[dict[str, None] | None] = ContextVar("golden_assets_calls", default=None)


@contextmanager
def noting_calls() -> Iterator[dict[str, None]]:
    """The ids of the calls that are answered inside, as the keys of a dictionary, in order. An outer note does not get them."""
    note: dict[str, None] = {}
    token = _NOTE.set(note)
    try:
        yield note
    finally:
        _NOTE.reset(token)


def note_call(call_id: str) -> None:
    """Enter an answered call, if calls are tracked."""
    note = _NOTE.get()
    if note is not None:
        note[call_id] = None
