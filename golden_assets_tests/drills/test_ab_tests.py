"""Two versions of a real testset held against each other, from the command line and from Python, judged by a scripted endpoint too."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest

from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.experiment import TaskAnswer
from golden_assets.manager import GoldenTestsetManager
from golden_assets_tests.e2e.conftest import Run
from golden_assets_tests.endpoint_server import EndpointServer

GOOD = "def answer(question):\n    return {'answer': question, 'contexts': []}\n"
OTHER = "def answer(question):\n    return {'answer': question + ' Please.', 'contexts': []}\n\ndef never(question):\n    return None\n"


def as_json(ended: subprocess.CompletedProcess[str]) -> Any:
    assert ended.returncode == 0, ended.stderr
    return json.loads(ended.stdout)


def edited_corpus(folder: Path) -> Path:
    """The sample documents, a third of them gone: their rows go, and others come."""
    from golden_assets.adapters.documents.build_corpus import sample_corpus_folder

    folder.mkdir()
    for source in sorted(sample_corpus_folder().glob("*.md"))[:8]:
        (folder / source.name).write_text(source.read_text())
    return folder


def test_two_versions_and_two_tasks_are_compared_and_recorded_experiments_again(command: Run, tmp_path: Path):
    assert command("run", "--size", "24").returncode == 0
    assert command("create", "--size", "24", "--docs", edited_corpus(tmp_path / "docs")).returncode == 0
    (tmp_path / "good.py").write_text(GOOD)
    (tmp_path / "other.py").write_text(OTHER)
    newest = as_json(command("list-versions", "--format", "json"))[0]["version"]

    found = as_json(command("ab-test", "1.0.0", newest, "--task", "good:answer", "--evaluator", "token_f1", "--format", "json"))
    primary, bridge = found["primary"], found["primary"]["bridge"]
    assert primary["design"] == "partly paired"
    assert bridge["common"] == 0, "the same task answers the same rows in the same way"
    assert abs(bridge["removed"] + bridge["added"] - primary["difference"]) < 1e-12
    assert (found["a"]["version"], found["b"]["version"]) == ("1.0.0", newest)
    assert found["better"] is (primary["low"] > 0 and primary["mean_b"] > 1.05 * primary["mean_a"])
    assert "easier for this task" in found["cautions"][0]

    again = as_json(
        command("ab-test", "--experiment", found["a"]["experiment_id"], "--experiment", found["b"]["experiment_id"], "--format", "json")
    )
    assert again == found

    page = tmp_path / "ab.html"
    sides = ("ab-test", "1.0.0", "--task", "other:answer", "--task", "baseline", "--metric", "token_f1")
    written = command(*sides, "--output", page).stdout
    assert written.endswith(f"wrote {page}\n")
    assert "B is " in written
    text = page.read_text()
    assert "<svg" in text
    assert "24 common rows" in text
    assert "do not choose a language model" in text
    assert re.search(r"token_f1 0\.\d+ against 0\.\d+, more than 5 % higher", text)

    same = command("ab-test", "1.0.0", "1.0.0")
    assert (same.returncode, same.stderr) == (1, "error: both sides are version 1.0.0: name another version or a second task.\n")
    hopeless = command("ab-test", "1.0.0", newest, "--task", "other:never")
    assert "no score in common (ValueError: the task returned NoneType" in hopeless.stderr


ANSWERS: dict[str, str] = {}


def from_memory(question: str) -> TaskAnswer:
    """Knows what the test put into `ANSWERS`."""
    return TaskAnswer(answer=ANSWERS.get(question, ""))


async def test_the_manager_runs_the_plans_workflow_and_promotes_a_version_that_is_better(
    command: Run, environment: dict[str, str], monkeypatch: pytest.MonkeyPatch
):
    assert command("run", "--size", "24").returncode == 0
    assert command("create", "--size", "24", "--seed", "7").returncode == 0
    for name, value in environment.items():
        if name.startswith("GOLDEN_ASSETS_"):
            monkeypatch.setenv(name, value)
    async with GoldenTestsetManager() as manager:
        version_a, version_b = "1.0.0", (await manager.list_versions())[0].version
        options: dict[str, Any] = {"evaluators": ("exact_match",), "promote_if_better": True}

        retained = await manager.ab_test(version_a, version_b, [from_memory], **options)
        assert (retained.primary.mean_b, retained.better, retained.promoted) == (0.0, False, False)

        old, new = [(await manager.get_version(version)).stored.testset.rows for version in (version_a, version_b)]
        ANSWERS.update({row.user_input: row.reference for row in new})
        experiment = await manager.run_experiment(version_b, from_memory, evaluators=("exact_match",), concurrency=4)
        assert experiment.summary.scores == {"exact_match": 1.0}
        promoted = await manager.ab_test(version_a, version_b, [from_memory], **options)
        assert promoted.primary.mean_b == 1.0
        assert promoted.primary.mean_a == sum(ANSWERS.get(row.user_input) == row.reference for row in old) / len(old)
        assert (promoted.better, promoted.promoted) == (True, True)
        active = await manager.get_active_version()
        assert active is not None
        assert active.version == version_b
        assert len(await manager.list_experiments(version_b)) == 3
        assert not (await manager.ab_test(version_a, version_b, [from_memory], **options)).promoted, "it is active already"
        with pytest.raises(ExperimentError, match="both sides are version"):
            await manager.ab_test(version_b, version_b, [from_memory], **options)
        with pytest.raises(ExperimentError, match="define the task at the top of a module"):
            await manager.run_experiment(version_b, lambda question: question)


def test_judges_ask_the_endpoint_once_and_their_calls_are_in_the_ledger(
    command: Run, endpoint: EndpointServer, endpoint_variables: dict[str, str], tmp_path: Path
):
    assert command("run", "--size", "8").returncode == 0
    refused = command("experiment", "active", "--evaluator", "correctness")
    assert (refused.returncode, "judges need a language model" in refused.stderr) == (1, True)
    judged = ("experiment", "active", "--evaluator", "correctness", "--evaluator", "groundedness", "--format", "json")
    summary = as_json(command(*judged, **endpoint_variables))
    assert summary["error_count"] == 0
    assert summary["scores"] == {"correctness": 1.0, "groundedness": 1.0}, "the scripted judge is always content"

    def judged_calls() -> dict[str, int]:
        lines = as_json(command("costs", "--by", "stage", "--format", "json"))
        return {line["label"]: line["calls"] for line in lines if line["label"].startswith("judge:")}

    paid = judged_calls()
    assert paid == {"judge:correctness": 8, "judge:groundedness": 8}
    assert as_json(command(*judged, **endpoint_variables))["scores"] == summary["scores"]
    assert judged_calls() == paid, "the same answer is not paid for twice"
