"""How many rows a testset is asked to have."""

from pydantic import Field

from golden_assets.domain.documents import Record
from golden_assets.domain.errors import ConfigurationError


class Sizes(Record):
    """Rows when a run does not say how many, and the most that a run may ask for."""

    default: int = Field(20, ge=1)
    maximum: int = Field(100_000, ge=1)

    def choose(self, asked: int | None) -> int:
        """The size that was asked for, or the default. Raises `ConfigurationError` when it is more than may be asked for."""
        size = self.default if asked is None else asked
        if size > self.maximum:
            raise ConfigurationError(
                f"{size} rows are more than max_size, {self.maximum}", "ask for fewer, or raise max_size in the settings"
            )
        return size
