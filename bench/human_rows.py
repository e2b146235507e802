"""Rows that people wrote, read from files in the formats of SQuAD and HotpotQA or as lines of JSON, and defects planted in them. Seeded.

The defects are those that a wrong testset has: answers, numbers and names of the right passage in the wrong row. No set is part of the
project; a file is named by its path.
"""

import json
import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from golden_assets.domain.core.hashing import sha256_text
from golden_assets.domain.core.text_features import numbers, read, sentence_spans
from golden_assets.domain.testsets.testset import Context, TestsetRow

FORMS = ("sentence", "short")
"""The reference is the sentence of the passage that the answer stands in, or the answer alone."""
_NEGATION = re.compile(r"\b(?:not|never|nicht|kein|keine|keinen) |(?<=[^\W\d_])[没不](?=\w)")
_AUXILIARY = re.compile(r"\b(?:is|are|was|were|can|will|has|have|had|ist|sind|war|waren|wird|wurde|wurden|hat|hatte|kann)\b")


class Asked(NamedTuple):
    """A question of a person, with the passage and the answer in it; ``plausible`` answers a question that has no answer there."""

    title: str
    passage: str
    question: str
    answer: str
    start: int
    plausible: bool = False


def read_rows(path: Path, form: str) -> list[TestsetRow]:
    """The rows of a file. ``form`` is one of `FORMS`; rows from lines of JSON have their reference as it is."""
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".jsonl":
        return [_row(one["user_input"], one["reference"], _titled(one["reference_contexts"])) for one in map(json.loads, text.splitlines())]
    content = json.loads(text)
    if isinstance(content, list):
        return [_hotpot(one, form) for one in content]
    return [_squad(one, form) for one in questions_in(content) if not one.plausible]


def unanswerable_rows(path: Path, form: str) -> list[TestsetRow]:
    """Questions that people made unanswerable from the passage, each with the answer that it seems to have."""
    content = {} if path.suffix == ".jsonl" else json.loads(path.read_text(encoding="utf-8"))
    return [_squad(one, form) for one in questions_in(content) if one.plausible] if isinstance(content, dict) else []


def questions_in(content: Mapping[str, Any]) -> Iterator[Asked]:
    """The questions of a file in SQuAD's format, each with its first answer."""
    for article in content.get("data", ()):
        for paragraph in article["paragraphs"]:
            for asked in paragraph["qas"]:
                plausible = bool(asked.get("is_impossible"))
                answers = asked.get("plausible_answers" if plausible else "answers") or ()
                if answers:
                    first, title = answers[0], article.get("title") or article.get("id") or paragraph["context"][:40]
                    yield Asked(str(title), paragraph["context"], asked["question"], first["text"], first["answer_start"], plausible)


def sentence_around(passage: str, start: int, end: int) -> str:
    """The sentences of a passage that a span reaches into."""
    spans = [span for span in sentence_spans(passage) if span[0] < end and start < span[1]]
    return passage[spans[0][0] : spans[-1][1]] if spans else passage[start:end]


def _squad(one: Asked, form: str) -> TestsetRow:
    sentence = sentence_around(one.passage, one.start, one.start + len(one.answer))
    return _row(one.question, one.answer if form == "short" else sentence, [(one.title, one.passage)], extra={"answer": one.answer})


def _hotpot(one: Mapping[str, Any], form: str) -> TestsetRow:
    """The supporting facts and nothing else of what was there to read, each article a passage."""
    articles = dict(one["context"])
    facts = [(title, articles[title][place]) for title, place in one["supporting_facts"] if place < len(articles.get(title, ()))]
    cited = [(title, "".join(articles[title])) for title in dict.fromkeys(title for title, _ in facts)]
    reference = one["answer"] if form == "short" else " ".join(sentence.strip() for _, sentence in facts)
    return _row(one["question"], reference, cited, question_type="multi_hop_specific", extra={"answer": one["answer"]})


def _titled(passages: Sequence[str]) -> list[tuple[str, str]]:
    return [(f"passage {number}", passage) for number, passage in enumerate(passages, start=1)]


def _row(question: str, reference: str, passages: Sequence[tuple[str, str]], **fields: Any) -> TestsetRow:
    contexts = tuple(
        Context(text=text, document_id=title, document_hash="", chunk_hash=sha256_text(text), start=0, end=len(text))
        for title, text in passages
    )
    about = {"question_type": "single_hop_specific", "synthesizer_name": "people", "model": "a person"} | fields
    return TestsetRow(user_input=question, reference=reference, contexts=contexts, **about)


class Others(NamedTuple):
    """What rows are spoilt with."""

    rows: Sequence[TestsetRow]
    chance: random.Random

    def on_this_passage(self, row: TestsetRow) -> list[TestsetRow]:
        """Rows on the same passage with another answer."""
        same = [one for one in self.rows if one.contexts == row.contexts and one.user_input != row.user_input]
        return [one for one in same if not (one.reference in row.reference or row.reference in one.reference)]

    def elsewhere(self, row: TestsetRow) -> list[TestsetRow]:
        """Rows on other documents."""
        return [one for one in self.rows if not set(one.document_ids) & set(row.document_ids)]


