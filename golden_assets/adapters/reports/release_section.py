"""The head of the quality page: what a manager reads, and perhaps nothing else. Status, documents, people, power, and what fails."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from golden_assets.domain.core.text import counted
from golden_assets.domain.quality.power import PowerCertificate
from golden_assets.domain.versions.comparison_text import note_on, note_on_answers
from golden_assets.domain.versions.release import ReleaseFacts
from golden_assets.domain.versions.versions import StoredVersion

STATUS_CLASSES = {"active": "added", "failed": "removed"}


def release_section(stored: StoredVersion, facts: ReleaseFacts, certificate: PowerCertificate) -> dict[str, Any]:
    """State, cautions, five figures and the facts, as the template of the page takes them."""
    return {
        "state": _state(stored, facts),
        "unjudged": note_on_answers(stored.summary.answers_judged),
        "about_model": note_on(stored.testset.model),
        "figures": _figures(stored, facts),
        "facts": list(_facts(stored, facts, certificate)),
        "faults": _faults(stored, facts),
    }


def _state(stored: StoredVersion, facts: ReleaseFacts) -> str:
    """Where the version is in its life, since when, and what follows."""
    summary, report = stored.summary, stored.report
    if summary.status == "active":
        return f"This is the active version, since {_when(summary.activated_at)}."
    if summary.status == "archived":
        return f"This version is archived since {_when(summary.archived_at)}; it was activated on {_when(summary.activated_at)}."
    if summary.status == "failed":
        return f"This version failed {counted(len(report.failed_gates) if report else 0, 'gate')} and is not used."
    if summary.status == "draft":
        return "This version is a draft: it was never judged."
    return f"This version passed its gates and is not active: {facts.outlook.step if facts.outlook else 'it waits.'}"


def _figures(stored: StoredVersion, facts: ReleaseFacts) -> list[tuple[object, str, str]]:
    report, reviews = stored.report, facts.reviews
    gates = [verdict for verdict in report.verdicts if not verdict.is_hint] if report else []
    passed = sum(verdict.outcome == "passed" for verdict in gates)
    return [
        (stored.summary.status, "status", STATUS_CLASSES.get(stored.summary.status, "")),
        (len(stored.testset.rows), "rows", ""),
        (len(stored.testset.document_ids), "documents cited", ""),
        (f"{passed} of {len(gates)}", "gates passed", "removed" if report.failed_gates else "added")
        if report
        else ("none", "gates judged", "changed"),
        (f"{reviews.seen} of {reviews.rows}", "rows that people looked at", ""),
    ]


def _facts(stored: StoredVersion, facts: ReleaseFacts, certificate: PowerCertificate) -> Iterator[tuple[str, str]]:
    summary, testset = stored.summary, stored.testset
    yield "Stored", f"{_when(summary.created_at)} by {summary.created_by or 'unknown'}"
    if summary.activated_at:
        yield "Active", f"since {_when(summary.activated_at)}" if summary.status == "active" else f"last on {_when(summary.activated_at)}"
    yield "Approved", _approval(facts)
    yield "Documents", _documents(stored, facts)
    yield "Rows", f"{len(testset.rows)}, of {testset.request.size} asked for, written by {testset.model}"
    yield "Looked at by people", facts.reviews.seen_in_words
    yield "Found bad", facts.reviews.bad_in_words
    yield "What it can tell", certificate.sentence


def _approval(facts: ReleaseFacts) -> str:
    if facts.approval:
        note = f", “{facts.approval.note}”" if facts.approval.note else ""
        return f"by {facts.approval.approved_by} on {_when(facts.approval.approved_at)}{note}"
    return "not yet; approval is required" if facts.approval_required else "no; approval is not required"


def _documents(stored: StoredVersion, facts: ReleaseFacts) -> str:
    cited = f"{len(stored.testset.document_ids)} of them cited"
    if facts.read is None:
        known = stored.report.measures.get("documents") if stored.report else None
        return f"{counted(int(known), 'document')}, {cited}" if known else counted(len(stored.testset.document_ids), "document") + " cited"
    return f"{counted(facts.read.documents, 'document')} ({facts.read.words:,} words) in {facts.read.name}, {cited}"


def _faults(stored: StoredVersion, facts: ReleaseFacts) -> list[tuple[str, str]]:
    """The gates that failed and the hints that warn, with the reason of each."""
    verdicts = stored.report.verdicts if stored.report else ()
    failed = [(f"{one.name}: {one.explanation}", "failed") for one in verdicts if not (one.passed or one.is_hint)]
    failed += [(f"does_not_regress: {facts.outlook.loss}", "failed")] if facts.outlook and facts.outlook.loss else []
    warned = [(f"{one.name} warns: {one.explanation}", "faint") for one in verdicts if one.outcome == "warning"]
    warned += [(f"{one.name}: {one.explanation}", "faint") for one in verdicts if not one.is_judged]
    return failed + warned


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y, %H:%M} UTC" if moment else "an unknown date"
