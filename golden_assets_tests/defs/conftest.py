"""The graph over in-memory ports: what the Dagster layer does, seen without a server. The end-to-end tests run it over the real ones."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from golden_assets.adapters.experiments.evaluators import MetricEvaluator
from golden_assets.adapters.experiments.runner import PhoenixExperimentRunner, Workshop
from golden_assets.adapters.reference_data import background_of
from golden_assets.adapters.testing import (
    InMemoryAlertDesk,
    InMemoryArtifactStore,
    InMemoryDocumentLibrary,
    InMemoryDocumentSource,
    InMemoryExperimentPublisher,
    InMemoryExperimentStore,
    InMemoryVersionStore,
    RecordingDatasetPublisher,
)
from golden_assets.definitions import build_definitions
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.costs.budgets import BudgetShare, Pause
from golden_assets.domain.costs.calls import Budget, CostLine, Estimate, Grouping
from golden_assets.domain.experiments.experiment import TaskAnswer
from golden_assets.domain.monitoring.service_levels import OperationCount
from golden_assets.domain.ports.experiments import Evaluator
from golden_assets.domain.ports.generation import Progress
from golden_assets.domain.ports.models import Embedder
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.domain.testsets.testset import GenerationRequest, QuestionType, Testset, TestsetRow, TokenUsage
from golden_assets.domain.versions.promotion import OperatingRules
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion, Verification
from golden_assets.services.publish import place_in_phoenix
from golden_assets_tests.factories import TARGETS, a_corpus, a_testset, rows_on

os.environ["DAGSTER_DISABLE_TELEMETRY"] = "1"


FOREIGN_QUESTIONS = Thresholds(max_misfit_share=1.0, max_regression=1.0)
"""For versions whose questions have nothing to do with their passages, as far as an embedder without sense can see."""


class RowsGenerator:
    """A `TestsetGenerator` that returns prepared rows; ``spoil`` turns them into what a test wants to see fail."""

    name = "prepared rows"
    code_version = "1"
    model = "extractive"
    default_question_types: Mapping[QuestionType, float] = TARGETS

    def supported_types(self, corpus: Corpus, request: GenerationRequest) -> dict[QuestionType, float]:
        return dict(request.question_types)

    def __init__(self) -> None:
        self.calls: list[GenerationRequest] = []
        self.bases: list[Testset | None] = []
        self.shortfall = 0
        self.start = 0
        self.spoil = lambda rows: rows

    async def generate(self, corpus: Corpus, request: GenerationRequest, progress: Progress, base: Testset | None = None) -> Testset:
        self.calls.append(request)
        self.bases.append(base)
        rows = self.spoil(rows_on(corpus, request.size - self.shortfall, self.start))
        progress("rows", len(rows), request.size)
        usage = TokenUsage(calls=len(rows), prompt_tokens=100, completion_tokens=10, cost_usd=0.5)
        return a_testset(rows, corpus, request=request, usage=usage, duration_seconds=1.5)


class OrthogonalEmbedder:
    """Every text is unlike every other one."""

    name = "orthogonal"
    usage = TokenUsage()

    async def embed(self, texts: list[str]) -> list[list[float]]:
        return [[float(row == column) for column in range(len(texts))] for row in range(len(texts))]


class ScriptedJudge:
    """A `RowCritic` that finds what a test says, and nothing by itself."""

    version = ""

    def __init__(self) -> None:
        self.findings: Callable[[TestsetRow], tuple[Finding, ...]] = lambda row: ()

    async def judge(self, row: TestsetRow) -> tuple[Finding, ...]:
        return self.findings(row)


class LimitedBudget:
    """A `BudgetPlanner` at a dollar a row, of which ``left`` dollars may be spent."""

    def __init__(self) -> None:
        self.left: float | None = None
        self.spent = 0.0
        self.pause: Pause | None = None
        self.asked: list[int] = []
        self.kept: list[tuple[TestsetRow, ...]] = []

    async def plan(self, rows: int, kept: Sequence[TestsetRow] = ()) -> Budget:
        self.asked.append(rows)
        self.kept.append(tuple(kept))
        estimate = Estimate(calls=rows, calls_low=rows, calls_high=rows, cost_usd=rows, basis="a dollar a row")
        return await self.beside(estimate)

    async def beside(self, estimate: Estimate) -> Budget:
        return Budget(estimate=estimate, limits=tuple(await self.limits()), pause=self.pause)

    async def limits(self) -> list[BudgetShare]:
        limit = [] if self.left is None else [BudgetShare(period="day", limit_usd=self.left + self.spent, spent_usd=self.spent)]
        return [one.model_copy(update={"alert_shares": (0.5, 0.8, 1.0)}) for one in limit]

    def spend(self, usd: float) -> None:
        self.spent += usd
        self.left = None if self.left is None else self.left - usd


class ScriptedBooks:
    """`CostBooks` with what a test puts in."""

    def __init__(self) -> None:
        self.lines: dict[Grouping, list[CostLine]] = {}
        self.limits: list[BudgetShare] = []
        self.asked: list[str] = []

    async def costs(self, days: int, by: Grouping) -> list[CostLine]:
        return self.lines.get(by, [])

    async def cost_of(self, call_ids: Sequence[str]) -> float:
        self.asked = list(call_ids)
        return 0.25 * len(call_ids)

    async def budget_shares(self) -> list[BudgetShare]:
        return self.limits


class ScriptedRag:
    """The tasks of a test, by name: a function of the row that gives the answer, or raises. ``baseline`` knows every answer."""

    def __init__(self) -> None:
        self.tasks: dict[str, Callable[[TestsetRow], str]] = {"baseline": lambda row: row.reference}

    async def open(self, name: str, version: StoredVersion) -> "ScriptedTask":
        return ScriptedTask(name, self.tasks[name])


class ScriptedTask:
    """A task by a function."""

    def __init__(self, name: str, function: Callable[[TestsetRow], str]) -> None:
        self.name = self.fingerprint = name
        self._function = function

    async def answer(self, row: TestsetRow) -> TaskAnswer:
        return TaskAnswer(answer=self._function(row))


def open_metrics(names: Sequence[str]) -> list[Evaluator]:
    """The one that needs nothing."""
    return [MetricEvaluator("exact_match")]


class ScriptedMonitor:
    """A `RegistryMonitor` that knows what a test says."""

    def __init__(self) -> None:
        self.counts: list[OperationCount] = []
        self.timed = 0

    async def time_queries(self) -> None:
        self.timed += 1

    async def count_operations(self, days: int) -> list[OperationCount]:
        return self.counts


class ScriptedAuditor:
    """A `RegistryAuditor` that knows what a test says, and counts the heads that it was to keep."""

    def __init__(self) -> None:
        self.checks: list[Verification] = []
        self.heads = 0
        self.problems: tuple[str, ...] = ()

    async def verify(self, version: str | None = None) -> list[Verification]:
        return self.checks

    async def keep_head(self) -> tuple[str, ...]:
        self.heads += 1
        return self.problems


ELSEWHERE = str(Path(__file__).parent)
"""A folder that is there; the documents that tests read from it are in memory."""


class World:
    """The graph, the fakes under it, and an instance that remembers."""

    def __init__(self, instance: dg.DagsterInstance, testset: str | None = None) -> None:
        self.instance = instance
        self.testset = testset
        self.source = self.elsewhere = InMemoryDocumentSource(a_corpus().documents)
        self.docs: str | None = None
        self.artifacts = InMemoryArtifactStore()
        self.versions = InMemoryVersionStore()
        self.publisher = RecordingDatasetPublisher()
        self.rag = ScriptedRag()
        self.experiment_store = InMemoryExperimentStore()
        self.experiments = PhoenixExperimentRunner(
            self.experiment_store, InMemoryExperimentPublisher(), self.publisher, self._publish, Workshop(self.rag.open, open_metrics)
        )
        self.generator = RowsGenerator()
        self.thresholds = Thresholds(max_misfit_share=1.0)  # to an embedder without sense some questions are foreign to their passages
        self.min_change = 0.0
        self.rules = OperatingRules(settle_seconds=0)
        self.alerts = InMemoryAlertDesk()
        self.monitor = ScriptedMonitor()
        self.auditor = ScriptedAuditor()
        self.defaults = RequestDefaults(size=8, max_size=50)
        self.budget = LimitedBudget()
        self.judge = ScriptedJudge()
        self.embedder: Embedder = OrthogonalEmbedder()
        self.books = ScriptedBooks()

    async def _publish(self, number: str) -> PublishedDataset:
        return await place_in_phoenix(self.versions, self.publisher, number)

    @property
    def definitions(self) -> dg.Definitions:
        return build_definitions(
            {
                "documents": InMemoryDocumentLibrary(self.source, self.docs, **{ELSEWHERE: self.elsewhere}),
                "artifacts": self.artifacts,
                "generator": self.generator,
                "budget": self.budget,
                "books": self.books,
                "defaults": self.defaults,
                "min_change": self.min_change,
                "rules": self.rules,
                "alerts": self.alerts,
                "monitor": self.monitor,
                "auditor": self.auditor,
                "embedder": self.embedder,
                "judge": self.judge,
                "background": background_of,
                "thresholds": self.thresholds,
                "versions": self.versions,
                "publisher": self.publisher,
                "experiments": self.experiments,
            },
            testset=self.testset,
        )

    def run(self, job: str = "build_testset_job", size: int | None = 8, **options: Any) -> dg.ExecuteInProcessResult:
        """One job in this process; ``options`` go to Dagster."""
        ops = {"generated_testset": {"config": {"size": size}}} if job == "build_testset_job" else {}
        options = {"run_config": {"ops": ops}} | options
        return self.definitions.resolve_job_def(job).execute_in_process(instance=self.instance, raise_on_error=False, **options)

    def check(self, name: str, asset: str = "active_version") -> dg.ExecuteInProcessResult:
        """One asset check alone, as the UI evaluates it."""
        job = dg.define_asset_job("check_job", selection=dg.AssetSelection.checks(dg.AssetCheckKey(dg.AssetKey(asset), name)))
        defs = dg.Definitions.merge(self.definitions, dg.Definitions(jobs=[job]))
        return defs.resolve_job_def("check_job").execute_in_process(instance=self.instance, raise_on_error=False)

    def tick(self, sensor: str, cursor: str | None = None) -> Any:
        """Evaluate a sensor as the daemon does."""
        defs = self.definitions
        context = dg.build_sensor_context(instance=self.instance, definitions=defs, resources=defs.resources, cursor=cursor)
        return defs.resolve_sensor_def(sensor)(context)


@pytest.fixture
def world() -> World:
    with dg.DagsterInstance.ephemeral() as instance:
        yield World(instance)


def metadata_of(result: dg.ExecuteInProcessResult, asset: str) -> dict[str, Any]:
    """Plain metadata of an asset's materialization in this run."""
    (materialization,) = [one for one in result.asset_materializations_for_node(asset) if one.asset_key.path[-1] == asset]
    return {key: value.value for key, value in materialization.metadata.items()}


def verdicts_of(result: dg.ExecuteInProcessResult) -> dict[str, bool]:
    """Whether each evaluated check holds nothing up: it passed, or could not judge."""
    unjudged = dg.MetadataValue.text("not judged")
    return {
        evaluation.check_name: evaluation.passed or evaluation.metadata.get("verdict") == unjudged
        for evaluation in result.get_asset_check_evaluations()
    }
