"""Models whose calls are spans: the stage, the model, tokens and cost, and, where content is traced, prompt and answer."""

from collections.abc import Sequence

from golden_assets.adapters.tracing import span
from golden_assets.domain.core.errors import UnanswerableError
from golden_assets.domain.ports.models import AnySchema, ChatModel, Embedder, Selective, SelectiveModel
from golden_assets.domain.testsets.testset import TokenUsage


class TracedModel:
    """A `ChatModel` over another one, each call a span."""

    def __init__(self, inner: ChatModel) -> None:
        self._inner = inner
        self.name = inner.name
        self.version = inner.version

    @property
    def usage(self) -> TokenUsage:
        """What the inner model used."""
        return self._inner.usage

    def selective(self) -> Sequence[Selective]:
        """The inner model's, traced as well."""
        found = self._inner.selective() if isinstance(self._inner, SelectiveModel) else ()
        return [one._replace(model=TracedModel(one.model)) for one in found]

    async def complete(self, prompt: str, schema: type[AnySchema], *, purpose: str) -> AnySchema:
        """As the inner model does. That it declines is an answer, and no error of the span."""
        with span(purpose, "LLM", model=self.name) as call:
            call.text(input=prompt)
            try:
                answer = await self._inner.complete(prompt, schema, purpose=purpose)
            except UnanswerableError as declined:
                call.set(declined=True)
                refusal = declined
            else:
                call.text(output=answer.model_dump_json())
                return answer
        raise refusal


class TracedEmbedder:
    """An `Embedder` over another one, each request for vectors a span."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner
        self.name = inner.name

    @property
    def usage(self) -> TokenUsage:
        """What the inner embedder used."""
        return self._inner.usage

    async def embed(self, texts: Sequence[str]) -> Sequence[Sequence[float]]:
        """As the inner embedder does."""
        with span("embed", "EMBEDDING", model=self.name, texts=len(texts)):
            return await self._inner.embed(texts)
