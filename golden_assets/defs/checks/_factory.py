"""One factory for all gates: verdicts become asset checks, one per property, with the same metadata keys everywhere.

The checks themselves are plain generators that end an event loop before they yield: Dagster does not take an asynchronous generator with
a return annotation for several checks.
"""

from collections.abc import Iterable, Iterator, Sequence

import dagster as dg

from golden_assets.defs.active_checks import note_verdict
from golden_assets.defs.presentation.reports import describe_verdict
from golden_assets.domain.gates import Subject, Verdict
from golden_assets.domain.judging import GATES


def check_specs(asset: str, subject: Subject, *, blocking: bool, after: Sequence[str] = ()) -> list[dg.AssetCheckSpec]:
    """One spec per gate on ``subject``; a blocking one keeps everything downstream of ``asset`` from running when it fails.

    ``after`` names further assets whose materialization in the same run is waited for.
    """
    gates = [gate for gate in GATES.values() if gate.subject == subject]
    return [
        dg.AssetCheckSpec(gate.name, asset=asset, description=gate.description, blocking=blocking, additional_deps=list(after))
        for gate in gates
    ]


def check_results(verdicts: Iterable[Verdict]) -> Iterator[dg.AssetCheckResult]:
    """The verdicts as check results; a gate that fails is an ERROR.

    Hints warn, and so do an approval that is waited for and what is found after activation.
    """
    for verdict in verdicts:
        warns = verdict.is_hint or verdict.stage == "post-activation" or GATES[verdict.name].subject == "approval"
        yield check_result(verdict, dg.AssetCheckSeverity.WARN if warns else dg.AssetCheckSeverity.ERROR)


def check_result(verdict: Verdict, severity: dg.AssetCheckSeverity = dg.AssetCheckSeverity.WARN) -> dg.AssetCheckResult:
    """One verdict as a check result, of this severity when it did not pass, and as a span."""
    note_verdict(verdict)
    return dg.AssetCheckResult(
        check_name=verdict.name,
        passed=verdict.passed,
        severity=severity,
        description=verdict.explanation,
        metadata=describe_verdict(verdict),
    )
