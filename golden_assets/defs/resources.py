"""The adapters behind every port, as Dagster resources, made from the settings when an asset needs them. Imported by `definitions` alone.

None of them has Dagster configuration: a URL, a key or a threshold that could be typed into the launchpad would be stored with the run.
Each is bound to a testset, whose settings it reads.
"""

import logging
from typing import TYPE_CHECKING, ClassVar, Self, TypeVar

import dagster as dg

from golden_assets.domain.alerts import AlertDesk
from golden_assets.domain.experiment_ports import ExperimentRunner
from golden_assets.domain.gates import Thresholds
from golden_assets.domain.monitoring import RegistryMonitor
from golden_assets.domain.ports import (
    ArtifactStore,
    BudgetPlanner,
    DatasetPublisher,
    DocumentLibrary,
    Embedder,
    RowCritic,
    TestsetGenerator,
    VersionStore,
)
from golden_assets.domain.promotion import OperatingRules
from golden_assets.domain.sizes import Sizes
from golden_assets.domain.testsets import QuestionType
from golden_assets.domain.trends import CostBooks
from golden_assets.settings.settings import Settings, load_settings

if TYPE_CHECKING:
    from golden_assets.adapters.postgres.calls import PostgresCallLedger

logger = logging.getLogger(__name__)
Port = TypeVar("Port")


class BoundResource(dg.ConfigurableResource[Port]):
    """A resource made from the settings of one testset; the name is no field, which the launchpad could change."""

    testset: ClassVar[str | None] = None

    @classmethod
    def of(cls, testset: str | None) -> Self:
        """The resource for a testset, or for the default one."""
        bound: type[Self] = type(cls.__name__, (cls,), {"testset": testset, "__doc__": cls.__doc__, "__module__": cls.__module__})
        return bound()

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return load_settings(self.testset)


class DocumentLibraryResource(BoundResource[DocumentLibrary]):
    """Folders and the tables of the configured database."""

    def create_resource(self, context: dg.InitResourceContext) -> DocumentLibrary:
        """A library whose default is the configured location."""
        from golden_assets.adapters.documents.library import SourceLibrary

        settings = self.settings
        url = settings.documents_url or settings.database_url
        return SourceLibrary(settings.docs, max_bytes=settings.max_document_bytes, documents_url=url)


class ArtifactStoreResource(BoundResource[ArtifactStore]):
    """The content-addressed store in PostgreSQL."""

    def create_resource(self, context: dg.InitResourceContext) -> ArtifactStore:
        """A store that works from any event loop."""
        from golden_assets.adapters.postgres.artifacts import PostgresArtifactStore
        from golden_assets.adapters.postgres.database import Pooling

        return PostgresArtifactStore(_migrated_database_url(self.settings), Pooling.PER_USE)


class VersionStoreResource(BoundResource[VersionStore]):
    """The version registry in PostgreSQL."""

    def create_resource(self, context: dg.InitResourceContext) -> VersionStore:
        """A registry that works from any event loop."""
        from golden_assets.adapters.postgres.database import Database, Pooling
        from golden_assets.adapters.postgres.versions import PostgresVersionStore

        settings = self.settings
        database = Database(
            _migrated_database_url(self.settings), Pooling.PER_USE, statement_timeout_seconds=settings.statement_timeout_seconds
        )
        return PostgresVersionStore(
            database, settings.testset_name, numbering=settings.numbering, require_approval=settings.require_approval
        )


