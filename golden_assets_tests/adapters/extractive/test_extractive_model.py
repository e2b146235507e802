"""The chat model: reads RAGAS's prompts, answers each of its schemas, and declines what it cannot answer."""

import json
import os

import pytest
from pydantic import BaseModel, Field

from golden_assets.adapters.extractive import DEFAULT_QUESTION_TYPES, ExtractiveModel, facts_of, rules_version
from golden_assets.adapters.extractive.answers import input_of
from golden_assets.adapters.extractive.hops import multi_hop
from golden_assets.domain.core.errors import ModelError, UnanswerableError
from golden_assets.domain.testsets.testset import TokenUsage

STORAGE = "# Storage\n\nBackups are stored in Frankfurt. The Vault Disk is a USB disk with 2 terabytes. Audit logs are kept for 400 days."
ALARMS = (
    "# Alarms\n\nThe Alarm Desk checks every room once per minute. "
    "The Vault Disk is replaced by the Support Desk within three working days."
)
PERSONA = {"name": "Auditor", "role_description": "Checks."}


class NEROutput(BaseModel):
    entities: list[str]


class ThemesAndConcepts(BaseModel):
    output: list[str]


class Keyphrases(BaseModel):
    keyphrases: list[str]


class StringIO(BaseModel):
    text: str


class TopicDescription(BaseModel):
    description: str


class Headlines(BaseModel):
    headlines: list[str]


class Persona(BaseModel):
    name: str
    role_description: str


class PersonaThemesMapping(BaseModel):
    mapping: dict[str, list[str]]


class ConceptCombinations(BaseModel):
    combinations: list[list[str]]


class QuestionPotentialOutput(BaseModel):
    score: int


class GeneratedQueryAnswer(BaseModel):
    query: str
    answer: str


class Poem(BaseModel):
    verses: list[str]


class StrictScore(BaseModel):
    score: int = Field(gt=10)


def prompt(given: dict, instruction: str = "Do as told.") -> str:
    """A prompt as RAGAS renders it: instruction, an example with an input of its own, the input."""
    example = json.dumps({"text": "An example that must not be read."})
    return (
        f"{instruction}\n--------EXAMPLES-----------\nInput: {example}\nOutput: {{}}\n-----------------------------\n"
        f"\nNow perform the same with the following input\ninput: {json.dumps(given, indent=4)}\nOutput: "
    )


async def ask(given: dict, schema: type[BaseModel], instruction: str = "Do as told.") -> BaseModel:
    return await ExtractiveModel().complete(prompt(given, instruction), schema, purpose="test")


def single(term: str, context: str = STORAGE) -> dict:
    return {"persona": PERSONA, "term": term, "query_style": "Misspelled", "query_length": "Short", "context": context}


def multi(themes: list[str], contexts: list[str]) -> dict:
    return {"persona": PERSONA, "themes": themes, "query_style": "Poor grammar", "query_length": "Long", "context": contexts}


async def test_the_entities_of_a_passage_are_the_terms_of_its_facts():
    assert await ask({"text": STORAGE, "max_num": 10}, NEROutput) == NEROutput(entities=[fact.term for fact in facts_of(STORAGE)])


async def test_themes_and_keyphrases_are_the_same_terms():
    terms = [fact.term for fact in facts_of(STORAGE)]

    assert await ask({"text": STORAGE}, ThemesAndConcepts) == ThemesAndConcepts(output=terms)
    assert await ask({"text": STORAGE}, Keyphrases) == Keyphrases(keyphrases=terms)


async def test_no_more_entities_are_given_than_asked_for():
    assert await ask({"text": STORAGE, "max_num": 2}, NEROutput) == NEROutput(entities=[fact.term for fact in facts_of(STORAGE)][:2])


async def test_a_passage_without_askable_facts_has_no_entities():
    assert await ask({"text": "# Links\n\n- [One](one.md)\n"}, NEROutput) == NEROutput(entities=[])


async def test_every_entity_gives_the_question_about_its_own_fact():
    answers = [await ask(single(fact.term), GeneratedQueryAnswer) for fact in facts_of(STORAGE)]

    assert [(answer.query, answer.answer) for answer in answers] == [(fact.question, fact.reference) for fact in facts_of(STORAGE)]
    assert len({answer.query for answer in answers}) == 3


