"""What Phoenix holds against what the registry says."""

import pytest

from golden_assets.domain.core.errors import GateError, PublishingError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.publication import DatasetState, phoenix_matches_the_registry, require_publishable
from golden_assets.domain.versions.versions import VersionStatus
from golden_assets_tests.adapters.phoenix.versions import a_version, rows

ACTIVE = a_version("golden", rows("a?", "b?"))
DEFAULTS = Thresholds()


def state(**found: object) -> DatasetState:
    return DatasetState.model_validate({"dataset_name": "golden_testset_golden", "current": "1.0.0"} | found)


def test_the_active_version_whole_and_current_passes() -> None:
    verdict = phoenix_matches_the_registry(ACTIVE, state(), DEFAULTS)
    assert verdict.passed
    assert "Of the 2 rows of version 1.0.0 in golden_testset_golden: 0 missing" in verdict.explanation


def test_without_an_active_version_there_is_nothing_to_hold() -> None:
    assert phoenix_matches_the_registry(None, None, DEFAULTS).passed


def test_a_version_that_waits_for_its_promotion_may_not_be_the_current_one() -> None:
    verdict = phoenix_matches_the_registry(ACTIVE, state(current="1.1.0"), DEFAULTS)
    assert not verdict.passed
    assert verdict.offenders == ("version 1.1.0 is the current one in Phoenix",)


@pytest.mark.parametrize("fault", ["missing", "altered", "unexpected"])
def test_each_row_that_is_not_as_it_should_be_is_an_offender(fault: str) -> None:
    verdict = phoenix_matches_the_registry(ACTIVE, state(**{fault: ("row-1",)}), DEFAULTS)
    assert (verdict.passed, verdict.measured, verdict.offenders) == (False, 1, (f"row-1: {fault}",))
    assert (verdict.n, verdict.thresholds_fingerprint) == (2, DEFAULTS.fingerprint)
    assert "golden-assets publish" in verdict.remedy


def test_a_phoenix_that_cannot_be_asked_fails_with_cause_and_remedy() -> None:
    verdict = phoenix_matches_the_registry(ACTIVE, PublishingError("Phoenix at http://x cannot be reached", "start it"), DEFAULTS)
    assert not verdict.passed
    assert verdict.offenders == ("Phoenix at http://x cannot be reached",)
    assert verdict.remedy == "Start it."


@pytest.mark.parametrize(("status", "allowed"), [("draft", False), ("failed", False), ("validated", True), ("archived", True)])
def test_only_what_passed_its_gates_is_published(status: VersionStatus, allowed: bool) -> None:
    summary = ACTIVE.summary.model_copy(update={"status": status})
    if allowed:
        require_publishable(summary)
    else:
        with pytest.raises(GateError, match=f"is {status}"):
            require_publishable(summary)
