"""What Phoenix should hold of a testset, and how what it does hold is judged."""

from golden_assets.domain.core.errors import GateError, GoldenAssetsError, NoPhoenixError
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.gate import gate
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary

REMEDY = (
    "Publish it again: `golden-assets publish active`, or materialize phoenix_dataset. "
    "Edits made in Phoenix are recorded first, and the review offers them."
)


class DatasetState(Record):
    """What Phoenix holds of a version: row ids by what is wrong with them, and the version whose rows its dataset holds now.

    ``current`` is None without a dataset, or with nothing of ours in it.
    """

    dataset_name: str
    missing: tuple[str, ...] = ()
    altered: tuple[str, ...] = ()
    unexpected: tuple[str, ...] = ()
    current: str | None = None

    @property
    def faults(self) -> list[str]:
        """Each row that is not as it should be, in a few words."""
        kinds = (("missing", self.missing), ("altered", self.altered), ("unexpected", self.unexpected))
        return [f"{row_id}: {kind}" for kind, row_ids in kinds for row_id in row_ids]


def require_publishable(version: VersionSummary) -> None:
    """Raise `GateError` unless the version passed its gates, or was forced past them."""
    if version.status in ("draft", "failed"):
        raise GateError(f"version {version.version} is {version.status}", "see quality_report for the gates that failed")


@gate("post-activation", "publication", reads=lambda of, limits: (of.active, of.found, limits))
def phoenix_matches_the_registry(
    active: StoredVersion | None, found: DatasetState | GoldenAssetsError | None, thresholds: Thresholds
) -> Verdict:
    """Phoenix holds the active version row by row, and no other version is the current one there.

    Args:
        active: the version in use.
        found: what Phoenix holds, or why that cannot be said; None when nothing is active.
        thresholds: what its fingerprint stands for in the verdict; the gate itself tolerates nothing.
    """
    explanation, faults, remedy = _compare(active, found)
    return Verdict.of(
        phoenix_matches_the_registry.spec,
        len(faults),
        "==",
        0,
        explanation=explanation,
        offenders=faults,
        remedy=remedy,
        fingerprint=thresholds.fingerprint,
        n=active.summary.row_count if active else 0,
        is_judged=not isinstance(found, NoPhoenixError),
    )


def _compare(active: StoredVersion | None, found: DatasetState | GoldenAssetsError | None) -> tuple[str, list[str], str]:
    """What is there in words, what is wrong with it, and the remedy."""
    if active is None or found is None:
        return "No version is active, so Phoenix need hold none.", [], REMEDY
    if isinstance(found, NoPhoenixError):
        return f"{found.problem}.", [], f"{found.remedy.capitalize()}."
    if isinstance(found, GoldenAssetsError):
        unknown = f"Whether Phoenix holds the {counted(active.summary.row_count, 'row')} of version {active.summary.version} is unknown"
        return f"{unknown}: {found.problem}.", [found.problem], f"{found.remedy.capitalize()}."
    faults = found.faults
    if found.current != active.summary.version:
        faults.insert(0, f"version {found.current or 'none'} is the current one in Phoenix")
    counts = f"{len(found.missing)} missing, {len(found.altered)} altered, {len(found.unexpected)} unexpected"
    rows = f"Of the {counted(active.summary.row_count, 'row')} of version {active.summary.version} in {found.dataset_name}: {counts}"
    return f"{rows}; the current version there is {found.current or 'none'}.", faults, REMEDY
