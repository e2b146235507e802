"""Which dataset a version belongs in, and what the dataset says of itself.

The dataset of a testset holds the active version and nothing else, so that evaluations by name never use rows that were not promoted.
Every other version, such as one that waits for approval, is published into the candidate dataset beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.versions.comparison_text import note_on_answers
from golden_assets.domain.versions.versions import VersionSummary

PER_TESTSET = "golden_testset_{testset_name}"
CANDIDATES = "golden_candidate_{testset_name}"
PER_VERSION = "golden_testset_v{version}_{created_at:%Y%m%d_%H%M%S}"
"""The time is that of the version's creation, so a second upload finds the first."""


@dataclass(frozen=True)
class DatasetNames:
    """Templates with the fields ``{testset_name}``, ``{version}`` and ``{created_at}`` (a datetime).

    Raises:
        ConfigurationError: a template asks for anything else.
    """

    active: str = PER_TESTSET
    candidate: str = CANDIDATES

    def __post_init__(self) -> None:
        for template in (self.active, self.candidate):
            try:
                template.format(testset_name="golden", version="1.0.0", created_at=datetime.now(UTC))
            except (AttributeError, LookupError, ValueError) as error:
                raise ConfigurationError(f"the dataset name {template!r} cannot be filled", f"write it like {PER_TESTSET!r}") from error

    def name_of(self, version: VersionSummary) -> str:
        """The dataset that a version belongs in."""
        template = self.active if version.status == "active" else self.candidate
        return template.format(testset_name=version.testset_name, version=version.version, created_at=version.created_at)

    def follows_activation(self, version: VersionSummary) -> bool:
        """Whether the dataset of this version always holds the active one."""
        return version.status == "active" and self.active != self.candidate


NAMES = {"per_testset": DatasetNames(), "per_version": DatasetNames(PER_VERSION, PER_VERSION)}
"""What the setting ``phoenix_datasets`` chooses from."""


@dataclass(frozen=True)
class DatasetLabel:
    """Description and metadata of a dataset in Phoenix."""

    description: str
    metadata: Mapping[str, Any]


def label_of(version: VersionSummary, names: DatasetNames, before: Mapping[str, Any]) -> DatasetLabel:
    """What the dataset that holds a version says of itself; entries of other people in its metadata (``before``) stay."""
    follows = f"the active version of testset {version.testset_name}, now {version.version}"
    holds = f"version {version.version} of testset {version.testset_name}"
    unjudged = "" if version.answers_judged else f" Answers {note_on_answers(judged=False)}."
    description = (
        f"Kept by golden_assets: {follows if names.follows_activation(version) else holds}. "
        f"Edits made here are recorded and offered as review decisions, not applied.{unjudged}"
    )
    ours = {"kept_by": "golden_assets", "testset_name": version.testset_name, "version": version.version}
    ours["answers"] = "judged" if version.answers_judged else "not judged"
    return DatasetLabel(description, {**before, **ours, "testset_hash": version.testset_hash})
