"""Rows by the embedded model, spoilt in each way that they can be spoilt, and how many of them the critics reject. Seeded."""

import asyncio
import random
from collections.abc import Sequence
from functools import cache
from typing import NamedTuple

from bench.critic_defects import KINDS, Sample, Spoil, spoilt_rows, with_rivals
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.critics.other_answers import nothing_else_answers
from golden_assets.domain.critics.run import criticise_all
from golden_assets.domain.critics.sentence_index import SentenceIndex
from golden_assets.domain.ports.judging import similarity_for
from golden_assets.domain.ports.models import Embedder
from golden_assets.domain.testsets.findings import rejections
from golden_assets.domain.testsets.testset import GenerationRequest, Testset, TestsetRow

SEED = 20261126
ROWS = 120
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
