"""The product as a user meets it: the installed command in a process of its own, on the session's real servers."""

import os
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psycopg
import pytest
from psycopg.rows import dict_row

from golden_assets.cli.local.dagster_home import prepare_dagster
from golden_assets.embedded.phoenix import PhoenixServer
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.settings.settings import Settings
from golden_assets_tests.commands import run_command
from golden_assets_tests.endpoint_server import KEY, EndpointServer, serving

COMMAND = str(Path(sys.executable).parent / "golden-assets")
SHARED_VARIABLES = ("OPENAI_", "PHOENIX_", "DAGSTER_HOME", "GOLDEN_ASSETS_")
Run = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def environment(embedded_home: Path, phoenix_server: PhoenixServer) -> dict[str, str]:
    """A user's environment: the session's home, a testset of this test's own, nothing else set. Phoenix is up."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(SHARED_VARIABLES)}
    testset = f"test_{uuid.uuid4().hex[:12]}"
    given = {"GOLDEN_ASSETS_HOME": str(embedded_home), "GOLDEN_ASSETS_TESTSET_NAME": testset, "GOLDEN_ASSETS_AUTO_MIGRATE": "true"}
    return inherited | given | {"COLUMNS": "200"}


@pytest.fixture
def own_environment(tmp_path: Path) -> Iterator[dict[str, str]]:
    """A home of this test's own, since the commands under test stop the servers of their home."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(SHARED_VARIABLES)}
    environment = inherited | {"GOLDEN_ASSETS_HOME": str(tmp_path / "home")}
    yield environment
    subprocess.run([COMMAND, "down"], env=environment, check=True, capture_output=True)


@pytest.fixture
def command(environment: dict[str, str], tmp_path: Path) -> Run:
    """Run ``golden-assets`` with arguments; keyword arguments are further environment variables."""

    def run(*arguments: object, **variables: str) -> subprocess.CompletedProcess[str]:
        return run_command(arguments, tmp_path, environment | variables)

    return run


@pytest.fixture
def dagster_instance(embedded_home: Path, phoenix_server: PhoenixServer, monkeypatch: pytest.MonkeyPatch) -> Iterator[dg.DagsterInstance]:
    """What Dagster's UI would read in the session's home."""
    for variable, value in prepare_dagster(Settings(home=embedded_home)).items():
        monkeypatch.setenv(variable, value)
    with dg.DagsterInstance.get() as instance:
        yield instance


@pytest.fixture
def stored(environment: dict[str, str], postgres_server: PostgresServer) -> Callable[[], list[dict[str, object]]]:
    """The versions of this test's testset as outside tools read them, oldest first."""

    def read() -> list[dict[str, object]]:
        query = "SELECT * FROM golden_assets.golden_testset_versions WHERE testset_name = %s ORDER BY created_at"
        with psycopg.connect(postgres_server.url(driver="postgresql"), row_factory=dict_row) as connection:
            return connection.execute(query, [environment["GOLDEN_ASSETS_TESTSET_NAME"]]).fetchall()

    return read


@pytest.fixture
def endpoint() -> Iterator[EndpointServer]:
    """A scripted OpenAI-compatible endpoint on loopback."""
    with serving() as server:
        yield server


@pytest.fixture
def endpoint_variables(endpoint: EndpointServer) -> dict[str, str]:
    """The environment that makes the product use the endpoint, with prices, since no list knows its model."""
    return {
        "OPENAI_API_KEY": KEY,
        "OPENAI_BASE_URL": endpoint.url,
        "GOLDEN_ASSETS_MODEL": "scripted",
        "GOLDEN_ASSETS_EMBEDDING_MODEL": "scripted-embedding",
        "GOLDEN_ASSETS_INPUT_PRICE": "1",
        "GOLDEN_ASSETS_OUTPUT_PRICE": "2",
        "GOLDEN_ASSETS_EMBEDDING_PRICE": "0.5",
        "GOLDEN_ASSETS_THRESHOLDS__MIN_DIVERSITY": "0.1",
    }