async def test_style_length_and_persona_do_not_change_the_question():
    formal = single("Backups") | {"query_style": "Formal", "query_length": "Long", "persona": PERSONA | {"name": "Cook"}}

    assert await ask(formal, GeneratedQueryAnswer) == await ask(single("Backups"), GeneratedQueryAnswer)


async def test_a_term_that_the_context_says_nothing_about_is_declined():
    with pytest.raises(UnanswerableError, match="nothing askable about 'penguins'"):
        await ask(single("penguins"), GeneratedQueryAnswer)


async def test_two_contexts_that_share_a_theme_are_joined_into_one_question():
    given = multi(["Vault Disk"], [f"<1-hop>\n\n{STORAGE}", f"<2-hop>\n\n{ALARMS}"])

    assert await ask(given, GeneratedQueryAnswer) == GeneratedQueryAnswer(
        query="What is the Vault Disk, and within what time is the Vault Disk replaced by the Support Desk?",
        answer="The Vault Disk is a USB disk with 2 terabytes. The Vault Disk is replaced by the Support Desk within three working days.",
    )


@pytest.mark.parametrize("themes", [["penguins"], ["Backups"], []])
async def test_contexts_that_do_not_share_a_theme_are_declined(themes):
    with pytest.raises(UnanswerableError, match="fewer than two contexts"):
        await ask(multi(themes, [f"<1-hop>\n\n{STORAGE}", f"<2-hop>\n\n{ALARMS}"]), GeneratedQueryAnswer)


def test_the_same_fact_in_two_contexts_is_not_joined_with_itself():
    with pytest.raises(UnanswerableError):
        multi_hop(["Backups"], ["Backups are stored in Frankfurt.", "Backups are stored in Frankfurt."])


async def test_themes_from_each_context_choose_a_fact_of_each():
    mode = "A room enters safe mode because fewer than two probes remain in the room."
    answer = await ask(multi(["Alarm Desk", "room"], [f"<1-hop>\n\n{ALARMS}", f"<2-hop>\n\n{mode}"]), GeneratedQueryAnswer)

    assert answer.query == "How often does the Alarm Desk check every room, and why does a room enter safe mode?"


async def test_facts_that_have_nothing_in_common_are_not_joined():
    with pytest.raises(UnanswerableError):
        await ask(multi(["Backups", "Alarm Desk"], [f"<1-hop>\n\n{STORAGE}", f"<2-hop>\n\n{ALARMS}"]), GeneratedQueryAnswer)


async def test_a_summary_is_the_first_sentences_and_a_title_the_first_heading():
    assert (await ask({"text": STORAGE}, StringIO)).text.startswith("Backups are stored in Frankfurt.")
    assert (await ask({"text": STORAGE}, TopicDescription)).description.startswith("Backups are stored in Frankfurt.")
    assert (await ask({"text": STORAGE}, StringIO, "Extract the title of the given document.")).text == "Storage"


async def test_a_text_without_sentences_is_summarised_by_its_headings():
    assert (await ask({"text": "# One\n\n## Two\n"}, StringIO)).text == "One Two"


async def test_headlines_are_the_headings():
    assert await ask({"text": "# One\n\n## Two\n\n## Three\n", "max_num": 2}, Headlines) == Headlines(headlines=["One", "Two"])


async def test_a_persona_is_a_reader_of_what_the_text_is_about():
    assert (await ask({"text": STORAGE}, Persona)).name == "Reader of Backups"
    assert (await ask({"text": "no prose"}, Persona)).role_description


async def test_every_persona_is_interested_in_every_theme():
    given = {"themes": ["a", "b"], "personas": [PERSONA, PERSONA | {"name": "Cook"}]}

    assert await ask(given, PersonaThemesMapping) == PersonaThemesMapping(mapping={"Auditor": ["a", "b"], "Cook": ["a", "b"]})


