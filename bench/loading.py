"""Loading the code location, against importing Dagster alone: what each sensor tick and UI reload pays."""

import sys
from statistics import median

from bench.figures import Figure, seconds

ROUNDS = 7


def measure() -> list[Figure]:
    """Both imports by turns, so that what else the machine does hits them alike."""
    pairs = [(_import("golden_assets.definitions"), _import("dagster")) for _ in range(ROUNDS)]
    ratio = median(ours for ours, _ in pairs) / median(floor for _, floor in pairs)
    return [Figure("import golden_assets.definitions, against import dagster", ratio, 1.4, "times")]


def _import(module: str) -> float:
    return seconds([sys.executable, "-c", f"import {module}"])
