"""Two versions side by side: rows, question types, source coverage, quality and cost."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import sqrt
from typing import Any

from golden_assets.domain.diffs import diff_rows, row_key
from golden_assets.domain.documents import Record
from golden_assets.domain.testsets import TestsetRow, count_types
from golden_assets.domain.versions import RowDiff, StoredVersion


class Shift(Record):
    """How counts moved between two versions.

    ``chi_square`` and ``p_value`` test whether both came from one distribution (Pearson's test of homogeneity); ``effect_size`` is
    Cramér's V, 0 (same shares) to 1 (nothing in common).
    """

    before: dict[str, int]
    after: dict[str, int]
    chi_square: float
    p_value: float
    effect_size: float


class FieldChange(Record):
    """One field of a row that asks the same question in both versions."""

    row_before: str
    row_after: str
    field: str
    before: Any
    after: Any


class VersionComparison(Record):
    """What differs from ``version_a`` to ``version_b``; ``measures`` and ``cost_usd`` hold (a, b), None where nothing was measured."""

    version_a: str
    version_b: str
    rows: RowDiff
    changed_fields: tuple[FieldChange, ...]
    question_types: Shift
    sources: Shift
    measures: dict[str, tuple[float | None, float | None]]
    cost_usd: tuple[float, float]


def compare(a: StoredVersion, b: StoredVersion) -> VersionComparison:
    """Compare two stored versions."""
    rows = diff_rows([row_key(row) for row in a.testset.rows], [row_key(row) for row in b.testset.rows])
    measures_a, measures_b = (version.report.measures if version.report else {} for version in (a, b))
    return VersionComparison(
        version_a=a.summary.version,
        version_b=b.summary.version,
        rows=rows,
        changed_fields=tuple(_changed_fields(rows, a.testset.rows, b.testset.rows)),
        question_types=shift(count_types(a.testset.rows), count_types(b.testset.rows)),
        sources=shift(_citations(a.testset.rows), _citations(b.testset.rows)),
        measures={name: (measures_a.get(name), measures_b.get(name)) for name in sorted(measures_a.keys() | measures_b.keys())},
        cost_usd=(a.testset.usage.cost_usd, b.testset.usage.cost_usd),
    )


def shift(before: Mapping[str, int], after: Mapping[str, int]) -> Shift:
    """Test two sets of counts for one distribution. With one name only, or an empty side, nothing is tested: 0, p = 1."""
    names = [name for name in dict.fromkeys([*before, *after]) if before.get(name, 0) + after.get(name, 0)]
    totals = (sum(before.values()), sum(after.values()))
    grand = sum(totals)
    if len(names) < 2 or not all(totals):
        return Shift(before=dict(before), after=dict(after), chi_square=0.0, p_value=1.0, effect_size=0.0)
    statistic = 0.0
    for name in names:
        together = before.get(name, 0) + after.get(name, 0)
        for counts, total in ((before, totals[0]), (after, totals[1])):
            expected = together * total / grand
            statistic += (counts.get(name, 0) - expected) ** 2 / expected
    from scipy.special import chdtrc

    p_value = float(chdtrc(len(names) - 1, statistic))
    # two rows in the table, so Cramér's V is the square root of chi-square by n (Cramér 1946, 21.9)
    return Shift(before=dict(before), after=dict(after), chi_square=statistic, p_value=p_value, effect_size=sqrt(statistic / grand))


def _citations(rows: Iterable[TestsetRow]) -> dict[str, int]:
    """How many rows cite each document."""
    return dict(sorted(Counter(document_id for row in rows for document_id in row.document_ids).items()))


def _changed_fields(diff: RowDiff, before: Iterable[TestsetRow], after: Iterable[TestsetRow]) -> list[FieldChange]:
    old, new = ({row.row_id: row.content for row in rows} for rows in (before, after))
    return [
        FieldChange(row_before=one, row_after=other, field=field, before=old[one].get(field), after=new[other].get(field))
        for one, other in diff.changed
        for field in sorted(old[one].keys() | new[other].keys())
        if old[one].get(field) != new[other].get(field)
    ]
