"""Two commands at a time, and commands that are told to end."""

import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from golden_assets_tests.e2e.conftest import COMMAND, Run
from golden_assets_tests.e2e.test_run import write_documents
from golden_assets_tests.endpoint_server import EndpointServer


@contextmanager
def begun(arguments: list[object], environment: dict[str, str], output: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A command whose whole output goes into a file; killed if the test ends before it."""
    call = [COMMAND, *map(str, arguments)]
    with output.open("wb") as file, subprocess.Popen(call, env=environment, stdout=file, stderr=subprocess.STDOUT) as process:
        try:
            yield process
        finally:
            process.kill()


def wait_for(text: str, output: Path, seconds: float = 90) -> None:
    deadline = time.monotonic() + seconds
    while text not in output.read_text():
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)


def test_a_second_run_waits_quietly_for_the_first_and_both_end_on_ctrl_c_in_one_line(
    command: Run, environment: dict[str, str], tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    run: list[object] = ["run", "--docs", write_documents(tmp_path / "docs"), "--size", 4]
    endpoint.latency = 3.0
    one, two = tmp_path / "one", tmp_path / "two"
    with begun(run, environment | endpoint_variables, one) as first:
        wait_for("no cost limit", one)
        with begun(run, environment | endpoint_variables, two) as second:
            wait_for("(pool llm)", two)
            cpu = sum(psutil.Process(second.pid).cpu_times()[:2])
            time.sleep(2)
            assert sum(psutil.Process(second.pid).cpu_times()[:2]) - cpu < 0.5
            second.send_signal(signal.SIGINT)
            assert second.wait(20) == 1
        waiting, ended = two.read_text().split("\n\n")  # click ends the line in which a terminal shows ^C
        assert waiting.strip().startswith("waiting for run ")
        assert ended == "interrupted.\n"
        assert first.poll() is None

        first.send_signal(signal.SIGINT)
        assert first.wait(60) == 1
    assert one.read_text().splitlines()[-1] == "interrupted: what was paid for is kept; run the same command to continue."
    assert "Traceback" not in one.read_text()
    assert "asyncgen" not in one.read_text()
    assert "build_testset_job canceled" in command("status").stdout
    endpoint.latency = 0.0
    assert command(*run, **endpoint_variables).returncode == 0
