"""What was embedded once is not computed again, whoever asks, and the cache stays within its bound."""

import asyncio
import hashlib
from collections.abc import Sequence

import numpy as np
import psycopg
import pytest

from golden_assets.adapters.models.cached_embedder import PORTION, CachedEmbedder
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.adapters.postgres import Pooling, PostgresVectorCache, migrate
from golden_assets.domain.core.errors import ModelError, RegistryError, ServerError, TestsetError
from golden_assets.domain.testsets.testset import TokenUsage


@pytest.fixture
def registry_url(database_url: str) -> str:
    """Nobody else's vectors."""
    migrate(database_url)
    return database_url


@pytest.fixture
def cache(registry_url: str) -> PostgresVectorCache:
    return PostgresVectorCache(registry_url, Pooling.PER_USE)


class Counting:
    """An embedder whose vectors are the text's hash; it notes what it is asked and fails when it has given enough."""

    name = "counting 1"
    usage = TokenUsage()

    def __init__(self, gives: int = 1_000_000) -> None:
        self.asked: list[str] = []
        self._gives = gives

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        if len(self.asked) + len(texts) > self._gives:
            raise ModelError("the endpoint is gone", "wait")
        self.asked += texts
        vectors = np.array([list(hashlib.sha256(text.encode()).digest()) for text in texts], dtype=float) + 1
        return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).tolist()


