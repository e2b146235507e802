"""The critics against planted defects, written to `docs/gates.md`: ``python -m bench.critics_doc [FOLDER ...]``. Seeded.

Rows are generated from the documents of each folder (default: the shipped sample corpus) by the embedded model, every row is then spoilt
in each way that it can be spoilt, and the critics say which of the spoilt and of the sound rows they reject.
"""

import asyncio
import random
import re
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.figures import ROOT
from golden_assets.domain.critics.findings import rejections
from golden_assets.domain.critics.panel import criticise_all
from golden_assets.domain.critics.reading import numbers, read
from golden_assets.domain.documents import Corpus
from golden_assets.domain.faults import is_multi_hop
from golden_assets.domain.testsets import Context, GenerationRequest, Testset, TestsetRow

SEED = 20261126
ROWS = 120
PAGE = ROOT / "docs" / "gates.md"
BEGIN, END = "<!-- critics:begin -->", "<!-- critics:end -->"
_NEGATABLE = re.compile(r"\b(is|are|was|were|can|will|should|must|may)\b(?! not)")
_DANGLING = (
    "What does this document say about it?",
    "What is described in the section above?",
    "According to the passage, what is required?",
    "How does it work?",
    "What does section 3 require?",
)
_ABSENT = (
    "Which licence fee is due each year for {}?",
    "Who was the first customer to complain about {}?",
    "What colour is the packaging in which {} is shipped?",
    "How much does {} weigh when it is empty?",
    "In which city was {} invented by its founders?",
)


class Sample(NamedTuple):
    """What rows are spoilt with."""

    rows: Sequence[TestsetRow]
    chance: random.Random

    def other(self, row: TestsetRow) -> TestsetRow:
        """A row that cites none of the same documents, where there is one."""
        others = [one for one in self.rows if not set(one.document_ids) & set(row.document_ids)]
        return self.chance.choice(others or [one for one in self.rows if one.row_id != row.row_id])


Spoil = Callable[[TestsetRow, Sample], TestsetRow | None]


def answer_from_another_chunk(row: TestsetRow, sample: Sample) -> TestsetRow | None:
    """The answer of a row on another document."""
    return _with(row, reference=sample.other(row).reference)


def number_changed(row: TestsetRow, _: Sample) -> TestsetRow | None:
    """One number of the answer is another one."""
    found = re.search(r"\b\d+\b", row.reference)
    return found and _with(row, reference=f"{row.reference[: found.start()]}{int(found[0]) + 7}{row.reference[found.end() :]}")


def negation_flipped(row: TestsetRow, _: Sample) -> TestsetRow | None:
    """A *not* is put in after the first auxiliary, or the first one that is there is taken out."""
    if re.search(r"\b(?:not|cannot)\b", row.reference):
        return _with(row, reference=re.sub(r"\bcannot\b", "can", re.sub(r" not\b", "", row.reference, count=1), count=1))
    found = _NEGATABLE.search(row.reference)
    return found and _with(row, reference=f"{row.reference[: found.end()]} not{row.reference[found.end() :]}")


def entity_swapped(row: TestsetRow, sample: Sample) -> TestsetRow | None:
    """A name in the answer, of one word or several, is a name out of another row's answer."""
    mine, theirs = _names(row.reference), _names(sample.other(row).reference)
    theirs = [name for name in theirs if name.lower() not in row.reference.lower()]
    return _with(row, reference=row.reference.replace(mine[0], sample.chance.choice(theirs))) if mine and theirs else None


