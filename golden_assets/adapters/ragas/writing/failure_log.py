"""What went wrong while rows were written, and whether to continue."""

from typing import NamedTuple

from golden_assets.domain.core.errors import GenerationError, ModelAuthenticationError, ModelError, ModelUnavailableError
from golden_assets.domain.testsets.testset import RowFailure


class Journal:
    """Collects failures. Their order does not depend on when they happened.

    Args:
        patience: failed calls, with not one answered, after which the run is given up.
    """

    def __init__(self, patience: int) -> None:
        self._patience = patience
        self._failures: dict[tuple[str, str], RowFailure] = {}
        self._tally = Tally(0, 0, 0)
        self._last_error: ModelError | None = None

    @property
    def failures(self) -> tuple[RowFailure, ...]:
        """Every failure, sorted by subject and reason."""
        return tuple(failure for _, failure in sorted(self._failures.items()))

    def answered(self) -> None:
        """A model call was answered."""
        self._tally = self._tally._replace(answered=self._tally.answered + 1)

    def declined(self) -> None:
        """The model said that nothing honest can be asked; this is not a failure."""
        self._tally = self._tally._replace(declined=self._tally.declined + 1)

    def failed(self, subject: str, error: ModelError) -> None:
        """A model call failed.

        Raises:
            ModelAuthenticationError, ModelUnavailableError: no other call could succeed.
            GenerationError: nothing was ever answered.
        """
        if isinstance(error, ModelAuthenticationError | ModelUnavailableError):
            raise error
        self.note(subject, error.problem, error.remedy)
        self._last_error = error
        self._tally = self._tally._replace(failed=self._tally.failed + 1)
        if self._tally.failed >= self._patience and not self._tally.heard:
            raise self.nothing_written()

    def note(self, subject: str, reason: str, remedy: str) -> None:
        """Add a failure; the same one twice is one."""
        self._failures[subject, reason] = RowFailure(subject=subject, reason=reason, remedy=remedy)

    def nothing_written(self) -> GenerationError:
        """Why not a single row was written."""
        error = self._last_error
        if error is not None and not self._tally.heard:
            return GenerationError(
                f"no row was written: all {self._tally.failed} model calls failed, the last with: {error.problem}", error.remedy
            )
        return GenerationError(f"no row was written: {self._tally}", "add documents with more prose, or configure another model")

    @property
    def summary(self) -> str:
        """How the model calls went, in words."""
        return str(self._tally)


class Tally(NamedTuple):
    """Model calls by outcome."""

    answered: int
    declined: int
    failed: int

    @property
    def heard(self) -> int:
        """Calls that the model reacted to as it should."""
        return self.answered + self.declined

    def __str__(self) -> str:
        return f"the model answered {self.answered} calls, declined {self.declined} and failed in {self.failed}"
