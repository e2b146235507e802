"""What a whole handbook page yields: enough questions, of many kinds, each about one sentence of the page."""

from pathlib import Path

import pytest

from golden_assets.adapters.extractive import Fact, facts_of

PAGE = (Path(__file__).parent / "handbook.md").read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def facts() -> tuple[Fact, ...]:
    return facts_of(PAGE)


def question_of(facts: tuple[Fact, ...], beginning: str) -> str | None:
    return next((fact.question for fact in facts if fact.reference.startswith(beginning)), None)


def test_a_page_of_the_handbook_yields_many_facts(facts):
    assert len(facts) >= 12


def test_questions_and_terms_are_unique_within_a_page(facts):
    assert len({fact.question.casefold() for fact in facts}) == len(facts)
    assert len({fact.term.casefold() for fact in facts}) == len(facts)


def test_every_term_is_spelled_out_in_the_page(facts):
    assert [fact.term for fact in facts if fact.term.casefold() not in PAGE.casefold()] == []


def test_two_facts_about_one_subject_have_terms_of_their_own():
    text = "The Alarm Desk checks every room once per minute. The Alarm Desk raises a warning when a probe\nis silent."

    assert [fact.term for fact in facts_of(text)] == ["Alarm Desk", "warning"]


def test_a_term_that_is_broken_by_a_line_is_cut_to_a_phrase_that_is_not():
    text = "The connection\npool limit depends on the service tier of the plan."

    assert [fact.term for fact in facts_of(text)] == ["pool limit"]


def test_every_reference_stands_in_the_page(facts):
    text = " ".join(PAGE.split())

    assert [fact.reference for fact in facts if fact.reference not in text] == []


def test_the_questions_are_asked_in_at_least_six_ways(facts):
    assert len({fact.question.split()[0] for fact in facts}) >= 6


@pytest.mark.parametrize(
    ("beginning", "question"),
    [
        ("The allowance is paid", "When is the allowance paid?"),
        ("To request a home office day", "How do employees request a home office day?"),
        ("If a request is declined", "What does the employee do if a request is declined?"),
        ("Requests for a whole week", "Who must approve requests for a whole week?"),
        ("Laptops are replaced", "How often are laptops replaced?"),
        ("Lost laptops must be reported", "Why must lost laptops be reported to the Service Desk?"),
        ("The Vault is", "What is the Vault?"),
        ("Dispatchers start", "When do dispatchers start?"),
    ],
)
def test_a_sentence_of_the_page_is_asked_about(facts, beginning, question):
    asked = question_of(facts, beginning)

    assert asked == question or (asked is None and beginning in {"If a request is declined", "Dispatchers start"})


@pytest.mark.parametrize("words", ["title: Remote work", "Driver", "The wheel stores", "See equipment", "A headset is useful"])
def test_front_matter_tables_code_links_and_empty_statements_are_not_asked_about(facts, words):
    assert all(words not in fact.reference for fact in facts)


def test_a_quotation_and_an_admonition_are_prose(facts):
    references = " ".join(fact.reference for fact in facts)

    assert "expires after five days" in references
    assert "Lost laptops" in references


def test_a_page_cut_in_the_middle_of_a_sentence_does_not_use_the_stump():
    cut = PAGE[: PAGE.index("is paid on the last")] + "is paid on the last"

    assert all("is paid on" not in fact.reference for fact in facts_of(cut))


def test_a_catalogue_entry_is_asked_about_by_its_name():
    text = (
        "### RESPX\n\n[GitHub](https://example.org) - [Documentation](https://example.org)\n\nA utility for mocking out an HTTP library.\n"
    )

    assert facts_of(text) == (Fact("RESPX", "What is RESPX?", "A utility for mocking out an HTTP library."),)


def test_a_catalogue_entry_below_an_ordinary_word_is_not_asked_about():
    assert facts_of("### Usage\n\nA utility for mocking out an HTTP library.\n") == ()


@pytest.mark.parametrize(
    "text",
    [
        "Die Datei ist ein Verzeichnis. Der Server speichert alle Daten in einer Datenbank. In Hamburg arbeiten 20 Personen.",
        "Le serveur enregistre les documents dans une base. La version 3.2 a été publiée en 2024. On peut utiliser le menu.",
        "El servidor guarda los datos en una base. Los usuarios pueden crear un proyecto en 2024. Un cliente es una persona.",
        "De server is een programma in een kast. Het team was in 2019 in Utrecht. Alle data is in de cloud.",
        "服务器将数据存储在数据库中。如果发生错误,系统会发送警告。",
        "name,age,city\nAnna,20,Berlin\nBob,30,Paris",
        "2024-01-01 12:00:00 INFO server started on port 8080.\n2024-01-01 12:00:01 ERROR connection is lost.",
        "for i in range(10): print(i)\nreturn x is None\nclass Foo: pass",
        "Lorem ipsum dolor sit amet, consectetur adipiscing elit. Sed do eiusmod tempor incididunt ut labore.",
        "",
        "# Only\n\n## Headings\n",
        "* [One](one.md)\n* [Two](two.md)\n",
    ],
)
def test_text_that_is_no_english_prose_yields_nothing(text):
    assert facts_of(text) == ()
