import ipaddress
import os
import signal
import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import psycopg
import pytest

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import phoenix, phoenix_process, processes
from golden_assets.embedded.phoenix import (
    PhoenixServer,
    ensure_phoenix,
    phoenix_status,
    start_phoenix,
    stop_phoenix,
    wait_for_phoenix,
)
from golden_assets.embedded.phoenix_environment import find_server_python
from golden_assets.embedded.phoenix_process import SCRIPT, place_of
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.embedded.processes import free_port, processes_in

START = """
import os, sys
from pathlib import Path
from golden_assets.embedded.phoenix import start_phoenix
print(start_phoenix(Path(sys.argv[1]), Path(sys.argv[2]), None).pid, flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    stop_phoenix(tmp_path / "home")


@pytest.fixture(scope="session")
def python() -> Path:
    return find_server_python()


@pytest.fixture
def phoenix_storage(postgres_server: PostgresServer) -> str:
    return postgres_server.url("phoenix", driver="postgresql")


@pytest.fixture
def shared(phoenix_server: PhoenixServer, embedded_home: Path, python: Path, phoenix_storage: str) -> PhoenixServer:
    """The session's Phoenix, under the pid that it has since a test killed it."""
    return ensure_phoenix(embedded_home, python, phoenix_storage)


def listening(pid: int) -> list[tuple[str, int]]:
    connections = psutil.Process(pid).net_connections(kind="inet")
    return sorted((c.laddr.ip, c.laddr.port) for c in connections if c.status == psutil.CONN_LISTEN)


def is_gone(pid: int) -> bool:
    return not psutil.pid_exists(pid) or psutil.Process(pid).status() == psutil.STATUS_ZOMBIE


def test_it_is_ready_and_a_second_call_shares_it(shared: PhoenixServer, embedded_home: Path, python: Path, phoenix_storage: str) -> None:
    assert httpx.get(f"{shared.base_url}/readyz").status_code == 200
    assert ensure_phoenix(embedded_home, python, phoenix_storage) == shared
    assert phoenix_status(embedded_home) == shared
    assert [process.pid for process in processes_in(shared.directory, SCRIPT.name)] == [shared.pid]


def test_every_port_of_it_is_on_the_loopback_interface(shared: PhoenixServer) -> None:
    doors = listening(shared.pid)

    assert sorted(port for _, port in doors) == sorted([shared.port, shared.grpc_port])
    for ip, _ in doors:
        address = ipaddress.ip_address(ip)
        assert (getattr(address, "ipv4_mapped", None) or address).is_loopback, ip
    assert psutil.Process(shared.pid).children(recursive=True) == []


def test_its_grpc_port_takes_traces_from_this_machine(shared: PhoenixServer) -> None:
    import grpc
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2_grpc import TraceServiceStub

    with grpc.insecure_channel(f"127.0.0.1:{shared.grpc_port}") as channel:
        assert TraceServiceStub(channel).Export(ExportTraceServiceRequest(), timeout=10).ListFields() == []


def test_it_talks_to_its_database_only_and_inherits_nothing_from_us(shared: PhoenixServer, postgres_server: PostgresServer) -> None:
    httpx.get(f"{shared.base_url}/v1/datasets").raise_for_status()
    process = psutil.Process(shared.pid)

    outbound = [c for c in process.net_connections(kind="inet") if c.raddr and c.laddr.port not in (shared.port, shared.grpc_port)]
    assert {c.raddr.port for c in outbound} == {postgres_server.port}
    environment = process.environ()
    assert environment["PHOENIX_TELEMETRY_ENABLED"] == environment["PHOENIX_ALLOW_EXTERNAL_RESOURCES"] == "false"
    assert {name for name in environment if not name.startswith(("PHOENIX_", "LC_"))} <= {
        "HOME",
        "PATH",
        "LANG",
        "TZ",
        "GOLDEN_ASSETS_UI_HOSTS",
    }


def test_the_database_s_password_shows_neither_in_the_process_list_nor_in_its_files(
    shared: PhoenixServer, postgres_server: PostgresServer
) -> None:
    secret = postgres_server.password.get_secret_value()
    listed = subprocess.run(["ps", "auxww"], capture_output=True, text=True, check=True).stdout

    assert SCRIPT.name in listed
    assert secret not in listed
    for file in shared.directory.rglob("*"):
        assert not file.is_file() or secret.encode() not in file.read_bytes()
    assert stat.S_IMODE(shared.log.stat().st_mode) == stat.S_IMODE((shared.directory / "server.json").stat().st_mode) == 0o600
    assert stat.S_IMODE(shared.directory.stat().st_mode) == 0o700


def test_killed_it_is_started_again_on_the_same_ports_with_its_data_from_postgresql(
    shared: PhoenixServer, embedded_home: Path, postgres_server: PostgresServer, python: Path, phoenix_storage: str
) -> None:
    dataset = {"action": "create", "name": "kept", "inputs": [{"question": "Where is it?"}], "outputs": [{"answer": "In PostgreSQL."}]}
    httpx.post(f"{shared.base_url}/v1/datasets/upload", params={"sync": "true"}, json=dataset).raise_for_status()
    with psycopg.connect(postgres_server.url("phoenix", driver="postgresql")) as connection:
        assert connection.execute("SELECT name FROM datasets WHERE name = 'kept'").fetchall() == [("kept",)]

    os.kill(shared.pid, signal.SIGKILL)
    again = ensure_phoenix(embedded_home, python, phoenix_storage)

    assert again.pid != shared.pid
    assert (again.base_url, again.grpc_port) == (shared.base_url, shared.grpc_port)
    assert "kept" in [row["name"] for row in httpx.get(f"{again.base_url}/v1/datasets").json()["data"]]
    assert (again.directory / "phoenix.previous.log").exists()


