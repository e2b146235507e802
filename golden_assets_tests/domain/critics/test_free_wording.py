"""Sound rows in words of their own are not rejected, and what contradicts a passage is, whatever the form."""

import pytest

from golden_assets.domain.critics.contradictions import Said, contradictions
from golden_assets.domain.critics.groundedness import answer_is_supported, question_is_answerable
from golden_assets.domain.critics.hops import every_hop_is_needed
from golden_assets.domain.critics.quantities import has_value
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.factories import a_context, a_document, a_row


def row(passage: str, question: str, reference: str, title: str = "page.md", *more: str) -> TestsetRow:
    documents = [a_document(title, passage), *(a_document(f"more{n}.md", text) for n, text in enumerate(more))]
    kind = "multi_hop_specific" if more else "single_hop_specific"
    contexts = tuple(a_context(document, document.text) for document in documents)
    return a_row(user_input=question, reference=reference, contexts=contexts, question_type=kind)


DEPOT = "The depot is clearing its backlog of returned parcels quickly."


@pytest.mark.parametrize(
    ("reference", "verdict"),
    [
        ("No, the depot is clearing its backlog of returned parcels quickly.", "passed"),
        ("Yes, the depot is clearing its backlog of returned parcels quickly.", "passed"),
        ("No, the depot is not clearing its backlog of returned parcels quickly.", "rejected"),
        ("No.", "abstained"),
        ("Yes", "abstained"),
    ],
)
def test_a_leading_yes_or_no_denies_nothing_and_alone_cannot_be_looked_up(reference, verdict):
    about = row(DEPOT, "Is the depot falling behind with its backlog of returned parcels?", reference)
    assert answer_is_supported(about).verdict == verdict
    assert question_is_answerable(about).verdict != "rejected"


NORWAY, RIVER = "Oslo is the seat of the government of Norway.", "The Akerselva runs through Oslo into the fjord."


@pytest.mark.parametrize("reference", ["The Akerselva.", "The Akerselva runs through the seat of the government.", f"{NORWAY} {RIVER}"])
def test_a_multi_hop_question_is_judged_by_what_it_needs_and_not_by_the_length_of_its_answer(reference):
    about = row(NORWAY, "Which river runs through the seat of the government of Norway?", reference, "norway.md", RIVER)
    assert every_hop_is_needed(about).verdict == "passed"
    assert answer_is_supported(about).verdict != "rejected"


def test_a_question_that_one_passage_is_all_about_needs_no_other():
    about = row(RIVER, "What runs through Oslo into the fjord?", "The Akerselva.", "river.md", "Bread is baked at night in the cellar.")
    assert every_hop_is_needed(about).verdict == "rejected"


@pytest.mark.parametrize(("title", "question"), [("Nordlys", "What is sold?"), ("page.md", "What does Nordlys sell?")])
def test_a_name_that_the_title_or_the_question_gives_need_not_be_in_the_passage(title, question):
    about = row("We sell lamps and cables to shops in Bergen.", question, "Nordlys sells lamps and cables to shops in Bergen.", title)
    assert answer_is_supported(about).verdict == "passed"


