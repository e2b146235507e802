"""Models whose calls go through a ledger: reserved, sent, settled; and what was answered once is read, not paid for again."""

import array
import asyncio
import base64
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Protocol

from golden_assets.adapters.models.call_tracking import note_call
from golden_assets.adapters.models.endpoint.embedder import PURPOSE, batches
from golden_assets.adapters.models.usage import CallTally
from golden_assets.adapters.tracing import note, note_usage, span
from golden_assets.domain.core.errors import GenerationError, ModelError, UnanswerableError
from golden_assets.domain.core.text import unstorable
from golden_assets.domain.costs.calls import CallRequest, Kept, Quote, Settlement
from golden_assets.domain.ports.models import AnySchema, ChatModel, Embedder
from golden_assets.domain.ports.spending import CallLedger
from golden_assets.domain.testsets.testset import TokenUsage

GRACE = 10.0
"""Seconds that a cancelled call may take to its end: what is under way will be charged, so its answer is worth keeping."""

Pay = Callable[[CallTally], Awaitable[str]]
"""Makes the call: fills the tally, returns the answer as JSON text."""


class MeteredModel(ChatModel, Protocol):
    """A chat model that can tell what a call is, what it may cost, and what it used."""

    def request(self, prompt: str, schema: type[AnySchema]) -> CallRequest:
        """What identifies the call."""
        ...

    def quote(self, request: CallRequest) -> Quote:
        """What the call costs at the worst."""
        ...

    async def complete_tallied(self, prompt: str, schema: type[AnySchema], tally: CallTally) -> AnySchema:
        """`ChatModel.complete`, with what it used in ``tally``, whether it succeeds or not."""
        ...


class MeteredEmbedder(Embedder, Protocol):
    """An embedder that can tell the same."""

    def request(self, texts: list[str]) -> CallRequest:
        """What identifies the call."""
        ...

    def quote(self, request: CallRequest) -> Quote:
        """What the call costs at the worst."""
        ...

    async def embed_tallied(self, texts: list[str], tally: CallTally) -> list[list[float]]:
        """`Embedder.embed` of one batch, with what it used in ``tally``, whether it succeeds or not."""
        ...


class LedgeredModel:
    """A `ChatModel` over another one, each call in the ledger.

    Args:
        inner: is asked what the ledger does not know yet.
        ledger: remembers.
    """

    def __init__(self, inner: MeteredModel, ledger: CallLedger) -> None:
        self._inner = inner
        self._till = _Till(ledger)
        self.name = inner.name
        self.version = inner.version

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made; answers from the ledger use nothing, and are counted apart."""
        return self._inner.usage.model_copy(update={"calls_replayed": self._till.replayed})

    async def complete(self, prompt: str, schema: type[AnySchema], *, purpose: str) -> AnySchema:
        """One validated answer, from the ledger if it is there.

        Raises:
            BudgetExceededError: a limit leaves no room for the call.
            ServerError: the ledger cannot be reached.
            ModelError, UnanswerableError: as the inner model does.
        """

        async def _pay(tally: CallTally) -> str:
            answer = await self._inner.complete_tallied(prompt, schema, tally)
            return answer.model_dump_json(by_alias=True, round_trip=True)

        request = self._inner.request(prompt, schema)
        answer = schema.model_validate_json(await self._till.pay_once(request, self._inner.quote(request), purpose, _pay))
        fault = unstorable(answer.model_dump())
        if fault:  # kept by a release that did not look
            raise ModelError(f"an answer in the ledger cannot be stored ({fault})", "generate with another seed, or another model")
        return answer


class LedgeredEmbedder:
    """An `Embedder` over another one, each batch in the ledger.

    Args:
        inner: is asked what the ledger does not know yet.
        ledger: remembers.
    """

    def __init__(self, inner: MeteredEmbedder, ledger: CallLedger) -> None:
        self._inner = inner
        self._till = _Till(ledger)
        self.name = inner.name

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made; vectors from the ledger use nothing, and are counted apart."""
        return self._inner.usage.model_copy(update={"calls_replayed": self._till.replayed})

    async def embed(self, texts: Sequence[str]) -> list[list[float]]:
        """One unit-length vector per text, in order, in single precision. Raises like `LedgeredModel.complete`."""
        try:
            async with asyncio.TaskGroup() as group:
                tasks = [group.create_task(self._embed_batch(batch)) for batch in batches(texts)]
        except BaseExceptionGroup as failed:
            raise failed.exceptions[0] from None
        return [vector for task in tasks for vector in task.result()]

    async def _embed_batch(self, texts: list[str]) -> list[list[float]]:
        async def _pay(tally: CallTally) -> str:
            return _packed(await self._inner.embed_tallied(texts, tally))

        request = self._inner.request(texts)
        with span("embed_batch", "EMBEDDING", texts=len(texts)):
            return _unpacked(await self._till.pay_once(request, self._inner.quote(request), PURPOSE, _pay), len(texts))


