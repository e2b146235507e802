"""Random sequences of operations, against the registry and against a model of it that fits on a page."""

import asyncio
import uuid

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from golden_assets.adapters.postgres import Pooling, PostgresVersionStore
from golden_assets.adapters.postgres.versions.auditing import verify_log
from golden_assets.domain.core.errors import GateError, IllegalTransitionError, RegistryError, VersionNotFoundError
from golden_assets_tests.factories import a_corpus, a_failed_report, a_report, a_testset, rows_on

TESTSETS = [a_testset(rows_on(a_corpus(), 4, start=4 * n)) for n in range(3)]
REPORTS = {
    (n, passed): (a_report if passed else a_failed_report)(testset) for n, testset in enumerate(TESTSETS) for passed in (True, False)
}
contents = st.integers(0, len(TESTSETS) - 1)
outcomes = st.sampled_from([True, False, None])
positions = st.integers(0, 5)


class Version:
    """What the model knows of a version. ``judgement``: True, False, ``forced``, or None for nobody's."""

    def __init__(self, content: int) -> None:
        self.content = content
        self.status = "draft"
        self.judgement: bool | str | None = None

    def judge(self, passed: bool | str) -> None:
        self.judgement = passed
        if self.status == "draft":
            self.status = "failed" if passed is False else "validated"


class Registry(RuleBasedStateMachine):
    """Drives both; numbers are taken from the registry, everything else is predicted."""

    url: str

    def __init__(self) -> None:
        super().__init__()
        self.store = PostgresVersionStore(self.url, f"model-{uuid.uuid4().hex}", Pooling.PER_USE)
        self.model: dict[str, Version] = {}
        self.operations = 0

    @rule(content=contents, passed=outcomes)
    def create(self, content: int, passed: bool | None) -> None:
        held = [(number, v) for number, v in self.model.items() if v.content == content]
        sound = [pair for pair in held if pair[1].status != "failed"]
        expected = next(iter(sound or held[-1:]), None)
        if expected and expected[1].status == "failed" and passed:
            expected = None
        report = None if passed is None else REPORTS[content, passed]
        summary, created = self._do(self.store.create_version(TESTSETS[content], report, created_by="m", run_id=None))
        assert created == (expected is None)
        if expected is None:
            assert summary.version not in self.model
            self.model[summary.version] = Version(content)
        else:
            assert summary.version == expected[0]
        if passed is not None:
            self.model[summary.version].judge(passed)
        assert summary.status == self.model[summary.version].status

    @rule(position=positions, passed=st.booleans())
    def judge(self, position: int, passed: bool) -> None:
        number, version = self._pick(position)
        if version is None:
            self._refused(VersionNotFoundError, self.store.record_quality(number, REPORTS[0, passed], performed_by="m"))
            return
        self._do(self.store.record_quality(number, REPORTS[version.content, passed], performed_by="m"))
        version.judge(passed)

    @rule(position=positions, force=st.booleans())
    def promote(self, position: int, force: bool) -> None:
        number, version = self._pick(position)
        action = self.store.promote_version(number, promoted_by="m", run_id=None, force=force)
        if version is None:
            self._refused(VersionNotFoundError, action)
        elif version.status == "validated" and not force and version.judgement is False:
            self._refused(GateError, action)
        elif version.status == "validated" or (force and version.status == "draft"):
            self._do(action)
            if force:
                version.judge("forced")
            self._activate(version)
        else:
            self._refused(IllegalTransitionError, action)

    @rule(position=positions, reason=st.sampled_from(["because", ""]))
    def rollback(self, position: int, reason: str) -> None:
        number, version = self._pick(position)
        action = self.store.rollback_version(number, reason, performed_by="m")
        if not reason:
            self._refused(RegistryError, action)
        elif version is None:
            self._refused(VersionNotFoundError, action)
        elif version.status == "archived":
            self._do(action)
            self._activate(version)
        else:
            self._refused(IllegalTransitionError, action)

    @rule(position=positions)
    def archive(self, position: int) -> None:
        number, version = self._pick(position)
        action = self.store.archive_version(number, performed_by="m")
        if version is None:
            self._refused(VersionNotFoundError, action)
        elif version.status == "active":
            self._do(action)
            version.status = "archived"
        else:
            self._refused(IllegalTransitionError, action)

    @invariant()
    def registry_and_model_agree(self) -> None:
        listed = asyncio.run(self.store.list_versions())
        assert [(v.version, v.status) for v in listed] == [(number, v.status) for number, v in reversed(self.model.items())]
        active = asyncio.run(self.store.get_active_version())
        assert (active.summary.version if active else None) == next((n for n, v in self.model.items() if v.status == "active"), None)

    def teardown(self) -> None:
        check = asyncio.run(verify_log(self.store.database, self.store.testset_name))
        assert (check.checked, check.faults) == (self.operations, ())

    def _pick(self, position: int) -> tuple[str, Version | None]:
        """A stored version, or a number that does not exist."""
        numbers = list(self.model)
        return (numbers[position], self.model[numbers[position]]) if position < len(numbers) else ("77.0.0", None)

    def _activate(self, version: Version) -> None:
        for other in self.model.values():
            other.status = "archived" if other.status == "active" else other.status
        version.status = "active"

    def _do(self, action):
        self.operations += 1
        return asyncio.run(action)

    def _refused(self, error: type[RegistryError], action) -> None:
        with pytest.raises(RegistryError) as caught:
            self._do(action)
        assert caught.type is error


def test_the_registry_and_its_model_never_differ(registry_url: str):
    Registry.url = registry_url
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large]
    run_state_machine_as_test(
        Registry,
        settings=settings(
            max_examples=20, stateful_step_count=15, deadline=None, derandomize=True, database=None, suppress_health_check=checks
        ),
    )