@pytest.mark.parametrize(
    ("said", "there", "number"),
    [
        ("The warranty lasts 24 months.", "The warranty lasts two years.", "24"),
        ("The plant cost 2.5 million kroner.", "The plant cost 2,500,000 kroner.", "2.5"),
        ("The gate closes at 19:15.", "The gate closes at 7:15 pm.", "19"),
        ("The pipe is 1.2 km long.", "The pipe is 1200 metres long.", "1.2"),
        ("It takes 90 minutes.", "It takes one and a half hours, that is 5400 seconds.", "90"),
    ],
)
def test_equal_values_in_other_forms_are_equal(said, there, number):
    assert has_value(number, said, there)
    assert contradictions(Said(said, there)) == ()


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("The warranty of the pump lasts 24 years.", "The warranty of the pump lasts two years."),
        ("The pump was built in Bergen and sold to Tromsø.", "The pump was built in Tromsø and sold to Bergen."),
        ("The first pump ran for 12 hours and the second for 30.", "The first pump ran for 30 hours and the second for 12."),
        ("Das Werk liefert die Pumpen nicht an Händler aus.", "Das Werk liefert die Pumpen an Händler aus."),
        ("Das Werk liefert die Pumpen an Händler aus.", "Das Werk liefert die Pumpen nicht an Händler aus."),
        ("这家工厂不生产水泵和阀门。", "这家工厂生产水泵和阀门。"),
    ],
)
def test_another_number_another_name_or_the_opposite_in_the_same_words_is_a_contradiction(said, there):
    assert contradictions(Said(said, there))


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("Pumps and valves are sold in Bergen and Tromsø.", "Pumps and valves are sold in Tromsø and Bergen."),
        ("In 1912 the mill was built by the brothers Lund.", "The mill was built by the brothers Lund in 1912."),
        ("Output grew by a third.", "Output was 300 tonnes in 2021 and 400 tonnes in 2022, 2% above the plan of 392 tonnes."),
        ("Both loans together come to 900 kroner.", "The first loan is 400 kroner, the second 500 kroner, each for 5 years at 3 percent."),
    ],
)
def test_another_order_and_what_is_computed_are_none(said, there):
    assert contradictions(Said(said, there)) == ()


def test_names_that_change_places_contradict_even_if_the_question_names_them():
    passage = "Ingrid Moe sold the ferry Havfrue to Olav Brun in the spring of 1907."
    swapped = "Olav Brun sold the ferry Havfrue to Ingrid Moe in the spring of 1907."
    found = answer_is_supported(row(passage, "What did Ingrid Moe sell to Olav Brun?", swapped))
    assert (found.verdict, "the other way round" in found.reason) == ("rejected", True)


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ("Early watering does not raise the yield.", "The aim was to determine whether early watering raises the yield of late barley."),
        ("Salt has no effect on the roots of barley.", "It was suggested that salt has an effect on the roots of barley."),
        ("A Bergen-based maker of ropes was bought.", "In May a Bergen based maker of ropes was bought."),
        ("Growth of the Rope Segment:", "Sales of the Rope Segment rose by a fifth in Bergen."),
        ("Additional causes were the strike at the rope works, the storm of March and higher wages.",
         "Sales in Bergen fell by the strike at the rope works, the storm of March and new rules."),
    ],
)  # fmt: skip
def test_what_was_only_supposed_headings_and_hyphens_contradict_nothing(said, there):
    assert contradictions(Said(said, there)) == ()


def test_a_number_that_the_passages_have_elsewhere_in_another_sentence_is_not_made_up():
    passage = "The mill at Bergen made ropes worth 20 million kroner in spring and chains in autumn. The mill at Tromsø made 60 million."
    said = "Ropes worth 60 million kroner were what the mill at Bergen and the mill at Tromsø made in spring."
    assert answer_is_supported(row(passage, "What was made?", said)).verdict != "rejected"


def test_the_figures_under_in_millions_are_a_table():
    passage = "Statement of cash flows (in millions)\nYear 2021 2022\nCash provided by operations: 410 388"
    assert answer_is_supported(row(passage, "How much cash?", "Cash provided by operations: $402 million")).verdict == "abstained"


def test_short_answers_in_chinese_are_found_in_their_passage():
    about = row("挪威的首都是奥斯陆。这座城市位于奥斯陆峡湾的北端。", "挪威的首都在哪里？", "奥斯陆峡湾的北端")
    assert answer_is_supported(about).verdict == "passed"
    assert question_is_answerable(about, lambda *_: 0.5).verdict != "rejected"


def test_other_words_for_the_same_are_an_abstention_that_says_so():
    found = answer_is_supported(row(DEPOT, "How is the depot doing?", "Work that had piled up there is dealt with fast."))
    assert found.verdict == "abstained"
    assert "is in words of its own" in found.reason