class TestsetGeneratorResource(BoundResource[TestsetGenerator]):
    """RAGAS on the configured model."""

    def create_resource(self, context: dg.InitResourceContext) -> TestsetGenerator:
        """A generator with fresh usage counts."""
        from golden_assets.adapters.critics.opening import open_judge
        from golden_assets.adapters.critics.panel import CriticPanel
        from golden_assets.adapters.exchange.seed_rows import read_seed_rows
        from golden_assets.adapters.models.providers import open_chat_model, open_embedder, question_types
        from golden_assets.adapters.models.traced import TracedEmbedder, TracedModel
        from golden_assets.adapters.ragas.generator import RagasTestsetGenerator

        settings = self.settings
        shares = question_types(settings)
        ledger = _ledger(settings, context)
        embedder = TracedEmbedder(open_embedder(settings, ledger))
        model = TracedModel(open_chat_model(settings, ledger))
        return RagasTestsetGenerator(
            model,
            embedder,
            question_types=shares,
            offered_types=shares,
            max_concurrency=settings.max_concurrency,
            personas=[persona.model_dump() for persona in settings.personas] or None,
            named_personas=settings.named_personas,
            run_id=context.run_id,
            seed_rows=read_seed_rows(settings.seed_rows) if settings.seed_rows else (),
            critic=CriticPanel(embedder, open_judge(settings, model, embedder)),
        )


class JudgeResource(BoundResource[RowCritic]):
    """The critics that ask the configured model."""

    def create_resource(self, context: dg.InitResourceContext) -> RowCritic:
        """A judge whose calls are in the ledger; one that asks nothing where no such critic is on."""
        from golden_assets.adapters.critics.opening import open_judge
        from golden_assets.adapters.models.providers import open_chat_model, open_embedder
        from golden_assets.adapters.models.traced import TracedEmbedder, TracedModel

        settings = self.settings
        ledger = _ledger(settings, context)
        return open_judge(settings, TracedModel(open_chat_model(settings, ledger)), TracedEmbedder(open_embedder(settings, ledger)))


class AlertDeskResource(BoundResource[AlertDesk]):
    """Alerts, kept in PostgreSQL and sent to the configured sinks."""

    def create_resource(self, context: dg.InitResourceContext) -> AlertDesk:
        """A desk that works from any event loop."""
        from golden_assets.adapters.alerts.opening import open_desk

        return open_desk(self.settings, _migrated_database_url(self.settings))


class RegistryMonitorResource(BoundResource[RegistryMonitor]):
    """What the registry knows of its own operation."""

    def create_resource(self, context: dg.InitResourceContext) -> RegistryMonitor:
        """A monitor that works from any event loop."""
        from golden_assets.adapters.postgres import Database, Pooling, PostgresVersionStore
        from golden_assets.adapters.postgres.monitor import PostgresRegistryMonitor

        database = Database(_migrated_database_url(self.settings), Pooling.PER_USE)
        return PostgresRegistryMonitor(PostgresVersionStore(database, self.settings.testset_name))


class OperatingRulesResource(BoundResource[OperatingRules]):
    """When things run and people are told."""

    def create_resource(self, context: dg.InitResourceContext) -> OperatingRules:
        """The rules in force."""
        settings = self.settings
        return OperatingRules(
            auto_promote=settings.auto_promote,
            settle_seconds=settings.settle_seconds,
            quality_alert_threshold=settings.quality_alert_threshold,
        )


class BudgetPlannerResource(BoundResource[BudgetPlanner]):
    """What a run would cost, and what the cost limits of the settings leave."""

    def create_resource(self, context: dg.InitResourceContext) -> BudgetPlanner:
        """A planner over the ledger, or over nothing for the embedded models."""
        from golden_assets.adapters.models.providers import open_budget_planner

        settings = self.settings
        return open_budget_planner(settings, _ledger(settings, context))


class CostBooksResource(BoundResource[CostBooks]):
    """The ledger of model calls, to be read."""

    def create_resource(self, context: dg.InitResourceContext) -> CostBooks:
        """The ledger, whatever model is configured now."""
        return _open_ledger(self.settings, context)


