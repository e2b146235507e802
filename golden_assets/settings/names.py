"""Names that more than the settings spell; imports nothing, so that ``--help`` stays fast."""

from collections.abc import Collection

PREFIX = "GOLDEN_ASSETS_"
CONFIG_VARIABLE = "GOLDEN_ASSETS_CONFIG"
TESTSET_VARIABLE = "GOLDEN_ASSETS_TESTSET"
FILE_NAME = "golden_testset_config.yaml"
LIKENESS = 60.0
"""Share of equal characters, in per cent, from which a name is taken for a mistyped one: ``testset_nam`` for ``testset_name``."""


def likely_meant(name: str, known: Collection[str]) -> str | None:
    """The known name that is spelt most like a mistyped one, None where none is like it."""
    from rapidfuzz import fuzz, process

    best = process.extractOne(name, list(known), scorer=fuzz.ratio, score_cutoff=LIKENESS)
    return str(best[0]) if best else None
