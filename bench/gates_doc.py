"""Error rates of the gates by simulation, written to `docs/gates.md`: `make gates-doc`. Seeded; about a minute.

The critics' part of the page is kept as it is (`bench.critics_doc` writes it), and what it states of the critics is what is simulated.
"""

import math
import sys
from collections.abc import Callable, Sequence
from math import floor

import numpy as np

from bench import gate_simulations as simulated
from bench.critics_doc import BEGIN, END, PAGE
from bench.gate_simulations import LIMITS, SIMULATIONS, TARGETS, Critic, Flags
from golden_assets.domain.allowances import PLANTED, allowed_rejections, rejection_power
from golden_assets.domain.statistics import ALPHA, chi_square_power

SEED = 20261126
SIZES = (50, 100, 500)
FEW = (20, *SIZES)
LEVEL_TOLERANCE, POWER_TOLERANCE = 0.02, 0.05
"""How far the chi-square test may be from its nominal level, and from its stated power."""
GROUNDING_DEFECTS = ("answer from another chunk", "number changed", "negation flipped", "entity swapped")
STANDING_DEFECTS = ("dangling reference",)

Simulation = Callable[[int, float, np.random.Generator], Flags]


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"


def error_rate(passed: Flags, defect: float) -> str:
    """False alarms where there is no defect, else misses, with the Monte-Carlo standard error in points."""
    share = float(1 - passed.mean() if defect == 0 else passed.mean())
    return f"{100 * share:.1f} ± {100 * math.sqrt(share * (1 - share) / SIMULATIONS):.1f} %"


def _table(headings: Sequence[str], lines: Sequence[Sequence[str]]) -> str:
    return "\n".join("| " + " | ".join(line) + " |" for line in (headings, ["---"] * len(headings), *lines))


def table(what: str, defects: Sequence[float], tolerated: float, simulate: Simulation, sizes: Sequence[int] = SIZES) -> str:
    """A line for each size of the defect, a column for each number of rows."""
    rng = np.random.default_rng(SEED)
    lines = []
    for defect in defects:
        rates = [error_rate(simulate(rows, defect, rng), defect) for rows in sizes]
        kind = "false alarm" if defect == 0 else "pass, tolerated" if defect <= tolerated else "miss"
        lines.append([f"{100 * defect:.0f} %", kind, *rates])
    return _table([what, "", *(f"n = {rows}" for rows in sizes)], lines)


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
        lines.append([str(rows), *map(_percent, (ALPHA, level, stated, power))])
        broken += [f"chi-square level at {rows} rows: {level}"] if abs(level - ALPHA) > LEVEL_TOLERANCE else []
        broken += [f"chi-square power at {rows} rows: {power} for {stated}"] if abs(power - stated) > POWER_TOLERANCE else []
    return _table(["n", "nominal level", "simulated", "stated power at the limit", "simulated"], lines), broken


def standing_table() -> tuple[str, list[str]]:
    """What the bounds of `equivalence` show at each drift; and which of them are wrong more often than their level allows."""
    rng = np.random.default_rng(SEED)
    lines, broken = [], []
    for drift in (0, 0.05, 0.10, 0.15, 0.20, 0.30):
        cells = []
        for rows in FEW:
            within, outside = (float(flags.mean()) for flags in simulated.types_standing(simulated.draw_types(rows, drift, rng)))
            cells.append(f"{_percent(within)} / {_percent(1 - within - outside)} / {_percent(outside)}")
            wrong = outside if drift <= LIMITS.max_type_distance else within
            broken += [f"bounds at {rows} rows and a drift of {drift}: {wrong}"] if wrong > ALPHA + LEVEL_TOLERANCE else []
        lines.append([f"{100 * drift:.0f} %", *cells])
    return _table(["drift", *(f"n = {rows}" for rows in FEW)], lines), broken


def allowance_table(stated: Critic) -> tuple[str, list[str]]:
    """How often a sound testset fails for the critics' own errors, and how often the gates on them find a share of bad rows; and the claims
    that do not hold. The limits of both gates are equal."""
    rng = np.random.default_rng(SEED)
    limit, at_bound = LIMITS.max_ungrounded_share, Critic(LIMITS.critic_recall, LIMITS.critic_false_rejects)
    lines, broken = [], []
    for rows in FEW:
        allowed = max(floor(round(limit * rows, 6)), allowed_rejections(rows, at_bound.false_rejects))
        power = rejection_power(rows, allowed, *at_bound)
        rates = [
            float(1 - simulated.judge_rejections(simulated.draw_rejections(rows, bad, critic, rng), rows, limit).mean())
            for bad, critic in ((0, stated), (0, at_bound), (PLANTED, at_bound), (2 * PLANTED, at_bound))
        ]
        lines.append([str(rows), str(allowed), *map(_percent, (rates[0], rates[1], power, rates[2], rates[3]))])
        broken += [f"false failures at {rows} rows: {rates[1]}"] if rates[1] > ALPHA + LEVEL_TOLERANCE else []
        broken += [f"power at {rows} rows: {rates[2]} for {power}"] if abs(rates[2] - power) > POWER_TOLERANCE else []
    return _table(
        ["n", "may be rejected", "sound, critic as measured", "sound, as allowed for", "10 % bad: stated", "simulated", "20 % bad"], lines
    ), broken


def coverage_table() -> str:
    """`every_source_is_covered`."""
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


