"""The gates before a version is activated, and on the active one."""

from collections.abc import Sequence

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.locations import remedy_for_stale_rows
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.gates.post_generation import AFTER_GENERATION
from golden_assets.domain.quality.regression import Change, regressions
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.freshness import FreshnessMeasures
from golden_assets.domain.versions.versions import VersionStatus


@gate("pre-activation", "version", reads=lambda of, _: (of.status, of.report, of.testset_hash))
def gates_passed(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> Verdict:
    """Every gate has passed, on record, for exactly this content."""
    names, open_gates = _open_gates(status, report, testset_hash)
    return Verdict.of(
        gates_passed.spec,
        len(open_gates),
        "==",
        0,
        explanation=_gates_in_words(status, len(names), list(open_gates)),
        offenders=[f"{name}: {reason}" for name, reason in open_gates.items()],
        remedy="Generate a testset that passes: a version that failed, or was never judged, is not activated.",
        fingerprint=report.thresholds_fingerprint if report else "",
        n=len(names),
    )


@gate("pre-activation", "version", "max_regression", reads=lambda of, limits: (of.report, of.active, limits, of.rows_lost))
def does_not_regress(report: QualityReport | None, active: QualityReport | None, thresholds: Thresholds, rows_lost: float = 0.0) -> Verdict:
    """No measure is worse than the active version's by more than the limit, nor are that many of its rows lost without being asked for."""
    kept = [Change("rows_kept", 1.0, round(1 - rows_lost, 6), rows_lost)] if rows_lost else []
    changes = [*regressions(report, active).values(), *kept]
    lost = [change for change in changes if change.loss > thresholds.max_regression]
    worst = max(changes, key=lambda change: change.loss, default=None)
    return Verdict.of(
        does_not_regress.spec,
        worst.loss if worst else 0.0,
        "<=",
        thresholds.max_regression,
        explanation=_compared(len(changes), worst, lost) if worst else "No active version has measures to compare with: not judged.",
        offenders=[change.sentence for change in lost],
        remedy="Compare the two versions and generate again; or pass over it: golden-assets activate VERSION --force --reason TEXT.",
        fingerprint=thresholds.fingerprint,
        n=len(changes),
    )


def _compared(count: int, worst: Change, lost: Sequence[Change]) -> str:
    """What became of the measures: each that is too much worse with its values, or that none is."""
    if lost:
        return f"Worse than the active version: {'; '.join(change.sentence for change in lost)}."
    said = f"the largest loss: {worst.sentence}" if worst.loss > 0 else "none is worse"
    return f"{count} measures compared with the active version; {said}."


@gate("pre-activation", "approval", reads=lambda of, limits: (of.version, limits, of.required, of.approved))
def is_approved(version: str, thresholds: Thresholds, required: bool, approved: bool) -> Verdict:
    """Somebody approved the version, where the settings ask for that."""
    explanation = f"Version {version} is {'' if approved else 'not '}approved" + ("." if required else ", and no approval is required.")
    return Verdict.of(
        is_approved.spec,
        int(approved),
        ">=",
        int(required),
        explanation=explanation,
        remedy=f"Look at the version, then run: golden-assets approve {version} --by NAME.",
        fingerprint=thresholds.fingerprint,
        n=int(required),
    )


@gate("post-activation", "active", reads=lambda of, limits: (of.freshness, limits.fingerprint, of.archived))
def rows_are_fresh(measures: FreshnessMeasures | None, fingerprint: str, archived: str | None = None) -> Verdict:
    """Every row of the active version still holds on the documents as they are now. None: they were never read, so nothing is judged."""
    if measures is None:
        explanation, remedy = "Not judged: the documents were never read.", "Materialize source_documents, or run the whole job."
        return Verdict.of(rows_are_fresh.spec, 0, "==", 0, explanation=explanation, remedy=remedy, fingerprint=fingerprint, n=0)
    counts, rows = measures.counts, sum(measures.counts.values())
    return Verdict.of(
        rows_are_fresh.spec,
        measures.outdated,
        "==",
        0,
        explanation=f"Of {rows} rows {counts['fresh']} are fresh, {counts['moved']} cite passages that moved, {counts['reformatted']} cite "
        f"passages that are merely set differently, {counts['stale']} are stale and {counts['orphaned']} lost their document.",
        offenders=measures.faults,
        remedy=remedy_for_stale_rows(measures.outdated, rows, archived),
        fingerprint=fingerprint,
        n=rows,
    )


def _gates_in_words(status: VersionStatus, gates: int, names: Sequence[str]) -> str:
    """Which gates keep a version from being active."""
    if not names:
        return f"The version is {status}: all {gates} gates passed."
    if len(names) == gates:
        return f"The version is {status}: none of its {gates} gates has passed for this content."
    return f"The version is {status}: {len(names)} of {gates} gates did not pass, {', '.join(names)}."


def _open_gates(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> tuple[set[str], dict[str, str]]:
    """The gates that a version has to have passed, and those that keep it from being active, with the reason.

    One that was active before need not pass gates invented since: a rollback must work.
    """
    verdicts = report.verdicts if report and report.testset_hash == testset_hash else ()
    recorded = {verdict.name: verdict for verdict in verdicts if not verdict.is_hint}
    was_gated = bool(recorded) and status in ("active", "archived")
    required = [] if was_gated else [judged.spec.name for judged in AFTER_GENERATION if not judged.spec.is_hint]
    missing = {name: "no verdict on record" for name in required if name not in recorded}
    failed = {name: verdict.explanation for name, verdict in recorded.items() if not verdict.passed}
    return {*required, *recorded}, missing | failed
