"""Which questions the critic of standing alone rejects, on questions that people wrote: ``python -m bench.standing FILE ...``.

A file is JSON in the format of SQuAD, JSON lines or a JSON list with ``question`` or ``user_input``, or CSV with such a column. With a
column or field ``stands_alone`` (0 or 1) recall and false rejects are told apart; what else is rejected is listed for a person to look at.
"""

import csv
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.planted_defects import Count
from golden_assets.domain.critics.standalone import question_stands_alone
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.testset import TestsetRow

LABEL = "stands_alone"


def read_questions(path: Path) -> list[tuple[str, bool | None]]:
    """Questions with whether they stand alone, None where nobody said."""
    return [
        (question, None if (label := record.get(LABEL)) in (None, "") else str(label) in ("1", "1.0", "True", "true"))
        for record in _records(path)
        if (question := str(record.get("question") or record.get("user_input") or ""))
    ]


def measure(questions: Sequence[tuple[str, bool | None]]) -> dict[str, Count]:
    """How many are rejected of those that do not stand alone, that do, and of which nothing is known; and on how many it abstained."""
    found = [(label, look(question).verdict) for question, label in questions]
    known = [(label, verdict) for label, verdict in found if verdict != "abstained"]
    kinds: dict[bool | None, str] = {False: "does not stand alone", True: "stands alone", None: "not labelled"}
    counts = {name: [verdict == "rejected" for label, verdict in known if label is kind] for kind, name in kinds.items()}
    rejected = {f"rejected, {name}": Count(sum(flags), len(flags)) for name, flags in counts.items() if flags}
    return rejected | {"abstained": Count(len(found) - len(known), len(found))}


def look(question: str) -> Finding:
    """What the critic says of a question."""
    kind = "single_hop_specific"
    row = TestsetRow(user_input=question, reference="", contexts=(), question_type=kind, synthesizer_name=kind, model="people")
    return question_stands_alone(row)


def main(files: Sequence[str]) -> None:
    """Print a table for each file, and the questions behind it."""
    for name in files:
        questions = read_questions(Path(name))
        print(f"{Path(name).name}\n\n| questions | n | share (95 % interval) |\n|---|---|---|")
        for kind, count in measure(questions).items():
            low, high = count.interval
            print(f"| {kind} | {count.n:,} | {count.hits:,}: {count.share:.1%} ({low:.1%} to {high:.1%}) |")
        print()
        for question, label in questions:
            finding = look(question)
            if finding.verdict == "rejected" and label is not False:
                print(f"  {finding.reason}: {question}")


def _records(path: Path) -> Iterator[Mapping[str, Any]]:
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".csv":
        yield from csv.DictReader(text.splitlines())
    elif path.suffix == ".jsonl":
        yield from map(json.loads, filter(None, text.splitlines()))
    else:
        found = json.loads(text)
        yield from found if isinstance(found, list) else _of_squad(found)


def _of_squad(found: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    return (asked for article in found["data"] for passage in article["paragraphs"] for asked in passage["qas"] if asked.get("answers"))


if __name__ == "__main__":
    main(sys.argv[1:])
