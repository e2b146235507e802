"""What the gates after generation judge by: a testset, what was measured of it, and the limits."""

from typing import NamedTuple

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.quality.measures import Measures
from golden_assets.domain.testsets.row_checks import RowMeasures
from golden_assets.domain.testsets.testset import Testset


class RowEvidence(NamedTuple):
    """What gates judge by that need nothing but the testset."""

    testset: Testset
    measures: RowMeasures
    thresholds: Thresholds


class ReportEvidence(NamedTuple):
    """What gates judge by that need the documents and the embeddings, too; ``rows`` is how many rows there are."""

    measures: Measures
    rows: int
    thresholds: Thresholds
