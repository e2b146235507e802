"""What is written is read back as the same testset, whatever stands in it; files are there whole or not at all."""

import csv
import io
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from golden_assets.adapters.exchange import render, write_file, write_folder
from golden_assets.adapters.exchange.import_file import IMPORT_FORMATS, ImportedFile, read_file
from golden_assets.domain.core.errors import FileError, TestsetError
from golden_assets.domain.testsets.testset import Context, Testset, TestsetRow
from golden_assets.domain.versions.versions import StoredVersion, VersionSummary
from golden_assets_tests.factories import a_context, a_row, a_testset

TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=20)
TRICKY = st.sampled_from(
    [
        "",
        " ",
        "\r",
        "\n",
        "\r\n",
        '"',
        "'",
        ",",
        "=1+1",
        "@x",
        "null",
        "NaN",
        "[]",
        "['a', 'b']",
        '["a"]',
        '{"a": 1}',
        "\ufeff",
        "\x85",
        "\u2028",
    ]
)
WORDS = TEXTS | TRICKY
NUMBERS = st.integers(-(2**53) + 1, 2**53 - 1) | st.floats(allow_nan=False, allow_infinity=False)
VALUES = st.recursive(
    st.none() | st.booleans() | NUMBERS | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=5,
)
TAKEN_NAMES = [
    "user_input",
    "question",
    "ground_truths",
    "extra",
    "row_id",
    "contexts",
    "columns",
    "data",
    "",
    "__index_level_0__",
    "Unnamed: 0",
]
HASHES = st.text("0123456789abcdef", min_size=64, max_size=64)
CONTEXTS = st.builds(
    Context, text=WORDS, document_id=WORDS, document_hash=HASHES, chunk_hash=HASHES, start=st.integers(0, 9), end=st.integers(9, 99)
)
LABELS = st.none() | TEXTS.filter(bool)
ROWS = st.builds(
    TestsetRow,
    user_input=WORDS,
    reference=WORDS,
    contexts=st.lists(CONTEXTS, max_size=3).map(tuple),
    question_type=WORDS,
    synthesizer_name=WORDS,
    persona_name=LABELS,
    query_style=LABELS,
    query_length=LABELS,
    model=WORDS,
    prompt_hash=LABELS,
    seed=st.none() | st.integers(-(2**53) + 1, 2**53 - 1),
    call_ids=st.lists(st.uuids().map(str), max_size=2).map(tuple),
    run_id=LABELS,
    extra=st.dictionaries(WORDS | st.sampled_from(TAKEN_NAMES), VALUES, max_size=3),
)
TESTSETS = st.lists(ROWS, min_size=1, max_size=3, unique_by=lambda row: row.row_hash).map(lambda rows: a_testset(tuple(rows)))


def read_back(testset: Testset, file_format: Any, folder: Path) -> ImportedFile:
    (folder / "exported").write_bytes(render(testset, file_format))
    return read_file(folder / "exported", file_format)


@pytest.mark.parametrize("file_format", IMPORT_FORMATS)
@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(testset=TESTSETS)
def test_reading_what_was_written_gives_the_same_testset(tmp_path: Path, file_format: Any, testset: Testset):
    read = read_back(testset, file_format, tmp_path)
    assert read.testset.failures == ()
    assert read.testset.testset_hash == testset.testset_hash
    assert read.testset.rows == tuple(as_json(row) for row in testset.rows)
    assert render(read.testset, file_format) == render(testset, file_format)


def as_json(row: TestsetRow) -> TestsetRow:
    """The row with the numbers of its unknown fields as JSON hands them back."""
    return TestsetRow.model_validate_json(row.model_dump_json())


@pytest.mark.parametrize("file_format", IMPORT_FORMATS)
def test_fields_of_unknown_names_come_back_as_they_were(tmp_path: Path, file_format: Any):
    extra = {"topic": "x", "score": 0.5, "nothing": None, "question": "old", "extra": {"deep": []}, "": "nameless", "reference": ["r"]}
    testset = a_testset((a_row(extra=extra), a_row(user_input="b")))
    assert [row.extra for row in read_back(testset, file_format, tmp_path).testset.rows] == [extra, {}]


def test_text_and_values_stand_under_their_own_names_where_a_file_can_hold_them():
    testset = a_testset((a_row(extra={"topic": "x", "score": 0.5, "none": None}),))
    (record,) = json.loads(render(testset, "json"))
    assert (record["topic"], record["score"], record["extra"]) == ("x", 0.5, {"none": None})
    (cells,) = csv.DictReader(io.StringIO(render(testset, "csv").decode(), newline=""))
    assert (cells["topic"], json.loads(cells["extra"])) == ("x", {"score": 0.5, "none": None})
    assert json.loads(cells["reference_contexts"]) == [context.text for context in testset.rows[0].contexts]


def test_a_row_that_was_edited_is_judged_like_any_other(tmp_path: Path):
    blank = a_testset((a_row(user_input=""), a_row()))
    assert len(read_back(blank, "jsonl", tmp_path).testset.rows) == 2
    edited = render(a_testset((a_row(user_input="edit me"), a_row())), "csv").replace(b"edit me", b"")
    (tmp_path / "edited.csv").write_bytes(edited)
    assert [failure.reason for failure in read_file(tmp_path / "edited.csv").testset.failures] == ["user_input is blank"]


def test_a_passage_that_was_edited_loses_its_place_and_the_others_keep_theirs(tmp_path: Path):
    kept, edited = a_context(), a_context(text="The")
    text = render(a_testset((a_row(contexts=(edited, kept)),)), "jsonl").decode().replace('["The",', '["That",')
    (tmp_path / "t.jsonl").write_text(text, encoding="utf-8")
    first, second = read_file(tmp_path / "t.jsonl").testset.rows[0].contexts
    assert (first.text, first.document_id) == ("That", "unknown")
    assert second == kept


