"""Functions as tasks: what they are given, what they may return, and what goes wrong with them."""

import asyncio
from pathlib import Path

import pytest

from golden_assets.adapters.experiments.task_output import read_answer
from golden_assets.adapters.experiments.tasks import FunctionTask
from golden_assets.domain.core.errors import ExperimentError
from golden_assets.domain.experiments.experiment import Retrieved, TaskAnswer
from golden_assets_tests.factories import a_row

HERE = "golden_assets_tests.adapters.experiments.tasks_for_tests"
ROW = a_row(user_input="Why?", reference="Because of the secret.")


async def ask(function: str) -> TaskAnswer:
    return await FunctionTask(f"{HERE}:{function}").answer(ROW)


async def test_a_function_is_given_the_question_and_may_return_a_text():
    assert await ask("echo") == TaskAnswer(answer="You asked: Why?")


async def test_a_coroutine_function_may_say_what_it_retrieved():
    passages = (Retrieved(text="Some passage."), Retrieved(text="Another.", document_id="7"))
    assert await ask("echo_later") == TaskAnswer(answer="Why?", retrieved=passages)


async def test_a_parameter_named_example_is_given_the_record_without_the_reference():
    answer = await ask("by_record")
    assert answer.answer == "metadata question question_type row_id"
    assert answer.retrieved == (Retrieved(document_id=ROW.row_id),)


@pytest.mark.parametrize(("name", "answer"), [("rag", "5 Why?"), ("rag.answer", "Why?")])
async def test_objects_that_can_be_called_and_methods_are_tasks_too(name: str, answer: str):
    assert (await ask(name)).answer == answer


async def test_what_the_function_raises_is_raised():
    with pytest.raises(LookupError, match="nothing about Why"):
        await ask("raises")


@pytest.mark.parametrize(("name", "kind"), [("leaves", "SystemExit"), ("stops", "StopIteration")])
async def test_a_function_that_would_end_the_process_or_the_loop_is_an_error_like_others(name: str, kind: str):
    with pytest.raises(RuntimeError, match=kind):
        await ask(name)


async def test_a_function_that_does_not_return_can_be_given_up():
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await ask("sleeps")


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        ("nowhere", "does not name a function"),
        ("no.such.module:task", "cannot be imported .*install what it needs"),
        (f"{HERE}:missing", "has no 'missing'"),
        (f"{HERE}:NUMBER", "cannot be called"),
        (f"{HERE}:two_arguments", "does not take one argument"),
        (f"{HERE}:no_argument", "does not take one argument"),
    ],
)
def test_what_is_no_task_is_refused_before_anything_is_asked(name: str, problem: str):
    with pytest.raises(ExperimentError, match=problem):
        FunctionTask(name)


async def test_a_module_of_the_working_directory_is_found_and_its_faults_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "my_rag_here.py").write_text("def answer(question):\n    return question.upper()\n")
    (tmp_path / "my_broken_rag.py").write_text("1 / 0\n")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert (await FunctionTask("my_rag_here:answer").answer(ROW)).answer == "WHY?"
    with pytest.raises(ExperimentError, match=r"importing 'my_broken_rag' failed \(ZeroDivisionError"):
        FunctionTask("my_broken_rag:answer")


def test_the_fingerprint_follows_the_source_and_the_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.syspath_prepend(str(tmp_path))
    for name, body in (("rag_one", "return 1"), ("rag_two", "return 1"), ("rag_three", "return 2")):
        (tmp_path / f"{name}.py").write_text(f"def answer(question):\n    {body}\n\ndef other(question):\n    return 3\n")
    prints = {name: FunctionTask(name).fingerprint for name in ("rag_one:answer", "rag_one:other", "rag_two:answer", "rag_three:answer")}
    assert len(set(prints.values())) == 4
    assert FunctionTask("rag_one:answer").fingerprint == prints["rag_one:answer"]


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        (None, "returned NoneType: return a text, or a mapping"),
        (42, "returned int"),
        ({}, "no text under `answer`"),
        ({"answer": None}, "no text under `answer`"),
        ({"answer": "x", "contexts": "one text"}, "returned str as contexts"),
        ({"answer": "x", "contexts": [3]}, "returned int as a context"),
        ({"answer": "x", "contexts": [{"page": 3}]}, "returned dict as a context"),
        ("NUL \x00", "NUL character"),
        ({"answer": "x", "contexts": ["\ud800"]}, "half a surrogate pair"),
    ],
)
def test_what_is_no_answer_says_what_is_expected(value: object, problem: str):
    with pytest.raises(ValueError, match=problem):
        read_answer(value)


def test_an_empty_list_of_passages_is_not_the_same_as_none():
    assert read_answer({"answer": ""}) == TaskAnswer(answer="")
    assert read_answer({"answer": "", "contexts": []}) == TaskAnswer(answer="", retrieved=())
