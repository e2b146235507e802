"""The head of a registry: one record that vouches for everything stored so far, and that is kept outside of the database.

Seals are chained, so the last seal stands for all before it. Somebody who rewrites the database with all its hashes cannot rewrite the
heads that left it: the seals that a head counts must still be there, with the hash that it has.
"""

from collections.abc import Callable, Collection, Sequence
from datetime import datetime
from itertools import islice, pairwise

from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.versions.sealing import Seal


class ChainHead(Record):
    """A chain of seals up to some point: how many, the hash of the last one and of the first."""

    seals: int = 0
    seal_hash: str | None = None
    origin: str | None = None


class RegistryHead(Record):
    """What vouches for a testset's registry. ``place`` is the database, without a password; ``shared`` the chain of all testsets."""

    testset_name: str
    place: str
    written_at: datetime
    active: str | None
    own: ChainHead
    shared: ChainHead
    migration: int
    schema_hash: str

    @property
    def head_hash(self) -> str:
        """The one hash that stands for everything: what is signed."""
        return sha256_json(self.model_dump(mode="json"))

    def says_the_same_as(self, later: "RegistryHead") -> bool:
        """Whether nothing happened between two heads."""
        return self.model_copy(update={"written_at": later.written_at}) == later


class KeptHead(Record):
    """A head as it was found outside of the database. ``problem`` says why it cannot be trusted, if it cannot."""

    head: RegistryHead
    where: str
    signed: bool = False
    problem: str | None = None


def head_mismatches(
    kept: Sequence[KeptHead], places: Collection[str], own: Sequence[Seal], shared: Sequence[Seal], migration: int, schema_hash: str
) -> tuple[str, ...]:
    """What the registry no longer holds of what heads vouched for; the heads of other registries are left alone.

    Args:
        kept: the heads of this testset.
        places: the names that heads of the database bear.
        own: the testset's seals.
        shared: the seals that all testsets share.
        migration: the schema's last migration.
        schema_hash: the definition of the schema as it is.
    """
    origin = own[0].seal_hash if own else None
    ours = [one for one in kept if one.head.place in places or one.head.own.origin == origin]
    faults = [f"{_name(one)} {one.problem}" for one in ours if one.problem]
    faults += [
        f"{_name(after)} is not signed, and the one before it is"
        for before, after in pairwise(ours)
        if before.where.split()[0] == after.where.split()[0] and before.signed and not after.signed and after.problem is None
    ]
    trusted = [one for one in reversed(ours) if one.problem is None]
    checks: tuple[Callable[[KeptHead], str | None], ...] = (
        lambda one: _chain_fault(one, one.head.own, own, ""),
        lambda one: _chain_fault(one, one.head.shared, shared, " of what all testsets share"),
        lambda one: _schema_fault(one, migration, schema_hash),
    )
    for check in checks:
        faults += islice(filter(None, map(check, trusted)), 1)  # the newest says it, the older ones say no more
    return tuple(faults)


def _name(kept: KeptHead) -> str:
    return f"the head of {kept.head.written_at:%Y-%m-%d %H:%M:%S} UTC in {kept.where}"


def _chain_fault(kept: KeptHead, head: ChainHead, seals: Sequence[Seal], whose: str) -> str | None:
    if len(seals) < head.seals:
        lost = "the rest was cut off, or an older backup was restored"
        return f"{_name(kept)} counts {head.seals} seals{whose}, and there are {len(seals)}: {lost}"
    if head.seals and seals[head.seals - 1].seal_hash != head.seal_hash:
        return f"the first {head.seals} seals{whose} are not those that {_name(kept)} vouches for: history was rewritten"
    return None


def _schema_fault(kept: KeptHead, migration: int, schema_hash: str) -> str | None:
    if kept.head.migration != migration or kept.head.schema_hash == schema_hash:
        return None
    return f"the schema is not the one that {_name(kept)} vouches for"
