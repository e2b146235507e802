"""What we give RAGAS in place of its own: a model, a tokenizer, leaner prompts, and an overlap builder that fits a handful of nodes.

Imports ragas: get at it through `golden_assets.adapters.ragas.client.lazy_import`.
"""

from typing import Any, TypeVar

from pydantic import BaseModel
from ragas.llms.base import InstructorBaseRagasLLM
from ragas.prompt import PydanticPrompt
from ragas.testset.graph import Node
from ragas.testset.transforms.relationship_builders import OverlapScoreBuilder
from ragas.tokenizers import BaseTokenizer

from golden_assets.adapters.ragas.client.priority_semaphore import PrioritySemaphore
from golden_assets.domain.ports.models import ChatModel

Answer = TypeVar("Answer", bound=BaseModel)


class CodePointTokenizer(BaseTokenizer):
    """One token per character: lossless and without data, where RAGAS's default downloads a vocabulary."""

    def encode(self, text: str) -> list[int]:
        """The code points of the text."""
        return [ord(character) for character in text]

    def decode(self, tokens: list[int]) -> str:
        """The text of the code points."""
        return "".join(map(chr, tokens))


class SharedModel(InstructorBaseRagasLLM):
    """A chat model as RAGAS calls it.

    Args:
        model: answers the prompts.
        purpose: the stage, for logs and accounts.
        semaphore: bounds the calls in flight, over all stages.
        urgency: of this stage; lower goes first.
    """

    is_async = True

    def __init__(self, model: ChatModel, purpose: str, semaphore: PrioritySemaphore, urgency: int) -> None:
        self._model = model
        self._purpose = purpose
        self._semaphore = semaphore
        self._urgency = urgency

    def generate(self, prompt: str, response_model: type[Answer]) -> Answer:
        """RAGAS calls this for synchronous models only, which ours is not."""
        raise NotImplementedError

    async def agenerate(self, prompt: str, response_model: type[Answer]) -> Answer:
        """One answer of the model, whatever it raises included."""
        async with self._semaphore.hold(self._urgency):
            return await self._model.complete(prompt, response_model, purpose=self._purpose)


class _LeanPrompt(PydanticPrompt[Any, Any]):
    """Leaves out the schema of the answer: the chat model conveys it, in ``response_format`` or at the end of the prompt."""

    def _generate_output_signature(self, indent: int = 4) -> str:  # noqa: ARG002
        return ""


def lean_prompt(prompt: PydanticPrompt[Any, Any], *, keep_examples: bool) -> PydanticPrompt[Any, Any]:
    """A RAGAS prompt without what would be sent twice, and without its examples where a model could copy them into a row."""
    kind = type(prompt)
    lean: PydanticPrompt[Any, Any] = type(f"Lean{kind.__name__}", (_LeanPrompt, kind), {})()
    lean.examples = lean.examples if keep_examples else []
    return lean


class FewNodesOverlapBuilder(OverlapScoreBuilder):
    """RAGAS's overlap builder for nodes whose noise is filtered out already.

    RAGAS takes the most frequent entity for noise; among a handful of nodes that is the very one that joins them.
    """

    def _get_noisy_items(self, nodes: list[Node], property_name: str, percent_cut_off: float = 0.05) -> list[str]:  # noqa: ARG002
        return []
