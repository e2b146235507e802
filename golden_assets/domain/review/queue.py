"""Row review: which rows a person looks at first, what decisions do to a testset, and when enough has been looked at.

The queue has two parts. Rows that something casts a doubt on come first, the least certain at the top; all of them are to be looked at.
The others follow in the order of a hash of the testset and each row, so that those looked at are a random sample of them, and something
can be said about those not looked at. A row that a user calls bad later comes first, too, but keeps its place in that sample: the
rows that the claim is about stay the same whatever is said of them during the review.
"""

import math
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Literal, Self

from pydantic import model_validator

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.records import Record
from golden_assets.domain.core.text import counted
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.generation.human_rows import place_seeds
from golden_assets.domain.testsets.findings import Finding
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.human_override import EDITED
from golden_assets.domain.testsets.testset import REVIEWER, RejectedRow, Testset, TestsetRow

Decision = Literal["approve", "edit", "reject"]
CONFIDENCE = 0.95
DEFECT_SHARES = tuple(step / 20 for step in range(10))
"""Alternatives that the stopping rule weighs, as shares of the limit: defect rates from 0 up to just below it."""


MOST_EVIDENCE = 1e9
"""Stated where nothing is left to doubt: no JSON document holds infinity."""


class RowDecision(Record):
    """What a reviewer said of a row. An edit has a new question, a new reference or both; a rejection has a reason.

    Raises:
        ValidationError: parts that do not belong together.
    """

    row_id: str
    decision: Decision
    reviewer: str
    reason: str | None = None
    user_input: str | None = None
    reference: str | None = None
    decided_at: datetime | None = None

    @model_validator(mode="after")
    def _parts_belong_together(self) -> Self:
        if not self.reviewer.strip():
            raise ValueError("a decision needs the name of its reviewer")
        if self.decision == "reject" and not (self.reason or "").strip():
            raise ValueError("a rejection needs a reason")
        changes = [text for text in (self.user_input, self.reference) if text is not None]
        if (self.decision == "edit") != bool(changes):
            raise ValueError("an edit needs a new user_input or reference, and nothing else may have one")
        if not all(text.strip() for text in changes):
            raise ValueError("an edit may not empty a field: reject the row instead")
        return self

    @property
    def found_defect(self) -> bool:
        """Whether the row was not good as it stood."""
        return self.decision != "approve"


class Doubt(Record):
    """Why a row may be bad: ``certainty`` from 0 (surely bad) to 1 (nothing against it), with reasons as sentences.

    ``raised_later``: by users, after the version was made; such a row stays in the random sample.
    """

    certainty: float
    reasons: tuple[str, ...] = ()
    raised_later: bool = False


def merge_doubts(doubts: Mapping[str, Doubt], further: Mapping[str, Doubt]) -> dict[str, Doubt]:
    """All doubts: the lower certainty counts, and all reasons are kept, those of ``further`` first. A row that only ``further`` doubts was
    undoubted when the sample was drawn.
    """
    merged = dict(doubts)
    for row_id, doubt in further.items():
        known = doubts.get(row_id)
        reasons = dict.fromkeys((*doubt.reasons, *(known.reasons if known else ())))
        certainty = min(doubt.certainty, known.certainty) if known else doubt.certainty
        merged[row_id] = Doubt(certainty=certainty, reasons=tuple(reasons), raised_later=known is None or known.raised_later)
    return merged


class QueueItem(Record):
    """A row in the queue. ``place`` is that in the random sample, None for a row that was doubted from the start.

    ``proposal`` is a decision that an edit made elsewhere suggests; it counts once a reviewer takes it.
    """

    row: TestsetRow
    place: int | None = None
    doubt: Doubt | None = None
    decision: RowDecision | None = None
    proposal: RowDecision | None = None


class Progress(Record):
    """How far a review is.

    ``sampled`` of the ``undoubted`` rows (those without a doubt from the start) were looked at, in drawing order without a gap, and
    ``sampled_defects`` of them were bad.
    ``evidence`` is what the stopping rule has gathered, ``needed`` (1 / 0.05) what it asks for. ``is_enough`` says that the defect rate of
    the undoubted rows is below ``max_defect_rate`` with 95 % confidence, or that all were looked at, and that no doubted row is left.
    ``rows_to_go`` is how many more of the undoubted rows it takes if each is good; never more than there are.
    """

    rows: int
    decided: int
    doubted_left: int
    undoubted: int
    sampled: int
    sampled_defects: int
    max_defect_rate: float
    evidence: float
    needed: float = 1 / (1 - CONFIDENCE)
    rows_to_go: int
    is_enough: bool

    @property
    def sentence(self) -> str:
        """How far the review is, what can be said of the rows not looked at, and how many more it takes."""
        seen = f"{self.decided} of {self.rows} rows decided, {counted(self.doubted_left, 'doubted row')} left"
        sample = f"{counted(self.sampled_defects, 'defect')} in {self.sampled} of {self.undoubted} rows drawn at random"
        rate = f"fewer than {self.max_defect_rate:.1%} of the undoubted rows are bad"
        if self.doubted_left:
            return f"{seen}; {sample}: look at the doubted rows first."
        if not self.is_enough:
            return f"{seen}; {sample}: not enough yet to say that {rate}; {self.rows_to_go} more without a defect would do."
        if self.sampled == self.undoubted:
            return f"{seen}; {sample}: enough, every row was looked at."
        return f"{seen}; {sample}: enough, with 95 % confidence {rate}."


