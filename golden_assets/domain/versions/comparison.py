"""Two versions side by side: rows, question types, source coverage, quality and cost."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any

from golden_assets.domain.core.records import Record
from golden_assets.domain.core.verdicts import Outcome
from golden_assets.domain.quality.metric_names import in_order
from golden_assets.domain.statistics.homogeneity import Shift, shift
from golden_assets.domain.testsets.testset import TestsetRow, TokenUsage, count_types
from golden_assets.domain.versions.diffs import diff_rows, row_key
from golden_assets.domain.versions.versions import RowDiff, StoredVersion, VersionSummary


class FieldChange(Record):
    """One field of a row that asks the same ``question`` in both versions."""

    row_before: str
    row_after: str
    question: str
    field: str
    before: Any
    after: Any


class ShownRow(Record):
    """A row that only one of the versions has: its id and its content, see `TestsetRow.content`."""

    row_id: str
    content: dict[str, Any]

    @property
    def question(self) -> str:
        """What the row asks."""
        return str(self.content["user_input"])


class VersionComparison(Record):
    """What differs from ``version_a`` to ``version_b``.

    Pairs hold (a, b). ``measures`` and ``verdicts`` (whether a gate passed) are None where nothing was measured or judged; ``outcomes`` has
    the verdicts in words. ``sources`` counts the rows that cite each document; a row that cites two counts for both, so its test is an
    approximation.
    """

    version_a: str
    version_b: str
    summaries: tuple[VersionSummary, VersionSummary]
    rows: RowDiff
    added_rows: tuple[ShownRow, ...]
    removed_rows: tuple[ShownRow, ...]
    changed_fields: tuple[FieldChange, ...]
    question_types: Shift
    sources: Shift
    measures: dict[str, tuple[float | None, float | None]]
    verdicts: dict[str, tuple[bool | None, bool | None]]
    outcomes: dict[str, tuple[Outcome | None, Outcome | None]]
    cost_usd: tuple[float, float]
    usage: tuple[TokenUsage, TokenUsage]


def compare(a: StoredVersion, b: StoredVersion) -> VersionComparison:
    """Compare two stored versions."""
    old, new = a.testset, b.testset
    rows = diff_rows([row_key(row) for row in old.rows], [row_key(row) for row in new.rows])
    measures_a, measures_b = (version.report.measures if version.report else {} for version in (a, b))
    verdicts_a, verdicts_b = (_verdicts(version) for version in (a, b))
    gates = dict.fromkeys([*verdicts_a, *verdicts_b])
    return VersionComparison(
        version_a=a.summary.version,
        version_b=b.summary.version,
        summaries=(a.summary, b.summary),
        rows=rows,
        added_rows=_shown(rows.added, new.rows),
        removed_rows=_shown(rows.removed, old.rows),
        changed_fields=tuple(_changed_fields(rows, old.rows, new.rows)),
        question_types=shift(count_types(old.rows), count_types(new.rows), count_types(_shared(old.rows, new.rows))),
        sources=shift(_citations(old.rows), _citations(new.rows), _citations(_shared(old.rows, new.rows))),
        measures={name: (measures_a.get(name), measures_b.get(name)) for name in in_order(measures_a.keys() | measures_b.keys())},
        verdicts={name: (_passed(verdicts_a.get(name)), _passed(verdicts_b.get(name))) for name in gates},
        outcomes={name: (verdicts_a.get(name), verdicts_b.get(name)) for name in gates},
        cost_usd=(old.usage.cost_usd, new.usage.cost_usd),
        usage=(old.usage, new.usage),
    )


def _verdicts(version: StoredVersion) -> dict[str, Outcome]:
    """What each gate came to."""
    return {verdict.name: verdict.outcome for verdict in version.report.verdicts} if version.report else {}


def _passed(outcome: Outcome | None) -> bool | None:
    return None if outcome in (None, "not judged") else outcome == "passed"


def _citations(rows: Iterable[TestsetRow]) -> dict[str, int]:
    """How many rows cite each document."""
    return dict(sorted(Counter(document_id for row in rows for document_id in row.document_ids).items()))


def _shared(old: Iterable[TestsetRow], new: Iterable[TestsetRow]) -> list[TestsetRow]:
    """Rows that both ask, of one type and on the same documents, whatever else of them changed."""
    known = {(row.user_input, row.question_type, row.document_ids) for row in old}
    return [row for row in new if (row.user_input, row.question_type, row.document_ids) in known]


def _shown(row_ids: Sequence[str], rows: Iterable[TestsetRow]) -> tuple[ShownRow, ...]:
    by_id = {row.row_id: row for row in rows}
    return tuple(ShownRow(row_id=row_id, content=by_id[row_id].content) for row_id in row_ids)


def _changed_fields(diff: RowDiff, before: Iterable[TestsetRow], after: Iterable[TestsetRow]) -> list[FieldChange]:
    old, new = ({row.row_id: row.content for row in rows} for rows in (before, after))
    return [
        FieldChange(
            row_before=one,
            row_after=other,
            question=old[one]["user_input"],
            field=field,
            before=old[one].get(field),
            after=new[other].get(field),
        )
        for one, other in diff.changed
        for field in sorted(old[one].keys() | new[other].keys())
        if old[one].get(field) != new[other].get(field)
    ]
