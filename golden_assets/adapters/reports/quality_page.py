"""A version as one HTML file, readable in light and dark: what a manager asks first, then gates, shares, critics, power, trend, rows."""

from collections.abc import Iterator, Mapping, Sequence

from golden_assets.adapters.reports.critic_section import critic_section
from golden_assets.adapters.reports.drawing import trend
from golden_assets.adapters.reports.markup import Markup, element, joined, page, table
from golden_assets.adapters.reports.quality_pictures import (
    MAX_BARS,
    Embeddings,
    draw_coverage,
    draw_languages,
    draw_lengths,
    draw_map,
    draw_types,
    rows_by_document,
    trend_of,
)
from golden_assets.adapters.reports.release_section import release_section
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.quality.lengths import LengthProfile
from golden_assets.domain.quality.power import PowerCertificate, certify
from golden_assets.domain.quality.report import QualityReport
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
        embeddings: one vector per row, in row order, of the questions; without them there is no map.
        facts: what is on record beside the version.
    """
    summary, report = stored.summary, stored.report
    certificate = (report and report.certificate) or certify(stored.testset.rows)
    return page(
        f"Quality of {summary.testset_name} {summary.version}",
        *release_section(stored, facts or ReleaseFacts(reviews=row_reviews(stored.testset, ())), certificate),
        element("h2", "Gates"),
        _gates(report) if report else element("p", "This version was never judged.", class_="caution"),
        element("h2", "Question types"),
        _types(stored),
        element("h2", "Coverage"),
        _coverage(stored),
        element("h2", "Lengths in words"),
        _lengths(stored),
        *_languages(report),
        *_map(stored, embeddings),
        *_clusters(stored),
        *_observations(report),
        *critic_section(report),
        *_doubts(stored),
        element("h2", "Power"),
        _power(certificate),
        *_trend(stored, earlier),
        *_rows(stored.testset),
    )


def _gates(report: QualityReport) -> Markup:
    rows = sorted(report.verdicts, key=lambda verdict: (verdict.passed, verdict.is_judged))
    return table(["gate", "verdict", "because", "measured", "must be", "n", "at fault"], map(_gate, rows), class_="gates stacked")


def _gate(verdict: Verdict) -> tuple[object, ...]:
    mark = element("span", verdict.outcome, class_={"passed": "passed", "FAILED": "failed"}.get(verdict.outcome, "faint"))
    reason = [verdict.explanation] if verdict.outcome == "passed" else [verdict.explanation, element("p", verdict.remedy, class_="faint")]
    limit = f"{verdict.comparison} {verdict.threshold:g}"
    count = "-" if verdict.n is None else verdict.n
    return verdict.name, mark, joined(reason), f"{verdict.measured:.4g}", limit, count, _offenders(verdict)


def _offenders(verdict: Verdict) -> Markup:
    """How many, exactly, and folded those that are known by name; what a gate that passed names all the same is noted."""
    if not verdict.offender_count:
        return joined(["0"])
    more = verdict.offender_count - len(verdict.offenders)
    named = [*verdict.offenders, *([f"... and {more} more"] if more else [])]
    count = f"0 ({verdict.offender_count} noted)" if verdict.passed else verdict.offender_count
    return element("details", element("summary", count), element("ul", *(element("li", name) for name in named)))


def _types(stored: StoredVersion) -> Markup:
    return joined([_note("Bars are rows; the dashed mark is the target."), draw_types(stored.testset, stored.report)])


def _coverage(stored: StoredVersion) -> Markup:
    cited = rows_by_document(stored.testset)
    uncovered = stored.report.uncovered_documents if stored.report else ()
    parts = [draw_coverage(stored.testset)]
    if len(cited) > MAX_BARS:
        parts.append(_note(f"{len(cited) - MAX_BARS} more documents are cited by {cited[MAX_BARS][1]} rows or fewer."))
    if uncovered:
        listed = [*uncovered[:MAX_LISTED], *_rest(len(uncovered))]
        names = element("ul", *(element("li", name) for name in listed))
        parts.append(element("details", element("summary", f"{len(uncovered)} usable documents that no row cites"), names))
    elif stored.report:
        parts.append(_note("Every usable document is cited."))
    return joined(parts)


def _lengths(stored: StoredVersion) -> Markup:
    report = stored.report
    if not stored.testset.rows:
        return _note("There are no rows.")
    parts = [draw_lengths(stored.testset)]
    if report and "question_words_median" in report.measures:
        lines = [(f"{text}s", *(f"{report.measures[f'{text}_words_{name}']:g}" for name in QUANTILES)) for text in ("question", "answer")]
        parts.append(table(["words", "least", "10 %", "median", "90 %", "most"], lines, class_="numbers"))
    return joined(parts)


def _languages(report: QualityReport | None) -> Iterator[Markup]:
    if report and report.language_counts:
        yield element("h2", "Languages")
        yield _note("Rows by the language that question and answer together are in, by ISO 639 code; und is a text too short to tell.")
        yield draw_languages(report)


def _map(stored: StoredVersion, embeddings: Embeddings | None) -> Iterator[Markup]:
    picture = None if embeddings is None else draw_map(stored.testset, stored.report, embeddings)
    if picture:
        count = len(stored.report.duplicate_clusters) if stored.report else 0
        yield element("h2", "Map of the questions")
        yield _note(
            f"Questions by their embeddings, on the two axes along which they differ most. {count} clusters of duplicates"
            + (", linked and in red." if count else ".")
        )
        yield picture


def _trend(stored: StoredVersion, earlier: Mapping[str, QualityReport]) -> Iterator[Markup]:
    """A chart where two versions or more were judged."""
    names, series = trend_of({**earlier, **({stored.summary.version: stored.report} if stored.report else {})})
    if len(names) > 1:
        yield element("h2", "Trend")
        yield trend(names, series, "Diversity, coverage and overall score of the versions")
        lines = zip(names, *([f"{value:.3f}" for value in line] for _, line in series), strict=True)
        yield table(["version", *(name for name, _ in series)], lines, class_="numbers")


def _clusters(stored: StoredVersion) -> Iterator[Markup]:
    """Who repeats whom: by spelling and by meaning."""
    report = stored.report
    asked = {row.row_id: row.user_input for row in stored.testset.rows}
    kinds = {"spelt alike": report.duplicate_clusters, "same meaning": report.semantic_clusters} if report else {}
    lines = [(kind, len(cluster), _questions(cluster, asked)) for kind, clusters in kinds.items() for cluster in clusters]
    if lines:
        yield element("h2", f"Clusters of duplicates ({len(lines)})")
        yield table(["by", "rows", "questions"], lines[:MAX_LISTED])
        yield from map(_note, _rest(len(lines)))


def _questions(cluster: Sequence[str], asked: Mapping[str, str]) -> Markup:
    shown = [f"{row_id}: {asked.get(row_id, '')}" for row_id in cluster[:MAX_MEMBERS]]
    more = len(cluster) - MAX_MEMBERS
    return element("ul", *(element("li", line) for line in [*shown, *([f"... and {more} more"] if more > 0 else [])]))


def _observations(report: QualityReport | None) -> Iterator[Markup]:
    """Rows behind a number that no gate is about."""
    if report and report.observations:
        yield element("h2", "Worth a look")
        for name, lines in report.observations.items():
            items = (element("li", line) for line in [*lines[:MAX_LISTED], *_rest(len(lines))])
            yield element("details", element("summary", f"{len(lines)} {name.replace('_', ' ')}"), element("ul", *items))


def _doubts(stored: StoredVersion) -> Iterator[Markup]:
    asked = {row.row_id: row.user_input for row in stored.testset.rows}
    findings = stored.report.findings if stored.report else ()
    headings = ["row", "question", "critic", "verdict", "score", "reason"]
    if findings:
        yield element("h2", f"Findings ({len(findings)})")
        lines = [(f.row_id, asked.get(f.row_id, ""), f.critic, f.verdict, f"{f.score:.2f}", f.reason) for f in findings[:MAX_LISTED]]
        yield table(headings, lines)
        yield from map(_note, _rest(len(findings)))
    if stored.testset.abstentions:
        counts = ", ".join(f"{critic} {count}" for critic, count in stored.testset.abstentions.items())
        yield _note(f"Abstentions while writing, rejected rows included: {counts}.")
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
        ("rows needed per system, unpaired", certificate.unpaired_rows_needed),
    ]
    if certificate.least_documents is not None:
        facts += [
            ("documents needed, paired", certificate.documents_needed or "-"),
            ("least number of documents, paired", certificate.least_documents),
            ("rows needed of these documents, paired", certificate.rows_of_these_documents or "out of reach"),
        ]
    return joined([element("p", certificate.sentence), table(["figure", "value"], facts, class_="numbers")])


def _rows(testset: Testset) -> Iterator[Markup]:
    """Every row to be unfolded, and who vouches for it."""
    if testset.rows:
        yield element("h2", f"Rows ({len(testset.rows)})")
        yield from (_row(row, testset) for row in testset.rows[:MAX_LISTED])
        yield from map(_note, _rest(len(testset.rows)))


def _row(row: TestsetRow, testset: Testset) -> Markup:
    word = "written by a person" if row.is_human else "edited" if is_edited(row) else "approved" if row.row_id in testset.approved else ""
    fields = (("answer", row.reference), ("type", row.question_type), ("documents", ", ".join(row.document_ids)), ("people", word))
    parts = (part for name, text in fields if text for part in (element("dt", name), element("dd", text)))
    return element("details", element("summary", row.user_input, element("code", row.row_id)), element("dl", *parts))


def _note(text: str) -> Markup:
    return element("p", text, class_="faint")


def _rest(count: int) -> list[str]:
    return [f"... and {count - MAX_LISTED} more"] if count > MAX_LISTED else []
