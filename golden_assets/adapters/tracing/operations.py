"""Every operation of the manager as a span, with the versions it was given and the one it came to."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from golden_assets.adapters.tracing.spans import span

AnyClass = TypeVar("AnyClass", bound=type)
UNTRACED = ("close",)


def traced_operations(manager: AnyClass) -> AnyClass:
    """Decorates a class: each of its public coroutine functions is a span of its name."""
    for name, function in list(vars(manager).items()):
        if inspect.iscoroutinefunction(function) and not name.startswith("_") and name not in UNTRACED:
            setattr(manager, name, _traced(function))
    return manager


def _traced(function: Callable[..., Any]) -> Callable[..., Any]:
    signature = inspect.signature(function)

    @wraps(function)
    async def _operation(*args: Any, **kwargs: Any) -> Any:
        given = signature.bind(*args, **kwargs).arguments
        versions = {name: value for name, value in given.items() if "version" in name and isinstance(value, str)}
        with span(function.__name__, "CHAIN", **versions) as work:
            result = await function(*args, **kwargs)
            number = getattr(result, "version", None)
            work.set(version=number if isinstance(number, str) else None, rows=_rows(result))
            return result

    return _operation


def _rows(result: object) -> int | None:
    """How many rows the version has that came of it."""
    stored = getattr(result, "stored", None)
    return stored.summary.row_count if stored is not None else getattr(result, "row_count", None)
