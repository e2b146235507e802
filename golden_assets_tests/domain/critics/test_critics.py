"""Each critic on rows it must pass and rows it must not."""

import pytest

from golden_assets.domain.critics.corpus_contradictions import nothing_contradicts
from golden_assets.domain.critics.groundedness import answer_is_supported, question_is_answerable
from golden_assets.domain.critics.hops import every_hop_is_needed
from golden_assets.domain.critics.run import criticise_all, scores_by_critic
from golden_assets.domain.critics.sentence_index import SentenceIndex
from golden_assets.domain.critics.standalone import question_stands_alone
from golden_assets.domain.critics.verbatim import quotes_are_real
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row

HUB = "The Hub keeps readings for 90 days. The Vault Disk does not leave the dairy. The Console shows every alarm of the Field Team."
DOCUMENT = a_document("hub.md", HUB)


def row(reference: str, question: str = "How long does the Hub keep readings?", **changes) -> TestsetRow:
    return a_row(user_input=question, reference=reference, **{"contexts": (a_context(DOCUMENT, HUB),)} | changes)


@pytest.mark.parametrize(
    "reference",
    [
        "The Hub keeps readings for 90 days.",
        "For 90 days the Hub keeps readings.",
        "The Vault Disk doesn't leave the dairy.",
        "The Vault Disk never leaves the dairy. The Console shows every alarm.",
    ],
)
def test_an_answer_that_the_passage_gives_is_supported(reference):
    found = answer_is_supported(row(reference))
    assert (found.verdict, found.reason) == ("passed", "every claim is said by a cited passage")


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("The Hub keeps readings for 120 days.", "the number 120 is not there"),
        ("The Hub does not keep readings for 90 days.", "the opposite"),
        ("The Vault Disk does leave the dairy.", "the opposite"),
        ("The Gateway shows every alarm of the Support Desk.", "names desk, gateway, support not there"),
    ],
)
def test_an_answer_that_the_passage_does_not_give_is_rejected_with_its_reason(reference, why):
    found = answer_is_supported(row(reference))
    assert found.verdict == "rejected"
    assert why in found.reason


CODE = "The option `load` reads a whole folder at startup. Nobody needs to wait. The Importer copies every new file into `vault` at night."
CODE_DOCUMENT = a_document("code.md", CODE)


@pytest.mark.parametrize(
    ("reference", "why"),
    [
        ("The option `vault` reads a whole folder at startup.", "names vault not there"),
        ("The Importer copies every new file into `load` at night.", "names load not there"),
        ("Exporter copies every new file into `vault` at night.", "names exporter not there"),
    ],
)
def test_a_word_in_code_marks_and_a_name_at_the_beginning_are_no_less_names_than_others(reference, why):
    found = answer_is_supported(row(reference, contexts=(a_context(CODE_DOCUMENT, CODE),)))
    assert found.verdict == "rejected"
    assert why in found.reason


@pytest.mark.parametrize(
    "reference",
    [
        "The option load reads a whole folder at startup.",
        "Reading a whole folder at startup: option `load`.",
        "Nightly, the Importer copies every new file into vault.",
    ],
)
def test_a_capital_or_a_code_mark_that_the_passage_does_not_set_is_no_other_name(reference):
    assert answer_is_supported(row(reference, contexts=(a_context(CODE_DOCUMENT, CODE),))).verdict == "passed"


def test_the_evidence_stands_in_the_document_where_it_says():
    evidence = answer_is_supported(row("The Vault Disk does not leave the dairy.")).evidence
    assert DOCUMENT.text[evidence.start : evidence.end] == evidence.text == "The Vault Disk does not leave the dairy."


def test_other_words_are_no_fault_and_an_embedder_makes_up_for_them_but_not_for_another_number():
    paraphrase = "Measured values of all probes stay in the Hub for 90 days."
    assert answer_is_supported(row(paraphrase)).verdict == "abstained"
    assert answer_is_supported(row(paraphrase), lambda *_: 0.9).verdict == "passed"
    assert answer_is_supported(row("The Hub keeps all readings for 30 days."), lambda *_: 0.99).verdict == "rejected"


def test_an_answer_about_something_else_is_rejected_by_words_and_embedder_together():
    backups = row("Backups are encrypted before they are copied to a tape.")
    assert answer_is_supported(backups).verdict == answer_is_supported(backups, lambda *_: 0.4).verdict == "abstained"
    found = answer_is_supported(backups, lambda *_: 0.1)
    assert (found.verdict, found.reason) == (
        "rejected",
        "no sentence of the cited passages is about 'Backups are encrypted before they are copied to a tape.'",
    )


def test_a_question_about_something_else_is_not_answerable():
    answer = "The Hub keeps readings for 90 days."
    assert question_is_answerable(row(answer)).verdict == "passed"
    elsewhere = row(answer, "Which warranty period covers the mist valve?")
    assert question_is_answerable(elsewhere).verdict == "abstained"
    found = question_is_answerable(elsewhere, lambda *_: 0.1)
    assert found.verdict == "rejected"
    assert "warranty" in found.reason


