import signal
import socket
import stat
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import private_files, processes
from golden_assets.embedded.private_files import last_line, locked, private_directory, write_private
from golden_assets.embedded.processes import end, free_port, is_free, keep_port, process_in, processes_in

HOLD = """
import sys
from pathlib import Path
from golden_assets.embedded.private_files import locked
with locked(Path(sys.argv[1])):
    print(flush=True)
    sys.stdin.read()
"""
STUBBORN = """
import signal, time
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
print(flush=True)
time.sleep(60)
"""


def spawn(code: str, *arguments: object, cwd: Path | None = None) -> subprocess.Popen[bytes]:
    process = subprocess.Popen([sys.executable, "-c", code, *map(str, arguments)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=cwd)
    process.stdout.readline()
    return process


def test_a_private_directory_is_closed_even_if_it_was_open(tmp_path: Path) -> None:
    (tmp_path / "open").mkdir(mode=0o755)

    assert private_directory(tmp_path / "open") == tmp_path / "open"
    assert stat.S_IMODE((tmp_path / "open").stat().st_mode) == 0o700
    assert private_directory(tmp_path / "a" / "b").is_dir()


def test_a_private_file_is_replaced_whole_and_closed_to_others(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("old and longer")
    file.with_name("file.new").write_text("left behind by a killed writer")

    write_private(file, "new")
    assert file.read_text() == "new"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, "(empty log)"),
        (b"\n \n", "(empty log)"),
        (b"first\n  last \n\n", "last"),
        (b"x" * 9000 + b"\nend", "end"),
        (b"\xff broken", "\N{REPLACEMENT CHARACTER} broken"),
    ],
)
def test_the_last_line_of_a_log(tmp_path: Path, content: bytes | None, line: str) -> None:
    if content is not None:
        (tmp_path / "log").write_bytes(content)

    assert last_line(tmp_path / "log") == line


def test_a_lock_that_is_held_too_long_is_reported_and_a_killed_holder_blocks_nobody(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(private_files, "LOCK_TIMEOUT_S", 0.1)
    with spawn(HOLD, tmp_path / "lock") as holder:
        with (
            pytest.raises(ServerError, match=r"another process has been starting or stopping a server for 0 s \(.*/lock\)"),
            locked(tmp_path / "lock"),
        ):
            pass
        holder.kill()
        holder.wait()
        with locked(tmp_path / "lock"):
            pass


def test_the_lock_excludes_the_threads_of_one_process_too(tmp_path: Path) -> None:
    inside, most = [], []

    def enter() -> None:
        with locked(tmp_path / "lock"):
            inside.append(1)
            most.append(len(inside))
            inside.pop()

    threads = [threading.Thread(target=enter) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)
    assert most == [1] * 8


def test_the_lock_is_released_by_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(private_files, "LOCK_TIMEOUT_S", 0.1)
    with pytest.raises(ZeroDivisionError), locked(tmp_path / "lock"):
        1 / 0  # noqa: B018
    with locked(tmp_path / "lock"):
        pass


def test_a_process_is_ours_by_directory_and_name_and_only_while_it_lives(tmp_path: Path) -> None:
    with spawn("import sys; print(flush=True); sys.stdin.read()", "golden-marker", cwd=tmp_path) as process:
        assert process_in(process.pid, tmp_path, "golden-marker").pid == process.pid
        assert [found.pid for found in processes_in(tmp_path, "golden-marker")] == [process.pid]
        assert process_in(process.pid, tmp_path, "postgres") is None
        assert process_in(process.pid, tmp_path.parent, "golden-marker") is None
        process.kill()
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            pass
        assert process_in(process.pid, tmp_path, "") is None
    assert process_in(process.pid, tmp_path, "") is None
    assert processes_in(tmp_path, "") == []


def test_a_process_that_ignores_every_signal_is_killed(tmp_path: Path) -> None:
    with spawn(STUBBORN) as process:
        end(psutil.Process(process.pid), [(signal.SIGINT, 0.1), (signal.SIGTERM, 0.1)])
    assert process.returncode == -signal.SIGKILL


def test_a_process_that_obeys_gets_one_signal_only(tmp_path: Path) -> None:
    with spawn("import signal, sys; signal.signal(15, signal.SIG_DFL); print(flush=True); sys.stdin.read()") as process:
        victim = psutil.Process(process.pid)
        end(victim, [(signal.SIGTERM, 10.0), (signal.SIGKILL, 10.0)])
    assert process.returncode == -signal.SIGTERM
    end(victim, [(signal.SIGTERM, 10.0)])  # once more does no harm


def test_a_free_port_is_free_until_somebody_listens() -> None:
    port = free_port()
    assert is_free(port)
    with socket.create_server(("127.0.0.1", port)):
        assert not is_free(port)


def test_a_port_is_kept_as_soon_as_its_dying_holder_is_gone() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = server.getsockname()[1]
        timer = threading.Timer(0.1, server.close)
        timer.start()
        assert keep_port(port) == port
        timer.join()


def test_a_port_that_stays_taken_is_exchanged(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "PORT_PATIENCE_S", 0.1)
    with socket.create_server(("127.0.0.1", 0)) as server:
        port = keep_port(server.getsockname()[1])
        assert port != server.getsockname()[1]
    assert is_free(port)
    assert is_free(keep_port(None))
