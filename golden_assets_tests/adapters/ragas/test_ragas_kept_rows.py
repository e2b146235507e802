"""Rows of an earlier testset before the critics of today."""

import json
from collections.abc import Callable
from typing import Any, Literal

from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
from golden_assets.domain.core.errors import UnanswerableError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.regeneration import basis_for
from golden_assets.domain.review.queue import RowDecision, after_review
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import HUMAN, GenerationRequest, Testset, TestsetRow
from golden_assets_tests.adapters.ragas.scripted import LetterEmbedder, ScriptedModel, handbook, silent
from golden_assets_tests.factories import a_row, changed

CORPUS = handbook(8)
SINGLE = {"single_hop_specific": 1.0}


class Critic:
    """A `RowCritic` that says ``verdict`` of the rows that ``of`` names; ``judged`` are the ids of those it looked at."""

    version = "1"

    def __init__(self, of: Callable[[TestsetRow], bool], verdict: Literal["rejected", "abstained"] = "rejected") -> None:
        self._of = of
        self._verdict = verdict
        self.judged: list[str] = []

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        self.judged.append(row.row_id)
        said = Finding(row_id=row.row_id, critic="strict", score=0.0, verdict=self._verdict, reason="it was told so")
        return (said,) if self._of(row) else ()


def against(*rows: TestsetRow, **options) -> Critic:
    """A critic of these rows and no others."""
    return Critic(lambda row: row.row_id in {one.row_id for one in rows}, **options)


async def generate(base: Testset | None = None, *, model: ScriptedModel | None = None, size: int = 8, corpus=CORPUS, **options) -> Testset:
    generator = RagasTestsetGenerator(model or ScriptedModel(), LetterEmbedder(), **options)
    return await generator.generate(corpus, GenerationRequest(size=size, question_types=SINGLE), silent, base)


async def test_a_kept_row_that_a_critic_rejects_is_written_anew_at_its_position_and_all_others_are_identical():
    base = await generate()
    again = await generate(base, critic=against(base.rows[2], base.rows[5]))
    assert {n for n, (old, new) in enumerate(zip(base.rows, again.rows, strict=True)) if old != new} == {2, 5}
    assert [again.rows[n].document_ids for n in (2, 5)] == [base.rows[n].document_ids for n in (2, 5)]
    assert [(one.row, one.findings[0].reason) for one in again.barred] == [(base.rows[n], "it was told so") for n in (2, 5)]


async def test_it_counts_as_no_failure_of_what_was_written_and_is_not_asked_again_later():
    base = await generate()
    once = await generate(base, critic=against(base.rows[2]))
    twice = await generate(once, size=12)
    assert (once.rejected, once.generation_yield) == ((), 1.0)
    assert base.rows[2].row_id in twice.rejected_ids
    assert base.rows[2].row_id not in {row.row_id for row in twice.rows}


async def test_an_abstention_replaces_no_row():
    base = await generate()
    model = ScriptedModel()
    again = await generate(base, model=model, critic=against(*base.rows, verdict="abstained"))
    assert again.rows == base.rows
    assert (model.calls.total(), again.barred) == (0, ())


async def test_when_every_kept_row_is_rejected_all_are_written_anew():
    base = await generate()
    again = await generate(base, critic=against(*base.rows))
    assert len(again.rows) == 8
    assert not {row.row_id for row in base.rows} & {row.row_id for row in again.rows}
    assert len(again.barred) == 8


async def test_rows_that_a_person_wrote_changed_or_approved_are_not_put_before_critics_and_stay_so_in_later_testsets():
    own = a_row(user_input="What did a person ask here?", contexts=(), synthesizer_name=HUMAN, model=HUMAN)
    first = await generate(seed_rows=[own])
    decisions = [
        RowDecision(row_id=first.rows[0].row_id, decision="approve", reviewer="Ada"),
        RowDecision(row_id=first.rows[1].row_id, decision="edit", reviewer="Ada", user_input="What does the second one do?"),
    ]
    base = after_review(first, decisions)
    critic = against(*first.rows, *base.rows)
    second = await generate(base, seed_rows=[own], critic=critic)
    third = await generate(second, seed_rows=[own], critic=critic)
    vouched = {base.rows[0].row_id, base.rows[1].row_id, own.row_id}
    assert (second.rows[:2], second.rows[-1].row_id) == (base.rows[:2], own.row_id)
    assert third.rows == second.rows
    assert third.approved == second.approved == (first.rows[0].row_id,)
    assert vouched.isdisjoint(critic.judged)


