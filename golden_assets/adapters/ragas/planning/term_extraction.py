"""Entities and themes of chunks, each asked for once per run, and failing for its chunk alone."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from golden_assets.adapters.models.call_tracking import noting_calls
from golden_assets.adapters.ragas.client.shared_tasks import SharedTasks, Spawn
from golden_assets.adapters.ragas.writing.failure_log import FailureLog
from golden_assets.domain.core.errors import ContextLengthError, ModelError, UnanswerableError
from golden_assets.domain.corpus.chunking import Chunk, halves

MAX_CUTS = 3
"""How often a passage is halved for a model whose context it exceeds: an eighth is some 40 words."""


class Terms(NamedTuple):
    """What a question on a chunk can be about, and the calls that said so; ``failed`` when the model could not be asked."""

    terms: tuple[str, ...]
    failed: bool = False
    call_ids: tuple[str, ...] = ()


class TermExtraction:
    """Asks for the terms of a chunk when they are first needed.

    Args:
        extract: asks the model.
        grounded: whether only terms count that the chunk spells out.
        failure_log: learns of what fails.
        spawn: starts the work.
    """

    def __init__(self, extract: Callable[[Chunk], Awaitable[list[str]]], *, grounded: bool, failure_log: FailureLog, spawn: Spawn) -> None:
        self._extract = extract
        self._grounded = grounded
        self._failure_log = failure_log
        self._memo: SharedTasks[Terms] = SharedTasks(spawn)

    async def of(self, chunk: Chunk) -> Terms:
        """The chunk's terms, in the model's order, each once."""
        return await self._memo.get(chunk.chunk_hash, lambda: self._ask(chunk))

    async def _ask(self, chunk: Chunk) -> Terms:
        try:
            with noting_calls() as calls:
                found = await self._found(chunk)
        except UnanswerableError:
            self._failure_log.declined()
            return Terms(())
        except ModelError as error:
            self._failure_log.failed(place(chunk), error)
            return Terms((), failed=True)
        self._failure_log.answered()
        return Terms(self._distinct(chunk, found), call_ids=tuple(calls))

    async def _found(self, chunk: Chunk, cuts: int = MAX_CUTS) -> list[str]:
        """The terms of a chunk, or of its halves when it is longer than the model's context."""
        try:
            return await self._extract(chunk)
        except ContextLengthError:
            parts = halves(chunk) if cuts else ()
            if not parts:
                raise
        return [term for part in parts for term in await self._found(part, cuts - 1)]

    def _distinct(self, chunk: Chunk, found: list[str]) -> tuple[str, ...]:
        """Without blanks, repetitions, and what the model made up."""
        text = chunk.text.casefold()
        terms = {term.strip().casefold(): term.strip() for term in reversed(found) if term.strip()}
        return tuple(term for folded, term in reversed(terms.items()) if not self._grounded or folded in text)


def place(chunk: Chunk) -> str:
    """Where a chunk stands, for messages."""
    return f"{chunk.document_id}, characters {chunk.start} to {chunk.end}"
