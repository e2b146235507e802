import json
import os
import shutil
import signal
import socket
import stat
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from pydantic import ValidationError

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import postgres, processes
from golden_assets.embedded.cluster import DATABASES, SUPERUSER
from golden_assets.embedded.postgres import PostgresServer, ensure_postgres, postgres_status, stop_postgres

ENSURE = """
import os, sys
from pathlib import Path
from golden_assets.embedded.postgres import ensure_postgres
server = ensure_postgres(Path(sys.argv[1]))
print(server.pid, server.port, flush=True)
"""


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "home"
    stop_postgres(tmp_path / "home")


@pytest.fixture(scope="module")
def used_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A home whose server each test finds running or not, but never damaged."""
    home = tmp_path_factory.mktemp("used") / "home"
    yield home
    stop_postgres(home)


def connect(server: PostgresServer, database: str = "golden_assets", **options: str) -> psycopg.Connection:
    return psycopg.connect(server.url(database, driver="postgresql"), autocommit=True, **options)


def postgres_processes(data: Path) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        try:
            if process.cwd() == str(data) and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
        except psutil.Error:
            continue
    return found


def lose_the_server(connection: psycopg.Connection) -> None:
    with pytest.raises(psycopg.OperationalError):
        connection.execute("SELECT pg_sleep(60)")


def test_a_cold_start_gives_three_databases_each_owned_by_its_own_role(home: Path) -> None:
    server = ensure_postgres(home)

    for name in DATABASES:
        with connect(server, name) as connection:
            owner = connection.execute(
                "SELECT datdba::regrole::text, current_user FROM pg_database WHERE datname = current_database()"
            ).fetchone()
            assert owner == (name, name)
    with connect(server) as connection:
        assert connection.execute("SHOW server_version_num").fetchone() >= ("170000",)
        assert connection.execute("SHOW timezone").fetchone() == ("UTC",)
        assert connection.execute("SHOW server_encoding").fetchone() == ("UTF8",)
        assert connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone() == (False,)


def test_a_second_call_shares_the_server(used_home: Path) -> None:
    assert ensure_postgres(used_home) == ensure_postgres(used_home)
    assert postgres_status(used_home) == ensure_postgres(used_home)


def test_it_listens_on_the_loopback_interface_only_and_has_no_other_door(used_home: Path) -> None:
    server = ensure_postgres(used_home)

    doors = [
        c for c in psutil.Process(server.pid).net_connections(kind="all") if c.status == psutil.CONN_LISTEN or c.family == socket.AF_UNIX
    ]
    assert [(c.laddr.ip, c.laddr.port) for c in doors] == [("127.0.0.1", server.port)]


def test_only_the_password_opens_it(used_home: Path) -> None:
    server = ensure_postgres(used_home)

    for user in (*DATABASES, SUPERUSER):
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(server.url("postgres", driver="postgresql", role=user), password="wrong")


def test_connecting_does_not_stretch_a_password_that_is_random_already(used_home: Path) -> None:
    server = ensure_postgres(used_home)

    assert len(server.password.get_secret_value()) == 2 * 24
    with psycopg.connect(server.url("postgres", driver="postgresql", role=SUPERUSER)) as connection:
        kept = connection.execute("SELECT rolname, split_part(rolpassword, ':', 1) FROM pg_authid WHERE rolcanlogin").fetchall()
    assert dict(kept) == dict.fromkeys((*DATABASES, SUPERUSER), "SCRAM-SHA-256$1")


def test_port_and_password_lie_in_a_file_for_the_owner_alone(used_home: Path) -> None:
    server = ensure_postgres(used_home)

    file = used_home / "postgres" / "server.json"
    assert json.loads(file.read_text()) == {"port": server.port, "password": server.password.get_secret_value()}
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert stat.S_IMODE((file.parent / "data").stat().st_mode) == 0o700


def test_the_password_shows_neither_in_the_process_list_nor_in_the_log_nor_in_the_repr(home: Path) -> None:
    server = ensure_postgres(home)
    with connect(server):
        listed = subprocess.run(["ps", "auxww"], capture_output=True, text=True, check=True).stdout

    assert str(server.pid) in listed
    assert (server.data_dir / "server.log").read_text().strip()
    for text in (listed, (server.data_dir / "server.log").read_text(), repr(server), str(server), server.model_dump_json()):
        assert server.password.get_secret_value() not in text


def test_the_record_is_frozen_and_names_the_role_that_owns_the_database(used_home: Path) -> None:
    server = ensure_postgres(used_home)
    secret = server.password.get_secret_value()

    assert server.url() == f"postgresql+psycopg://golden_assets:{secret}@127.0.0.1:{server.port}/golden_assets"
    assert server.url("dagster", "postgresql+psycopg2") == f"postgresql+psycopg2://dagster:{secret}@127.0.0.1:{server.port}/dagster"
    assert server.url("elsewhere") == f"postgresql+psycopg://golden_assets:{secret}@127.0.0.1:{server.port}/elsewhere"
    assert server.url("phoenix", role=SUPERUSER).startswith("postgresql+psycopg://golden:")
    with pytest.raises(ValidationError):
        server.port = 1


def test_data_survive_a_kill_of_the_server_with_a_busy_client(used_home: Path) -> None:
    server = ensure_postgres(used_home)
    with connect(server) as connection:
        connection.execute("CREATE TABLE kept AS SELECT 42 AS answer")
    sleeper = connect(server)
    backend = sleeper.info.backend_pid
    thread = threading.Thread(target=lose_the_server, args=(sleeper,))
    thread.start()
    while psutil.Process(backend).cmdline()[0].endswith("idle"):
        time.sleep(0.01)

    os.kill(server.pid, signal.SIGKILL)
    again = ensure_postgres(used_home)

    thread.join(10)
    assert not thread.is_alive()
    sleeper.close()
    assert again.pid != server.pid
    assert again.url() == server.url()
    assert backend not in [process.pid for process in postgres_processes(server.data_dir)]
    with connect(again) as connection:
        assert connection.execute("SELECT answer FROM kept").fetchone() == (42,)
        connection.execute("DROP TABLE kept")


def test_the_server_outlives_a_kill_of_the_process_that_started_it(home: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", f"{ENSURE}os.kill(os.getpid(), 9)", home], stdout=subprocess.PIPE)

    assert killed.returncode == -signal.SIGKILL
    assert ensure_postgres(home).pid == int(killed.stdout.split()[0])


def test_six_processes_racing_on_an_empty_home_share_one_server(home: Path) -> None:
    racers = [subprocess.Popen([sys.executable, "-c", ENSURE, home], stdout=subprocess.PIPE) for _ in range(6)]
    answers = {racer.communicate()[0] for racer in racers}

    assert [racer.returncode for racer in racers] == [0] * 6
    server = ensure_postgres(home)
    assert answers == {f"{server.pid} {server.port}\n".encode()}
    assert sum(_parent_of(process) not in (server.pid, None) for process in postgres_processes(server.data_dir)) == 1


def _parent_of(process: psutil.Process) -> int | None:
    """None when it has ended since it was seen, as backends do."""
    try:
        return process.ppid()
    except psutil.NoSuchProcess:
        return None


def _interrupt_initdb(home: Path, folder: Path) -> bool:
    """Start the server and kill the starter in the middle of initdb; whether it was in time."""
    starter = subprocess.Popen([sys.executable, "-c", ENSURE, home])
    while starter.poll() is None and not list(folder.glob("new-*/data/base")):
        time.sleep(0.002)
    children = psutil.Process(starter.pid).children(recursive=True) if starter.poll() is None else []
    starter.kill()
    starter.wait()
    psutil.wait_procs(children, timeout=60)  # an initdb without its starter goes on writing, and must not do so while it is swept away
    return not (folder / "data").exists()


def test_an_interrupted_initdb_is_swept_away_and_done_again(home: Path) -> None:
    folder = home / "postgres"
    interrupted = False
    for _ in range(10):  # on a busy machine the initdb can be over before it was seen
        interrupted = _interrupt_initdb(home, folder)
        if interrupted:
            break
        stop_postgres(home)
        shutil.rmtree(folder)
    assert interrupted

    with connect(ensure_postgres(home)) as connection:
        assert connection.execute("SELECT count(*) FROM pg_database WHERE datname = ANY(%s)", [list(DATABASES)]).fetchone() == (3,)
    stop_postgres(home)
    ensure_postgres(home)
    assert sorted(path.name for path in folder.iterdir()) == ["data", "lock", "server.json"]


def test_a_stale_pid_file_that_names_a_living_stranger_is_no_obstacle(used_home: Path) -> None:
    server = ensure_postgres(used_home)
    content = (server.data_dir / "postmaster.pid").read_text()
    stop_postgres(used_home)
    (server.data_dir / "postmaster.pid").write_text(content.replace(str(server.pid), str(os.getppid()), 1))

    assert postgres_status(used_home) is None
    assert stop_postgres(used_home) is False
    assert ensure_postgres(used_home).port == server.port
    assert psutil.pid_exists(os.getppid())


@pytest.mark.parametrize("content", ["", "nonsense\n"])
def test_an_unreadable_pid_file_is_no_obstacle(used_home: Path, content: str) -> None:
    server = ensure_postgres(used_home)
    stop_postgres(used_home)
    (server.data_dir / "postmaster.pid").write_text(content)

    assert ensure_postgres(used_home).url() == server.url()


def test_a_taken_port_is_exchanged_for_another(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PORT_PATIENCE_S", 0.1)
    first = ensure_postgres(home)
    stop_postgres(home)
    with socket.create_server(("127.0.0.1", first.port)):
        second = ensure_postgres(home)

        assert second.port != first.port
        assert json.loads((home / "postgres" / "server.json").read_text())["port"] == second.port
        connect(second).close()


def test_stopping_twice_is_harmless_and_a_stopped_server_leaves_no_process(used_home: Path) -> None:
    server = ensure_postgres(used_home)

    assert stop_postgres(used_home) is True
    assert postgres_processes(server.data_dir) == []
    assert postgres_status(used_home) is None
    assert stop_postgres(used_home) is False


def test_where_nothing_ever_ran_stop_and_status_leave_no_trace(home: Path) -> None:
    assert stop_postgres(home) is False
    assert postgres_status(home) is None
    assert not home.exists()


def test_a_home_deleted_under_a_running_server_starts_afresh_without_a_second_one(home: Path) -> None:
    server = ensure_postgres(home)
    subprocess.run(["rm", "-rf", home], check=True)

    assert ensure_postgres(home).password != server.password
    assert not psutil.pid_exists(server.pid) or psutil.Process(server.pid).status() == psutil.STATUS_ZOMBIE


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b'{"port": 5432}',
        b'{"port": 70000, "password": "0123456789abcdef0123"}',
        b'{"port": 5432, "password": ""}',
        b'{"port": 5432, "password": "0123456789abcdef0123", "user": "me"}',
    ],
)
def test_a_damaged_password_file_is_named_and_its_content_is_not(used_home: Path, content: bytes) -> None:
    ensure_postgres(used_home)
    file = used_home / "postgres" / "server.json"
    right = file.read_bytes()
    file.write_bytes(content)
    try:
        with pytest.raises(ServerError) as caught:
            ensure_postgres(used_home)
        with pytest.raises(ServerError):
            postgres_status(used_home)
    finally:
        file.write_bytes(right)

    assert str(caught.value).startswith(f"{file} is not the port and password of a server: restore it")
    assert "\n" not in str(caught.value)
    assert "0123456789abcdef" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_a_lost_password_file_is_named(used_home: Path) -> None:
    ensure_postgres(used_home)
    file = used_home / "postgres" / "server.json"
    right = file.read_bytes()
    file.unlink()
    try:
        with pytest.raises(ServerError, match=r"server\.json is unreadable: restore it from a backup, or move .* away"):
            ensure_postgres(used_home)
    finally:
        postgres.write_private(file, right.decode())


def test_the_password_file_of_another_home_is_told_from_the_right_one(used_home: Path) -> None:
    server = ensure_postgres(used_home)
    file = used_home / "postgres" / "server.json"
    right = file.read_bytes()
    file.write_text(json.dumps({"port": server.port, "password": "f" * 48}))
    try:
        with pytest.raises(ServerError, match="holds the password of another server: put the right file back"):
            ensure_postgres(used_home)
    finally:
        file.write_bytes(right)


def test_a_server_that_hangs_is_reported_and_can_be_stopped(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    server = ensure_postgres(home)
    monkeypatch.setattr(postgres, "ANSWER_TIMEOUT_S", 0.1)
    os.kill(server.pid, signal.SIGSTOP)

    with pytest.raises(ServerError, match=rf"PostgreSQL \(pid {server.pid}\) does not answer .*golden-assets down"):
        ensure_postgres(home)
    os.kill(server.pid, signal.SIGCONT)
    assert stop_postgres(home) is True


def test_data_that_are_no_cluster_are_refused_and_left_alone(home: Path) -> None:
    ensure_postgres(home)
    stop_postgres(home)
    data = home / "postgres" / "data"
    (data / "PG_VERSION").unlink()

    with pytest.raises(ServerError, match=f"PostgreSQL did not start on {data} "):
        ensure_postgres(home)
    assert (data / "base").is_dir()


def test_data_of_a_version_without_programs_are_refused(home: Path) -> None:
    ensure_postgres(home)
    stop_postgres(home)
    (home / "postgres" / "data" / "PG_VERSION").write_text("99\n")

    with pytest.raises(ServerError, match=r"no programs of PostgreSQL 99 \(the data were written by it\); found "):
        ensure_postgres(home)


def test_a_home_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a directory")

    with pytest.raises(ServerError, match=r"/file/postgres cannot be used \(Not a directory\): choose another GOLDEN_ASSETS_HOME"):
        ensure_postgres(tmp_path / "file")
