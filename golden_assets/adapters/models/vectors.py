"""Unit vectors, whichever model they come from."""

from typing import Any

import numpy as np
from numpy.typing import NDArray


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
