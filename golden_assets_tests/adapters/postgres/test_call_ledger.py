"""The ledger of model calls in PostgreSQL: kept answers, living and dead reservations, limits, what is read from it."""

import asyncio
import contextlib
import multiprocessing
import os
import signal
import uuid
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import psycopg
import pytest
from opentelemetry.trace import NonRecordingSpan, SpanContext, use_span
from psycopg.rows import dict_row

from golden_assets.adapters.postgres import PostgresCallLedger, PostgresVersionStore, migrate, revert
from golden_assets.domain.core.errors import BudgetExceededError, RegistryError, ServerError
from golden_assets.domain.costs.budgets import BudgetControl, Limits, Period, Spending
from golden_assets.domain.costs.calls import CallRequest, CallUsage, Kept, Quote, Settlement
from golden_assets_tests.factories import a_testset, changed

QUOTE = Quote(tokens=1000, cost_usd=0.25, lost_usd=0.03125)
USAGE = CallUsage(
    attempts=2, prompt_tokens=100, completion_tokens=30, embedding_tokens=7, cached_tokens=40, reasoning_tokens=20, cost_usd=0.125
)
Make = Callable[..., PostgresCallLedger]


@pytest.fixture
def registry_url(database_url: str) -> str:
    """A registry of one's own: limits count what all tests spend."""
    migrate(database_url)
    return database_url


@pytest.fixture
def make(registry_url: str) -> Iterator[Make]:
    """Makes ledgers of one database."""
    made: list[PostgresCallLedger] = []

    def ledger(**options: Any) -> PostgresCallLedger:
        made.append(PostgresCallLedger(registry_url, **{"testset_name": "golden", "run_id": "run-1", **options}))
        return made[-1]

    yield ledger
    for one in made:
        one.close()


def calls(url: str) -> list[dict[str, Any]]:
    with psycopg.connect(url.replace("+psycopg", ""), row_factory=dict_row) as connection:
        return connection.execute('SELECT * FROM golden_assets.golden_llm_calls ORDER BY "sequence"').fetchall()


def request(text: str = "why?", **changes: Any) -> CallRequest:
    return CallRequest(**{"kind": "chat", "endpoint": "host/v1", "model": "m", "content": [{"role": "user", "content": text}], **changes})


async def reserve(ledger: PostgresCallLedger, text: str = "why?", quote: Quote = QUOTE, purpose: str = "entities") -> str | Kept:
    return await ledger.reserve(request(text), quote, purpose=purpose)


def answered(answer: str = "{}", usage: CallUsage = USAGE) -> Settlement:
    return Settlement(status="answered", usage=usage, latency_seconds=0.5, answer=answer)


async def pay(ledger: PostgresCallLedger, text: str, usage: CallUsage = USAGE, purpose: str = "entities") -> None:
    call_id = await reserve(ledger, text, purpose=purpose)
    assert isinstance(call_id, str)
    await ledger.settle(call_id, answered(usage=usage))


async def test_a_call_is_on_record_from_its_reservation_to_its_end(make: Make, registry_url: str):
    ledger = make()
    call_id = await reserve(ledger)
    (row,) = calls(registry_url)
    assert (row["status"], row["reserved_tokens"], row["reserved_usd"], row["cost_usd"]) == ("reserved", 1000, 0.25, 0)
    assert (row["endpoint"], row["provider"]) == ("host/v1", "host")
    await ledger.settle(call_id, answered('{"a": "\\u0000 ✓"}'))
    (row,) = calls(registry_url)
    assert {name: row[name] for name in USAGE.model_dump()} == USAGE.model_dump()
    expected = ("answered", '{"a": "\\u0000 ✓"}', "golden", "run-1", "entities", "host/v1", "m", "chat")
    assert tuple(row[name] for name in ("status", "answer", "testset_name", "run_id", "purpose", "endpoint", "model", "kind")) == expected
    assert (row["call_key"], row["latency_seconds"]) == (request().key, 0.5)


async def test_an_answered_call_is_kept_for_every_run_and_process(make: Make):
    ledger = make()
    call_id = await reserve(ledger)
    await ledger.settle(call_id, answered('{"a": 1}'))
    other = make(run_id="run-2", testset_name="another")
    assert await reserve(ledger) == await reserve(other) == Kept(call_id=call_id, answer='{"a": 1}')
    assert await other.spending() == (await make(run_id="run-3", testset_name="another").spending())


