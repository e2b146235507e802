"""The alert desk: alerts in PostgreSQL, sent from there, so that none is lost while a sink is down and none holds up a run."""

import asyncio
import re
from collections.abc import Iterable, Sequence

from golden_assets.adapters.postgres.database import Database, statement
from golden_assets.domain.core.errors import AlertError
from golden_assets.domain.monitoring.alerts import Alert, AlertSender, Delivery

LEASE_SECONDS = 120.0
"""How long a claimed alert is left to the process that claimed it: longer than a sender takes to give up."""
_CREDENTIALS = re.compile(r"(?<=://)[^/\s@]+@")
_SHORTEST = 6
"""Shorter secrets are not sought: replacing them would hit ordinary words."""


class PostgresAlertDesk:
    """An `AlertDesk` over the tables ``golden_alerts`` and ``golden_alert_deliveries``.

    Args:
        database: the registry's.
        senders: where alerts go; with none they are only kept.
        hourly_limit: messages per sink and hour; what is above waits.
        secrets: what must not appear in any alert.
    """

    def __init__(
        self, database: Database, senders: Sequence[AlertSender] = (), hourly_limit: int = 20, secrets: Iterable[str] = ()
    ) -> None:
        self._database = database
        self._senders = tuple(senders)
        self._hourly_limit = hourly_limit
        self._secrets = tuple(secrets)

    @property
    def sinks(self) -> tuple[str, ...]:
        """Where alerts go."""
        return tuple(sender.name for sender in self._senders)

    async def record(self, alerts: Sequence[Alert]) -> int:
        """Keep alerts, secrets redacted; how many of them are new. Raises `ServerError`."""
        new = 0
        for alert in alerts:
            values = {name: redacted(value, self._secrets) for name, value in alert.model_dump().items()}
            found = await self._database.run(lambda connection, _, v=values: connection.execute(statement("record_alert"), v))  # type: ignore[misc]
            new += bool(found.scalar())
        return new

    async def deliver(self) -> Delivery:
        """Send what is due, the oldest first; after a failure the sink is left alone until the next time. Raises `ServerError`."""
        delivered, failures = 0, []
        for sender in self._senders:
            count, failure = await self._deliver_to(sender)
            delivered += count
            failures += [failure] if failure else []
        return Delivery(delivered=delivered, failures=tuple(failures))

    async def reached_cost_shares(self) -> list[tuple[str, float]]:
        """(period, share of its cost limit) of the last 31 days. Raises `ServerError`."""
        found = await self._database.run(lambda connection, _: connection.execute(statement("reached_cost_shares")))
        return [(row.period, row.share) for row in found]

    async def pending(self) -> int:
        """Alerts that have not arrived everywhere. Raises `ServerError`."""
        sinks = {"sinks": list(self.sinks)}
        found = await self._database.run(lambda connection, _: connection.execute(statement("pending_alerts"), sinks))
        return int(found.scalar() or 0)

    async def _deliver_to(self, sender: AlertSender) -> tuple[int, str | None]:
        claim = {"sink": sender.name, "hourly_limit": self._hourly_limit, "lease_seconds": LEASE_SECONDS}
        found = await self._database.run(lambda connection, _: connection.execute(statement("claim_alerts"), claim))
        delivered, failure = 0, None
        for row in found.mappings().all():
            alert = Alert(**{name: value for name, value in row.items() if name != "id"})
            failure = failure or await self._send(sender, alert)
            outcome = {"alert_id": row["id"], "sink": sender.name, "error": failure}
            await self._database.run(lambda connection, _, o=outcome: connection.execute(statement("finish_alert"), o))  # type: ignore[misc]
            delivered += failure is None
        return delivered, failure

    async def _send(self, sender: AlertSender, alert: Alert) -> str | None:
        """Why it did not arrive, or None."""
        try:
            await asyncio.to_thread(sender.send, alert)
        except AlertError as error:
            return redacted(str(error), self._secrets)
        return None


def redacted(text: str, secrets: Iterable[str]) -> str:
    """The text with every secret, and user and password of every URL, as ``***``; without NUL, which PostgreSQL does not hold."""
    for secret in sorted((secret for secret in secrets if len(secret) >= _SHORTEST), key=len, reverse=True):
        text = text.replace(secret, "***")
    return _CREDENTIALS.sub("***@", text).replace("\x00", "")
