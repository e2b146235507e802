"""Recomputing what the registry claims: the hashes of a version's rows, and the chain of the audit log."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from pydantic import ValidationError

from golden_assets.domain.core.hashing import root_hash, sha256_json, sha256_text
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import AuditEntry, RecordedRow

CHAIN_START = "0" * 64
"""The ``previous_hash`` of the first entry of a chain."""
NOT_IN_THE_REPORT = ("failure_reason", "overall_score")
"""What a recorded judgement holds beside its report."""


class Link(NamedTuple):
    """One entry of a hash chain, and what its hash must be."""

    noun: str
    plural: str
    sequence: int
    previous_hash: str
    recorded: str
    computed: str
    note: str = ""

    @property
    def name(self) -> str:
        """The entry in words."""
        return f"{self.noun} {self.sequence}{self.note}"


def row_mismatches(rows: Sequence[TestsetRow], recorded: Sequence[RecordedRow], testset_hash: str) -> tuple[str, ...]:
    """Compare rows with the row table and the testset hash; one sentence for each thing that does not match."""
    actual = [recorded_row(row) for row in rows]
    faults: list[str] = []
    for position in range(max(len(actual), len(recorded))):
        faults += _position_faults(position, actual[position : position + 1], recorded[position : position + 1])
    if root_hash([row.row_hash for row in actual]) != testset_hash:
        faults.append(f"the rows together do not hash to the testset hash {testset_hash}")
    return tuple(faults)


def recorded_row(row: TestsetRow) -> RecordedRow:
    """What the row table must hold of a row."""
    return RecordedRow(
        row_id=row.row_id,
        row_hash=row.row_hash,
        question_hash=sha256_text(row.user_input),
        question_type=row.question_type,
        synthesizer_name=row.synthesizer_name,
        document_ids=tuple(context.document_id for context in row.contexts),
        document_hashes=tuple(context.document_hash for context in row.contexts),
        chunk_hashes=tuple(context.chunk_hash for context in row.contexts),
    )


def report_mismatches(number: int, report_hash: str | None, details: Mapping[str, Any]) -> tuple[str, ...]:
    """What is wrong with a recorded judgement: it is not the report that its hash names, or not a report at all."""
    if report_hash is None:
        return ()
    report = {name: value for name, value in details.items() if name not in NOT_IN_THE_REPORT}
    if sha256_json(report) != report_hash:
        return (f"judgement {number} does not match its report hash {report_hash[:12]}",)
    try:
        QualityReport.model_validate(report)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        return (f"judgement {number} is not a quality report: {where}: {error.errors()[0]['msg']}",)
    return ()


def artifact_hash(kind: str, payload: Mapping[str, Any], readings: Mapping[str, Sequence[str]]) -> str:
    """The address that a stored document, corpus, draft or report must have; ``readings`` has the `document_reading` of each document."""
    if kind == "corpus":
        exact = sorted(list(readings.get(address, ())) for address in payload["documents"])
        return sha256_json([payload["source"], exact, payload["skipped"]])
    if kind == "testset":
        return sha256_json({name: value for name, value in payload.items() if name != "duration_seconds"})
    return sha256_json(payload)


def document_reading(payload: Mapping[str, Any]) -> tuple[str, ...]:
    """What the address of a corpus says of one of its stored documents."""
    return str(payload.get("document_id")), sha256_text(str(payload.get("text"))), str(payload.get("metadata_hash"))


def chain_mismatches(testset_name: str, entries: Sequence[AuditEntry]) -> tuple[str, ...]:
    """Walk the chain from its start; one sentence for each entry that is missing, or was changed or moved."""
    return tuple(
        chain_faults(
            Link(
                "audit entry",
                "audit entries",
                one.sequence,
                one.previous_hash,
                one.entry_hash,
                entry_hash(testset_name, one),
                f" ({one.operation})",
            )
            for one in entries
        )
    )


def chain_faults(links: Iterable[Link]) -> Iterator[str]:
    """Walk a chain from its start; a sentence for each link that is missing, or was changed or moved."""
    previous, expected = CHAIN_START, 1
    for link in links:
        if link.sequence != expected:
            yield f"{link.plural} {expected} to {link.sequence - 1} are missing"
        elif link.previous_hash != previous:
            yield f"{link.name} does not follow the {link.noun.split()[-1]} before it"
        if link.recorded != link.computed:
            yield f"{link.name} does not match its hash"
        previous, expected = link.recorded, link.sequence + 1


def entry_hash(testset_name: str, entry: AuditEntry) -> str:
    """What the entry's hash must be; the schema's function ``audit_entry_hash`` computes the same."""
    content: list[Any] = [
        entry.previous_hash,
        testset_name,
        entry.sequence,
        entry.version_id,
        entry.operation,
        entry.operation_id,
        entry.operation_timestamp.strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        entry.performed_by,
        entry.database_user,
        entry.details,
        entry.result,
        entry.error_message,
    ]
    return sha256_json(content)


def _position_faults(position: int, actual: Sequence[RecordedRow], recorded: Sequence[RecordedRow]) -> list[str]:
    if not actual:
        return [f"row {position} ({recorded[0].row_id}) is missing from the testset"]
    if not recorded:
        return [f"row {position} ({actual[0].row_id}) is missing from the row table"]
    content, table = actual[0], recorded[0]
    if content.row_id != table.row_id:
        return [f"row {position} is recorded as {table.row_id}, but its content hashes to {content.row_id}"]
    different = [name for name in RecordedRow.model_fields if getattr(content, name) != getattr(table, name)]
    return (
        [f"row {position} ({content.row_id}): its {', '.join(different)} in the row table and in the testset differ"] if different else []
    )