async def test_a_declined_call_is_kept_and_a_failed_one_is_not(make: Make, registry_url: str):
    ledger = make()
    declined = Settlement(status="declined", usage=USAGE, latency_seconds=0.1, problem="no\x00thing", remedy="leave it out")
    call_id = await reserve(ledger, "a")
    await ledger.settle(call_id, declined)
    await ledger.settle(await reserve(ledger, "b"), Settlement(status="failed", usage=USAGE, latency_seconds=0.1, problem="down"))
    assert await reserve(ledger, "a") == Kept(call_id=call_id, problem="nothing", remedy="leave it out")
    assert isinstance(await reserve(ledger, "b"), str)
    assert [row["status"] for row in calls(registry_url)] == ["declined", "failed", "reserved"]


async def test_it_knows_which_calls_would_be_answered_without_asking(make: Make):
    ledger = make()
    await pay(ledger, "a")
    for name, status in {"b": "declined", "c": "failed"}.items():
        await ledger.settle(await reserve(ledger, name), Settlement(status=status, usage=USAGE, latency_seconds=0.1))
    await reserve(ledger, "d")
    assert await make().answered([request(name).key for name in "abcd"]) == {request("a").key, request("b").key}
    assert await ledger.answered([]) == set()


async def test_settling_again_changes_nothing(make: Make, registry_url: str):
    ledger = make()
    call_id = await reserve(ledger)
    for answer in ('{"a": 1}', '{"a": 2}'):
        await ledger.settle(call_id, answered(answer))
    assert [row["answer"] for row in calls(registry_url)] == ['{"a": 1}']
    assert (await ledger.spending()).day == 0.125


async def test_the_same_call_in_two_processes_is_made_by_one(make: Make):
    first, second = make(), make(run_id="run-2")
    call_id = await reserve(first)
    waiting = asyncio.create_task(reserve(second))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await first.settle(call_id, answered('{"a": 1}'))
    assert await waiting == Kept(call_id=call_id, answer='{"a": 1}')


def reserve_and_hang(url: str, connection: Any) -> None:
    """A process that reserves two calls and is killed."""
    ledger = PostgresCallLedger(url, testset_name="golden", run_id="killed", limits=Limits())
    asyncio.run(reserve(ledger, "x"))
    asyncio.run(reserve(ledger, "y"))
    connection.send("reserved")
    signal.pause()


async def test_reservations_of_a_killed_process_are_lost_at_once_and_charged_with_their_prompts(make: Make, registry_url: str):
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    victim = context.Process(target=reserve_and_hang, args=(registry_url, theirs))
    victim.start()
    assert await asyncio.to_thread(ours.recv) == "reserved"
    ledger = make(limits=Limits(day=0.6))
    waiting = [asyncio.create_task(reserve(ledger, "x")), asyncio.create_task(reserve(ledger, "z"))]
    await asyncio.sleep(0.2)
    assert not any(task.done() for task in waiting)
    os.kill(victim.pid or 0, signal.SIGKILL)
    victim.join()
    assert all(isinstance(call_id, str) for call_id in await asyncio.gather(*waiting))
    lost = [row for row in calls(registry_url) if row["run_id"] == "killed"]
    assert [(row["status"], row["cost_usd"], row["estimated"]) for row in lost] == [("lost", 0.03125, True)] * 2
    assert (await ledger.spending()).day == 2 * 0.03125


async def test_a_call_that_was_taken_for_lost_is_settled_all_the_same(make: Make, registry_url: str):
    cut_off, other = make(), make(run_id="run-2")
    call_id = await reserve(cut_off)
    cut_off._presence.close()
    for attempt in range(100):  # the server notices in a moment that the connection is gone
        await reserve(other, str(attempt))
        if calls(registry_url)[0]["status"] == "lost":
            break
    assert calls(registry_url)[0]["status"] == "lost"
    await cut_off.settle(call_id, answered())
    assert calls(registry_url)[0]["status"] == "answered"
    assert (await cut_off.spending()).run == 0.125


@pytest.mark.parametrize(("period", "setting"), [("run", "RUN"), ("day", "DAILY"), ("month", "MONTHLY")])
async def test_a_limit_refuses_the_call_that_could_pass_it(make: Make, registry_url: str, period: str, setting: str):
    ledger = make(limits=Limits(**{period: 0.5}))
    for text in "abc":
        await pay(ledger, text)
    with pytest.raises(BudgetExceededError, match=rf"\$0\.3750 of the cost limit of \$0\.5 per {period} .*COST_LIMIT_{setting}"):
        await reserve(ledger, "d")
    assert len(calls(registry_url)) == 3
    assert isinstance(await reserve(ledger, "a"), Kept)
    assert isinstance(await reserve(ledger, "cheap", Quote(tokens=1, cost_usd=0.125, lost_usd=0)), str)


