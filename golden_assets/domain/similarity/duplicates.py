"""Rows that ask the same question: word for word, or in much the same words or meaning *and* of one passage with one answer.

Similar questions with another answer, or about another passage, are different questions: "What drove the margin of 3M?" and "What drove
the margin of AMD?" share nearly every word. Where a reference is a whole sentence, two questions on one sentence share it, too; then what
each of them asks has to decide.
"""

import re
from collections.abc import Callable, Sequence, Set
from itertools import combinations, pairwise
from typing import TYPE_CHECKING, Any

from golden_assets.domain.core.text import fold
from golden_assets.domain.core.text_features import read, stem, words_in
from golden_assets.domain.similarity.components import Links, Pairing, clusters_of
from golden_assets.domain.testsets.testset import Context, TestsetRow

if TYPE_CHECKING:
    from numpy.typing import NDArray

MAX_COMPARED = 2_000
"""Characters: a longer text is not a question, and the time of a comparison grows with the product of two lengths."""

LONG_ANSWER = 8
"""Telling words from which an answer says so much that two questions can share it and ask different parts of it."""
SHORT_VALUE = 3
"""Telling words up to which two answers agree only if one has all words of the other; longer ones share `SHARED_WORDS` of them."""
SHARED_WORDS = 0.5
MIN_SPELLING = 75.0
"""Similarity, of 100, from which a word is another spelling or form of a word."""
_ORDINALS = words_in("first second third fourth fifth sixth seventh eighth ninth tenth")
_ASKED_FOR = re.compile(
    r"\b(?:(?P<time>when|(?:what|which) (?:year|date|day|month|century|decade|time))"
    r"|(?P<amount>how (?:many|much|often|long|old|big|large|far|tall|high|fast)|what (?:percentage|percent|number|amount))"
    r"|(?P<place>where)|(?P<person>who|whom|whose)|(?P<reason>why)|(?P<thing>what|which))\b",
    re.IGNORECASE,
)
_THINGS = frozenset({"place", "person", "reason", "amount"})
"""What "what" and "which" may ask for as well: "which team" is "who"."""


def cluster_duplicates(
    rows: Sequence[TestsetRow],
    min_similarity: float,
    waived: Set[frozenset[str]] = frozenset(),
    may_link: Callable[[TestsetRow, TestsetRow], bool] | None = None,
) -> tuple[tuple[int, ...], ...]:
    """Positions of rows that ask the same, as clusters of two or more, in order of first appearance.

    Two rows are linked when their questions are equal after `fold`, or when these have a token-sort ratio (rapidfuzz: the normalised indel
    similarity of the sorted words, 0 to 100) of at least ``min_similarity`` and ``may_link``, by default `are_near_copies`, agrees; never
    when a person ``waived`` the pair, by row ids. A cluster is whatever hangs together by such links: its ends may differ more. A question
    of more than `MAX_COMPARED` characters repeats only one that is equal. `edit_distance` says why none is missed though few are compared.
    """
    from golden_assets.domain.similarity.edit_distance import link_alike

    first = {row.row_hash: position for position, row in reversed(list(enumerate(rows)))}
    sorted_words = {position: " ".join(sorted(fold(rows[position].user_input).split())) for position in first.values()}
    order = sorted(sorted_words, key=lambda position: (len(sorted_words[position]), sorted_words[position], position))
    distinct = [rows[position] for position in order]
    links = _linked_if_equal(distinct, waived)
    compared = [sorted_words[position] for position in order if len(sorted_words[position]) <= MAX_COMPARED]
    link_alike(compared, min_similarity, links, pairing_of(distinct, may_link or are_near_copies, waived))
    labels = dict(zip(order, links.labels.tolist(), strict=True))
    return clusters_of(labels[first[row.row_hash]] for row in rows)


def pairing_of(
    rows: Sequence[TestsetRow], may_link: Callable[[TestsetRow, TestsetRow], bool], waived: Set[frozenset[str]] = frozenset()
) -> Pairing:
    """The pairs of rows that ``may_link`` agrees to and no person ``waived``, among those whose passages hang together."""

    def _may_link(one: int, other: int) -> bool:
        return may_link(rows[one], rows[other]) and frozenset((rows[one].row_id, rows[other].row_id)) not in waived

    return Pairing(_passage_groups(rows), [row.row_hash for row in rows], _may_link)


def are_near_copies(one: TestsetRow, other: TestsetRow) -> bool:
    """Whether two rows whose questions have nearly the same words ask the same: word for word, but for endings; or `ask_the_same`, and
    where both share a long answer, no word of the one is exchanged for a really different one in the other ("first" for "second").
    """
    if _wording(one) == _wording(other):
        return True
    if not ask_the_same(one, other):
        return False
    return not _is_long(one, other) or not _exchange_words(one.user_input, other.user_input)


def ask_the_same(one: TestsetRow, other: TestsetRow) -> bool:
    """Whether two rows with similar questions ask the same: of a common passage, with the same answer, and not of different numbers."""
    return cite_in_common(one, other) and answer_alike(one, other) and not _ask_apart(one, other)


