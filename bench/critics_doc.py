"""The critics against planted defects, written to `docs/gates.md`: ``python -m bench.critics_doc [FOLDER ...]``. Seeded.

Rows are generated from the documents of each folder (default: the shipped sample corpus) by the embedded model, every row is then spoilt
in each way that it can be spoilt, and the critics say which of the spoilt and of the sound rows they reject.

With ``--judge`` the critics of the configured endpoint are asked instead, see `bench.model_critics`: that costs money, and nothing is
written.
"""

import asyncio
import random
import sys
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import NamedTuple

from bench.critic_defects import BLIND_SPOTS, KINDS, Sample, Spoil, spoilt_rows, with_rivals
from bench.figures import ROOT
from golden_assets.adapters.critics.panel import similarity_for
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.critics.other_answers import nothing_else_answers
from golden_assets.domain.critics.run import criticise_all
from golden_assets.domain.critics.sentence_index import SentenceIndex
from golden_assets.domain.ports.models import Embedder
from golden_assets.domain.testsets.findings import rejections
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow

SEED = 20261126
ROWS = 120
PAGE = ROOT / "docs" / "gates.md"
BEGIN, END = "<!-- critics:begin -->", "<!-- critics:end -->"
SOUND = "false rejects"


class Count(NamedTuple):
    """``hits`` of ``n``."""

    hits: int
    n: int

    @property
    def share(self) -> float:
        """``hits / n``, 0 for none."""
        return self.hits / self.n if self.n else 0.0

    @property
    def interval(self) -> tuple[float, float]:
        """Wilson's 95 % interval (1927)."""
        if not self.n:
            return 0.0, 1.0
        z2 = 1.959964**2
        middle = (self.hits + z2 / 2) / (self.n + z2)
        half = 1.959964 * (self.share * (1 - self.share) / self.n + z2 / (4 * self.n**2)) ** 0.5 * self.n / (self.n + z2)
        return max(0.0, middle - half), min(1.0, middle + half)

    def __str__(self) -> str:
        low, high = self.interval
        return f"{self.share:.0%} ({low:.0%} to {high:.0%})"


def measure(testset: Testset, corpus: Corpus, seed: int = SEED, kinds: Sequence[Spoil] = KINDS) -> dict[str, Count]:
    """Per kind of defect how many spoilt rows are rejected, and as ``false rejects`` how many sound ones."""
    sample = Sample(testset.rows, random.Random(seed))  # noqa: S311 - reproducible, not secret
    found = {SOUND: _rejected(testset.rows, corpus)}
    return found | {name: _rejected(rows, corpus) for name, rows in spoilt_rows(sample, kinds).items()}


def measure_rivals(testset: Testset, corpus: Corpus, seed: int = SEED) -> dict[str, Count]:
    """How many rows the critic `nothing_else_answers` warns of: as they are, and with a rival answer planted for each that can have one."""
    rows, planted = with_rivals(testset.rows, corpus, Sample(testset.rows, random.Random(seed)))  # noqa: S311 - see above
    return {"as they are": _warned(testset.rows, corpus), "a rival answer planted": _warned(rows, planted)}


def overall(counts: dict[str, Count]) -> Count:
    """Recall over all kinds."""
    kinds = [count for name, count in counts.items() if name != SOUND]
    return Count(sum(count.hits for count in kinds), sum(count.n for count in kinds))


def generate(folder: str | None, rows: int = ROWS) -> tuple[Testset, Corpus]:
    """Rows by the embedded model, **before** any critic has looked at them, so that false rejects are counted honestly."""
    from golden_assets.adapters.documents.library import SourceLibrary
    from golden_assets.adapters.models.providers import open_chat_model, open_embedder, question_types
    from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
    from golden_assets.domain.corpus.locations import SAMPLE
    from golden_assets.settings.settings import Settings

    settings = Settings(model_provider="extractive")
    shares = question_types(settings)
    corpus = SourceLibrary(folder, max_bytes=settings.max_document_bytes, documents_url=None).open(folder or SAMPLE).read()
    generator = RagasTestsetGenerator(
        open_chat_model(settings, None), open_embedder(settings, None), question_types=shares, offered_types=shares
    )
    request = GenerationRequest(size=rows, seed=1, question_types=generator.default_question_types)
    return asyncio.run(generator.generate(corpus, request, lambda *_: None)), corpus