@pytest.mark.parametrize(("period", "setting"), [("testset_day", "TESTSET_DAILY"), ("testset_month", "TESTSET_MONTHLY")])
async def test_a_limit_of_one_testset_leaves_the_others_alone(make: Make, period: str, setting: str):
    limits = Limits(**{period: 0.25})
    await pay(make(limits=limits), "a")
    with pytest.raises(BudgetExceededError, match=rf"\$0\.1250 of the cost limit of \$0\.25 per .* of this testset .*COST_LIMIT_{setting}"):
        await reserve(make(run_id="run-2", limits=limits), "b")
    assert isinstance(await reserve(make(testset_name="another", limits=limits), "b"), str)


async def test_many_processes_at_once_never_pass_the_limit_of_their_testset(make: Make, registry_url: str):
    names = ["one", "one", "two", "two"]
    ledgers = [make(run_id=f"run-{number}", testset_name=name, limits=Limits(testset_day=1.0)) for number, name in enumerate(names)]

    async def spend(number: int) -> None:
        with contextlib.suppress(BudgetExceededError):
            await pay(ledgers[number % 4], str(number), USAGE.model_copy(update={"cost_usd": 0.25}))

    await asyncio.gather(*(spend(number) for number in range(48)))
    spent = {name: sum(row["cost_usd"] for row in calls(registry_url) if row["testset_name"] == name) for name in names}
    assert spent == {"one": 1.0, "two": 1.0}


async def test_a_pause_holds_every_process_until_it_is_resumed_and_what_was_paid_for_stays_usable(make: Make):
    first, second = make(), make(run_id="run-2", testset_name="another")
    await pay(first, "a")
    await first.control(BudgetControl(action="pause", reason="the invoice looks odd", performed_by="ann"))
    for ledger in (first, second):
        with pytest.raises(
            BudgetExceededError, match=r"paused by ann \(the invoice looks odd\): resume it with: golden-assets budget resume"
        ):
            await reserve(ledger, "b")
    assert isinstance(await reserve(second, "a"), Kept)
    assert (pause := await second.pause())
    assert (pause.reason, pause.performed_by) == ("the invoice looks odd", "ann")

    await second.control(BudgetControl(action="resume", reason="it was right", performed_by="bob"))
    assert await first.pause() is None
    assert isinstance(await reserve(first, "b"), str)


async def test_a_raised_limit_holds_until_its_time_and_never_lowers_one(make: Make):
    ledger = make(limits=Limits(day=0.25, month=9.0))
    await pay(ledger, "a")

    async def raise_to(period: Period, usd: float, seconds: float) -> None:
        until = datetime.now(UTC) + timedelta(seconds=seconds)
        await ledger.control(
            BudgetControl(action="raise", period=period, limit_usd=usd, until=until, reason="a big corpus", performed_by="ann")
        )

    for period, usd, seconds in [("day", 5.0, -1), ("day", 0.5, 60), ("month", 1.0, 60), ("run", 0.0, 60)]:
        await raise_to(period, usd, seconds)
    assert await ledger.limits_in_force() == Limits(day=0.5, month=9.0)
    await pay(ledger, "b")
    with pytest.raises(BudgetExceededError, match=r"\$0\.2500 of the cost limit of \$0\.5 per day"):
        await reserve(ledger, "c", Quote(tokens=1, cost_usd=0.3, lost_usd=0))


async def test_budget_shares_tell_limit_spent_and_the_share_that_was_warned_of(make: Make):
    ledger = make(limits=Limits(day=0.25, testset_month=10.0))
    await pay(ledger, "a")
    await reserve(ledger, "a")
    day, month = await ledger.budget_shares()
    assert (day.period, day.limit_usd, day.spent_usd, day.share, day.alerted) == ("day", 0.25, 0.125, 0.5, 0.5)
    assert (month.period, month.share, month.alerted) == ("testset_month", 0.0125, None)


