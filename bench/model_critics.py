"""The critics of the configured endpoint on planted defects: ``python -m bench.model_critics [--rows N] [FOLDER ...]``.

The model is asked about every row, also about those that the rules reject, so that each side's errors can be seen by themselves. What is
measured is this model with these prompts; it is printed and kept nowhere.
"""

import argparse
import asyncio
import random
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.critic_defects import BLIND_SPOTS, KINDS, Sample, spoilt_rows
from bench.planted_defects import SEED, SOUND, Count, generate
from golden_assets.adapters.critics.judge import ModelJudge, open_judge
from golden_assets.adapters.models.providers import open_chat_model, open_embedder
from golden_assets.adapters.testing import InMemoryCallLedger
from golden_assets.domain.core.errors import ConfigurationError, GoldenAssetsError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.critics.run import criticise_all
from golden_assets.domain.ports.judging import hear
from golden_assets.domain.ports.models import ChatModel
from golden_assets.domain.testsets.findings import Finding, rejections
from golden_assets.domain.testsets.testset import Testset, TestsetRow
from golden_assets.settings.settings import Settings, load_settings

ROWS = 20
"""Rows of each kind that are asked about when nobody says how many."""


class Heard(NamedTuple):
    """Of ``n`` rows those that the rules, the model, or either rejected, and those on which a critic of the model abstained."""

    n: int
    rules: int
    model: int
    either: int
    abstained: int


async def ask(judge: ModelJudge, testset: Testset, corpus: Corpus, rows: int, seed: int = SEED) -> dict[str, Heard]:
    """Per kind of defect what the rules and the model reject; as ``false rejects`` what they reject of sound rows.

    Raises:
        BudgetExceededError, ModelAuthenticationError, ModelUnavailableError: no further call is worth its attempts.
    """
    sample = Sample(testset.rows, random.Random(seed))  # noqa: S311 - reproducible, not secret
    kinds = {SOUND: list(testset.rows), **spoilt_rows(sample, (*KINDS, *BLIND_SPOTS))}
    return {kind: await _ask_about(judge, spoilt[:rows], corpus) for kind, spoilt in kinds.items()}


def lines(name: str, heard: Mapping[str, Heard]) -> Iterator[str]:
    """A Markdown table for one corpus, with Wilson's 95 % intervals."""
    yield f"### {name}\n"
    yield "| planted | rows | by rules | by the model | by either | abstained on |\n|---|---|---|---|---|---|"
    for kind, one in heard.items():
        shown = (str(Count(hits, one.n)) for hits in (one.rules, one.model, one.either))
        yield f"| {'**sound rows**' if kind == SOUND else kind} | {one.n} | {' | '.join(shown)} | {one.abstained} |"
    yield ""


def main(arguments: Sequence[str]) -> None:
    """Ask the endpoint of the settings about rows on each folder, and print what it made of them and what it cost."""
    parser = argparse.ArgumentParser(prog="python -m bench.model_critics", description=__doc__)
    parser.add_argument("--rows", type=int, default=ROWS, help="rows of each kind, at most")
    parser.add_argument("folders", nargs="*", default=[""])
    asked = parser.parse_args(arguments)
    try:
        asyncio.run(_print_all(load_settings(), asked.rows, asked.folders))
    except GoldenAssetsError as error:
        raise SystemExit(f"error: {error}") from error


async def _print_all(settings: Settings, rows: int, folders: Sequence[str]) -> None:
    judge, model = open_critics(settings)
    print(f"{judge.version}\n")
    for folder in folders:
        testset, corpus = await asyncio.to_thread(generate, folder or None)
        print("\n".join(lines(Path(folder).name if folder else "the sample corpus", await ask(judge, testset, corpus, rows))))
    used = model.usage
    print(f"{used.calls} calls, {used.prompt_tokens} + {used.completion_tokens} tokens, ${used.cost_usd:.4f}")


def open_critics(settings: Settings) -> tuple[ModelJudge, ChatModel]:
    """The judge of the settings and its model, under the limit for a run. Raises `ConfigurationError` where no model is asked."""
    if not settings.model_critics or settings.provider == "extractive":
        raise ConfigurationError(
            "no critic asks a model", "set OPENAI_API_KEY, and GOLDEN_ASSETS_CRITICS=claims,answerable,hop,closed_book"
        )
    ledger = InMemoryCallLedger(settings.cost_limits)
    model = open_chat_model(settings, ledger)
    return open_judge(settings, model, open_embedder(settings, ledger)), model


async def _ask_about(judge: ModelJudge, rows: Sequence[TestsetRow], corpus: Corpus) -> Heard:
    by_rules = [bool(rejections(found)) for found in criticise_all(rows, corpus)]
    said: Sequence[tuple[Finding, ...]] = (await hear(judge, rows)).findings
    by_model = [bool(rejections(found)) for found in said]
    return Heard(
        n=len(rows),
        rules=sum(by_rules),
        model=sum(by_model),
        either=sum(one or other for one, other in zip(by_rules, by_model, strict=True)),
        abstained=sum(any(finding.verdict == "abstained" for finding in found) for found in said),
    )


if __name__ == "__main__":
    main(sys.argv[1:])
