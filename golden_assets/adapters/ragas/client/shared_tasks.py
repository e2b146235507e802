"""Work that several tasks wait for and one does."""

from asyncio import Task
from collections.abc import Callable, Coroutine, Hashable
from typing import Any, Generic, Protocol, TypeVar

Result = TypeVar("Result")


class Spawn(Protocol):
    """Starts a task that ends with the run; ``asyncio.TaskGroup.create_task`` is one."""

    def __call__(self, work: Coroutine[Any, Any, Result], /) -> Task[Result]:
        """The started task."""
        ...


class Memo(Generic[Result]):
    """Remembers results by key; the first caller starts the work.

    Args:
        spawn: starts the task that the waiters share.
    """

    def __init__(self, spawn: Spawn) -> None:
        self._spawn = spawn
        self._tasks: dict[Hashable, Task[Result]] = {}

    async def get(self, key: Hashable, work: Callable[[], Coroutine[Any, Any, Result]]) -> Result:
        """The result of the first ``work`` given under this key. Raises what that work raised."""
        if key not in self._tasks:
            self._tasks[key] = self._spawn(work())
        return await self._tasks[key]
