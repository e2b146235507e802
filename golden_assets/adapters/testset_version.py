"""A stored version as callers of the manager hold it."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.versions.versions import StoredVersion, VersionStatus

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class TestsetVersion:
    """A stored version. Everything but the frame is at hand; the frame is built when it is asked for."""

    stored: StoredVersion

    @property
    def version(self) -> str:
        """The semantic version number."""
        return self.stored.summary.version

    @property
    def status(self) -> VersionStatus:
        """Where the version is in its life."""
        return self.stored.summary.status

    @property
    def created_at(self) -> datetime:
        """When it was stored, in UTC."""
        return self.stored.summary.created_at

    @property
    def activated_at(self) -> datetime | None:
        """When it was last made the active version, in UTC."""
        return self.stored.summary.activated_at

    @property
    def age_days(self) -> float:
        """Days since it was stored."""
        return (datetime.now(UTC) - self.created_at).total_seconds() / 86400

    @property
    def testset_hash(self) -> str:
        """Identifies the rows and their order."""
        return self.stored.summary.testset_hash

    @property
    def testset_df(self) -> "pd.DataFrame":
        """The rows in RAGAS's columns, see `golden_assets.adapters.frames`."""
        from golden_assets.adapters.frames import write_frame

        return write_frame(self.stored.testset)

    @property
    def metadata(self) -> dict[str, Any]:
        """What the caller stored with the version."""
        return dict(self.stored.metadata.get("user_metadata", {}))

    @property
    def quality(self) -> QualityReport | None:
        """The latest report; None when it was not judged."""
        return self.stored.report

    @property
    def answers_judged(self) -> bool:
        """Whether a model or people judged that the references answer their questions; False is not a verdict."""
        return self.stored.summary.answers_judged
