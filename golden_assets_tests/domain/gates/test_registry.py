"""A gate is declared in one place; everything else is derived from there."""

from types import ModuleType

from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.gates.gate import gate, gates_in
from golden_assets.domain.gates.registry import ADMISSION_GATES, ALL_GATES, MONITORING_GATES

DECLARED = (*ALL_GATES, *MONITORING_GATES, *ADMISSION_GATES)


def test_every_gate_states_limits_that_exist_and_every_limit_belongs_to_a_gate() -> None:
    used = {name for one in DECLARED for name in one.spec.limits}
    assert used == set(Thresholds.model_fields)


def test_no_two_gates_have_one_name() -> None:
    names = [one.spec.name for one in DECLARED]
    assert len(names) == len(set(names))


def test_every_gate_on_a_version_is_reached_by_judging_its_subject() -> None:
    assert [one.spec.name for one in ALL_GATES if one.reads is None] == []


def test_a_decorated_function_judges_as_before_and_knows_its_name_stage_and_sentence() -> None:
    @gate("post-generation", "report", "min_rows", reads=lambda of, limits: (of, limits))
    def pumps_are_blue(pumps: int, thresholds: Thresholds) -> Verdict:
        """All pumps
        are blue.

        Others are not looked at.
        """
        said = {"explanation": f"{pumps} pumps.", "remedy": "Paint them.", "fingerprint": thresholds.fingerprint}
        return Verdict.of(pumps_are_blue.spec, pumps, ">=", thresholds.min_rows, n=pumps, **said)

    module = ModuleType(__name__)
    module.pumps_are_blue = pumps_are_blue  # type: ignore[attr-defined]
    assert gates_in(module) == (pumps_are_blue,)
    assert (pumps_are_blue.spec.name, pumps_are_blue.spec.description) == ("pumps_are_blue", "All pumps are blue.")
    assert pumps_are_blue(0, Thresholds()).outcome == "FAILED"
    assert pumps_are_blue.reads
    assert pumps_are_blue(*pumps_are_blue.reads(3, Thresholds())).passed
