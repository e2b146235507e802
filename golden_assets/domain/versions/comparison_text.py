"""What a comparison says, in words and figures; the table on the terminal and the page share it."""

import json
from collections.abc import Iterator
from typing import Any

from golden_assets.domain.quality.metric_names import MEASURES
from golden_assets.domain.statistics.distributions import POWER
from golden_assets.domain.statistics.homogeneity import Shift
from golden_assets.domain.versions.comparison import VersionComparison

EXTRACTIVE = "extractive"
Figure = tuple[str, str, str]
"""What it is, before, after."""
MAIN_MEASURES = ("diversity", "achievable_coverage", "cited_documents", "duplicates", "rejected_rows", "type_distance")
"""What is looked at first, beside rows and cost."""


def note_on(model: str) -> str:
    """What everybody should know who reads rows by this model; empty for most."""
    by_rules = "Written by rules, without a language model: good for trying the pipeline and for tests, not for judging a RAG."
    return by_rules if model == EXTRACTIVE else ""


def note_on_answers(judged: bool) -> str:
    """What everybody should know who reads a version whose answers were not judged; empty for others."""
    unjudged = "not judged: neither a model nor a person has said that the references answer their questions"
    return "" if judged else unjudged


def main_figures(comparison: VersionComparison) -> list[Figure]:
    """The few that tell most."""
    wanted = {"status", "rows", "cost", *(name.replace("_", " ") for name in MAIN_MEASURES)}
    return [figure for figure in figures(comparison) if figure[0] in wanted]


def figures_by_group(comparison: VersionComparison) -> Iterator[tuple[str, list[Figure]]]:
    """Every measure, by what it is about; groups of which nothing was measured are left out."""
    known = {name for group in MEASURES.values() for name in group}
    groups = {**MEASURES, "Other": tuple(name for name in comparison.measures if name not in known)}
    for heading, names in groups.items():
        measured = [(name, comparison.measures[name]) for name in names if name in comparison.measures]
        if measured:
            yield heading, [(name.replace("_", " "), _number(before), _number(after)) for name, (before, after) in measured]


def figures(comparison: VersionComparison) -> Iterator[Figure]:
    """Status, rows, cost, tokens and each measure of quality."""
    (a, b), (before, after), cost = comparison.summaries, comparison.usage, comparison.cost_usd
    yield "status", a.status, b.status
    yield "rows", f"{a.row_count:,}", f"{b.row_count:,}"
    yield "cost", f"${cost[0]:,.4f}", f"${cost[1]:,.4f}"
    yield "model calls", f"{before.calls:,}", f"{after.calls:,}"
    yield "prompt tokens", f"{before.prompt_tokens:,}", f"{after.prompt_tokens:,}"
    yield "completion tokens", f"{before.completion_tokens:,}", f"{after.completion_tokens:,}"
    for name, (first, second) in comparison.measures.items():
        if name != "rows":
            yield name.replace("_", " "), _number(first), _number(second)


def gate_outcomes(comparison: VersionComparison) -> Iterator[tuple[str, str, str]]:
    """(gate, before, after): the outcome, or a dash where it is not on record."""
    for name, (before, after) in comparison.outcomes.items():
        yield name, before or "-", after or "-"


def shares(shift: Shift) -> Iterator[tuple[str, str, str, str]]:
    """(name, before, after, change): counts with their shares, and by how many points the share moved."""
    for name in dict.fromkeys([*shift.before, *shift.after]):
        counts = (shift.before.get(name, 0), shift.after.get(name, 0))
        parts = [count / total if total else 0.0 for count, total in zip(counts, shift.totals, strict=True)]
        cells = [f"{count:,} ({part:.0%})" for count, part in zip(counts, parts, strict=True)]
        yield name, cells[0], cells[1], f"{100 * (parts[1] - parts[0]):+.1f}"


def conclusion(shift: Shift) -> str:
    """What the test says, with its figures, or that there are too few counts for it to say anything."""
    size = f"total variation {shift.total_variation:.2f}, n = {shift.totals[0]} and {shift.totals[1]}"
    if shift.finding == "nothing to test":
        return f"Nothing to test: one kind, or one side, only ({size})."
    if shift.tested and shift.tested != shift.totals:
        size = f"{size}, tested on {shift.tested[0]} and {shift.tested[1]}, for versions that share rows are not independent"
    test = f"chi-square {shift.chi_square:.2f}, df {shift.degrees_of_freedom}, p = {shift.p_value:.2g}, Cramér's V {shift.effect_size:.2f}"
    sentences = {
        "shifted": "The shares shifted",
        "no shift seen": f"No shift seen, where one of V {shift.smallest_detectable or 0:.2f} is noticed {POWER:.0%} of the time",
        "too few to conclude": "Too few to conclude anything",
    }
    return f"{sentences[shift.finding]} ({test}, {size})."


def text_of(value: Any) -> str:
    """A field of a row as people read it: text as it is, a list of texts by paragraphs, nothing for None, anything else as JSON."""
    if isinstance(value, str):
        return value
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return "\n\n".join(value)
    return "" if value is None else json.dumps(value, ensure_ascii=False, indent=2)


def _number(value: float | None) -> str:
    return "-" if value is None else f"{value:.4g}"
