"""What the embedded model does not ask, asks only as a last resort, and asks first."""

from functools import partial

import pytest

from golden_assets.adapters.extractive import ExtractiveModel, facts_of
from golden_assets.adapters.extractive.hops import multi_hop
from golden_assets.adapters.extractive.merits import SURE, merit_of
from golden_assets.domain.core.errors import UnanswerableError

MISREAD = [
    ("Make sure one alias matches the default version of the manual.", "What does make sure one alias match?"),
    ("Give each note a property that links to the list of places.", "What does give restaurant note?"),
    ("Print images that can be garbage collected.", "What does print image?"),
    ("Returns true if the object has no own properties.", "When do returns true?"),
    ("First, action types are not meant to be exclusive to a single slice.", "Why are first, action types not meant?"),
    ("The latest Insiders release brings three new ways to exclude parts of a document.", "What do the latest Insiders release?"),
    ("The old behavior is restored by adding one line to the file.", "How is the old behavior restored?"),
]


@pytest.mark.parametrize(("sentence", "question"), MISREAD)
def test_a_sentence_that_is_easily_misread_gives_no_question_that_surely_reads_well(sentence, question):
    assert [fact.question for fact in facts_of(f"# Manual\n\n{sentence}\n") if fact.merit >= SURE] == []
    assert question not in {fact.question for fact in facts_of(f"# Manual\n\n{sentence}\n")}


DOUBTFUL = [
    ("How can you avoid the one-time slowdown?", "You can avoid the one-time slowdown by using the older mode of comparing files."),
    ("What does the gate compare?", "The gate compares the number of rejected rows with the number that is allowed."),
    ("How should passphrase prompts be handled?", "Passphrase prompts should be handled differently."),
    ("When will the CLI app check?", "The CLI app will check if you typed the option `--size` or not."),
    ("What is `formal`?", "`formal` is a boolean flag of the command that is off at first."),
    ("What did LinkedIn expenses increase?", "LinkedIn expenses increased $1.2 billion to $2.5 billion in that fiscal year."),
    ("What does the Borrower use?", "The Borrower uses the proceeds of Loans for working capital and for acquisitions."),
    ("What is Overview Amcor?", "Overview Amcor is a global leader in developing packaging for food and beverages."),
    ("Why can text justification cause large gaps?", "Text justification can cause large gaps so that it is difficult to read."),
    ("What does the snippet extension add to add files to pages?", "The snippet extension adds the ability to add files to pages."),
]


@pytest.mark.parametrize(("question", "reference"), DOUBTFUL)
def test_a_question_that_is_vague_or_points_to_what_only_its_document_says_is_doubtful(question, reference):
    assert merit_of(question, reference) < SURE


SOUND = [
    ("What is Stasis?", "Stasis is a storage framework that incorporates ideas from log-based file systems."),
    ("How can you disable rich text formatting?", "You can disable rich text formatting by setting `rich_markup_mode` to `None`."),
    ("What does the Pushgateway allow batch jobs to do?", "The Pushgateway allows batch jobs to expose their metrics for some time."),
    ("What does the `font` property accept?", "The `font` property accepts a family and a style of the fonts that a theme uses."),
    ("What happens if a Histogram includes NaN values?", "If a Histogram includes NaN values, the sum of all values is NaN."),
]


@pytest.mark.parametrize(("question", "reference"), SOUND)
def test_a_question_that_names_what_it_is_about_is_sure_to_read_well(question, reference):
    assert merit_of(question, reference) >= SURE


def test_a_sentence_with_split_words_or_labels_of_a_table_is_not_asked_about():
    text = (
        "In the system, every node uses its k ey rgn to find its own partit ionn in the ring of nodes. "
        "The parser accepts numbers. Severity: Low Difficulty: High Type: Configuration of the parser.\n"
    )
    assert all("partit" not in fact.reference and "Severity" not in fact.reference for fact in facts_of(text))


TEXT = "Stasis is a storage framework for logs and files. The gate compares the number of rejected rows.\n"


def test_the_stricter_models_find_only_what_reads_well_enough_and_say_so_beforehand():
    (_, best), (_, sure) = ExtractiveModel().selective()
    vague = "The gate compares the number of rejected rows with a limit.\n"
    assert best(TEXT) >= SURE
    assert sure(TEXT) >= SURE
    assert sure(vague) == best(vague) == sure("The Ledger could store the number of rejected rows.\n") == 0


def test_two_questions_that_ask_the_same_are_not_joined():
    with pytest.raises(UnanswerableError):
        multi_hop(
            ["Ledger"],
            ["The Ledger stores every change of a batch of cheese.", "The Ledger stores every change of a batch of milk."],
            partial(facts_of),
        )
