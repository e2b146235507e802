"""golden_assets: golden testsets for RAG evaluation as gated, versioned, software-defined Dagster assets.

A *golden testset* is a set of questions with reference answers and the passages they come from. `golden_assets.definitions` is the table of
contents of the graph that makes one; `GoldenTestsetManager` is the way to the stored versions from Python.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from golden_assets.manager import GoldenTestsetManager, TestsetVersion

__all__ = ["GoldenTestsetManager", "TestsetVersion", "__version__"]

__version__: str
"""The release that is installed."""


def __getattr__(name: str) -> Any:
    """Import what is asked for when it is first asked for: a code location loads this package, too, and has no use for it."""
    if name == "__version__":
        from importlib.metadata import version

        return version("golden-assets")
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from golden_assets import manager

    return getattr(manager, name)
