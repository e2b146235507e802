"""Which question types documents can yield, by the subjects that their passages share."""

import pytest

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.question_types import question_types_match_target
from golden_assets.domain.generation.joining import change_of_shares, names_in, supported_shares
from golden_assets.domain.quality.measures import measure_types

ASKED = {"single_hop_specific": 0.5, "multi_hop_specific": 0.25, "multi_hop_abstract": 0.25}
APART = [f"At noon the {name} opens, and {name} closes again." for name in ("Ferry", "Library", "Market", "Museum", "Harbour")]


def test_names_are_what_a_passage_spells_as_such() -> None:
    passage = "Every day the Hub calls `valve --open` and readSensor in [the Desk](Guide.md), see https://example.com/Nothing."
    assert names_in(passage) == {"hub", "valve --open", "readsensor", "desk"}


@pytest.mark.parametrize("passages", [[], ["The Hub is one passage alone."], [*APART[1:2], "Then the Ferry waits."]])
def test_passages_without_a_common_subject_yield_single_hop_questions_only(passages: list[str]) -> None:
    assert supported_shares(ASKED, 8, passages) == {"single_hop_specific": 1.0}


def test_shares_shrink_to_the_pairs_that_there_are() -> None:
    found = supported_shares(ASKED, 20, [*APART[:3], "Here the Ferry waits.", "Here the Library waits."])
    assert found == {"single_hop_specific": 0.9, "multi_hop_specific": 0.05, "multi_hop_abstract": 0.05}


def test_documents_with_common_subjects_keep_what_was_asked_for_and_no_more_are_read_than_it_takes() -> None:
    passages = iter([f"Here the Ferry meets the Market, and the Desk opens, {number}." for number in range(50)])
    assert supported_shares(ASKED, 4, passages) == ASKED
    assert sum(1 for _ in passages) == 48


def test_passages_without_any_name_say_nothing() -> None:
    assert supported_shares(ASKED, 8, ["水はポンプで運ばれる。", "水は毎日調べる。"]) == ASKED


def test_nothing_changes_where_one_kind_alone_is_asked_for() -> None:
    assert supported_shares({"multi_hop_specific": 1.0}, 8, []) == {"multi_hop_specific": 1.0}
    assert supported_shares({"single_hop_specific": 1.0}, 8, []) == {"single_hop_specific": 1.0}


def test_a_change_is_told_with_both_shares() -> None:
    assert change_of_shares(ASKED, ASKED) is None
    assert change_of_shares(ASKED, {"single_hop_specific": 1.0}) == (
        "The documents share too few subjects for the question types asked for (single_hop_specific 50%, multi_hop_specific 25%, "
        "multi_hop_abstract 25%). Planned instead: single_hop_specific 100%. More multi-hop questions take documents that name the same "
        "things."
    )


def test_the_gate_compares_with_what_the_documents_support_and_shows_both() -> None:
    measures = measure_types({"single_hop_specific": 8}, {"single_hop_specific": 1.0}, 0.15).model_copy(update={"asked": ASKED})
    verdict = question_types_match_target(measures, 8, Thresholds())
    assert verdict.passed
    assert verdict.explanation.startswith(
        "Asked for were single_hop_specific 50%, multi_hop_specific 25%, multi_hop_abstract 25%; the documents share too few subjects for "
        "that, so the target is single_hop_specific 100%. The shares of 8 rows"
    )
