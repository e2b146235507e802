"""Types of settings that are written in more than one way: as a mapping or list in a file, as one line in an environment variable."""

import re
from pathlib import Path
from typing import Annotated, get_args

from pydantic import AfterValidator, AliasChoices, BeforeValidator, Field, WithJsonSchema
from pydantic_settings import NoDecode

from golden_assets.domain.critics.llm_judgements import ModelCritic
from golden_assets.domain.testsets.testset import QUESTION_TYPES, QuestionType

PLAN_NAMES: dict[str, QuestionType] = {
    "simple": "single_hop_specific",
    "multi_context": "multi_hop_specific",
    "reasoning": "multi_hop_abstract",
}
"""The question types' names in older configurations, and what RAGAS calls them now."""
CRON_RANGES = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))
"""Minute, hour, day of the month, month, day of the week (0 is Sunday)."""


def shared(name: str, ours: str) -> AliasChoices:
    """An environment variable that other tools share, and the field's own name for keyword arguments."""
    return AliasChoices(name, ours)


def _accept_plan_names(value: object) -> object:
    """Read ``simple=0.5,multi_context=0.3,reasoning=0.2`` or a mapping, under the old or the new names."""
    if isinstance(value, str):
        value = dict(pair.split("=", 1) for pair in value.split(",") if "=" in pair)
    if not isinstance(value, dict):
        return value
    return {PLAN_NAMES.get(str(name).strip(), str(name).strip()): share for name, share in value.items()}


def _shares_sum_to_one(value: dict[QuestionType, float]) -> dict[QuestionType, float]:
    if min(value.values(), default=-1) < 0 or abs(sum(value.values()) - 1) > 1e-6:
        raise ValueError(f"the shares of {', '.join(QUESTION_TYPES)} must be at least 0 and sum to 1")
    return value


def _split(value: object) -> object:
    """Read ``0.5,0.8,1``."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _is_a_time(value: str) -> str:
    """Refuse what has not five fields, or a field that no moment can match."""
    fields = value.split(" ")
    if len(fields) != len(CRON_RANGES):
        raise ValueError("it needs five fields with a blank between them, like 0 3 * * 1 for Mondays at 3:00")
    for field, (low, high) in zip(fields, CRON_RANGES, strict=True):
        for part in field.split(","):
            numbers = [int(number) for number in re.findall(r"\d+", part.partition("/")[0])]
            is_written_right = re.fullmatch(r"(\*|\d+(-\d+)?)(/[1-9]\d*)?", part) and numbers == sorted(numbers)
            if not is_written_right or not all(low <= number <= high for number in numbers):
                raise ValueError(f"{part!r} in it must be *, a number or a range from {low} to {high}, with or without a step")
    return value


CronTime = Annotated[str, AfterValidator(_is_a_time)]
"""Moments in UTC, as cron writes them in five fields."""


def _split_names(value: object) -> object:
    """Read ``claims,hop``; ``none`` is an empty list."""
    return () if isinstance(value, str) and value.strip().casefold() == "none" else _split(value)


TypeShares = Annotated[dict[QuestionType, float], BeforeValidator(_accept_plan_names), AfterValidator(_shares_sum_to_one)]
"""The share of each question type, 0 to 1, summing to 1."""

Folders = Annotated[tuple[Path, ...], NoDecode, BeforeValidator(_split)]
"""Paths, in an environment variable separated by commas."""

PatternList = Annotated[tuple[Annotated[str, Field(min_length=1)], ...], NoDecode, BeforeValidator(_split)]
"""Patterns of file names, likewise."""

Hosts = Annotated[tuple[Annotated[str, Field(pattern=r"^[A-Za-z0-9.:_-]+$")], ...], NoDecode, BeforeValidator(_split)]
"""Names or addresses of computers, likewise."""

Shares = Annotated[tuple[Annotated[float, Field(gt=0, le=1)], ...], NoDecode, BeforeValidator(_split)]
"""Numbers above 0 and up to 1."""

CriticNames = Annotated[
    tuple[ModelCritic, ...],
    NoDecode,
    BeforeValidator(_split_names),
    WithJsonSchema({"anyOf": [{"const": "none"}, {"type": "array", "items": {"enum": get_args(ModelCritic)}}]}),
]
"""Names of critics that ask a model, or ``none``."""
