"""All gates on sets that people wrote: ``python -m bench.human_sets FILE ...`` (formats as in `tools.human_critics`).

From each file sets of 50, 100 and 200 rows are drawn at random, each judged as a generated testset is: with its articles as documents, the
shipped embedder, no model asked, and the question types of the set as its target. Prints how many sets fail a gate, and which, with
Wilson's 95 % intervals and examples of what the gates named. ``--without FILE`` leaves out the questions that the file lists, one a line.
"""

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from bench.human_rows import FORMS, read_rows
from bench.planted_defects import SEED, Count
from golden_assets.adapters.models.minilm import MiniLMEmbedder
from golden_assets.adapters.reference_data import detect_languages
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.ports.judging import similarity_for
from golden_assets.domain.quality.embedder_calibration import calibration_passages, corpus_spread
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.testsets.testset import Context, GenerationRequest, Testset, TestsetRow, count_types

SIZES = (50, 100, 200)
SETS = 20
"""Sets of each size and file."""


class Outcome(NamedTuple):
    """What the gates said of sets of one size: how often each failed or abstained, and what it named."""

    sets: int
    failed: int
    gates: Counter[str]
    silent: Counter[str]
    named: dict[str, tuple[str, ...]]


def corpus_of(rows: Sequence[TestsetRow]) -> tuple[Corpus, tuple[TestsetRow, ...]]:
    """Each article that the rows cite as a document of its passages, and the rows with their passages at their places in it."""
    passages: dict[str, dict[str, None]] = {}
    for row in rows:
        for context in row.contexts:
            passages.setdefault(context.document_id, {})[context.text] = None
    documents = {title: Document.of(f"{title}.md", "\n\n".join(texts)) for title, texts in passages.items()}

    def _placed(context: Context) -> Context:
        document = documents[context.document_id]
        start = document.text.index(context.text.replace("\r\n", "\n"))
        fields = {"document_id": document.document_id, "document_hash": document.content_hash}
        return context.model_copy(update=fields | {"start": start, "end": start + len(context.text)})

    placed = tuple(row.model_copy(update={"contexts": tuple(map(_placed, row.contexts))}) for row in rows)
    return Corpus(source="people", documents=tuple(documents[title] for title in sorted(documents))), placed


async def judge_set(rows: Sequence[TestsetRow]) -> tuple[Verdict, ...]:
    """The verdicts of all gates after generation on these rows."""
    corpus, placed = corpus_of(rows)
    embedder = MiniLMEmbedder()
    shares = {name: count / len(rows) for name, count in count_types(placed).items()}
    request = GenerationRequest(size=len(rows), question_types=shares)
    testset = Testset(
        rows=placed,
        corpus_hash=corpus.corpus_hash,
        request=request,
        generator="people",
        generator_version="1",
        model="a person",
        embedding_model=embedder.name,
    )
    vectors = await embedder.embed([row.user_input for row in placed])
    spread = corpus_spread(await embedder.embed(calibration_passages(corpus, embedder.name)))
    background = Background(languages=detect_languages([f"{row.user_input}\n{row.reference}" for row in placed]))
    similarity = await similarity_for(placed, embedder)
    return write_report(testset, corpus, vectors, embedder.name, Thresholds(), spread, similarity, background).verdicts


async def outcomes(rows: Sequence[TestsetRow], size: int, sets: int) -> Outcome:
    """Draw sets of one size, and count what fails them."""
    chance, gates, silent, named, failed = random.Random(f"{SEED}:{size}"), Counter[str](), Counter[str](), {}, 0  # noqa: S311 - reproducible
    for _ in range(sets):
        verdicts = await judge_set(chance.sample(list(rows), size))
        bad = [one for one in verdicts if one.outcome == "FAILED"]
        failed += bool(bad)
        gates.update(one.name for one in bad)
        silent.update(one.name for one in verdicts if not one.is_judged)
        named |= {one.name: one.offenders[:3] for one in bad}
    return Outcome(sets, failed, gates, silent, named)


def lines_of(name: str, size: int, outcome: Outcome) -> Iterator[str]:
    """One row of the table, and the examples below it."""
    by = ", ".join(f"{gate} {count}" for gate, count in outcome.gates.most_common())
    silent = ", ".join(f"{gate} {count}" for gate, count in outcome.silent.most_common())
    yield f"| {name} | {size} | {Count(outcome.failed, outcome.sets)} | {by} | {silent} |"


async def print_table(paths: Sequence[Path], sets: int, faulty: frozenset[str], *, examples: bool) -> None:
    """The table, line by line; afterwards what failing gates named."""
    print("| set | rows | sets that fail | by | not judged |\n|---|---|---|---|---|")
    named: dict[str, dict[str, tuple[str, ...]]] = {}
    for path in paths:
        for form in FORMS[: 1 if path.suffix == ".jsonl" else None]:
            rows = [row for row in read_rows(path, form) if row.user_input.strip() not in faulty]
            name = path.stem if path.suffix == ".jsonl" else f"{path.stem}, {form}"
            for size in (size for size in SIZES if 2 * size <= len(rows)):
                outcome = await outcomes(rows, size, sets)
                named.setdefault(name, {}).update(outcome.named)
                print(*lines_of(name, size, outcome), sep="\n", flush=True)
    for name, of_gate in named.items() if examples else ():
        for gate, offenders in of_gate.items():
            print(f"\n{name}, {gate}:", *(f"  {one}" for one in offenders), sep="\n")


def main() -> None:
    """Read the arguments and print the table."""
    parser = argparse.ArgumentParser(prog="python -m bench.human_sets", description=__doc__)
    parser.add_argument("--sets", type=int, default=SETS, help="sets of each size and file")
    parser.add_argument("--examples", action="store_true", help="print what failing gates named, too")
    parser.add_argument("--without", type=Path, help="a file of questions to leave out, one a line")
    parser.add_argument("files", nargs="+", type=Path)
    asked = parser.parse_args()
    faulty = frozenset(asked.without.read_text(encoding="utf-8").splitlines()) if asked.without else frozenset()
    asyncio.run(print_table(asked.files, asked.sets, faulty, examples=asked.examples))


if __name__ == "__main__":
    main()
