"""What a critic says about a row."""

from collections.abc import Iterable, Sized
from typing import Literal

from pydantic import Field

from golden_assets.domain.documents import Record

CriticVerdict = Literal["passed", "warning", "rejected", "abstained"]
"""``abstained``: the critic could not judge, which is neither a pass nor a fault."""
MAX_EVIDENCE = 300
"""Characters of evidence that are kept as text; the span is kept whole."""


class Evidence(Record):
    """The passage a critic goes by: ``document.text[start:end]``, which begins with ``text``."""

    document_id: str
    start: int
    end: int
    text: str


class Finding(Record):
    """One critic on one row. ``score`` is 1 where nothing speaks against the row, and 0 where everything does."""

    row_id: str
    critic: str
    score: float = Field(ge=0, le=1)
    verdict: CriticVerdict
    reason: str
    evidence: Evidence | None = None


def is_empty(value: Sized | int) -> bool:
    """Whether a field says nothing, and so is left out of what is stored and hashed: records of older releases keep their hashes."""
    return not value


def rejections(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings that a row is not accepted with."""
    return tuple(finding for finding in findings if finding.verdict == "rejected")
