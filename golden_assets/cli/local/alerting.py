"""Alerts that a command raises: kept and sent at once if that works, else sent by `alert_sensor` later."""

import asyncio
from collections.abc import Sequence

import click

from golden_assets.application import Application
from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.monitoring.alerts import Alert
from golden_assets.settings.settings import chosen_settings


def tell(alerts: Sequence[Alert]) -> None:
    """Keep and send; what goes wrong is said on standard error and does not fail the command."""
    try:
        failures = asyncio.run(_tell(alerts))
    except GoldenAssetsError as error:
        failures = (str(error),)
    for failure in failures:
        click.echo(f"warning: the alert is not delivered yet: {failure}", err=True)


async def _tell(alerts: Sequence[Alert]) -> tuple[str, ...]:
    desk = Application(chosen_settings()).alerts
    await desk.record(alerts)
    return (await desk.deliver()).failures
