"""Rows that a person vouches for: written by one, or approved or changed by a reviewer. No critic's word replaces them.

Critics change: one is switched on, a rule becomes stricter. So rows that are taken over from an earlier testset are put before the critics
of today, as those are that are newly written, and what is rejected is not taken over.
"""

from collections.abc import Mapping, Sequence

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.testsets.findings import Finding, rejections
from golden_assets.domain.testsets.freshness import RowFreshness, classify_rows
from golden_assets.domain.testsets.testset import Testset, TestsetRow

EDITED = ", edited"
"""What the model of a row is followed by when a reviewer changed the row."""


def is_edited(row: TestsetRow) -> bool:
    """Whether a reviewer changed the row."""
    return row.model.endswith(EDITED)


def is_vouched_for(row: TestsetRow, testset: Testset) -> bool:
    """Whether a person wrote the row of this testset, changed it, or approved it as it is."""
    return row.is_human or is_edited(row) or row.row_id in testset.approved


def vouched_for(testset: Testset) -> frozenset[str]:
    """The ids of all such rows of the testset."""
    return frozenset(row.row_id for row in testset.rows if is_vouched_for(row, testset))


def open_to_criticism(base: Testset, found: Sequence[RowFreshness]) -> tuple[TestsetRow, ...]:
    """The rows of the base that critics may have replaced: usable, cited as they are now, and not vouched for by a person.

    ``found`` is what `classify_rows` says of the base's rows.
    """
    pairs = zip(base.rows, found, strict=True)
    return tuple(item.row for row, item in pairs if item.is_usable and not is_vouched_for(row, base))


def after_criticism(found: Sequence[RowFreshness], findings: Mapping[str, Sequence[Finding]]) -> tuple[RowFreshness, ...]:
    """Rows by state, those that are no longer accepted with the rejections against them. ``findings``: row id to what critics found."""
    refused = {row_id: against for row_id, of_row in findings.items() if (against := rejections(of_row))}
    return tuple(item.model_copy(update={"rejections": refused.get(item.row.row_id, ())}) for item in found)


def still_vouched_for(base: Testset, found: Sequence[RowFreshness]) -> frozenset[str]:
    """Ids of the generated rows that people vouch for and that stand, as they are cited now; ``found`` as for `open_to_criticism`."""
    pairs = zip(base.rows, found, strict=True)
    return frozenset(item.row.row_id for row, item in pairs if item.is_usable and is_vouched_for(row, base) and not row.is_human)


def still_approved(base: Testset, found: Sequence[RowFreshness]) -> frozenset[str]:
    """Ids of the rows that a reviewer approved, as they are cited now: a passage that is set differently says the same."""
    return frozenset(item.row.row_id for row, item in zip(base.rows, found, strict=True) if row.row_id in base.approved)


def honours(answer: Testset, base: Testset, corpus: Corpus) -> bool:
    """Whether an earlier answer has every row of the base that people vouch for, as far as it stands, and none that was rejected."""
    rows = {row.row_id for row in answer.rows}
    return not (base.rejected_ids & rows) and still_vouched_for(base, classify_rows(base.rows, corpus)) <= rows


def with_approvals(answer: Testset, base: Testset, corpus: Corpus) -> Testset:
    """The answer with what reviewers have approved of the base since."""
    approved = still_approved(base, classify_rows(base.rows, corpus)) & {row.row_id for row in answer.rows}
    if approved <= set(answer.approved):
        return answer
    fields = {name: getattr(answer, name) for name in Testset.model_fields}
    return Testset(**fields | {"approved": tuple(sorted({*answer.approved, *approved}))})
