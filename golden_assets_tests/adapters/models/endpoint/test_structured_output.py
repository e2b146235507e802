"""Formats and answers, without HTTP."""

from typing import Any, Literal

import pytest
from pydantic import BaseModel, Field

from golden_assets.adapters.models.endpoint.completions import read_completion, read_object
from golden_assets.adapters.models.endpoint.response_formats import AnswerFormat
from golden_assets.adapters.models.endpoint.structured_output import MAX_ANSWER_CHARACTERS, MalformedAnswerError, read_answer
from golden_assets.domain.core.errors import UnanswerableError


class Inner(BaseModel):
    word: str


class Outer(BaseModel):
    inner: Inner
    grade: Literal["good", "bad"]
    note: str | None


class Lenient(BaseModel):
    words: list[str] = Field(default_factory=list)
    limit: int = 3


class Free(BaseModel):
    counts: dict[str, int]


def json_schema(schema: type[BaseModel]) -> dict[str, Any]:
    asked = AnswerFormat.JSON_SCHEMA.response_format(schema)
    assert asked is not None
    assert asked["type"] == "json_schema"
    return dict(asked["json_schema"])


def test_a_closed_schema_is_asked_for_strictly_at_every_level() -> None:
    asked = json_schema(Outer)

    assert (asked["name"], asked["strict"]) == ("Outer", True)
    assert asked["schema"]["additionalProperties"] is False
    assert asked["schema"]["required"] == ["inner", "grade", "note"]
    assert asked["schema"]["$defs"]["Inner"]["additionalProperties"] is False


@pytest.mark.parametrize("schema", [Free, Lenient])
def test_free_keys_and_defaults_are_not_asked_for_strictly(schema: type[BaseModel]) -> None:
    assert json_schema(schema) == {"name": schema.__name__, "schema": schema.model_json_schema(), "strict": False}


def test_a_name_that_the_api_would_refuse_is_mended() -> None:
    odd = type("Odd[Name] ü" + "x" * 80, (Inner,), {})

    name = json_schema(odd)["name"]

    assert name == ("Odd_Name___" + "x" * 80)[:64]


def test_each_format_falls_back_to_a_less_demanding_one() -> None:
    assert AnswerFormat.JSON_SCHEMA.fallback is AnswerFormat.JSON_OBJECT
    assert AnswerFormat.JSON_OBJECT.fallback is AnswerFormat.PLAIN
    assert AnswerFormat.PLAIN.fallback is None


def test_the_prompt_carries_the_schema_when_the_format_does_not() -> None:
    assert AnswerFormat.JSON_SCHEMA.instruction(Inner) == ""
    assert '"title": "Inner"' in AnswerFormat.JSON_OBJECT.instruction(Inner)
    assert AnswerFormat.PLAIN.instruction(Inner) == AnswerFormat.JSON_OBJECT.instruction(Inner)
    assert AnswerFormat.JSON_OBJECT.response_format(Inner) == {"type": "json_object"}
    assert AnswerFormat.PLAIN.response_format(Inner) is None


@pytest.mark.parametrize(
    "text",
    [
        '{"word": "yes"}',
        ' \n{"word": "yes"}\n',
        '```json\n{"word": "yes"}\n```',
        '\n```\n{"word":\n"yes"}\n``` \n',
        '```JSON\n{"word":"yes"}\n```',
        '```json {"word": "yes"}```',
        '\ufeff{"word": "yes"}',
        '<think>{"word": "no"}</think>{"word": "yes"}',
        'It may be {"word": "no"}.\n</think>\n\n{"word": "yes"}',
        'Sure: {"word": "yes"}. Anything else? {"note": 1}',
        'I repeat the schema {"type": "object", "properties": {"word": {"type": "string"}}} and answer {"word": "yes"}',
        '{"word": "yes"}{"word": "yes"}',
        '[{"word": "yes"}]',
        '{"result": {"word": "yes"}, "confidence": {"value": 1}}',
        '{"answer": [{"word": "yes"}]}',
        '{"word": "yes"}}}\n<|im_end|>',
    ],
)
def test_the_only_object_that_fits_is_read_whatever_is_around_it(text: str) -> None:
    assert read_answer(text, "stop", Inner) == Inner(word="yes")


@pytest.mark.parametrize(
    ("text", "finish_reason", "problem"),
    [
        ("", "stop", "an empty answer"),
        (" \n", None, "an empty answer"),
        ('{"word": "yes"}', "length", "an answer that was cut off"),
        ('{"word": "ye', "stop", "Invalid JSON"),
        ("Sure!", "stop", "Invalid JSON"),
        ('{"word": "yes"} or {"word": "no"}', "stop", "2 different objects, each a Inner"),
        ('{"first": {"word": "yes"}, "second": {"word": "no"}}', "stop", "word: Field required"),
        ('Sure! {"word": ["yes"]}', "stop", "word: Input should be a valid string"),
        ('{"word": "a\\u0000b"}', "stop", "cannot be stored"),
        ("[" * 30_000, "stop", "Invalid JSON"),
        ("", "length", "reasoning that used up the length limit"),
        ('{"word": "' + "x" * MAX_ANSWER_CHARACTERS + '"}', "stop", "an answer of 32,780 characters, more than 32,768"),
        ('{"word": ["yes"]}', "stop", "word: Input should be a valid string"),
        ("null", "stop", "Input should be an object"),
    ],
)
def test_what_is_wrong_with_an_answer_is_said_in_one_line(text: str, finish_reason: str | None, problem: str) -> None:
    with pytest.raises(MalformedAnswerError, match=problem) as caught:
        read_answer(text, finish_reason, Inner)

    assert "\n" not in caught.value.problem


@pytest.mark.parametrize(
    ("body", "problem"), [("<html>", "a web page"), ("  <!DOCTYPE", "a web page"), ("", "no JSON"), ("[1]", "no JSON"), ("OK", "no JSON")]
)
def test_a_response_that_is_no_object_is_named_for_what_it_is(body: str, problem: str) -> None:
    with pytest.raises(MalformedAnswerError, match=problem):
        read_object(body)


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"choices": []},
        {"choices": None},
        {"error": "x"},
        {"choices": [{"message": {"content": [1]}}]},
        {"choices": [1]},
    ],
)
def test_a_response_without_choices_is_malformed(response: dict[str, Any]) -> None:
    with pytest.raises(MalformedAnswerError, match="without choices"):
        read_completion(response)


def test_a_choice_without_a_message_is_named() -> None:
    with pytest.raises(MalformedAnswerError, match="a choice without a message"):
        read_completion({"choices": [{"finish_reason": "stop", "message": None}]})


def test_a_completion_needs_no_more_than_a_message() -> None:
    assert read_completion({"choices": [{"message": {"content": "x"}}]}) == ("x", None)
    assert read_completion({"choices": [{"message": {"content": None}, "finish_reason": "length"}]}) == ("", "length")


@pytest.mark.parametrize(
    "choice",
    [{"message": {"refusal": "No."}}, {"message": {"content": "half"}, "finish_reason": "content_filter"}],
    ids=["refusal", "filter"],
)
def test_a_refusal_is_not_an_answer(choice: dict[str, Any]) -> None:
    with pytest.raises(UnanswerableError, match="leave this passage out"):
        read_completion({"choices": [choice]})


def test_an_answer_nested_too_deeply_to_be_written_again_is_malformed() -> None:
    nested = '{"counts": ' * 600 + "1" + "}" * 600

    with pytest.raises(MalformedAnswerError):
        read_answer(nested, "stop", Free)
