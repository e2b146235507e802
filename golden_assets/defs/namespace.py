"""Our resources in a code location that has others: their keys begin with ``golden_assets__``.

Dagster takes the name of a parameter for the key of its resource. Here the bodies of assets, checks, sensors and schedules keep short
names for parameters, and Dagster sees a signature with the keys: ``versions`` asks for ``golden_assets__versions``.
"""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Annotated, Any, TypeVar, get_origin

AnyFunction = TypeVar("AnyFunction", bound=Callable[..., Any])
NAMESPACE = "golden_assets__"


def resource_key(name: str) -> str:
    """The key under which Dagster knows our resource of this name."""
    return NAMESPACE + name


def by_short_name(arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments that Dagster passes, under the names of the parameters."""
    return {name.removeprefix(NAMESPACE): argument for name, argument in arguments.items()}


def signature_with_keys(function: Callable[..., Any]) -> inspect.Signature:
    """The signature of a function whose `ResourceParam` parameters are named by the keys of their resources."""
    signature = inspect.signature(function)
    return signature.replace(parameters=[_with_key(parameter) for parameter in signature.parameters.values()])


def _with_key(parameter: inspect.Parameter) -> inspect.Parameter:
    if get_origin(parameter.annotation) is not Annotated:
        return parameter
    return parameter.replace(name=resource_key(parameter.name), kind=inspect.Parameter.KEYWORD_ONLY)


def with_our_resources(function: AnyFunction) -> AnyFunction:
    """Decorates the body of a sensor or schedule: it gets our resources. `traced_step` does the same for assets and checks."""

    @wraps(function)
    def _called(*args: Any, **kwargs: Any) -> Any:
        return function(*args, **by_short_name(kwargs))

    _called.__signature__ = signature_with_keys(function)  # type: ignore[attr-defined]
    called: Any = _called
    decorated: AnyFunction = called
    return decorated
