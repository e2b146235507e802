"""What happened to the rows between two versions."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import RowDiff, RowKey


def row_key(row: TestsetRow) -> RowKey:
    """The keys of one row: by content, and by the exact text of its question."""
    return RowKey(row_id=row.row_id, row_hash=row.row_hash, question_hash=sha256_text(row.user_input), question_type=row.question_type)


def diff_rows(old: Sequence[RowKey], new: Sequence[RowKey]) -> RowDiff:
    """Compare two ordered lists of rows as multisets.

    Equal content is unchanged wherever it stands. Of the rest, rows that ask the same question are changed (paired in order), and what
    remains was added or removed. Row ids keep the order of their version.
    """
    unchanged, removed, added = _split_by_content(old, new)
    waiting: dict[str, list[RowKey]] = defaultdict(list)
    for key in removed:
        waiting[key.question_hash].append(key)
    changed = []
    fresh = []
    for key in added:
        partners = waiting[key.question_hash]
        if partners:
            changed.append((partners.pop(0).row_id, key.row_id))
        else:
            fresh.append(key.row_id)
    left = _without(removed, Counter(key.row_hash for partners in waiting.values() for key in partners))
    return RowDiff(
        added=tuple(fresh),
        removed=tuple(left),
        changed=tuple(changed),
        unchanged=tuple(key.row_id for key in unchanged),
    )


def _split_by_content(old: Sequence[RowKey], new: Sequence[RowKey]) -> tuple[list[RowKey], list[RowKey], list[RowKey]]:
    """(rows of both, rows of the old one only, rows of the new one only), duplicates counted."""
    common = Counter(key.row_hash for key in old) & Counter(key.row_hash for key in new)
    unchanged, added = _take(new, Counter(common))
    _, removed = _take(old, Counter(common))
    return unchanged, removed, added


def _take(keys: Iterable[RowKey], quota: Counter[str]) -> tuple[list[RowKey], list[RowKey]]:
    """Split keys into those within ``quota`` (used up here) and the rest."""
    within, rest = [], []
    for key in keys:
        if quota[key.row_hash] > 0:
            quota[key.row_hash] -= 1
            within.append(key)
        else:
            rest.append(key)
    return within, rest


def _without(keys: Iterable[RowKey], quota: Counter[str]) -> list[str]:
    """The row ids of those keys that ``quota`` counts, in order."""
    return [key.row_id for key in _take(keys, quota)[0]]
