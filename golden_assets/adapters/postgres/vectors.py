"""Vectors of texts that were embedded before (port `VectorCache`)."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, TypeVar

from golden_assets.adapters.postgres.database import Database, Pooling, as_database, statement

if TYPE_CHECKING:
    from sqlalchemy import CursorResult

MAX_VECTORS = 250_000
"""Vectors kept of all embedders together; the longest unused go. 0.5 GB at 384 dimensions, 1.6 GB at 1,536."""
_BATCH = 2_000
"""Vectors in one statement: 3 MB at 384 dimensions."""
_Item = TypeVar("_Item")


class PostgresVectorCache:
    """A bounded cache in PostgreSQL, which several processes may fill at a time.

    Args:
        database: a `Database`, or the URL of one.
        pooling: how connections to a URL are kept; `Pooling.PER_USE` where several event loops take turns.
        max_vectors: what is kept at most.
    """

    def __init__(self, database: Database | str, pooling: Pooling = Pooling.POOLED, max_vectors: int = MAX_VECTORS) -> None:
        self._database = as_database(database, pooling)
        self._most = max_vectors

    async def recall(self, embedder: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """The vectors that are kept, by the SHA-256 of their texts. Raises `ServerError`, `RegistryError`."""
        found: dict[bytes, bytes] = {}
        for batch in _batches(list(hashes)):
            rows = await self._run("recall_vectors", {"embedder": embedder, "hashes": batch})
            found |= {bytes(row.text_sha256): bytes(row.vector) for row in rows}
        return found

    async def keep(self, embedder: str, vectors: Mapping[bytes, bytes]) -> None:
        """Keep vectors by the SHA-256 of their texts; the first of a text stays. Raises `ServerError`, `RegistryError`."""
        for batch in _batches(list(vectors.items())):
            hashes, values = [key for key, _ in batch], [value for _, value in batch]
            await self._run("keep_vectors", {"embedder": embedder, "hashes": hashes, "vectors": values, "most": self._most})

    async def dispose(self) -> None:
        """Close all pooled connections."""
        await self._database.dispose()

    async def _run(self, name: str, parameters: dict[str, Any]) -> "CursorResult[Any]":
        return await self._database.run(lambda connection, _: connection.execute(statement(name), parameters))


def _batches(items: list[_Item]) -> Iterator[list[_Item]]:
    return (items[start : start + _BATCH] for start in range(0, len(items), _BATCH))