TEXT = """# Gates

How often the gates that work on samples or estimates err. Written by `make gates-doc` (seed {seed}); do not edit. {simulations:,} synthetic
testsets of n rows a cell, judged by the default limits as the gates judge. Where there is no defect the tables show **false alarms** (a
sound testset fails), else **misses** (a faulty one passes), each with its Monte-Carlo standard error. A defect within the limit is meant to
pass: such lines are marked *tolerated*. At the limit itself chance decides.

A gate judges the rows that are there. The sizes of the defects are those of the process that made the rows; a testset by chance has more or
less of it, which is most of what the tables show for few rows.

## question_types_match_target

Measures the total variation between the shares of the question types and their target: the share of rows that would have to change their
type. Limit: {max_type_distance:g}, plus the least distance that whole rows allow. Here the target is 50/25/25, and single-hop rows
stand for multi-hop ones.

{types}

What is judged is the testset, so that quotas met exactly pass at any n. What its rows show of the process that made them is told beside
the verdict: bounds of the total variation, each wrong at most one time in twenty (alpha {alpha:g}; Clopper and Pearson on every set of
types, the lower bound by Bonferroni). Shown within / **undecided**, where the point estimate decides / shown outside:

{standing_types}

The chi-square test is reported beside it and decides nothing: a good p on few rows means little, as its power says, and on many rows it
rejects drifts that do not matter. Its level, and its power against a drift as large as the limit:

{chi_square}

## every_source_is_covered

Measures the documents that are cited, as a share of what n rows could cite of the usable documents.
Limit: at least {min_document_coverage:g}. Here {documents} documents of which a share is never drawn; each row cites one of the others,
all with the same chance.

{coverage}

## answers_are_grounded

Measures the share of rows that the critic `answer_is_supported` rejects or, where a model was asked, `claims_are_supported` or
`model_finds_the_answer`; abstentions count for neither. Limit: at most {max_ungrounded_share:g}. Here no model is
asked, and a critic rejects {grounding.recall:.1%} of bad rows and {grounding.false_rejects:.1%} of sound ones:
what the tables below state of answers from another chunk, numbers changed, negations flipped and entities swapped, and of sound rows. They
count rejections by any critic, so this one by itself rejects no more than that of either.
Every row is looked at once, and no rejected row is written again as it is in a run.

{grounded}

## questions_stand_alone

Measures the share of rows whose question the critic of the same name rejects. Limit: at most {max_dangling_share:g}. Here it rejects
{standing.recall:.1%} of bad rows and {standing.false_rejects:.1%} of sound ones, in the same way from the tables below.

{stand_alone}

Both gates allow for the critics' own errors: as many rejections pass as the limit says, or as a one-sided binomial test at
{alpha:g} puts down to false rejects, whichever is more. The test is at a rate of {critic_false_rejects:.1%},
which is above the measured one; the stated power is against one bad row in ten, found with a recall of {critic_recall:.0%}. Failures:

{allowances}

## questions_are_unique

Measures the rows that would have to go for no question to be asked twice: equal but for case, punctuation and blanks, or with a
token-sort ratio of {max_question_similarity:g} or more of 100. Limit: none. Here questions of ten made-up words; a row is with the
probability given the duplicate of another one. No duplicate at all is among few rows now and then, which counts as a miss.

Duplicates with **no word replaced** are always found:

{same}

With **one word of ten replaced** {one_found:.0%} of them are found. Questions that differ in one word and ask for different things are
as often taken for the same:

{one}

With **two words of ten replaced** {two_found:.0%} are found. `questions_differ_in_meaning` looks for these by embeddings, and only warns:

{two}

## Gates without error rates

`testset_is_large_enough` compares the number of rows with {min_row_share:g} of what was asked for: it is deterministic, and neither alarms
falsely nor misses. `documents_are_usable`, `configuration_is_valid`, `rows_are_complete`, `contexts_are_verbatim`, `gates_passed` and
`is_approved` count or compare what is on record, too. `hops_are_real` fails with the first row that its critic rejects, see *single hop as
multi hop* below. `questions_are_diverse` and `questions_differ_in_meaning` depend on the embedder and are not simulated.

"""


def write(page: str) -> tuple[str, list[str]]:
    """The page with the critics' part of the one given, and the claims on it that do not hold."""
    critics = page[page.index(BEGIN) : page.index(END) + len(END)]
    grounding, standing = (simulated.critic_stated(critics, kinds) for kinds in (GROUNDING_DEFECTS, STANDING_DEFECTS))
    chi_square, broken = chi_square_table()
    standing_types, wrong_bounds = standing_table()
    worst = Critic(min(grounding.recall, standing.recall), max(grounding.false_rejects, standing.false_rejects))
    allowances, wrong_allowances = allowance_table(worst)
    if worst.false_rejects > LIMITS.critic_false_rejects:
        broken.append(f"critics reject {worst.false_rejects} of sound rows, and {LIMITS.critic_false_rejects} is allowed for")
    text = TEXT.format(
        **LIMITS.model_dump(),
        seed=SEED,
        simulations=SIMULATIONS,
        documents=simulated.DOCUMENTS,
        alpha=ALPHA,
        types=types_table(),
        standing_types=standing_types,
        allowances=allowances,
        chi_square=chi_square,
        coverage=coverage_table(),
        grounding=grounding,
        grounded=critic_table(grounding, LIMITS.max_ungrounded_share),
        standing=standing,
        stand_alone=critic_table(standing, LIMITS.max_dangling_share),
        same=duplicates_table(0),
        one=duplicates_table(1),
        one_found=link_rate(1),
        two=duplicates_table(2),
        two_found=link_rate(2),
    )
    return f"{text}{critics}\n", broken + wrong_bounds + wrong_allowances


def main() -> None:
    """Simulate, write the page, and end with 1 when a claim of it does not hold."""
    text, broken = write(PAGE.read_text(encoding="utf-8"))
    PAGE.write_text(text, encoding="utf-8")
    sys.exit("\n".join(["claims that do not hold:", *broken]) if broken else 0)


if __name__ == "__main__":
    main()
