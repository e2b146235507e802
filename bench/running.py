"""The whole way from documents to an active version on the sample corpus, with the servers up and from a cold start."""

import shutil
import sys
from pathlib import Path
from statistics import median

from bench.figures import ROOT, Figure, seconds

ROUNDS = 3
COMMAND = str(Path(sys.executable).parent / "golden-assets")


def measure() -> list[Figure]:
    """A home of its own each round, thrown away afterwards; every warm run asks for another seed, so that nothing is reused."""
    cold, warm = [], []
    for round_ in range(ROUNDS):
        home = ROOT / ".bench" / f"home-{round_}"
        shutil.rmtree(home, ignore_errors=True)
        environment = {"GOLDEN_ASSETS_HOME": str(home)}
        try:
            cold.append(seconds([COMMAND, "run"], **environment))
            warm.append(seconds([COMMAND, "run", "--seed", "1"], **environment))
        finally:
            seconds([COMMAND, "down"], **environment)
            shutil.rmtree(home, ignore_errors=True)
    return [
        Figure("golden-assets run on the sample corpus, servers up", median(warm), 20, "s"),
        Figure("golden-assets run on the sample corpus, servers down, new home", median(cold), 45, "s"),
    ]
