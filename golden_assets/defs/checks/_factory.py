"""One factory for all gates: a stage's verdicts become asset checks, one per property, with the same metadata keys everywhere."""

from collections.abc import Iterable, Iterator

import dagster as dg

from golden_assets.defs.presentation import describe_verdict
from golden_assets.domain.gates import GateSpec, Verdict


def check_specs(asset: str, gates: Iterable[GateSpec], *, blocking: bool) -> list[dg.AssetCheckSpec]:
    """One spec per gate; a blocking one keeps everything downstream of ``asset`` from running when it fails."""
    return [dg.AssetCheckSpec(gate.name, asset=asset, description=gate.description, blocking=blocking) for gate in gates]


def check_results(asset: str, verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckResult]:
    """The verdicts as check results; every gate is an ERROR when it fails, never a warning."""
    for verdict in verdicts:
        yield dg.AssetCheckResult(
            asset_key=dg.AssetKey(asset),
            check_name=verdict.name,
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity.ERROR,
            description=verdict.explanation,
            metadata=describe_verdict(verdict),
        )
