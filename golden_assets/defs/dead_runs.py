"""Runs that end otherwise than planned: their process is gone, or Ctrl-C or SIGTERM reaches it.

A run under way carries the mark of its process as a tag and holds a lock in the database of its instance. The process table decides for a
process of this machine; for all others the lock does, since no machine sees into another, or into a container. A dead run is failed, so
that it keeps neither sensors nor the model pool waiting.

Dagster only notes an interrupt, or raises it wherever the program happens to be; here it cancels the work in order.
"""

import asyncio
import signal
import threading
import time
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import dagster as dg

from golden_assets.defs.names import DEFINITIONS_MODULE, LLM_POOL, PROCESS_TAG
from golden_assets.embedded.processes import host_of, is_alive, own_mark

START_TIMEOUT = timedelta(seconds=180)
"""As in dagster.yaml: a run that carries no mark after that time never began."""

_STATUSES = [
    dg.DagsterRunStatus.NOT_STARTED,
    dg.DagsterRunStatus.STARTING,
    dg.DagsterRunStatus.STARTED,
    dg.DagsterRunStatus.CANCELING,
]


def process_tag() -> dict[str, str]:
    """The run tag that names this process."""
    return {PROCESS_TAG: own_mark()}


@contextmanager
def under_way(instance: dg.DagsterInstance, run_id: str) -> Iterator[None]:
    """Show every machine that this run lives, while the block runs. Raises `ServerError`."""
    from golden_assets.adapters.postgres.held_locks import held_lock

    url = _lock_url(instance)
    with held_lock(url, _lock(run_id)) if url else nullcontext():
        yield


def fail_dead_runs(instance: dg.DagsterInstance, tell: Callable[[str], None]) -> None:
    """Mark the runs as failed whose process is gone, and ``tell`` of each; give back what ended runs hold of the model pool."""
    from golden_assets.adapters.postgres.held_locks import GRACE_SECONDS

    dead = [record.dagster_run for record in instance.get_run_records(dg.RunsFilter(statuses=_STATUSES)) if _may_be_dead(instance, record)]
    if any(is_alive(run.tags.get(PROCESS_TAG, "")) is None for run in dead):
        time.sleep(GRACE_SECONDS)
        dead = [run for run in dead if _is_unfinished(instance, run.run_id) and not _is_locked(instance, run.run_id)]
    for run in dead:
        instance.report_run_failed(run, "The process that ran this is gone: it was killed, or the machine went down.")
        tell(f"run {run.run_id} failed: its process is gone")
    _free_slots(instance)


def host_of_run(run: dg.DagsterRun) -> str:
    """The machine or container that a run is executed on; empty when it does not say."""
    return host_of(run.tags.get(PROCESS_TAG, ""))


def _may_be_dead(instance: dg.DagsterInstance, record: dg.RunRecord) -> bool:
    """Whether nothing shows that the run lives; certain if its process is one of this machine."""
    run = record.dagster_run
    if PROCESS_TAG not in run.tags:
        begun = datetime.fromtimestamp(record.start_time, UTC) if record.start_time else record.create_timestamp
        return _is_ours(run) and datetime.now(UTC) - begun > START_TIMEOUT and not _is_locked(instance, run.run_id)
    alive = is_alive(run.tags[PROCESS_TAG])
    return not alive if alive is not None else _lock_url(instance) is not None and not _is_locked(instance, run.run_id)


def _is_ours(run: dg.DagsterRun) -> bool:
    """Whether the run was launched from these definitions; an instance may be shared with other projects."""
    origin = run.remote_job_origin
    target = getattr(origin.repository_origin.code_location_origin, "loadable_target_origin", None) if origin else None
    return target is not None and target.module_name == DEFINITIONS_MODULE


def _is_unfinished(instance: dg.DagsterInstance, run_id: str) -> bool:
    run = instance.get_run_by_id(run_id)
    return run is not None and not run.is_finished


def _free_slots(instance: dg.DagsterInstance) -> None:
    """Give back what runs hold of the pool, or wait for, that ended, or that died before they began."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits:
        return
    pool = storage.get_concurrency_info(LLM_POOL)
    for run_id in {claim.run_id for claim in pool.claimed_slots} | {claim.run_id for claim in pool.pending_steps}:
        if _is_over(instance, run_id):
            storage.free_concurrency_slots_for_run(run_id)


def _is_over(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Whether a run has ended, or was never recorded, since its command died while it waited for the pool."""
    run = instance.get_run_by_id(run_id)
    if run is not None:
        return run.is_finished
    return _lock_url(instance) is not None and not _is_locked(instance, run_id)


def _is_locked(instance: dg.DagsterInstance, run_id: str) -> bool:
    from golden_assets.adapters.postgres.held_locks import is_held

    url = _lock_url(instance)
    return url is not None and is_held(url, _lock(run_id))


def _lock_url(instance: dg.DagsterInstance) -> str | None:
    """The database that the instance keeps its runs in; None for one that keeps them in a file or in memory, for one machine."""
    url: str | None = getattr(instance.run_storage, "postgres_url", None)
    return url


def _lock(run_id: str) -> str:
    return f"run/{run_id}"


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
