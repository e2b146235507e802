"""The plan's own test snippets for the manager, with a real URL and real frames where it has dots; names, steps and bounds are the plan's.

They close nothing: whoever tries the plan out has not read of pools. Its bounds of seconds are no claims on speed; these are measured by
``python -m bench registry``.
"""

import asyncio
import gc
import time
from collections.abc import Iterator

import pandas as pd
import pytest

from golden_assets import GoldenTestsetManager

pytestmark = pytest.mark.filterwarnings("ignore:.*was deleted while still open:ResourceWarning")


@pytest.fixture(autouse=True)
def connections_left_open_are_collected() -> Iterator[None]:
    """Collect what a snippet leaves open before the next test, which does not forgive it."""
    yield
    gc.collect()


@pytest.fixture
async def filled_url(database_url: str) -> str:
    """A database in which version 1.0.0 is active."""
    async with GoldenTestsetManager(db_url=database_url) as manager:
        await manager.create_version(pd.DataFrame({"user_input": ["question1"], "reference": ["answer1"]}), {}, auto_promote=True)
    return database_url


async def test_create_version(database_url: str):
    manager = GoldenTestsetManager(db_url=database_url)

    testset_df = pd.DataFrame({"user_input": ["question1", "question2"], "reference": ["answer1", "answer2"]})

    version = await manager.create_version(testset_df=testset_df, metadata={"source": "test"}, auto_promote=False)

    assert version.status == "draft"
    assert version.version.startswith("1.")


async def test_version_rollback(database_url: str):
    manager = GoldenTestsetManager(db_url=database_url)

    # Setup: Create and activate version
    v1 = await manager.create_version(pd.DataFrame({"user_input": ["question1"], "reference": ["answer1"]}), {})
    await manager.promote_version(v1.version)

    v2 = await manager.create_version(pd.DataFrame({"user_input": ["question1"], "reference": ["another answer"]}), {})
    await manager.promote_version(v2.version)

    # Test rollback
    result = await manager.rollback_version(to_version=v1.version, reason="Performance regression")

    assert result == True  # noqa: E712 - the plan's words
    current = await manager.get_active_version()
    assert current.version == v1.version


async def test_query_performance(filled_url: str):
    manager = GoldenTestsetManager(db_url=filled_url)

    start_time = time.time()
    version = await manager.get_active_version()
    duration = time.time() - start_time

    assert duration < 2.0  # Must respond within 2 seconds
    assert version.version == "1.0.0"


async def test_concurrent_operations(filled_url: str):
    manager = GoldenTestsetManager(db_url=filled_url)

    tasks = [manager.get_active_version(), manager.list_versions(), manager.get_version_metadata("1.0.0")]

    start_time = time.time()
    results = await asyncio.gather(*tasks)
    duration = time.time() - start_time

    assert duration < 5.0  # Concurrent ops within 5 seconds
    assert all(r is not None for r in results)
