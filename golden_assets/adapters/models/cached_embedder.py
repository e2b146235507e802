"""An embedder that computes each text once: what it was asked before is remembered by the text's SHA-256."""

import hashlib
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.ports.models import Embedder, VectorCache
from golden_assets.domain.testsets.testset import TokenUsage

SINGLE = np.dtype("<f4")
"""Single precision, little-endian on every machine: half the size, and no model computes in more."""
PORTION = 2_048
"""Texts that are embedded before their vectors are kept: what an interruption can cost, and eight requests to an endpoint."""


class CachedEmbedder:
    """An `Embedder` over another one, which is asked only for what is not kept yet.

    Args:
        inner: computes what is new.
        cache: where vectors are kept.
        model: identifies whatever makes the vectors, where the embedder's name alone does not: the same name at two endpoints may be two
            models.
    """

    def __init__(self, inner: Embedder, cache: VectorCache, model: str | None = None) -> None:
        self._inner = inner
        self._cache = cache
        self._model = model or inner.name
        self.name = inner.name

    @property
    def usage(self) -> TokenUsage:
        """What the inner embedder used: kept vectors use nothing."""
        return self._inner.usage

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One unit-length vector per text, in order, in single precision whether it was kept or is new.

        Raises:
            TestsetError: a text is not Unicode (it holds half of a surrogate pair).
            ModelError, ServerError: the inner embedder failed, or the cache cannot be reached; what was embedded before it is kept.
        """
        keys = [_key(text) for text in texts]
        known = await self._cache.recall(self._model, list(dict.fromkeys(keys)))
        new = {key: text for key, text in zip(keys, texts, strict=True) if key not in known}
        for start in range(0, len(new), PORTION):
            portion = list(new)[start : start + PORTION]
            vectors = await self._inner.embed([new[key] for key in portion])
            made = {key: np.asarray(vector, dtype=SINGLE).tobytes() for key, vector in zip(portion, vectors, strict=True)}
            await self._cache.keep(self._model, made)
            known |= made
        return [np.frombuffer(known[key], dtype=SINGLE).astype(np.single).data for key in keys]


def _key(text: str) -> bytes:
    try:
        return hashlib.sha256(text.encode("utf-8")).digest()
    except UnicodeEncodeError:
        raise TestsetError(f"a text to embed is not Unicode: {text[:60]!a}", "remove the lone surrogate from it") from None


def unit_vectors(vectors: NDArray[Any]) -> list[list[float]]:
    """Each row of a (texts, dimensions) array divided by its Euclidean length, as the ports hand vectors on.

    Raises:
        ValueError: a row is zero or not finite, and so points nowhere.
    """
    rows = np.asarray(vectors, dtype=np.float64)
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if not (np.isfinite(lengths).all() and (lengths > 0).all()):
        raise ValueError("a vector is zero or not finite")
    unit: list[list[float]] = (rows / lengths).tolist()
    return unit
