"""A whole life under Dagster's daemon: a change of the documents, a bad one, an alert, a rollback; no secret of it is written anywhere."""

import json
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, TypeVar

import httpx
import psycopg
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from golden_assets.embedded.processes import free_port
from golden_assets_tests.drills.test_dev import wait_for_line
from golden_assets_tests.drills.test_secrets import CANARY, Registry, files_with_canaries, tables_with_canaries
from golden_assets_tests.drills.test_secrets import registry as registry
from golden_assets_tests.e2e.conftest import COMMAND
from golden_assets_tests.e2e.test_run import write_documents

pytestmark = pytest.mark.long

PATIENCE_S = 240
START = """mutation Start($sensor: SensorSelector!) { startSensor(sensorSelector: $sensor) {
  __typename ... on Sensor { sensorState { status } } ... on PythonError { message } } }"""
WORKSPACE = """{ workspaceOrError { ... on Workspace { locationEntries { name locationOrLoadError {
  ... on RepositoryLocation { repositories { name } } } } } } }"""
RENEWED = """# Renewed

The committee renewed this handbook in 2031 because the station was rebuilt.

The night crew counts the red lanterns every Monday.

The northern gate was moved to the harbour in 2029.
"""
MAIL_PASSWORD = "canary-smtp_password-1"
Found = TypeVar("Found")
Hook = tuple[str, list[dict[str, str]]]


