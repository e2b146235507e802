"""The adapters behind every port, as Dagster resources, made from the settings when an asset needs them. Imported by `definitions` alone.

None of them has Dagster configuration: a URL, a key or a threshold that could be typed into the launchpad would be stored with the run.
Each is bound to a testset, whose settings it reads.
"""

from collections.abc import Mapping
from typing import Any

from golden_assets.defs.namespace import resource_key
from golden_assets.defs.resources import models, phoenix, rules, stores
from golden_assets.defs.resources.binding import BoundResource

RESOURCES: dict[str, type[BoundResource[Any]]] = {
    "documents": stores.DocumentLibraryResource,
    "artifacts": stores.ArtifactStoreResource,
    "judge": models.JudgeResource,
    "generator": models.TestsetGeneratorResource,
    "budget": models.BudgetPlannerResource,
    "books": models.CostBooksResource,
    "defaults": rules.RequestDefaultsResource,
    "alerts": stores.AlertDeskResource,
    "monitor": stores.RegistryMonitorResource,
    "auditor": stores.RegistryAuditorResource,
    "rules": rules.OperatingRulesResource,
    "min_change": rules.MinChangeResource,
    "embedder": models.EmbedderResource,
    "thresholds": rules.ThresholdsResource,
    "versions": stores.VersionStoreResource,
    "publisher": phoenix.DatasetPublisherResource,
    "experiments": phoenix.ExperimentRunnerResource,
}
"""By the name of the parameter by which assets, checks, sensors and schedules ask for it."""


def resources_for(testset: str | None, overrides: Mapping[str, object] | None = None) -> dict[str, object]:
    """Every resource by its key, reading the settings of this testset; ``overrides``, by name, take the place of some."""
    resources: dict[str, object] = {name: resource.of(testset) for name, resource in RESOURCES.items()}
    return {resource_key(name): resource for name, resource in {**resources, **(overrides or {})}.items()}
