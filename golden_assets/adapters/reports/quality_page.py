"""The quality of a version as one HTML file, readable in light and dark: verdicts, shares, lengths, duplicates, critics, power, trend."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

import numpy as np

from golden_assets.adapters.reports.drawing import bars, histograms, scatter, trend
from golden_assets.adapters.reports.markup import Markup, element, joined, page, table
from golden_assets.domain.gates import Verdict
from golden_assets.domain.power import PowerCertificate, certify
from golden_assets.domain.quality import QualityReport
from golden_assets.domain.testsets import Testset, count_types
from golden_assets.domain.versions import StoredVersion

Embeddings = Sequence[Sequence[float]]
MAX_BARS = 40
"""Documents with a bar of their own; what is beyond is counted."""
MAX_LISTED = 200
"""Findings, rejected rows and documents that are listed; what is beyond is counted."""
MIN_POINTS = 3
"""Questions that a map takes."""


def quality_page(stored: StoredVersion, earlier: Mapping[str, QualityReport], embeddings: Embeddings | None = None) -> str:
    """The page as text; without scripts and without anything to load, everything from outside escaped.

    Args:
        stored: the version, judged or not.
        earlier: reports of the versions before it by number, oldest first.
        embeddings: one vector per row, in row order, of the questions; without them there is no map.
    """
    summary, report = stored.summary, stored.report
    return page(
        f"Quality of {summary.testset_name} {summary.version}",
        element("h1", "Quality of ", summary.testset_name, " ", element("b", summary.version)),
        element("p", f"Testset {summary.testset_hash[:12]}, {summary.status}, written by {stored.testset.model}.", class_="faint"),
        _tiles(stored),
        element("h2", "Gates"),
        _gates(report) if report else element("p", "This version was never judged.", class_="caution"),
        element("h2", "Question types"),
        _types(stored),
        element("h2", "Coverage"),
        _coverage(stored),
        element("h2", "Lengths in words"),
        _lengths(stored.testset),
        *_map(stored, embeddings),
        *_critics(report),
        *_doubts(stored),
        element("h2", "Power"),
        _power((report and report.certificate) or certify(stored.testset.rows)),
        *_trend(stored, earlier),
    )


def _tiles(stored: StoredVersion) -> Markup:
    report, testset = stored.report, stored.testset
    tiles: list[tuple[object, str, str]] = [
        (len(testset.rows), "rows", ""),
        (len(testset.document_ids), "documents cited", ""),
    ]
    if report:
        failed, colours = len(report.failed_gates), {"passed": " added", "failed": " removed", "warning": " changed"}
        tiles += [
            (failed, "gates failed", " removed" if failed else " added"),
            (report.status, "status", colours[report.status]),
            (f"{report.score:.3f}", "overall score", ""),
            (_measure(report, "diversity"), "diversity", ""),
        ]
    else:
        tiles.append(("not judged", "status", " changed"))
    shown = (element("div", element("strong", value), name, class_=f"tile{kind}") for value, name, kind in tiles)
    return element("div", *shown, class_="tiles")


def _gates(report: QualityReport) -> Markup:
    rows = sorted(report.verdicts, key=lambda verdict: verdict.passed)
    return table(["gate", "measured", "must be", "verdict", "n", "explanation", "at fault"], map(_gate, rows), class_="gates")


def _gate(verdict: Verdict) -> tuple[object, ...]:
    outcome = "passed" if verdict.passed else "hint" if verdict.is_hint else "FAILED"
    mark = element("span", outcome, class_={"passed": "passed", "hint": "faint"}.get(outcome, "failed"))
    reason = [verdict.explanation] if verdict.passed else [verdict.explanation, element("p", verdict.remedy, class_="faint")]
    limit = f"{verdict.comparison} {verdict.threshold:g}"
    count = "-" if verdict.n is None else verdict.n
    return verdict.name, f"{verdict.measured:.4g}", limit, mark, count, joined(reason), _offenders(verdict)


def _offenders(verdict: Verdict) -> Markup:
    """How many, exactly; folded, those that are known by name."""
    if not verdict.offender_count:
        return joined(["0"])
    more = verdict.offender_count - len(verdict.offenders)
    named = [*verdict.offenders, *([f"... and {more} more"] if more else [])]
    return element("details", element("summary", verdict.offender_count), element("ul", *(element("li", name) for name in named)))


def _types(stored: StoredVersion) -> Markup:
    report, testset = stored.report, stored.testset
    counts = report.type_counts if report else count_types(testset.generated_rows)
    targets = report.type_targets if report else {str(name): share for name, share in testset.request.question_types.items()}
    rows, shares = sum(counts.values()), sum(targets.values()) or 1.0
    entries = [(name, counts.get(name, 0), rows * targets.get(name, 0.0) / shares) for name in dict.fromkeys([*targets, *counts])]
    return joined([_note("Bars are rows; the dashed mark is the target."), bars(entries, "Rows of each question type and their target")])


def _coverage(stored: StoredVersion) -> Markup:
    cited = Counter(document_id for row in stored.testset.rows for document_id in row.document_ids).most_common()
    uncovered = stored.report.uncovered_documents if stored.report else ()
    parts = [bars([(name, count, None) for name, count in cited[:MAX_BARS]], "Rows that cite each document")]
    if len(cited) > MAX_BARS:
        parts.append(_note(f"{len(cited) - MAX_BARS} more documents are cited by {cited[MAX_BARS][1]} rows or fewer."))
    if uncovered:
        listed = [*uncovered[:MAX_LISTED], *_rest(len(uncovered))]
        names = element("ul", *(element("li", name) for name in listed))
        parts.append(element("details", element("summary", f"{len(uncovered)} usable documents that no row cites"), names))
    elif stored.report:
        parts.append(_note("Every usable document is cited."))
    return joined(parts)


def _lengths(testset: Testset) -> Markup:
    if not testset.rows:
        return _note("There are no rows.")
    questions = [len(row.user_input.split()) for row in testset.rows]
    answers = [len(row.reference.split()) for row in testset.rows]
    return histograms([("questions", questions, None), ("answers", answers, None)], "Lengths of questions and answers in words")


def _map(stored: StoredVersion, embeddings: Embeddings | None) -> Iterator[Markup]:
    rows = stored.testset.rows
    if embeddings is None or len(rows) < MIN_POINTS:
        return
    places: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        places.setdefault(row.row_id, []).append(position)
    found = stored.report.duplicate_clusters if stored.report else ()
    clusters = [[position for row_id in dict.fromkeys(cluster) for position in places.get(row_id, [])] for cluster in found]
    clusters = [cluster for cluster in clusters if cluster]
    plane = project(embeddings)
    points = [(x, y, f"{row.row_id}: {row.user_input}") for (x, y), row in zip(plane, rows, strict=True)]
    yield element("h2", "Map of the questions")
    yield _note(
        f"Questions by their embeddings, on the two axes along which they differ most. {len(clusters)} clusters of duplicates"
        + (", linked and in red." if clusters else ".")
    )
    yield scatter(points, clusters, "Questions by likeness, duplicates linked")


def project(embeddings: Embeddings) -> list[tuple[float, float]]:
    """The vectors on their first two principal components, by singular values; each axis points to its farthest vector."""
    centred = np.asarray(embeddings, dtype=np.float64)
    centred = centred - centred.mean(axis=0)
    left, lengths, _ = np.linalg.svd(centred, full_matrices=False)
    axes = (left * lengths)[:, :2]
    farthest = axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])]
    axes = axes * np.where(farthest < 0, -1.0, 1.0)
    return [(float(x), float(y)) for x, y in np.pad(axes, ((0, 0), (0, 2 - axes.shape[1])))]


def _critics(report: QualityReport | None) -> Iterator[Markup]:
    """Nothing for reports of releases without critics."""
    scored = {name: [score for score in scores if score is not None] for name, scores in (report.critic_scores if report else {}).items()}
    entries = [(name, scores, 1.0) for name, scores in scored.items() if scores]
    if entries:
        yield element("h2", "Critics")
        yield _note(
            "How many rows got which score, from 0 to 1; 1 is a row without objection. Rows that a critic did not look at are left out."
        )
        yield histograms(entries, "Scores of each critic")


def _doubts(stored: StoredVersion) -> Iterator[Markup]:
    asked = {row.row_id: row.user_input for row in stored.testset.rows}
    findings = stored.report.findings if stored.report else ()
    headings = ["row", "question", "critic", "verdict", "score", "reason"]
    if findings:
        yield element("h2", f"Findings ({len(findings)})")
        lines = [(f.row_id, asked.get(f.row_id, ""), f.critic, f.verdict, f"{f.score:.2f}", f.reason) for f in findings[:MAX_LISTED]]
        yield table(headings, lines)
        yield from map(_note, _rest(len(findings)))
    rejected = [(one.row, finding) for one in stored.testset.rejected for finding in one.findings]
    if rejected:
        yield element("h2", f"Rows rejected while writing ({len(stored.testset.rejected)})")
        lines = [(row.row_id, row.user_input, f.critic, f.verdict, f"{f.score:.2f}", f.reason) for row, f in rejected[:MAX_LISTED]]
        yield table(headings, lines)
        yield from map(_note, _rest(len(rejected)))


def _power(certificate: PowerCertificate) -> Markup:
    facts = [
        ("rows", certificate.rows),
        ("documents", certificate.documents),
        ("effective rows", f"{certificate.effective_rows:.1f}"),
        ("design effect", f"{certificate.design_effect:.3f}"),
        ("rows needed, paired", certificate.paired_rows_needed),
        ("rows needed an arm, unpaired", certificate.unpaired_rows_needed),
    ]
    return joined([element("p", certificate.sentence), table(["figure", "value"], facts, class_="numbers")])


def _trend(stored: StoredVersion, earlier: Mapping[str, QualityReport]) -> Iterator[Markup]:
    """A chart where two versions or more were judged."""
    reports = {**earlier, **({stored.summary.version: stored.report} if stored.report else {})}
    whole = {version: one for version, one in reports.items() if {"diversity", "coverage"} <= one.measures.keys()}
    if len(whole) < 2:
        return
    names, values = list(whole), list(whole.values())
    series = [(name, [one.measures[name] for one in values]) for name in ("diversity", "coverage")]
    series.append(("overall score", [one.score for one in values]))
    yield element("h2", "Trend")
    yield trend(names, series, "Diversity, coverage and overall score of the versions")
    lines = zip(names, *([f"{value:.3f}" for value in line] for _, line in series), strict=True)
    yield table(["version", *(name for name, _ in series)], lines, class_="numbers")


def _measure(report: QualityReport, name: str) -> str:
    return f"{report.measures[name]:.3f}" if name in report.measures else "-"


def _note(text: str) -> Markup:
    return element("p", text, class_="faint")


def _rest(count: int) -> list[str]:
    return [f"... and {count - MAX_LISTED} more"] if count > MAX_LISTED else []
