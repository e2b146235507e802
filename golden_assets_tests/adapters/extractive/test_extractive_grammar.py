"""Finding the verb, its subject and what follows; turning a clause round; lexicon look-ups."""

import pytest

from golden_assets.adapters.extractive.filters import dangles, is_english, is_specific, stands_alone
from golden_assets.adapters.extractive.grammar import lexicon as lex
from golden_assets.adapters.extractive.grammar.adverbials import condition, manner, reason
from golden_assets.adapters.extractive.grammar.clauses import inverted, parse
from golden_assets.adapters.extractive.grammar.extents import core
from golden_assets.adapters.extractive.grammar.openings import is_imperative, open_sentence
from golden_assets.adapters.extractive.grammar.phrases import head_of, is_plural, lower_first
from golden_assets.adapters.extractive.grammar.sentences import render, tokenize
from golden_assets.adapters.extractive.grammar.times import fixed


@pytest.mark.parametrize(
    ("sentence", "subject", "rest"),
    [
        ("The cache stores pages.", "The cache", "pages"),
        ("Managers approve travel.", "Managers", "travel"),
        ("The API tokens are kept in the vault.", "The API tokens", "in the vault"),
        ("Any cookies that are set on the response can be read.", "Any cookies that are set on the response", ""),
        ("Rooms lined with steel panels block the signal.", "Rooms lined with steel panels", "the signal"),
        ("Hubs that were built before 2021 need a board.", "Hubs that were built before 2021", "a board"),
        ("Orrin Systems builds the Hub.", "Orrin Systems", "the Hub"),
        ("Using the old key raises an error.", "Using the old key", "an error"),
        ("The client requests are retried.", "The client requests", ""),
        ("Janek Orrin wrote the recipes.", "Janek Orrin", "the recipes"),
        ("The company moved to Porto.", "The company", "to Porto"),
    ],
)
def test_the_finite_verb_parts_the_subject_from_the_rest(sentence, subject, rest):
    clause = parse(tokenize(sentence))

    assert clause is not None
    assert (render(clause.subject), render(clause.rest)) == (subject, rest)


@pytest.mark.parametrize(
    "sentence",
    ["An elegant cache implementation.", "And then it stops.", "In the room.", "That overview describes it.", "", "Fast and powerful."],
)
def test_what_has_no_subject_and_verb_is_no_clause(sentence):
    assert parse(tokenize(sentence)) is None


@pytest.mark.parametrize(
    ("sentence", "question"),
    [
        ("The cache stores pages.", "does the cache store"),
        ("Managers approve travel.", "do managers approve"),
        ("The Hub lost the signal.", "did the Hub lose"),
        ("The room must not be opened.", "must the room not be opened"),
        ("Orders cannot be changed.", "can orders not be changed"),
        ("The report has been sent.", "has the report been sent"),
        ("HTTPX also retries the request.", "does HTTPX retry"),
        ("The door is always locked.", "is the door always locked"),
    ],
)
def test_a_clause_is_inverted_with_the_right_auxiliary_and_lemma(sentence, question):
    clause = parse(tokenize(sentence))

    assert clause is not None
    assert inverted(clause, []) == question


@pytest.mark.parametrize(
    ("phrase", "head", "plural"),
    [
        ("the size of the files", "size", False),
        ("the files in the folder", "files", True),
        ("cats and dogs", "dogs", True),
        ("each of the rooms", "each", False),
        ("credentials stored in the vault", "credentials", True),
        ("the URLs", "URLs", True),
        ("people", "people", True),
    ],
)
def test_head_and_number_of_a_noun_phrase(phrase, head, plural):
    tokens = tokenize(phrase)
    found = head_of(tokens)

    assert found is not None
    assert (found.text, is_plural(tokens)) == (head, plural)


@pytest.mark.parametrize(
    ("phrase", "inside"),
    [
        ("The Hub", "the Hub"),
        ("Unfiltered water", "unfiltered water"),
        ("HTTPX", "HTTPX"),
        ("GraphQL-core 3", "GraphQL-core 3"),
        ("Janek Orrin", "Janek Orrin"),
        ("Support for version 1", "support for version 1"),
        ("`Client` instances", "`Client` instances"),
        ("Non-file fields", "non-file fields"),
    ],
)
def test_only_names_keep_their_capital_inside_a_question(phrase, inside):
    assert lower_first(tokenize(phrase)) == inside


