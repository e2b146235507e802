"""Ctrl-C and SIGTERM in a run, which Dagster either only notes or raises wherever the program happens to be."""

import asyncio
import signal
import threading
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

import dagster as dg

Answer = TypeVar("Answer")
PATIENCE_SECONDS = 10.0
"""For calls in flight, which are paid for already; others than these end at once."""


@contextmanager
def on_interrupt(handler: Callable[..., Any]) -> Iterator[None]:
    """Let ``handler`` take SIGINT and SIGTERM while the block runs; in a thread, which gets no signals, nothing changes."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, old in before.items():
            signal.signal(number, old)


async def cancelled_by_interrupt(work: Coroutine[Any, Any, Answer], tell: Callable[[str], None]) -> Answer:
    """``work``, which an interrupt cancels in order: calls in flight may finish, and every task closes what it holds open.

    Raises:
        DagsterExecutionInterruptedError: it was interrupted; a second interrupt does not wait for the order.
    """
    loop, task, interrupts = asyncio.get_running_loop(), asyncio.ensure_future(work), 0

    def _cancel() -> None:
        tell("interrupted: finishing the calls in flight; Ctrl-C again does not wait for them")
        task.cancel()

    def _count(*_: object) -> None:
        nonlocal interrupts
        interrupts += 1
        if interrupts > 1:
            raise dg.DagsterExecutionInterruptedError
        loop.call_soon_threadsafe(_cancel)

    with on_interrupt(_count):
        try:
            return await task
        except asyncio.CancelledError:
            if not interrupts:
                raise
            await _finish_others()
    raise dg.DagsterExecutionInterruptedError


async def _finish_others() -> None:
    """Wait for the other tasks of this loop; what takes longer than `PATIENCE_SECONDS` is cancelled."""
    others = asyncio.all_tasks() - {asyncio.current_task()}
    if others:
        _, late = await asyncio.wait(others, timeout=PATIENCE_SECONDS)
        for task in late:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)


@contextmanager
def canceled_if_interrupted(context: dg.OpExecutionContext) -> Iterator[None]:
    """Let Dagster record a run that is interrupted in this block as canceled, for a user asked for it; the default is failed."""
    try:
        yield
    except (KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        run = context.instance.get_run_by_id(context.run_id)
        if run and run.status is not dg.DagsterRunStatus.CANCELING:
            context.instance.report_run_canceling(run, "Interrupted by Ctrl-C or SIGTERM.")
        raise
