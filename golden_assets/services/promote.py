"""The one way in which a version becomes active: sensor, asset, command, A/B test and manager take it, through every gate."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from typing import NamedTuple

from golden_assets.domain.core.errors import GateError, GoldenAssetsError, IntegrityError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.evaluate import judge_approval, judge_regression
from golden_assets.domain.gates.imported_rows import judge_admission
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import VersionRegistry, VersionStore
from golden_assets.domain.versions.versions import PublishedDataset, RowDiff, StoredVersion, VersionSummary
from golden_assets.services.publish import Tell, make_current, untold


class Activation(NamedTuple):
    """What a promotion came to: the active version, the one before it, and where it is in Phoenix, why it is not, or None if none runs."""

    version: VersionSummary
    before: VersionSummary | None
    shown: PublishedDataset | GoldenAssetsError | None
    diff: RowDiff | None = None


@dataclass(frozen=True)
class Promoter:
    """Activates versions of one testset.

    Args:
        versions: the registry.
        publisher: brings what became active to Phoenix.
        write_head: writes down the head of the registry afterwards; what prevents it, in sentences.
        thresholds: the limits of the gates.
        tell: is told of edits found in Phoenix, and of a head that could not be kept.
        phoenix_runs: whether there is a Phoenix to bring it to.
    """

    versions: VersionStore
    publisher: DatasetPublisher
    write_head: Callable[[], Awaitable[Iterable[str]]]
    thresholds: Thresholds
    tell: Tell = untold
    phoenix_runs: Callable[[], bool] = lambda: True

    async def waits(self, number: str) -> str | None:
        """Which approval a version still needs before anything activates it; None when it may go on, or is active."""
        active = await active_summary(self.versions)
        if active and active.version == number:
            return None
        approved = number in await self.versions.approved_versions()
        verdicts = judge_approval(number, self.thresholds, required=self.versions.require_approval, approved=approved)
        return " ".join(f"{verdict.explanation} {verdict.remedy}" for verdict in verdicts if not verdict.passed) or None

    async def ensure_active(self, number: str, *, by: str, run_id: str | None = None) -> Activation:
        """Activate a version, with the rows that change by that; one that is active already is only shown. Raises like `activate`."""
        before = await active_summary(self.versions)
        if before and before.version == number:
            return Activation(before, before, await self.make_known(number))
        activation = await self.activate(number, by=by, run_id=run_id)
        diff = await self.versions.diff_versions(before.version, number) if before else None
        return activation._replace(diff=diff)

    async def activate(
        self, number: str, *, by: str, run_id: str | None = None, force: bool = False, reason: str | None = None
    ) -> Activation:
        """Make a version the active one, in Phoenix too if that runs; a draft is judged first.

        ``force`` passes over gates that failed or were not run and is on record with ``reason``; it does not lead out of ``failed``.

        Raises:
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it is failed, archived or active.
            GateError: a gate failed, or an approval is missing; the refusal is on record.
        """
        before = await active_summary(self.versions)
        if not force:
            await self._require_gates(number, by)
        version = await self.versions.promote_version(number, promoted_by=by, run_id=run_id, force=force, reason=reason)
        return Activation(version, before, await self.make_known(number))

    async def make_known(self, number: str) -> PublishedDataset | GoldenAssetsError | None:
        """Bring what became active to Phoenix, if that runs, and keep the head of the registry."""
        shown = await make_current(self.versions, self.publisher, number, self.tell) if self.phoenix_runs() else None
        await self.keep_head()
        return shown

    async def keep_head(self) -> None:
        """Keep the head of the registry outside of the database; what prevents this is only told."""
        for problem in await self.write_head():
            self.tell(problem)

    async def _require_gates(self, number: str, by: str) -> None:
        """Judge a draft, and compare what passed its gates with the active version; the registry itself refuses any other version."""
        status = next((one.status for one in await self.versions.list_versions() if one.version == number), None)
        if status not in ("draft", "validated"):
            return
        try:
            if status == "draft":
                await self._judge_draft(await self.versions.get_version(number), by)
            await self._require_no_loss(number)
        except (GateError, IntegrityError) as error:
            await self.versions.record_refusal("promote", error, performed_by=by, version=number)
            raise

    async def _judge_draft(self, version: StoredVersion, by: str) -> None:
        """Judge a draft by the gates for rows from outside, and put that on record. Raises `GateError`."""
        report = judge_admission(version.testset)
        await self.versions.record_quality(version.summary.version, report, performed_by=by)
        failed = [f"{verdict.name} ({verdict.explanation})" for verdict in report.verdicts if not verdict.passed]
        if failed:
            problem = f"version {version.summary.version} failed {' and '.join(failed)}"
            raise GateError(problem, "mend the rows and create a new version")

    async def _require_no_loss(self, number: str) -> None:
        """Refuse what would make something worse: the check that blocks guards only the run that it is in. Raises `GateError`."""
        if losses := await losses_of(self.versions, number, self.thresholds):
            problem = " and ".join(f"{verdict.name} failed ({'; '.join(verdict.offenders)})" for verdict in losses)
            raise GateError(problem, losses[0].remedy.removesuffix("."))


async def losses_of(versions: VersionStore, number: str, thresholds: Thresholds) -> list[Verdict]:
    """The gates by which a version loses something against the active one. Raises `IntegrityError`, `VersionNotFoundError`."""
    version, active = await versions.get_version(number), await versions.get_active_version()
    return [verdict for verdict in judge_regression(version, active, thresholds) if not verdict.passed]


async def roll_back(promoter: Promoter, registry: VersionRegistry, number: str, reason: str, by: str) -> Activation:
    """Return to a version that was active before, in Phoenix too if that runs. Raises like `VersionRegistry.rollback_version`."""
    before = await active_summary(registry)
    version = await registry.rollback_version(number, reason, performed_by=by)
    return Activation(version, before, await promoter.make_known(number))


async def active_summary(versions: VersionStore) -> VersionSummary | None:
    """The active version without its rows, which may be corrupted: then one goes back all the same."""
    return next((one for one in await versions.list_versions() if one.status == "active"), None)
