"""What gates read: one record for each subject that they judge. A gate says with ``reads`` what it takes of its subject's record."""

from collections.abc import Mapping
from typing import NamedTuple

from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.calls import Budget
from golden_assets.domain.gates.grounding import TestsetFacts
from golden_assets.domain.gates.publication import DatasetState
from golden_assets.domain.quality.measures import Measures
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.freshness import FreshnessMeasures
from golden_assets.domain.testsets.row_checks import RowMeasures
from golden_assets.domain.testsets.testset import GenerationRequest, Testset
from golden_assets.domain.versions.versions import StoredVersion, VersionStatus


class Plan(NamedTuple):
    """``documents``: what a run starts from, what it asks for, and what that may cost."""

    corpus: Corpus
    request: GenerationRequest
    budget: Budget


class Rows(NamedTuple):
    """``testset``: the rows, and what can be measured of them without the documents; ``languages`` to rows, where they were told apart."""

    testset: Testset
    measures: RowMeasures
    languages: Mapping[str, int] | None = None


class Measured(NamedTuple):
    """``report``: everything that is measured of so many rows."""

    measures: Measures
    rows: int

    @property
    def beside(self) -> TestsetFacts:
        """What is known beside the findings of critics."""
        languages = self.measures.languages.counts if self.measures.languages else {}
        return TestsetFacts(self.measures.vouched, languages, self.measures.reviewed)


class Candidate(NamedTuple):
    """``version``: what is on record about a version, and the active one's report with the share of its rows that would be lost."""

    status: VersionStatus
    report: QualityReport | None
    testset_hash: str
    active: QualityReport | None = None
    rows_lost: float = 0.0


class Approval(NamedTuple):
    """``approval``: whether a version has to be approved, and whether it is."""

    version: str
    required: bool
    approved: bool


class InUse(NamedTuple):
    """``active``: how the rows in use stand to the documents, None when these were never read; a version made from these documents."""

    freshness: FreshnessMeasures | None
    archived: str | None = None


class Published(NamedTuple):
    """``publication``: the active version, and what Phoenix holds of it or why that is unknown."""

    active: StoredVersion | None
    found: DatasetState | GoldenAssetsError | None