def key(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


def count(owner: psycopg.Connection) -> int:
    return owner.execute("SELECT count(*) FROM golden_assets.golden_vectors").fetchone()[0]


async def test_a_second_report_of_the_same_questions_computes_nothing_and_gets_the_same_bits(cache: PostgresVectorCache):
    texts = ["How is the pump primed?", "", "Wie lange hält die Batterie? 🔋", "How is the pump primed?"]
    first, second = MiniLMEmbedder(), MiniLMEmbedder()
    before = await CachedEmbedder(first, cache).embed(texts)
    after = await CachedEmbedder(second, cache).embed(texts)
    assert (first.usage.calls, second.usage.calls) == (1, 0)
    assert np.array_equal(np.asarray(before), np.asarray(after))
    assert np.asarray(before) == pytest.approx(np.asarray(await MiniLMEmbedder().embed(texts)), abs=1e-7)
    assert np.array_equal(before[0], before[3])


async def test_only_what_is_new_is_computed_and_equal_texts_once(cache: PostgresVectorCache):
    await CachedEmbedder(Counting(), cache).embed([f"question {n}" for n in range(100)])
    inner = Counting()
    vectors = await CachedEmbedder(inner, cache).embed(["new", *(f"question {n}" for n in range(100)), "new"])
    assert inner.asked == ["new"]
    assert len(vectors) == 102


async def test_no_texts_are_no_question_to_anybody(cache: PostgresVectorCache):
    inner = Counting(gives=0)
    assert await CachedEmbedder(inner, cache).embed([]) == []


async def test_more_texts_than_one_portion_come_back_in_order(cache: PostgresVectorCache, owner: psycopg.Connection):
    texts = [f"question {n}" for n in range(PORTION + 50)]
    inner = Counting()
    vectors = await CachedEmbedder(inner, cache).embed(texts)
    assert np.asarray(vectors) == pytest.approx(np.asarray(await Counting().embed(texts)), abs=1e-7)
    assert count(owner) == len(texts)


async def test_what_was_embedded_before_a_failure_is_kept(cache: PostgresVectorCache):
    texts = [f"question {n}" for n in range(PORTION + 50)]
    with pytest.raises(ModelError, match="the endpoint is gone"):
        await CachedEmbedder(Counting(gives=PORTION), cache).embed(texts)
    again = Counting()
    await CachedEmbedder(again, cache).embed(texts)
    assert again.asked == texts[PORTION:]


async def test_models_of_one_name_at_two_endpoints_do_not_share_vectors(cache: PostgresVectorCache):
    inner = Counting()
    for place in ("m at host-a/v1", "m at host-b/v1", "m at host-a/v1"):
        await CachedEmbedder(inner, cache, place).embed(["text"])
    assert inner.asked == ["text", "text"]


async def test_two_writers_of_the_same_texts_at_once_leave_one_vector_each(
    cache: PostgresVectorCache, registry_url: str, owner: psycopg.Connection
):
    there, back = [f"q {n}" for n in range(3_000)], [f"q {n}" for n in reversed(range(3_000))]
    other = PostgresVectorCache(registry_url, Pooling.PER_USE)
    first, second = await asyncio.gather(CachedEmbedder(Counting(), cache).embed(there), CachedEmbedder(Counting(), other).embed(back))
    assert np.array_equal(np.asarray(first), np.asarray(second)[::-1])
    assert count(owner) == 3_000


async def test_a_writer_waits_for_another_that_has_not_committed_and_keeps_its_vector(
    cache: PostgresVectorCache, owner: psycopg.Connection
):
    with owner.transaction():
        owner.execute("SELECT golden_assets.keep_vectors('m', ARRAY[%s::bytea], ARRAY[%s::bytea], 10)", [key("t"), b"\x00\x00\x80\x3f"])
        late = asyncio.create_task(cache.keep("m", {key("t"): b"\x00\x00\x00\x40"}))
        await asyncio.sleep(0.2)
        assert not late.done()
    await late
    assert await cache.recall("m", [key("t")]) == {key("t"): b"\x00\x00\x80\x3f"}


async def test_the_longest_unused_go_when_the_cache_is_full(registry_url: str, owner: psycopg.Connection):
    small = PostgresVectorCache(registry_url, Pooling.PER_USE, max_vectors=10)
    await small.keep("m", {key(f"old {n}"): b"1234" for n in range(10)})
    owner.execute("UPDATE golden_assets.golden_vectors SET used_at = now() - interval '3 days'")
    await small.recall("m", [key("old 7")])
    await small.keep("m", {key(f"new {n}"): b"1234" for n in range(9)})
    assert count(owner) == 10
    assert len(await small.recall("m", [key("old 7"), *(key(f"new {n}") for n in range(9))])) == 10


async def test_reading_writes_at_most_once_a_day(cache: PostgresVectorCache, owner: psycopg.Connection):
    await cache.keep("m", {key("t"): b"1234"})
    used = "SELECT used_at FROM golden_assets.golden_vectors"
    before = owner.execute(used).fetchone()
    await cache.recall("m", [key("t")])
    assert owner.execute(used).fetchone() == before


@pytest.mark.parametrize(("hashed", "vector"), [(b"short", b"1234"), (key("t"), b"123"), (key("t"), b"")])
async def test_what_is_no_vector_is_refused(cache: PostgresVectorCache, hashed: bytes, vector: bytes):
    with pytest.raises(RegistryError, match="refused"):
        await cache.keep("m", {hashed: vector})


async def test_a_text_with_half_a_surrogate_pair_is_named(cache: PostgresVectorCache):
    with pytest.raises(TestsetError, match=r"not Unicode: 'a\\ud800b': remove the lone surrogate"):
        await CachedEmbedder(Counting(), cache).embed(["fine", "a\ud800b"])


async def test_control_characters_and_huge_texts_are_texts_like_any_other(cache: PostgresVectorCache):
    inner = Counting()
    for _ in range(2):
        await CachedEmbedder(inner, cache).embed(["\x00\x1b[31m", "x" * 2_000_000])
    assert len(inner.asked) == 2


async def test_a_database_that_is_gone_is_said_so():
    gone = PostgresVectorCache("postgresql://golden_assets:x@127.0.0.1:1/none", Pooling.PER_USE)
    with pytest.raises(ServerError):
        await CachedEmbedder(Counting(), gone).embed(["text"])
