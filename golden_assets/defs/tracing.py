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
from golden_assets.application import begin_tracing
from golden_assets.defs.dead_runs import canceled_if_interrupted, cancelled_by_interrupt, process_tag, under_way
from golden_assets.defs.names import LLM_POOL, by_short_name, signature_with_keys
from golden_assets.defs.pool import pool_slot
from golden_assets.domain.core.text import counted

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])


ASSETS_CLICKED = "__ASSET_JOB"
"""How the name of the job begins that Dagster makes of assets chosen in the UI."""


class StepFailed(Exception):
    """A step of a run failed; the span of the step tells why."""


@contextmanager
def traced_run(run_id: str, name: str) -> Iterator[Span]:
    """A whole run as the first span of its trace."""
    begin_tracing()
    with run_span(run_id, name) as run:
        yield run


def note_failure(run: Span, event: dg.DagsterEvent) -> None:
    """A run failed when one of its steps did: Dagster turns the error into an event, so it does not end the span."""
    if event.is_step_failure:
        run.fail(StepFailed(str(event.step_key)))


def name_of(run: dg.DagsterRun) -> str:
    """The job, or what was chosen in the UI: ``materialize active_version``, ``materialize 3 assets``, ``check rows_are_fresh``."""
    if not run.job_name.startswith(ASSETS_CLICKED):
        return run.job_name
    assets = sorted(key.path[-1] for key in run.asset_selection or ())
    checks = sorted(key.name for key in run.asset_check_selection or ())
    verb, noun, chosen = ("materialize", "asset", assets) if assets else ("check", "check", checks)
    return f"{verb} {chosen[0] if len(chosen) == 1 else counted(len(chosen), noun)}"


def traced_step(function: AnyFunction) -> AnyFunction:
    """Decorates the body of an asset, or of asset checks: it becomes a span of the run's trace, and what it calls spans below.

    It gets our resources, by the names of its parameters.
    """
    name = function.__name__

    @wraps(function)
    async def _traced_coroutine(*args: Any, **kwargs: Any) -> Any:
        with _step(name) as step:
            result = await cancelled_by_interrupt(function(*args, **by_short_name(kwargs)), dg.OpExecutionContext.get().log.warning)
            step.set(**_said(result))
            return result

    @wraps(function)
    def _traced_generator(*args: Any, **kwargs: Any) -> Any:
        with _step(name) as step:
            for result in function(*args, **by_short_name(kwargs)):
                step.set(**_said(result))
                yield result

    @wraps(function)
    def _traced_function(*args: Any, **kwargs: Any) -> Any:
        with _step(name):
            return function(*args, **by_short_name(kwargs))

    kinds = (
        (inspect.iscoroutinefunction, _traced_coroutine),
        (inspect.isasyncgenfunction, _traced_async_generator(function)),
        (inspect.isgeneratorfunction, _traced_generator),
    )
    chosen: Any = next((made for is_of_kind, made in kinds if is_of_kind(function)), _traced_function)
    _describe(chosen, function)
    traced: AnyFunction = chosen
    return traced


def _traced_async_generator(function: Callable[..., Any]) -> Callable[..., Any]:
    """An asynchronous generator as a step. Its results are handed out after the span, for each may be asked for in another context."""

    @wraps(function)
    async def _traced(*args: Any, **kwargs: Any) -> Any:
        async def _all() -> list[Any]:
            return [result async for result in function(*args, **by_short_name(kwargs))]

        with _step(function.__name__) as step:
            results = await cancelled_by_interrupt(_all(), dg.OpExecutionContext.get().log.warning)
            step.set(**{key: value for result in results for key, value in _said(result).items()})
        for result in results:
            yield result

    return _traced


def _describe(traced: Any, function: Callable[..., Any]) -> None:
    """Let Dagster see the keys of our resources, and not what an asynchronous generator is annotated with: it takes that for its output."""
    traced.__signature__ = signature_with_keys(function)
    if inspect.isasyncgenfunction(function):
        traced.__signature__ = traced.__signature__.replace(return_annotation=inspect.Signature.empty)
        traced.__annotations__ = {name: kind for name, kind in traced.__annotations__.items() if name != "return"}


@contextmanager
def _step(name: str) -> Iterator[Span]:
    begin_tracing()
    context = dg.OpExecutionContext.get()
    asset = context.op_handle.path[0] if context.op_handle.parent else name
    with step_span(context.run_id, asset) as step, canceled_if_interrupted(context):
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
            waited = pool_slot(instance, run_id, pooled, plan_context.log.info)
            with waited, traced_run(run_id, name_of(plan_context.dagster_run)) as run:
                for event in self._inner.execute(plan_context, execution_plan):
                    note_failure(run, event)
                    yield event


def _create(context: dg.InitExecutorContext) -> dg.Executor:
    create = dg.in_process_executor.executor_creation_fn
    if create is None:
        raise TypeError("Dagster's in-process executor cannot be created")
    return TracedExecutor(create(context))


_SCHEMA: Any = dg.in_process_executor.config_schema
traced_in_process_executor = dg.ExecutorDefinition(name="in_process", config_schema=_SCHEMA, executor_creation_fn=_create)
"""Every step of a run in one process."""
