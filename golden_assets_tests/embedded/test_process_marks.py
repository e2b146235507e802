"""Which process is which, over reused pids, clocks that are set and other machines; and which processes use the servers of a home."""

import os
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from golden_assets.embedded import processes, usage
from golden_assets.embedded.phoenix_process import SCRIPT, PhoenixState
from golden_assets.embedded.processes import host_of, is_alive, own_mark
from golden_assets.embedded.usage import command_of, sole_use, use_servers, users

SHOW_MARK = "import sys; from golden_assets.embedded.processes import own_mark; print(own_mark(), flush=True); sys.stdin.read()"
USE = """
import sys
from pathlib import Path
from golden_assets.embedded.usage import use_servers
use_servers(Path(sys.argv[1]))
print(flush=True)
sys.stdin.read()
"""


def spawn(code: str, *arguments: object, cwd: Path | None = None) -> tuple[subprocess.Popen[str], str]:
    call = [sys.executable, "-c", code, *map(str, arguments)]
    process = subprocess.Popen(call, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=cwd, text=True)
    return process, process.stdout.readline().strip()


def test_a_process_is_alive_until_it_ends() -> None:
    process, mark = spawn(SHOW_MARK)
    with process:
        assert is_alive(mark) is True
        process.kill()
    assert is_alive(mark) is False


def test_a_later_process_under_the_same_pid_is_another_one() -> None:
    before, _, started = own_mark().rpartition(":")
    assert is_alive(f"{before}:{int(started) - 1}") is False


def test_a_clock_that_is_set_makes_no_living_process_look_dead(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    phoenix, _ = spawn(f"import sys; print({SCRIPT.name!r}, flush=True); sys.stdin.read()", SCRIPT.name, cwd=tmp_path)
    with phoenix:
        mark, state = (
            own_mark(),
            PhoenixState(pid=phoenix.pid, created=psutil.Process(phoenix.pid).create_time(), port=1, grpc_port=2, database=""),
        )
        started = psutil.Process.create_time
        monkeypatch.setattr(psutil.Process, "create_time", lambda process: started(process) + 3600)
        assert is_alive(mark) is True
        assert state.is_running(tmp_path) is True
        phoenix.kill()
    assert state.is_running(tmp_path) is False


@pytest.mark.parametrize(
    "mark",
    ["", "4711:1700000000.25", "elsewhere:other-boot.4026531836:1:100", own_mark().replace(processes._machine(), "other-boot.1")],
    ids=["nothing", "an older release", "another machine", "another boot"],
)
def test_what_runs_elsewhere_is_not_judged_from_here(mark: str) -> None:
    assert is_alive(mark) is None


def test_a_mark_names_its_machine() -> None:
    assert host_of(own_mark()) == os.uname().nodename


def test_servers_are_in_sole_use_when_no_other_process_uses_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(usage, "PATIENCE_S", 0.2)
    use_servers(tmp_path)
    with sole_use(tmp_path) as is_alone:
        assert is_alone
    other, _ = spawn(USE, tmp_path)
    with other:
        with sole_use(tmp_path) as is_alone:
            assert not is_alone
        assert [user.pid for user in users(tmp_path)] == [other.pid]
        assert command_of(users(tmp_path)[0])
        other.kill()
    with sole_use(tmp_path) as is_alone:
        assert is_alone


def test_a_process_that_comes_while_servers_are_stopped_waits_until_they_are(tmp_path: Path) -> None:
    with sole_use(tmp_path):
        late = subprocess.Popen([sys.executable, "-c", USE, tmp_path], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        with pytest.raises(subprocess.TimeoutExpired):
            late.wait(1.5)
        assert users(tmp_path) == [] or late.poll() is None
    with late:
        assert late.stdout.readline() == b"\n"
        late.kill()
