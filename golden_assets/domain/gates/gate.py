"""What makes a function a gate: `gate`, over a function that judges and returns a verdict."""

from collections.abc import Callable
from types import ModuleType
from typing import Any, Generic, ParamSpec

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec, Stage, Subject, Verdict

P = ParamSpec("P")


class Gate(Generic[P]):
    """A function that judges, with what is known of it before it does."""

    def __init__(self, function: Callable[P, Verdict], spec: GateSpec, reads: Callable[[Any, Thresholds], tuple[Any, ...]] | None) -> None:
        self.spec = spec
        self.__name__ = spec.name
        self.__doc__ = function.__doc__
        self.__module__ = function.__module__
        self.reads = reads
        self._function = function

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> Verdict:
        """Judge."""
        return self._function(*args, **kwargs)


def gate(
    stage: Stage,
    subject: Subject,
    *limits: str,
    reads: Callable[[Any, Thresholds], tuple[Any, ...]] | None = None,
    is_hint: bool = False,
) -> Callable[[Callable[P, Verdict]], Gate[P]]:
    """Make a function a gate: its name is the gate's, and the first paragraph of its docstring the sentence that the UI shows.

    Args:
        stage: when it judges.
        subject: what it judges.
        limits: the fields of `Thresholds` that it goes by.
        reads: its arguments, from the evidence on its subject (a record of `evidence`) and the thresholds. Without it
            the gate is called by name, not by `evaluate.judge`.
        is_hint: whether it only warns.
    """

    def _made(function: Callable[P, Verdict]) -> Gate[P]:
        said = " ".join((function.__doc__ or function.__name__).split("\n\n")[0].split())
        spec = GateSpec(name=function.__name__, stage=stage, subject=subject, description=said, is_hint=is_hint, limits=limits)
        return Gate(function, spec, reads)

    return _made


def gates_in(*modules: ModuleType) -> tuple[Gate[...], ...]:
    """The gates of these modules, in the order in which they are defined."""
    return tuple(
        found for module in modules for found in vars(module).values() if isinstance(found, Gate) and found.__module__ == module.__name__
    )
