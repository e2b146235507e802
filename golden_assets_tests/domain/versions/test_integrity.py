"""Recomputed hashes name what was tampered with."""

from datetime import UTC, datetime, timedelta

import pytest

from golden_assets.domain.versions.integrity import CHAIN_START, chain_mismatches, entry_hash, recorded_row, row_mismatches
from golden_assets.domain.versions.versions import AuditEntry
from golden_assets_tests.factories import a_corpus, a_testset, rows_on

ROWS = rows_on(a_corpus(), 4)
KEYS = [recorded_row(row) for row in ROWS]
HASH = a_testset(ROWS).testset_hash


def chain(length: int = 4) -> list[AuditEntry]:
    entries: list[AuditEntry] = []
    for sequence in range(1, length + 1):
        entry = AuditEntry(
            sequence=sequence,
            version="1.0.0",
            version_id=None,
            operation="promote",
            operation_id=f"id-{sequence}",
            operation_timestamp=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=sequence),
            performed_by="somebody",
            database_user="golden_assets",
            details={"n": sequence},
            result="success",
            error_message=None,
            previous_hash=entries[-1].entry_hash if entries else CHAIN_START,
            entry_hash="",
        )
        entries.append(entry.model_copy(update={"entry_hash": entry_hash("golden", entry)}))
    return entries


def test_untouched_rows_match():
    assert row_mismatches(ROWS, KEYS, HASH) == ()


def test_a_changed_row_is_named_with_its_position():
    changed = (*ROWS[:2], ROWS[2].model_copy(update={"reference": "forged"}), ROWS[3])
    faults = row_mismatches([row.model_validate(row.model_dump()) for row in changed], KEYS, HASH)
    assert faults[0].startswith(f"row 2 is recorded as {ROWS[2].row_id}, but its content hashes to row-")
    assert len(faults) == 2


@pytest.mark.parametrize(
    ("rows", "keys", "first"),
    [
        (ROWS[:3], KEYS, f"row 3 ({ROWS[3].row_id}) is missing from the testset"),
        (ROWS, KEYS[:3], f"row 3 ({ROWS[3].row_id}) is missing from the row table"),
        (ROWS[::-1], KEYS, f"row 0 is recorded as {ROWS[0].row_id}, but its content hashes to {ROWS[3].row_id}"),
    ],
)
def test_missing_and_moved_rows_are_named(rows, keys, first: str):
    assert row_mismatches(rows, keys, HASH)[0] == first


def test_a_foreign_testset_hash_is_noticed():
    assert row_mismatches(ROWS, KEYS, "0" * 64) == (f"the rows together do not hash to the testset hash {'0' * 64}",)


def test_an_untouched_chain_matches():
    assert chain_mismatches("golden", chain()) == ()
    assert chain_mismatches("golden", []) == ()


@pytest.mark.parametrize(
    "change",
    [{"performed_by": "x"}, {"details": {}}, {"result": "failure"}, {"operation": "archive"}, {"error_message": "x"}, {"version_id": "x"}],
)
def test_a_changed_entry_is_named(change: dict):
    entries = chain()
    entries[1] = entries[1].model_copy(update=change)
    assert chain_mismatches("golden", entries) == (f"audit entry 2 ({entries[1].operation}) does not match its hash",)


def test_a_removed_entry_is_named():
    entries = chain()
    assert chain_mismatches("golden", [entries[0], entries[3]]) == ("audit entries 2 to 3 are missing",)
    assert chain_mismatches("golden", entries[1:]) == ("audit entries 1 to 1 are missing",)


def test_a_replaced_entry_breaks_the_chain_even_with_a_hash_of_its_own():
    entries = chain()
    forged = entries[1].model_copy(update={"performed_by": "forger"})
    entries[1] = forged.model_copy(update={"entry_hash": entry_hash("golden", forged)})
    assert chain_mismatches("golden", entries) == ("audit entry 3 (promote) does not follow the entry before it",)


def test_an_entry_belongs_to_its_testset():
    assert len(chain_mismatches("another", chain())) == 4
