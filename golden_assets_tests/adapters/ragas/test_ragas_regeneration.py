"""The driver on a corpus that has changed: what stays, what is written, and what it costs."""

import subprocess
import sys
from collections import Counter

import pytest

from golden_assets.adapters.ragas.generator import DEFAULT_SHARES, RagasTestsetGenerator
from golden_assets.domain.core.errors import ModelError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.row_checks import context_is_verbatim
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, count_types
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, handbook, silent

MIXED = dict(DEFAULT_SHARES)
SINGLE = {"single_hop_specific": 1.0}


async def generate(corpus: Corpus, size: int, base: Testset | None = None, *, model=None, types=MIXED, **options) -> Testset:
    generator = RagasTestsetGenerator(model or ScriptedModel(), LetterEmbedder(), **options)
    return await generator.generate(corpus, GenerationRequest(size=size, question_types=types), silent, base)


def edited(corpus: Corpus, document_id: str) -> Corpus:
    """The corpus with a word changed in every passage of one document."""
    texts = {
        d.document_id: d.text.replace(" works with ", " plays with ") if d.document_id == document_id else d.text for d in corpus.documents
    }
    return Corpus(source="test", documents=tuple(Document.of(name, text) for name, text in texts.items()))


def ids(testset: Testset) -> list[str]:
    return [row.row_id for row in testset.rows]


def all_verbatim(testset: Testset, corpus: Corpus) -> bool:
    return all(context_is_verbatim(context, corpus) for row in testset.rows for context in row.contexts)


async def test_an_unchanged_corpus_costs_nothing_and_gives_the_same_testset():
    base = await generate(handbook(8), 16)
    model = ScriptedModel()
    again = await generate(handbook(8), 16, base, model=model)
    assert again.rows == base.rows
    assert (model.calls.total(), again.usage.calls, again.usage.embedding_tokens) == (0, 0, 0)


async def test_an_edited_document_costs_its_own_rows_only_and_all_others_are_identical():
    corpus = handbook(12)
    base = await generate(corpus, 24)
    changed = edited(corpus, "book003.md")
    model = ScriptedModel()
    again = await generate(changed, 24, base, model=model)
    citing = {position for position, row in enumerate(base.rows) if "book003.md" in row.document_ids}
    assert len(citing) > 1
    assert {position for position, (old, new) in enumerate(zip(ids(base), ids(again), strict=True)) if old != new} == citing
    assert len(again.rows) == 24
    assert all_verbatim(again, changed)
    assert count_types(again.rows).items() == count_types(base.rows).items()
    assert model.calls.total() <= 6 * len(citing)
    assert Counter(row.contexts[0].document_id for row in again.rows)["book003.md"] == 2


async def test_a_moved_passage_keeps_its_row_and_costs_nothing():
    corpus = handbook(6)
    base = await generate(corpus, 6)
    moved = Corpus(source="test", documents=tuple(Document.of(f"x-{d.document_id}", f"New start.\n\n{d.text}") for d in corpus.documents))
    model = ScriptedModel()
    again = await generate(moved, 6, base, model=model)
    assert ids(again) == ids(base)
    assert model.calls.total() == 0
    assert all_verbatim(again, moved)


async def test_blanks_and_marks_cost_nothing():
    corpus = handbook(6)
    base = await generate(corpus, 6)
    changed = Corpus(
        source="test",
        documents=tuple(Document.of(d.document_id, d.text.replace("## ", "### ").replace("works", "**works**")) for d in corpus.documents),
    )
    model = ScriptedModel()
    again = await generate(changed, 6, base, model=model)
    assert [(row.user_input, row.reference) for row in again.rows] == [(row.user_input, row.reference) for row in base.rows]
    assert model.calls.total() == 0
    assert all_verbatim(again, changed)


async def test_a_removed_document_leaves_its_rows_to_documents_without_one():
    corpus = handbook(12)
    base = await generate(corpus, 10, types=SINGLE)
    gone = base.rows[4].contexts[0].document_id
    left = Corpus(source="test", documents=tuple(d for d in corpus.documents if d.document_id != gone))
    again = await generate(left, 10, base, types=SINGLE)
    assert ids(again)[:4] + ids(again)[5:] == ids(base)[:4] + ids(base)[5:]
    homes = Counter(row.contexts[0].document_id for row in again.rows)
    assert len(homes) == 10
    assert gone not in homes


async def test_new_documents_get_rows_where_others_have_two():
    base = await generate(handbook(5), 10)
    model = ScriptedModel()
    again = await generate(handbook(6), 10, base, model=model)
    homes = Counter(row.contexts[0].document_id for row in again.rows)
    assert homes["book005.md"] == 1
    assert len(set(ids(base)) & set(ids(again))) == 9


