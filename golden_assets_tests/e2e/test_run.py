import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import httpx
import pytest

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.defs.names import BUILT
from golden_assets.domain.core.hashing import sha256_text
from golden_assets_tests.e2e.conftest import Run
from golden_assets_tests.endpoint_faults import Fault
from golden_assets_tests.endpoint_server import CHAT, EMBEDDINGS, EndpointServer

Stored = Callable[[], list[dict[str, Any]]]
SAMPLES = ("alarms.md", "installation.md", "maintenance.md", "probes.md")


APART = {
    "ferry": "The Ferry Nordstern carries 120 passengers and 30 bicycles. The Ferry Nordstern leaves the northern pier twice a day. "
    "Bicycles travel on the lower deck because the stairs are steep. Tickets cost four crowns for adults.",
    "bread": "The Halden Bakery kneads every dough for twelve minutes. The Halden Bakery sells 300 loaves on a Saturday. "
    "The loaf rests in a linen basket overnight. Rye flour needs more water because it swells slowly.",
    "canal": "The keeper of the Marne Canal opens the sluice with an iron wheel. The Marne Canal freezes because it is shallow. "
    "The lock raises boats by five metres. Boats wait in the basin meanwhile.",
}
"""Documents without a common subject."""


def write_documents(folder: Path, *names: str) -> Path:
    """Some documents of the sample corpus in a folder of their own."""
    folder.mkdir()
    for name in names or SAMPLES:
        (folder / name).write_text((sample_corpus_folder() / name).read_text(encoding="utf-8"), encoding="utf-8")
    return folder


def test_the_sample_corpus_becomes_an_active_version_and_the_second_run_changes_nothing(
    command: Run, stored: Stored, dagster_instance: dg.DagsterInstance
) -> None:
    first = command("run", "--size", 12)
    assert first.returncode == 0, first.stderr
    assert "active version   1.0.0 (before: none)" in first.stdout
    assert "without a language model" in first.stdout
    assert "/datasets/" in first.stdout
    assert "passed gates_passed" in first.stderr
    (version,) = stored()
    assert (version["version"], version["status"], version["row_count"]) == ("1.0.0", "active", 12)
    promoted, built = dagster_instance.get_runs(limit=2)
    assert [run.job_name for run in (built, promoted)] == ["build_testset_job", "promote_version_job"]
    assert {run.remote_job_origin.location_name for run in (built, promoted)} == {"golden_assets"}
    assert {key for key in built.tags if not key.startswith((".dagster/", "dagster/"))} == set()

    second = command("run", "--size", 12)
    assert second.returncode == 0, second.stderr
    assert "no new version: nothing changed" in second.stdout
    assert len(stored()) == 1


