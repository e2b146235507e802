"""One factory for all gates: verdicts become asset checks, one per property, with the same metadata keys everywhere.

The checks themselves are plain generators that end an event loop before they yield: Dagster does not take an asynchronous generator with
a return annotation for several checks.
"""

from collections.abc import Sequence

import dagster as dg

from golden_assets.domain.core.verdicts import Subject
from golden_assets.domain.gates.evaluate import GATES


def check_specs(asset: str, subject: Subject, *, blocking: bool, after: Sequence[str] = ()) -> list[dg.AssetCheckSpec]:
    """One spec per gate on ``subject``; a blocking one keeps everything downstream of ``asset`` from running when it fails.

    ``after`` names further assets whose materialization in the same run is waited for.
    """
    gates = [gate for gate in GATES.values() if gate.subject == subject]
    return [
        dg.AssetCheckSpec(gate.name, asset=asset, description=gate.description, blocking=blocking, additional_deps=list(after))
        for gate in gates
    ]
