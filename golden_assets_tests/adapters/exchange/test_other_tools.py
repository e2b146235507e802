"""Files as other tools write them: recognised by their fields, or read by the columns that the user names."""

import json
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from bench.import_shapes import report
from golden_assets.adapters.exchange import read_file
from golden_assets.adapters.frames import read_frame
from golden_assets.adapters.phoenix.examples import examples_of
from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.factories import a_row, a_stored_version, a_testset

ASKED, ANSWERED, PASSAGE = "How long is the warranty?", "It is 24 months.", "The warranty of the pump is 24 months."
TOLD = {"role": "system", "content": "Be brief."}, {"role": "user", "content": ASKED}
SHAPES: dict[str, tuple[str, object, int]] = {
    "deepeval": ("DeepEval", {"input": ASKED, "expected_output": ANSWERED, "context": [PASSAGE], "actual_output": None}, 1),
    "langsmith": ("LangSmith", {"inputs": {"question": ASKED}, "outputs": {"answer": ANSWERED, "contexts": [PASSAGE]}}, 1),
    "braintrust": ("Braintrust", {"input": ASKED, "expected": ANSWERED, "metadata": {"contexts": [PASSAGE]}}, 1),
    "braintrust object": ("Braintrust", {"input": {"question": ASKED}, "expected": {"answer": ANSWERED}}, 0),
    "langfuse": ("Langfuse", {"id": "1", "input": {"query": ASKED}, "expectedOutput": ANSWERED, "datasetId": "d"}, 0),
    "langfuse as text": ("Langfuse", {"input": json.dumps({"query": ASKED}), "expected_output": ANSWERED, "status": "ACTIVE"}, 0),
    "opik": ("Opik", {"id": "1", "data": {"user_question": ASKED, "expected_output": ANSWERED}, "source": "sdk"}, 0),
    "mlflow": ("MLflow", {"inputs": {"question": ASKED}, "expectations": {"expected_response": ANSWERED}}, 0),
    "mlflow request": (
        "MLflow",
        {"request": ASKED, "expected_response": ANSWERED, "expected_retrieved_context": [{"doc_uri": "a", "content": PASSAGE}]},
        1,
    ),
    "autorag": ("AutoRAG", {"qid": "1", "query": ASKED, "retrieval_gt": [["d1"]], "generation_gt": [ANSWERED]}, 0),
    "llama-index": ("llama-index", {"query": ASKED, "reference_answer": ANSWERED, "reference_contexts": [PASSAGE]}, 1),
    "giskard": (
        "Giskard",
        {"question": ASKED, "reference_answer": ANSWERED, "reference_context": f"Document 3: {PASSAGE}\n\nDocument 4: b"},
        2,
    ),
    "promptfoo": ("promptfoo", {"vars": {"question": ASKED}, "assert": [{"type": "factuality", "value": ANSWERED}]}, 0),
    "promptfoo table": ("promptfoo", {"question": ASKED, "__expected": ANSWERED}, 0),
    "openai evals": ("OpenAI evals", {"input": TOLD, "ideal": ANSWERED}, 0),
    "openai chat": ("OpenAI chat", {"messages": [*TOLD, {"role": "assistant", "content": ANSWERED}]}, 0),
    "squad": ("SQuAD", {"context": PASSAGE, "question": ASKED, "answers": {"text": [ANSWERED, "24"], "answer_start": [0, 3]}}, 1),
    "hotpotqa": (
        "HotpotQA",
        {"question": ASKED, "answer": ANSWERED, "context": [["a", [PASSAGE]], ["b", ["no"]]], "supporting_facts": [["a", 0]]},
        1,
    ),
    "hotpotqa of the hub": (
        "HotpotQA",
        {
            "question": ASKED,
            "answer": ANSWERED,
            "context": {"title": ["a", "b"], "sentences": [[PASSAGE], ["no"]]},
            "supporting_facts": {"title": ["b"], "sent_id": [0]},
        },
        1,
    ),
    "plain": ("question and answer columns", {"Question": ASKED, "Answer": ANSWERED, "Context": PASSAGE}, 1),
    "last words": ("question and answer columns", {"test_question": ASKED, "ground_truth_answer": ANSWERED, "truthContext": [PASSAGE]}, 1),
    "german": ("question and answer columns", {"Frage": ASKED, "Antwort": ANSWERED}, 0),
}
Written = Callable[[str, str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Written:
    """Write a file of this name and content."""

    def write(name: str, content: str) -> Path:
        (tmp_path / name).write_text(content)
        return tmp_path / name

    return write


def content(row: TestsetRow) -> tuple[str, str, list[str]]:
    return row.user_input, row.reference, [context.text for context in row.contexts]


@pytest.mark.parametrize(("tool", "record", "passages"), SHAPES.values(), ids=SHAPES)
def test_the_shape_of_a_tool_is_recognised_and_named(written: Written, tool: str, record: object, passages: int) -> None:
    for text in (json.dumps([record]), json.dumps(record), json.dumps({"version": 1, "items": [record]})):
        read = read_file(written("t.json", text))
        (row,) = read.testset.rows
        assert (read.shape, row.user_input, row.reference, len(row.contexts)) == (tool, ASKED, ANSWERED, passages)


def test_articles_of_squad_give_a_row_for_each_question_that_has_an_answer(written: Written) -> None:
    asked = [
        {"id": "1", "question": ASKED, "answers": [{"text": ANSWERED, "answer_start": 0}]},
        {"id": "2", "question": "Who pays?", "answers": [], "is_impossible": True},
    ]
    articles = [{"title": "Pumps", "paragraphs": [{"context": PASSAGE, "qas": asked}]}]
    testset = read_file(written("t.json", json.dumps({"version": "v2.0", "data": articles}))).testset
    assert [content(row) for row in testset.rows] == [(ASKED, ANSWERED, [PASSAGE])]
    assert [failure.reason for failure in testset.failures] == ["reference is missing"]


def test_named_columns_lead_into_objects_and_lists(written: Written) -> None:
    record = {"a": {"ask": ASKED}, "b": [{"say": ANSWERED}], "docs": [{"body": PASSAGE}], "key": 7, "more": {"topic": "pumps"}, "note": "n"}
    columns = {"question": "a.ask", "answer": "b.0.say", "contexts": "docs.body", "id": "key", "metadata": "more"}
    from_file = read_file(written("t.json", json.dumps([record])), columns=columns).testset
    (row,) = from_file.rows
    assert content(row) == (ASKED, ANSWERED, [PASSAGE])
    assert row.extra == {"id": 7, "topic": "pumps", "note": "n", "b": [{"say": ANSWERED}], "docs": [{"body": PASSAGE}]}
    assert read_frame(pd.DataFrame([record]), {}, columns).testset_hash == from_file.testset_hash


def test_several_columns_that_could_hold_the_answer_are_not_guessed_at(written: Written) -> None:
    with pytest.raises(TestsetError, match="no field reference"):
        read_file(written("t.csv", "question,first_answer,second_answer\nq,a,b\n"))


def test_a_named_column_that_is_not_there_is_an_error(written: Written) -> None:
    file = written("t.csv", "ask,say\nq,a\n")
    with pytest.raises(TestsetError, match=r"t\.csv has no 'asks' to take the question from, but 'ask', 'say'"):
        read_file(file, columns={"question": "asks", "answer": "say"})
    with pytest.raises(TestsetError, match="a row has no 'reply'"):
        read_file(file, columns={"reply": "say"})


def test_case_and_blanks_of_headers_do_not_matter(written: Written) -> None:
    same = [
        written(f"{name}.csv", f"{header}\nq,a,c\n")
        for name, header in {"a": "Question, Ground Truth ,CONTEXTS", "b": "question,ground_truth,contexts"}.items()
    ]
    assert len({read_file(file).testset.testset_hash for file in same}) == 1


@pytest.mark.parametrize("lists", [{"testset": 2}, {"samples": 2, "n": 0}, {"rows": 2, "runs": 1}, {"wrapped": {"examples": 2}}])
def test_the_list_of_rows_inside_an_object_is_found(written: Written, lists: dict) -> None:
    rows = [{"question": f"{number}?", "ground_truth": "a"} for number in range(2)]

    def filled(value: object) -> object:
        if isinstance(value, dict):
            return {name: filled(part) for name, part in value.items()}
        return rows if value == 2 else [{"model": "m"}] if value == 1 else "x"

    assert len(read_file(written("t.json", json.dumps(filled(lists)))).testset.rows) == 2


def test_parallel_lists_are_columns(written: Written) -> None:
    (row,) = read_file(written("t.json", json.dumps({"questions": [ASKED], "ground_truths": [ANSWERED]}))).testset.rows
    assert content(row) == (ASKED, ANSWERED, [])


@pytest.mark.parametrize(("separator", "first"), [(";", ""), ("\t", ""), (";", "sep=;\n"), ("|", "sep=|\r\n")])
def test_the_separator_of_a_spreadsheet_is_recognised(written: Written, separator: str, first: str) -> None:
    lines = [["question", "ground_truth", "contexts"], ["Who, and where?", "Ulm, in 3 days.", "\"['a, b', 'c']\""], ["Why?"]]
    read = read_file(written("t.csv", first + "\n".join(map(separator.join, lines))))
    assert content(read.testset.rows[0]) == ("Who, and where?", "Ulm, in 3 days.", ["a, b", "c"])
    assert read.testset.failures[0].subject == f"line {4 if first else 3}"


def test_a_row_is_judged_the_same_in_every_format_and_as_a_frame(written: Written) -> None:
    columns = {
        "question": ["a?", "b?", "c?"],
        "ground_truth": ["5", "4.5", "x"],
        "contexts": ["nan", "['c', 'nan']", "[see appendix"],
        "score": [0.5, 2.0, None],
        "good": [True, False, True],
        "code": ["007", "8", "x"],
        "number": [2**60, 1, 2],
    }
    frame = pd.DataFrame(columns)
    files = [written("t.csv", frame.to_csv(index=False)), written("t.json", frame.to_json(orient="records")), written("t.parquet", "")]
    frame.to_parquet(files[2])
    hashes = [read_file(file).testset.testset_hash for file in files]
    frames = [read_frame(one, {}).testset_hash for one in (frame, pd.read_csv(files[0]))]
    assert len({*hashes, *frames}) == 1
    numbers = frame.head(2).assign(ground_truth=[5, 6])
    row = read_file(written("n.json", numbers.to_json(orient="records"))).testset.rows[0]
    assert (row.reference, [c.text for c in row.contexts], row.extra["number"]) == ("5", [], str(2**60))


def test_misspelt_and_old_question_types_are_ours(written: Written) -> None:
    names = ["single_hop_specifc_query_synthesizer", "single_hop_specific_query_synthesizer", "simple", "reasoning", "multi_context"]
    rows = [{"user_input": f"{name}?", "reference": "a", "synthesizer_name": name} for name in names]
    types = [row.question_type for row in read_file(written("t.json", json.dumps(rows))).testset.rows]
    assert types == ["single_hop_specific"] * 3 + ["multi_hop_abstract", "multi_hop_specific"]


def flattened(value: dict, prefix: str) -> dict[str, object]:
    """An object as Phoenix's CSV holds it: dotted columns, lists as JSON."""
    flat: dict[str, object] = {}
    for name, part in value.items():
        inner = flattened(part, f"{prefix}.{name}") if isinstance(part, dict) else None
        flat |= {f"{prefix}.{name}": json.dumps(part) if isinstance(part, list) else part} if inner is None else inner
    return flat


def test_a_published_testset_comes_back_from_phoenix_with_the_same_hash(written: Written) -> None:
    extras = [{"topic": "x", "score": 0.5, "tags": ["a", 1], "deep": {"code": "007"}}, {}]
    rows = [a_row(user_input=f"{n}?", extra=extra, seed=7 - n or None, persona_name="Auditor") for n, extra in enumerate(extras)]
    stored = a_stored_version(a_testset(rows))
    examples = [{"node_id": "abc", **example, "splits": []} for example in examples_of(stored)]
    lines = written("golden.jsonl", "\n".join(map(json.dumps, examples)))
    parts = ("input", "output", "metadata")
    cells = [
        {"id": one["id"], "node_id": "abc"} | {k: v for part in parts for k, v in flattened(one[part], part).items()} for one in examples
    ]
    table = written("golden.csv", pd.DataFrame.from_records(cells).to_csv(index=False))
    for file in (lines, table):
        read = read_file(file)
        assert (read.shape, read.testset.failures, read.testset.testset_hash) == ("Phoenix", (), stored.testset.testset_hash)
        assert [row.contexts for row in read.testset.rows] == [row.contexts for row in stored.testset.rows]


def test_the_figures_of_a_folder_of_files_are_printed(written: Written, tmp_path: Path) -> None:
    written("a.json", json.dumps([{"input": ASKED, "expected": ANSWERED}]))
    written("b.csv", "x,y\n1,2\n")
    first, second, total = report(tmp_path)
    assert first == "a.json: Braintrust, 1 of 1 rows (question from input, answer from expected)"
    assert second.startswith("b.csv: refused: b.csv has no field user_input (or question)")
    assert total == "1 of 2 files, 1 of 1 rows: Braintrust 1"
