"""The command as `main` runs it, in this process, on a database of the test's own; its output is no terminal unless a test asks for one."""

import asyncio
import json
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from golden_assets.cli import main
from golden_assets.domain.testsets.testset import Testset, TokenUsage
from golden_assets.embedded.servers import down
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.factories import a_corpus, a_report, a_testset, changed, rows_on

CORPUS = a_corpus(count=6)


class Ended(NamedTuple):
    """How a command ended, and what it wrote."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """Standard output as the one JSON document that it must be."""
        return json.loads(self.out)


Golden = Callable[..., Ended]


@pytest.fixture
def golden(database_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> Iterator[Golden]:
    """Run ``golden-assets`` with these arguments; what a command starts in its home ends with the test."""
    for name in [name for name in os.environ if name.startswith(("GOLDEN_ASSETS_", "FORCE_COLOR"))]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", database_url)
    monkeypatch.setenv("GOLDEN_ASSETS_AUTO_MIGRATE", "true")
    home = tmp_path / "home"
    monkeypatch.setenv("GOLDEN_ASSETS_HOME", str(home))  # no server runs there yet
    monkeypatch.setenv("COLUMNS", "80")

    def run(*arguments: object) -> Ended:
        monkeypatch.setattr(sys, "argv", ["golden-assets", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            main()
        captured = capsys.readouterr()
        return Ended(int(ended.value.code or 0), captured.out, captured.err)

    yield run
    if home.exists():
        down(home)


@pytest.fixture
def terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the command take its output for a terminal of 80 columns, without colours."""
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "dumb")


def first_testset() -> Testset:
    """48 rows."""
    return a_testset(rows_on(CORPUS, 48), CORPUS, usage=TokenUsage(calls=50, prompt_tokens=1000, cost_usd=0.08))


def second_testset() -> Testset:
    """Against the first: 47 unchanged, one answered otherwise, two added, of which one tries to be markup."""
    rows = rows_on(CORPUS, 49)
    rude = changed(rows[0], user_input="<script>alert(1)</script> [red]What[/red] is \x1b[31mred\x1b[0m?")
    otherwise = changed(rows[1], reference="Otherwise.")
    return a_testset((rows[0], otherwise, *rows[2:], rude), CORPUS, usage=TokenUsage(calls=60, prompt_tokens=2000, cost_usd=0.09))


def store(url: str, *testsets: Testset, judged: bool = True) -> list[str]:
    """Store testsets; their version numbers."""

    async def create() -> list[str]:
        async with GoldenTestsetManager(db_url=url, performed_by="test") as manager:
            registry = await manager._store()
            stored = []
            for testset in testsets:
                report = a_report(testset, CORPUS) if judged else None
                summary, _ = await registry.create_version(testset, report, created_by="test", run_id=None)
                stored.append(summary.version)
        return stored

    return asyncio.run(create())


@pytest.fixture
def two_versions(golden: Golden, database_url: str) -> list[str]:
    """1.0.0 and 1.0.1, both validated, neither active."""
    return store(database_url, first_testset(), second_testset())
