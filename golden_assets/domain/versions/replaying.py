"""The audit log replayed: what versions, statuses and approvals there must be by it, against those that there are."""

from collections.abc import Iterator, Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.versions.versions import AuditEntry, VersionStatus


class ListedVersion(Record):
    """A version as the registry lists it."""

    id: str
    version: str
    status: VersionStatus
    testset_hash: str
    row_count: int
    created_by: str | None


class ListedApproval(Record):
    """An approval as the registry lists it."""

    version: str
    testset_hash: str
    approved_by: str


def replay_mismatches(
    entries: Sequence[AuditEntry], versions: Sequence[ListedVersion], approvals: Sequence[ListedApproval]
) -> tuple[str, ...]:
    """A sentence for each version, status and approval that is not what the audit log says."""
    done = [entry for entry in entries if entry.result == "success"]
    return (*_creation_faults(done, versions), *_status_faults(done, versions), *_approval_faults(done, approvals))


def _creation_faults(done: Sequence[AuditEntry], versions: Sequence[ListedVersion]) -> Iterator[str]:
    created = {_version_of(entry): entry for entry in done if entry.operation == "create" and entry.details.get("created")}
    for listed in versions:
        entry = created.pop(listed.version, None)
        if entry is None:
            yield f"version {listed.version} has no audit entry of its creation"
        else:
            yield from _differences(listed, entry)
    for version, entry in created.items():
        yield f"version {version}, created by {entry.performed_by} (audit entry {entry.sequence}), is missing"


def _differences(listed: ListedVersion, entry: AuditEntry) -> Iterator[str]:
    recorded = {
        "testset hash": (entry.details.get("testset_hash"), listed.testset_hash),
        "number of rows": (entry.details.get("rows"), listed.row_count),
        "author": (entry.performed_by, listed.created_by),
        "id": (entry.version_id, listed.id),
    }
    for name, (then, now) in recorded.items():
        if then != now:
            yield f"version {listed.version}: its {name} is {now}, and was {then} when it was created (audit entry {entry.sequence})"


def _status_faults(done: Sequence[AuditEntry], versions: Sequence[ListedVersion]) -> Iterator[str]:
    active, by, once = _replayed_activations(done)
    found = [listed.version for listed in versions if listed.status == "active"]
    if found != [active] * (active is not None):
        cause = f" (audit entry {by})" if by else ""
        yield f"active by the audit log: {active or 'none'}{cause}; active by the versions: {', '.join(found) or 'none'}"
    for listed in versions:
        if listed.version in once - {active} and listed.status not in ("archived", "active"):
            yield f"version {listed.version} is {listed.status}, and by the audit log it was active before and is archived"
        elif listed.version not in once and listed.status == "archived":
            yield f"version {listed.version} is archived, and by the audit log it was never active"


def _replayed_activations(done: Sequence[AuditEntry]) -> tuple[str | None, int | None, frozenset[str]]:
    """The active version by the log, the entry that made it so, and all that were ever active."""
    active: str | None = None
    by: int | None = None
    once: set[str] = set()
    for entry in done:
        if entry.operation in ("promote", "rollback"):
            active, by = _version_of(entry), entry.sequence
            once.add(active)
        elif entry.operation == "archive":
            active, by = None, entry.sequence
    return active, by, frozenset(once)


def _approval_faults(done: Sequence[AuditEntry], approvals: Sequence[ListedApproval]) -> Iterator[str]:
    logged = {(_version_of(entry), entry.performed_by or ""): entry for entry in done if entry.operation == "approve"}
    listed = {(approval.version, approval.approved_by) for approval in approvals}
    for version, name in sorted(listed - logged.keys()):
        yield f"version {version} is approved by {name}, and the audit log does not know of it"
    for version, name in sorted(logged.keys() - listed):
        yield f"the approval of version {version} by {name} (audit entry {logged[version, name].sequence}) is missing"


def _version_of(entry: AuditEntry) -> str:
    return str(entry.details.get("version", "of no number"))
