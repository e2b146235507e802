"""Importing RAGAS late, silently, and off the event loop; and the examples in its prompts, which a model may copy instead of writing."""

import asyncio
import importlib
import os
from typing import TYPE_CHECKING

from golden_assets.domain.ports.models import ChatModel
from golden_assets.domain.quality.leakage import Pair

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


MODULES = ("ragas.testset.synthesizers.single_hop.prompts", "ragas.testset.synthesizers.multi_hop.prompts")


def example_rows() -> tuple[Pair, ...]:
    """Question and answer of each; imports ragas, which takes 6 s where nothing has done so before."""
    import_toolkit()
    prompts = [importlib.import_module(module).QueryAnswerGenerationPrompt for module in MODULES]
    return tuple((written.query, written.answer) for prompt in prompts for _, written in prompt.examples)
