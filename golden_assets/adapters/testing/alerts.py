"""Alerts and an auditor in memory, for tests."""

from collections.abc import Sequence

from golden_assets.domain.monitoring.alerts import Alert, Delivery
from golden_assets.domain.versions.versions import Verification


class InMemoryAlertDesk:
    """An `AlertDesk` that keeps alerts by key in ``alerts`` and moves them to ``delivered`` when it delivers."""

    def __init__(self) -> None:
        self.alerts: dict[str, Alert] = {}
        self.delivered: list[Alert] = []
        self.cost_shares: list[tuple[str, float]] = []

    async def record(self, alerts: Sequence[Alert]) -> int:
        """Keep alerts; how many of them are new."""
        before = len(self.alerts)
        self.alerts = {alert.key: alert for alert in alerts} | self.alerts
        return len(self.alerts) - before

    async def deliver(self) -> Delivery:
        """Everything that was not delivered yet."""
        due = [alert for alert in self.alerts.values() if alert not in self.delivered]
        self.delivered += due
        return Delivery(delivered=len(due))

    async def reached_cost_shares(self) -> list[tuple[str, float]]:
        """``cost_shares``."""
        return list(self.cost_shares)


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
