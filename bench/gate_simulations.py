"""Synthetic testsets with a defect of known size, many at once, judged as the gates judge (a test holds them against the gates themselves).

Every ``judge_...`` takes one testset a row of its arrays and says which pass; every ``draw_...`` makes such testsets.
"""

from collections.abc import Mapping
from functools import cache
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray
from rapidfuzz import fuzz, process
from scipy.special import chdtrc

from golden_assets.domain.core.text import fold
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.documents import dominance_limit
from golden_assets.domain.generation.allocation import rows_per_document
from golden_assets.domain.statistics.distributions import ALPHA, apportion, total_variation
from golden_assets.domain.statistics.equivalence_bounds import bounds_of
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections

Counts = NDArray[np.int64]
Flags = NDArray[np.bool_]
Numbers = NDArray[np.float64]

SIMULATIONS = 1000
TARGETS = {"single_hop_specific": 0.5, "multi_hop_specific": 0.25, "multi_hop_abstract": 0.25}
DOCUMENTS = 40
POOL = 1000
"""Questions that a testset's questions are drawn from; each has a reworded duplicate."""
WORDS_PER_QUESTION = 10
LIMITS = Thresholds(critic_false_rejects=0.02, critic_recall=0.9)
"""The default limits; critics err in the tables as is said here, whatever they do in use."""


def at_most(measured: Numbers, limit: float) -> Flags:
    """``measured <= limit``, to 6 decimals as verdicts compare."""
    return np.asarray(np.round(measured - limit, 6) <= 0)


def draw_types(rows: int, drift: float, rng: np.random.Generator) -> Counts:
    """Counts by type, shape (simulations, 3). The true shares are ``drift`` away from the target in total variation: single-hop rows for
    multi-hop ones, the drift that the chi-square test notices least."""
    shares = [0.5 + drift, 0.25 - drift / 2, 0.25 - drift / 2]
    return rng.multinomial(rows, shares, SIMULATIONS)


def judge_types(counts: Counts) -> Flags:
    """As `question_types_match_target`."""
    rows = int(counts[0].sum())
    nearest = round(total_variation(apportion(rows, TARGETS), TARGETS), 6)
    distance = np.abs(counts / rows - np.array(list(TARGETS.values()))).sum(axis=1) / 2
    return at_most(np.round(distance, 6), round(LIMITS.max_type_distance + nearest, 6))


def types_standing(counts: Counts) -> tuple[Flags, Flags]:
    """Which testsets show that their process is within the limit of that gate, and which that it is outside."""
    rows = int(counts[0].sum())
    limit = LIMITS.max_type_distance + total_variation(apportion(rows, TARGETS), TARGETS)
    low, high = bounds_of(counts.astype(float), list(TARGETS.values()))
    return high <= limit, low > limit


def chi_square_accepts(counts: Counts) -> Flags:
    """As the chi-square test that is reported beside that gate, at its level."""
    expected = counts[0].sum() * np.array(list(TARGETS.values()))
    statistic = ((counts - expected) ** 2 / expected).sum(axis=1)
    return np.asarray(chdtrc(len(TARGETS) - 1, statistic) >= ALPHA)


def draw_citations(rows: int, never_drawn: float, rng: np.random.Generator) -> Counts:
    """The document that each row cites, shape (simulations, rows): any of those that are ever drawn, with equal chances."""
    return rng.integers(0, round(DOCUMENTS * (1 - never_drawn)), (SIMULATIONS, rows))


def draw_concentrated(rows: int, share: float, rng: np.random.Generator) -> Counts:
    """The document that each row cites, shape (simulations, rows): with probability ``share`` the first one, else any of them all."""
    return np.where(rng.random((SIMULATIONS, rows)) < share, 0, rng.integers(0, DOCUMENTS, (SIMULATIONS, rows)))


def judge_citations(documents: Counts) -> Flags:
    """As `every_source_is_covered` on `DOCUMENTS` usable documents."""
    ordered = np.sort(documents, axis=1)
    cited = 1 + (np.diff(ordered, axis=1) > 0).sum(axis=1)
    return at_most(-np.round(cited / min(documents.shape[1], DOCUMENTS), 6), -LIMITS.min_document_coverage)


def parts_of(citations: Counts, documents: int = DOCUMENTS) -> Numbers:
    """The share of the rows that each document has, shape (simulations, documents), where each row cites one."""
    return np.apply_along_axis(np.bincount, 1, citations, minlength=documents) / citations.shape[1]


def draw_beside_a_book(rows: int, words: float, documents: int, rng: np.random.Generator) -> Numbers:
    """The share of the rows that each document has, where the first one has this share of all words. Rows are allocated by length, every
    second one is multi-hop, its other passage as likely from any word of the corpus as from any other."""
    lengths = np.array([words] + [(1 - words) / (documents - 1)] * (documents - 1))
    weights = {f"{number:02}": length for number, length in enumerate(lengths.tolist())}
    allocated = rows_per_document(rows, weights, seed=0)
    homes = np.repeat(np.arange(documents), [allocated[name] for name in weights])
    homes = rng.permuted(np.tile(homes, (SIMULATIONS, 1)), axis=1)
    others = np.where(np.arange(rows) % 2, rng.choice(documents, (SIMULATIONS, rows), p=lengths), homes)
    return (parts_of(homes, documents) + parts_of(others, documents)) / 2


