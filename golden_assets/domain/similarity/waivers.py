"""Waivers: what people decided about two rows that look like one question and are two."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from pydantic import Field, model_validator

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.records import Record
from golden_assets.domain.testsets.testset import TestsetRow


class Waiver(Record):
    """One person's word that two rows ask different questions. Rows keep their ids over versions as long as their content stays, and the
    waiver with them.
    """

    row_id: str
    other_row_id: str
    reason: str = Field(min_length=1)
    waived_by: str
    waived_at: datetime | None = None

    @model_validator(mode="before")
    @classmethod
    def _in_order(cls, values: dict[str, object]) -> dict[str, object]:
        """The lower id first, whichever was named first."""
        first, second = sorted((str(values["row_id"]), str(values["other_row_id"])))
        return {**values, "row_id": first, "other_row_id": second}

    @property
    def pair(self) -> frozenset[str]:
        """The ids of the two rows."""
        return frozenset((self.row_id, self.other_row_id))

    @property
    def sentence(self) -> str:
        """The waiver in words."""
        return f"{self.row_id} and {self.other_row_id} are two questions, says {self.waived_by}: {self.reason}"

    def is_on(self, rows: Sequence[TestsetRow]) -> bool:
        """Whether both rows are among these."""
        return self.pair <= {row.row_id for row in rows}


def pairs_of(waivers: Iterable[Waiver]) -> frozenset[frozenset[str]]:
    """The pairs of row ids that are waived."""
    return frozenset(waiver.pair for waiver in waivers)


def waiver_on(row_id: str, other_row_id: str, reason: str, waived_by: str) -> Waiver:
    """A new waiver. Raises `TestsetError` for a row and itself, or without a reason."""
    if row_id == other_row_id:
        raise TestsetError(f"{row_id} is named twice: two rows of one content are one row", "reject one of them in golden-assets review")
    if not reason.strip():
        raise TestsetError("a waiver needs a reason", "say after --because why the two questions differ")
    return Waiver(row_id=row_id, other_row_id=other_row_id, reason=reason.strip(), waived_by=waived_by)