@pytest.mark.parametrize(
    ("rest", "wh", "answer"),
    [
        ("an account for 20 minutes after six failed logins", "How long", "for 20 minutes"),
        ("the folder every 30 seconds", "How often", "every 30 seconds"),
        ("the mesh once a week with a cloth", "How often", "once a week"),
        ("a delivery up to five times", "How many times", "up to five times"),
        ("tickets within four working hours", "Within what time", "within four working hours"),
        ("after eight hours", "After how long", "after eight hours"),
        ("every morning at 07:00", "When", "every morning at 07:00"),
        ("on the first Monday of each month", "When", "on the first Monday of each month"),
        ("in March 2024", "When", "in March 2024"),
        ("the product since 2019", "Since when", "since 2019"),
    ],
)
def test_an_adverbial_of_time_is_found_with_its_ends(rest, wh, answer):
    tokens = tokenize(rest)
    span = fixed(tokens)

    assert span is not None
    assert (span.wh, render(tokens[span.start : span.end])) == (wh, answer)


@pytest.mark.parametrize(
    "rest", ["the folder", "for the team", "in the cellar", "within the limits", "at the door", "a warning when it is late"]
)
def test_other_phrases_are_no_adverbials_of_time(rest):
    assert fixed(tokenize(rest)) is None


@pytest.mark.parametrize(
    ("find", "rest", "start"),
    [
        (reason, "the file because it is old", "because"),
        (reason, "the file, since it is old", ","),
        (reason, "due to noise", "due"),
        (reason, "encrypted in order to protect data", "in"),
        (condition, "the file when it is old", "when"),
        (condition, "a list three weeks before the date", "three"),
        (manner, "the file by pressing the button", "by"),
        (manner, "the file using the menu", "using"),
    ],
)
def test_reasons_conditions_and_means_begin_where_they_should(find, rest, start):
    tokens = tokenize(rest)
    span = find(tokens)

    assert span is not None
    assert tokens[span.start].text == start


def test_checking_whether_something_is_so_is_no_condition():
    assert condition(tokenize("the room to see if it is cold")) is None


@pytest.mark.parametrize(
    ("rest", "kept"),
    [
        ("alarms and waits for ten minutes", "alarms"),
        ("readings, decisions, alarms and logins", "readings, decisions, alarms and logins"),
        ("a room, but not a cellar", "a room"),
        ("four roles: one, two", "four roles"),
        ("a board, which costs 20 euros", "a board"),
    ],
)
def test_the_first_verb_phrase_ends_before_a_second_one_or_an_aside(rest, kept):
    assert render(core(tokenize(rest))) == kept


@pytest.mark.parametrize(
    ("sentence", "kind"),
    [
        ("By default the client verifies certificates.", "adverbial"),
        ("If a token expires, the agent requests a new one.", "condition"),
        ("To send cookies, use the `cookies` parameter.", "purpose"),
        ("The agent requests a new token.", "none"),
        ("Although it rains, the agent works.", "unusable"),
        ("In the cellar.", "unusable"),
    ],
)
def test_the_opening_of_a_sentence_is_recognised(sentence, kind):
    assert open_sentence(tokenize(sentence)).kind == kind


@pytest.mark.parametrize(("words", "imperative"), [("use the menu", True), ("report it", True), ("the menu", False), ("like a cat", False)])
def test_orders_are_told_from_statements(words, imperative):
    assert is_imperative(tokenize(words)) is imperative


@pytest.mark.parametrize(
    "subject",
    ["it", "the section", "some servers", "the client", "these options", "other requests", "the two methods", "one of two things"],
)
def test_a_subject_that_needs_its_document_is_not_specific(subject):
    assert not is_specific(tokenize(subject))


@pytest.mark.parametrize("subject", ["the Hub", "`NO_PROXY`", "the default timeout", "employees", "a suspect probe", "HTTPX"])
def test_a_subject_that_names_something_is_specific(subject):
    assert is_specific(tokenize(subject))


@pytest.mark.parametrize(
    "question", ["What is it?", "Why?", "What does the Hub store in this room?", "What does `a store?", "What is the way to do that?"]
)
def test_a_question_that_dangles_or_breaks_off_does_not_stand_alone(question):
    assert not stands_alone(question)


def test_its_may_refer_back_inside_a_question():
    assert not dangles(tokenize("When does the radio network change its channel?"))


def test_english_is_told_by_its_function_words():
    assert is_english(["The room is cooled by the Hub when the door is open."])
    assert not is_english(["De server is een programma in een kast."])


@pytest.mark.parametrize(
    ("word", "tag", "lemma"),
    [
        ("stores", "VBZ", "store"),
        ("stored", "VBN", "store"),
        ("wrote", "VBD", "write"),
        ("syncs", "VBZ", "sync"),
        ("synced", "VBN", "sync"),
    ],
)
def test_verb_forms_lead_to_their_lemma(word, tag, lemma):
    assert lex.verb_readings(word)[tag] == lemma


def test_words_of_computing_are_known_besides_the_dictionary():
    assert lex.noun_lemma("logs") == "log"
    assert lex.is_plural_noun("webhooks")
    assert lex.noun_lemma("zorbifex") is None


def test_forms_of_unknown_verbs_are_not_invented():
    assert lex.third_person("zorbify") is None
    assert lex.past("find") == "found"
