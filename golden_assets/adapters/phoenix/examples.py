"""A testset row as a Phoenix example, and the comparison of what was sent with what Phoenix holds.

``input`` is ``{"question": ...}`` and ``output`` ``{"reference": ...}``: their keys become the variables of a prompt in Phoenix's
playground (``{{question}}``) and what a task or an evaluator indexes (``input["question"]``), where ``input["input"]`` would say
nothing. The cited ``contexts`` are in ``metadata`` as plain texts, apart from their ``provenance``, so that they can be read in the UI
and given to a metric.

Version number and testset hash are part of every example's metadata, although each new version thereby revises the examples that it
shares with the last. It is worth that: Phoenix lets no client describe a dataset version, so this is the only place where someone who
looks at an example, an export or an experiment sees which golden version it is; and it ties each of our versions to Phoenix versions of
its own, also when two differ by the order of rows alone. Ids stay the row ids, so experiments over two versions still pair common rows.

``stage`` is ``validated`` for a version whose latest judgement passed, else ``unvalidated`` (it was forced); which version is active
changes without its content and is asked of the registry. ``split`` is what the row was imported with, else ``test``.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict

from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary

DEFAULT_SPLIT = "test"
"""A golden testset is for testing; a row that was imported with a split of its own keeps that."""
FIELDS = ("input", "output", "metadata")


class Example(TypedDict):
    """One Phoenix example, all of it JSON; ``id`` is the row id."""

    id: str
    input: dict[str, Any]
    output: dict[str, Any]
    metadata: dict[str, Any]


def examples_of(version: StoredVersion) -> list[Example]:
    """The examples of a version, in the order of its rows.

    Raises:
        PublishingError: the version has no rows, or the same row twice (Phoenix takes each id once).
    """
    summary = version.summary
    stage = "validated" if version.report and version.report.status != "failed" else "unvalidated"
    examples = [_example_of(row, summary, stage) for row in version.testset.rows]
    if not examples:
        raise PublishingError(f"version {summary.version} of {summary.testset_name!r} has no rows", "publish a version with rows")
    seen: set[str] = set()
    for example in examples:
        if example["id"] in seen:
            raise PublishingError(f"version {summary.version} has {example['id']} twice", "create a version without duplicate rows")
        seen.add(example["id"])
    return examples


def _example_of(row: TestsetRow, summary: VersionSummary, stage: str) -> Example:
    """One row; optional fields that are not set are left out."""
    optional: dict[str, Any] = {
        "persona": row.persona_name,
        "query_style": row.query_style,
        "query_length": row.query_length,
        "prompt_hash": row.prompt_hash,
        "seed": row.seed,
        "call_ids": list(row.call_ids) or None,
        "run_id": row.run_id,
        "extra": row.extra or None,
    }
    metadata: dict[str, Any] = {
        "version": summary.version,
        "testset_name": summary.testset_name,
        "testset_hash": summary.testset_hash,
        "stage": stage,
        "split": row.extra.get("split", DEFAULT_SPLIT),
        "row_id": row.row_id,
        "row_hash": row.row_hash,
        "question_type": row.question_type,
        "synthesizer": row.synthesizer_name,
        "model": row.model,
        "document_ids": list(row.document_ids),
        "contexts": [context.text for context in row.contexts],
        "provenance": [context.model_dump(mode="json", exclude={"text"}) for context in row.contexts],
    }
    metadata |= {key: value for key, value in optional.items() if value is not None}
    return Example(id=row.row_id, input={"question": row.user_input}, output={"reference": row.reference}, metadata=metadata)


def version_held_by(examples: Iterable[Mapping[str, Any]]) -> str | None:
    """The golden version that most of these examples say they belong to; None when none says so."""
    counts = Counter(example["metadata"].get("version") for example in examples)
    return counts.most_common(1)[0][0] if counts else None


@dataclass(frozen=True)
class Differences:
    """Ids by what is wrong with them in Phoenix; ``altered`` maps an id to the first field that differs. Falsy when all is well."""

    missing: tuple[str, ...]
    altered: Mapping[str, str]
    unexpected: tuple[str, ...]

    def __bool__(self) -> bool:
        return bool(self.missing or self.altered or self.unexpected)

    def __str__(self) -> str:
        """The first culprit and the counts."""
        if self.altered:
            row_id, field = next(iter(self.altered.items()))
            first = f"{row_id} differs in its {field}"
        else:
            first = f"{self.missing[0]} is missing" if self.missing else f"{self.unexpected[0]} does not belong to it"
        return f"{first} ({len(self.altered)} altered, {len(self.missing)} missing, {len(self.unexpected)} unexpected)"


def differences(sent: Iterable[Example], held: Iterable[Mapping[str, Any]]) -> Differences:
    """Compare by id, field by field; the order of rows, and fields that Phoenix adds, do not matter."""
    remaining = {example["id"]: example for example in held}
    missing: list[str] = []
    altered: dict[str, str] = {}
    for example in sent:
        other = remaining.pop(example["id"], None)
        if other is None:
            missing.append(example["id"])
        elif field := next((field for field in FIELDS if other.get(field) != dict(example)[field]), None):
            altered[example["id"]] = field
    return Differences(missing=tuple(missing), altered=altered, unexpected=tuple(remaining))
