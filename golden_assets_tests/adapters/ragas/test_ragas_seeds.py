"""Human-written rows beside generated ones, and the people in whose voices questions are asked."""

from collections import Counter
from typing import Any

import pytest
from rapidfuzz import fuzz

from golden_assets.adapters.ragas.generator import DEFAULT_SHARES, RagasTestsetGenerator
from golden_assets.adapters.ragas.planning.personas import DEFAULT_PERSONAS, PURPOSE
from golden_assets.domain.core.errors import ModelAuthenticationError, ModelError, UnanswerableError
from golden_assets.domain.core.text import fold
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.provenance import loose_context
from golden_assets.domain.testsets.testset import HUMAN, GenerationRequest, Testset, TestsetRow, count_types
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, handbook, silent
from golden_assets_tests.factories import a_row

SINGLE = {"single_hop_specific": 1.0}
CORPUS = handbook(6)
SENTENCE = "The ENTITYABA works with SHAREDA in place 1."


class Naming(ScriptedModel):
    """A model that also names readers."""

    def __init__(self, *names: str, fault: Exception | None = None) -> None:
        super().__init__()
        self.names, self.fault, self.prompts = names, fault, []

    async def complete(self, prompt: str, schema: Any, *, purpose: str) -> Any:
        if purpose != PURPOSE:
            return await super().complete(prompt, schema, purpose=purpose)
        self.prompts.append(prompt)
        if self.fault:
            raise self.fault
        return schema.model_validate({"readers": [{"name": name, "role_description": f"Is {name}."} for name in self.names]})


def a_seed(question: str, *passages: str) -> TestsetRow:
    return a_row(user_input=question, contexts=tuple(map(loose_context, passages)), synthesizer_name=HUMAN, model=HUMAN)


async def generate(
    size: int, base: Testset | None = None, *, model=None, corpus: Corpus = CORPUS, types=None, seed=0, **options
) -> Testset:
    generator = RagasTestsetGenerator(model or ScriptedModel(), LetterEmbedder(), **options)
    return await generator.generate(
        corpus, GenerationRequest(size=size, seed=seed, question_types=types or dict(DEFAULT_SHARES)), silent, base
    )


async def test_human_rows_come_last_beside_as_many_generated_ones_as_were_asked_for():
    seeds = [a_seed("Who works in place 1?", SENTENCE), a_seed("Is there anything else?", "Nowhere to be found.")]
    plain, testset = await generate(8), await generate(8, seed_rows=seeds)
    assert testset.rows[:8] == plain.rows
    assert [row.user_input for row in testset.rows[8:]] == [seed.user_input for seed in seeds]
    (found,) = testset.rows[8].contexts
    assert (found.document_id, CORPUS.by_id["book001.md"].text[found.start : found.end]) == ("book001.md", SENTENCE)
    assert [failure.subject for failure in testset.failures] == ["human row 2"]
    assert count_types(testset.generated_rows) == count_types(plain.rows)


async def test_a_human_question_pushes_out_a_generated_one_that_asks_the_same():
    plain = await generate(8)
    seed = a_seed(plain.rows[3].user_input.lower(), SENTENCE)
    testset = await generate(8, seed_rows=[seed])
    assert len(testset.generated_rows) == 8
    assert plain.rows[3].row_id not in {row.row_id for row in testset.rows}


async def test_going_on_keeps_generated_rows_and_takes_human_ones_from_the_file_as_it_is_now():
    base = await generate(8, seed_rows=[a_seed("Who works in place 1?", SENTENCE)])
    model = ScriptedModel()
    new = a_seed("Who else is there to ask?")
    again = await generate(8, base, model=model, seed_rows=[new])
    assert again.rows == (*base.rows[:8], new)
    assert model.calls.total() == 0


async def test_a_new_human_row_replaces_the_row_that_asked_it_before():
    base = await generate(8, types=SINGLE)
    seed = a_seed(base.rows[5].user_input)
    model = ScriptedModel()
    again = await generate(8, base, model=model, types=SINGLE, seed_rows=[seed])
    kept = {row.row_id for row in again.generated_rows} & {row.row_id for row in base.rows}
    assert len(kept) == 7
    assert len(again.rows) == 9
    assert model.calls["single_hop_specific"] >= 1