def test_it_outlives_a_kill_of_the_process_that_started_it_and_a_lost_state_leaves_no_second_one(home: Path, python: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", f"{START}os.kill(os.getpid(), 9)", home, python], stdout=subprocess.PIPE)
    first = int(killed.stdout)
    assert killed.returncode == -signal.SIGKILL
    assert phoenix_status(home).pid == first

    (home / "phoenix" / "server.json").write_text("{")
    assert phoenix_status(home) is None
    second = start_phoenix(home, python, None)
    assert is_gone(first)
    assert [process.pid for process in processes_in(second.directory, SCRIPT.name)] == [second.pid]


def test_three_processes_racing_on_an_empty_home_share_one_server(home: Path, python: Path) -> None:
    racers = [subprocess.Popen([sys.executable, "-c", START, home, python], stdout=subprocess.PIPE) for _ in range(3)]
    pids = {int(racer.communicate()[0]) for racer in racers}

    assert pids == {process.pid for process in processes_in(home / "phoenix", SCRIPT.name)}
    assert len(pids) == 1


def test_one_that_hangs_past_its_start_is_replaced(home: Path, python: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    hung = start_phoenix(home, python, None)
    os.kill(hung.pid, signal.SIGSTOP)
    assert start_phoenix(home, python, None) == hung  # it may still be starting

    monkeypatch.setattr(phoenix, "START_TIMEOUT_S", 0.0)
    monkeypatch.setattr(phoenix_process, "PROBE_TIMEOUT_S", 0.1)
    monkeypatch.setattr(phoenix_process, "ENDING", [(signal.SIGINT, 0.1)])
    fresh = start_phoenix(home, python, None)
    assert is_gone(hung.pid)
    assert (fresh.pid != hung.pid, fresh.base_url) == (True, hung.base_url)


def test_one_on_another_database_is_replaced(home: Path, python: Path) -> None:
    first = start_phoenix(home, python, None)
    second = start_phoenix(home, python, f"postgresql://me:secret@127.0.0.1:{free_port()}/phoenix")

    assert is_gone(first.pid)
    assert second.pid != first.pid
    assert "secret" not in (home / "phoenix" / "server.json").read_text()


def test_a_pid_that_somebody_else_has_now_is_not_taken_for_ours(home: Path, python: Path) -> None:
    server = start_phoenix(home, python, None)
    stop_phoenix(home)
    state = phoenix_process.read_state(server.directory)
    stranger = state.model_copy(update={"pid": os.getpid(), "created": psutil.Process().create_time()})
    (server.directory / "server.json").write_text(stranger.model_dump_json())

    assert phoenix_status(home) is None
    assert stop_phoenix(home) is False
    assert start_phoenix(home, python, None).pid != os.getpid()


def test_taken_ports_are_exchanged_for_others(home: Path, python: Path, monkeypatch: pytest.MonkeyPatch) -> None:

    first = start_phoenix(home, python, None)
    stop_phoenix(home)
    monkeypatch.setattr(processes, "PORT_PATIENCE_S", 0.1)
    with socket.create_server(("127.0.0.1", first.port)), socket.create_server(("127.0.0.1", first.grpc_port)):
        second = start_phoenix(home, python, None)
        assert {second.port, second.grpc_port}.isdisjoint({first.port, first.grpc_port})


def test_one_that_is_not_ready_in_time_is_reported_with_its_log(home: Path, python: Path) -> None:
    with pytest.raises(
        ServerError, match=r"Phoenix was not ready within 0 s \(\(empty log\)\): see .*/phoenix\.log, and whether its database runs"
    ):
        ensure_phoenix(home, python, None, timeout_s=0.1)


def test_one_that_ends_while_it_starts_is_reported_with_the_last_line_of_its_log(home: Path) -> None:
    with pytest.raises(
        ServerError, match=r"Phoenix ended while it started \(ModuleNotFoundError: No module named 'phoenix\.server'\): see "
    ):
        ensure_phoenix(home, Path(sys.executable), None)  # our own environment, which has no server


def test_waiting_for_one_that_was_stopped_meanwhile_ends_at_once(home: Path, python: Path) -> None:
    server = start_phoenix(home, python, None)
    stop_phoenix(home)

    with pytest.raises(ServerError, match="Phoenix ended while it started"):
        wait_for_phoenix(server)


def test_an_interpreter_that_does_not_run_is_named(home: Path, tmp_path: Path) -> None:
    broken = tmp_path / "python"
    broken.write_text("#!/bin/sh\necho no luck >&2\nexit 1\n")
    broken.chmod(0o755)

    with pytest.raises(ServerError, match=rf"{broken} cannot start Phoenix \(no luck\)"):
        start_phoenix(home, broken, None)
    broken.write_text("#!/no/such/shell\n")
    with pytest.raises(ServerError, match=rf"{broken} cannot start Phoenix \(\(empty log\)\)"):
        start_phoenix(home, broken, None)


@pytest.mark.parametrize(
    ("url", "place"),
    [
        (None, ""),
        ("postgresql://me:p%40ss@127.0.0.1:5432/phoenix", "//127.0.0.1:5432/phoenix"),
        ("postgresql+psycopg://host/phoenix?user=me&password=secret", "//host/phoenix"),
    ],
)
def test_the_place_of_a_database_holds_no_credentials(url: str | None, place: str) -> None:
    assert place_of(url) == place


def test_where_nothing_ever_ran_stop_and_status_leave_no_trace(tmp_path: Path) -> None:
    assert stop_phoenix(tmp_path / "home") is False
    assert phoenix_status(tmp_path / "home") is None
    assert list(tmp_path.iterdir()) == []
