"""A version as one HTML file, readable in light and dark: what a manager asks first, then gates, shares, critics, power, trend, rows."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from markupsafe import Markup

from golden_assets.adapters.reports.drawing import trend
from golden_assets.adapters.reports.quality_pictures import (
    MAX_BARS,
    Embeddings,
    Series,
    draw_coverage,
    draw_critics,
    draw_languages,
    draw_lengths,
    draw_map,
    draw_types,
    rows_by_document,
    trend_of,
)
from golden_assets.adapters.reports.release_section import release_section
from golden_assets.adapters.reports.rendering import render
from golden_assets.domain.core.text import counted
from golden_assets.domain.quality.lengths import LengthProfile
from golden_assets.domain.quality.power import PowerCertificate, certify
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.human_override import is_edited
from golden_assets.domain.testsets.testset import Testset, TestsetRow
from golden_assets.domain.versions.release import ReleaseFacts, row_reviews
from golden_assets.domain.versions.versions import StoredVersion

MAX_LISTED = 200
"""Findings, rejected rows and documents that are listed; what is beyond is counted."""
MAX_MEMBERS = 10
"""Questions of a cluster that are listed; what is beyond is counted."""
QUANTILES = tuple(LengthProfile.model_fields)


def quality_page(
    stored: StoredVersion, earlier: Mapping[str, QualityReport], embeddings: Embeddings | None = None, facts: ReleaseFacts | None = None
) -> str:
    """The page as text; without scripts and without anything to load, everything from outside escaped.

    Args:
        stored: the version, judged or not.
        earlier: reports of the versions before it by number, oldest first.
        embeddings: one vector per row, in row order, of the questions; without them the map is left out.
        facts: what is on record beside the version.
    """
    testset, report = stored.testset, stored.report
    certificate = (report and report.certificate) or certify(testset.rows)
    versions, series = trend_of({**earlier, **({stored.summary.version: report} if report else {})})
    return render(
        "quality",
        **release_section(stored, facts or ReleaseFacts(reviews=row_reviews(testset, ())), certificate),
        summary=stored.summary,
        testset=testset,
        report=report,
        certificate=certificate,
        limit=MAX_LISTED,
        max_bars=MAX_BARS,
        max_members=MAX_MEMBERS,
        gates=sorted(report.verdicts, key=lambda verdict: (verdict.passed, verdict.is_judged)) if report else (),
        pictures=_pictures(stored, embeddings) | {"trend": _trend(versions, series)},
        cited=rows_by_document(testset),
        lengths=_lengths(report),
        clusters=_clusters(stored),
        clusters_in_words=_clusters_in_words(report),
        power=_power(certificate),
        versions=versions,
        trend_names=[name for name, _ in series],
        trend_lines=list(zip(versions, *([f"{value:.3f}" for value in line] for _, line in series), strict=True)),
        rows=[(row, _people(row, testset)) for row in testset.rows[:MAX_LISTED]],
        **_findings(stored),
    )


def _pictures(stored: StoredVersion, embeddings: Embeddings | None) -> dict[str, Markup | None]:
    testset, report = stored.testset, stored.report
    return {
        "types": draw_types(testset, report),
        "coverage": draw_coverage(testset),
        "lengths": draw_lengths(testset) if testset.rows else None,
        "languages": draw_languages(report) if report else None,
        "map": None if embeddings is None else draw_map(testset, report, embeddings),
        "critics": draw_critics(report) if report else None,
    }


def _trend(versions: Sequence[str], series: Series) -> Markup | None:
    """A chart where two versions or more were judged."""
    return trend(versions, series, "Diversity, coverage and overall score of the versions") if len(versions) > 1 else None


def _lengths(report: QualityReport | None) -> list[tuple[str, ...]]:
    """Quantiles of the words of questions and of answers; reports of early releases have none."""
    if report is None or "question_words_median" not in report.measures:
        return []
    return [(f"{text}s", *(f"{report.measures[f'{text}_words_{name}']:g}" for name in QUANTILES)) for text in ("question", "answer")]


def _clusters(stored: StoredVersion) -> list[tuple[str, list[str]]]:
    """Which questions repeat one another: by spelling and by meaning."""
    report = stored.report
    asked = {row.row_id: row.user_input for row in stored.testset.rows}
    kinds = {"spelt alike": report.duplicate_clusters, "same meaning": report.semantic_clusters} if report else {}
    return [
        (kind, [f"{row_id}: {asked.get(row_id, '')}" for row_id in cluster]) for kind, clusters in kinds.items() for cluster in clusters
    ]


def _clusters_in_words(report: QualityReport | None) -> str:
    count = len(report.duplicate_clusters) if report else 0
    return f"{counted(count, 'cluster')} of duplicates, linked and in red." if count else "No clusters of duplicates."


def _findings(stored: StoredVersion) -> dict[str, Any]:
    """What critics found on rows that stayed and on rows that they rejected, and how often they abstained."""
    testset = stored.testset
    asked = {row.row_id: row.user_input for row in testset.rows}
    kept = stored.report.findings if stored.report else ()
    refused = ((one.row.user_input, finding) for one in testset.rejected for finding in one.findings)
    return {
        "findings": _lines((asked.get(finding.row_id, ""), finding) for finding in kept),
        "rejected": _lines(refused),
        "abstentions": ", ".join(f"{critic} {count}" for critic, count in testset.abstentions.items()),
    }


def _lines(findings: Iterable[tuple[str, Finding]]) -> list[tuple[str, ...]]:
    return [(one.row_id, question, one.critic, one.verdict, f"{one.score:.2f}", one.reason) for question, one in findings]


def _power(certificate: PowerCertificate) -> list[tuple[str, object]]:
    facts: list[tuple[str, object]] = [
        ("rows", certificate.rows),
        ("documents", certificate.documents),
        ("effective rows", f"{certificate.effective_rows:.1f}"),
        ("design effect", f"{certificate.design_effect:.3f}"),
        ("rows needed, paired", certificate.paired_rows_needed),
        ("rows needed per system, unpaired", certificate.unpaired_rows_needed),
    ]
    if certificate.least_documents is not None:
        facts += [
            ("documents needed, paired", certificate.documents_needed or "-"),
            ("least number of documents, paired", certificate.least_documents),
            ("rows needed of these documents, paired", certificate.rows_of_these_documents or "out of reach"),
        ]
    return facts


def _people(row: TestsetRow, testset: Testset) -> str:
    """Who vouches for a row."""
    return "written by a person" if row.is_human else "edited" if is_edited(row) else "approved" if row.row_id in testset.approved else ""
