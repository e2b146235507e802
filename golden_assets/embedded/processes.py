"""Which process is ours, and how to end it: a pid alone proves nothing, for pids are reused after a crash or a reboot.

A *mark* names a process among those of all machines: host, boot and pid namespace, pid, and the moment of its start, counted from the boot
where that can be read, so that a clock that is set does not change it.
"""

import os
import platform
import signal
import socket
import time
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import psutil

LOOPBACK = "127.0.0.1"
PORT_PATIENCE_S = 3.0
PROC = Path("/proc")
_STATE, _START = 0, 19
"""Their position in ``/proc/<pid>/stat`` behind the name of the program."""


def own_mark() -> str:
    """The mark of this process."""
    return f"{platform.node()}:{_machine()}:{os.getpid()}:{_start_of(os.getpid())}"


def host_of(mark: str) -> str:
    """The name of the machine or container that the process of a mark runs on."""
    return mark.partition(":")[0]


def is_alive(mark: str) -> bool | None:
    """Whether the process of a mark lives; None when it is not to be seen from here: another machine, container, boot or form of mark."""
    parts = mark.split(":")
    if len(parts) != 4 or parts[1] != _machine():
        return None
    return _start_of(int(parts[2])) == parts[3]


def _machine() -> str:
    """This boot and this pid namespace; by the host's name where the system does not tell."""
    with suppress(OSError):
        boot = (PROC / "sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        return f"{boot}.{(PROC / 'self/ns/pid').stat().st_ino}"
    return platform.node()


def _start_of(pid: int) -> str | None:
    """When a living process started; None for one that has ended."""
    try:
        if not (PROC / "self/stat").exists():
            return f"{psutil.Process(pid).create_time():.2f}"
        fields = (PROC / str(pid) / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
        return None
    return None if fields[_STATE] in "ZX" else fields[_START]


def process_in(pid: int, directory: Path, name: str) -> psutil.Process | None:
    """The living process ``pid`` if it works in ``directory`` and its command line contains ``name``, else None.

    None also for a zombie, for another process under a reused pid, and for one that may not be looked at.
    """
    try:
        process = psutil.Process(pid)
        is_ours = process.status() != psutil.STATUS_ZOMBIE and process.cwd() == str(directory) and name in " ".join(process.cmdline())
    except psutil.Error:
        return None
    return process if is_ours else None


def processes_in(directory: Path, name: str) -> list[psutil.Process]:
    """Every living process for which ``process_in`` holds; takes some milliseconds a hundred processes."""
    return [process for pid in psutil.pids() if (process := process_in(pid, directory, name))]


def end(process: psutil.Process, steps: Sequence[tuple[signal.Signals, float]]) -> None:
    """Send each signal in turn and give the process so many seconds for it; in the end kill it. Returns when it is gone."""
    for number, patience_s in [*steps, (signal.SIGKILL, 10.0)]:
        try:
            process.send_signal(number)
        except psutil.NoSuchProcess:
            return
        if _is_gone_within(patience_s, process):
            return


def _is_gone_within(patience_s: float, process: psutil.Process) -> bool:
    """Poll for the end; the last look is after the deadline, for the whole machine may have been suspended meanwhile."""
    deadline = time.monotonic() + patience_s
    while time.monotonic() < deadline:
        if _is_gone(process):
            return True
        time.sleep(0.02)
    return _is_gone(process)


def _is_gone(process: psutil.Process) -> bool:
    """It is not our child, and a zombie counts as gone: some containers have no init that reaps."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def free_port() -> int:
    """A TCP port of the loopback interface that is free now."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return int(probe.getsockname()[1])


def keep_port(old: int | None) -> int:
    """``old`` if a server can listen on it, else another; waits a little, for a process that was just killed still holds its port."""
    if old is None:
        return free_port()
    deadline = time.monotonic() + PORT_PATIENCE_S
    while not is_free(old):
        if time.monotonic() > deadline:
            return free_port()
        time.sleep(0.02)
    return old


def is_free(port: int) -> bool:
    """Whether a server could listen on this loopback port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as servers do: connections in TIME_WAIT are no obstacle
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
