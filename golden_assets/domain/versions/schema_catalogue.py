"""The schema as it is in the database, against the schema of this release: tables, columns, constraints, indexes, triggers, functions."""

from collections.abc import Iterable, Iterator, Mapping

from golden_assets.domain.core.hashing import sha256_json, sha256_text
from golden_assets.domain.core.records import Record

ACTIVE_KINDS = frozenset({"constraint", "function", "policy", "rule", "trigger"})
"""What can change or hide data by being there; an index or a view of your own does neither."""


class SchemaObject(Record):
    """One object of the schema, and its definition without blanks."""

    kind: str
    name: str
    definition: str


def fingerprints(objects: Iterable[SchemaObject]) -> dict[str, str]:
    """A short hash of each object's definition by ``kind name``."""
    return {f"{one.kind} {one.name}": sha256_text(one.definition)[:16] for one in objects}


def schema_hash(found: Mapping[str, str]) -> str:
    """One hash of all fingerprints."""
    return sha256_json(dict(found))


def catalogue_mismatches(found: Mapping[str, str], expected: Mapping[str, str]) -> Iterator[str]:
    """A sentence for each object that is missing, was changed, or is there beside those of the release."""
    for name, fingerprint in expected.items():
        if name not in found:
            yield f"{name} is missing"
        elif found[name] != fingerprint:
            yield f"{name} is not as this release defines it, or is switched off"
    for name in found.keys() - expected.keys():
        if name.split()[0] in ACTIVE_KINDS:
            yield f"{name} does not belong to this release"
