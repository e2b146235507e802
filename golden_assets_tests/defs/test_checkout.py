"""Dagster's own command in a fresh checkout, with nothing set."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import golden_assets

CHECKOUT = Path(golden_assets.__file__).parents[1]


@pytest.mark.parametrize("arguments", [("check", "defs"), ("list", "defs", "--json")])
def test_dg_works_in_a_checkout_without_any_variable(arguments: tuple[str, ...]) -> None:
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DAGSTER", "GOLDEN_ASSETS_"))}
    dg = Path(sys.executable).parent / "dg"
    done = subprocess.run(
        [dg, *arguments], cwd=CHECKOUT, env=bare | {"DAGSTER_DISABLE_TELEMETRY": "1"}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
