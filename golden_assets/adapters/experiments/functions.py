"""Functions that the user names as ``package.module:function``, found as other tools find them: the working directory comes first."""

import importlib
import inspect
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.core.hashing import sha256_text

FORM = "write it like package.module:function, importable from the working directory"


def load_function(name: str) -> Callable[..., Any]:
    """The function, or anything else that can be called.

    Raises:
        ExperimentError: the module or function does not exist, or importing the module failed.
    """
    module_name, _, path = name.partition(":")
    if not (module_name and path):
        raise ExperimentError(f"{name!r} does not name a function", FORM)
    here = str(Path.cwd())
    if here not in sys.path:
        sys.path.insert(0, here)
    try:
        found: Any = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        raise ExperimentError(f"{name!r} cannot be imported ({error})", f"{FORM}, and install what it needs") from error
    except Exception as error:
        raise ExperimentError(f"importing {module_name!r} failed ({type(error).__name__}: {error})", "correct the module") from error
    for part in path.split("."):
        if not hasattr(found, part):
            raise ExperimentError(f"{module_name!r} has no {path!r}", FORM)
        found = getattr(found, part)
    if not callable(found):
        raise ExperimentError(f"{name!r} cannot be called", "name a function")
    return found  # type: ignore[no-any-return]


def fingerprint_of(name: str, function: Callable[..., Any]) -> str:
    """Changes with the name and with the source of the module; what that imports is not seen."""
    try:
        source = inspect.getsource(inspect.getmodule(function) or function)
    except (OSError, TypeError):
        source = ""
    return sha256_text(f"{name}\n{source}")


def parameters_of(name: str, function: Callable[..., Any]) -> list[inspect.Parameter]:
    """The parameters it is called with. Raises `ExperimentError` when that cannot be told."""
    try:
        return list(inspect.signature(function).parameters.values())
    except (TypeError, ValueError) as error:
        raise ExperimentError(f"the parameters of {name!r} cannot be seen", "wrap it into a function of your own") from error
