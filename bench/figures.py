"""What a benchmark reports, and how it runs commands."""

import os
import subprocess
import time
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).resolve().parents[1]


class Figure(NamedTuple):
    """One measured claim; smaller is better. Without a target it is there to compare with."""

    claim: str
    measured: float
    target: float | None
    unit: str

    @property
    def verdict(self) -> str:
        """Whether the target is met, else by how much it is missed."""
        if self.target is None:
            return ""
        if self.measured <= self.target:
            return "yes"
        return f"missed by {100 * (self.measured / self.target - 1):.0f} %" if self.target else "missed"


def seconds(command: list[str], **environment: str) -> float:
    """Wall time of a command that must succeed."""
    started = time.perf_counter()
    subprocess.run(command, cwd=ROOT, env=os.environ | environment, check=True, capture_output=True)
    return time.perf_counter() - started
