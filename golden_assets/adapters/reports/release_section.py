"""The head of the quality page: what a manager reads, and perhaps nothing else. Status, documents, people, power, and what fails."""

from collections.abc import Iterator
from datetime import UTC, datetime

from golden_assets.adapters.reports.markup import Markup, element, with_code
from golden_assets.domain.core.text import counted
from golden_assets.domain.quality.power import PowerCertificate
from golden_assets.domain.versions.comparison_text import note_on, note_on_answers
from golden_assets.domain.versions.release import ReleaseFacts
from golden_assets.domain.versions.versions import StoredVersion

STATUS_COLOURS = {"active": " added", "failed": " removed"}


def release_section(stored: StoredVersion, facts: ReleaseFacts, certificate: PowerCertificate) -> Iterator[Markup]:
    """Title, state, four figures, and the facts as a list."""
    summary, note = stored.summary, note_on(stored.testset.model)
    yield element("h1", "Quality of ", summary.testset_name, " ", element("b", summary.version))
    yield element("p", with_code(_state(stored, facts)))
    if unjudged := note_on_answers(summary.answers_judged):
        yield element("p", element("b", "Answers "), f"{unjudged}.", class_="caution")
    if note:
        yield element("p", element("b", f"Model {stored.testset.model}. "), note, class_="caution")
    yield _tiles(stored, facts)
    parts = (part for name, fact in _facts(stored, facts, certificate) for part in (element("dt", name), element("dd", fact)))
    yield element("dl", *parts, class_="facts")


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


def _tiles(stored: StoredVersion, facts: ReleaseFacts) -> Markup:
    report, reviews = stored.report, facts.reviews
    gates = [verdict for verdict in report.verdicts if not verdict.is_hint] if report else []
    passed = sum(verdict.outcome == "passed" for verdict in gates)
    tiles: list[tuple[object, str, str]] = [
        (stored.summary.status, "status", STATUS_COLOURS.get(stored.summary.status, "")),
        (len(stored.testset.rows), "rows", ""),
        (len(stored.testset.document_ids), "documents cited", ""),
        (f"{passed} of {len(gates)}", "gates passed", " removed" if report.failed_gates else " added")
        if report
        else ("none", "gates judged", " changed"),
        (f"{reviews.seen} of {reviews.rows}", "rows that people looked at", ""),
    ]
    return element(
        "div", *(element("div", element("strong", value), name, class_=f"tile{kind}") for value, name, kind in tiles), class_="tiles"
    )


def _facts(stored: StoredVersion, facts: ReleaseFacts, certificate: PowerCertificate) -> Iterator[tuple[str, object]]:
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
    yield "What fails", _faults(stored, facts)
    yield "Content", element("code", summary.testset_hash[:12])


def _approval(facts: ReleaseFacts) -> str:
    if facts.approval:
        note = f", “{facts.approval.note}”" if facts.approval.note else ""
        return f"by {facts.approval.approved_by} on {_when(facts.approval.approved_at)}{note}"
    return "not yet, and it has to be" if facts.approval_required else "no, and it does not have to be"


def _documents(stored: StoredVersion, facts: ReleaseFacts) -> str:
    cited = f"{len(stored.testset.document_ids)} of them cited"
    if facts.read is None:
        known = stored.report.measures.get("documents") if stored.report else None
        return f"{counted(int(known), 'document')}, {cited}" if known else counted(len(stored.testset.document_ids), "document") + " cited"
    return f"{counted(facts.read.documents, 'document')} ({facts.read.words:,} words) in {facts.read.name}, {cited}"


def _faults(stored: StoredVersion, facts: ReleaseFacts) -> object:
    """The gates that failed and the hints that warn, with the reason of each."""
    verdicts = stored.report.verdicts if stored.report else ()
    failed = [(f"{one.name}: {one.explanation}", "failed") for one in verdicts if not (one.passed or one.is_hint)]
    failed += [(f"does_not_regress: {facts.outlook.loss}", "failed")] if facts.outlook and facts.outlook.loss else []
    warned = [(f"{one.name} warns: {one.explanation}", "faint") for one in verdicts if one.outcome == "warning"]
    warned += [(f"{one.name}: {one.explanation}", "faint") for one in verdicts if not one.is_judged]
    if not stored.report:
        return "unknown: no gate has judged it"
    return element("ul", *(element("li", text, class_=kind) for text, kind in (*failed, *warned))) if failed or warned else "nothing"


def _when(moment: datetime | None) -> str:
    return f"{moment.astimezone(UTC):%d %B %Y, %H:%M} UTC" if moment else "an unknown date"