def table(heading: str, counts: dict[str, Count]) -> Iterator[str]:
    """Lines of a Markdown table for one corpus."""
    yield f"{heading}\n"
    yield "| planted | rows | rejected (95 % interval) |\n|---|---|---|"
    for kind, count in counts.items():
        yield f"| {'**sound rows**' if kind == SOUND else kind} | {count.n} | {count} |"
    yield f"| **all defects** | {overall(counts).n} | {overall(counts)} |\n"


def plain_table(name: str, counts: dict[str, Count], what: str) -> Iterator[str]:
    """Lines of a smaller one, without sound rows and sum."""
    yield f"| {name} | rows | {what} (95 % interval) |\n|---|---|---|"
    for kind, count in counts.items():
        if count.n:
            yield f"| {kind} | {count.n} | {count} |"
    yield ""


INTRODUCTION = """## Critics on planted defects

Written by `python -m bench.critics_doc FOLDER ...`. Each row of a testset by the embedded model, before any critic saw it, is spoilt in
eight ways, and the critics say what they reject, with the shipped embedder. The rules were written with rows on the sample corpus and on
the manuals of httpx 0.27.0 and 0.28.1 at hand. That of starlette was only reported on. No model was asked. What is not rejected is mostly
abstained on: an answer or a question on another page of one manual may well be about the same things.
"""
BLIND = """### Where these critics are blind

They compare words, numbers, negations and names. They do not see a wrong cause or order in the right words, a question about a detail that
the passage names and does not tell, or what these tables show, which are not part of the eight kinds above:
"""
RIVALS = """### Another answer elsewhere

`nothing_else_answers` only warns. A document is planted that asks the row's question and answers it with another number, or another name:
"""
CLOSING = """Rows by a language model say things in other words than the passage: there the rules abstain, or the embedder takes a near miss
for a match. The defects here are planted in rows whose answers are nearly verbatim, which is the easier case. For the rest a model has to
judge, or a person.

### Critics that ask a model

[They](generation.md#critics-that-ask-a-model) see what words do not show, as far as the model does. How far that is depends on the model,
so there are no figures here. To measure yours, configure the endpoint and run, with as many rows as you want to pay for:

    python -m bench.critics_doc --judge --rows 20 FOLDER

It plants the same defects, asks the model critics about every row whether or not the rules reject it, and prints for each kind how many are
rejected by rules, by the model, and by either, on how many the model abstained, and what it cost. `GOLDEN_ASSETS_COST_LIMIT_RUN` holds.
"""


def write_page(folders: Sequence[str]) -> None:
    """Measure and write the page's part between its markers."""
    lines, blind, rivals = [INTRODUCTION], [BLIND], [RIVALS]
    for folder in folders or [""]:
        name = Path(folder).name if folder else "the sample corpus"
        testset, corpus = generate(folder or None)
        lines += table(f"### {name}", measure(testset, corpus))
        blind += plain_table(name, {k: c for k, c in measure(testset, corpus, kinds=BLIND_SPOTS).items() if k != SOUND}, "rejected")
        rivals += plain_table(name, measure_rivals(testset, corpus), "warned of")
    text = "\n".join([*lines, *blind, *rivals, CLOSING])
    page = PAGE.read_text() if PAGE.exists() else f"# Gates\n\n{BEGIN}\n{END}\n"
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}")
    print(text)


def main(arguments: Sequence[str]) -> None:
    """Measure the critics without a model and write the page, or with ``--judge`` those of the endpoint."""
    if "--judge" in arguments:
        from bench.model_critics import main as ask_the_model

        ask_the_model([argument for argument in arguments if argument != "--judge"])
    else:
        write_page(arguments)


def _rejected(rows: Sequence[TestsetRow], corpus: Corpus) -> Count:
    findings = criticise_all(rows, corpus, asyncio.run(similarity_for(rows, _embedder())))
    return Count(sum(bool(rejections(of_row)) for of_row in findings), len(rows))


@cache
def _embedder() -> Embedder:
    from golden_assets.adapters.models.providers import open_embedder
    from golden_assets.settings.settings import Settings

    return open_embedder(Settings(model_provider="extractive"), None)


def _warned(rows: Sequence[TestsetRow], corpus: Corpus) -> Count:
    index = SentenceIndex(corpus)
    return Count(sum(nothing_else_answers(row, index).verdict == "warning" for row in rows), len(rows))


if __name__ == "__main__":
    main(sys.argv[1:])