@pytest.mark.parametrize("statement", ["DELETE FROM", "TRUNCATE"])
async def test_what_was_done_to_the_budget_stays_on_record(make: Make, registry_url: str, statement: str):
    await make().control(BudgetControl(action="pause", reason="r", performed_by="ann"))
    with psycopg.connect(registry_url.replace("+psycopg", "")) as connection, pytest.raises(psycopg.Error, match="refused"):
        connection.execute(f"{statement} golden_assets.golden_budget_controls")  # type: ignore[arg-type]


async def test_a_raise_without_an_end_is_refused(make: Make):
    with pytest.raises(RegistryError):
        await make().control(BudgetControl(action="raise", period="day", limit_usd=1, reason="r", performed_by="ann"))


async def test_parameters_and_trace_of_a_call_are_on_record(make: Make, registry_url: str):
    ledger = make()
    await ledger.reserve(request("untraced"), QUOTE, purpose="entities")
    trace = NonRecordingSpan(SpanContext(trace_id=0xABC, span_id=1, is_remote=False))
    with use_span(trace):
        await ledger.reserve(request("traced", parameters={"temperature": 0.2}), QUOTE, purpose="entities")
    assert [(row["parameters"], row["trace_id"]) for row in calls(registry_url)] == [({}, None), ({"temperature": 0.2}, f"{0xABC:032x}")]


async def test_another_run_has_a_limit_of_its_own_but_the_same_day(make: Make):
    await pay(make(limits=Limits(run=0.25)), "a")
    await pay(make(run_id="run-2", limits=Limits(run=0.25)), "b")
    with pytest.raises(BudgetExceededError):
        await reserve(make(run_id="run-3", limits=Limits(day=0.4)), "c")


async def test_what_is_under_way_is_waited_for_and_not_taken_for_spent(make: Make):
    ledger = make(limits=Limits(day=0.4))
    call_id = await reserve(ledger, "a")
    waiting = asyncio.create_task(reserve(ledger, "b"))
    await asyncio.sleep(0.2)
    assert not waiting.done()
    await ledger.settle(call_id, answered())
    assert isinstance(await waiting, str)


async def test_many_processes_at_once_never_pass_a_limit(make: Make, registry_url: str):
    ledgers = [make(run_id=f"run-{number}", limits=Limits(day=2.0)) for number in range(4)]

    async def spend(number: int) -> bool:
        try:
            await pay(ledgers[number % 4], str(number), USAGE.model_copy(update={"cost_usd": 0.25}))
        except BudgetExceededError:
            return False
        return True

    paid = await asyncio.gather(*(spend(number) for number in range(64)))
    assert sum(paid) == 8
    assert sum(row["cost_usd"] for row in calls(registry_url)) == 2.0


async def test_a_caller_that_is_cancelled_while_it_reserves_leaves_nothing_reserved(make: Make, registry_url: str):
    ledger = make(limits=Limits(day=0.4))
    call_id = await reserve(ledger, "a")
    waiting = asyncio.create_task(reserve(ledger, "b"))
    await asyncio.sleep(0.1)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    early = asyncio.create_task(reserve(make(), "c"))
    await asyncio.sleep(0)
    early.cancel()
    with pytest.raises(asyncio.CancelledError):
        await early
    assert [row["status"] for row in calls(registry_url) if row["call_id"] != uuid.UUID(str(call_id))] in ([], ["failed"])


async def test_each_share_of_a_limit_is_warned_of_once_whatever_process_notices(make: Make):
    warnings: list[str] = []
    for number in range(9):
        run = make(run_id=f"run-{number}", limits=Limits(day=1.0), alert=warnings.append)
        try:
            await pay(run, str(number))
        except BudgetExceededError:
            break
    said = [warning.split(" (")[0] for warning in warnings]
    shares = [f"{share} of the cost limit of $1 per day are spent" for share in ("50%", "80%")]
    assert said == [*shares, "the cost limit of $1 per day leaves no room for the next call"]


def test_one_ledger_serves_several_event_loops_in_a_row(make: Make, registry_url: str):
    ledger = make()
    for number in range(3):
        asyncio.run(pay(ledger, str(number)))
    assert [row["status"] for row in calls(registry_url)] == ["answered"] * 3


