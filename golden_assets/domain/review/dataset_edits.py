"""Edits that people made to a dataset in Phoenix: what differs from what was last sent, and which decision on the row each one suggests.

An edit is never applied by itself. It is recorded before the dataset is restored to the version, and the review offers it.
"""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Literal

from golden_assets.domain.core.records import Record
from golden_assets.domain.review.queue import Doubt, RowDecision

EditKind = Literal["changed", "added", "deleted"]
PROPOSED_BY = "Phoenix"
"""The reviewer of a proposal until a person confirms it."""
QUESTION, REFERENCE = "input.question", "output.reference"


class DatasetEdit(Record):
    """One example that was changed, added or deleted in Phoenix.

    ``changed`` names the fields that differ (``output.reference``, ``metadata.note``); ``example`` is the example as it was found, None
    when it was deleted; ``dataset_version_id`` is the Phoenix version that had been sent.
    """

    row_id: str
    kind: EditKind
    dataset_name: str
    dataset_version_id: str
    changed: tuple[str, ...] = ()
    example: dict[str, Any] | None = None
    found_at: datetime | None = None

    @property
    def sentence(self) -> str:
        """What was done, in a sentence."""
        if self.kind == "deleted":
            return "deleted in Phoenix"
        if self.kind == "added":
            return f"added in Phoenix: {_text(self.example, QUESTION) or 'an example without a question'}"
        texts = [f"{field.partition('.')[2]} is now: {_text(self.example, field)}" for field in self._new_texts]
        others = [field for field in self.changed if field not in (QUESTION, REFERENCE)]
        return "changed in Phoenix: " + "; ".join([*texts, *others])

    @property
    def proposal(self) -> RowDecision | None:
        """The decision on the row that the edit suggests; None for an added example, and where neither question nor reference changed."""
        if self.kind == "deleted":
            return self._rejection("deleted in Phoenix")
        texts = {field: _text(self.example, field) for field in self._new_texts}
        if self.kind == "added" or not texts:
            return None
        if not all(text.strip() for text in texts.values()):
            return self._rejection("emptied in Phoenix")
        edited = {"user_input": texts.get(QUESTION), "reference": texts.get(REFERENCE)}
        return RowDecision(row_id=self.row_id, decision="edit", reviewer=PROPOSED_BY, **edited)

    @property
    def _new_texts(self) -> list[str]:
        return [field for field in (QUESTION, REFERENCE) if field in self.changed]

    def _rejection(self, reason: str) -> RowDecision:
        return RowDecision(row_id=self.row_id, decision="reject", reviewer=PROPOSED_BY, reason=reason)


def edit_doubts(edits: Iterable[DatasetEdit]) -> dict[str, Doubt]:
    """A doubt for every row that was changed or deleted, surely bad (certainty 0), so that it comes first in the queue."""
    return {edit.row_id: Doubt(certainty=0.0, reasons=(edit.sentence,)) for edit in edits if edit.kind != "added"}


def proposals_of(edits: Iterable[DatasetEdit]) -> dict[str, RowDecision]:
    """Row id to the decision that its edit suggests."""
    return {edit.row_id: proposal for edit in edits if (proposal := edit.proposal)}


def _text(example: Mapping[str, Any] | None, field: str) -> str:
    """The text of a field such as ``input.question``; empty where there is none."""
    part, _, key = field.partition(".")
    value = (example or {}).get(part)
    text = value.get(key) if isinstance(value, Mapping) else None
    return text if isinstance(text, str) else ""
