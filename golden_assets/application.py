"""The composition root: what works for one testset, made from its settings, each part once and when it is first asked for.

Dagster resources, commands and the manager hold an `Application` and read its parts; nothing else makes a store, a model or a publisher.
Whatever is heavy is imported by the part that needs it.
"""

import logging
from collections.abc import Callable, Mapping
from functools import cached_property, partial
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from pydantic import SecretStr

from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.settings.settings import Settings, load_settings, settings_for

if TYPE_CHECKING:
    from golden_assets.adapters.alerts.outbox import PostgresAlertDesk
    from golden_assets.adapters.experiments.runner import PhoenixExperimentRunner
    from golden_assets.adapters.heads.audit import RegistryAudit
    from golden_assets.adapters.postgres import Database, PostgresArtifactStore, PostgresCallLedger, PostgresVersionStore
    from golden_assets.adapters.postgres.experiments import PostgresExperimentStore
    from golden_assets.adapters.postgres.monitor import PostgresRegistryMonitor
    from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
    from golden_assets.domain.ports.models import ChatModel, Embedder, RowCritic
    from golden_assets.services.evaluate import FindBackground

logger = logging.getLogger(__name__)


class Application:
    """Every part, as the settings of one testset describe it.

    Args:
        settings: those of the testset.
        run_id: the Dagster run that model calls are booked on.
        warn: is told of shares of cost limits that are reached.
        pooled: whether connections are kept open, for one event loop; otherwise each transaction has one of its own, in any event loop.
        parts: objects that implement a port, by the name of the part whose place they take, such as ``versions`` or ``publisher``.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        run_id: str | None = None,
        warn: Callable[[str], None] = logger.warning,
        pooled: bool = False,
        **parts: object,
    ) -> None:
        unknown = [name for name in parts if not isinstance(getattr(type(self), name, None), cached_property)]
        if unknown:
            raise TypeError(f"an Application has no part {', '.join(unknown)}")
        self.settings = settings
        self._run_id = run_id
        self._warn = warn
        self._pooled = pooled
        self._given = frozenset(parts)
        vars(self).update(parts)

    @classmethod
    def of(cls, testset_name: str | None = None, db_url: str | None = None, **options: Any) -> Self:
        """The application for a testset of the registry, which need not be a configured one; ``db_url`` is a database instead of the
        configured one, whose schema is upgraded only if ``auto_migrate`` is set. Raises `ConfigurationError`.
        """
        settings = settings_for(testset_name)
        changes: dict[str, object] = {} if testset_name is None else {"testset_name": testset_name}
        changes |= {} if db_url is None else {"database_url": SecretStr(db_url)}
        return cls(settings.model_copy(update=changes), **options)

    @cached_property
    def database_url(self) -> str:
        """The registry's database, with the schema of this release in it; the embedded server is started. Raises `ServerError`."""
        from golden_assets.adapters.postgres.migrations import require_schema
        from golden_assets.embedded.server_urls import database_url

        url = database_url(self.settings)
        require_schema(url, upgrade=self.settings.upgrades_schema)
        return url

    @cached_property
    def database(self) -> "Database":
        """Connections to the registry's database, with the limits of the settings."""
        from golden_assets.adapters.postgres.database import Pooling, open_database

        return open_database(self.database_url, self.settings, Pooling.POOLED if self._pooled else Pooling.PER_USE)

    @cached_property
    def versions(self) -> "PostgresVersionStore":
        """The registry of versions."""
        from golden_assets.adapters.postgres.versions.store import PostgresVersionStore

        settings = self.settings
        return PostgresVersionStore(
            self.database, settings.testset_name, numbering=settings.numbering, require_approval=settings.require_approval
        )

    @cached_property
    def artifacts(self) -> "PostgresArtifactStore":
        """The content-addressed store."""
        from golden_assets.adapters.postgres.artifacts import PostgresArtifactStore

        return PostgresArtifactStore(self.database)

    @cached_property
    def experiment_store(self) -> "PostgresExperimentStore":
        """Which experiments there are."""
        from golden_assets.adapters.postgres.experiments import PostgresExperimentStore

        return PostgresExperimentStore(self.database, self.settings.testset_name)

    @cached_property
    def ledger(self) -> "PostgresCallLedger":
        """The ledger of model calls, with the cost limits, whatever model is configured now."""
        from golden_assets.adapters.postgres.call_ledger import PostgresCallLedger

        settings = self.settings
        return PostgresCallLedger(
            self.database_url,
            testset_name=settings.testset_name,
            run_id=self._run_id,
            limits=settings.cost_limits,
            alert_shares=settings.cost_alert_shares,
            alert=self._warn,
            statement_timeout_seconds=settings.statement_timeout_seconds,
        )

    @cached_property
    def monitor(self) -> "PostgresRegistryMonitor":
        """What the registry knows of its own operation."""
        from golden_assets.adapters.postgres.monitor import PostgresRegistryMonitor

        return PostgresRegistryMonitor(self.versions)

    @cached_property
    def alerts(self) -> "PostgresAlertDesk":
        """Alerts, kept in PostgreSQL and sent to the configured sinks."""
        from golden_assets.adapters.alerts.factory import open_senders
        from golden_assets.adapters.alerts.outbox import PostgresAlertDesk

        settings = self.settings
        return PostgresAlertDesk(self.database, open_senders(settings), settings.alerts_per_hour, settings.secrets)

    @cached_property
    def auditor(self) -> "RegistryAudit":
        """What checks the registry, and keeps its head outside of the database. Raises `ConfigurationError` for a key it cannot use."""
        from golden_assets.adapters.heads.audit import RegistryAudit
        from golden_assets.embedded.server_urls import names_in_heads, running_phoenix

        names = partial(names_in_heads, self.settings, self.versions.database.place)
        return RegistryAudit(self.versions, self.settings, self.publisher, partial(running_phoenix, self.settings), names)

    @cached_property
    def documents(self) -> DocumentLibrary:
        """Folders and the tables of the configured database."""
        from golden_assets.adapters.documents.library import SourceLibrary

        return SourceLibrary.of(self.settings)

    @cached_property
    def model(self) -> "ChatModel":
        """The chat model, every call that costs something in the ledger, each a span. Raises `ConfigurationError`."""
        from golden_assets.adapters.models.providers import open_chat_model
        from golden_assets.adapters.models.traced import TracedModel

        return TracedModel(open_chat_model(self.settings, self._paid_ledger))

    @cached_property
    def embedder(self) -> "Embedder":
        """The embedding model, asked for every text. Raises `ConfigurationError`."""
        from golden_assets.adapters.models.providers import open_embedder
        from golden_assets.adapters.models.traced import TracedEmbedder

        return TracedEmbedder(open_embedder(self.settings, self._paid_ledger))

    @cached_property
    def cached_embedder(self) -> "Embedder":
        """The embedding model, asked once for each text: vectors are remembered in the registry's database."""
        from golden_assets.adapters.models.providers import open_cached_embedder
        from golden_assets.adapters.postgres.vectors import PostgresVectorCache

        return open_cached_embedder(self.settings, PostgresVectorCache(self.database), self._paid_ledger)

    @property
    def background(self) -> "FindBackground":
        """Finds what is known of rows that neither they nor their corpus say."""
        from golden_assets.adapters.reference_data import background_of

        return background_of

    @cached_property
    def judge(self) -> "RowCritic":
        """The critics that ask the model; where none is on, one that asks nothing. Raises `ConfigurationError`."""
        from golden_assets.adapters.critics.judge import open_judge

        return open_judge(self.settings, self.model, self.embedder)

    @cached_property
    def generator(self) -> "RagasTestsetGenerator":
        """RAGAS on the configured model."""
        from golden_assets.adapters.critics.panel import CriticPanel
        from golden_assets.adapters.exchange.seed_rows import read_seed_rows
        from golden_assets.adapters.models.providers import question_types
        from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
        from golden_assets.adapters.reference_data import detect_languages

        settings, shares = self.settings, question_types(self.settings)
        similarity = settings.thresholds.max_question_similarity
        return RagasTestsetGenerator(
            self.model,
            self.embedder,
            question_types=shares,
            offered_types=shares,
            max_concurrency=settings.max_concurrency,
            personas=[persona.model_dump() for persona in settings.personas] or None,
            named_personas=settings.named_personas,
            run_id=self._run_id,
            seed_rows=read_seed_rows(settings.seed_rows, similarity) if settings.seed_rows else (),
            critic=CriticPanel(self.embedder, self.judge),
            max_question_similarity=similarity,
            detect=detect_languages,
        )

    @cached_property
    def budget(self) -> BudgetPlanner:
        """What a run would cost, and what the cost limits leave."""
        from golden_assets.adapters.models.providers import open_budget_planner

        return open_budget_planner(self.settings, self._paid_ledger)

    @cached_property
    def publisher(self) -> DatasetPublisher:
        """Phoenix as configured, else the embedded one, which is started when it is used."""
        from golden_assets.adapters.phoenix.publisher import PhoenixDatasetPublisher
        from golden_assets.embedded.server_urls import phoenix_url

        return PhoenixDatasetPublisher.of(self.settings, partial(phoenix_url, self.settings))

    @property
    def phoenix_runs(self) -> bool:
        """Whether a Phoenix is configured, or the embedded one runs. Starts nothing, sends no request."""
        from golden_assets.embedded.server_urls import running_phoenix

        return "publisher" in self._given or running_phoenix(self.settings) is not None

    @cached_property
    def experiments(self) -> "PhoenixExperimentRunner":
        """Experiments in Phoenix and the registry; the embedded Phoenix is started when it is used."""
        from golden_assets.adapters.experiments.factory import TaskAndEvaluatorLoader, open_experiment_runner
        from golden_assets.embedded.server_urls import phoenix_url
        from golden_assets.services.publish import place_in_phoenix

        loader = TaskAndEvaluatorLoader(self.settings, self.artifacts, lambda: self.model)
        publish = partial(place_in_phoenix, self.versions, self.publisher)
        phoenix = partial(phoenix_url, self.settings)
        return open_experiment_runner(self.settings, self.experiment_store, phoenix, self.publisher, publish, loader)

    async def close(self) -> None:
        """Close the connections that were opened; they are opened again when they are needed."""
        opened: Mapping[str, Any] = vars(self)
        if "database" in opened and "database" not in self._given:
            await self.database.dispose()
        if "ledger" in opened and "ledger" not in self._given:
            self.ledger.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> None:
        await self.close()

    @property
    def _paid_ledger(self) -> "PostgresCallLedger | None":
        return None if self.settings.costs_nothing else self.ledger


def begin_tracing() -> None:
    """Record spans in this process if the settings want it and a Phoenix is configured or runs embedded."""
    from golden_assets.adapters.tracing import begin
    from golden_assets.embedded.server_urls import running_phoenix

    settings = load_settings()
    if settings.tracing:
        begin(settings, running_phoenix(settings))
