"""The pictures of a quality report, each from a testset and its report; the page and the asset's metadata show the same ones."""

from collections import Counter
from collections.abc import Mapping, Sequence

from markupsafe import Markup

from golden_assets.adapters.reports.drawing import bars, histograms, scatter, trend
from golden_assets.domain.core.text import count_words
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset, count_types

Embeddings = Sequence[Sequence[float]]
MAX_BARS = 40
"""Documents or languages with a bar of their own."""
MAX_POINTS = 2_000
"""Questions on a map: members of clusters first, the others evenly spaced over the rows."""
FEW_BARS, FEW_POINTS = 15, 500
"""The same in a picture that is kept with a materialization."""
MIN_POINTS = 3
"""Questions that a map takes."""
Series = list[tuple[str, list[float]]]


def draw_types(testset: Testset, report: QualityReport | None) -> Markup:
    """Rows of each question type beside what the target asks for."""
    counts = report.type_counts if report else count_types(testset.generated_rows)
    targets = report.type_targets if report else {str(name): share for name, share in testset.type_targets.items()}
    rows, shares = sum(counts.values()), sum(targets.values()) or 1.0
    entries = [(name, counts.get(name, 0), rows * targets.get(name, 0.0) / shares) for name in dict.fromkeys([*targets, *counts])]
    return bars(entries, "Rows of each question type and their target")


def report_pictures(
    testset: Testset, report: QualityReport, embeddings: Embeddings, earlier: Mapping[str, QualityReport]
) -> dict[str, Markup]:
    """Every picture that there is something to draw for, by its title, small enough to be kept with a materialization.

    Args:
        testset: the rows.
        report: what was found.
        embeddings: one vector per row, in row order.
        earlier: reports of versions before by number, oldest first.
    """
    versions, series = trend_of({**earlier, "this one": report})
    drawn = {
        "Question types against the target": draw_types(testset, report),
        "Map of the questions": draw_map(testset, report, embeddings, FEW_POINTS),
        "Rows by document": draw_coverage(testset, FEW_BARS),
        "Lengths in words": draw_lengths(testset) if testset.rows else None,
        "Languages": draw_languages(report) if report.language_counts else None,
        "Scores of the critics": draw_critics(report),
        "Trend": trend(versions, series, "Diversity, coverage and overall score of the versions") if len(versions) > 1 else None,
    }
    return {title: picture for title, picture in drawn.items() if picture}


def rows_by_document(testset: Testset) -> list[tuple[str, int]]:
    """How many rows cite each document, the most cited first."""
    return Counter(document_id for row in testset.rows for document_id in row.document_ids).most_common()


def draw_coverage(testset: Testset, most: int = MAX_BARS) -> Markup:
    """Rows of each of the most cited documents."""
    return bars([(name, count, None) for name, count in rows_by_document(testset)[:most]], "Rows that cite each document")


def draw_lengths(testset: Testset) -> Markup:
    """How many questions and answers have how many words; of one row at least."""
    questions, answers = [count_words(row.user_input) for row in testset.rows], [count_words(row.reference) for row in testset.rows]
    return histograms([("questions", questions, None), ("answers", answers, None)], "Lengths of questions and answers in words")


def draw_languages(report: QualityReport) -> Markup:
    """Rows in each language."""
    return bars([(code, count, None) for code, count in list(report.language_counts.items())[:MAX_BARS]], "Rows in each language")


def draw_map(testset: Testset, report: QualityReport | None, embeddings: Embeddings, most: int = MAX_POINTS) -> Markup | None:
    """The questions by likeness, clusters of duplicates linked; None for fewer than `MIN_POINTS`.

    Args:
        testset: the rows.
        report: names the clusters.
        embeddings: one vector per row, in row order.
        most: rows that are shown.
    """
    rows = testset.rows
    if len(rows) < MIN_POINTS:
        return None
    clusters = _places(testset, report.duplicate_clusters if report else ())
    shown = _chosen(len(rows), [position for cluster in clusters for position in cluster], most)
    at = {position: place for place, position in enumerate(shown)}
    plane = project(embeddings)
    points = [(*plane[position], f"{rows[position].row_id}: {rows[position].user_input}") for position in shown]
    linked = [[at[position] for position in cluster if position in at] for cluster in clusters]
    return scatter(points, [cluster for cluster in linked if cluster], "Questions by likeness, duplicates linked")


def draw_critics(report: QualityReport) -> Markup | None:
    """How many rows got which score from each critic; None where none gave any."""
    scored = {name: [score for score in scores if score is not None] for name, scores in report.critic_scores.items()}
    entries = [(name, scores, 1.0) for name, scores in scored.items() if scores]
    return histograms(entries, "Scores of each critic") if entries else None


def trend_of(reports: Mapping[str, QualityReport]) -> tuple[list[str], Series]:
    """The versions whose reports have all that a trend shows, in order, and each measure's values for them."""
    whole = {version: one for version, one in reports.items() if {"diversity", "coverage"} <= one.measures.keys()}
    series = [(name, [one.measures[name] for one in whole.values()]) for name in ("diversity", "coverage")]
    return list(whole), [*series, ("overall score", [one.score for one in whole.values()])]


def project(embeddings: Embeddings) -> list[tuple[float, float]]:
    """The vectors on their first two principal components; each axis points to its farthest vector.

    By the eigenvectors of the smaller of the two product matrices, so that many vectors need no more memory than they have.
    """
    import numpy as np

    centred = np.asarray(embeddings, dtype=np.float64)
    centred = centred - centred.mean(axis=0)
    if len(centred) > centred.shape[1]:
        axes = centred @ np.linalg.eigh(centred.T @ centred)[1][:, :-3:-1]
    else:
        lengths, directions = np.linalg.eigh(centred @ centred.T)
        axes = directions[:, :-3:-1] * np.sqrt(np.maximum(0.0, lengths[:-3:-1]))
    farthest = axes[np.abs(axes).argmax(axis=0), range(axes.shape[1])]
    axes = axes * np.where(farthest < 0, -1.0, 1.0)
    return [(float(x), float(y)) for x, y in np.pad(axes, ((0, 0), (0, 2 - axes.shape[1])))]


def _places(testset: Testset, clusters: Sequence[Sequence[str]]) -> list[list[int]]:
    """Clusters of row ids as clusters of positions; rows of the same content have one id."""
    places: dict[str, list[int]] = {}
    for position, row in enumerate(testset.rows):
        places.setdefault(row.row_id, []).append(position)
    found = [[position for row_id in dict.fromkeys(cluster) for position in places.get(row_id, [])] for cluster in clusters]
    return [cluster for cluster in found if cluster]


def _chosen(count: int, first: Sequence[int], most: int) -> list[int]:
    """At most so many of the positions below ``count``, in order."""
    if count <= most:
        return list(range(count))
    chosen = set(first[:most])
    others = [position for position in range(count) if position not in chosen]
    left = most - len(chosen)
    return sorted(chosen | {others[n * len(others) // left] for n in range(left)})
