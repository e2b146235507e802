"""The runner that the settings ask for, with the names of tasks and evaluators resolved."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING

from golden_assets.adapters.experiments import evaluators
from golden_assets.adapters.experiments.baseline_task import BaselineTask
from golden_assets.adapters.experiments.judges import JUDGES, JudgeEvaluator
from golden_assets.adapters.experiments.runner import PhoenixExperimentRunner, Workshop
from golden_assets.adapters.experiments.tasks import FunctionTask
from golden_assets.adapters.phoenix.experiments import PhoenixExperimentPublisher
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.experiment import BASELINE_TASK, ENDPOINT_TASK
from golden_assets.domain.experiments.metrics import METRICS
from golden_assets.settings.settings import Settings

if TYPE_CHECKING:
    from golden_assets.adapters.experiments.runner import PhoenixExperimentRunner
    from golden_assets.domain.ports.experiments import Evaluator, ExperimentStore, Task
    from golden_assets.domain.ports.models import ChatModel
    from golden_assets.domain.ports.publishing import DatasetPublisher
    from golden_assets.domain.ports.stores import ArtifactStore
    from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion


def open_experiment_runner(
    settings: Settings,
    store: "ExperimentStore",
    phoenix: Callable[[], str],
    datasets: "DatasetPublisher",
    publish: "Callable[[str], Awaitable[PublishedDataset]]",
    loader: "TaskAndEvaluatorLoader",
) -> "PhoenixExperimentRunner":
    """A runner over the registry and Phoenix.

    Args:
        settings: those of the testset.
        store: which experiments there are.
        phoenix: finds the address of Phoenix when it is needed.
        datasets: what is in Phoenix.
        publish: brings a version to Phoenix, and puts on record where it is.
        loader: finds tasks and evaluators by their names.
    """
    return PhoenixExperimentRunner(
        store=store,
        publisher=PhoenixExperimentPublisher(
            phoenix,
            settings.phoenix_api_key,
            timeout_seconds=settings.phoenix_timeout_seconds,
            attempts=settings.phoenix_attempts,
            ca_file=settings.phoenix_ca_file,
        ),
        datasets=datasets,
        publish=publish,
        workshop=Workshop(loader.open_task, loader.open_evaluators),
    )


class TaskAndEvaluatorLoader:
    """Finds tasks and evaluators by their names.

    Args:
        settings: those of the testset.
        artifacts: where the documents of a version are.
        model: makes the chat model, every call in the ledger, when a judge needs it.
    """

    def __init__(self, settings: Settings, artifacts: "ArtifactStore", model: "Callable[[], ChatModel]") -> None:
        self._settings = settings
        self._artifacts = artifacts
        self._model = model

    async def open_task(self, name: str, version: "StoredVersion") -> "Task":
        """The task of this name. Raises `ExperimentError`, `ConfigurationError`."""
        if name == BASELINE_TASK:
            return await self._baseline_task(version)
        if name == ENDPOINT_TASK:
            from golden_assets.adapters.experiments.endpoint_task import open_endpoint_task

            return open_endpoint_task(self._settings)
        return await asyncio.to_thread(FunctionTask, name)

    def open_evaluators(self, names: Sequence[str]) -> "list[Evaluator]":
        """The evaluators of these names, each once. Raises `ExperimentError`, `ConfigurationError`."""
        made = [self._evaluator(name) for name in dict.fromkeys(names)]
        if not made:
            raise ExperimentError("no evaluator is named", "name at least one")
        if len({evaluator.name for evaluator in made}) < len(made):
            raise ExperimentError("two evaluators give scores of the same name", "rename one of the functions")
        return made

    async def _baseline_task(self, version: "StoredVersion") -> "Task":
        corpus = await self._artifacts.find_corpus(version.summary.corpus_hash)
        if corpus is None:
            problem = f"the documents of version {version.summary.version} are not in the store, so the baseline task cannot read them"
            raise ExperimentError(problem, "name a task of your own: --task package.module:function")
        return await asyncio.to_thread(BaselineTask, corpus)

    def _evaluator(self, name: str) -> "Evaluator":
        if name in METRICS:
            return evaluators.MetricEvaluator(name)
        if name == evaluators.SIMILARITY:
            from golden_assets.adapters.models.minilm import MiniLMEmbedder

            return evaluators.SimilarityEvaluator(MiniLMEmbedder())
        if name in JUDGES:
            return JudgeEvaluator(name, self._judge())
        if ":" not in name:
            known = ", ".join([*METRICS, evaluators.SIMILARITY, *JUDGES])
            raise ExperimentError(f"{name!r} is not an evaluator", f"choose from {known}, or name a function: package.module:function")
        return evaluators.FunctionEvaluator(name)

    def _judge(self) -> "ChatModel":
        """The chat model of the settings, every call in the ledger."""
        if self._settings.writes_offline:
            raise ExperimentError("judges need a language model, and none is configured", "set OPENAI_API_KEY, or leave the judges out")
        return self._model()
