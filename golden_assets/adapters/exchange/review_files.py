"""The review queue as a CSV file, for people who review in a spreadsheet, and their decisions back from it."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import ValidationError

from golden_assets.adapters.exchange.csv_files import read_csv
from golden_assets.domain.errors import FileError, TestsetError
from golden_assets.domain.review import QueueItem, RowDecision

SHOWN = ("row_id", "doubts", "question_type", "user_input", "reference", "contexts", "documents")
FILLED = ("decision", "reason", "new_user_input", "new_reference", "reviewer")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def write_queue(queue: Sequence[QueueItem]) -> bytes:
    """The queue in its order; decisions made already stand in the columns that a reviewer fills.

    Texts of the testset that a spreadsheet would take for a formula begin with an apostrophe; they are only shown, never read back.
    """
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, (*SHOWN, *FILLED), restval="", lineterminator="\r\n")
    writer.writeheader()
    writer.writerows(_shown(item) | _filled(item.decision) for item in queue)
    return text.getvalue().encode("utf-8-sig")


def read_decisions(path: Path, reviewer: str | None) -> list[RowDecision]:
    """The decisions in a file that `write_queue` wrote; lines without a decision are passed over.

    Args:
        path: the file.
        reviewer: who decided, where the file does not say.

    Raises:
        FileError: the file cannot be read.
        TestsetError: it is no CSV of this kind, or a line holds no decision that can be taken; names the line.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise FileError(f"{path.name} cannot be read ({error})", "give a CSV file in UTF-8") from error
    header = next(csv.reader(io.StringIO(text)), [])
    if not {"row_id", "decision"} <= set(header):
        raise TestsetError(f"{path.name} has no columns row_id and decision", "export the queue, fill it in, then import it")
    decisions = []
    for place, record in read_csv(text, path.name):
        if isinstance(record, TestsetError):
            raise TestsetError(f"{place} of {path.name}: {record.problem}", record.remedy)
        if record.get("decision", "").strip():
            decisions.append(_decision(record, reviewer, f"{place} of {path.name}"))
    return decisions


def _shown(item: QueueItem) -> dict[str, str]:
    row = item.row
    texts = {
        "user_input": row.user_input,
        "reference": row.reference,
        "contexts": "\n---\n".join(context.text for context in row.contexts),
        "documents": ", ".join(row.document_ids),
        "doubts": "\n".join(item.doubt.reasons) if item.doubt else "",
    }
    return {"row_id": row.row_id, "question_type": row.question_type} | {name: _inert(text) for name, text in texts.items()}


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


def _decision(record: Mapping[str, str], reviewer: str | None, place: str) -> RowDecision:
    fields = {
        "row_id": record.get("row_id"),
        "decision": record["decision"].strip().lower(),
        "reason": record.get("reason"),
        "user_input": record.get("new_user_input"),
        "reference": record.get("new_reference"),
        "reviewer": record.get("reviewer") or reviewer or "",
    }
    try:
        return RowDecision.model_validate(fields)
    except ValidationError as error:
        raise TestsetError(f"{place}: {'; '.join(_messages(error))}", "correct the line and import the file again") from None


def _messages(error: ValidationError) -> Iterable[str]:
    for fault in error.errors(include_url=False, include_input=False):
        where = ".".join(str(part) for part in fault["loc"])
        yield f"{where}: {fault['msg']}" if where else str(fault["msg"]).removeprefix("Value error, ")