def review_queue(
    testset: Testset,
    doubts: Mapping[str, Doubt],
    decisions: Sequence[RowDecision] = (),
    proposals: Mapping[str, RowDecision] = MappingProxyType({}),
) -> list[QueueItem]:
    """Every row once: the doubted, least certain first, then the others in the order of a hash of the testset and the row.

    The place of a row does not depend on the other rows, so one that becomes doubted leaves the order of all others as it is. Rows with a
    proposal, which are doubted too, come before all others.
    """
    known = {decision.row_id: decision for decision in decisions}
    rows = list({row.row_id: row for row in testset.rows}.values())
    drawn = sorted(
        (row for row in rows if _is_drawn(doubts.get(row.row_id))), key=lambda row: sha256_json([testset.testset_hash, row.row_id])
    )
    places = {row.row_id: place for place, row in enumerate(drawn)}
    urgency = {row_id: (row_id not in proposals, doubt.certainty, row_id) for row_id, doubt in doubts.items()}
    doubted = sorted((row for row in rows if row.row_id in doubts), key=lambda row: urgency[row.row_id])
    about = ((row, row.row_id) for row in (*doubted, *(row for row in drawn if row.row_id not in doubts)))
    return [
        QueueItem(row=row, place=places.get(of), doubt=doubts.get(of), decision=known.get(of), proposal=proposals.get(of))
        for row, of in about
    ]


def measure_progress(queue: Sequence[QueueItem], max_defect_rate: float) -> Progress:
    """How far the review of a queue is. ``max_defect_rate``: above 0 and at most 1."""
    others = sorted((item for item in queue if item.place is not None), key=lambda item: item.place or 0)
    sample = list(_leading_decisions(others))
    defects = [decision.found_defect for decision in sample]
    evidence = gathered_evidence(defects, len(others), max_defect_rate)
    doubted_left = sum(item.doubt is not None and item.decision is None for item in queue)
    complete = len(sample) == len(others)
    return Progress(
        rows=len(queue),
        decided=sum(item.decision is not None for item in queue),
        doubted_left=doubted_left,
        undoubted=len(others),
        sampled=len(sample),
        sampled_defects=sum(defects),
        max_defect_rate=max_defect_rate,
        evidence=min(evidence, MOST_EVIDENCE),
        rows_to_go=rows_to_go(defects, len(others), max_defect_rate),
        is_enough=doubted_left == 0 and (complete or evidence >= 1 / (1 - CONFIDENCE)),
    )


def rows_to_go(defects: Sequence[bool], population: int, max_defect_rate: float) -> int:
    """How many more rows, each good, let the stopping rule stop; all that are left where the rest cannot make up for the defects."""

    def _evidence(more: int) -> float:
        return gathered_evidence([*defects, *[False] * more], population, max_defect_rate)

    left, needed, most = population - len(defects), 1 / (1 - CONFIDENCE), 1
    while most < left and _evidence(most) < needed:
        most *= 2
    return bisect_left(range(min(most, left)), needed, key=_evidence)


def gathered_evidence(defects: Sequence[bool], population: int, max_defect_rate: float) -> float:
    """The evidence against "at least ``max_defect_rate`` of the population is bad", from rows drawn one by one without replacement.

    A likelihood ratio that is multiplied up row by row (an e-process; Waudby-Smith and Ramdas, "Confidence sequences for sampling without
    replacement", 2020): if the statement were true it would reach 20 with a probability of at most 0.05, however often it is looked at,
    so a review may stop as soon as it does. The alternatives, each a share of the limit (`DEFECT_SHARES`), count equally.
    """
    bad_at_least = math.ceil(round(max_defect_rate * population, 9))
    ratios = dict.fromkeys(DEFECT_SHARES, 1.0)
    found = 0
    for drawn, is_bad in enumerate(defects):
        expected = (bad_at_least - found) / (population - drawn)
        if expected <= 0:
            return 0.0
        if expected > 1 or (expected == 1 and not is_bad):
            return math.inf
        for share in ratios:
            assumed = share * expected
            ratios[share] *= share if is_bad else (1 - assumed) / (1 - expected)
        found += is_bad
    return sum(ratios.values()) / len(ratios)


