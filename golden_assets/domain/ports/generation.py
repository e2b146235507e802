"""Who writes testsets, and how long work says how far it is."""

from collections.abc import Callable
from typing import Protocol

from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.testsets.testset import GenerationRequest, QuestionType, Testset

Progress = Callable[[str, int, int], None]
"""Called with (stage, done, total) during long work."""


class TestsetGenerator(Protocol):
    """Writes a testset from a corpus."""

    @property
    def name(self) -> str:
        """What writes the rows, e.g. ``ragas 0.4.3 with extractive``."""
        ...

    @property
    def code_version(self) -> str:
        """Hash of prompts and parameters: changes whenever the same request could give other rows."""
        ...

    def supported_types(self, corpus: Corpus, request: GenerationRequest) -> dict[QuestionType, float]:
        """The shares of question types that the documents can yield: those of the request, or as near to them as possible."""
        ...

    @property
    def default_question_types(self) -> dict[QuestionType, float]:
        """The shares used when the user names none."""
        ...

    @property
    def model(self) -> str:
        """The name of the chat model, as it is written into rows."""
        ...

    @property
    def calls(self) -> int:
        """Model calls so far, answers that were kept included; those of the embedded model too."""
        ...

    async def generate(self, corpus: Corpus, request: GenerationRequest, progress: Progress, base: Testset | None = None) -> Testset:
        """Write at most ``request.size`` rows; what cannot be written is in ``Testset.failures``.

        Rows of ``base`` that still hold on this corpus stay (see `golden_assets.domain.generation.regeneration`), unless critics reject
        them and no person vouches for them (see `golden_assets.domain.testsets.human_override`); only the others are written.
        ``Testset.usage`` is what this generation cost, not what ``base`` did.

        Raises:
            ConfigurationError: the request asks for something this generator cannot do.
            GenerationError: not a single row could be written.
        """
        ...
