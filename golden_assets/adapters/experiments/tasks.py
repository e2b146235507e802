"""A function of the user's as the task of an experiment."""

import inspect
from collections.abc import Callable
from typing import Any

from golden_assets.adapters.experiments.daemon_thread import in_thread
from golden_assets.adapters.experiments.functions import fingerprint_of, load_function, parameters_of
from golden_assets.adapters.experiments.task_output import read_answer
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.experiment import TaskAnswer
from golden_assets.domain.testsets.testset import TestsetRow

RECORD = "example"
"""A parameter of this name is given the record, any other the question."""
_POSITIONAL = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)


class FunctionTask:
    """``package.module:function``, synchronous or not, with one parameter: the question, or, named ``example``, the record.

    The record is ``{"row_id", "question", "question_type", "metadata"}``; the reference is not in it. A synchronous function is called in a
    thread of its own, several at a time.

    Raises:
        ExperimentError: it cannot be imported, or does not take one argument.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._function: Callable[..., Any] = load_function(name)
        self.fingerprint = fingerprint_of(name, self._function)
        parameters = parameters_of(name, self._function)
        required = [p for p in parameters if p.default is p.empty and p.kind not in (p.VAR_POSITIONAL, p.VAR_KEYWORD)]
        first = next((p for p in parameters if p.kind in (*_POSITIONAL, inspect.Parameter.VAR_POSITIONAL)), None)
        if first is None or len(required) > 1 or (required and required[0].kind not in _POSITIONAL):
            raise ExperimentError(f"{name!r} does not take one argument", "let it take the question, or a record named `example`")
        self._takes_record = first.name == RECORD

    async def answer(self, row: TestsetRow) -> TaskAnswer:
        """Call the function. Raises what it raises, and `ValueError` for what is not an answer."""
        argument = _record(row) if self._takes_record else row.user_input
        if inspect.iscoroutinefunction(self._function):
            return read_answer(await self._function(argument))
        value = await in_thread(self._function, argument)
        return read_answer(await value if inspect.isawaitable(value) else value)


def _record(row: TestsetRow) -> dict[str, Any]:
    metadata = {"synthesizer": row.synthesizer_name, "persona": row.persona_name, "query_style": row.query_style}
    return {"row_id": row.row_id, "question": row.user_input, "question_type": row.question_type, "metadata": metadata}
