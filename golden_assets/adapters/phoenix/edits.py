"""What people edited in a dataset since it was last sent: the examples it holds against those that were sent, field by field.

Question and reference are compared with the registry's rows, which nothing in Phoenix can alter; metadata with the Phoenix version that
was recorded, since an earlier release may have sent other metadata. An example that names another testset hash was written by a sync,
an interrupted one or one of another registry, and is not an edit.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from golden_assets.adapters.phoenix.examples import FIELDS
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import PublishedDataset

Held = Mapping[str, Any]


def find_edits(
    sent: PublishedDataset, rows: Sequence[TestsetRow], recorded: Iterable[Held] | None, held: Iterable[Held]
) -> list[DatasetEdit]:
    """The edits, in the order of the examples; those that were deleted last.

    Args:
        sent: what was sent last.
        rows: the rows of that version.
        recorded: the Phoenix version as it was recorded then; None when it is gone, and metadata cannot be compared.
        held: what the dataset holds now.
    """
    texts = {row.row_id: {"input": {"question": row.user_input}, "output": {"reference": row.reference}} for row in rows}
    metadata = {example["id"]: example["metadata"] for example in recorded or ()}
    present = {example["id"]: example for example in held}
    place = {"dataset_name": sent.dataset_name, "dataset_version_id": sent.dataset_version_id}
    edits = []
    for row_id, example in present.items():
        if example["metadata"].get("testset_hash") not in (None, sent.testset_hash):
            continue
        before = texts.get(row_id)
        changed = _changed_fields(before | {"metadata": metadata.get(row_id, example["metadata"])}, example) if before else ()
        if changed or before is None:
            found = {field: example[field] for field in FIELDS}
            edits.append(DatasetEdit(row_id=row_id, kind="changed" if before else "added", changed=changed, example=found, **place))
    if _was_replaced(sent, present.values()):
        return edits
    return [*edits, *(DatasetEdit(row_id=row_id, kind="deleted", **place) for row_id in texts if row_id not in present)]


def _changed_fields(before: Held, now: Held) -> tuple[str, ...]:
    """Names such as ``output.reference`` of the fields that differ; a field that is gone is among them."""
    pairs = [(part, before[part], now[part] if isinstance(now[part], Mapping) else {}) for part in FIELDS]
    return tuple(f"{part}.{key}" for part, old, new in pairs for key in {**old, **new} if old.get(key) != new.get(key))


def _was_replaced(sent: PublishedDataset, held: Iterable[Held]) -> bool:
    """Whether a sync of other rows took the place of what was sent: examples are there, and none of them says it was sent."""
    hashes = {example["metadata"].get("testset_hash") for example in held}
    return bool(hashes) and sent.testset_hash not in hashes
