"""The wait for the model pool, outside of Dagster: Dagster's own keeps a processor busy, says nothing, and hears no interrupt."""

import signal
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

import dagster as dg

from golden_assets.defs.dead_runs import fail_dead_runs, host_of_run, on_interrupt
from golden_assets.defs.names import LLM_POOL
from golden_assets.embedded.processes import host_of, own_mark

LOOK_SECONDS = 1.0
SWEEP_EVERY = 10
"""Looks between two searches for holders that died meanwhile."""

Tell = Callable[[str], None]


@contextmanager
def pool_slot(instance: dg.DagsterInstance, run_id: str, steps: Sequence[str], tell: Tell) -> Iterator[None]:
    """A slot of the model pool for the first of these steps of the run, given back when the block ends; ``tell`` hears whom it waits for.

    Dagster finds the step's slot taken by the step itself and continues. Raises `KeyboardInterrupt` when the wait is interrupted.
    """
    if not steps or not _is_limited(instance):
        yield
        return
    storage = instance.event_log_storage
    try:
        with on_interrupt(signal.default_int_handler):
            _wait(instance, run_id, steps[0], tell)
        yield
    finally:
        storage.free_concurrency_slots_for_run(run_id)


def _wait(instance: dg.DagsterInstance, run_id: str, step: str, tell: Tell) -> None:
    from sqlalchemy.exc import DBAPIError

    storage, told, looks = instance.event_log_storage, "", 0
    if storage.get_concurrency_info(LLM_POOL).slot_count == 0:
        with suppress(DBAPIError):  # another run, which begins at the same moment, made the pool
            storage.initialize_concurrency_limit_to_default(LLM_POOL)
    while not storage.claim_concurrency_slot(LLM_POOL, run_id, step).is_claimed:
        looks += 1
        if looks % SWEEP_EVERY == 0:
            fail_dead_runs(instance, tell)
        text = _waiting_for(instance, run_id) or told
        if text != told:
            tell(text)
        told = text
        time.sleep(LOOK_SECONDS)


def _waiting_for(instance: dg.DagsterInstance, run_id: str) -> str:
    """``waiting for run X (pool llm)``: the run that has the slot, else the first that waits for it; empty when the slot is free by now."""
    pool = instance.event_log_storage.get_concurrency_info(LLM_POOL)
    claims = [claim.run_id for claim in pool.claimed_slots] + [claim.run_id for claim in pool.pending_steps]
    before = next((claim for claim in claims if claim != run_id), None)
    if before is None:
        return ""
    holder = instance.get_run_by_id(before)
    host = host_of_run(holder) if holder else ""
    place = f" on {host}" if host not in ("", host_of(own_mark())) else ""
    return f"waiting for run {before}{place} (pool {LLM_POOL})"


def _is_limited(instance: dg.DagsterInstance) -> bool:
    """Whether the instance limits the pool step by step; one that the user configured otherwise does not."""
    storage = instance.event_log_storage
    if not storage.supports_global_concurrency_limits or storage.get_concurrency_info(LLM_POOL).limit is None:
        return False
    granularity = storage.get_pool_config().pool_granularity
    return granularity is None or granularity.value == "op"
