"""Dagster's daemon, started without the settings that a command in another terminal has, goes on with what that command chose."""

import json
import signal
import subprocess
from pathlib import Path
from typing import Any

import pytest

from golden_assets.embedded.processes import free_port
from golden_assets_tests.drills.test_dev import wait_for_line
from golden_assets_tests.drills.test_whole_life import graphql, start_sensor, wait_for
from golden_assets_tests.e2e.conftest import COMMAND
from golden_assets_tests.e2e.test_run import write_documents

pytestmark = pytest.mark.long

TICKS = """query Ticks($sensor: SensorSelector!) { sensorOrError(sensorSelector: $sensor) { ... on Sensor { sensorState {
  ticks(limit: 5) { skipReason } } } } }"""
SENSOR = {"repositoryLocationName": "golden_assets", "repositoryName": "__repository__", "sensorName": "document_change_sensor"}


@pytest.mark.timeout(600)
def test_a_sensor_whose_process_names_no_documents_keeps_those_that_were_read_and_their_size(
    own_environment: dict[str, str], tmp_path: Path
) -> None:
    documents, port = write_documents(tmp_path / "documents"), free_port()

    def golden(*arguments: str, **variables: str) -> str:
        call = [COMMAND, *arguments]
        done = subprocess.run(call, env=own_environment | variables, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=240)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def versions() -> list[dict[str, Any]]:
        listed: list[dict[str, Any]] = json.loads(golden("list-versions", "--format", "json"))
        return listed

    def quiet() -> bool:
        ticks = graphql(port, TICKS, sensor=SENSOR)["sensorOrError"]["sensorState"]["ticks"]
        return any(f"The content of {documents} is what the testset was made from" in (tick["skipReason"] or "") for tick in ticks)

    with subprocess.Popen(
        [COMMAND, "dev", "--port", str(port)], env=own_environment, cwd=tmp_path, stdout=subprocess.PIPE, text=True
    ) as dev:
        try:
            wait_for_line(dev, "Ctrl-C")
            golden("run", "--size", "12", GOLDEN_ASSETS_DOCS="documents")
            start_sensor(port, "document_change_sensor")
            wait_for("a look at the documents that were read", quiet)
            assert [one["version"] for one in versions()] == ["1.0.0"]
            edited = documents / "probes.md"
            edited.write_text(edited.read_text(encoding="utf-8").replace("probe", "feeler"), encoding="utf-8")
            active = wait_for(
                "the new version", lambda: [one for one in versions() if one["status"] == "active" and one["version"] != "1.0.0"]
            )
            assert active[0]["row_count"] == 12
            shown = json.loads(golden("show", "active", "--rows", "12", "--format", "json"))
            assert "recipes.md" not in json.dumps(shown)
        finally:
            dev.send_signal(signal.SIGINT)
            dev.stdout.read()
