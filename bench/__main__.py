"""Run every benchmark, or those named: `python -m bench [NAME ...]`."""

import importlib
import sys

from rich.console import Console
from rich.table import Table

BENCHMARKS = (
    "loading",
    "cost_intervals",
    "registry",
    "ledger",
    "generation",
    "regeneration",
    "killing",
    "overspending",
    "publishing",
    "running",
    "sensors",
)


def main(names: list[str]) -> None:
    """Print one row per figure."""
    table = Table("claim", "measured", "target", "met", title="golden_assets benchmarks", title_justify="left")
    for name in names or BENCHMARKS:
        for figure in importlib.import_module(f"bench.{name}").measure():
            target = "" if figure.target is None else f"<= {figure.target:g} {figure.unit}"
            table.add_row(figure.claim, f"{figure.measured:.2f} {figure.unit}", target, figure.verdict)
    Console().print(table)


main(sys.argv[1:])
