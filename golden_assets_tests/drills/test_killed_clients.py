"""Clients of the registry that are killed before any of their statements."""

import asyncio
import subprocess
import sys

import pytest

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore
from golden_assets_tests.factories import a_report
from golden_assets_tests.faults.test_registry_faults import counts, create, require_sound, rows


async def reach(store: PostgresVersionStore, status: str) -> None:
    """Version 1.0.0 is active, or replaced; 1.1.0 is in this status, or is not stored when it is ``absent``."""
    await create(store, rows(4))
    await store.promote_version("1.0.0", promoted_by="test", run_id=None)
    if status != "absent":
        await store.create_version(rows(8), None if status == "draft" else a_report(rows(8)), created_by="test", run_id=None)
    if status == "active":
        await store.promote_version("1.1.0", promoted_by="test", run_id=None)


KILLED_ACTIONS = [  # what is done; the status of 1.1.0 before; its statements, the COMMIT among them; 1.1.0 and 1.0.0 after; new lines
    ("create", "absent", 9, ("validated", "active"), {"versions": 1, "rows": 8, "metadata": 1, "quality_metrics": 1}),
    ("promote", "validated", 5, ("active", "archived"), {}),
    ("force", "draft", 7, ("active", "archived"), {"quality_metrics": 1}),
    ("rollback", "active", 5, ("archived", "active"), {}),
    ("archive", "active", 5, ("archived", "archived"), {}),
    ("record_quality", "draft", 8, ("validated", "active"), {"quality_metrics": 1}),
    ("record_publication", "active", 8, ("active", "archived"), {"publications": 1}),
]


@pytest.mark.parametrize(("action", "status", "steps", "after", "added"), KILLED_ACTIONS, ids=[action for action, *_ in KILLED_ACTIONS])
def test_a_client_killed_before_any_statement_leaves_all_or_nothing(
    registry_url: str, action: str, status: str, steps: int, after: tuple[str, str], added: dict[str, int]
):
    store = PostgresVersionStore(registry_url, pooling=Pooling.PER_USE)
    asyncio.run(reach(store, status))
    before, listed = counts(registry_url), asyncio.run(store.list_versions())
    command = [sys.executable, "-m", "golden_assets_tests.faults.killed_client", registry_url, action]
    kills = 0
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as victim:
        while victim.stdout.readline().strip() == "killed":
            kills += 1
            assert counts(registry_url) == before
            assert asyncio.run(store.list_versions()) == listed
            victim.stdin.write("on\n")
            victim.stdin.flush()
            victim.stdout.readline()
    assert victim.returncode == 0
    assert kills >= steps, "every statement and the COMMIT were reached"
    assert [(v.version, v.status) for v in asyncio.run(store.list_versions())] == list(zip(("1.1.0", "1.0.0"), after, strict=True))
    assert counts(registry_url) == {table: count + (added | {"audit_log": 1}).get(table, 0) for table, count in before.items()}
    asyncio.run(require_sound(store))
