import signal
import subprocess
import sys
import time
from collections.abc import Callable

import psycopg
import pytest

from golden_assets.adapters.postgres import held_locks
from golden_assets.adapters.postgres.connecting import connect
from golden_assets.adapters.postgres.held_locks import held_lock, is_held
from golden_assets.adapters.postgres.sql_files import query
from golden_assets.domain.core.errors import ServerError

HOLD = """
import sys
from golden_assets.adapters.postgres.held_locks import held_lock
with held_lock(sys.argv[1], "work"):
    print(flush=True)
    sys.stdin.read()
"""


def within(seconds: float, condition: Callable[[], bool]) -> bool:
    deadline = time.monotonic() + seconds
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.05)
    return condition()


def test_a_lock_is_seen_by_others_while_it_is_held(database_url: str) -> None:
    with held_lock(database_url, "work"):
        assert is_held(database_url, "work")
        assert not is_held(database_url, "other work")
    assert not is_held(database_url, "work")


def test_a_killed_process_holds_nothing(database_url: str) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, database_url], stdin=subprocess.PIPE, stdout=subprocess.PIPE) as holder:
        holder.stdout.readline()
        assert is_held(database_url, "work")
        holder.send_signal(signal.SIGKILL)
    assert within(5, lambda: not is_held(database_url, "work"))


def test_a_lock_that_was_lost_with_its_connection_is_taken_again(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(held_locks, "KEEP_SECONDS", 0.1)
    with held_lock(database_url, "work"):
        with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as admin:
            admin.execute("SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory'")
        assert within(5, lambda: is_held(database_url, "work"))


def test_a_lock_that_the_server_still_gives_to_a_lost_session_is_taken_when_that_ends(
    database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    lost = connect(database_url)
    lost.execute(query("hold_lock"), {"name": "work"})
    monkeypatch.setattr(held_locks, "KEEP_SECONDS", 0.1)
    with held_lock(database_url, "work"):
        lost.close()
        assert within(5, lambda: is_held(database_url, "work"))


def test_a_database_that_cannot_be_reached_is_one_line() -> None:
    with (
        pytest.raises(ServerError, match=r"^the database at 127\.0\.0\.1:1/x cannot be used \(.*\): check that it runs"),
        held_lock("postgresql://me:secret@127.0.0.1:1/x", "work"),
    ):
        pass
