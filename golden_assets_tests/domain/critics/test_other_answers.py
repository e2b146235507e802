"""Another place that answers the same question otherwise: planted, and looked for."""

import pytest

from golden_assets.domain.critics.other_answers import nothing_else_answers
from golden_assets.domain.critics.run import criticise_all
from golden_assets.domain.critics.sentence_index import SentenceIndex
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row

HUB = "The Hub of a dairy keeps its readings for 90 days. The Field Team replaces broken probes of a dairy within 2 days."
DOCUMENT = a_document("hub.md", HUB)
LENGTH = a_row(
    user_input="How long does the Hub of a dairy keep its readings?",
    reference="The Hub of a dairy keeps its readings for 90 days.",
    contexts=(a_context(DOCUMENT, HUB),),
)
TEAM = LENGTH.model_copy(
    update={"user_input": "Which team replaces broken probes of a dairy?", "reference": "The Field Team replaces broken probes of a dairy."}
)


def found_in(row, text: str):
    return nothing_else_answers(row, SentenceIndex(a_corpus(DOCUMENT, a_document("other.md", text))))


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (LENGTH, "The Hub of every dairy is keeping readings 30 days, and no longer."),
        (LENGTH, "A dairy may keep readings in the Hub. After 30 days they go."),
        (LENGTH, "# Questions\n\nHow long does the Hub of a dairy keep its readings? Thirty days."),
        (TEAM, "Broken probes of a dairy are replaced by a team of the Calibration Lab."),
    ],
)
def test_a_place_with_another_value_for_the_same_question_is_warned_of_and_shown(row, text):
    found = found_in(row, text)
    assert (found.critic, found.verdict, found.score) == ("nothing_else_answers", "warning", 0.0)
    assert found.evidence.document_id == "other.md"
    assert text[found.evidence.start : found.evidence.end] == found.evidence.text
    assert "other.md has another answer" in found.reason


@pytest.mark.parametrize(
    ("row", "text"),
    [
        (LENGTH, "The Hub of every dairy is keeping readings 90 days."),
        (LENGTH, "The Hub of every dairy is keeping readings at a pressure of 3 bar."),
        (LENGTH, "The Vault Disk holds 30 days of backups."),
        (TEAM, "The Field Team also replaces broken probes of a dairy at night."),
        (LENGTH, ""),
    ],
)
def test_the_same_value_another_unit_or_another_subject_is_no_rival(row, text):
    assert found_in(row, text or "Nothing else.").verdict == "passed"


def test_what_the_row_cites_itself_is_no_rival_to_it():
    text = f"{HUB} A dairy may keep readings in the Hub for 30 days when it is full."
    document = a_document("hub.md", text)
    row = LENGTH.model_copy(update={"contexts": (a_context(document, text),)})
    assert nothing_else_answers(row, SentenceIndex(a_corpus(document))).verdict == "passed"


def test_a_question_of_few_words_or_an_answer_without_a_value_is_passed():
    short = LENGTH.model_copy(update={"user_input": "What is the Hub?"})
    plain = LENGTH.model_copy(update={"reference": "The readings are kept as long as the disk has room."})
    rival = "The Hub of a dairy keeps its readings for 30 days."
    assert found_in(short, rival).verdict == found_in(plain, rival).verdict == "passed"


def test_it_is_among_the_critics_of_a_report():
    other = a_document("other.md", "The Hub of every dairy is keeping readings 30 days, and no longer.")
    (found,) = criticise_all([LENGTH], a_corpus(DOCUMENT, other))
    assert {finding.critic: finding.verdict for finding in found}["nothing_else_answers"] == "warning"