def cite_in_common(one: TestsetRow, other: TestsetRow) -> bool:
    """Whether a passage of the one overlaps with a passage of the other; rows that cite nothing may be about anything."""
    if not one.contexts or not other.contexts:
        return True
    return any(_overlap(left, right) for left in one.contexts for right in other.contexts)


def answer_alike(one: TestsetRow, other: TestsetRow) -> bool:
    """Whether two references give the same answer: no other number, no negation more, and most of what they say beyond the question."""
    if fold(one.reference) == fold(other.reference):
        return True
    left, right = read(one.reference), read(other.reference)
    if _differ(left.numbers, right.numbers) or bool(left.negated) != bool(right.negated):
        return False
    values = _value(one), _value(other)
    fewer, common = min(map(len, values)), len(values[0] & values[1])
    return bool(fewer) and (common == fewer if fewer <= SHORT_VALUE else common >= SHARED_WORDS * fewer)


def _linked_if_equal(rows: Sequence[TestsetRow], waived: Set[frozenset[str]]) -> Links:
    """Rows whose questions are equal after `fold` are linked, but for pairs that are waived."""
    import numpy as np

    alike: dict[str, list[int]] = {}
    for position, row in enumerate(rows):
        alike.setdefault(fold(row.user_input), []).append(position)
    named = frozenset[str]().union(*waived)
    pairs: list[tuple[int, int]] = []
    for positions in alike.values():
        if named.isdisjoint(rows[position].row_id for position in positions):
            pairs += pairwise(positions)
        else:
            pairs += [(i, j) for i, j in combinations(positions, 2) if frozenset((rows[i].row_id, rows[j].row_id)) not in waived]
    links = Links(len(rows))
    links.join(*np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    return links


def _wording(row: TestsetRow) -> list[str]:
    """The words of a question in their order, without endings."""
    return [stem(word) for word in fold(row.user_input).split()]


def _passage_groups(rows: Sequence[TestsetRow]) -> "NDArray[Any]":
    """The same number for rows whose passages hang together by overlaps, -1 for rows without any."""
    import numpy as np

    cited = sorted(((c.document_hash, c.start, c.end, c.chunk_hash, n) for n, row in enumerate(rows) for c in row.contexts))
    links, copies = Links(len(rows)), {chunk: number for *_, chunk, number in reversed(cited)}
    pairs = [(copies[chunk], number) for *_, chunk, number in cited]
    reach = ("", 0, 0)
    for document, start, end, _, number in cited:
        if document == reach[0] and start < reach[1]:
            pairs.append((reach[2], number))
        reach = max(reach, (document, end, number)) if document == reach[0] else (document, end, number)
    links.join(*np.array(pairs, dtype=np.int64).reshape(-1, 2).T)
    return np.where([bool(row.contexts) for row in rows], links.labels, -1)


def _overlap(one: Context, other: Context) -> bool:
    if one.chunk_hash == other.chunk_hash:
        return True
    return one.document_hash == other.document_hash and one.start < other.end and other.start < one.end


def _value(row: TestsetRow) -> frozenset[str]:
    """What the reference says beyond the question."""
    said = read(row.reference).telling
    return (said - read(row.user_input).telling) or said


def _ask_apart(one: TestsetRow, other: TestsetRow) -> bool:
    """Whether the questions ask different things of what may be the same passage and answer."""
    left, right = read(one.user_input), read(other.user_input)
    if _differ(_numbers(one), _numbers(other)):
        return True
    own, others = left.telling - right.telling, right.telling - left.telling
    said = read(one.reference).telling | read(other.reference).telling
    if not said:  # "Yes" answers everything
        return bool(own and others)
    return _is_long(one, other) and (_ask_for_another_kind(one, other) or bool(own & said and others & said))


def _numbers(row: TestsetRow) -> frozenset[str]:
    asked = read(row.user_input)
    return asked.numbers | (asked.words & _ORDINALS)


def _ask_for_another_kind(one: TestsetRow, other: TestsetRow) -> bool:
    kinds = {found.lastgroup for row in (one, other) if (found := _ASKED_FOR.search(row.user_input))}
    return len(kinds) > 1 and not ("thing" in kinds and kinds & _THINGS)


def _is_long(one: TestsetRow, other: TestsetRow) -> bool:
    return min(len(read(one.reference).telling), len(read(other.reference).telling)) >= LONG_ANSWER


def _exchange_words(one: str, other: str) -> bool:
    """Whether each question has a word of its own that is not a spelling of one of the other's."""
    from rapidfuzz import fuzz, process

    left, right = set(fold(one).split()), set(fold(other).split())
    own, others = left - right, right - left
    return bool(own and others) and any(
        process.extractOne(word, fewer, scorer=fuzz.ratio, score_cutoff=MIN_SPELLING) is None
        for few, fewer in ((own, others), (others, own))
        if len(few) <= len(fewer)
        for word in few
    )


def _differ(one: frozenset[str], other: frozenset[str]) -> bool:
    """Whether each side has something that the other lacks."""
    return bool(one - other and other - one)
