"""The adapters behind every port, as Dagster resources, made from the settings when an asset needs them. Imported by `definitions` alone.

None of them has Dagster configuration: a URL, a key or a threshold that could be typed into the launchpad would be stored with the run.
Each is bound to a testset, whose settings it reads.
"""

import logging
from collections.abc import Mapping
from typing import Any, ClassVar, NamedTuple, Self, TypeVar

import dagster as dg

from golden_assets.application import Application
from golden_assets.defs.names import resource_key
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.costs.cost_trend import CostBooks
from golden_assets.domain.monitoring.alerts import AlertDesk
from golden_assets.domain.monitoring.service_levels import RegistryAuditor, RegistryMonitor
from golden_assets.domain.ports.documents import DocumentLibrary
from golden_assets.domain.ports.experiments import ExperimentRunner
from golden_assets.domain.ports.generation import TestsetGenerator
from golden_assets.domain.ports.models import Embedder, RowCritic
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.spending import BudgetPlanner
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.testsets.requests import RequestDefaults
from golden_assets.domain.versions.promotion import OperatingRules
from golden_assets.services.evaluate import FindBackground
from golden_assets.settings.settings import Settings, load_settings

logger = logging.getLogger(__name__)
Port = TypeVar("Port")


class _Run(NamedTuple):
    """The run that was served last, with the settings under which its application was made."""

    run_id: str
    settings: Settings
    application: Application


_last: dict[str | None, _Run] = {}
"""By testset. The steps of a run share one application, with one connection to the ledger and one look at the schema."""


def application_for(testset: str | None, context: dg.InitResourceContext) -> Application:
    """The application of a testset under the settings as they are now: the same one within a run, a new one for each tick of a sensor."""
    settings, last = load_settings(testset), _last.get(testset)
    if last and last.run_id == context.run_id and last.settings == settings:
        return last.application
    application = Application(settings, run_id=context.run_id, warn=context.log.warning if context.log else logger.warning)
    if context.run_id:
        _last[testset] = _Run(context.run_id, settings, application)
    return application


class BoundResource(dg.ConfigurableResource[Port]):
    """A resource made from the settings of one testset; the name is not a field, which the launchpad could change."""

    testset: ClassVar[str | None] = None
    part: ClassVar[str] = ""
    """The part of the `Application` that it hands out."""

    @classmethod
    def of(cls, testset: str | None) -> Self:
        """The resource for a testset, or for the default one."""
        bound: type[Self] = type(cls.__name__, (cls,), {"testset": testset, "__doc__": cls.__doc__, "__module__": cls.__module__})
        return bound()

    @property
    def settings(self) -> Settings:
        """The settings as they are now."""
        return load_settings(self.testset)

    def create_resource(self, context: dg.InitResourceContext) -> Port:
        """The part of the application."""
        part: Any = getattr(application_for(self.testset, context), self.part)
        made: Port = part
        return made


class DocumentLibraryResource(BoundResource[DocumentLibrary]):
    """Folders and the tables of the configured database."""

    part = "documents"


class ArtifactStoreResource(BoundResource[ArtifactStore]):
    """The content-addressed store in PostgreSQL."""

    part = "artifacts"


class VersionStoreResource(BoundResource[VersionStore]):
    """The version registry in PostgreSQL."""

    part = "versions"


class AlertDeskResource(BoundResource[AlertDesk]):
    """Alerts, kept in PostgreSQL and sent to the configured sinks."""

    part = "alerts"


class RegistryMonitorResource(BoundResource[RegistryMonitor]):
    """What the registry knows of its own operation."""

    part = "monitor"


class RegistryAuditorResource(BoundResource[RegistryAuditor]):
    """What checks the registry, and keeps its head outside of the database."""

    part = "auditor"


class TestsetGeneratorResource(BoundResource[TestsetGenerator]):
    """RAGAS on the configured model."""

    part = "generator"


class JudgeResource(BoundResource[RowCritic]):
    """The critics that ask the configured model; one that asks nothing where no such critic is on."""

    part = "judge"


class BackgroundResource(BoundResource[FindBackground]):
    """What is known of rows that neither they nor their corpus say: their language, examples in prompts, versions retired, waivers."""

    part = "background"


class BudgetPlannerResource(BoundResource[BudgetPlanner]):
    """What a run would cost, and what the cost limits of the settings leave."""

    part = "budget"


class CostBooksResource(BoundResource[CostBooks]):
    """The ledger of model calls, to be read."""

    part = "ledger"


class EmbedderResource(BoundResource[Embedder]):
    """The configured embedding model, asked once for each text."""

    part = "cached_embedder"


class DatasetPublisherResource(BoundResource[DatasetPublisher]):
    """The configured Phoenix, or the embedded one, which is started when it is used."""

    part = "publisher"


class ExperimentRunnerResource(BoundResource[ExperimentRunner]):
    """Experiments in the configured Phoenix, or the embedded one, and the registry."""

    part = "experiments"


class OperatingRulesResource(BoundResource[OperatingRules]):
    """When things run and people are told."""

    def create_resource(self, context: dg.InitResourceContext) -> OperatingRules:
        """The rules in force."""
        return self.settings.operating_rules


class ThresholdsResource(BoundResource[Thresholds]):
    """What "good" means, from the settings and not from the launchpad."""

    def create_resource(self, context: dg.InitResourceContext) -> Thresholds:
        """The limits in force."""
        return self.settings.thresholds


class RequestDefaultsResource(BoundResource[RequestDefaults]):
    """What a run asks for when its configuration does not say it."""

    def create_resource(self, context: dg.InitResourceContext) -> RequestDefaults:
        """Size, question types and language of the settings."""
        return self.settings.request_defaults


class MinChangeResource(BoundResource[float]):
    """The share of the documents' content that must have changed before a new testset is requested."""

    def create_resource(self, context: dg.InitResourceContext) -> float:
        """0 to 1."""
        return self.settings.min_change


RESOURCES: dict[str, type[BoundResource[Any]]] = {
    "documents": DocumentLibraryResource,
    "artifacts": ArtifactStoreResource,
    "judge": JudgeResource,
    "background": BackgroundResource,
    "generator": TestsetGeneratorResource,
    "budget": BudgetPlannerResource,
    "books": CostBooksResource,
    "defaults": RequestDefaultsResource,
    "alerts": AlertDeskResource,
    "monitor": RegistryMonitorResource,
    "auditor": RegistryAuditorResource,
    "rules": OperatingRulesResource,
    "min_change": MinChangeResource,
    "embedder": EmbedderResource,
    "thresholds": ThresholdsResource,
    "versions": VersionStoreResource,
    "publisher": DatasetPublisherResource,
    "experiments": ExperimentRunnerResource,
}
"""By the name of the parameter by which assets, checks, sensors and schedules ask for it."""


def resources_for(testset: str | None, overrides: Mapping[str, object] | None = None) -> dict[str, object]:
    """Every resource by its key, reading the settings of this testset; ``overrides``, by name, take the place of some."""
    resources: dict[str, object] = {name: resource.of(testset) for name, resource in RESOURCES.items()}
    return {resource_key(name): resource for name, resource in {**resources, **(overrides or {})}.items()}