@pytest.mark.parametrize(
    "question",
    [
        "What does this document say about pumps?",
        "What is described above?",
        "What does section 3 require?",
        "What does it measure?",
        "According to the author, who signs recipes?",
        "Why are they encrypted?",
        "What does the passage mention about valves?",
        "What is the default of this parameter?",
        "What does the option described next do?",
        "Which error does [47] report?",
        "How does the previously mentioned pump stop?",
        "What does the new function return in place of the old behavior?",
        "What was the response rate for the study?",
        "Who conducted the second experiment?",
        "Why is the third timeline needed?",
        "What about the cons?",
        "What foods cause it?",
        "How do the Brits treat it?",
        "What is the evidence for it?",
        "Is it legal?",
        "Why doesn't it spoil?",
        "What has happened to their habitat?",
        "What are the main symptoms?",
        "Are there any side effects?",
        "Tell me about its history.",
        "Which problem does it solve?",
        "Why is it important?",
        "How is it related to a heat pump?",
        "Does it help relieve asthma?",
        "What are the health benefits of its oil?",
        "What should you do to treat it?",
        "How were the assays selected?",
        "Who was the hostage?",
    ],
)
def test_a_question_that_points_outside_itself_does_not_stand_alone(question):
    assert question_stands_alone(row("x", question)).verdict == "rejected"


@pytest.mark.parametrize(
    "question",
    [
        "What does the Hub do when it restarts?",
        "How long does it take to install the Hub?",
        "What does the text message of an alarm contain?",
        "Why do rooms lined with steel block the signal, and what do they reflect?",
        "Where are the documents of the Field Team kept?",
        "What is the tool that signs recipes?",
        "Is it true that the Hub restarts by itself?",
        "Why is it likely that MA15 is attenuated?",
        "Why is it highly unlikely that RaTG13 is a source of SARS-CoV-2?",
        "Why is it hard to estimate the reproduction number?",
        "Why is it proposed that bats are infected?",
        "How long did it take to build the temporary hospital in Wuhan?",
        "What is it called when a person believes in Greek gods?",
        "If all three of Koch's postulates are met, what does this indicate?",
        "Other than his scientific achievements, what was Tesla famous for?",
        "The V&A has its origins in which world exposition?",
        "Which band was Andy Taylor the former guitarist of?",
        "What did the study by Hua et al. measure?",
        "Who conducted an experiment on cats, and where did the experiment take place?",
        "How do cats clean their fur?",
        "What are the main symptoms of measles?",
        "What is a side effect?",
        "Why is it important to boil water?",
        "Does it help to boil water twice?",
        "Is it bad for cats to eat fish?",
        "what year is it for the jewish calendar",
        "Which problem does Ada solve when it rains?",
    ],
)
def test_a_question_that_names_its_subject_stands_alone(question):
    assert question_stands_alone(row("x", question)).verdict == "passed"


@pytest.mark.parametrize(
    "question",
    [
        "Was sagt dieses Dokument über Pumpen?",
        "¿Qué dice este documento sobre las bombas?",
        "本文件对泵有何规定？",
        "Wann wurde er gewählt?",
    ],
)
def test_in_other_languages_than_english_nothing_is_known_and_the_critic_abstains(question):
    found = question_stands_alone(row("x", question))
    assert (found.verdict, found.score) == ("abstained", 1.0)
    assert "not in English" in found.reason


def test_a_quote_that_stands_nowhere_is_rejected():
    corpus = a_corpus(DOCUMENT)
    good = row("The Hub keeps readings for 90 days.")
    assert quotes_are_real(good, corpus).verdict == "passed"
    forged = good.contexts[0].model_copy(update={"text": HUB.replace("90", "95")})
    assert quotes_are_real(good.model_copy(update={"contexts": (forged,)}), corpus).verdict == "rejected"


def test_a_multi_hop_answer_that_one_passage_gives_is_no_multi_hop():
    other = a_document("valve.md", "The mist valve needs filtered water at 3 bar.")
    contexts = (a_context(DOCUMENT, HUB), a_context(other, other.text))
    single = row("The Hub keeps readings for 90 days.", contexts=contexts, question_type="multi_hop_specific")
    both = row("The Hub keeps readings for 90 days. The mist valve needs filtered water.", contexts=contexts)
    assert every_hop_is_needed(single).verdict == "rejected"
    assert every_hop_is_needed(both).verdict == "passed"


def test_another_document_with_another_number_is_a_warning_and_no_rejection():
    other = a_document("old.md", "In the first release the Hub keeps readings for 30 days.")
    found = nothing_contradicts(row("The Hub of the first release keeps readings for 90 days."), SentenceIndex(a_corpus(DOCUMENT, other)))
    assert (found.verdict, found.evidence.document_id) == ("warning", "old.md")


def test_what_a_person_wrote_is_never_rejected():
    human = row("The Hub keeps readings for 120 days.", synthesizer_name="human", model="human")
    (found,) = criticise_all([human], a_corpus(DOCUMENT))
    assert {finding.verdict for finding in found} == {"passed", "warning"}


def test_scores_are_kept_by_critic_in_row_order():
    rows = [row("The Hub keeps readings for 90 days."), row("The Hub keeps readings for 120 days.")]
    scores = scores_by_critic(criticise_all(rows, a_corpus(DOCUMENT)))
    assert scores["answer_is_supported"] == (1.0, 0.0)
    assert scores["quotes_are_real"] == (1.0, 1.0)
