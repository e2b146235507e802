"""The tables of `docs/gates.md`: a simulation for every cell, and the claims that do not hold."""

import math
from collections.abc import Callable, Sequence
from math import floor

import numpy as np

from bench import gate_embeddings as embedded
from bench import gate_simulations as simulated
from bench.gate_embeddings import SHIPPED, Embedder
from bench.gate_simulations import LIMITS, SIMULATIONS, TARGETS, Counts, Critic, Flags
from golden_assets.domain.statistics.distributions import ALPHA, chi_square_power
from golden_assets.domain.statistics.rejection_allowance import PLANTED, allowed_rejections, rejection_power

SEED = 20261126
SIZES = (50, 100, 500)
FEW = (20, *SIZES)
BOOK = 0.9
"""The share of all words in the longest document."""
LEVEL_TOLERANCE, POWER_TOLERANCE = 0.02, 0.05
"""How far the chi-square test may be from its nominal level, and from its stated power."""

Simulation = Callable[[int, float, np.random.Generator], Flags]


def percent(share: float) -> str:
    """With one decimal."""
    return f"{100 * share:.1f} %"


def error_rate(passed: Flags, defect: float) -> str:
    """False alarms where there is no defect, else misses, with the Monte-Carlo standard error in points."""
    share = float(1 - passed.mean() if defect == 0 else passed.mean())
    return f"{100 * share:.1f} ± {100 * math.sqrt(share * (1 - share) / SIMULATIONS):.1f} %"


def as_table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    """In Markdown."""
    return "\n".join("| " + " | ".join(line) + " |" for line in (headings, ["---"] * len(headings), *lines))


def table(what: str, defects: Sequence[float], tolerated: float, simulate: Simulation, sizes: Sequence[int] = SIZES) -> str:
    """A line for each size of the defect, a column for each number of rows."""
    rng = np.random.default_rng(SEED)
    lines = []
    for defect in defects:
        rates = [error_rate(simulate(rows, defect, rng), defect) for rows in sizes]
        kind = "false alarm" if defect == 0 else "pass, tolerated" if defect <= tolerated else "miss"
        lines.append([f"{100 * defect:.0f} %", kind, *rates])
    return as_table([what, "", *(f"n = {rows}" for rows in sizes)], lines)


def types_table() -> str:
    """`question_types_match_target`."""
    defects = (0, 0.05, 0.10, 0.15, 0.20, 0.30)
    return table(
        "drift", defects, LIMITS.max_type_distance, lambda n, drift, rng: simulated.judge_types(simulated.draw_types(n, drift, rng))
    )


def chi_square_table() -> tuple[str, list[str]]:
    """Rejections by the chi-square test where nothing and where the limit of the gate has drifted; and which claims on it do not hold."""
    rng = np.random.default_rng(SEED)
    lines, broken = [], []
    for rows in SIZES:
        stated = chi_square_power(rows, TARGETS, LIMITS.max_type_distance)
        level, power = (
            float(1 - simulated.chi_square_accepts(simulated.draw_types(rows, drift, rng)).mean())
            for drift in (0, LIMITS.max_type_distance)
        )
        lines.append([str(rows), *map(percent, (ALPHA, level, stated, power))])
        broken += [f"chi-square level at {rows} rows: {level}"] if abs(level - ALPHA) > LEVEL_TOLERANCE else []
        broken += [f"chi-square power at {rows} rows: {power} for {stated}"] if abs(power - stated) > POWER_TOLERANCE else []
    return as_table(["n", "nominal level", "simulated", "stated power at the limit", "simulated"], lines), broken


def standing_table() -> tuple[str, list[str]]:
    """What the bounds of `equivalence` show at each drift; and which of them are wrong more often than their level allows."""
    rng = np.random.default_rng(SEED)
    lines, broken = [], []
    for drift in (0, 0.05, 0.10, 0.15, 0.20, 0.30):
        cells = []
        for rows in FEW:
            within, outside = (float(flags.mean()) for flags in simulated.types_standing(simulated.draw_types(rows, drift, rng)))
            cells.append(f"{percent(within)} / {percent(1 - within - outside)} / {percent(outside)}")
            wrong = outside if drift <= LIMITS.max_type_distance else within
            broken += [f"bounds at {rows} rows and a drift of {drift}: {wrong}"] if wrong > ALPHA + LEVEL_TOLERANCE else []
        lines.append([f"{100 * drift:.0f} %", *cells])
    return as_table(["drift", *(f"n = {rows}" for rows in FEW)], lines), broken


def allowance_table(stated: Critic, limit: float, sizes: Sequence[int], judge: Callable[[Counts, int], Flags]) -> tuple[str, list[str]]:
    """How often a sound testset fails for the critics' own errors, and how often a gate on them finds a share of bad rows; and the claims
    that do not hold."""
    rng = np.random.default_rng(SEED)
    at_bound = Critic(LIMITS.critic_recall, LIMITS.critic_false_rejects)
    lines, broken = [], []
    for rows in sizes:
        allowed = max(floor(round(limit * rows, 6)), allowed_rejections(rows, at_bound.false_rejects))
        power = rejection_power(rows, allowed, *at_bound)
        rates = [
            float(1 - judge(simulated.draw_rejections(rows, bad, critic, rng), rows).mean())
            for bad, critic in ((0, stated), (0, at_bound), (PLANTED, at_bound), (2 * PLANTED, at_bound))
        ]
        lines.append([str(rows), str(allowed), *map(percent, (rates[0], rates[1], power, rates[2], rates[3]))])
        broken += [f"false failures at {rows} rows: {rates[1]}"] if rates[1] > ALPHA + LEVEL_TOLERANCE else []
        broken += [f"power at {rows} rows: {rates[2]} for {power}"] if abs(rates[2] - power) > POWER_TOLERANCE else []
    return as_table(
        ["n", "may be rejected", "sound, critic as measured", "sound, as allowed for", "10 % bad: stated", "simulated", "20 % bad"], lines
    ), broken


