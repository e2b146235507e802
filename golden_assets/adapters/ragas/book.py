"""The rows accepted so far, and what may not be accepted beside them."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from rapidfuzz import fuzz, process

from golden_assets.adapters.ragas.prospects import Prospect
from golden_assets.domain.regeneration import home
from golden_assets.domain.testsets import QuestionType, TestsetRow

NEAR_DUPLICATE = 90.0
"""`rapidfuzz.fuzz.token_set_ratio` from which two questions are taken for one, 0 to 100."""
_WORD = re.compile(r"\w+")


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


class Book:
    """Accepted drafts by slot index, and every prospect that was tried for them."""

    def __init__(self) -> None:
        self.drafts: dict[int, Draft] = {}
        self._keys: set[tuple[str, ...]] = set()
        self._questions: dict[str, None] = {}
        self._spent: set[tuple[str, ...]] = set()
        self._rows_of: dict[str, int] = {}

    def keep(self, rows: Iterable[TestsetRow]) -> None:
        """Rows that were there before: nothing may ask what they ask, and they count for their documents."""
        for row in rows:
            self._questions[_plain(row.user_input)] = None
            document_id = home(row)
            if document_id is not None:
                self._rows_of[document_id] = self.rows_of(document_id) + 1

    def refuses(self, draft: Draft) -> bool:
        """Whether the draft is empty, asks what is asked already, or claims several passages and has one."""
        question = _plain(draft.question)
        passages = {chunk.chunk_hash for chunk in draft.prospect.chunks}
        return (
            not question
            or not _plain(draft.answer)
            or len(passages) < len(draft.prospect.chunks)
            or draft.key in self._keys
            or question in self._questions
            or process.extractOne(question, list(self._questions), scorer=fuzz.token_set_ratio, score_cutoff=NEAR_DUPLICATE) is not None
        )

    def accept(self, index: int, draft: Draft) -> None:
        """The draft becomes the row of this slot."""
        self.drafts[index] = draft
        self._keys.add(draft.key)
        self._questions[_plain(draft.question)] = None
        home = draft.prospect.chunks[0].document_id
        self._rows_of[home] = self.rows_of(home) + 1

    def rows_of(self, document_id: str) -> int:
        """Rows kept or accepted so far whose first passage is from this document."""
        return self._rows_of.get(document_id, 0)

    def spend(self, keys: set[tuple[str, ...]]) -> None:
        """These were tried; later slots need not try them again."""
        self._spent |= keys

    def is_spent(self, key: tuple[str, ...]) -> bool:
        """Whether a settled slot tried it."""
        return key in self._spent


def _plain(text: str) -> str:
    """Words in lower case, without punctuation: what a question says, not how it is typed."""
    return " ".join(_WORD.findall(text.casefold()))
