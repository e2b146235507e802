"""What models do: embed, answer, judge rows; and where vectors are kept."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol, TypeVar, runtime_checkable

from pydantic import BaseModel

from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import TestsetRow, TokenUsage

AnySchema = TypeVar("AnySchema", bound=BaseModel)


class Embedder(Protocol):
    """Turns texts into unit vectors."""

    @property
    def name(self) -> str:
        """The model's name, with its version."""
        ...

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made."""
        ...

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """One unit-length vector per text, in order. Raises `ModelError` like a chat model does."""
        ...


class VectorCache(Protocol):
    """Remembers vectors, little-endian float32, by what embedded a text and the text's SHA-256; it may forget any of them."""

    async def recall(self, embedder: str, hashes: Sequence[bytes]) -> dict[bytes, bytes]:
        """Those that are kept. Raises `ServerError`."""
        ...

    async def keep(self, embedder: str, vectors: Mapping[bytes, bytes]) -> None:
        """Keep vectors; that of a text which is kept already stays. Raises `ServerError`."""
        ...


class ChatModel(Protocol):
    """Answers a prompt with an object of a given schema."""

    @property
    def name(self) -> str:
        """The model's name as it is written into every row."""
        ...

    @property
    def version(self) -> str:
        """Changes whenever the same prompt could be answered differently, as far as we can know."""
        ...

    @property
    def usage(self) -> TokenUsage:
        """What was used since this object was made, retries included."""
        ...

    async def complete(self, prompt: str, schema: type[AnySchema], *, purpose: str) -> AnySchema:
        """One validated answer. ``purpose`` names the stage (transform, synthesizer) for logs and accounts.

        Raises:
            ModelAuthenticationError: the key is refused.
            ModelError: the endpoint failed or answered nonsense, after bounded retries.
            UnanswerableError: the model declines: nothing honest can be said.
        """
        ...


@runtime_checkable
class SelectiveModel(Protocol):
    """A chat model that knows which of its questions could read badly: these are not asked."""

    def selective(self) -> "Sequence[Selective]":
        """The same model without such questions, strictest first, calls counted with this one's; none for a model that does not know."""
        ...


class Selective(NamedTuple):
    """A model that does not ask all it could. ``promise``: how well its best question about a text reads, 0 for none; this is no call."""

    model: ChatModel
    promise: Callable[[str], int]


class RowCritic(Protocol):
    """Looks at a row before it is accepted."""

    @property
    def version(self) -> str:
        """Changes whenever the same row could be judged differently."""
        ...

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        """What each critic finds; a row with a rejection is not accepted. Raises `ModelError` when no further call could succeed."""
        ...