def apply_decisions(testset: Testset, decisions: Sequence[RowDecision]) -> Testset:
    """The testset that the decisions ask for; see `after_review`.

    Raises:
        TestsetError: a decision is on a row that the testset does not have, or no row would be left.
    """
    unknown = {decision.row_id for decision in decisions} - {row.row_id for row in testset.rows}
    if unknown:
        raise TestsetError(f"the testset has no row {min(unknown)}", "review the version that the decisions were made on")
    reviewed = after_review(testset, decisions)
    if not reviewed.rows:
        raise TestsetError("every row was rejected, and a testset has at least one", "generate a new testset")
    return reviewed


def with_current_citations(reviewed: Testset, corpus: Corpus) -> Testset | None:
    """The testset with its passages as the corpus has them now; None when that of a generated row has changed or is gone."""
    pairs = list(zip(reviewed.rows, classify_rows(reviewed.rows, corpus), strict=True))
    if not all(row.is_human or item.is_usable for row, item in pairs):
        return None
    rows = tuple(place_seeds([row], corpus)[0] if row.is_human else item.row for row, item in pairs)
    approved = sorted({now.row_id for now, (before, _) in zip(rows, pairs, strict=True) if before.row_id in reviewed.approved})
    fields = {name: getattr(reviewed, name) for name in Testset.model_fields}
    return Testset(**fields | {"rows": rows, "corpus_hash": corpus.corpus_hash, "approved": tuple(approved)})


def after_review(testset: Testset, decisions: Sequence[RowDecision]) -> Testset:
    """Rejected rows are gone, edited ones changed, all others as they were. What is gone or was changed is barred: no later testset that
    starts from this one asks it again. What was approved is on record: no critic has it replaced.

    An edited row says so in its ``model``, and what reproduced it (prompt, seed) is dropped. It stays a generated row, which a later
    testset takes over; rows of model ``human`` are those of the file of seed rows.
    """
    known = {decision.row_id: decision for decision in decisions}
    decided = [_decided(row, known[row.row_id]) if row.row_id in known else row for row in testset.rows]
    rows = tuple(row for row in decided if row is not None)
    barred = [
        RejectedRow(row=row, findings=(_finding(known[row.row_id]),))
        for row in testset.rows
        if row.row_id in known and known[row.row_id].found_defect
    ]
    good = {*testset.approved, *(row_id for row_id, one in known.items() if not one.found_defect)} & {row.row_id for row in rows}
    fields = {name: getattr(testset, name) for name in Testset.model_fields}
    return Testset(**fields | {"rows": rows, "barred": (*testset.barred, *barred), "approved": tuple(sorted(good))})


def with_review_of(base: Testset, other: Testset, decisions: Sequence[RowDecision]) -> Testset:
    """The base with what reviewers decided on another testset: rows rejected there are gone and barred here, too, and rows approved or
    edited there are rows here.
    """
    reviewed, approved = after_review(other, decisions), {one.row_id for one in decisions if not one.found_defect}
    before, known = {row.row_id for row in other.rows}, {row.row_id for row in base.rows}
    good = {row.row_id: row for row in reviewed.rows if row.row_id in approved or row.row_id not in before}
    barred = [one for one in (*base.barred, *reviewed.barred[len(other.barred) :]) if one.row.row_id not in good]
    gone = {one.row.row_id for one in barred}
    rows = [*(row for row in base.rows if row.row_id not in gone), *(row for row_id, row in good.items() if row_id not in known)]
    stays = {*base.approved, *approved} & {row.row_id for row in rows}
    fields = {name: getattr(base, name) for name in Testset.model_fields}
    return Testset(**fields | {"rows": tuple(rows), "barred": tuple(barred), "approved": tuple(sorted(stays))})


def _finding(decision: RowDecision) -> Finding:
    reason = decision.reason or "the reviewer changed it"
    return Finding(row_id=decision.row_id, critic=REVIEWER, score=0, verdict="rejected", reason=reason)


def _decided(row: TestsetRow, decision: RowDecision) -> TestsetRow | None:
    if decision.decision == "reject":
        return None
    if decision.decision == "approve":
        return row
    fields = {name: getattr(row, name) for name in TestsetRow.model_fields}
    edited = {name: text for name in ("user_input", "reference") if (text := getattr(decision, name)) is not None}
    return TestsetRow(**fields | edited | {"model": f"{row.model}{EDITED}", "prompt_hash": None, "seed": None})


def _is_drawn(doubt: Doubt | None) -> bool:
    return doubt is None or doubt.raised_later


def _leading_decisions(items: Sequence[QueueItem]) -> "list[RowDecision]":
    """The decisions up to the first row without one: only these are a random sample."""
    leading: list[RowDecision] = []
    for item in items:
        if item.decision is None:
            break
        leading.append(item.decision)
    return leading
