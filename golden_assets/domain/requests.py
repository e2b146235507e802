"""What a run asks for when it does not say it, and requests that contradict themselves, or the limits that their answer is held against."""

from collections.abc import Mapping

from pydantic import Field

from golden_assets.domain.documents import Record
from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.testsets import GenerationRequest, QuestionType


class RequestDefaults(Record):
    """What holds for every run: rows when it names no number, the most that it may ask for, the shares of question types (none: those of
    the generator), and the language by its English name.
    """

    size: int = Field(20, ge=1)
    max_size: int = Field(100_000, ge=1)
    question_types: dict[QuestionType, float] = Field(default_factory=dict)
    language: str = "english"

    def choose_size(self, asked: int | None) -> int:
        """The size that was asked for, or the default. Raises `ConfigurationError` when it is more than may be asked for."""
        size = self.size if asked is None else asked
        if size > self.max_size:
            raise ConfigurationError(
                f"{size} rows are more than max_size, {self.max_size}", "ask for fewer, or raise max_size in the settings"
            )
        return size

    def request(self, size: int | None, seed: int, of_generator: Mapping[QuestionType, float]) -> GenerationRequest:
        """What a run asks for that names a size or none; ``of_generator`` are the generator's own shares. Raises like `choose_size`."""
        shares = self.question_types or dict(of_generator)
        return GenerationRequest(size=self.choose_size(size), seed=seed, question_types=shares, language=self.language)


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
