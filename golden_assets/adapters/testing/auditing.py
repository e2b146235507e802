"""An auditor for stores in memory, which cannot be forged."""

from golden_assets.domain.versions.versions import Verification


class InMemoryRegistryAuditor:
    """A `RegistryAuditor` that counts in ``kept`` how often a head was to be kept; ``problems`` are what it says prevented it."""

    def __init__(self) -> None:
        self.kept = 0
        self.problems: tuple[str, ...] = ()

    async def verify(self, version: str | None = None) -> list[Verification]:  # noqa: ARG002
        """Nothing to check."""
        return []

    async def keep_head(self) -> tuple[str, ...]:
        """Count it."""
        self.kept += 1
        return self.problems
