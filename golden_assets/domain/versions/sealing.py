"""Seals: the hash of every record as it was stored, in one chain per testset. Whatever was changed since does not match its seal."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.versions.integrity import Link, chain_faults

SHARED = ""
"""The testset name of the chain that seals what all testsets share."""
STATE = ".state"
"""Ends the relation of a seal on the part of a record that may change; the latest one counts."""
AUDIT_LOG = "golden_testset_audit_log"
VERSIONS = "golden_testset_versions"
METADATA = "golden_testset_metadata"
NOUNS = {
    VERSIONS: "version",
    VERSIONS + STATE: "the status of version",
    METADATA: "metadata",
    "golden_testset_quality_metrics": "judgement",
    "golden_testset_publications": "publication",
    "golden_dataset_edits": "the edit in Phoenix",
    "golden_testset_approvals": "approval",
    "golden_testset_provenance": "provenance",
    "golden_row_reviews": "review",
    "golden_row_feedback": "feedback",
    "golden_duplicate_waivers": "waiver",
    "golden_waiver_withdrawals": "withdrawn waiver",
    "golden_experiments": "experiment",
    "golden_experiments" + STATE: "the result of experiment",
    "golden_budget_controls": "budget control",
    "golden_drafts_by_request": "the draft kept for request",
    AUDIT_LOG: "audit entry",
}
"""What a record is called, by the table that holds it."""
AUDITED = frozenset(
    {
        VERSIONS,
        "golden_testset_quality_metrics",
        "golden_testset_publications",
        "golden_testset_approvals",
        "golden_testset_provenance",
        "golden_row_reviews",
        "golden_duplicate_waivers",
        "golden_waiver_withdrawals",
    }
)
"""Records that come into being in the same transaction as an audit entry."""


class Seal(Record):
    """One seal. ``transaction_id`` is None for a record that was there before there were seals."""

    sequence: int
    relation: str
    record_id: str
    record_hash: str
    transaction_id: str | None
    sealed_at: datetime
    previous_hash: str
    seal_hash: str

    @property
    def subject(self) -> tuple[str, str]:
        """Which record it is on."""
        return self.relation, self.record_id


class SealedRecord(Record):
    """A record as it is stored now; ``record_hash`` is None where the record itself is looked at elsewhere."""

    relation: str
    record_id: str
    version: str | None = None
    record_hash: str | None


def seal_mismatches(testset_name: str, seals: Sequence[Seal], records: Sequence[SealedRecord]) -> tuple[str, ...]:
    """Each record that was changed, removed or slipped in since it was sealed, and each gap in the chain of seals, in a sentence.

    Seals on tables that a later release added are links of the chain; their records are left to that release.
    """
    links = (Link("seal", "seals", one.sequence, one.previous_hash, one.seal_hash, seal_hash(testset_name, one)) for one in seals)
    return (*chain_faults(links), *_record_faults(seals, records), *_unaudited(seals))


def seal_hash(testset_name: str, seal: Seal) -> str:
    """What the seal's hash must be; the schema's function ``seal_hash`` computes the same."""
    sealed_at = seal.sealed_at.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    record = [seal.relation, seal.record_id, seal.record_hash, seal.transaction_id]
    return sha256_json([seal.previous_hash, testset_name, seal.sequence, *record, sealed_at])


def called(relation: str, record_id: str, version: str | None = None) -> str:
    """A record in words: ``judgement 3 of version 1.0.0``."""
    noun = NOUNS.get(relation, relation)
    if version is None or version == record_id:
        return f"{noun} {record_id}"
    return f"{noun} of version {version}" if relation == METADATA else f"{noun} {record_id} of version {version}"


def _record_faults(seals: Sequence[Seal], records: Sequence[SealedRecord]) -> Iterator[str]:
    sealed: dict[tuple[str, str], list[Seal]] = {}
    for seal in seals:
        if seal.relation in NOUNS:
            sealed.setdefault(seal.subject, []).append(seal)
    for record in records:
        found = sealed.pop((record.relation, record.record_id), [])
        yield from _faults_of(record, found)
    for (relation, record_id), found in sealed.items():
        yield f"{called(relation, record_id)} is missing; it was stored before {found[0].sealed_at:%Y-%m-%d %H:%M:%S} UTC"


def _faults_of(record: SealedRecord, found: Sequence[Seal]) -> Iterator[str]:
    name = called(record.relation, record.record_id, record.version)
    if not found:
        yield f"{name} has no seal: it was stored past the triggers"
        return
    if len(found) > 1 and not record.relation.endswith(STATE):
        yield f"{name} was sealed {len(found)} times, and a record is sealed once"
    if record.record_hash not in (None, found[-1].record_hash):
        yield f"{name} was changed after it was sealed at {found[-1].sealed_at:%Y-%m-%d %H:%M:%S} UTC"


def _unaudited(seals: Sequence[Seal]) -> Iterator[str]:
    """Records that no audit entry of their transaction accounts for. Those that are older than seals come first, and need none."""
    audited = {seal.transaction_id for seal in seals if seal.relation == AUDIT_LOG}
    began = next((seal.sequence for seal in seals if seal.transaction_id is not None), len(seals) + 1)
    for seal in seals:
        if seal.transaction_id is None and seal.sequence > began:
            yield f"{called(*seal.subject)} is sealed as if it were older than seals"
        elif seal.transaction_id not in (None, *audited) and seal.relation in AUDITED:
            yield f"{called(*seal.subject)} was stored without an audit entry"