async def test_a_lost_connection_is_made_anew(make: Make, registry_url: str):
    ledger = make()
    call_id = await reserve(ledger)
    with psycopg.connect(registry_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'golden_assets ledger'")
    await ledger.settle(call_id, answered())
    assert isinstance(await reserve(ledger), Kept)


async def test_a_ledger_that_is_down_says_so_without_its_password():
    ledger = PostgresCallLedger("postgresql://user:geheim@127.0.0.1:9/registry", testset_name="golden")
    with pytest.raises(ServerError, match=r"127\.0\.0\.1:9/registry cannot be used .*: check that it runs") as caught:
        await reserve(ledger)
    assert "geheim" not in str(caught.value)


async def test_a_database_without_the_schema_is_told_what_to_do(database_url: str):
    ledger = PostgresCallLedger(database_url, testset_name="golden")
    with pytest.raises(ServerError, match="golden-assets db up"):
        await reserve(ledger)
    ledger.close()


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM golden_assets.golden_llm_calls",
        "TRUNCATE golden_assets.golden_llm_calls",
        "UPDATE golden_assets.golden_llm_calls SET cost_usd = 0",
        "UPDATE golden_assets.golden_llm_calls SET status = 'reserved'",
    ],
)
async def test_what_was_paid_for_stays_on_record(make: Make, registry_url: str, statement: str):
    await pay(make(), "a")
    with psycopg.connect(registry_url.replace("+psycopg", "")) as connection, pytest.raises(psycopg.Error, match="is refused"):
        connection.execute(statement)


async def test_history_and_costs_add_up_by_purpose_model_and_day(make: Make):
    ledger = make()
    await pay(ledger, "a")
    await pay(ledger, "b", USAGE.model_copy(update={"cost_usd": 0.375}))
    await pay(ledger, "c", purpose="single_hop_specific")
    entities, written = await ledger.history(["m"])
    assert (entities.purpose, entities.calls, entities.mean_usd, entities.mean_square_usd) == (
        "entities",
        2,
        0.25,
        (0.125**2 + 0.375**2) / 2,
    )
    assert (written.purpose, written.calls) == ("single_hop_specific", 1)
    assert (written.mean_tokens, written.mean_square_tokens) == (137, 137**2)
    assert (written.run_id, written.rows) == (entities.run_id, 0)
    assert await ledger.history(["other"]) == []
    (by_model,) = await ledger.costs(30, "model")
    assert (by_model.label, by_model.calls, by_model.requests, by_model.prompt_tokens, by_model.cost_usd) == ("m", 3, 6, 300, 0.625)
    assert (by_model.cached_tokens, by_model.reasoning_tokens, by_model.embedding_tokens) == (120, 60, 21)
    assert [line.label for line in await ledger.costs(30, "stage")] == ["entities", "single_hop_specific"]
    assert [(line.label, line.calls) for line in await ledger.costs(30, "version")] == [("none", 3)]
    (day,) = await ledger.costs(1, "day")
    assert (day.label, day.tokens) == (f"{datetime.now(UTC):%Y-%m-%d}", 3 * 137)


async def test_history_counts_the_rows_that_a_run_wrote_and_that_stayed(make: Make, store: PostgresVersionStore):
    ledger = make(run_id="run-with-rows")
    for text in "abcd":
        await pay(ledger, text, purpose="single_hop_specific")
    first, second, *others = a_testset().rows
    rows = (changed(first, run_id="run-with-rows"), changed(second, run_id="run-with-rows"), *others)
    await store.create_version(a_testset(rows), None, created_by="t", run_id="run-with-rows")
    (written,) = [one for one in await ledger.history(["m"]) if one.run_id == "run-with-rows"]
    assert (written.calls, written.rows) == (4, 2)


async def test_the_price_of_named_calls_counts_each_once_and_none_that_is_unknown(make: Make, registry_url: str):
    ledger = make()
    for text in "abc":
        await pay(ledger, text)
    ids = [str(row["call_id"]) for row in calls(registry_url)]
    assert await ledger.cost_of([*ids[:2], ids[0], str(uuid.uuid4()), "no id at all"]) == 0.25
    assert await ledger.cost_of([]) == 0


async def test_what_was_spent_survives_the_way_down_and_up_again(make: Make, registry_url: str):
    for name in ("golden", "another"):
        await pay(make(testset_name=name), name)
    await pay(make(run_id="run-2"), "b")
    revert(registry_url, to=12)
    with psycopg.connect(registry_url.replace("+psycopg", "")) as connection:
        spent = connection.execute("SELECT run_id, usd FROM golden_assets.golden_llm_spending ORDER BY run_id").fetchall()
    assert spent == [("run-1", 0.25), ("run-2", 0.125)]
    migrate(registry_url)
    assert await make().spending() == Spending(run=0.25, day=0.375, month=0.375, testset_day=0.375, testset_month=0.375)
