"""What a report's numbers say about a testset."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from golden_assets.domain.core.errors import TestsetError
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.quality.embedder_calibration import SHIPPED_EMBEDDER
from golden_assets.domain.quality.measures import measure_diversity, measure_duplicates, measure_quality, measure_types
from golden_assets.domain.quality.metric_names import as_numbers, observations_on
from golden_assets.domain.quality.reference_data import Background
from golden_assets.domain.similarity.embedding_neighbours import find_neighbours
from golden_assets.domain.statistics.distributions import unit_matrix
from golden_assets_tests.factories import TARGETS, a_corpus, a_question, a_row, a_testset, changed, rows_on, vectors_for

CORPUS = a_corpus()
QUANTILES = ("least", "tenth", "median", "ninetieth", "most")
TWENTY = a_testset(size=20)


def numbers_of(testset, embeddings=None):
    measures = measure_quality(testset, CORPUS, vectors_for(testset) if embeddings is None else embeddings, Thresholds())
    return as_numbers(measures, testset)


def diversity_of(embeddings):
    units = unit_matrix(embeddings)
    return measure_diversity(units, find_neighbours(units, 0.95, 0.25))


def test_a_sound_testset_has_these_numbers():
    assert numbers_of(TWENTY) == {
        "rows": 20,
        "human_rows": 0,
        "asked_rows": 20,
        "type_distance": 0.0,
        "type_distance_low": 0.0,
        "type_distance_high": pytest.approx(0.345959, abs=1e-6),
        "cramers_v": 0.0,
        "cramers_v_low": 0.0,
        "cramers_v_high": pytest.approx(0.404312, abs=1e-6),  # ncx2.cdf(2, 2, 60 * 0.404312**2) = 0.025
        "chi_square": 0.0,
        "p_value": 1.0,
        "chi_square_power": pytest.approx(0.21, abs=0.01),
        "diversity": 1.0,
        "nearest_distance": 1.0,
        "crowding": 0.0,
        "duplicates": 0,
        "exact_duplicates": 0,
        "semantic_duplicates": 0,
        "documents": 4,
        "cited_documents": 4,
        "coverage": 1.0,
        "achievable_coverage": 1.0,
        "largest_document_share": pytest.approx(0.25),
        "document_dominance": pytest.approx(0.25),
        "covered_word_share": 1.0,
        "document_gini": 0.0,
        "incomplete_rows": 0,
        "unfinished_references": 0,
        "false_hops": 0,
        "contexts": 30,
        "astray_contexts": 0,
        "rejected_rows": 0,
        "abstentions": 0,
        "yield": 1.0,
        "truncated_rows": 0,
        "short_answers": 0,
        "long_questions": 0,
        "long_answers": 0,
        **{f"question_words_{name}": pytest.approx(13, abs=2) for name in QUANTILES},
        **{f"answer_words_{name}": pytest.approx(15, abs=6) for name in QUANTILES},
    }


def test_what_takes_a_background_is_measured_where_there_is_one():
    retired = (TWENTY.rows[3].user_input, "")
    background = Background(languages=("en",) * 18 + ("de", "und"), prompts=(), retired=(retired,))
    measures = measure_quality(TWENTY, CORPUS, vectors_for(TWENTY), Thresholds(), background=background)
    numbers = as_numbers(measures, TWENTY)
    assert (numbers["languages"], numbers["undetermined_rows"], numbers["foreign_rows"], numbers["language_share"]) == (2, 1, 1, 0.95)
    assert (numbers["leaked_from_prompts"], numbers["leaked_from_retired"]) == (0, 1)
    assert observations_on(measures) == {
        "foreign_rows": (f"{TWENTY.rows[18].row_id}: de: {TWENTY.rows[18].user_input}",),
        "leaked_from_retired": (f"{TWENTY.rows[3].row_id}: {TWENTY.rows[3].user_input}",),
    }


def test_languages_that_do_not_fit_the_rows_are_refused():
    with pytest.raises(TestsetError, match="3 languages for 20 questions: detect the language of every question"):
        measure_quality(TWENTY, CORPUS, vectors_for(TWENTY), Thresholds(), background=Background(languages=("en",) * 3))


def test_questions_of_one_meaning_are_a_cluster_of_the_report():
    first, second = rows_on(CORPUS, 2)
    rows = (first, changed(first, user_input="Which pump is it?"), second, changed(second, user_input="Is there a valve?"))
    embeddings = [[1.0, 0.0], [1.0, 0.001], [0.0, 1.0], [0.001, 1.0]]
    report = write_report(a_testset(rows, CORPUS), CORPUS, embeddings, SHIPPED_EMBEDDER, Thresholds())
    assert report.semantic_clusters == ((rows[0].row_id, rows[1].row_id), (rows[2].row_id, rows[3].row_id))
    assert report.duplicate_clusters == ()


def test_every_number_is_finite_whatever_the_testset():
    one_row_twice = a_testset((a_row(user_input="", reference="", contexts=()),) * 2, CORPUS)
    for testset in (a_testset([], CORPUS), a_testset(size=1), one_row_twice):
        assert all(math.isfinite(number) for number in numbers_of(testset).values())


def test_sixty_twenty_twenty_rows_against_fifty_twentyfive_twentyfive():
    counts = {"single_hop_specific": 60, "multi_hop_specific": 20, "multi_hop_abstract": 20}
    measured = measure_types(counts, TARGETS, 0.1)
    assert (measured.distance, measured.chi_square, measured.p_value) == (0.1, 4.0, pytest.approx(0.135335))
    assert measured.power == pytest.approx(0.42, abs=0.01)
    assert (measured.counts, measured.nearest_distance) == (counts, 0.0)


@pytest.mark.parametrize(("rows", "nearest"), [(1, 0.5), (2, 0.25), (3, 1 / 6), (4, 0.0), (10, 0.05), (18, 1 / 36)])
def test_the_least_distance_of_whole_rows_shrinks_with_their_number(rows, nearest):
    assert measure_types({"single_hop_specific": rows}, TARGETS, 0.1).nearest_distance == pytest.approx(nearest, abs=1e-6)


def test_shares_of_any_scale_are_recorded_as_shares():
    assert measure_types({"a": 1}, {"a": 2, "b": 6}, 0.1).targets == {"a": 0.25, "b": 0.75}


def test_a_single_type_has_nothing_to_test():
    measured = measure_types({"a": 9}, {"a": 1.0}, 0.1)
    assert (measured.distance, measured.chi_square, measured.p_value, measured.power) == (0.0, 0.0, 1.0, 0.0)


def test_no_rows_are_as_far_from_the_target_as_can_be():
    measured = measure_types({}, TARGETS, 0.1)
    assert (measured.distance, measured.nearest_distance, measured.chi_square, measured.p_value) == (1.0, 0.0, 0.0, 1.0)


def test_clumps_show_in_the_nearest_distance_though_the_mean_is_high():
    pairs = [[float(row // 2 == column) for column in range(5)] for row in range(10)]
    measured = diversity_of(pairs)
    assert measured.mean_distance == pytest.approx(8 / 9, abs=1e-6)
    assert measured.mean_nearest_distance == 0.0


@pytest.mark.parametrize("embeddings", [[], [[1.0, 0.0]]])
def test_fewer_than_two_questions_are_at_distance_one(embeddings):
    measured = diversity_of(embeddings)
    assert (measured.mean_distance, measured.mean_nearest_distance) == (1.0, 1.0)


def test_duplicates_name_the_row_that_repeats_and_the_row_it_repeats():
    first, other, again = (
        a_row(),
        a_row(user_input=a_question(9)),
        a_row(user_input=a_question(0).replace("unit", "UNIT"), reference="Another."),
    )
    measured = measure_duplicates([first, other, again], 90)
    assert measured.clusters == ((first.row_id, again.row_id),)
    assert measured.repeats == (f"{again.row_id}: asks like {first.row_id}: {again.user_input}",)
    assert (measured.surplus, measured.exact_surplus) == (1, 1)


def test_a_near_duplicate_is_not_counted_as_exact():
    measured = measure_duplicates([a_row(), a_row(user_input=a_question(0).replace("cellar", "celler"))], 90)
    assert (measured.surplus, measured.exact_surplus) == (1, 0)


def test_a_cluster_of_three_has_two_rows_too_many():
    assert measure_duplicates([a_row()] * 3, 90).surplus == 2


@given(st.lists(st.integers(0, 5), max_size=10))
def test_as_many_rows_are_surplus_as_there_are_more_rows_than_questions(indices):
    measured = measure_duplicates([a_row(user_input=a_question(index)) for index in indices], 90)
    assert measured.surplus == measured.exact_surplus == len(indices) - len(set(indices))


@given(st.permutations(range(10)), st.lists(st.lists(st.floats(0.1, 1), min_size=3, max_size=3), min_size=10, max_size=10))
def test_no_number_depends_on_the_order_of_rows(order, embeddings):
    rows = rows_on(CORPUS, 10)
    one = numbers_of(a_testset(rows, CORPUS), embeddings)
    other = numbers_of(a_testset([rows[position] for position in order], CORPUS), [embeddings[position] for position in order])
    assert one == pytest.approx(other, abs=2e-6)


@given(st.lists(st.lists(st.floats(-1, 1), min_size=3, max_size=3).filter(any), min_size=2, max_size=10))
def test_distances_stay_in_their_range(embeddings):
    measured = diversity_of(embeddings)
    assert 0 <= measured.mean_nearest_distance <= 2
    assert 0 <= measured.mean_distance <= len(embeddings) / (len(embeddings) - 1) + 1e-6
    assert measured.mean_nearest_distance <= measured.mean_distance + 1e-6


@pytest.mark.parametrize("count", [0, 19, 21])
def test_embeddings_that_do_not_fit_the_rows_are_refused(count):
    with pytest.raises(TestsetError, match=f"{count} embeddings for 20 questions"):
        measure_quality(TWENTY, CORPUS, [[1.0]] * count, Thresholds())
