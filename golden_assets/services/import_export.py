"""Testsets from outside: stored, and activated at once where that is asked for."""

from collections.abc import Callable, Mapping
from typing import Any

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.ports.stores import VersionStore
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import StoredVersion
from golden_assets.services.promote import Activation, Promoter


async def read_or_refuse(versions: VersionStore, read: Callable[[], tuple[Testset, Any]], performed_by: str) -> tuple[Testset, Any]:
    """What ``read`` makes of rows from outside; rows that cannot be a testset leave an entry in the audit log. Raises `TestsetError`."""
    try:
        return read()
    except TestsetError as error:
        await versions.record_refusal("create", error, performed_by=performed_by)
        raise


async def store_testset(
    promoter: Promoter, testset: Testset, metadata: Mapping[str, Any], by: str, *, auto_promote: bool, number: str | None
) -> tuple[StoredVersion, bool, Activation | None]:
    """Store a testset as a draft; (the version, whether it is new, its activation). ``auto_promote`` activates it, unless it is active.

    Raises:
        InvalidVersionError, VersionConflictError: the wanted number is none, or is taken.
        GateError: ``auto_promote``, and a gate failed; the version is stored all the same.
    """
    versions = promoter.versions
    summary, new = await versions.create_version(testset, None, created_by=by, run_id=None, metadata=metadata, version=number)
    wanted = auto_promote and summary.status != "active"
    activation = await promoter.activate(summary.version, by=by) if wanted else None
    return await versions.get_version(summary.version), new, activation
