"""What `docs/gates.md` simulates is what the gates do."""

import numpy as np
import pytest

from bench import gate_embeddings as embedded
from bench import gate_simulations as simulated
from bench.gate_embeddings import NARROW, SHIPPED
from bench.gate_simulations import LIMITS, TARGETS, Critic
from bench.gate_tables import SEED, SIZES, chi_square_table, error_rate
from golden_assets.domain.gates.documents import every_source_is_covered, no_source_dominates
from golden_assets.domain.gates.grounding import answers_are_grounded, questions_stand_alone
from golden_assets.domain.gates.question_types import question_types_match_target
from golden_assets.domain.gates.questions import (
    questions_are_diverse,
    questions_are_unique,
    questions_differ_in_meaning,
    questions_do_not_clump,
)
from golden_assets.domain.gates.rows import hops_are_real
from golden_assets.domain.quality.coverage import measure_coverage
from golden_assets.domain.quality.embedder_calibration import calibrated
from golden_assets.domain.quality.measures import measure_crowd, measure_diversity, measure_duplicates, measure_types
from golden_assets.domain.similarity.embedding_neighbours import find_neighbours
from golden_assets.domain.statistics.distributions import ALPHA, unit_matrix
from golden_assets.domain.statistics.rejection_allowance import allowed_rejections
from golden_assets.domain.testsets.findings import Finding
from golden_assets_tests.factories import a_context, a_corpus, a_row, measured_hops

CASES = 50


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(SEED)


def is_mixed(passed) -> bool:
    """Both verdicts occur, so that a constant would not agree."""
    return 0 < sum(passed) < len(passed)


@pytest.mark.parametrize("rows", [50, 101])
def test_types_are_judged_as_by_the_gate(rows, rng):
    counts = simulated.draw_types(rows, 0.15, rng)[:CASES]
    measures = [measure_types(dict(zip(TARGETS, line, strict=True)), TARGETS, LIMITS.max_type_distance) for line in counts.tolist()]
    expected = [question_types_match_target(found, rows, LIMITS).passed for found in measures]
    assert is_mixed(expected)
    assert simulated.judge_types(counts).tolist() == expected
    assert simulated.chi_square_accepts(counts).tolist() == [found.p_value >= ALPHA for found in measures]


@pytest.mark.parametrize(("drift", "where"), [(0.0, "within"), (0.3, "outside")])
def test_what_the_rows_show_is_simulated_as_the_gate_says_it(drift, where, rng):
    counts = simulated.draw_types(100, drift, rng)[:CASES]
    measures = [measure_types(dict(zip(TARGETS, line, strict=True)), TARGETS, LIMITS.max_type_distance) for line in counts.tolist()]
    says = [f"shown to be {where}" in question_types_match_target(found, 100, LIMITS).explanation for found in measures]
    assert is_mixed(says)
    within, outside = simulated.types_standing(counts)
    assert (within if where == "within" else outside).tolist() == says


def test_coverage_is_judged_as_by_the_gate(rng):
    corpus = a_corpus(count=simulated.DOCUMENTS)
    rows = [a_row(contexts=(a_context(document),)) for document in corpus.documents]
    cases = simulated.draw_citations(50, 0.45, rng)[:CASES]
    measured = [measure_coverage([rows[d] for d in documents], corpus, LIMITS.min_document_words) for documents in cases.tolist()]
    expected = [every_source_is_covered(found, 50, LIMITS).passed for found in measured]
    assert is_mixed(expected)
    assert simulated.judge_citations(cases).tolist() == expected


def test_dominance_is_judged_as_by_the_gate(rng):
    corpus = a_corpus(count=simulated.DOCUMENTS)
    rows = [a_row(contexts=(a_context(document),)) for document in corpus.documents]
    cases = simulated.draw_concentrated(50, 0.4, rng)[:CASES]
    measured = [measure_coverage([rows[d] for d in documents], corpus, LIMITS.min_document_words) for documents in cases.tolist()]
    expected = [no_source_dominates(found, LIMITS).passed for found in measured]
    assert is_mixed(expected)
    assert simulated.judge_dominance(simulated.parts_of(cases)).tolist() == expected


@pytest.mark.parametrize(
    ("gate", "critic"), [(answers_are_grounded, "answer_is_supported"), (questions_stand_alone, "question_stands_alone")]
)
@pytest.mark.parametrize("rows", [20, 50, 100])
def test_rejections_are_judged_as_by_the_gate(gate, critic, rows, rng):
    bad, sound = (
        (Finding(row_id="r", critic=critic, score=score, verdict=verdict, reason=""),)
        for score, verdict in ((0, "rejected"), (1, "passed"))
    )
    cases = simulated.draw_rejections(rows, 0.1, Critic(0.9, 0.01), rng)[:CASES]
    expected = [gate([bad] * rejected + [sound] * (rows - rejected), LIMITS).passed for rejected in cases.tolist()]
    assert is_mixed(expected)
    assert simulated.judge_rejections(cases, rows, 0.05).tolist() == expected


@pytest.mark.parametrize("rows", [5, 25])
def test_hops_are_judged_as_by_the_gate(rows, rng):
    cases = simulated.draw_rejections(rows, 0.1, Critic(0.9, 0.02), rng)[:CASES]
    expected = [hops_are_real(measured_hops(rows, rejected), LIMITS).passed for rejected in cases.tolist()]
    assert is_mixed(expected)
    assert simulated.judge_hops(cases, rows).tolist() == expected


