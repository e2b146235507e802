"""A client that is killed (SIGKILL) right before its n-th statement or COMMIT, for n = 1, 2, ... until it gets through.

Usage: python -m golden_assets_tests.faults.killed_client URL ACTION; prints one line per attempt: killed, or done.
"""

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Coroutine

from sqlalchemy import event

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore
from golden_assets.domain.versions.versions import PublishedDataset
from golden_assets_tests.factories import a_report, a_testset

EIGHT_ROWS = a_testset(size=8)
"""Version 1.1.0 in the tests, after four rows as 1.0.0."""

ACTIONS: dict[str, Callable[[PostgresVersionStore], Coroutine[object, object, object]]] = {
    "create": lambda store: store.create_version(EIGHT_ROWS, a_report(EIGHT_ROWS), created_by="victim", run_id=None),
    "promote": lambda store: store.promote_version("1.1.0", promoted_by="victim", run_id=None),
    "force": lambda store: store.promote_version("1.1.0", promoted_by="victim", run_id=None, force=True, reason="demo"),
    "rollback": lambda store: store.rollback_version("1.0.0", "the new one is worse", performed_by="victim"),
    "archive": lambda store: store.archive_version("1.1.0", performed_by="victim"),
    "record_quality": lambda store: store.record_quality("1.1.0", a_report(EIGHT_ROWS), performed_by="victim"),
    "record_publication": lambda store: store.record_publication(
        PublishedDataset(
            testset_name=store.testset_name,
            version="1.1.0",
            testset_hash=EIGHT_ROWS.testset_hash,
            dataset_id="dataset",
            dataset_version_id="1",
            dataset_name="golden_testset",
            url="http://127.0.0.1:6006/datasets/dataset",
            example_count=8,
        )
    ),
}


def die_before(store: PostgresVersionStore, number: int) -> None:
    """Arm the store's engine."""
    left = [number]

    def count(*_: object) -> None:
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), signal.SIGKILL)

    engine = store.database._engine.sync_engine
    event.listen(engine, "before_cursor_execute", count)
    event.listen(engine, "commit", count)


def attempt(url: str, action: str, number: int) -> str:
    """Fork a client that dies at its ``number``-th step; how it ended."""
    child = os.fork()
    if child == 0:
        store = PostgresVersionStore(url, pooling=Pooling.PER_USE)
        die_before(store, number)
        asyncio.run(ACTIONS[action](store))
        os._exit(0)
    _, status = os.waitpid(child, 0)
    return "killed" if os.WIFSIGNALED(status) else f"done {os.WEXITSTATUS(status)}"


if __name__ == "__main__":
    a_report()  # what is imported late is imported before the first fork
    step, outcome = 0, "killed"
    while outcome == "killed":
        step += 1
        outcome = attempt(sys.argv[1], sys.argv[2], step)
        print(outcome, flush=True)
        if outcome == "killed":
            print(sys.stdin.readline().strip(), flush=True)
