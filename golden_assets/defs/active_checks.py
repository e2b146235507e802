"""How the version in use is: the verdicts of the checks on `active_version`, and how a run reports them.

Every step that changes the answer (documents were read, a version was published or became active) reports the evaluations itself, for they
are not planned in its run: a run that stopped earlier would leave them unanswered, and Dagster shows that as a failure of the active
version. The checks themselves are for the daily monitoring, and for people.
"""

import dagster as dg

from golden_assets.adapters.tracing import span
from golden_assets.defs.handoff import Context, key_beside, latest_metadata, upstream_address
from golden_assets.defs.names import ACTIVE_VERSION, SOURCE_DOCUMENTS
from golden_assets.defs.presentation.reports import describe_verdict
from golden_assets.domain.errors import PublishingError, ServerError
from golden_assets.domain.gates import Thresholds, Verdict
from golden_assets.domain.judging import judge_active
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.publication import DatasetState, phoenix_matches_the_registry
from golden_assets.domain.versions import StoredVersion


async def freshness(context: Context, artifacts: ArtifactStore, versions: VersionStore, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """Whether the rows of the active version hold on the documents that were read last."""
    was_read = latest_metadata(context, SOURCE_DOCUMENTS)
    corpus = await artifacts.get_corpus(upstream_address(context, SOURCE_DOCUMENTS)) if was_read else None
    active = await versions.get_active_version()
    return tuple(judge_active(active.testset.rows if active else (), corpus, thresholds))


async def publication(versions: VersionStore, publisher: DatasetPublisher, thresholds: Thresholds) -> tuple[Verdict, ...]:
    """Whether Phoenix holds the active version as the current one."""
    active = await versions.get_active_version()
    waiting = [summary.version for summary in await versions.list_versions() if summary.status == "validated"]
    return (phoenix_matches_the_registry(active, waiting, await _found(publisher, active) if active else None, thresholds),)


async def _found(publisher: DatasetPublisher, active: StoredVersion) -> DatasetState | PublishingError | ServerError:
    """What Phoenix holds, or why that cannot be said."""
    try:
        return await publisher.inspect(active)
    except (PublishingError, ServerError) as error:
        return error


def note_verdict(verdict: Verdict) -> None:
    """The verdict as a span of the run's trace."""
    with span(verdict.name, "EVALUATOR", stage=verdict.stage, measured=verdict.measured, threshold=verdict.threshold) as gate:
        gate.set(passed=verdict.passed, offenders=verdict.offender_count)


def report_verdicts(context: Context, verdicts: tuple[Verdict, ...]) -> None:
    """Put on record how the active version is, from a step that is none of its checks; they warn. Without one there is nothing to say."""
    for verdict in (one for one in verdicts if one.n):
        note_verdict(verdict)
        evaluation = dg.AssetCheckEvaluation(
            asset_key=key_beside(context, ACTIVE_VERSION),
            check_name=verdict.name,
            passed=verdict.passed,
            severity=dg.AssetCheckSeverity.WARN,
            description=verdict.explanation,
            metadata=describe_verdict(verdict),
        )
        dg.OpExecutionContext.get().log_event(evaluation)  # type: ignore[arg-type]  # it takes one, whatever its signature says
