"""The chat model: reads the input out of a prompt and fills the schema it is asked for.

The entities of a passage are the terms of its askable facts, so that a later request for a question about (passage, term) gets
the very fact the term came from. A passage without askable facts has no entities.
"""

from functools import lru_cache, partial
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from typing import Final

from pydantic import ValidationError

from golden_assets.adapters.extractive import answers
from golden_assets.adapters.extractive.answers import input_of
from golden_assets.adapters.extractive.facts import facts_of
from golden_assets.adapters.extractive.merits import BEST, SURE
from golden_assets.domain.core.errors import ModelError
from golden_assets.domain.ports.models import AnySchema, Selective
from golden_assets.domain.testsets.testset import QuestionType, TokenUsage

DEFAULT_QUESTION_TYPES: Final[dict[QuestionType, float]] = {"single_hop_specific": 0.75, "multi_hop_specific": 0.25}
"""Questions on abstract themes are not offered: they need a model that can generalise."""


@lru_cache(maxsize=1)
def rules_version() -> str:
    """SHA-256 over the source and word lists of this package and the dictionary's version: changes whenever an answer could."""
    entries = [entry for folder in (files(__package__), files(f"{__package__}.grammar")) for entry in folder.iterdir()]
    sources = sorted((entry.name, entry.read_bytes()) for entry in entries if entry.name.endswith((".py", ".toml")))
    digest = sha256(version("lemminflect").encode())
    for name, source in sources:
        digest.update(name.encode() + b"\0" + source.replace(b"\r\n", b"\n"))
    return digest.hexdigest()


def _promise(least_merit: int, text: str) -> int:
    """The merit of the best fact of a text, 0 if it is too small."""
    return max((fact.merit for fact in facts_of(text) if fact.merit >= least_merit), default=0)


class _Calls:
    """The calls of a model, with those of its stricter selves."""

    made = 0


class ExtractiveModel:
    """A `golden_assets.domain.ports.models.ChatModel` that works by rule.

    Args:
        least_merit: of the facts that it asks about, see `merits.merit_of`.
    """

    def __init__(self, least_merit: int = 0) -> None:
        self._least_merit = least_merit
        self._calls = _Calls()

    @property
    def name(self) -> str:
        """``extractive``."""
        return "extractive"

    @property
    def version(self) -> str:
        """See `rules_version`."""
        return rules_version()

    @property
    def usage(self) -> TokenUsage:
        """The number of calls; tokens and cost are always zero."""
        return TokenUsage(calls=self._calls.made)

    def selective(self) -> tuple[Selective, ...]:
        """The models that ask the best, and all that surely reads well; their calls count here as well."""
        return tuple(Selective(self._with(merit), partial(_promise, merit)) for merit in (BEST, SURE))

    def _with(self, least_merit: int) -> "ExtractiveModel":
        """The model for facts of this merit and more."""
        stricter = ExtractiveModel(least_merit)
        stricter._calls = self._calls
        return stricter

    async def complete(self, prompt: str, schema: type[AnySchema], *, purpose: str) -> AnySchema:
        """Answer a prompt of the testset generator.

        Args:
            prompt: rendered prompt, with the input as JSON behind its last ``input:``.
            schema: what to answer with; recognised by its fields.
            purpose: the stage, named in errors only.

        Raises:
            ModelError: the prompt holds no input, or the schema is none this model knows.
            UnanswerableError: no question can be written for this term from this context.
        """
        self._calls.made += 1
        answer = answers.answer(prompt, input_of(prompt), frozenset(schema.model_fields), self._least_merit)
        try:
            return schema.model_validate(answer)
        except ValidationError as error:
            problem = f"extractive cannot fill {schema.__name__} ({purpose}): {error.error_count()} fields do not fit"
            raise ModelError(problem, "use a chat model behind an endpoint for this task") from error
