"""A client that is killed (SIGKILL) right before its n-th statement or COMMIT, for n = 1, 2, ... until it gets through.

Usage: python -m golden_assets_tests.faults.killed_client URL ACTION; prints one line per attempt: killed, or done.
"""

import asyncio
import os
import signal
import sys

from sqlalchemy import event

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore
from golden_assets_tests.factories import a_report, a_testset


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
        testset = a_testset(size=8)
        if action == "create":
            asyncio.run(store.create_version(testset, a_report(testset), created_by="victim", run_id=None))
        else:
            asyncio.run(store.promote_version("1.1.0", promoted_by="victim", run_id=None))
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