async def test_rows_whose_passages_are_gone_are_not_put_before_critics():
    base = await generate()
    critic = against()
    kept = tuple(document for document in CORPUS.documents if document.document_id not in base.rows[0].document_ids)
    await generate(base, corpus=changed(CORPUS, documents=kept), critic=critic)
    assert base.rows[0].row_id not in critic.judged
    assert {row.row_id for row in base.rows[1:]} <= set(critic.judged)


def without(number: int) -> Corpus:
    """The corpus without this document."""
    return changed(CORPUS, documents=tuple(d for n, d in enumerate(CORPUS.documents) if n != number))


async def test_a_row_gives_way_to_a_new_document_only_once_another_is_written_in_its_place():
    base = await generate(size=14, corpus=without(7))

    def decline(purpose: str, given: dict[str, Any]) -> None:
        if "ENTITYAH" in json.dumps(given):
            raise UnanswerableError("nothing to ask", "add prose")

    kept = await generate(base, size=14, model=ScriptedModel(decline))
    assert kept.rows == base.rows
    assert [failure.subject for failure in kept.failures] == ["book007.md"]
    assert "stays as it was" in kept.failures[0].reason
    again = ScriptedModel(decline)
    assert (await generate(kept, size=14, model=again)).rows == base.rows
    assert again.calls.total() == 0, "a document that yielded nothing is not tried again"
    written = await generate(base, size=14)
    assert [row.document_ids for row in written.rows if row not in base.rows] == [("book007.md",)]
    assert len(written.rows) == 14


async def test_vouched_rows_stay_when_fewer_rows_are_asked_for_or_other_ones_by_seed_or_model():
    first = await generate(size=8)
    said = [RowDecision(row_id=row.row_id, decision="approve", reviewer="Ada") for row in first.rows[3:8]]
    said[0] = RowDecision(row_id=first.rows[3].row_id, decision="edit", reviewer="Ada", reference="As a person wrote it.")
    base = after_review(first, said)
    vouched = [row.row_id for row in base.rows[3:8]]
    fewer = await generate(base, size=3)
    assert sorted(row.row_id for row in fewer.rows) == sorted(vouched)
    other = GenerationRequest(size=8, seed=5, question_types=SINGLE)
    for model in ("scripted", "another"):
        basis = basis_for(base, other, model)
        assert basis
        again = await RagasTestsetGenerator(ScriptedModel(), LetterEmbedder()).generate(CORPUS, other, silent, basis)
        assert set(vouched) < {row.row_id for row in again.rows}
        assert len(again.rows) == 8
        assert not {row.row_id for row in first.rows[:3]} & {row.row_id for row in again.rows}
        assert set(again.approved) == set(vouched[1:])


async def test_a_human_row_that_a_reviewer_edited_or_rejected_does_not_come_back_from_the_file():
    own = [
        a_row(user_input=f"What did {name} ask here?", contexts=(), reference=name, synthesizer_name=HUMAN, model=HUMAN)
        for name in ("Ada", "Bob", "Eve")
    ]
    first = await generate(size=4, seed_rows=own)
    said = [
        RowDecision(row_id=own[0].row_id, decision="edit", reviewer="Ada", reference="Ada herself"),
        RowDecision(row_id=own[1].row_id, decision="reject", reviewer="Ada", reason="trivial"),
    ]
    second = await generate(after_review(first, said), size=4, seed_rows=own)
    assert second.rows[:4] == first.rows[:4]
    assert [row.reference for row in second.rows[4:]] == ["Eve", "Ada herself"]
    assert (await generate(second, size=4, seed_rows=own)).rows == second.rows
