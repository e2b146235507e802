"""Runs and steps as spans: one trace per Dagster run, whichever process its steps execute in.

The ids of a run's trace and of its first span follow from the run id, so nothing need be handed from process to process.
"""

import inspect
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from typing import Any, TypeVar

import dagster as dg

from golden_assets.adapters.tracing import Span, Value, run_span, step_span
from golden_assets.defs.dead_runs import process_tag, under_way
from golden_assets.defs.interrupts import canceled_if_interrupted, cancelled_by_interrupt
from golden_assets.defs.names import LLM_POOL
from golden_assets.defs.pool import pool_slot
from golden_assets.manager.tracing import begin_tracing

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


@contextmanager
def traced_run(run_id: str, job: str) -> Iterator[None]:
    """A whole run as the first span of its trace."""
    begin_tracing()
    with run_span(run_id, job):
        yield


def traced_step(function: AnyFunction) -> AnyFunction:
    """Decorates the body of an asset, or of asset checks: it becomes a span of the run's trace, and what it calls spans below."""
    name = function.__name__

    @wraps(function)
    async def _traced_coroutine(*args: Any, **kwargs: Any) -> Any:
        with _step(name) as step:
            result = await cancelled_by_interrupt(function(*args, **kwargs), dg.OpExecutionContext.get().log.warning)
            step.set(**_said(result))
            return result

    @wraps(function)
    def _traced_generator(*args: Any, **kwargs: Any) -> Any:
        with _step(name):
            yield from function(*args, **kwargs)

    @wraps(function)
    def _traced_function(*args: Any, **kwargs: Any) -> Any:
        with _step(name):
            return function(*args, **kwargs)

    chosen: Any = _traced_function
    if inspect.iscoroutinefunction(function):
        chosen = _traced_coroutine
    elif inspect.isgeneratorfunction(function):
        chosen = _traced_generator
    traced: AnyFunction = chosen
    return traced


@contextmanager
def _step(name: str) -> Iterator[Span]:
    begin_tracing()
    context = dg.OpExecutionContext.get()
    with step_span(context.run_id, name) as step, canceled_if_interrupted(context):
        yield step


def _said(result: object) -> dict[str, Value]:
    """The numbers and the short names that a materialization carries: version, rows, tokens, cost."""
    metadata = result.metadata if isinstance(result, dg.MaterializeResult) and result.metadata else {}
    return {key: value for key, value in metadata.items() if "/" not in key and isinstance(value, str | int | float)}


class TracedExecutor(dg.Executor):
    """Another executor, whose runs are spans, show that they live, and wait for the model pool before they begin."""

    def __init__(self, inner: dg.Executor) -> None:
        self._inner = inner

    @property
    def retries(self) -> Any:
        """As the inner executor retries."""
        return self._inner.retries

    def execute(self, plan_context: Any, execution_plan: Any) -> Iterator[Any]:
        """As the inner executor does; the span ends with the last event."""
        instance, run_id = plan_context.instance, plan_context.run_id
        pooled = [step.key for step in execution_plan.get_steps_to_execute_in_topo_order() if step.pool == LLM_POOL]
        with under_way(instance, run_id):
            instance.add_run_tags(run_id, process_tag())
            with pool_slot(instance, run_id, pooled, plan_context.log.info), traced_run(run_id, plan_context.job_name):
                yield from self._inner.execute(plan_context, execution_plan)


def _create(context: dg.InitExecutorContext) -> dg.Executor:
    create = dg.in_process_executor.executor_creation_fn
    if create is None:
        raise TypeError("Dagster's in-process executor cannot be created")
    return TracedExecutor(create(context))


_SCHEMA: Any = dg.in_process_executor.config_schema
traced_in_process_executor = dg.ExecutorDefinition(name="in_process", config_schema=_SCHEMA, executor_creation_fn=_create)
"""Every step of a run in one process."""
