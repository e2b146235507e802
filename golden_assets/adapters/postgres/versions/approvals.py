"""What people say of versions and rows, as the part of the version registry that keeps it."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.versions import reviews
from golden_assets.adapters.postgres.versions.operations import perform
from golden_assets.adapters.postgres.versions.registry import PostgresRegistry
from golden_assets.adapters.postgres.versions.reviews import feedback_on, give_feedback
from golden_assets.domain.review.feedback import Feedback
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.similarity.waivers import Waiver
from golden_assets.domain.versions.version_numbers import parse_version
from golden_assets.domain.versions.versions import Approval, VersionSummary


class ConsentRegistry(PostgresRegistry):
    """Approvals of versions, decisions on their rows, and waivers of pairs of rows."""

    async def approve_version(self, version: str, *, approved_by: str, note: str | None = None) -> tuple[Approval, bool]:
        """Record an approval of a version, unless it has one: (the approval on record, whether it is new).

        Raises:
            RegistryError: no name is given.
            InvalidVersionError, VersionNotFoundError: no such version.
            IllegalTransitionError: it is a draft, or it failed.
        """
        operation = self._operation("approve", approved_by, None, {"version": version, "note": note})

        async def _approve(connection: AsyncConnection) -> None:
            parse_version(version)
            await reviews.approve(connection, operation, version, approved_by, note)

        async def _read(connection: AsyncConnection, recorded: Mapping[str, Any]) -> tuple[Approval, bool]:
            return (await reviews.approvals(connection, self.testset_name, version))[0], bool(recorded)

        return await perform(self.database, operation, _approve, _read)

    async def approval(self, version: str) -> Approval | None:
        """The approval of a version, if it has one. Raises `InvalidVersionError`."""
        parse_version(version)
        found = await self.database.read(lambda connection: reviews.approvals(connection, self.testset_name, version))
        return found[0] if found else None

    async def approved_versions(self) -> frozenset[str]:
        """The versions that are approved."""
        return await self.database.read(lambda connection: reviews.approved(connection, self.testset_name))

    async def decide_row(self, version: str, decision: RowDecision) -> VersionSummary:
        """Put a decision on a row on record. Raises `VersionNotFoundError` for a version or row that is not there."""
        details = {"version": version, "row_id": decision.row_id, "decision": decision.decision, "reason": decision.reason}
        operation = self._operation("review", decision.reviewer, None, details)
        return await self._change(operation, lambda connection: reviews.review(connection, operation, version, decision))

    async def decisions(self, version: str) -> list[RowDecision]:
        """The decision in force on each row of a version, in the order in which they were made."""
        return await self.database.read(lambda connection: reviews.reviews(connection, self.testset_name, version))

    async def waive_pair(self, version: str, waiver: Waiver) -> VersionSummary:
        """Put on record that two rows are two questions. Raises `VersionNotFoundError` for a version or row that is not there."""
        details = {"version": version, **waiver.model_dump(include={"row_id", "other_row_id", "reason"})}
        operation = self._operation("waive", waiver.waived_by, None, details)
        return await self._change(operation, lambda connection: reviews.waive(connection, operation, version, waiver))

    async def give_feedback(self, version: str, feedback: Feedback) -> None:
        """Put a user's word on a row on record. Raises `VersionNotFoundError` for a version or row that is not there."""
        await give_feedback(self.database, self.testset_name, version, feedback)

    async def feedback(self, version: str) -> list[Feedback]:
        """What users said of the rows of a version, the oldest first."""
        return await feedback_on(self.database, self.testset_name, version)

    async def withdraw_waiver(self, waiver: Waiver) -> list[Waiver]:
        """Put on record that a waiver no longer counts; ``waiver`` says who withdraws it and why. Returns those that still count.

        Raises `TestsetError` when the pair is not waived.
        """
        details = waiver.model_dump(include={"row_id", "other_row_id", "reason"})
        operation = self._operation("withdraw", waiver.waived_by, None, details)
        return await perform(
            self.database,
            operation,
            lambda connection: reviews.withdraw(connection, operation, waiver),
            lambda connection, _: reviews.waivers(connection, self.testset_name),
        )

    async def waivers(self) -> list[Waiver]:
        """The latest waiver on each pair of rows, where it was not withdrawn, whichever version they were given on."""
        return await self.database.read(lambda connection: reviews.waivers(connection, self.testset_name))
