"""Importing RAGAS late, silently, and off the event loop."""

import asyncio
import importlib
import os
from typing import TYPE_CHECKING

from golden_assets.domain.ports.models import ChatModel

if TYPE_CHECKING:
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient

QUIET = {"RAGAS_DO_NOT_TRACK": "true", "TQDM_DISABLE": "1"}
"""RAGAS reads these when it is imported; its telemetry blocks the event loop, and behind a closed network for 26 s."""


def import_toolkit() -> None:
    """Import ragas (6 to 10 s, whichever part of it is named: its ``__init__`` imports the rest). Does nothing the second time."""
    os.environ.update(QUIET)
    importlib.import_module("golden_assets.adapters.ragas.client.ragas_client")
    analytics = importlib.import_module("ragas._analytics")
    vars(analytics)["user_data_dir"] = _no_directory  # even untracked, it makes a file with an id of this installation in the user's home


def _no_directory(appname: str) -> str:
    """Makes RAGAS's telemetry fall back to an id that is never stored."""
    raise OSError(f"{appname} keeps no data here")


async def load_ragas(model: ChatModel, max_concurrency: int, language: str) -> "RagasClient":
    """A client; the import happens in a thread, so that servers and timers of the caller go on meanwhile."""
    await asyncio.to_thread(import_toolkit)
    from golden_assets.adapters.ragas.client.ragas_client import RagasClient

    return RagasClient(model, max_concurrency, language)
