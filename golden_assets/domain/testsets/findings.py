"""What a critic says about a row.

A report on 100,000 rows has 650,000 findings: as dataclasses with slots they take a twelfth of the memory that pydantic models would.
"""

from collections.abc import Iterable, Sized
from typing import Literal

from pydantic import ConfigDict, Field
from pydantic.dataclasses import dataclass

CriticVerdict = Literal["passed", "warning", "rejected", "abstained"]
"""``abstained``: the critic could not judge, which is neither a pass nor a fault."""
MAX_EVIDENCE = 300
"""Characters of evidence that are kept as text; the span is kept whole."""
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Evidence:
    """The passage a critic goes by: ``document.text[start:end]``, which begins with ``text``."""

    document_id: str
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True, config=_STRICT)
class Finding:
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