async def test_which_rows_ask_what_a_human_one_asks_follows_the_limit_of_the_gate():
    base = await generate(8, types=SINGLE)
    seed = a_seed(f"{base.rows[5].user_input} Tell me all.")
    similarity = fuzz.token_sort_ratio(fold(seed.user_input), fold(base.rows[5].user_input))
    lenient = await generate(8, base, types=SINGLE, seed_rows=[seed], max_question_similarity=similarity + 1)
    strict = await generate(8, base, types=SINGLE, seed_rows=[seed], max_question_similarity=similarity - 1)
    assert lenient.generated_rows == base.rows
    assert {row.row_id for row in base.rows} - {row.row_id for row in strict.rows} == {base.rows[5].row_id}


def test_another_file_of_human_rows_is_another_question_to_the_generator():
    def code_version(*seeds: TestsetRow) -> str:
        return RagasTestsetGenerator(ScriptedModel(), LetterEmbedder(), seed_rows=seeds).code_version

    assert (
        len({code_version(), code_version(a_seed("One?")), code_version(a_seed("Two?")), code_version(a_seed("One?"), a_seed("Two?"))}) == 4
    )


async def test_the_model_names_those_who_ask_in_one_call_on_how_the_documents_begin():
    model = Naming("Cheese maker", "Auditor", "Cook")
    testset = await generate(6, model=model, named_personas=3)
    assert Counter(row.persona_name for row in testset.rows) == {"Cheese maker": 2, "Auditor": 2, "Cook": 2}
    assert [persona["role_description"] for persona in testset.personas] == ["Is Cheese maker.", "Is Auditor.", "Is Cook."]
    (prompt,) = model.prompts
    assert "Name 3 kinds of people" in prompt
    assert all(f"# Book {number:03}" in prompt for number in range(6))


async def test_the_same_seed_asks_the_same_and_of_many_documents_another_seed_shows_others():
    corpus = handbook(40, sections=1)
    prompts = []
    for seed in (0, 0, 1):
        model = Naming("A", "B", "C")
        await generate(1, model=model, corpus=corpus, types=SINGLE, seed=seed, named_personas=3)
        prompts += model.prompts
    assert prompts[0] == prompts[1] != prompts[2]
    assert prompts[0].count("# Book") == 20


@pytest.mark.parametrize(("names", "expected"), [(("A", " a ", "A", " "), {"A", "a"}), (("A", "B", "C", "D"), {"A", "B", "C"})])
async def test_blank_repeated_and_surplus_names_are_dropped_and_the_others_take_turns(names, expected):
    testset = await generate(12, model=Naming(*names), named_personas=3)
    assert {row.persona_name for row in testset.rows} == expected
    assert len(testset.rows) == 12


@pytest.mark.parametrize("fault", [ModelError("half a reply", "try again"), UnanswerableError("no", "go on")])
async def test_a_model_that_names_nobody_leaves_the_general_ones(fault):
    testset = await generate(6, model=Naming(fault=fault), named_personas=3)
    assert testset.personas == DEFAULT_PERSONAS
    assert len(testset.rows) == 6
    assert [(failure.subject, failure.reason) for failure in testset.failures] == [("personas", fault.problem)]


async def test_a_refused_key_ends_the_run_at_once():
    with pytest.raises(ModelAuthenticationError):
        await generate(6, model=Naming(fault=ModelAuthenticationError("401", "set the key")), named_personas=3)


async def test_those_who_asked_before_ask_again_when_a_testset_is_gone_on_from():
    base = await generate(8, model=Naming("A", "B", "C"), named_personas=3)
    edited = Corpus(
        source="t", documents=(Document.of("book000.md", CORPUS.documents[0].text.replace("works", "plays")), *CORPUS.documents[1:])
    )
    model = Naming("X", "Y", "Z")
    again = await generate(8, base, model=model, corpus=edited, named_personas=3)
    assert model.prompts == []
    assert {row.persona_name for row in again.rows} == {"A", "B", "C"}
    assert again.personas == base.personas
