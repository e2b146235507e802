"""What a run asks for when it does not say it, and requests that contradict themselves, or the limits of the gates."""

from collections.abc import Mapping

from pydantic import Field

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.testsets.testset import GenerationRequest, QuestionType, Testset

DEFAULT_SIZE = 20
"""Rows of a first testset when neither the run nor the settings name a number."""
DEFAULT_LANGUAGE = "english"


class RequestDefaults(Record):
    """What the settings say about every run: how many rows and at most how many, the shares of question types, and the language by its
    English name. What they leave open (None, or no shares) is as it was in the testset that a new one starts from.
    """

    size: int | None = Field(None, ge=1)
    max_size: int = Field(100_000, ge=1)
    question_types: dict[QuestionType, float] = Field(default_factory=dict)
    language: str | None = None

    def require_allowed(self, size: int) -> int:
        """The size. Raises `ConfigurationError` when it is more than may be asked for."""
        if size > self.max_size:
            raise ConfigurationError(
                f"{size} rows are more than max_size, {self.max_size}", "ask for fewer, or raise max_size in the settings"
            )
        return size

    def request(
        self, size: int | None, seed: int | None, of_generator: Mapping[QuestionType, float], before: GenerationRequest | None = None
    ) -> GenerationRequest:
        """What a run asks for: what it names itself, else what the settings name, else what was asked ``before``, else the defaults.

        ``of_generator`` are the generator's own shares of question types. Raises like `require_allowed`.
        """
        carried = before or GenerationRequest(size=min(DEFAULT_SIZE, self.max_size), question_types={}, language=DEFAULT_LANGUAGE)
        return GenerationRequest(
            size=self.require_allowed(size or self.size or min(carried.size, self.max_size)),
            seed=carried.seed if seed is None else seed,
            question_types=self.question_types or carried.question_types or dict(of_generator),
            language=self.language or carried.language,
        )


def carried_request(base: Testset, model: str) -> GenerationRequest:
    """What was asked for an earlier testset. Shares of question types are those of its model: another model has its own."""
    return base.request if base.model == model else base.request.model_copy(update={"question_types": {}})


def request_checks(request: GenerationRequest, thresholds: Thresholds) -> tuple[tuple[str, bool], ...]:
    """What can make a request impossible to answer well, each as a clause, and whether it is the case."""
    shares = request.question_types.values()
    return (
        (f"size {request.size} is below min_rows {thresholds.min_rows}, so no answer is large enough", request.size < thresholds.min_rows),
        ("question_types names no type", not shares),
        ("question_types has a negative share", any(share < 0 for share in shares)),
        (f"the shares of question_types sum to {sum(shares):g}, not to 1", bool(shares) and abs(sum(shares) - 1) > 1e-6),
        ("language is empty", not request.language.strip()),
    )
