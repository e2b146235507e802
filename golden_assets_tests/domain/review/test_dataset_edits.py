"""What an edit in Phoenix says, and the decision that it suggests."""

from typing import Any

import pytest

from golden_assets.domain.review.dataset_edits import DatasetEdit, edit_doubts, proposals_of


def an_edit(kind: str = "changed", **fields: Any) -> DatasetEdit:
    example = {"input": {"question": "Why?"}, "output": {"reference": "Since."}, "metadata": {}}
    given = {"changed": ("output.reference",), "example": example} if kind == "changed" else {}
    place = {"row_id": "row-1", "dataset_name": "golden", "dataset_version_id": "v2"}
    return DatasetEdit.model_validate(place | {"kind": kind} | given | fields)


def test_a_changed_text_suggests_an_edit_of_that_text_alone() -> None:
    proposal = an_edit().proposal
    assert proposal is not None
    assert (proposal.decision, proposal.user_input, proposal.reference) == ("edit", None, "Since.")
    both = an_edit(changed=("input.question", "output.reference")).proposal
    assert both is not None
    assert (both.user_input, both.reference) == ("Why?", "Since.")


@pytest.mark.parametrize("output", [{"reference": " "}, {}, {"reference": 7}, "text"])
def test_a_text_that_was_emptied_suggests_a_rejection(output: Any) -> None:
    proposal = an_edit(example={"input": {}, "output": output, "metadata": {}}).proposal
    assert proposal is not None
    assert (proposal.decision, proposal.reason) == ("reject", "emptied in Phoenix")


def test_a_deletion_suggests_a_rejection() -> None:
    proposal = an_edit("deleted").proposal
    assert proposal is not None
    assert (proposal.decision, proposal.reason) == ("reject", "deleted in Phoenix")


def test_changed_metadata_and_an_added_example_suggest_nothing_and_are_told() -> None:
    noted, added = an_edit(changed=("metadata.note",)), an_edit("added", example={"input": {"question": "Where?"}})
    assert proposals_of([noted, added]) == {}
    assert (noted.sentence, added.sentence) == ("changed in Phoenix: metadata.note", "added in Phoenix: Where?")


def test_rows_that_were_edited_are_looked_at_first() -> None:
    doubts = edit_doubts([an_edit(), an_edit("added", row_id="new", example={})])
    assert list(doubts) == ["row-1"]
    assert (doubts["row-1"].certainty, doubts["row-1"].reasons) == (0.0, ("changed in Phoenix: reference is now: Since.",))
