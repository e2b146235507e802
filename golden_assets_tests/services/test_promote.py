"""The one way in which a version becomes active, over stores in memory."""

import asyncio

import pytest

from golden_assets.adapters.testing import InMemoryRegistryAuditor, InMemoryVersionStore, RecordingDatasetPublisher
from golden_assets.domain.core.errors import GateError, IllegalTransitionError, IntegrityError, PublishingError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.versions.versions import StoredVersion
from golden_assets.services.import_export import store_testset
from golden_assets.services.promote import Promoter, roll_back
from golden_assets_tests.factories import a_corpus, a_report, a_testset, rows_on

CORPUS = a_corpus(count=6)


class World:
    """A registry in memory, and what promotes its versions."""

    def __init__(self) -> None:
        self.versions = InMemoryVersionStore()
        self.publisher = RecordingDatasetPublisher()
        self.auditor = InMemoryRegistryAuditor()
        self.told: list[str] = []
        self.promoter = Promoter(self.versions, self.publisher, self.auditor.keep_head, Thresholds(), self.told.append)

    def store(self, rows: int, *, documents: int = 6, start: int = 0) -> str:
        """A version whose gates passed."""
        testset = a_testset(rows_on(a_corpus(count=documents), rows, start), CORPUS)
        creation = self.versions.create_version(testset, a_report(testset, CORPUS), created_by="test", run_id=None)
        return asyncio.run(creation)[0].version

    def activate(self, number: str, **options: object) -> None:
        asyncio.run(self.promoter.activate(number, by="Ada", **options))  # type: ignore[arg-type]

    @property
    def active(self) -> str | None:
        return next((one.summary.version for one in self.versions.versions if one.summary.status == "active"), None)


@pytest.fixture
def world() -> World:
    return World()


def test_what_becomes_active_is_in_phoenix_and_its_head_is_kept(world: World) -> None:
    world.activate(world.store(24))
    assert (world.active, [one.summary.version for one in world.publisher.received], world.auditor.kept) == ("1.0.0", ["1.0.0"], 1)


def test_a_version_that_is_worse_than_the_active_one_is_refused_and_that_is_on_record(world: World) -> None:
    world.activate(world.store(48))
    narrow = world.store(48, documents=3)
    with pytest.raises(GateError, match=r"does_not_regress failed \(achievable_coverage fell"):
        world.activate(narrow)
    assert world.active == "1.0.0"
    ((operation, said, by),) = world.versions.refusals
    assert (operation, by) == ("promote", "Ada")
    assert "does_not_regress" in said


def test_force_passes_over_a_loss_and_the_reason_is_on_record(world: World) -> None:
    world.activate(world.store(48))
    narrow = world.store(48, documents=3)
    world.activate(narrow, force=True, reason="the other half was retired")
    assert (world.active, world.versions.forced) == (narrow, {narrow: "the other half was retired"})


def test_a_draft_is_judged_before_it_is_activated(world: World) -> None:
    testset = a_testset(rows_on(CORPUS, 4), CORPUS)
    stored, new, activation = asyncio.run(store_testset(world.promoter, testset, {}, "Ada", auto_promote=True, number=None))
    assert (stored.summary.status, new, activation is not None) == ("active", True, True)
    assert stored.report is not None


def test_a_version_that_waits_for_approval_is_named_and_the_active_one_waits_for_nothing(world: World) -> None:
    number = world.store(24)
    world.versions.require_approval = True
    assert "not approved" in str(asyncio.run(world.promoter.waits(number)))
    asyncio.run(world.versions.approve_version(number, approved_by="Grace"))
    assert asyncio.run(world.promoter.waits(number)) is None
    world.activate(number)
    world.versions.approvals.clear()
    assert asyncio.run(world.promoter.waits(number)) is None


def test_a_version_that_is_active_already_is_shown_again_and_not_activated_again(world: World) -> None:
    number = world.store(24)
    world.activate(number)
    again = asyncio.run(world.promoter.ensure_active(number, by="Ada"))
    assert (again.version.version, again.diff, len(world.versions.promotions), len(world.publisher.received)) == ("1.0.0", None, 1, 2)
    with pytest.raises(IllegalTransitionError):
        world.activate(number)


def test_a_version_is_active_though_phoenix_is_down_and_a_head_that_cannot_be_kept_is_told_of(world: World) -> None:
    world.publisher.error = PublishingError("Phoenix is down", "start it")
    world.auditor.problems = ("the registry's head is not written down: the disk is full",)
    activation = asyncio.run(world.promoter.activate(world.store(24), by="Ada"))
    assert (world.active, activation.shown, world.told) == ("1.0.0", world.publisher.error, list(world.auditor.problems))


def test_going_back_is_shown_in_phoenix_too(world: World) -> None:
    for start in (0, 48):
        world.activate(world.store(48, start=start))
    asyncio.run(roll_back(world.promoter, world.versions, "1.0.0", "worse", "Ada"))
    assert (world.active, world.publisher.received[-1].summary.version) == ("1.0.0", "1.0.0")


def test_a_corrupted_active_version_stops_neither_the_question_for_approval_nor_a_forced_way_out(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its rows are read for the comparison alone: the sensor goes on, and a person can replace it."""
    first, second = world.store(24), world.store(48)
    world.activate(first)

    read = world.versions.get_active_version

    async def corrupted() -> StoredVersion | None:
        if world.active == first:
            raise IntegrityError("version 1.0.0 was changed since it was stored", "go back to a version that is whole")
        return await read()

    monkeypatch.setattr(world.versions, "get_active_version", corrupted)
    assert asyncio.run(world.promoter.waits(first)) is None
    assert asyncio.run(world.promoter.waits(second)) is None
    with pytest.raises(IntegrityError, match="was changed"):
        asyncio.run(world.promoter.ensure_active(second, by="Ada"))
    assert [operation for operation, *_ in world.versions.refusals] == ["promote"]
    asyncio.run(world.promoter.activate(second, by="Ada", force=True, reason="the active one is corrupted"))
    assert world.active == second
