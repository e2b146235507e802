"""Every gate in the graph: the one defect that it is there for is planted, and this gate, no other, fails and holds what it should."""

import re
from collections.abc import Callable
from io import StringIO

import dagster as dg
import pytest
from rich.console import Console

from golden_assets.cli.terminal.run_summary import print_report
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.similarity.waivers import waiver_on
from golden_assets.domain.testsets.testset import TestsetRow, TokenUsage
from golden_assets_tests.defs.conftest import World, metadata_of, verdicts_of
from golden_assets_tests.factories import a_context, a_document, a_sentence, changed

Rows = tuple[TestsetRow, ...]


def first_row(**changes: object) -> Callable[[Rows], Rows]:
    """The rows with the first one changed."""
    return lambda rows: (changed(rows[0], **changes), *rows[1:])


def misnumbered(row: TestsetRow) -> TestsetRow:
    """The row with numbers in its reference that its passage does not have."""
    return changed(row, reference=re.sub(r"\d+", lambda found: f"{int(found[0]) + 700}", row.reference))


def all_of_one_type(rows: Rows) -> Rows:
    return tuple(changed(row, question_type="single_hop_specific") for row in rows)


def all_from_one_document(rows: Rows) -> Rows:
    return tuple(changed(row, contexts=rows[1].contexts, reference=rows[1].reference) for row in rows)


def a_hop_sold_twice(rows: Rows) -> Rows:
    return (rows[0], changed(rows[1], contexts=rows[1].contexts[:1], reference=rows[1].contexts[0].text), *rows[2:])


DANGLING = ("What does this document say about pumps?", "Which valve is shown in the figure above?", "Who signs the list in section 3?")

SPOILT: dict[str, Callable[[Rows], Rows]] = {
    "rows_are_complete": first_row(reference=""),
    "hops_are_real": a_hop_sold_twice,
    "questions_are_unique": lambda rows: (*rows[:-1], changed(rows[-1], user_input=rows[0].user_input.upper())),
    "question_types_match_target": all_of_one_type,
    "every_source_is_covered": all_from_one_document,
    "contexts_are_verbatim": first_row(contexts=(a_context(start=3, end=3 + len(a_sentence(0))),)),
    "answers_are_grounded": lambda rows: (*map(misnumbered, rows[:3]), *rows[3:]),
    "questions_stand_alone": lambda rows: (*(changed(row, user_input=q) for row, q in zip(rows, DANGLING, strict=False)), *rows[3:]),
}


def failures_of(world: World) -> set[str]:
    """The gates that fail in one run."""
    return {name for name, passed in verdicts_of(world.run()).items() if not passed}


class LeaningEmbedder:
    """Every two questions are this far apart, and other texts have nothing in common."""

    name = "leaning"
    usage = TokenUsage()

    def __init__(self, distance: float) -> None:
        self.common = (1 - distance) ** 0.5

    async def embed(self, texts: list[str]) -> list[list[float]]:
        shares = [self.common if text.endswith("?") else 0.0 for text in texts]
        return [[share, *((1 - share**2) ** 0.5 * (place == row) for place in range(len(texts)))] for row, share in enumerate(shares)]


def printed(result: dg.ExecuteInProcessResult) -> str:
    """What the terminal shows of a run."""
    out = StringIO()
    print_report(Console(file=out, width=400), [result])
    return out.getvalue()


def stopped_after_storing(world: World) -> bool:
    """Whether the version is on record as failed, and nobody else saw it."""
    (stored,) = world.versions.versions
    return stored.summary.status == "failed" and not world.publisher.received


@pytest.mark.parametrize("gate", SPOILT)
def test_a_defect_of_the_rows_fails_its_own_gate_alone_and_the_version_goes_no_further(world: World, gate: str) -> None:
    world.generator.spoil = SPOILT[gate]
    assert failures_of(world) == {gate, "gates_passed"}
    assert stopped_after_storing(world)


def test_too_few_rows_fail_their_own_gate_alone(world: World) -> None:
    world.generator.shortfall = 2
    assert failures_of(world) == {"testset_is_large_enough", "gates_passed"}
    assert stopped_after_storing(world)


