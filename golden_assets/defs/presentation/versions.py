"""Versions, and where they are published, as Dagster metadata."""

import dagster as dg

from golden_assets.defs.names import ADDRESS
from golden_assets.defs.presentation.tables import Metadata
from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.versions.comparison_text import note_on_answers
from golden_assets.domain.versions.versions import PublishedDataset, RowDiff, VersionSummary


def describe_version(version: VersionSummary, diff: RowDiff | None) -> Metadata:
    """Number, status, hashes, and what changed since the version before."""
    changes = {} if diff is None else {f"rows_{k}": len(getattr(diff, k)) for k in ("added", "removed", "changed", "unchanged")}
    return {
        "testset": version.testset_name,
        "version": version.version,
        "status": version.status,
        "testset_hash": version.testset_hash,
        "corpus_hash": version.corpus_hash,
        "rows": version.row_count,
        "answers": note_on_answers(version.answers_judged) or "judged",
        "created_at": dg.MetadataValue.timestamp(version.created_at),
        **changes,
        ADDRESS: version.version,
    }


def describe_publication(published: PublishedDataset) -> Metadata:
    """Where the version is in Phoenix, as a link."""
    return {
        "url": dg.MetadataValue.url(published.url),
        "dataset": published.dataset_name,
        "dataset_id": published.dataset_id,
        "dataset_version_id": published.dataset_version_id,
        "examples": published.example_count,
        "testset_hash": published.testset_hash,
        ADDRESS: published.version,
    }


def describe_currency(shown: PublishedDataset | GoldenAssetsError) -> Metadata:
    """Whether the active version is the current one in Phoenix, and where, or why not."""
    if isinstance(shown, GoldenAssetsError):
        return {"current_in_phoenix": False, "phoenix_problem": str(shown)}
    return {"current_in_phoenix": True, "url": dg.MetadataValue.url(shown.url), "dataset_version_id": shown.dataset_version_id}
