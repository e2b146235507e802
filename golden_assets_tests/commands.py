"""`golden-assets` in a process, a folder and an environment of its own, forked from a process that has loaded everything."""

import atexit
import multiprocessing
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from golden_assets.cli import main

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["golden_assets_tests.preloaded"])


def run_command(
    arguments: Sequence[object], folder: Path, environment: Mapping[str, str], timeout: float = 240
) -> subprocess.CompletedProcess[str]:
    """What ``subprocess.run`` gives for the installed command with these arguments."""
    call = [str(argument) for argument in arguments]
    with tempfile.TemporaryDirectory() as outputs:
        out, err = Path(outputs, "out"), Path(outputs, "err")
        process = CONTEXT.Process(target=_become, args=(call, folder, dict(environment), out, err))
        process.start()
        process.join(timeout)
        if process.exitcode is None:
            process.kill()
            process.join()
            raise subprocess.TimeoutExpired(call, timeout, out.read_text(), err.read_text())
        return subprocess.CompletedProcess(call, process.exitcode, out.read_text(encoding="utf-8"), err.read_text(encoding="utf-8"))


def _become(arguments: list[str], folder: Path, environment: dict[str, str], out: Path, err: Path) -> None:
    """The command, in the process that was forked for it."""
    for path, stream in ((out, sys.stdout), (err, sys.stderr)):
        os.dup2(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), stream.fileno())
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.argv = ["golden-assets", *arguments]
    try:
        main()
    finally:
        atexit._run_exitfuncs()