Spoiling = Callable[[TestsetRow, Others], TestsetRow | None]


def answer_of_another_question(row: TestsetRow, others: Others) -> TestsetRow | None:
    """The answer of another question on the same passage."""
    return _exchanged(row, [one.reference for one in others.on_this_passage(row)], others)


def answer_from_another_document(row: TestsetRow, others: Others) -> TestsetRow | None:
    """The answer of a row on another document."""
    return _exchanged(row, [one.reference for one in others.elsewhere(row)], others)


def number_of_the_passage(row: TestsetRow, others: Others) -> TestsetRow | None:
    """A number of the answer is another one of its passage."""
    there = sorted(set(re.findall(r"\b\d[\d.,]*\d\b|\b\d\b", row.contexts[0].text)))
    return _with_another(row, re.findall(r"\b\d[\d.,]*\d\b|\b\d\b", row.reference), there, others)


def number_made_up(row: TestsetRow, others: Others) -> TestsetRow | None:
    """A number of the answer is one that the passage does not have."""
    mine = re.findall(r"\b\d+\b", row.reference)
    known = numbers(row.contexts[0].text)
    return _with_another(row, mine, [f"{int(one) + 7}" for one in mine if str(int(one) + 7) not in known], others)


def name_of_the_passage(row: TestsetRow, others: Others) -> TestsetRow | None:
    """A name in the answer is another one of its passage."""
    return _with_another(row, _names(row.reference), _names(row.contexts[0].text), others)


def name_from_another_document(row: TestsetRow, others: Others) -> TestsetRow | None:
    """A name in the answer is one out of an answer on another document."""
    there = [name for one in others.elsewhere(row)[:200] for name in _names(one.reference) if name not in row.contexts[0].text]
    return _with_another(row, _names(row.reference), there, others)


def two_names_change_places(row: TestsetRow, _: Others) -> TestsetRow | None:
    """The first two names of the answer change places."""
    names = list(dict.fromkeys(_names(row.reference)))
    if len(names) < 2 or names[0] in names[1] or names[1] in names[0]:
        return None
    swapped = row.reference.replace(names[0], "\0").replace(names[1], names[0]).replace("\0", names[1])
    return row.model_copy(update={"reference": swapped})


def negation_changed(row: TestsetRow, _: Others) -> TestsetRow | None:
    """A negation is taken out; where there is none, one is put in."""
    if _NEGATION.search(row.reference):
        return row.model_copy(update={"reference": _NEGATION.sub("", row.reference, count=1)})
    found = _AUXILIARY.search(row.reference)
    if found is None:
        return None
    word = "nicht" if found[0] in _GERMAN else "not"
    return row.model_copy(update={"reference": f"{row.reference[: found.end()]} {word}{row.reference[found.end() :]}"})


_GERMAN = frozenset(["ist", "sind", "war", "waren", "wird", "wurde", "wurden", "hat", "hatte", "kann"])
DEFECTS: tuple[Spoiling, ...] = (
    answer_of_another_question,
    answer_from_another_document,
    number_of_the_passage,
    number_made_up,
    name_of_the_passage,
    name_from_another_document,
    two_names_change_places,
    negation_changed,
)


def single_hop_sold_as_multi_hop(row: TestsetRow, others: Others) -> TestsetRow | None:
    """A question on one passage, with another passage that it does not need."""
    candidates = others.elsewhere(row)
    if len(row.contexts) > 1 or not candidates:
        return None
    extra = others.chance.choice(candidates).contexts[0]
    return row.model_copy(update={"contexts": (*row.contexts, extra), "question_type": "multi_hop_specific"})


def _exchanged(row: TestsetRow, references: Sequence[str], others: Others) -> TestsetRow | None:
    return row.model_copy(update={"reference": others.chance.choice(references)}) if references else None


def _with_another(row: TestsetRow, mine: Sequence[str], there: Sequence[str], others: Others) -> TestsetRow | None:
    """One of ``mine`` exchanged for one that the answer does not have."""
    foreign = [one for one in there if one not in row.reference and not any(own in one for own in mine)]
    if not (mine and foreign):
        return None
    old, new = others.chance.choice(mine), others.chance.choice(foreign)
    return row.model_copy(update={"reference": re.sub(rf"(?<!\w){re.escape(old)}(?!\w)", new.replace("\\", ""), row.reference, count=1)})


def _names(text: str) -> list[str]:
    """Capitalised words inside sentences, those that follow each other as one."""
    known = read(text).names
    found = re.findall(r"(?<![.!?:;\"(] )(?<=\s)[A-ZÄÖÜ][\w'’-]+(?: [A-ZÄÖÜ][\w'’-]+)*", text)
    return [name for name in found if any(part in known for part in read(f"x {name}").names)]
