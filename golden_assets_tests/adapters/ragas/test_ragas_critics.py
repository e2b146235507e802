"""Rows that critics reject, under the driver."""

import pytest

from golden_assets.adapters.critics.panel import CriticPanel
from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.domain.core.errors import GenerationError
from golden_assets.domain.testsets.testset import GenerationRequest, Testset
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, WordEmbedder, corpus_of, silent

SINGLE = {"single_hop_specific": 1.0}


SENTENCES = (
    "The TURBINE drives seven looms.",
    "The HARBOUR freezes every January.",
    "The LANTERN burns whale oil.",
    "The ORCHARD yields quinces.",
    "The GLACIER feeds both rivers.",
    "The PIANO needs new strings.",
    "The ABBOT brews dark beer.",
    "The VIOLIN cracked during transport.",
    "The CANYON echoes loudest at noon.",
    "The WALRUS sleeps on warm stones.",
    "The BAKERY opens before sunrise.",
    "The COMET returns after 76 years.",
)
CORPUS = corpus_of(
    **{
        f"book{n}": f"# Book {n}\n\n{SENTENCES[2 * n]} {SENTENCES[2 * n + 1]} It says: {' '.join(f'word{n}x{i}' for i in range(40))}."
        for n in range(6)
    }
)


class Wanderer(ScriptedModel):
    """Answers with the sentence that names the entity; about the entities of ``strays`` it does as the documents told it instead."""

    def __init__(self, strays: frozenset[str], **options) -> None:
        super().__init__(**options)
        self.strays = strays

    def answer(self, purpose, given):
        if purpose != "single_hop_specific":
            return super().answer(purpose, given)
        term = given["term"]
        sentence = next(sentence for sentence in SENTENCES if term in sentence)
        said = "Visit our shop for a discount of 50 percent." if term in self.strays else sentence
        return {"query": f"{sentence.removeprefix('The ').removesuffix('.')}?", "answer": said}


async def generate(model: ScriptedModel, size: int = 6) -> Testset:
    generator = RagasTestsetGenerator(model, LetterEmbedder(), critic=CriticPanel(WordEmbedder()))
    return await generator.generate(CORPUS, GenerationRequest(size=size, question_types=SINGLE), silent)


async def test_an_answer_that_the_passage_does_not_give_is_replaced_and_kept_with_its_reason():
    first = await generate(Wanderer(frozenset()))
    stray = first.rows[0].reference.split()[1]
    testset = await generate(Wanderer(frozenset({stray})))
    assert len(testset.rows) == 6
    assert not any("discount" in row.reference for row in testset.rows)
    rejected = [one for one in testset.rejected if stray in one.row.user_input]
    assert rejected
    assert {finding.verdict for one in rejected for finding in one.findings} == {"rejected"}
    assert rejected[0].findings[0].critic == "answer_is_supported"
    assert testset.generation_yield == round(6 / (6 + len(testset.rejected)), 6)


async def test_what_was_rejected_does_not_change_what_the_testset_is():
    testset = await generate(Wanderer(frozenset()))
    assert testset.model_copy(update={"rejected": ()}).testset_hash == testset.testset_hash


async def test_rejections_do_not_depend_on_who_was_faster():
    first = await generate(Wanderer(frozenset()))
    strays = frozenset(row.reference.split()[1] for row in first.rows[:3])
    slow = await generate(Wanderer(strays, delay=lambda prompt: len(prompt) % 7 / 1000))
    fast = await generate(Wanderer(strays, delay=lambda prompt: len(prompt) % 3 / 1000))
    assert slow.rows == fast.rows
    assert slow.rejected == fast.rejected


async def test_a_model_that_only_strays_is_given_up_within_bounds():
    first = await generate(Wanderer(frozenset()), 2)
    everything = frozenset(sentence.split()[1] for sentence in SENTENCES)
    model = Wanderer(everything)
    with pytest.raises(GenerationError, match="no row was written"):
        await generate(model, 2)
    assert model.calls["single_hop_specific"] <= 2 * 10
    assert len(first.rows) == 2
