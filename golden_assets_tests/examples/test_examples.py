"""The examples as a user runs them: the installed command in the examples' folder, on the session's real servers."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

from golden_assets_tests.e2e.conftest import environment as environment

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the examples."""
    return Path(shutil.copytree(EXAMPLES, tmp_path / "examples", ignore=shutil.ignore_patterns("__pycache__")))


def run(folder: Path, environment: dict[str, str], *call: str) -> subprocess.CompletedProcess[str]:
    path = f"{Path(sys.executable).parent}{os.pathsep}{environment['PATH']}"
    return subprocess.run(call, cwd=folder, env=environment | {"PATH": path}, capture_output=True, text=True, timeout=240, check=False)


def succeeded(ended: subprocess.CompletedProcess[str]) -> str:
    assert ended.returncode == 0, ended.stderr
    return ended.stdout


def test_the_registry_then_an_experiment_with_an_own_evaluator_and_the_gate_for_ci(folder: Path, environment: dict[str, str]) -> None:
    name = environment["GOLDEN_ASSETS_TESTSET_NAME"]
    script = f"import asyncio, registry; asyncio.run(registry.main(None, {name!r}))"
    assert succeeded(run(folder, environment, "python", "-c", script)).splitlines() == [
        "1.0.0 is active, with 2 rows",
        "1.1.0 is active: 1 row changed",
        "1.0.0 is active again",
    ]
    experiment = ["golden-assets", "experiment", "active", "--task", "my_rag:answer", "--evaluator", "my_rag:names_a_number"]
    assert "names_a_number" in succeeded(run(folder, environment, *experiment))

    (identifier,) = succeeded(run(folder, environment, "./ci_gate.sh", "0.2")).splitlines()
    few = run(folder, environment, "./ci_gate.sh", "0.2", identifier)
    assert few.returncode == 1
    assert "document" in few.stderr


def test_documents_in_a_table_of_langchain(folder: Path, environment: dict[str, str], database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute((folder / "langchain_table.sql").read_bytes())
    variables = environment | {"GOLDEN_ASSETS_DOCUMENTS_URL": database_url}
    printed = succeeded(run(folder, variables, "golden-assets", "run", "--docs", "table:handbook", "--size", "4"))
    assert "documents        3 (" in printed
    assert "in table handbook in" in printed
    assert "active version   1.0.0" in printed


def test_every_example_is_described_and_every_file_is_there() -> None:
    page = (EXAMPLES / "README.md").read_text(encoding="utf-8")
    files = {path.name for path in EXAMPLES.iterdir() if path.is_file() and path.name != "README.md"}
    assert {name for name in files if f"]({name})" not in page} == set()
