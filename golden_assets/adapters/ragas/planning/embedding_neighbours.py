"""Which chunks resemble a chunk, by embedding."""

import asyncio
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from golden_assets.adapters.models.call_tracking import noting_calls
from golden_assets.domain.core.errors import ContextLengthError, ModelError
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.ports.models import Embedder

NEAREST = 2
"""Partners that are looked at for one chunk: each costs one extraction unless it is known already."""

EXCERPT = 1000
"""Characters of a chunk that are embedded: small embedding models read no further than some 250 tokens, others charge for all."""


POOL = "pool"
"""What the pool is embedded under; single chunks are under their hashes."""


class Neighbours:
    """Finds the nearest chunks in a pool; the pool is embedded when it is first needed, each chunk once.

    What is embedded together does not depend on who asks first: so a run that is started again asks the same, and the ledger knows it.

    Args:
        embedder: gives unit vectors, so that the dot product is the cosine.
        pool: where neighbours are looked for.
    """

    def __init__(self, embedder: Embedder, pool: Sequence[Chunk]) -> None:
        self._embedder = embedder
        self._pool = list(pool)
        self._vectors: dict[str, NDArray[np.float64]] = {}
        self._calls: dict[str, tuple[str, ...]] = {}
        self._locks: dict[str, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._failure: ModelError | None = None

    async def of(self, chunk: Chunk, count: int = NEAREST) -> list[Chunk]:
        """The `NEAREST` chunks of other documents, or of the same one without any other.

        Raises:
            ModelError: the embedder failed.
        """
        foreign = [other for other in self._pool if other.document_id != chunk.document_id]
        others = foreign or [other for other in self._pool if other.chunk_hash != chunk.chunk_hash]
        if not others:
            return []
        await asyncio.gather(self._embed(POOL, self._pool), *(() if chunk in self._pool else (self._embed(chunk.chunk_hash, [chunk]),)))
        similarities = np.stack([self._vectors[other.chunk_hash] for other in others]) @ self._vectors[chunk.chunk_hash]
        return [others[index] for index in np.argsort(-similarities, kind="stable")[:count]]

    def calls_for(self, chunk: Chunk) -> tuple[str, ...]:
        """The ledger's calls that the answer on this chunk came from, each once."""
        return tuple(dict.fromkeys(call for one in [*self._pool, chunk] for call in self._calls.get(one.chunk_hash, ())))

    async def _vectors_of(self, texts: list[str]) -> Sequence[Sequence[float]]:
        """Of the excerpts, or of less of each when the model's context does not hold them."""
        try:
            return await self._embedder.embed(texts)
        except ContextLengthError:
            return await self._embedder.embed([text[: EXCERPT // 4] for text in texts])

    async def _embed(self, name: str, chunks: Sequence[Chunk]) -> None:
        """Embed what has no vector yet; one caller at a time under each name, so that nothing is embedded twice.

        After a failure it is not tried again.
        """
        async with self._locks[name]:
            if self._failure is not None:
                raise self._failure
            missing = {chunk.chunk_hash: chunk.text[:EXCERPT] for chunk in chunks if chunk.chunk_hash not in self._vectors}
            if not missing:
                return
            try:
                with noting_calls() as calls:
                    vectors = await self._vectors_of(list(missing.values()))
            except ModelError as error:
                self._failure = error
                raise
            self._calls.update(dict.fromkeys(missing, tuple(sorted(calls))))
            self._vectors.update(zip(missing, np.asarray(vectors, dtype=np.float64), strict=True))