async def test_combinations_take_one_concept_of_each_list():
    given = {"lists_of_concepts": [["a", "b", "c"], ["d", "e"]], "max_combinations": 5}

    assert await ask(given, ConceptCombinations) == ConceptCombinations(combinations=[["a", "d"], ["b", "e"]])
    assert len((await ask(given | {"max_combinations": 1}, ConceptCombinations)).combinations) == 1


async def test_a_passage_scores_high_only_when_it_can_be_asked_about():
    assert (await ask({"document_summary": "s", "node_content": STORAGE, "rubrics": {}}, QuestionPotentialOutput)).score == 5
    assert (await ask({"document_summary": "s", "node_content": "# Links", "rubrics": {}}, QuestionPotentialOutput)).score == 1


async def test_an_unknown_task_is_refused_with_a_remedy():
    with pytest.raises(ModelError, match="no task that asks for verses: use a chat model"):
        await ask({"text": STORAGE}, Poem)


async def test_a_schema_with_rules_of_its_own_that_do_not_hold_is_refused():
    with pytest.raises(ModelError, match="cannot fill StrictScore"):
        await ask({"node_content": STORAGE}, StrictScore)


@pytest.mark.parametrize(
    "text",
    [
        "no input at all",
        "Now perform the same with the following input\nInput: (None)\nOutput: ",
        "Now perform the same with the following input\ninput: {broken\nOutput: ",
        'input: {"text": "without the mark"}',
    ],
)
async def test_a_prompt_without_input_is_refused(text):
    with pytest.raises(ModelError, match="holds no input"):
        await ExtractiveModel().complete(text, NEROutput, purpose="test")


def test_only_the_last_input_of_a_prompt_is_read():
    assert input_of(prompt({"text": "Now perform the same with the following output: {}"}))["text"].startswith("Now perform")


async def test_calls_are_counted_and_cost_nothing():
    model = ExtractiveModel()
    assert model.usage == TokenUsage()

    await model.complete(prompt({"text": STORAGE}), NEROutput, purpose="test")
    with pytest.raises(UnanswerableError):
        await model.complete(prompt(single("penguins")), GeneratedQueryAnswer, purpose="test")

    assert model.usage == TokenUsage(calls=2)
    assert model.name == "extractive"


def test_the_default_shares_leave_abstract_questions_out_and_sum_to_one():
    assert DEFAULT_QUESTION_TYPES == {"single_hop_specific": 0.75, "multi_hop_specific": 0.25}


def test_the_rules_have_a_version_that_is_a_hash():
    assert len(rules_version()) == 64
    assert rules_version() == rules_version()


async def test_the_prompts_of_ragas_itself_are_understood(monkeypatch):
    monkeypatch.setitem(os.environ, "RAGAS_DO_NOT_TRACK", "true")
    monkeypatch.setitem(os.environ, "TQDM_DISABLE", "1")
    from ragas.testset.persona import Persona as RagasPersona
    from ragas.testset.synthesizers.multi_hop import prompts as two_hops
    from ragas.testset.synthesizers.single_hop import prompts as one_hop
    from ragas.testset.transforms.extractors.llm_based import NERPrompt, TextWithExtractionLimit

    model, persona = ExtractiveModel(), RagasPersona(**PERSONA)
    ner = NERPrompt()
    found = await model.complete(ner.to_string(TextWithExtractionLimit(text=STORAGE)), ner.output_model, purpose="transform")
    style = {"query_style": "MISSPELLED", "query_length": "LONG"}
    term = one_hop.QueryCondition(persona=persona, term=found.entities[0], context=STORAGE, **style)
    asked = one_hop.QueryAnswerGenerationPrompt()
    answer = await model.complete(asked.to_string(term), asked.output_model, purpose="synthesizer")
    themes = two_hops.QueryConditions(persona=persona, themes=["Vault Disk"], context=[STORAGE, ALARMS], **style)
    joined = two_hops.QueryAnswerGenerationPrompt()
    both = await model.complete(joined.to_string(themes), joined.output_model, purpose="synthesizer")

    assert (answer.query, answer.answer) == ("Where are backups stored?", "Backups are stored in Frankfurt.")
    assert both.query.startswith("What is the Vault Disk, and within what time")