def coverage_table() -> str:
    """`every_source_is_covered`, where a share of the documents is never drawn."""
    tolerated = 1 - LIMITS.min_document_coverage
    return table(
        "never drawn",
        (0, 0.2, 0.4, 0.5, 0.6, 0.8),
        tolerated,
        lambda n, share, rng: simulated.judge_citations(simulated.draw_citations(n, share, rng)),
    )


def critic_table(critic: Critic, limit: float) -> str:
    """`answers_are_grounded` or `questions_stand_alone`."""

    def _simulate(rows: int, bad: float, rng: np.random.Generator) -> Flags:
        return simulated.judge_rejections(simulated.draw_rejections(rows, bad, critic, rng), rows, limit)

    return table("bad rows", (0, 0.02, 0.05, 0.10, 0.15, 0.20), limit, _simulate, FEW)


def duplicates_table(replaced: int) -> str:
    """`questions_are_unique`, with this many of ten words replaced in a duplicate."""
    links = simulated.pool(replaced, SEED).links
    return table(
        "duplicates",
        (0, 0.01, 0.02, 0.05, 0.10, 0.20),
        0,
        lambda n, share, rng: simulated.judge_questions(simulated.draw_questions(n, share, rng), links),
    )


def link_rate(replaced: int) -> float:
    """The share of duplicates that are similar enough to their original to be found."""
    links = simulated.pool(replaced, SEED).links
    return float((links[:, 1] - links[:, 0] == simulated.POOL).sum()) / simulated.POOL


def concentration_table() -> str:
    """`no_source_dominates`, where a share of the rows comes from one and the same document."""
    return table(
        "rows from one document",
        (0, 0.2, 0.4, 0.5, 0.6, 0.8),
        0.38,
        lambda n, share, rng: simulated.judge_dominance(simulated.parts_of(simulated.draw_concentrated(n, share, rng))),
    )


def book_table() -> tuple[str, list[str]]:
    """How often `no_source_dominates` fails where one document has nine of ten words; and where that is too often."""
    rng = np.random.default_rng(SEED)
    lines, broken = [], []
    for documents in (4, 10, simulated.DOCUMENTS):
        rates = [float(1 - simulated.judge_dominance(simulated.draw_beside_a_book(n, BOOK, documents, rng)).mean()) for n in FEW]
        lines.append([str(documents), *map(percent, rates)])
        broken += [f"a book among {documents} documents: {rates}"] if max(rates[1:]) > LEVEL_TOLERANCE else []
    return as_table(["documents", *(f"n = {rows}" for rows in FEW)], lines), broken


def diversity_table(embedder: Embedder) -> str:
    """`questions_are_diverse`, where a share of the questions has one opening."""
    return table("clumped", (0, 0.2, 0.4, 0.6, 0.8), 0, lambda n, share, rng: embedded.judge_diversity(n, share, embedder, rng))


def crowd_table(embedder: Embedder) -> tuple[str, list[str]]:
    """Failures of `questions_do_not_clump` without a clump, with one as large as is tolerated, and with larger ones beside the stated
    power; and the claims that do not hold."""
    rng = np.random.default_rng(SEED)
    lines, broken = [], []
    for rows in FEW:
        allowed = allowed_rejections(rows - 1, LIMITS.max_clump_share)
        power = rejection_power(rows, allowed + 1, 1.0, 0.0)
        sound, tolerated, planted, double = (
            float(1 - embedded.judge_crowds(rows, clumped, embedded.PATTERN, embedder, rng).mean())
            for clumped in (0, LIMITS.max_clump_share, PLANTED, 2 * PLANTED)
        )
        lines.append([str(rows), str(allowed), *map(percent, (sound, tolerated, power, planted, double))])
        broken += [f"clumps at {rows} rows: {sound}, {tolerated}"] if max(sound, tolerated) > ALPHA + LEVEL_TOLERANCE else []
        broken += [f"power against clumps at {rows} rows: {planted} for {power}"] if abs(planted - power) > POWER_TOLERANCE else []
    headings = ["n", "may ask alike", "no clump", f"{LIMITS.max_clump_share:.0%}, tolerated", "10 %: stated", "simulated", "20 %"]
    return as_table(headings, lines), broken


def reworded_table() -> str:
    """`questions_do_not_clump`, where a share of the questions are one in other words."""
    return table("reworded", (0.1, 0.2, 0.3), 0, lambda n, share, rng: embedded.judge_crowds(n, share, embedded.REWORDED, SHIPPED, rng))


def meanings_table() -> str:
    """`questions_differ_in_meaning`: how often it warns of one question that says what another one does, or where there is none."""
    rng = np.random.default_rng(SEED)
    lines = [
        [f"{similarity:.2f}" if similarity else "no such question"]
        + [percent(float(1 - embedded.judge_meanings(rows, similarity, rng).mean())) for rows in SIZES]
        for similarity in (0, 0.68, 0.94, 0.96)
    ]
    return as_table(["similarity", *(f"n = {rows}" for rows in SIZES)], lines)