def test_documents_without_a_common_subject_get_single_hop_questions_and_pass(command: Run, stored: Stored, tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    for name, text in APART.items():
        (docs / f"{name}.md").write_text(f"# {name.title()}\n\n{text}\n")
    result = command("create", "--docs", docs, "--size", 4)
    assert result.returncode == 0, result.stderr
    planned = "Planned instead: single_hop_specific 100%."
    assert planned in " ".join(result.stderr.split())
    assert planned in " ".join(result.stdout.split())
    (version,) = stored()
    assert {row["question_type"] for row in version["testset_data"]["rows"]} == {"single_hop_specific"}
    assert version["testset_data"]["request"]["question_types"]["multi_hop_specific"] == 0.25


def test_every_stored_context_stands_verbatim_in_its_document(command: Run, stored: Stored, tmp_path: Path) -> None:
    docs = write_documents(tmp_path / "docs")
    result = command("run", "--docs", docs, "--size", 8)
    assert result.returncode == 0, result.stderr
    rows = stored()[0]["testset_data"]["rows"]
    assert len(rows) == 8
    for context in (context for row in rows for context in row["contexts"]):
        text = (docs / context["document_id"]).read_text(encoding="utf-8")
        assert text[context["start"] : context["end"]] == context["text"]
        assert context["chunk_hash"] == sha256_text(context["text"].strip("\n"))


def test_the_phoenix_dataset_holds_exactly_the_stored_rows(command: Run, stored: Stored, phoenix_url: str, tmp_path: Path) -> None:
    ended = command("run", "--docs", write_documents(tmp_path / "docs"), "--size", 8)
    assert ended.returncode == 0
    (version,) = stored()
    (dataset,) = httpx.get(f"{phoenix_url}/v1/datasets", params={"name": f"golden_testset_{version['testset_name']}"}).json()["data"]
    assert f"/datasets/{dataset['id']}/examples" in ended.stdout
    examples = httpx.get(f"{phoenix_url}/v1/datasets/{dataset['id']}/examples").json()["data"]["examples"]
    assert len(examples) == version["row_count"]
    questions = {row["user_input"] for row in version["testset_data"]["rows"]}
    assert {question for example in examples for question in questions if question in json.dumps(example["input"])} == questions


def test_bad_files_are_listed_and_cost_only_themselves(command: Run, stored: Stored, tmp_path: Path) -> None:
    docs = write_documents(tmp_path / "docs")
    (docs / "latin.txt").write_bytes("Größe".encode("latin-1"))
    (docs / "nul.txt").write_bytes(b"a\0b")
    (docs / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    (docs / "z-copy.md").write_text((docs / "alarms.md").read_text(encoding="utf-8"), encoding="utf-8")
    (docs / "huge.md").write_text("word " * 2000, encoding="utf-8")
    result = command("run", "--docs", docs, "--size", 4, GOLDEN_ASSETS_MAX_DOCUMENT_BYTES="9000")
    assert result.returncode == 0, result.stderr
    for name in ("latin.txt", "nul.txt", "broken.pdf", "z-copy.md", "huge.md"):
        assert f"skipped {name}" in result.stdout
    assert stored()[0]["status"] == "active"


@pytest.mark.parametrize(
    ("prepare", "complaint"),
    [
        (lambda folder: folder, "does not exist"),
        (lambda folder: folder.mkdir() or folder, "no usable document"),
        (lambda folder: folder.write_text("x") and folder, "not a folder"),
    ],
)
def test_a_useless_folder_is_named_in_one_line(
    command: Run, stored: Stored, tmp_path: Path, prepare: Callable[[Path], Path], complaint: str
) -> None:
    folder = prepare(tmp_path / "docs")
    result = command("run", "--docs", folder)
    assert result.returncode == 1
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("error:")]
    assert str(folder) in line
    assert complaint in line
    assert result.stderr.splitlines()[-1] == line
    assert "source_documents" not in result.stderr, "a run was made"
    assert stored() == []


def test_a_document_with_one_word_stops_before_generation(command: Run, stored: Stored, tmp_path: Path) -> None:
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs" / "word.md").write_text("Hello\n", encoding="utf-8")
    result = command("run", "--docs", tmp_path / "docs")
    assert result.returncode == 1
    assert "gates failed: documents_are_usable" in result.stderr
    assert stored() == []


@pytest.mark.parametrize("size", ["0", "-5", "many"])
def test_a_senseless_size_is_wrong_usage(command: Run, size: str) -> None:
    result = command("run", "--size", size)
    assert result.returncode == 2
    assert "--size" in result.stderr


def test_more_rows_than_the_documents_yield_is_a_failed_version_that_says_so(command: Run, stored: Stored, tmp_path: Path) -> None:
    result = command("run", "--docs", write_documents(tmp_path / "docs", "probes.md"), "--size", 60)
    assert result.returncode == 1
    assert "testset_is_large_enough" in result.stderr
    assert "of 60 asked" in result.stdout
    (version,) = stored()
    assert version["status"] == "failed"


def test_an_unreachable_database_is_named_without_its_password(command: Run) -> None:
    result = command("run", GOLDEN_ASSETS_DATABASE_URL="postgresql://user:canary@127.0.0.1:9/registry")
    assert result.returncode == 1
    assert "127.0.0.1:9/registry" in result.stderr.splitlines()[-1]
    assert "canary" not in result.stdout + result.stderr


def test_an_endpoint_writes_the_rows_and_its_tokens_are_counted_to_the_last(
    command: Run, stored: Stored, tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    endpoint.script(
        Fault("status", status=429, retry_after="0", times=2), Fault("status", status=500, times=1), Fault("malformed_json", times=1)
    )
    result = command("run", "--docs", write_documents(tmp_path / "docs"), "--size", 6, **endpoint_variables)
    assert result.returncode == 0, result.stdout + result.stderr
    testset = stored()[0]["testset_data"]
    assert {row["model"] for row in testset["rows"]} == {"scripted"}
    assert testset["usage"]["prompt_tokens"] == endpoint.stats[CHAT].prompt_tokens
    assert testset["usage"]["completion_tokens"] == endpoint.stats[CHAT].completion_tokens
    assert endpoint.stats[EMBEDDINGS].prompt_tokens >= testset["usage"]["embedding_tokens"] > 0
    assert testset["usage"]["cost_usd"] > 0


def test_a_refused_api_key_stops_the_run_at_once_and_is_not_shown(
    command: Run, stored: Stored, tmp_path: Path, endpoint: EndpointServer, endpoint_variables: dict[str, str]
) -> None:
    variables = endpoint_variables | {"OPENAI_API_KEY": "sk-canary"}
    result = command("run", "--docs", write_documents(tmp_path / "docs"), "--size", 4, **variables)
    assert result.returncode == 1
    assert "OPENAI_API_KEY" in result.stderr.splitlines()[-1]
    assert "canary" not in result.stdout + result.stderr
    assert stored() == []


def test_a_model_without_a_price_is_refused_before_the_first_call(
    command: Run, endpoint: EndpointServer, endpoint_variables: dict[str, str], tmp_path: Path
) -> None:
    variables = {name: value for name, value in endpoint_variables.items() if not name.endswith("_PRICE")}
    result = command("run", "--docs", write_documents(tmp_path / "docs"), "--size", 4, **variables)
    assert result.returncode == 1
    assert "_PRICE in US dollars per million tokens" in result.stderr.splitlines()[-1]
    assert not endpoint.requests


def test_without_phoenix_everything_but_what_needs_it_works(command: Run, stored: Stored, dagster_instance: dg.DagsterInstance) -> None:
    off = {"GOLDEN_ASSETS_PHOENIX": "none"}
    run = command("run", "--size", 4, **off)
    assert run.returncode == 0, run.stderr
    assert [(one["version"], one["status"]) for one in stored()] == [("1.0.0", "active")]
    assert "/datasets/" not in run.stdout
    assert "not current in Phoenix" not in run.stdout + run.stderr
    built = next(one for one in dagster_instance.get_runs(limit=2) if one.job_name == "build_testset_job")
    made = dagster_instance.get_records_for_run(built.run_id, of_type=dg.DagsterEventType.ASSET_MATERIALIZATION).records
    assert {record.asset_key.path[-1] for record in made if record.asset_key} == {*BUILT} - {"phoenix_dataset"}
    status = command("status", **off)
    assert "none (phoenix: none in the settings)" in status.stdout
    refused = command("publish", "1.0.0", **off)
    assert refused.returncode == 1
    assert "there is no Phoenix (phoenix: none in the settings): set phoenix: embedded" in refused.stderr
    assert command("verify", **off).returncode == 0