def test_ragas_reads_what_is_written_for_it(tmp_path: Path):
    os.environ |= {"RAGAS_DO_NOT_TRACK": "true", "TQDM_DISABLE": "1"}
    from ragas import EvaluationDataset
    from ragas.testset.synthesizers.testset_schema import Testset as RagasTestset

    testset = a_testset((a_row(persona_name="Auditor", extra={"response": "none of theirs"}), a_row(user_input="b\u2028c", contexts=())))
    (tmp_path / "t.jsonl").write_bytes(render(testset, "ragas"))
    dataset = EvaluationDataset.from_jsonl(tmp_path / "t.jsonl")
    assert [(s.user_input, s.reference, s.reference_contexts, s.persona_name, s.response) for s in dataset.samples] == [
        (row.user_input, row.reference, [c.text for c in row.contexts], row.persona_name, None) for row in testset.rows
    ]
    samples = RagasTestset.from_list([json.loads(line) for line in render(testset, "ragas").decode().strip().split("\n")]).samples
    assert [sample.synthesizer_name for sample in samples] == ["single_hop_specific"] * 2
    back = read_file(tmp_path / "t.jsonl").testset
    assert [row.content["user_input"] for row in back.rows] == [row.user_input for row in testset.rows]


def a_stored(testset: Testset) -> StoredVersion:
    summary = VersionSummary(
        testset_name="golden",
        version="1.2.0",
        status="active",
        testset_hash=testset.testset_hash,
        corpus_hash=testset.corpus_hash,
        row_count=len(testset.rows),
        created_at=datetime(2026, 1, 1, tzinfo=UTC),
    )
    return StoredVersion(summary=summary, testset=testset)


def test_datasets_loads_the_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    for name in ("HF_HUB_OFFLINE", "HF_DATASETS_OFFLINE", "HF_HUB_DISABLE_TELEMETRY"):
        monkeypatch.setenv(name, "1")
    monkeypatch.setenv("HF_HOME", str(tmp_path / "cache"))
    import datasets

    testset = a_testset((a_row(extra={"topic": "x"}), a_row(user_input="b")))
    write_folder(tmp_path / "golden", a_stored(testset), force=False)
    datasets.disable_progress_bars()
    loaded = datasets.load_dataset(str(tmp_path / "golden"), split="test", cache_dir=str(tmp_path / "cache"))
    assert loaded["user_input"][:] == [row.user_input for row in testset.rows]
    assert loaded["reference_contexts"][0] == [context.text for context in testset.rows[0].contexts]
    assert testset.testset_hash in (tmp_path / "golden" / "README.md").read_text()
    again = read_file(tmp_path / "golden" / "data" / "test-00000-of-00001.parquet")
    assert again.testset.testset_hash == testset.testset_hash


def files_in(folder: Path) -> Iterator[str]:
    return (str(path.relative_to(folder)) for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_folder_is_replaced_only_if_an_export_wrote_it(tmp_path: Path):
    stored, other = a_stored(a_testset((a_row(),))), a_stored(a_testset((a_row(user_input="other"),)))
    target = tmp_path / "golden"
    write_folder(target, stored, force=False)
    with pytest.raises(FileError, match=r"golden exists: choose another name, or overwrite it with --force"):
        write_folder(target, other, force=False)
    write_folder(target, other, force=True)
    assert other.summary.testset_hash in (target / "README.md").read_text()
    (target / "thesis.txt").write_text("irreplaceable")
    with pytest.raises(FileError, match="was not written by an export, and is not deleted"):
        write_folder(target, stored, force=True)
    with pytest.raises(FileError, match="was not written by an export"):
        write_folder(target / "thesis.txt", stored, force=True)
    assert list(files_in(tmp_path)) == ["golden/README.md", "golden/data/test-00000-of-00001.parquet", "golden/thesis.txt"]


def test_a_file_is_not_overwritten_unless_that_is_wanted(tmp_path: Path):
    target = tmp_path / "rows.jsonl"
    write_file(target, b"first", force=False)
    with pytest.raises(FileError, match=r"rows\.jsonl exists: choose another name, or overwrite it with --force"):
        write_file(target, b"second", force=False)
    assert target.read_bytes() == b"first"
    write_file(target, b"second", force=True)
    assert target.read_bytes() == b"second"
    assert list(files_in(tmp_path)) == ["rows.jsonl"]


def test_a_file_that_cannot_be_finished_leaves_the_old_one_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    target = tmp_path / "rows.jsonl"
    target.write_bytes(b"old")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(FileError, match=r"rows\.jsonl cannot be written \(No space left on device\)"):
        write_file(target, b"new", force=True)
    assert target.read_bytes() == b"old"
    assert list(files_in(tmp_path)) == ["rows.jsonl"]


def test_a_place_that_does_not_exist_is_named(tmp_path: Path):
    with pytest.raises(FileError, match=r"cannot be written \(No such file or directory\): choose a place that exists"):
        write_file(tmp_path / "nowhere" / "rows.jsonl", b"", force=False)
    with pytest.raises(FileError, match=r"cannot be written \(Is a directory\)"):
        write_file(tmp_path, b"", force=True)


def test_a_seed_that_parquet_cannot_hold_is_refused_in_one_line():
    with pytest.raises(TestsetError, match="do not fit into Parquet") as refused:
        render(a_testset((a_row(seed=2**70),)), "parquet")
    assert "\n" not in str(refused.value)