@pytest.mark.parametrize(("size", "kept"), [(20, 12), (7, 7)])
async def test_another_size_keeps_as_many_rows_as_it_can(size, kept):
    base = await generate(handbook(8), 12)
    again = await generate(handbook(8), size, base)
    assert len(again.rows) == size
    assert len(set(ids(base)) & set(ids(again))) == kept
    assert len(set(ids(again))) == size


async def test_rows_that_fell_short_are_tried_again():
    corpus = handbook(4)
    complete = await generate(corpus, 4, types=SINGLE)
    base = complete.model_copy(update={"rows": complete.rows[:3]})
    again = await generate(corpus, 4, base, types=SINGLE)
    assert ids(again)[:3] == ids(base)
    assert len({row.contexts[0].document_id for row in again.rows}) == 4


async def test_a_document_that_yields_nothing_is_not_tried_for_ever():
    def decline(purpose, given):
        if "ENTITYAF" in str(given):
            raise ModelError("the endpoint choked", "look at the document")

    base = await generate(handbook(5), 10, types=SINGLE)
    once = await generate(handbook(6), 10, base, model=ScriptedModel(decline), types=SINGLE)
    assert "book005.md" in {failure.subject for failure in once.failures}
    model = ScriptedModel(decline)
    twice = await generate(handbook(6), 10, once, model=model, types=SINGLE)
    assert ids(twice) == ids(once)
    assert model.calls.total() == 0
    assert "book005.md" in {failure.subject for failure in twice.failures}


async def test_new_rows_repeat_no_question_that_stays():
    corpus = handbook(3)
    base = await generate(corpus, 9)
    again = await generate(edited(corpus, "book001.md"), 18, base)
    assert len({row.user_input for row in again.rows}) == len(again.rows)


@pytest.mark.parametrize("concurrency", [1, 16])
async def test_regeneration_is_reproducible_whatever_the_concurrency(concurrency):
    corpus = handbook(9)
    base = await generate(corpus, 18)
    changed = edited(edited(corpus, "book002.md"), "book007.md")
    one = await generate(changed, 22, base)
    other = await generate(changed, 22, base, max_concurrency=concurrency)
    assert other.draft_hash == one.draft_hash


async def test_a_base_without_a_usable_row_is_as_good_as_none():
    scratch = await generate(handbook(4), 6)
    base = await generate(handbook(4, shared="OTHER"), 6)
    assert (await generate(handbook(4), 6, base)).rows == scratch.rows


async def test_progress_counts_what_is_written():
    corpus = handbook(6)
    base = await generate(corpus, 6, types=SINGLE)
    seen = []
    generator = RagasTestsetGenerator(ScriptedModel(), LetterEmbedder())
    request = GenerationRequest(size=6, question_types=SINGLE)
    await generator.generate(edited(corpus, "book001.md"), request, lambda *call: seen.append(call), base)
    assert seen == [("rows", 0, 1), ("rows", 1, 1)]


def test_ragas_is_not_imported_when_every_row_holds():
    code = """if True:
        import asyncio, sys
        from golden_assets_tests.adapters.ragas.scripted import *
        from golden_assets_tests.factories import a_corpus, a_testset, TARGETS
        from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
        from golden_assets.domain.testsets.testset import GenerationRequest
        corpus = a_corpus(count=6)
        request = GenerationRequest(size=6, question_types=TARGETS)
        base = a_testset(corpus=corpus, size=6)
        again = asyncio.run(RagasTestsetGenerator(ScriptedModel(), LetterEmbedder()).generate(corpus, request, silent, base))
        assert again.rows == base.rows and 'ragas' not in sys.modules
    """
    subprocess.run([sys.executable, "-c", code], check=True)


@pytest.mark.parametrize("question_type", ["multi_hop_specific", "multi_hop_abstract"])
async def test_a_single_multi_hop_row_costs_one_extraction_of_each_passage_and_one_question(question_type):
    corpus = handbook(20)
    base = await generate(corpus, 20, types={question_type: 1.0})
    model = ScriptedModel()
    one_short = base.model_copy(update={"rows": base.rows[:-1]})
    again = await generate(corpus, 20, one_short, model=model, types={question_type: 1.0})
    assert len(again.rows) == 20
    assert model.calls.total() == 3


async def test_an_edited_passage_goes_on_with_the_one_it_resembled_and_nothing_is_embedded():
    corpus = handbook(20)
    base = await generate(corpus, 20, types={"multi_hop_abstract": 1.0})
    cited = Counter(name for row in base.rows for name in {context.document_id for context in row.contexts})
    row = next(row for row in base.rows if cited[row.contexts[0].document_id] == 1)
    model = ScriptedModel()
    again = await generate(edited(corpus, row.contexts[0].document_id), 20, base, model=model, types={"multi_hop_abstract": 1.0})
    (new,) = [one for one in again.rows if one.row_id not in ids(base)]
    assert new.contexts[1].document_id == row.contexts[1].document_id
    assert (model.calls, again.usage.embedding_tokens) == ({"themes": 2, "multi_hop_abstract": 1}, 0)