def test_clumped_questions_fail_diversity_alone(world: World) -> None:
    world.embedder = LeaningEmbedder(0.3)
    assert failures_of(world) == {"questions_are_diverse", "gates_passed"}
    assert stopped_after_storing(world)


def test_questions_that_mean_the_same_warn_and_hold_nothing(world: World) -> None:
    world.thresholds = Thresholds(max_semantic_similarity=0.0, max_misfit_share=1.0)
    world.generator.spoil = lambda rows: (*rows[:4], changed(rows[0], user_input="Which machine rests in the basement?"), *rows[5:])
    result = world.run()
    assert result.success
    assert {name for name, passed in verdicts_of(result).items() if not passed} == {"questions_differ_in_meaning"}
    assert metadata_of(result, "quality_report")["status"] == "warning"
    assert re.search(r"questions_differ_in_meaning *│[^│]*│[^│]*│ warning 1 of 8", printed(result))
    assert [published.summary.status for published in world.publisher.received] == ["validated"]


def test_answers_that_nothing_can_judge_warn_are_activated_and_say_so_everywhere(world: World) -> None:
    result = world.run()
    (check,) = [one for one in result.get_asset_check_evaluations() if one.check_name == "answers_fit_their_questions"]
    assert (check.passed, check.severity, check.blocking) == (False, dg.AssetCheckSeverity.WARN, False)
    assert str(check.description).startswith("Not judged: on 8 of 8 rows neither a model nor a person has said")
    assert metadata_of(result, "quality_report")["gates_not_judged"] == ["answers_fit_their_questions"]
    assert metadata_of(result, "stored_version")["answers"].startswith("not judged: neither a model nor a person has said")
    assert re.search(r"answers +not judged: neither a model nor a person", printed(result))
    request = world.tick("promotion_sensor")
    promoted = world.run("promote_version_job", run_config=request.run_config, tags=request.tags)
    assert metadata_of(promoted, "active_version")["answers"].startswith("not judged: neither a model nor a person has said")
    assert not world.versions.versions[0].summary.answers_judged


def test_a_pair_that_a_person_waived_fails_no_more_and_the_next_run_makes_a_version_that_passes(world: World) -> None:
    world.generator.spoil = SPOILT["questions_are_unique"]
    assert failures_of(world) == {"questions_are_unique", "gates_passed"}
    rows = world.versions.versions[0].testset.rows
    world.versions.waived = [waiver_on(rows[0].row_id, rows[-1].row_id, "it asks of the other pump", "Ada")]
    result = world.run()
    assert result.success
    assert [stored.summary.status for stored in world.versions.versions] == ["failed", "validated"]
    report = world.versions.versions[1].report
    assert report
    assert any("says Ada: it asks of the other pump" in verdict.explanation for verdict in report.verdicts)


def test_a_request_that_contradicts_the_limits_fails_before_anything_is_written(world: World) -> None:
    world.thresholds = Thresholds(min_rows=9)
    assert failures_of(world) == {"configuration_is_valid"}
    assert (world.generator.calls, world.versions.versions) == ([], [])


def test_a_version_worse_than_the_active_one_fails_only_the_gate_on_losses_and_is_not_published(world: World) -> None:
    world.embedder = LeaningEmbedder(1.0)
    world.run()
    request = world.tick("promotion_sensor")
    world.run("promote_version_job", run_config=request.run_config, tags=request.tags)
    world.embedder = LeaningEmbedder(0.75)
    world.generator.start = 50
    world.source.documents = (*world.source.documents, a_document("z-new.md"))
    assert failures_of(world) == {"does_not_regress"}
    assert {published.summary.version for published in world.publisher.received} == {"1.0.0"}


def test_a_single_row_has_a_verdict_from_every_gate(world: World) -> None:
    result = world.run(size=1)
    assert result.success
    assert all(verdicts_of(result).values())
    small = "With 1 row from 1 document, no difference between two systems"
    assert all(metadata_of(result, asset)["power"].startswith(small) for asset in ("quality_report", "stored_version"))
    assert re.search(f"power +{small}", printed(result))


def test_rows_all_alike_are_stored_as_failed_with_the_reasons(world: World) -> None:
    world.generator.spoil = lambda rows: (rows[0],) * len(rows)
    assert {"questions_are_unique", "question_types_match_target", "gates_passed"} <= failures_of(world)
    assert stopped_after_storing(world)
