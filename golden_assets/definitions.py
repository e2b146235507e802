"""What exists: assets, gates, sensors, jobs and resources. Read this first, then `defs/assets` from top to bottom."""

from collections.abc import Mapping

import dagster as dg

from golden_assets.defs import resources
from golden_assets.defs.assets.publishing import phoenix_dataset
from golden_assets.defs.assets.quality import quality_report
from golden_assets.defs.assets.sources import source_documents
from golden_assets.defs.assets.testsets import generated_testset
from golden_assets.defs.assets.versions import active_version, stored_version
from golden_assets.defs.automation.promotion import promote_version_job, promotion_sensor
from golden_assets.defs.automation.regeneration import build_testset_job, document_change_sensor
from golden_assets.defs.checks.active_gates import active_gates
from golden_assets.defs.checks.corpus_gates import corpus_gates
from golden_assets.defs.checks.report_gates import report_gates
from golden_assets.defs.checks.testset_gates import testset_gates
from golden_assets.defs.checks.version_gates import approval_gates, version_gates
from golden_assets.defs.tracing import traced_in_process_executor


def build_definitions(
    resource_overrides: Mapping[str, object] | None = None, loggers: Mapping[str, dg.LoggerDefinition] | None = None
) -> dg.Definitions:
    """Everything, assembled.

    Args:
        resource_overrides: objects that implement a port, by resource name, in place of the real adapters.
        loggers: further loggers that jobs can be configured to use.
    """
    return dg.Definitions(
        assets=[source_documents, generated_testset, quality_report, stored_version, phoenix_dataset, active_version],
        asset_checks=[corpus_gates, testset_gates, report_gates, version_gates, approval_gates, active_gates],
        jobs=[build_testset_job, promote_version_job],
        sensors=[promotion_sensor, document_change_sensor],
        resources={
            "documents": resources.DocumentLibraryResource(),
            "artifacts": resources.ArtifactStoreResource(),
            "generator": resources.TestsetGeneratorResource(),
            "budget": resources.BudgetPlannerResource(),
            "question_types": resources.QuestionTypesResource(),
            "language": resources.LanguageResource(),
            "min_change": resources.MinChangeResource(),
            "embedder": resources.EmbedderResource(),
            "thresholds": resources.ThresholdsResource(),
            "versions": resources.VersionStoreResource(),
            "publisher": resources.DatasetPublisherResource(),
            **(resource_overrides or {}),
        },
        executor=traced_in_process_executor,
        loggers=loggers,
    )


defs = build_definitions()
