"""Which version to promote next, decided from what the registry has on record and nothing else."""

from collections.abc import Mapping, Sequence

from golden_assets.domain.core.records import Record
from golden_assets.domain.versions.versions import VersionSummary

DEFAULT_MAX_ATTEMPTS = 3


class OperatingRules(Record):
    """What runs by itself, and when people are told.

    ``settle_seconds``: documents are read once they have stood still for so long. ``awaits_phoenix``: only what is there is promoted.
    """

    auto_promote: bool = True
    settle_seconds: float = 10.0
    quality_alert_threshold: float = 0.6
    awaits_phoenix: bool = True


class Promote(Record):
    """Promote this version; ``attempt`` counts from 1, so that a failed try does not block the next one."""

    version: str
    attempt: int


class Wait(Record):
    """Nothing to promote now. ``reason`` is a sentence for the user; ``unpublished`` the version that only Phoenix is waited for with."""

    reason: str
    unpublished: str | None = None


class Outlook(Record):
    """What a version that passed its gates still takes to become active.

    ``loss`` is what `does_not_regress` says against it, empty when it passes; ``overtaken_by`` a newer version that passed its gates, too.
    """

    version: str
    active: str | None = None
    loss: str = ""
    overtaken_by: str | None = None
    lacks_approval: bool = False
    is_published: bool = True
    auto_promote: bool = True

    @property
    def step(self) -> str:
        """What to do, or what promotion_sensor does, as the end of a sentence about the version."""
        number, activate = self.version, f"`golden-assets activate {self.version}`"
        if self.loss:
            both = f"`golden-assets compare {self.active} {number}` shows the two"
            forced = f"`golden-assets activate {number} --force --reason TEXT` passes over it."
            return f"does_not_regress blocks it. {self.loss} {both}; {forced}"
        if self.lacks_approval:
            return f"it waits for approval: `golden-assets approve {number} --by NAME`."
        if not self.auto_promote:
            return f"auto_promote is off, so activate it yourself: {activate}."
        if self.overtaken_by:
            return f"version {self.overtaken_by} is newer, so promotion_sensor passes it over: {activate}."
        if not self.is_published:
            return f"it is not in Phoenix yet: `golden-assets publish {number}`, then promotion_sensor activates it; or {activate}."
        return f"{activate}, or let promotion_sensor do it."


def unaided(versions: Sequence[VersionSummary], approved: frozenset[str] | None = None) -> str:
    """What is left to a person where auto_promote is off; ``approved`` as for `decide`."""
    candidates = _newer_than_active(versions)
    if not candidates:
        return f"auto_promote is off. {_nothing_new(versions)}"
    number = candidates[0].version
    outlook = Outlook(version=number, lacks_approval=approved is not None and number not in approved, auto_promote=False)
    return f"Version {number} passed its gates: {outlook.step}"


def decide(
    versions: Sequence[VersionSummary],
    in_flight: frozenset[str] = frozenset(),
    attempts: Mapping[str, int] | None = None,
    published: frozenset[str] = frozenset(),
    approved: frozenset[str] | None = None,
    max_attempts: int = DEFAULT_MAX_ATTEMPTS,
) -> Promote | Wait:
    """Choose the newest validated, published version that is newer than the active one.

    Args:
        versions: every version of one testset, in any order.
        in_flight: versions whose promotion is running or queued.
        attempts: promotions that were tried, by version.
        published: versions that are in Phoenix.
        approved: versions that are approved; None when approval is not required.
        max_attempts: tries per version; after that a person has to look.
    """
    if in_flight:
        return Wait(reason=f"The promotion of {_names(in_flight)} is under way.")
    candidates = _newer_than_active(versions)
    if not candidates:
        return Wait(reason=_nothing_new(versions))
    ready = [candidate for candidate in candidates if candidate.version in published]
    if not ready:
        number = candidates[0].version
        return Wait(reason=f"Version {number} passed its gates and waits to be published.", unpublished=number)
    allowed = [candidate for candidate in ready if approved is None or candidate.version in approved]
    if not allowed:
        number = ready[0].version
        return Wait(reason=f"Version {number} passed its gates and waits for approval: golden-assets approve {number} --by NAME.")
    chosen = allowed[0].version
    tried = (attempts or {}).get(chosen, 0)
    if tried >= max_attempts:
        return Wait(reason=f"The promotion of version {chosen} failed {tried} times; look at its last run, then promote it by hand.")
    return Promote(version=chosen, attempt=tried + 1)


def _newer_than_active(versions: Sequence[VersionSummary]) -> list[VersionSummary]:
    """Validated versions created after the active one, newest first."""
    active = next((version for version in versions if version.status == "active"), None)
    newer = [v for v in versions if v.status == "validated" and (active is None or v.created_at > active.created_at)]
    return sorted(newer, key=lambda version: version.created_at, reverse=True)


def _nothing_new(versions: Sequence[VersionSummary]) -> str:
    """Why no version is a candidate."""
    if not versions:
        return "No version is stored yet."
    newest = max(versions, key=lambda version: version.created_at)
    if newest.status == "active":
        return f"Version {newest.version} is active and the newest."
    if newest.status == "failed":
        return f"The newest version {newest.version} failed its gates."
    if newest.status == "draft":
        return f"The newest version {newest.version} is a draft that was not judged yet."
    return f"The newest version {newest.version} is {newest.status}, and none that passed its gates is newer than the active one."


def _names(versions: frozenset[str]) -> str:
    return "version " + ", ".join(sorted(versions))