def judge_dominance(parts: Numbers) -> Flags:
    """As `no_source_dominates`."""
    limits = np.array([dominance_limit(cited, LIMITS.max_source_dominance) for cited in (parts > 0).sum(axis=1).tolist()])
    return at_most(np.round(parts.max(axis=1), 6) - limits, 0.0)


class Critic(NamedTuple):
    """How often a critic rejects a bad row, and a sound one."""

    recall: float
    false_rejects: float


def draw_rejections(rows: int, bad: float, critic: Critic, rng: np.random.Generator) -> Counts:
    """How many rows of each testset the critic rejects, shape (simulations,); each row is bad with probability ``bad``."""
    spoilt = rng.binomial(rows, bad, SIMULATIONS)
    return np.asarray(rng.binomial(spoilt, critic.recall) + rng.binomial(rows - spoilt, critic.false_rejects))


def judge_rejections(rejected: Counts, rows: int, limit: float) -> Flags:
    """As `answers_are_grounded` and `questions_stand_alone`."""
    allowed = allowed_rejections(rows, LIMITS.critic_false_rejects)
    return at_most(np.round(rejected / rows, 6), max(limit, round(allowed / rows, 6)))


def judge_hops(rejected: Counts, rows: int) -> Flags:
    """As `hops_are_real`, on ``rows`` multi-hop rows that cite two passages each."""
    return at_most(rejected.astype(float), allowed_rejections(rows, LIMITS.critic_false_rejects))


class Pool(NamedTuple):
    """Questions, ``POOL`` distinct ones before their ``POOL`` duplicates in the same order, and the pairs of them that are linked."""

    questions: list[str]
    links: Counts


@cache
def pool(replaced: int, seed: int) -> Pool:
    """Questions of ten made-up words of 3 to 10 letters; in the duplicates ``replaced`` of the words are others."""
    rng = np.random.default_rng(seed)
    lexicon = ["".join(rng.choice(list("abcdefghiklmnoprstuvw"), size)) for size in rng.integers(3, 11, 2000)]
    originals = [rng.choice(lexicon, WORDS_PER_QUESTION, replace=False) for _ in range(POOL)]
    questions = [_ask(words) for words in originals + [_reword(words, replaced, lexicon, rng) for words in originals]]
    folded = [fold(question) for question in questions]
    ratios = process.cdist(folded, folded, scorer=fuzz.token_sort_ratio, score_cutoff=LIMITS.max_question_similarity, dtype=np.float64)
    return Pool(questions, np.argwhere(np.triu(ratios >= LIMITS.max_question_similarity, k=1)))


def draw_questions(rows: int, duplicates: float, rng: np.random.Generator) -> Flags:
    """Which questions of a pool each testset has, shape (simulations, 2 * POOL). Each row is with probability ``duplicates`` the
    duplicate of another row; at most half are."""
    repeats = np.minimum(rng.binomial(rows, duplicates, SIMULATIONS), rows // 2)[:, np.newaxis]
    rank = rng.random((SIMULATIONS, POOL)).argsort(axis=1).argsort(axis=1)
    return np.concatenate([rank < rows - repeats, rank < repeats], axis=1)


def judge_questions(chosen: Flags, links: Counts) -> Flags:
    """As `questions_are_unique`: no two of the questions are linked."""
    return np.asarray(~(chosen[:, links[:, 0]] & chosen[:, links[:, 1]]).any(axis=1))


def critic_stated(page: str, kinds: tuple[str, ...]) -> Critic:
    """Recall on these kinds of defects and false rejects, pooled over the tables of the critics' part of the page.

    Raises:
        ValueError: the page has no such table.
    """
    found = _rejected_by_kind(page)
    missing = {"**sound rows**", *kinds} - found.keys()
    if missing:
        raise ValueError(f"the page says nothing of {', '.join(sorted(missing))}: run python -m tools.critics_doc first")
    bad = [line for kind in kinds for line in found[kind]]
    return Critic(_pooled(bad), _pooled(found["**sound rows**"]))


def _rejected_by_kind(page: str) -> Mapping[str, list[tuple[int, int]]]:
    """Kind of defect to (rows, percent rejected) of each table ``| kind | rows | percent% (interval) |``."""
    found: dict[str, list[tuple[int, int]]] = {}
    for line in page.splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if len(cells) == 3 and cells[1].isdigit():
            found.setdefault(cells[0], []).append((int(cells[1]), int(cells[2].split("%")[0])))
    return found


def _pooled(lines: list[tuple[int, int]]) -> float:
    return sum(rows * percent for rows, percent in lines) / sum(rows for rows, _ in lines) / 100


def _ask(words: NDArray[np.str_]) -> str:
    return f"{' '.join(words).capitalize()}?"


def _reword(words: NDArray[np.str_], replaced: int, lexicon: list[str], rng: np.random.Generator) -> NDArray[np.str_]:
    others = words.copy()
    others[rng.choice(len(words), replaced, replace=False)] = rng.choice(sorted(set(lexicon) - set(words)), replaced, replace=False)
    return others