def quote_absent(row: TestsetRow, _: Sample) -> TestsetRow | None:
    """A word of the cited passage is another one: it stands nowhere."""
    first, *rest = row.contexts
    words = first.text.split(" ")
    words[len(words) // 2] = "xylophone"
    return _with(row, contexts=(first.model_copy(update={"text": " ".join(words)}), *rest))


def unanswerable_question(row: TestsetRow, sample: Sample) -> TestsetRow | None:
    """Half the time a question on another document, else one on something that is said nowhere, about what the answer is about."""
    if sample.chance.random() < 0.5:
        return _with(row, user_input=sample.other(row).user_input)
    subject = (_names(row.reference) or row.reference.split()[:2])[0]
    return _with(row, user_input=sample.chance.choice(_ABSENT).format(subject))


def dangling_reference(row: TestsetRow, sample: Sample) -> TestsetRow | None:
    """A question that points outside itself: half the time a stock one, else its own with its first name replaced by a pronoun."""
    named = _names(row.user_input)
    if named and len(named) == 1 and sample.chance.random() < 0.5:
        before, after = row.user_input.split(named[0], 1)
        return _with(row, user_input=re.sub(r"\b([Tt]he|[Aa]n?) $", "", before) + "it" + after)
    return _with(row, user_input=sample.chance.choice(_DANGLING))


def single_hop_as_multi_hop(row: TestsetRow, sample: Sample) -> TestsetRow | None:
    """A single-hop row with a second passage that it does not need, called multi-hop."""
    extra: Context = sample.other(row).contexts[0]
    return None if is_multi_hop(row) else _with(row, contexts=(*row.contexts, extra), question_type="multi_hop_specific")


KINDS: tuple[Spoil, ...] = (
    answer_from_another_chunk,
    number_changed,
    negation_flipped,
    entity_swapped,
    quote_absent,
    unanswerable_question,
    dangling_reference,
    single_hop_as_multi_hop,
)


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


def measure(testset: Testset, corpus: Corpus, seed: int = SEED) -> dict[str, Count]:
    """Per kind of defect how many spoilt rows are rejected, and as ``false rejects`` how many sound ones."""
    sample = Sample(testset.rows, random.Random(seed))  # noqa: S311 - reproducible, not secret
    found = {"false rejects": _rejected(testset.rows, corpus)}
    for spoil in KINDS:
        spoilt = [bad for row in testset.rows if (bad := spoil(row, sample)) is not None and bad.content != row.content]
        found[spoil.__name__.replace("_", " ")] = _rejected(spoilt, corpus)
    return found


def overall(counts: dict[str, Count]) -> Count:
    """Recall over all kinds."""
    kinds = [count for name, count in counts.items() if name != "false rejects"]
    return Count(sum(count.hits for count in kinds), sum(count.n for count in kinds))


def generate(folder: str | None, rows: int = ROWS) -> tuple[Testset, Corpus]:
    """Rows by the embedded model, **before** any critic has looked at them, so that false rejects are counted honestly."""
    from golden_assets.adapters.documents.library import SourceLibrary
    from golden_assets.adapters.models.providers import open_chat_model, open_embedder, question_types
    from golden_assets.adapters.ragas.generator import RagasTestsetGenerator
    from golden_assets.settings.settings import Settings

    settings = Settings()
    shares = question_types(settings)
    corpus = SourceLibrary(folder, max_bytes=settings.max_document_bytes, documents_url=None).open(None).read()
    generator = RagasTestsetGenerator(
        open_chat_model(settings, None), open_embedder(settings, None), question_types=shares, offered_types=shares
    )
    request = GenerationRequest(size=rows, seed=1, question_types=generator.default_question_types)
    return asyncio.run(generator.generate(corpus, request, lambda *_: None)), corpus


def table(name: str, counts: dict[str, Count]) -> Iterator[str]:
    """Lines of a Markdown table for one corpus."""
    yield f"### {name}\n"
    yield "| planted | rows | rejected (95 % interval) |\n|---|---|---|"
    for kind, count in counts.items():
        yield f"| {'**sound rows**' if kind == 'false rejects' else kind} | {count.n} | {count} |"
    yield f"| **all defects** | {overall(counts).n} | {overall(counts)} |\n"


INTRODUCTION = """## Critics on planted defects

Written by `python -m bench.critics_doc FOLDER ...`. Each row of a testset by the embedded model, before any critic saw it, is spoilt in
eight ways, and the critics say what they reject. The rules were written with rows on the sample corpus and on the manual of httpx 0.27.0 at
hand. That of 0.28.1 was only reported on, but much of its text is the same: these are no figures on unseen kinds of documents.
"""
BLIND = """### Where these critics are blind

They compare words, numbers, negations and names. They do not see a synonym or an antonym (*opens* for *closes*), a wrong cause or order in
the right words, a unit that is exchanged for another one, or a question about a detail that the passage names and does not tell. Rows by a
language model say things in other words than the passage: there the embedder decides, which takes a near miss for a match. The defects here
are planted in rows whose answers are nearly verbatim, which is the easier case. For the rest a model has to judge, or a person.
"""


def main(folders: Sequence[str]) -> None:
    """Measure and write the page's part between its markers."""
    lines = [INTRODUCTION]
    for folder in folders or [""]:
        testset, corpus = generate(folder or None)
        lines += table(Path(folder).name if folder else "the sample corpus", measure(testset, corpus))
    text = "\n".join([*lines, BLIND])
    page = PAGE.read_text() if PAGE.exists() else f"# Gates\n\n{BEGIN}\n{END}\n"
    before, rest = page.split(BEGIN)
    PAGE.write_text(f"{before}{BEGIN}\n{text}{END}{rest.split(END)[1]}")
    print(text)


def _names(text: str) -> list[str]:
    """Its names in code marks or capitals, the first word of a sentence left out unless more capitals follow."""
    found = re.findall(r"`[^`]+`|(?<=[a-z,] )[A-Z][\w.]+(?: [A-Z][\w.]+)*|(?:(?<=^)|(?<=The ))[A-Z][\w.]+(?: [A-Z][\w.]+)+", text)
    return [name for name in dict.fromkeys(found) if read(name).words and not numbers(name)]


def _rejected(rows: Sequence[TestsetRow], corpus: Corpus) -> Count:
    findings = criticise_all(rows, corpus)
    return Count(sum(bool(rejections(of_row)) for of_row in findings), len(rows))


def _with(row: TestsetRow, **changes: object) -> TestsetRow:
    return row.model_copy(update=changes)


if __name__ == "__main__":
    main(sys.argv[1:])
