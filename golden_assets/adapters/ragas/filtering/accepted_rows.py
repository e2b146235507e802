"""The rows accepted so far, and what may not be accepted beside them."""

import re
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

from rapidfuzz import fuzz, process

from golden_assets.adapters.ragas.planning.row_sources import Prospect
from golden_assets.domain.corpus.chunking import Chunk
from golden_assets.domain.generation.regeneration import home
from golden_assets.domain.testsets.testset import Context, QuestionType, TestsetRow

NEAR_DUPLICATE = 90.0
"""`rapidfuzz.fuzz.token_set_ratio` from which two questions are taken for one, 0 to 100."""
MIN_HALF_WORDS = 3
"""Words from which a part of a multi-hop question is a question by itself."""
_WORD = re.compile(r"\w+")
_NEXT_HALF = re.compile(r",? and (?=(?:what|when|where|which|who|whom|whose|why|how|within|after|since|until)\b)", re.IGNORECASE)
Name = TypeVar("Name", bound=Hashable)


class Draft(NamedTuple):
    """A written row that is not accepted yet."""

    prospect: Prospect
    question_type: QuestionType
    question: str
    answer: str
    length: str
    call_ids: tuple[str, ...] = ()

    @property
    def key(self) -> tuple[str, ...]:
        """What the row asks about: its passages and terms, whichever comes first."""
        passages = sorted(chunk.chunk_hash for chunk in self.prospect.chunks)
        return (*passages, *sorted(term.casefold() for term in self.prospect.terms))

    @property
    def is_complete(self) -> bool:
        """Whether it has a question, an answer, and as many different passages as it claims."""
        passages = {chunk.chunk_hash for chunk in self.prospect.chunks}
        return bool(_plain(self.question) and _plain(self.answer)) and len(passages) == len(self.prospect.chunks)


class Likeness(Generic[Name]):
    """Finds, by name, what asks the same as a draft: of the same passages and terms, or in nearly the same words.

    ``near``: the similarity from which words are nearly the same, see `NEAR_DUPLICATE`.
    """

    def __init__(self, near: float) -> None:
        self._near = near
        self._names: list[Name] = []
        self._questions: list[str] = []
        self._by_key: dict[tuple[str, ...], list[Name]] = defaultdict(list)

    def add(self, name: Name, question: str, key: tuple[str, ...] | None = None) -> None:
        """Remember a question with its halves, and what it is about if that is known."""
        asked = [_plain(part) for part in (question, *halves_of(question))]
        self._names += [name] * len(asked)
        self._questions += asked
        if key is not None:
            self._by_key[key].append(name)

    def of(self, draft: Draft) -> set[Name]:
        """Names of all that is like the draft."""
        near = process.extract(_plain(draft.question), self._questions, scorer=fuzz.token_set_ratio, score_cutoff=self._near, limit=None)
        return {self._names[index] for _, _, index in near} | set(self._by_key.get(draft.key, ()))


class Book:
    """Accepted drafts by slot number. ``near``: see `Likeness`."""

    def __init__(self, near: float = NEAR_DUPLICATE) -> None:
        self.near = near
        self.drafts: dict[int, Draft] = {}
        self._likeness: Likeness[None] = Likeness(near)
        self._rows_of: Counter[str] = Counter()
        self._barred: dict[tuple[str, ...], list[str]] = defaultdict(list)

    def keep(self, rows: Iterable[TestsetRow]) -> None:
        """Rows that were there before: nothing may ask what they ask, and they count for their documents."""
        for row in rows:
            self._likeness.add(None, row.user_input)
            document_id = home(row)
            if document_id is not None:
                self._rows_of[document_id] += 1

    def bar(self, rows: Iterable[TestsetRow]) -> None:
        """Rows that were rejected before: nothing may ask what they ask."""
        for row in rows:
            self._likeness.add(None, row.user_input)
            self._barred[_subject(row.question_type, row.contexts)].append(row.user_input.casefold())

    def bars(self, question_type: QuestionType, prospect: Prospect) -> bool:
        """Whether a rejected row of this type, on these passages, names these terms in its question: it would only be written again."""
        terms = [term.casefold() for term in prospect.terms]
        questions = self._barred.get(_subject(question_type, prospect.chunks), ())
        return any(all(term in question for term in terms) for question in questions)

    def refuses(self, draft: Draft) -> bool:
        """Whether the draft is incomplete, or asks what is asked already."""
        return not draft.is_complete or bool(self._likeness.of(draft))

    def accept(self, number: int, draft: Draft) -> None:
        """The draft becomes the row of this slot."""
        self.drafts[number] = draft
        self._likeness.add(None, draft.question, draft.key)
        self._rows_of[draft.prospect.chunks[0].document_id] += 1

    def rows_of(self, document_id: str) -> int:
        """Rows kept or accepted so far whose first passage is from this document."""
        return self._rows_of[document_id]


def halves_of(question: str) -> list[str]:
    """The questions that a question joins with *and*, or nothing when it is a single one: what one half asks, no other row may ask."""
    halves = _NEXT_HALF.split(question)
    return [half for half in halves if len(half.split()) >= MIN_HALF_WORDS] if len(halves) > 1 else []


def _subject(question_type: str, passages: Iterable[Chunk | Context]) -> tuple[str, ...]:
    return (question_type, *sorted(passage.chunk_hash for passage in passages))


def _plain(text: str) -> str:
    """Words in lower case, without punctuation: what a question says, not how it is typed."""
    return " ".join(_WORD.findall(text.casefold()))
