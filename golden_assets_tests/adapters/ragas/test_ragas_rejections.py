"""Rows that reviewers or critics rejected, and the testsets that are written after that."""

import pytest

from golden_assets.adapters.critics.panel import CriticPanel
from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.review.queue import RowDecision, after_review
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, WordEmbedder, handbook, silent
from golden_assets_tests.adapters.ragas.test_ragas_critics import CORPUS, SENTENCES, SINGLE, Wanderer

HOPS = {"multi_hop_specific": 1.0}


async def generate(corpus: Corpus, base: Testset | None, model: ScriptedModel, types=SINGLE, size: int = 8, **options) -> Testset:
    generator = RagasTestsetGenerator(model, LetterEmbedder(), **options)
    return await generator.generate(corpus, GenerationRequest(size=size, question_types=types), silent, base)


def reject(row: TestsetRow) -> RowDecision:
    return RowDecision(row_id=row.row_id, decision="reject", reviewer="Ada", reason="nobody asks this")


def ids(testset: Testset) -> set[str]:
    return {row.row_id for row in testset.rows}


def edited(corpus: Corpus, document_id: str) -> Corpus:
    changed = [
        Document.of(d.document_id, d.text.replace(" works with ", " plays with ") if d.document_id == document_id else d.text)
        for d in corpus.documents
    ]
    return Corpus(source="test", documents=tuple(changed))


class Listener(ScriptedModel):
    """Notes what it is asked to write about."""

    def __init__(self) -> None:
        super().__init__(self.note)
        self.asked: list[tuple[str, ...]] = []

    def note(self, purpose, given):
        if purpose in ("single_hop_specific", "multi_hop_specific"):
            passages = given["context"] if isinstance(given["context"], list) else [given["context"]]
            self.asked.append((*sorted(passage.split("\n\n", 1)[-1] for passage in passages), *given.get("themes", [given.get("term")])))


@pytest.mark.parametrize("types", [SINGLE, HOPS], ids=["single", "hops"])
async def test_what_a_reviewer_rejected_is_neither_written_again_nor_asked_of_the_model_again(types):
    corpus = handbook(8)
    first_model = Listener()
    first = await generate(corpus, None, first_model, types)
    rejected = first.rows[3]
    model = Listener()
    again = await generate(corpus, after_review(first, [reject(rejected)]), model, types)
    assert len(again.rows) == 8
    assert ids(first) - ids(again) == {rejected.row_id}
    assert model.asked
    assert set(model.asked).isdisjoint(first_model.asked)
    assert [(one.row.row_id, one.findings[0].reason) for one in again.barred] == [(rejected.row_id, "nobody asks this")]


async def test_a_rejection_holds_in_every_later_testset_and_with_other_rows():
    corpus = handbook(8)
    first = await generate(corpus, None, Listener())
    second = await generate(corpus, after_review(first, [reject(first.rows[3])]), Listener())
    third = await generate(edited(corpus, second.rows[0].contexts[0].document_id), second, Listener(), size=10)
    assert first.rows[3].row_id not in ids(third)
    assert first.rows[3].row_id in third.rejected_ids
    emptied = Testset(**{name: getattr(third, name) for name in Testset.model_fields} | {"rows": ()})
    anew = await generate(corpus, emptied, Listener())
    assert len(anew.rows) == 8
    assert first.rows[3].row_id not in ids(anew)


async def test_a_passage_that_has_changed_since_may_be_asked_about_again():
    corpus = handbook(8)
    first = await generate(corpus, None, Listener())
    rejected = first.rows[3]
    changed = edited(corpus, rejected.contexts[0].document_id)
    again = await generate(changed, after_review(first, [reject(rejected)]), Listener())
    assert again.barred == ()


async def test_an_edited_row_stays_and_its_original_does_not_come_back():
    corpus = handbook(8)
    first = await generate(corpus, None, Listener())
    edit = RowDecision(row_id=first.rows[3].row_id, decision="edit", reviewer="Ada", user_input="How is it done, then?")
    again = await generate(corpus, after_review(first, [edit]), Listener(), size=9)
    assert again.rows[3].user_input == "How is it done, then?"
    assert first.rows[3].row_id not in ids(again)


async def test_what_a_critic_rejected_is_not_written_for_the_next_testset():
    strays = frozenset(sentence.split()[1] for sentence in SENTENCES[::2])
    first = await generate(CORPUS, None, Wanderer(strays), size=6, critic=CriticPanel(WordEmbedder()))
    assert first.rejected
    open_row = first.model_copy(update={"rows": first.rows[:-1]})
    asked: list[str] = []
    model = Wanderer(strays, rule=lambda purpose, given: asked.append(given.get("term", "")))
    again = await generate(CORPUS, open_row, model, size=6, critic=CriticPanel(WordEmbedder()))
    rejected_terms = {term for term in strays for one in first.rejected if term in one.row.user_input}
    assert rejected_terms
    assert rejected_terms.isdisjoint(asked)
    assert len(again.rows) == 6
    assert again.rejected_ids >= first.rejected_ids
