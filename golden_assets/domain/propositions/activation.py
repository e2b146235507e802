"""The gates before a version is activated, and on the active one."""

from golden_assets.domain.freshness import FreshnessMeasures
from golden_assets.domain.gates import GateSpec, Thresholds, Verdict
from golden_assets.domain.locations import other_documents
from golden_assets.domain.propositions.generation import AFTER_GENERATION
from golden_assets.domain.quality import QualityReport
from golden_assets.domain.regressions import regressions
from golden_assets.domain.versions import VersionStatus


def gates_passed(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> Verdict:
    """Every gate has passed, on record, for exactly this content."""
    names, open_gates = _open_gates(status, report, testset_hash)
    return Verdict.of(
        SPECS["gates_passed"],
        len(open_gates),
        "==",
        0,
        explanation=f"The version is {status}. Of {len(names)} gates {len(open_gates)} failed or have no verdict for this content.",
        offenders=open_gates,
        remedy="Generate a testset that passes: a version that failed, or was never judged, is not activated.",
        fingerprint=report.thresholds_fingerprint if report else "",
        n=len(names),
    )


def is_approved(version: str, thresholds: Thresholds, *, required: bool, approved: bool) -> Verdict:
    """Somebody approved the version, where the settings ask for that."""
    explanation = f"Version {version} is {'' if approved else 'not '}approved" + ("." if required else ", and nobody has to approve it.")
    return Verdict.of(
        SPECS["is_approved"],
        int(approved),
        ">=",
        int(required),
        explanation=explanation,
        remedy=f"Look at the version, then run: golden-assets approve {version} --by NAME.",
        fingerprint=thresholds.fingerprint,
        n=int(required),
    )


def does_not_regress(report: QualityReport | None, active: QualityReport | None, thresholds: Thresholds, rows_lost: float = 0.0) -> Verdict:
    """No measure is worse than the active version's by more than the limit, nor are so many of its rows lost that nobody asked to lose."""
    compared = regressions(report, active) | ({"rows": rows_lost} if rows_lost else {})
    worst = max(compared.values(), default=0.0)
    offenders = [f"{name}: worse by {loss:.3f}" for name, loss in compared.items() if loss > thresholds.max_regression]
    return Verdict.of(
        SPECS["does_not_regress"],
        worst,
        "<=",
        thresholds.max_regression,
        explanation=f"{len(compared)} measures were held against those of the active version; the largest loss is {worst:.3f}."
        if compared
        else "No active version has measures to compare with: not judged.",
        offenders=offenders,
        remedy="Compare the two versions and generate again; or activate this one by hand with golden-assets activate.",
        fingerprint=thresholds.fingerprint,
        n=len(compared),
    )


def rows_are_fresh(measures: FreshnessMeasures | None, fingerprint: str) -> Verdict:
    """Every row of the active version still holds on the documents as they are now. None: nobody ever read them, so nothing is judged."""
    if measures is None:
        explanation, remedy = "Not judged: the documents were never read.", "Materialize source_documents, or run the whole job."
        return Verdict.of(SPECS["rows_are_fresh"], 0, "==", 0, explanation=explanation, remedy=remedy, fingerprint=fingerprint, n=0)
    counts, rows = measures.counts, sum(measures.counts.values())
    return Verdict.of(
        SPECS["rows_are_fresh"],
        measures.outdated,
        "==",
        0,
        explanation=f"Of {rows} rows {counts['fresh']} are fresh, {counts['moved']} cite passages that moved, {counts['reformatted']} cite "
        f"passages that are merely set differently, {counts['stale']} are stale and {counts['orphaned']} lost their document.",
        offenders=measures.faults,
        remedy=other_documents(measures.outdated, rows)
        or "Run `golden-assets run` or build_testset_job: only the stale and orphaned rows are written again. If the documents are as they "
        "were for an archived version: `golden-assets rollback VERSION --reason WHY`.",
        fingerprint=fingerprint,
        n=rows,
    )


def _open_gates(status: VersionStatus, report: QualityReport | None, testset_hash: str) -> tuple[set[str], list[str]]:
    """The gates that a version has to have passed, and what of them keeps it from being active.

    One that was active before need not pass gates invented since: a rollback must work.
    """
    verdicts = report.verdicts if report and report.testset_hash == testset_hash else ()
    recorded = {verdict.name: verdict for verdict in verdicts if not verdict.is_hint}
    was_gated = bool(recorded) and status in ("active", "archived")
    required = [] if was_gated else [gate.name for gate in AFTER_GENERATION.values() if not gate.is_hint]
    missing = [f"{name}: no verdict on record" for name in required if name not in recorded]
    failed = [f"{name}: {verdict.explanation}" for name, verdict in recorded.items() if not verdict.passed]
    return {*required, *recorded}, missing + failed


SPECS = {
    spec.name: spec
    for spec in (
        GateSpec.of(gates_passed, "pre-activation", "version"),
        GateSpec.of(does_not_regress, "pre-activation", "version"),
        GateSpec.of(is_approved, "pre-activation", "approval"),
        GateSpec.of(rows_are_fresh, "post-activation", "active"),
    )
}
"""These gates by name."""
