"""Verdicts of monitoring: on our own operations, on quality over versions, on what is stored. Nothing waits for them."""

from collections.abc import Sequence

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec, Verdict

OPERATIONS_MEET_THEIR_TARGETS = GateSpec(
    name="operations_meet_their_targets",
    stage="post-activation",
    subject="operations",
    description="99.9 % of transactions, 99 % of uploads and 95 % of commands succeed, and 95 % of queries take less than 2 seconds.",
    is_hint=True,
)
QUALITY_HOLDS = GateSpec(
    name="quality_holds",
    stage="post-activation",
    subject="operations",
    description="The newest version's quality score is no further below the mean of those before it than the limit.",
    is_hint=True,
)
REGISTRY_IS_INTACT = GateSpec(
    name="registry_is_intact",
    stage="post-activation",
    subject="operations",
    description="Every stored row and every audit entry matches its hash.",
)


def operations_meet_their_targets(missed: Sequence[str], recorded: int, thresholds: Thresholds) -> Verdict:
    """``missed`` are the kinds of operation below their target, of the ``recorded`` operations."""
    return Verdict.of(
        OPERATIONS_MEET_THEIR_TARGETS,
        len(missed),
        "==",
        0,
        explanation=f"{recorded} operations are on record; below target: {', '.join(missed) or 'none'}. A kind without any is not judged.",
        offenders=missed,
        remedy="See what failed, and why: `golden-assets status --failures`.",
        fingerprint=thresholds.fingerprint,
        n=recorded,
    )


def quality_holds(drift: float, versions: int, thresholds: Thresholds) -> Verdict:
    """``drift`` is the newest version's score less the mean of those before it, on a scale of 0 to 1."""
    return Verdict.of(
        QUALITY_HOLDS,
        drift,
        ">=",
        -thresholds.max_quality_drift,
        explanation=f"The newest of {versions} judged versions differs by {drift:+.3f} from the mean of those before it.",
        remedy="Compare it with the one before: `golden-assets compare`.",
        fingerprint=thresholds.fingerprint,
        n=versions,
    )


def registry_is_intact(faults: Sequence[str], count: int, checked: int, thresholds: Thresholds) -> Verdict:
    """``faults`` are the first of ``count`` things that do not match their hash, of ``checked`` rows and entries."""
    verdict = Verdict.of(
        REGISTRY_IS_INTACT,
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