class _Till:
    """Where calls are paid; ``replayed`` counts those that were answered or declined before."""

    def __init__(self, ledger: CallLedger) -> None:
        self._ledger = ledger
        self.replayed = 0

    async def pay_once(self, request: CallRequest, quote: Quote, purpose: str, pay: Pay) -> str:
        """The answer to a request: as it was given before, or paid for now. Raises what ``pay`` raises, `UnanswerableError` again too."""
        reserved = await self._ledger.reserve(request, quote, purpose=purpose)
        note(replayed=isinstance(reserved, Kept))
        if isinstance(reserved, Kept):
            self.replayed += 1
            if reserved.answer is None:
                raise UnanswerableError(reserved.problem or "the model declined before", reserved.remedy or "leave this passage out")
            note_call(reserved.call_id)
            return reserved.answer
        answer = await _finished(asyncio.create_task(_settled(self._ledger, reserved, request.model, pay)))
        note_call(reserved)
        return answer


async def _finished(work: asyncio.Task[str]) -> str:
    """The answer; a caller cancelled meanwhile gives the call some time to end."""
    try:
        return await asyncio.shield(work)
    except asyncio.CancelledError:
        await asyncio.wait({work}, timeout=GRACE)
        work.cancel()
        await asyncio.gather(work, return_exceptions=True)
        raise


async def _settled(ledger: CallLedger, call_id: str, model: str, pay: Pay) -> str:
    """Make the call and put its end on record, whatever it is."""
    tally, started = CallTally(), time.perf_counter()

    def _settlement(**outcome: str | None) -> Settlement:
        note_usage(model, tally.usage)
        return Settlement.model_validate({"usage": tally.usage, "latency_seconds": time.perf_counter() - started, **outcome})

    try:
        answer = await pay(tally)
    except GenerationError as error:
        status = "declined" if isinstance(error, UnanswerableError) else "failed"
        await ledger.settle(call_id, _settlement(status=status, problem=error.problem, remedy=error.remedy))
        raise
    except BaseException as error:
        await ledger.settle(call_id, _settlement(status="failed", problem=f"given up ({type(error).__name__})"))
        raise
    await ledger.settle(call_id, _settlement(status="answered", answer=answer))
    return answer


def _packed(vectors: Sequence[Sequence[float]]) -> str:
    """Vectors as base64 of little-endian single floats, a quarter of their size in JSON; endpoints compute in no higher precision."""
    numbers = array.array("f", (number for vector in vectors for number in vector))
    if sys.byteorder == "big":
        numbers.byteswap()
    return base64.b64encode(numbers.tobytes()).decode("ascii")


def _unpacked(text: str, count: int) -> list[list[float]]:
    numbers = array.array("f", base64.b64decode(text))
    if sys.byteorder == "big":
        numbers.byteswap()
    size = len(numbers) // count
    return [numbers[start : start + size].tolist() for start in range(0, len(numbers), size)]
