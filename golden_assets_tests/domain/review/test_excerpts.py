"""What of a long passage a reviewer is shown."""

from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.review.excerpts import LONGEST_WORD, evidence_spans, excerpts
from golden_assets_tests.factories import a_context

FILLER = "The greenhouse holds a lamp, a bench and a door. "
EVIDENCE = "The turbine of Ulm was built in 1904."
LONG = FILLER * 60 + EVIDENCE + " " + FILLER * 20


def context(text: str):
    return a_context(text="", start=0, end=len(text)).model_copy(update={"text": text})


def test_the_part_that_is_shown_holds_the_evidence() -> None:
    (span,) = evidence_spans(EVIDENCE, context(LONG))
    assert LONG[slice(*span)] == EVIDENCE
    ((start, end),) = excerpts(LONG, [span], 1200)
    assert EVIDENCE in LONG[start:end]
    assert 1100 < end - start < 1300
    assert start > 0
    assert (LONG[start - 1], LONG[end : end + 1]) == (" ", " ")


def test_evidence_is_found_over_line_breaks_and_in_other_words() -> None:
    wrapped = LONG.replace("Ulm was", "Ulm\n  was")
    (span,) = evidence_spans(EVIDENCE, context(wrapped))
    assert wrapped[slice(*span)] == EVIDENCE.replace("Ulm was", "Ulm\n  was")
    (span,) = evidence_spans("In 1904 they built the Ulm turbine.", context(LONG))
    assert LONG[slice(*span)].startswith("The turbine of Ulm")


def test_evidence_in_several_places_gives_several_parts() -> None:
    text = EVIDENCE + " " + FILLER * 60 + "Its rotor weighs 40 tonnes."
    spans = evidence_spans(f"{EVIDENCE} Its rotor weighs 40 tonnes.", context(text))
    parts = excerpts(text, spans, 1200)
    assert len(parts) == 2
    assert EVIDENCE in text[slice(*parts[0])]
    assert text[slice(*parts[1])].endswith("Its rotor weighs 40 tonnes.")


def test_a_short_passage_is_shown_whole_and_one_without_evidence_from_its_start() -> None:
    assert excerpts(FILLER, [], 1200) == [(0, len(FILLER))]
    ((start, end),) = excerpts(LONG, [], 1200)
    assert (start, end) == (0, 1200 + LONG[1200:].index(" "))
    assert evidence_spans("Nobody sings.", context(FILLER)) == evidence_spans(" ", context(FILLER)) == []


@given(
    st.text(alphabet="ab \n.", max_size=400), st.lists(st.tuples(st.integers(0, 400), st.integers(0, 60)), max_size=4), st.integers(1, 200)
)
def test_parts_are_in_order_apart_and_hold_all_the_evidence(text: str, pieces: list[tuple[int, int]], limit: int) -> None:
    evidence = sorted((min(start, len(text)), min(start + size, len(text))) for start, size in pieces)
    parts = excerpts(text, evidence, limit)
    borders = [border for part in parts for border in part]
    assert borders == sorted(borders)
    assert 0 <= borders[0] <= borders[-1] <= len(text)
    assert all(any(start <= first and last <= end for start, end in parts) for first, last in evidence)
    if len(text) > limit and not evidence:
        assert borders[-1] <= limit + LONGEST_WORD
