"""The schema, set up and taken down from the command line."""

import io
import sys

import psycopg
import pytest

from golden_assets.adapters.postgres.migrations import migrations
from golden_assets_tests.cli.conftest import Golden


class Terminal(io.StringIO):
    """A person at the keyboard."""

    def isatty(self) -> bool:
        return True


def applied(golden: Golden) -> list[int]:
    status = golden("db", "status", "--format", "json").json
    return [migration["number"] for migration in status["migrations"] if migration["applied_at"]]


def test_up_status_and_down(golden: Golden) -> None:
    everything = [migration.number for migration in migrations()]
    assert golden("db", "status").out.count("pending") == len(everything)
    assert applied(golden) == []
    assert golden("db", "up").out.splitlines()[0] == "applied 0001 content_addresses"
    assert applied(golden) == everything
    assert golden("db", "up").out == "nothing was pending\n"
    assert golden("db", "down", "--to", 2, "--yes").out.splitlines()[-1] == "took back 0003 versions"
    assert applied(golden) == [1, 2]
    assert golden("db", "down", "--yes").status == 0
    assert golden("db", "down", "--yes").out == "nothing was applied\n"


def test_status_names_the_place_but_not_the_password(golden: Golden, database_url: str) -> None:
    database = golden("db", "status", "--format", "json").json["database"]
    assert database.endswith("/" + database_url.rpartition("/")[2])
    assert "@" not in database


def test_a_program_must_say_yes_before_data_are_lost(golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    ended = golden("db", "down")
    assert (ended.status, ended.out) == (2, "")
    assert "confirm with --yes" in ended.err
    assert len(golden("list-versions", "--format", "json").json) == 2


@pytest.mark.parametrize(("answer", "status", "left"), [("n\n", 1, 2), ("", 1, 2), ("y\n", 0, 0)])
def test_a_person_is_asked(
    golden: Golden, two_versions: list[str], monkeypatch: pytest.MonkeyPatch, answer: str, status: int, left: int
) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal(answer))
    ended = golden("db", "down")
    assert ended.status == status
    assert "Delete the versions, judgements and audit log of every testset at " in ended.out
    assert status == 0 or ended.err.strip() == "error: interrupted"
    assert len(golden("list-versions", "--format", "json").json) == left


def test_a_database_that_is_not_there_is_one_line(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", "postgresql://user:canary@127.0.0.1:1/nothing")
    for arguments in (["db", "status"], ["db", "up"], ["list-versions"]):
        ended = golden(*arguments)
        assert (ended.status, ended.out) == (1, "")
        assert ended.err.startswith("error: the database at 127.0.0.1:1/nothing cannot be used")
        assert ended.err.count("\n") == 1
        assert "canary" not in ended.err


def test_a_bad_setting_is_wrong_usage(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_POOL_MAX", "2")
    ended = golden("list-versions")
    assert ended.status == 2
    assert ended.err.startswith("error: GOLDEN_ASSETS_POOL_MAX is not valid")


@pytest.mark.parametrize("url", ["postgresql://user:canary@[bad/x", "postgresql://user:canary@h:port/x", "mysql://user:canary@h/x"])
@pytest.mark.parametrize("command", ["list-versions", "status", "costs", "run"])
def test_what_is_not_a_database_url_is_one_line(golden: Golden, monkeypatch: pytest.MonkeyPatch, url: str, command: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", url)
    monkeypatch.setenv("GOLDEN_ASSETS_PHOENIX", "none")  # else a server is started first
    ended = golden(command)
    assert (ended.status, ended.out) == (2, "")
    assert ended.err.rstrip().splitlines()[-1].endswith(": write postgresql://user:password@host:5432/database.")
    assert "canary" not in ended.err


def test_a_database_of_ones_own_is_upgraded_by_db_up_alone(golden: Golden, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("GOLDEN_ASSETS_AUTO_MIGRATE")
    for command in ("list-versions", "costs", "status"):
        ended = golden(command)
        assert (ended.status, ended.err.count("\n")) == (1, 1)
        assert ended.err.endswith("has no registry yet: set it up with: golden-assets db up.\n")
    assert applied(golden) == []
    assert golden("db", "up").status == 0
    before, last = migrations()[-2:]
    golden("db", "down", "--to", before.number, "--yes")
    ended = golden("budget", "status")
    assert ended.err.endswith(f"lacks 1 migration of this release, from {last.label} on: apply them with: golden-assets db up.\n")
    monkeypatch.setenv("GOLDEN_ASSETS_AUTO_MIGRATE", "true")
    assert golden("budget", "status").status == 0
    assert applied(golden)[-1] == last.number


def test_status_says_which_release_applied_what(golden: Golden, database_url: str) -> None:
    golden("db", "up")
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute(
            """INSERT INTO golden_assets.schema_migrations (number, name, sha256, compatible_with, release, applied_by)
               VALUES (9000, 'later', 'x', 1, '9.9.0', 'dora')"""
        )
    assert golden("list-versions").status == 0
    assert "9000 later" in golden("db", "status").out
    assert "9.9.0 (newer than this one)" in golden("db", "status").out
    listed = golden("db", "status", "--format", "json").json["migrations"][-1]
    assert listed | {"applied_at": None} == {
        "number": 9000, "name": "later", "applied_at": None, "release": "9.9.0", "is_known": False,
    }  # fmt: skip
