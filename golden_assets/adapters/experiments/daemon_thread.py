"""Calling a synchronous function without waiting for one that never returns."""

import asyncio
import contextvars
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any


async def in_thread(function: Callable[..., Any], *arguments: object, **named: object) -> Any:
    """What the function returns or raises, from a thread of its own.

    A cancelled call continues in its thread, since Python cannot end it. The thread is a daemon: the process does not wait for it, as it
    would for one of an executor.
    """
    loop, context = asyncio.get_running_loop(), contextvars.copy_context()
    future: asyncio.Future[tuple[Any, BaseException | None]] = loop.create_future()

    def finish(outcome: tuple[Any, BaseException | None]) -> None:
        """Nobody may be waiting any more."""
        if not future.done():
            future.set_result(outcome)

    def work() -> None:
        """In the thread; the loop may be closed when it is done."""
        try:
            outcome: tuple[Any, BaseException | None] = context.run(function, *arguments, **named), None
        except BaseException as error:  # noqa: BLE001 - handed over, not swallowed
            outcome = None, error
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(finish, outcome)

    threading.Thread(target=work, name="golden-assets-task", daemon=True).start()
    value, error = await future
    if isinstance(error, Exception):
        raise error
    if error is not None:
        raise RuntimeError(f"it ended with {type(error).__name__}") from error  # sys.exit() in a task must not end the experiment
    return value