class Post(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        self.server.received.append(json.loads(self.rfile.read(int(self.headers["content-length"]))))
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def hook() -> Iterator[Hook]:
    """A webhook: its URL, and what it received."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Post) as server:
        server.received = []
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hook", server.received
        server.shutdown()


@pytest.fixture
def mail() -> Iterator[tuple[int, list[str]]]:
    """A mail server that takes one password: its port, and the messages it took."""
    messages: list[str] = []

    class Box:
        async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
            messages.append(envelope.content.decode())
            return "250 OK"

    def authenticate(server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        return AuthResult(success=data.password == MAIL_PASSWORD.encode())

    login = {"auth_require_tls": False, "authenticator": authenticate}
    controller = Controller(Box(), hostname="127.0.0.1", port=free_port(), **login)
    controller.start()
    yield controller.port, messages
    controller.stop()


def wait_for(what: str, look: Callable[[], Found | None]) -> Found:
    """The first answer that is something, within `PATIENCE_S`."""
    deadline = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline:
        found = look()
        if found:
            return found
        time.sleep(0.2)
    raise AssertionError(f"{what} did not come within {PATIENCE_S} s")


def graphql(port: int, query: str, **variables: Any) -> Any:
    answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": query, "variables": variables}, timeout=60).json()
    return answer["data"]


def start_sensor(port: int, name: str) -> None:
    """Switch a sensor on as the UI does."""

    def loaded() -> tuple[str, str] | None:
        (entry,) = graphql(port, WORKSPACE)["workspaceOrError"]["locationEntries"]
        repositories = (entry["locationOrLoadError"] or {}).get("repositories", [])
        return (entry["name"], repositories[0]["name"]) if repositories else None

    location, repository = wait_for("the code location", loaded)
    selector = {"repositoryLocationName": location, "repositoryName": repository, "sensorName": name}
    assert graphql(port, START, sensor=selector)["startSensor"]["sensorState"]["status"] == "RUNNING"


@pytest.fixture
def configured(
    environment: dict[str, str], registry: Registry, phoenix_url: str, hook: Hook, mail: tuple[int, list[str]], tmp_path: Path
) -> dict[str, str]:
    """The session's servers, a home and a database of this test's own, and alert channels whose every secret is a canary; one is down."""
    write_documents(tmp_path / "documents")
    return environment | {
        "GOLDEN_ASSETS_HOME": str(tmp_path / "home"),
        "GOLDEN_ASSETS_DATABASE_URL": registry.url,
        "PHOENIX_COLLECTOR_ENDPOINT": phoenix_url,
        "GOLDEN_ASSETS_DOCS": str(tmp_path / "documents"),
        "GOLDEN_ASSETS_DEFAULT_SIZE": "8",
        "GOLDEN_ASSETS_SETTLE_SECONDS": "1",
        "GOLDEN_ASSETS_WEBHOOK_URL": f"{hook[0]}/canary-webhook_url-1",
        "GOLDEN_ASSETS_SLACK_URL": "http://127.0.0.1:9/canary-slack_url-1",
        "GOLDEN_ASSETS_ALERT_EMAIL": "team@example.com",
        "GOLDEN_ASSETS_SMTP_HOST": "127.0.0.1",
        "GOLDEN_ASSETS_SMTP_PORT": str(mail[0]),
        "GOLDEN_ASSETS_SMTP_SECURITY": "none",
        "GOLDEN_ASSETS_SMTP_USER": "alerts",
        "GOLDEN_ASSETS_SMTP_PASSWORD": MAIL_PASSWORD,
    }


@pytest.mark.timeout(600)
def test_a_change_is_taken_over_a_bad_one_is_stopped_and_told_and_a_rollback_goes_back(
    configured: dict[str, str], registry: Registry, hook: Hook, mail: tuple[int, list[str]], tmp_path: Path
) -> None:
    documents, port, printed = tmp_path / "documents", free_port(), []

    def golden(*arguments: str) -> str:
        call = [COMMAND, *arguments]
        done = subprocess.run(call, env=configured, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=200)
        assert done.returncode == 0, done.stderr
        printed.append(done.stdout + done.stderr)
        return done.stdout

    def versions() -> dict[str, str]:
        with psycopg.connect(registry.url.replace("+psycopg", "")) as connection:
            return dict(connection.execute("SELECT version, status FROM golden_assets.golden_testset_versions").fetchall())

    def failed_delivery() -> list[tuple[str]]:
        with psycopg.connect(registry.url.replace("+psycopg", "")) as connection:
            query = "SELECT error FROM golden_assets.golden_alert_deliveries WHERE sink = 'slack' AND error IS NOT NULL"
            return connection.execute(query).fetchall()

    golden("run")
    assert versions() == {"1.0.0": "active"}

    call = [COMMAND, "dev", "--port", str(port)]
    with subprocess.Popen(call, env=configured, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as dev:
        try:
            wait_for_line(dev, "Ctrl-C")
            start_sensor(port, "document_change_sensor")

            changed = documents / sorted(path.name for path in documents.iterdir())[0]
            changed.write_text(RENEWED, encoding="utf-8")
            active = wait_for(
                "the new active version", lambda: next((v for v, s in versions().items() if s == "active" and v != "1.0.0"), None)
            )
            comparison = json.loads(golden("compare", "1.0.0", active, "--format", "json"))
            assert len(comparison["rows"]["unchanged"]) >= 4, "rows of the other documents stay"
            assert comparison["rows"]["added"] or comparison["rows"]["changed"]

            for path in documents.iterdir():
                path.unlink()
            (documents / "only.md").write_text("# Notes\n\n" + "The keeper painted the north door in 1931. " * 8, encoding="utf-8")
            alert = wait_for("the alert", lambda: next((one for one in hook[1] if one["kind"] in ("gates", "run")), None))
            assert alert["severity"] == "error"
            assert wait_for("the e-mail", lambda: [text for text in mail[1] if alert["title"] in text])
            assert versions()[active] == "active"
            assert wait_for("the channel that is down", failed_delivery)

            golden("rollback", "1.0.0", "--reason", "the new rows are worse")
            assert versions()["1.0.0"] == "active"
            assert versions()[active] == "archived"
            assert "slack" in golden("status")
        finally:
            dev.send_signal(signal.SIGINT)
            printed.append(dev.stdout.read())
    assert "stopped Dagster" in printed[-1]
    told = json.dumps(hook[1]) + "".join(mail[1])
    assert not [text for text in [*printed, told] if CANARY.search(text.encode())]
    assert not list(files_with_canaries(tmp_path / "home"))
    assert not [table for database in (registry.name, "phoenix") for table in tables_with_canaries(registry.server, database)]
