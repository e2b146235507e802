"""Verdicts of monitoring: on our own operations, on quality over versions, on what is stored. Nothing waits for them."""

from collections.abc import Sequence

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.gate import gate


@gate("post-activation", "operations", is_hint=True)
def operations_meet_their_targets(missed: Sequence[str], recorded: int, thresholds: Thresholds) -> Verdict:
    """99.9 % of transactions, 99 % of uploads and 95 % of commands succeed, and 95 % of queries take less than 2 seconds.

    ``missed`` names the kinds of operations below their target, of ``recorded`` operations.
    """
    return Verdict.of(
        operations_meet_their_targets.spec,
        len(missed),
        "==",
        0,
        explanation=f"{recorded} operations are on record; below target: {', '.join(missed) or 'none'}. A kind without any is not judged.",
        offenders=missed,
        remedy="See what failed, and why: `golden-assets status --failures`.",
        fingerprint=thresholds.fingerprint,
        n=recorded,
    )


@gate("post-activation", "operations", "max_quality_drift", is_hint=True)
def quality_holds(drift: float, versions: int, thresholds: Thresholds) -> Verdict:
    """The newest version's quality score is below the mean of those before it by the limit at most.

    ``drift`` is that difference, negative where the newest is worse; ``versions`` counts the judged ones.
    """
    return Verdict.of(
        quality_holds.spec,
        drift,
        ">=",
        -thresholds.max_quality_drift,
        explanation=f"The newest of {versions} judged versions differs by {drift:+.3f} from the mean of those before it.",
        remedy="Compare it with the one before: `golden-assets compare`.",
        fingerprint=thresholds.fingerprint,
        n=versions,
    )


@gate("post-activation", "operations")
def registry_is_intact(faults: Sequence[str], count: int, checked: int, thresholds: Thresholds) -> Verdict:
    """Every stored row and every audit entry matches its hash.

    ``faults`` names some of the ``count`` that do not, of ``checked`` rows and entries.
    """
    verdict = Verdict.of(
        registry_is_intact.spec,
        count,
        "==",
        0,
        explanation=f"Of {checked} rows and audit entries {count} do not match their hash.",
        offenders=faults,
        remedy="Go back to a version that is whole: `golden-assets verify`, then `golden-assets rollback` (docs/runbook.md).",
        fingerprint=thresholds.fingerprint,
        n=checked,
    )
    return verdict.model_copy(update={"offender_count": count})
