"""The critics on planted defects, written to `docs/gates.md`: ``python -m tools.critics_doc [FOLDER ...]``. Seeded.

Rows are generated from the documents of each folder (default: the shipped sample corpus) by the embedded model, every row is then spoilt
in each way that it can be spoilt, and the critics say which of the spoilt and of the sound rows they reject. `bench.model_critics` asks the
critics of the configured endpoint the same.
"""

import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from bench.critic_defects import BLIND_SPOTS
from bench.figures import ROOT
from bench.planted_defects import SOUND, Count, generate, measure, measure_rivals, overall

PAGE = ROOT / "docs" / "gates.md"
BEGIN, END = "<!-- critics:begin -->", "<!-- critics:end -->"


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

Written by `python -m tools.critics_doc FOLDER ...`. Each row of a testset by the embedded model, before any critic saw it, is spoilt in
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

    python -m bench.model_critics --rows 20 FOLDER

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


if __name__ == "__main__":
    write_page(sys.argv[1:])
