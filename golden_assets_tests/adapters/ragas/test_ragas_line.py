"""Who goes first: the line in which drafts become rows, and the permits under which calls are made."""

import asyncio

import pytest

from golden_assets.adapters.ragas.client.priority_semaphore import PrioritySemaphore
from golden_assets.adapters.ragas.filtering.accepted_rows import AcceptedRows, Draft
from golden_assets.adapters.ragas.planning.markdown_blocks import chunk_document
from golden_assets.adapters.ragas.planning.row_sources import RowSource
from golden_assets.adapters.ragas.writing.ordered_settlement import OrderedSettlement
from golden_assets_tests.factories import a_corpus, a_row

CHUNKS = [chunk for document in a_corpus(count=6).documents for chunk in chunk_document(document)]


def draft(question: str, passage: int, term: str = "pump") -> Draft:
    return Draft(RowSource((CHUNKS[passage],), (term,)), "single_hop_specific", question, "It does.", "SHORT")


async def started(*coroutines):
    """The tasks, each as far as it gets by itself."""
    tasks = [asyncio.create_task(coroutine) for coroutine in coroutines]
    await asyncio.sleep(0.001)
    return tasks


async def test_a_draft_waits_for_its_turn_and_becomes_the_row_of_its_slot():
    line = OrderedSettlement(accepted := AcceptedRows())
    (second,) = await started(line.stands(1, draft("Who empties the tank?", 1)))
    assert not second.done()
    assert await line.stands(0, draft("When does winter begin?", 0))
    assert await line.settle(0, 7)
    assert await second
    assert await line.settle(1, 9)
    assert {number: one.question for number, one in accepted.drafts.items()} == {7: "When does winter begin?", 9: "Who empties the tank?"}


@pytest.mark.parametrize("other", [draft("Tell me: who empties the tank?", 1), draft("Quite other words?", 0)], ids=["words", "subject"])
async def test_a_draft_like_one_of_an_earlier_slot_learns_it_before_anything_is_settled(other):
    line = OrderedSettlement(AcceptedRows())
    late, earlier = await started(line.stands(2, other), line.stands(1, draft("Who empties the tank?", 0)))
    assert late.done()
    assert not await late
    assert not earlier.done()
    earlier.cancel()


async def test_with_a_lower_limit_less_like_drafts_are_too_like():
    drafts = draft("Who empties the tank?", 0), draft("Who cleans the tank?", 1)
    for near, refused in ((90.0, False), (70.0, True)):
        line = OrderedSettlement(AcceptedRows(near))
        late, earlier = await started(line.stands(2, drafts[1]), line.stands(1, drafts[0]))
        assert late.done() is refused
        late.cancel()
        earlier.cancel()


async def test_a_contested_draft_is_taken_after_all_when_what_it_is_like_is_refused():
    line = OrderedSettlement(accepted := AcceptedRows())
    same_words, same_subject = draft("Who empties the tank?", 1), draft("When does winter begin?", 1)
    middle, last = await started(line.stands(1, same_words), line.stands(2, same_subject))
    assert not await last
    (spare,) = await started(line.stands(2, draft("Where do cables end?", 3)))
    assert await line.stands(0, draft("Who empties the tank?", 0))
    assert not await middle
    assert [await line.settle(0, 0), await line.settle(1, 1), await spare, await line.settle(2, 2)] == [True, False, True, True]
    assert accepted.drafts[2] == same_subject


async def test_a_slot_without_a_draft_lets_the_next_one_go_on():
    line = OrderedSettlement(AcceptedRows())
    second, third = await started(line.settle(1, 1), line.stands(2, draft("Where do cables end?", 3)))
    assert not await line.settle(0, 0)
    assert not await second
    assert await third


@pytest.mark.parametrize("remember", [AcceptedRows.keep, AcceptedRows.bar], ids=["kept", "rejected"])
async def test_nothing_asks_what_a_kept_or_a_rejected_row_asks(remember):
    remember(accepted := AcceptedRows(), [a_row(user_input="Who empties the tank?")])
    assert accepted.refuses(draft("Who empties the tank, please?", 0))
    assert not accepted.refuses(draft("Where do cables end?", 0))


def test_rejected_rows_do_not_count_for_their_documents():
    row = a_row()
    accepted = AcceptedRows()
    accepted.bar([row])
    assert accepted.rows_of(row.contexts[0].document_id) == 0
    accepted.keep([row])
    assert accepted.rows_of(row.contexts[0].document_id) == 1


async def hold(semaphore: PrioritySemaphore, urgency: int, name: str, order: list[str]) -> None:
    async with semaphore.hold(urgency):
        order.append(name)
        await asyncio.sleep(0)


async def test_the_most_urgent_goes_first_and_among_equals_the_first_come():
    order: list[str] = []
    semaphore = PrioritySemaphore(1)
    await asyncio.gather(*(hold(semaphore, urgency, name, order) for urgency, name in [(2, "a"), (2, "b"), (0, "c"), (1, "d"), (0, "e")]))
    assert order == ["a", "c", "e", "d", "b"]


async def test_permits_of_those_who_give_up_or_fail_are_not_lost():
    order: list[str] = []
    semaphore = PrioritySemaphore(1)
    async with semaphore.hold(0):
        given_up, next_one, also_given_up = await started(*(hold(semaphore, 1, name, order) for name in "xyz"))
        given_up.cancel()
    also_given_up.cancel()
    await asyncio.wait([given_up, next_one, also_given_up])
    with pytest.raises(ValueError, match="choked"):
        async with semaphore.hold(0):
            raise ValueError("choked")
    await asyncio.wait_for(hold(semaphore, 0, "last", order), 1)
    assert order == ["y", "last"]


async def test_a_permit_that_was_granted_to_somebody_cancelled_goes_to_the_next():
    order: list[str] = []
    semaphore = PrioritySemaphore(1)
    async with semaphore.hold(0):
        (granted,) = await started(hold(semaphore, 1, "granted", order))
    granted.cancel()
    await asyncio.wait([granted])
    await asyncio.wait_for(hold(semaphore, 0, "next", order), 1)
    assert order == ["next"]
