"""Critics that ask a language model. Each call goes through the ledger under the purpose ``critic:NAME``, and is paid for once.

What they ask is in `prompts`; what counts of an answer is decided in `golden_assets.domain.critics.llm_judgements`.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping

from golden_assets.adapters.critics.prompts import (
    PROMPTS_VERSION,
    Question,
    about_answer,
    about_claims,
    about_hops,
    about_memory,
    applying,
    spoken_phrase,
)
from golden_assets.domain.core.errors import (
    ConfigurationError,
    ModelAuthenticationError,
    ModelError,
    ModelUnavailableError,
    UnanswerableError,
)
from golden_assets.domain.critics.answer_agreement import AGREES, agreement, says_all
from golden_assets.domain.critics.llm_judgements import (
    MODEL_CRITICS,
    PREFIX,
    ModelCritic,
    abstained,
    weigh_answer,
    weigh_claims,
    weigh_hops,
    weigh_memory,
)
from golden_assets.domain.ports.models import AnySchema, ChatModel, Embedder
from golden_assets.domain.testsets.findings import Finding, rejections
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.settings.settings import Settings

Ask = Callable[[TestsetRow], Awaitable[Finding]]


class ModelJudge:
    """A `RowCritic` that asks a language model.

    Args:
        model: is asked; the one that wrote the row judges its own work, which a judge from another house would do better.
        embedder: compares answers that share few words.
        critics: those that are on; none asks nothing.
        closed_book_rejects: whether a row is rejected for an answer that the model knows without the passages, not only warned of.
    """

    def __init__(
        self, model: ChatModel, embedder: Embedder, critics: Collection[ModelCritic], *, closed_book_rejects: bool = False
    ) -> None:
        self._model = model
        self._embedder = embedder
        self._critics = tuple(critic for critic in MODEL_CRITICS if critic in critics)
        self._closed_book_rejects = closed_book_rejects
        self._asks: Mapping[ModelCritic, Ask] = {
            "claims": self._ask_claims,
            "answerable": self._ask_answer,
            "hop": self._ask_hops,
            "closed_book": self._ask_memory,
        }

    @property
    def version(self) -> str:
        """Prompts, model, and which critics are on; empty when none is."""
        on = [f"{name}!" if name == "closed_book" and self._closed_book_rejects else name for name in self._critics]
        return f"judge {PROMPTS_VERSION} by {self._model.name} with {self._embedder.name}: {', '.join(on)}" if on else ""

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        """One finding of each critic that applies, until one rejects the row: the others would be paid for nothing.

        Raises:
            ModelAuthenticationError, ModelUnavailableError, BudgetExceededError, ServerError: no further call is worth its attempts.
        """
        found: list[Finding] = []
        for critic in applying(self._critics, row):
            found.append(await self._heard(critic, row))
            if rejections(found):
                break
        return tuple(found)

    async def _heard(self, critic: ModelCritic, row: TestsetRow) -> Finding:
        """What a critic finds; a call that fails is an abstention."""
        phrase = spoken_phrase(critic, row)
        if phrase:
            return abstained(critic, row, f"a passage speaks to a language model ({phrase!r}) and is shown to none")
        try:
            return await self._asks[critic](row)
        except (ModelError, UnanswerableError) as error:
            if isinstance(error, ModelAuthenticationError | ModelUnavailableError):
                raise
            return abstained(critic, row, error.problem)

    async def _ask_claims(self, row: TestsetRow) -> Finding:
        return weigh_claims(row, await self._answer(about_claims(row)))

    async def _ask_answer(self, row: TestsetRow) -> Finding:
        said = await self._answer(about_answer(row))
        return weigh_answer(row, said, await self._agreement(row, said.answer))

    async def _ask_hops(self, row: TestsetRow) -> Finding:
        said = [await self._answer(question) for question in about_hops(row)]
        whole = [one.answer if one.answer and says_all(row.user_input, one.answer, row.reference) else None for one in said]
        return weigh_hops(row, said, [await self._agreement(row, answer) for answer in whole])

    async def _ask_memory(self, row: TestsetRow) -> Finding:
        said = await self._answer(about_memory(row))
        return weigh_memory(row, said, await self._agreement(row, said.answer), rejects=self._closed_book_rejects)

    async def _answer(self, question: Question[AnySchema]) -> AnySchema:
        return await self._model.complete(question.prompt, question.schema, purpose=f"{PREFIX}{question.critic}")

    async def _agreement(self, row: TestsetRow, answer: str | None) -> float:
        """By words; by the embedder, too, where they leave doubt."""
        if answer is None:
            return 0.0
        by_words = agreement(row.user_input, answer, row.reference)
        if by_words >= AGREES:
            return by_words
        pair = await self._embedder.embed([answer, row.reference])
        alike = sum(a * b for a, b in zip(*pair, strict=True))
        return agreement(row.user_input, answer, row.reference, lambda *_: alike)


def open_judge(settings: Settings, model: ChatModel, embedder: Embedder) -> ModelJudge:
    """A judge by this model; one that asks nothing where no critic is on.

    Raises:
        ConfigurationError: critics are asked for, and there is only the embedded model.
    """
    critics = settings.model_critics
    if critics and settings.writes_offline:
        raise ConfigurationError(
            f"the embedded model cannot judge rows ({', '.join(critics)})",
            "configure an endpoint with OPENAI_API_KEY, or set critics: none",
        )
    return ModelJudge(model, embedder, critics, closed_book_rejects=settings.closed_book == "reject")
