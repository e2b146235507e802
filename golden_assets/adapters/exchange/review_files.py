"""The review queue as a CSV file, for people who review in a spreadsheet, and their decisions back from it."""

import csv
import io
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from pydantic import ValidationError

from golden_assets.adapters.exchange.csv_files import columns_of, read_csv
from golden_assets.adapters.exchange.files import decode, read_bytes, shown_name
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.review.queue import QueueItem, RowDecision

SHOWN = ("row_id", "doubts", "question_type", "user_input", "reference", "contexts", "documents")
FILLED = ("decision", "reason", "new_user_input", "new_reference", "reviewer")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class ReviewFile(NamedTuple):
    """What a filled-in file says: the decisions that can be taken, and a sentence for each thing that is wrong, by row id."""

    decisions: tuple[RowDecision, ...]
    faults: tuple[str, ...]


def write_queue(queue: Sequence[QueueItem]) -> bytes:
    """The queue in its order; decisions made already are in the columns that a reviewer fills.

    Texts that a spreadsheet would take for a formula begin with an apostrophe; it is taken off again where a column is read back.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, (*SHOWN, *FILLED), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows({name: _inert(cell) for name, cell in (_shown(item) | _filled(item.decision)).items()} for item in queue)
    return text.getvalue().encode("utf-8-sig")


def read_decisions(path: Path, reviewer: str | None, rows: Collection[str]) -> ReviewFile:
    """The decisions in a file that `write_queue` wrote; rows without a decision are passed over.

    Args:
        path: the file.
        reviewer: who decided, where the file does not say.
        rows: the ids that can be decided on.

    Raises:
        FileError: the file cannot be read.
        TestsetError: it is not CSV in UTF-8 with the columns ``row_id`` and ``decision``.
    """
    name = shown_name(path)
    text = decode(read_bytes(path), name)
    if missing := {"row_id", "decision"} - set(columns_of(text, name)):
        raise TestsetError(
            f"{name} has no column {' and no column '.join(sorted(missing))}", "export the queue, fill it in, then import it"
        )
    decisions: dict[str, RowDecision] = {}
    faults: list[str] = []
    for number, (_, record) in enumerate(read_csv(text, name), start=2):
        if isinstance(record, TestsetError):
            faults.append(f"row {number} of the table: {record.problem}: {record.remedy}")
        elif record.get("decision", "").strip():
            faults += _take(record, f"row {number} of the table", reviewer, rows, decisions)
    return ReviewFile(tuple(decisions.values()), tuple(faults))


def _take(
    record: Mapping[str, str], place: str, reviewer: str | None, rows: Collection[str], decisions: dict[str, RowDecision]
) -> Iterator[str]:
    """Add the decision of a row; what is wrong with it."""
    row_id = record.get("row_id", "").strip()
    if row_id not in rows:
        yield f"{row_id or place}: the version has no such row"
    fields = {
        "row_id": row_id,
        "decision": record["decision"].strip().lower(),
        "reason": _typed(record.get("reason")),
        "user_input": _typed(record.get("new_user_input")),
        "reference": _typed(record.get("new_reference")),
        "reviewer": _typed(record.get("reviewer")) or reviewer or "",
    }
    try:
        decision = RowDecision.model_validate(fields)
    except ValidationError as error:
        yield from (f"{row_id or place}: {message}" for message in _messages(error))
        return
    if decisions.setdefault(row_id, decision) != decision:
        yield f"{row_id}: it has two different decisions"


def _shown(item: QueueItem) -> dict[str, str]:
    row = item.row
    return {
        "row_id": row.row_id,
        "question_type": row.question_type,
        "user_input": row.user_input,
        "reference": row.reference,
        "contexts": "\n---\n".join(context.text for context in row.contexts),
        "documents": ", ".join(row.document_ids),
        "doubts": "\n".join(item.doubt.reasons) if item.doubt else "",
    }


def _filled(decision: RowDecision | None) -> dict[str, str]:
    if decision is None:
        return {}
    return {
        "decision": decision.decision,
        "reason": decision.reason or "",
        "new_user_input": decision.user_input or "",
        "new_reference": decision.reference or "",
        "reviewer": decision.reviewer,
    }


def _inert(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text


def _typed(text: str | None) -> str | None:
    """The text as it was before `_inert`."""
    return text[1:] if text and text[0] == "'" and text[1:].startswith(_FORMULA) else text


def _messages(error: ValidationError) -> Iterable[str]:
    for fault in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in fault["loc"])
        yield f"{where}: {fault['msg']}" if where else str(fault["msg"]).removeprefix("Value error, ")