@pytest.mark.parametrize("replaced", [0, 1])
def test_duplicates_are_judged_as_by_the_gate(replaced, rng):
    pool = simulated.pool(replaced, SEED)
    chosen = simulated.draw_questions(50, 0.03, rng)[:CASES]
    testsets = [[a_row(user_input=pool.questions[n]) for n in np.flatnonzero(line)] for line in chosen]
    assert {len(rows) for rows in testsets} == {50}
    expected = [questions_are_unique(measure_duplicates(rows, LIMITS.max_question_similarity), 50, LIMITS).passed for rows in testsets]
    assert is_mixed(expected)
    assert simulated.judge_questions(chosen, pool.links).tolist() == expected


@pytest.mark.parametrize("embedder", [SHIPPED, NARROW])
def test_diversity_is_judged_as_by_the_gate(embedder, rng):
    vectors = embedded.draw_vectors(CASES, 50, 0.55, embedder, rng)
    spreads = [embedder.spread if embedder.is_calibrated else None] * CASES
    expected = []
    for questions, spread in zip(vectors, spreads, strict=True):
        units = unit_matrix(questions.tolist())
        found = measure_diversity(units, find_neighbours(units, LIMITS.max_semantic_similarity, LIMITS.clump_distance), spread)
        expected.append(questions_are_diverse(found, 50, LIMITS).passed)
    limit = calibrated(LIMITS.min_diversity, spreads[0])
    assert is_mixed(expected)
    assert simulated.at_most(limit - embedded.mean_distances(vectors), 0.0).tolist() == expected


@pytest.mark.parametrize("embedder", [SHIPPED, NARROW])
def test_clumps_are_judged_as_by_the_gate(embedder, rng):
    vectors = embedded.draw_vectors(CASES, 50, 0.1, embedder, rng, embedded.PATTERN)
    radius = calibrated(LIMITS.clump_distance, embedder.spread if embedder.is_calibrated else None)
    rows = [a_row(user_input=f"What is part {number} for?") for number in range(50)]
    expected = []
    for questions in vectors:
        crowd = find_neighbours(unit_matrix(questions.tolist()), LIMITS.max_semantic_similarity, radius).crowd
        expected.append(questions_do_not_clump(measure_crowd(rows, crowd, radius), 50, LIMITS).passed)
    assert is_mixed(expected)
    crowds = embedded.largest_crowds(vectors, np.full(CASES, radius))
    assert (crowds <= allowed_rejections(49, LIMITS.max_clump_share)).tolist() == expected


def test_an_embedders_limit_is_calibrated_on_passages_or_is_the_configured_one(rng):
    assert set(embedded.limits(LIMITS.min_diversity, 5, SHIPPED, rng)) == {LIMITS.min_diversity}
    narrow = embedded.limits(LIMITS.min_diversity, 200, NARROW, rng)
    assert narrow.mean() == pytest.approx(LIMITS.min_diversity * NARROW.spread / SHIPPED.spread, rel=0.03)


def test_meanings_are_judged_as_by_the_gate(rng):
    vectors = embedded.draw_vectors(CASES, 20, 0, SHIPPED, rng)
    vectors[: CASES // 2, 0] = vectors[: CASES // 2, 1]
    rows = [a_row(user_input=f"What is part {number} for?") for number in range(20)]
    expected = []
    for questions in vectors:
        clusters = find_neighbours(unit_matrix(questions.tolist()), LIMITS.max_semantic_similarity, LIMITS.clump_distance).clusters
        expected.append(questions_differ_in_meaning(measure_duplicates(rows, 100.0, clusters), 20, LIMITS).passed)
    assert is_mixed(expected)
    assert (embedded.highest_similarities(vectors) < LIMITS.max_semantic_similarity - 1e-9).tolist() == expected


def test_a_critic_that_is_perfect_rejects_exactly_the_bad_rows(rng):
    assert set(simulated.draw_rejections(100, 0, Critic(1, 0), rng).tolist()) == {0}
    assert set(simulated.draw_rejections(100, 1, Critic(1, 0), rng).tolist()) == {100}


def test_a_critics_figures_are_pooled_over_the_tables_of_the_page():
    lines = ["| **sound rows** | 100 | 2% (1% to 7%) |", "| number changed | 30 | 90% (1% to 7%) |"]
    page = "\n".join([*lines, lines[0].replace("2%", "4%"), "| number changed | 10 | 50% (1% to 7%) |"])
    assert simulated.critic_stated(page, ("number changed",)) == pytest.approx((0.8, 0.03))


def test_a_page_without_a_critics_figures_is_refused():
    with pytest.raises(ValueError, match=r"nothing of \*\*sound rows\*\*, number changed: run"):
        simulated.critic_stated("# Gates", ("number changed",))


def test_an_error_is_a_false_alarm_without_a_defect_and_a_miss_with_one():
    passed = np.arange(simulated.SIMULATIONS) < 900
    assert error_rate(passed, 0) == "10.0 ± 0.9 %"
    assert error_rate(passed, 0.1) == "90.0 ± 0.9 %"


def test_the_chi_square_test_keeps_its_level_and_its_stated_power():
    text, broken = chi_square_table()
    assert broken == []
    assert text.count("\n") == 1 + len(SIZES)