class EmbedderResource(BoundResource[Embedder]):
    """The configured embedding model, asked once for each text."""

    def create_resource(self, context: dg.InitResourceContext) -> Embedder:
        """An embedder with fresh usage counts, which remembers vectors in the registry's database."""
        from golden_assets.adapters.models.providers import open_cached_embedder
        from golden_assets.adapters.postgres import Pooling, PostgresVectorCache

        settings = self.settings
        cache = PostgresVectorCache(_migrated_database_url(settings), Pooling.PER_USE)
        return open_cached_embedder(settings, cache, _ledger(settings, context))


class DatasetPublisherResource(BoundResource[DatasetPublisher]):
    """The configured Phoenix, or the embedded one."""

    def create_resource(self, context: dg.InitResourceContext) -> DatasetPublisher:
        """A publisher that finds its server, and starts an embedded one, when it is used."""
        from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
        from golden_assets.embedded.addresses import phoenix_url

        settings = self.settings
        return PhoenixDatasetPublisher.of(settings, lambda: phoenix_url(settings))


class ExperimentRunnerResource(BoundResource[ExperimentRunner]):
    """Experiments in the configured Phoenix, or the embedded one, and the registry."""

    def create_resource(self, context: dg.InitResourceContext) -> ExperimentRunner:
        """A runner that works from any event loop, with a Phoenix that is up."""
        from golden_assets.adapters.experiments.assembly import open_experiment_runner
        from golden_assets.adapters.postgres.database import Pooling
        from golden_assets.adapters.postgres.versions import PostgresVersionStore
        from golden_assets.embedded.addresses import phoenix_url

        settings = self.settings
        url = _migrated_database_url(settings)
        versions = PostgresVersionStore(url, settings.testset_name, Pooling.PER_USE)
        return open_experiment_runner(settings, versions, url, phoenix_url(settings), context.run_id)


class ThresholdsResource(BoundResource[Thresholds]):
    """What "good" means, from the settings and not from the launchpad."""

    def create_resource(self, context: dg.InitResourceContext) -> Thresholds:
        """The limits in force."""
        return self.settings.thresholds


class QuestionTypesResource(BoundResource[dict[QuestionType, float]]):
    """The configured shares of question types; empty means the generator's own."""

    def create_resource(self, context: dg.InitResourceContext) -> dict[QuestionType, float]:
        """Share per question type."""
        return self.settings.question_types or {}


class LanguageResource(BoundResource[str]):
    """The language of questions and answers."""

    def create_resource(self, context: dg.InitResourceContext) -> str:
        """Its English name, in lower case."""
        return self.settings.language.strip().casefold()


class SizesResource(BoundResource[Sizes]):
    """How many rows a run asks for."""

    def create_resource(self, context: dg.InitResourceContext) -> Sizes:
        """The default and the most that may be asked for."""
        return self.settings.sizes


class MinChangeResource(BoundResource[float]):
    """The share of the documents' content that must have changed before a new testset is requested."""

    def create_resource(self, context: dg.InitResourceContext) -> float:
        """0 to 1."""
        return self.settings.min_change


def _ledger(settings: Settings, context: dg.InitResourceContext) -> "PostgresCallLedger | None":
    """The ledger of this run's model calls; None for the embedded models, which cost nothing."""
    return None if settings.provider == "extractive" else _open_ledger(settings, context)


def _open_ledger(settings: Settings, context: dg.InitResourceContext) -> "PostgresCallLedger":
    """The ledger, with the limits of the settings."""
    from golden_assets.adapters.postgres.calls import PostgresCallLedger

    return PostgresCallLedger(
        _migrated_database_url(settings),
        testset_name=settings.testset_name,
        run_id=context.run_id,
        limits=settings.cost_limits,
        alert_shares=settings.cost_alert_shares,
        alert=context.log.warning if context.log else logger.warning,
    )


def _migrated_database_url(settings: Settings) -> str:
    """The registry's database with the schema of this release."""
    from golden_assets.adapters.postgres.migrations import migrate
    from golden_assets.embedded.addresses import database_url

    url = database_url(settings)
    migrate(url)
    return url
