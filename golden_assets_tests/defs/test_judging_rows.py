"""What a model says of rows, as it arrives in the report, its gates and its metadata."""

from dataclasses import replace

from golden_assets.domain.critics.llm_judgements import FINDING_NAMES
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.defs.conftest import World, metadata_of, verdicts_of


def strict(row: TestsetRow) -> tuple[Finding, ...]:
    """Rejects single-hop rows and abstains on the others."""
    verdict = "rejected" if row.question_type == "single_hop_specific" else "abstained"
    return (Finding(row_id=row.row_id, critic=FINDING_NAMES["claims"], score=0.5, verdict=verdict, reason="as it was told"),)


def test_what_a_judge_says_is_counted_in_the_report_and_its_rejections_fail_the_gate_on_grounding(world: World) -> None:
    world.judge.version = "a strict judge"
    world.judge.findings = strict
    result = world.run()
    assert verdicts_of(result)["answers_are_grounded"] is False
    metadata = metadata_of(result, "quality_report")
    counts = {record.data["critic"]: record.data for record in metadata["critics"].records}[FINDING_NAMES["claims"]]
    assert counts == {"critic": FINDING_NAMES["claims"], "rows": 8, "passed": 0, "warnings": 0, "rejected": 4, "abstained": 4}
    assert (metadata["judge"], metadata["measure/abstentions"]) == ("a strict judge", 4)


def test_abstentions_alone_fail_no_gate(world: World) -> None:
    world.judge.findings = lambda row: tuple(replace(one, verdict="abstained") for one in strict(row))
    result = world.run()
    assert verdicts_of(result)["answers_are_grounded"] is True
    assert metadata_of(result, "quality_report")["measure/abstentions"] == 8
