"""Defects that are planted in rows to see whether critics find them. Seeded, and as near to what goes wrong as rules can make them."""

import random
import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from golden_assets.domain.core.text_features import numbers, read
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.row_checks import is_multi_hop
from golden_assets.domain.testsets.testset import Context, TestsetRow

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


def spoilt_rows(sample: Sample, kinds: Sequence[Spoil] = KINDS) -> dict[str, list[TestsetRow]]:
    """Every row spoilt in each way in which it can be, by the name of the way."""
    return {spoil.__name__.replace("_", " "): list(_spoilt(sample, spoil)) for spoil in kinds}


def _spoilt(sample: Sample, spoil: Spoil) -> Iterator[TestsetRow]:
    for row in sample.rows:
        bad = spoil(row, sample)
        if bad is not None and bad.content != row.content:
            yield bad


OPPOSITES = (
    "before after, more less, most least, open closed, opens closes, enable disable, enabled disabled, first last, higher lower, "
    "above below, increase decrease, synchronous asynchronous, include exclude, included excluded, start stop, starts stops, "
    "allow forbid, allows forbids, required optional, largest smallest, new old"
)
UNITS = (
    "minutes hours, minute hour, seconds minutes, days weeks, day week, hours days, months years, percent points, euros dollars, bar pascal"
)


def _pairs(text: str) -> dict[str, str]:
    pairs = [(one, other) for one, other in map(str.split, text.split(", "))]
    return dict(pairs) | {other: one for one, other in pairs}


def opposite_put_in(row: TestsetRow, _: Sample) -> TestsetRow | None:
    """One word of the answer is its opposite."""
    return _exchange(row, _pairs(OPPOSITES))


def unit_exchanged(row: TestsetRow, _: Sample) -> TestsetRow | None:
    """The number stays, and its unit is another one."""
    return _exchange(row, _pairs(UNITS))


BLIND_SPOTS: tuple[Spoil, ...] = (opposite_put_in, unit_exchanged)
"""What critics that compare words are not made for."""


def rival_of(row: TestsetRow, sample: Sample) -> Document | None:
    """A document that asks the row's question and answers it with another number, or with another name, that the question does not have."""
    numbered = [found for found in re.finditer(r"\b(\d+) ([a-z]+)", row.reference) if found[1] not in row.user_input]
    mine = [name for name in _names(row.reference) if name.strip("`").lower() not in row.user_input.lower()]
    theirs = [name for name in _names(sample.other(row).reference) if name.lower() not in row.reference.lower()]
    if numbered:
        answer = f"{int(numbered[0][1]) + 7} {numbered[0][2]}."
    elif mine and theirs:
        answer = row.reference.replace(mine[0], sample.chance.choice(theirs))
    else:
        return None
    return Document.of(f"elsewhere/{row.row_id}.md", f"# Questions\n\n{row.user_input} {answer}\n")


def with_rivals(rows: Sequence[TestsetRow], corpus: Corpus, sample: Sample) -> tuple[list[TestsetRow], Corpus]:
    """The rows that can have a rival, and the corpus with a rival of each."""
    found = [(row, rival) for row in rows if (rival := rival_of(row, sample)) is not None]
    documents = sorted([*corpus.documents, *(rival for _, rival in found)], key=lambda document: document.document_id)
    return [row for row, _ in found], Corpus(source=corpus.source, documents=tuple(documents))


def _exchange(row: TestsetRow, pairs: dict[str, str]) -> TestsetRow | None:
    found = re.search(rf"\b(?:{'|'.join(pairs)})\b", row.reference)
    return found and _with(row, reference=f"{row.reference[: found.start()]}{pairs[found[0]]}{row.reference[found.end() :]}")


def _names(text: str) -> list[str]:
    """Its names in code marks or capitals, the first word of a sentence left out unless more capitals follow."""
    found = re.findall(r"`[^`]+`|(?<=[a-z,] )[A-Z][\w.]+(?: [A-Z][\w.]+)*|(?:(?<=^)|(?<=The ))[A-Z][\w.]+(?: [A-Z][\w.]+)+", text)
    return [name for name in dict.fromkeys(found) if read(name).words and not numbers(name)]


def _with(row: TestsetRow, **changes: object) -> TestsetRow:
    return row.model_copy(update=changes)
