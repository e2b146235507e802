"""One conversation with the registry: open the manager, ask, close. Versions are meant by number or by the word ``active``."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TypeVar

import click

from golden_assets.domain.core.errors import VersionNotFoundError
from golden_assets.domain.versions.version_numbers import parse_version
from golden_assets.manager import GoldenTestsetManager
from golden_assets.settings.settings import settings_for

ACTIVE = "active"
Answer = TypeVar("Answer")


def ask(question: Callable[[GoldenTestsetManager], Awaitable[Answer]], testset_name: str | None = None) -> Answer:
    """The answer of the registry that is configured; the embedded server is started if need be."""

    async def _talk() -> Answer:
        async with GoldenTestsetManager(testset_name=testset_name, tell=partial(click.echo, err=True)) as manager:
            return await question(manager)

    return asyncio.run(_talk())


def show_in_dagster(testset_name: str | None = None) -> None:
    """Let Dagster show which version is active after a command has changed that."""
    from golden_assets.cli.local.dagster_home import show_active_version

    settings = settings_for(testset_name)
    if testset_name in (None, settings.testset_name):
        show_active_version(settings, ask(GoldenTestsetManager.list_versions, testset_name))


async def active_number(manager: GoldenTestsetManager) -> str | None:
    """The number of the active version, without loading it."""
    return next((summary.version for summary in await manager.list_versions() if summary.status == "active"), None)


async def number_of(manager: GoldenTestsetManager, version: str) -> str:
    """The number that is meant. Raises `InvalidVersionError`, `VersionNotFoundError` (nothing is active)."""
    if version != ACTIVE:
        return str(parse_version(version))
    number = await active_number(manager)
    if number is None:
        raise VersionNotFoundError("no version is active", "activate one: `golden-assets activate VERSION`")
    return number
