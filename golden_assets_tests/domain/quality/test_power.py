"""The power certificate against published figures and against simulated comparisons."""

import numpy as np
import pytest

from golden_assets.domain.quality.power import (
    PowerCertificate,
    certify,
    correlation_within,
    design_effect,
    paired_difference,
    paired_power,
    paired_rows,
    rows_of_documents,
    unpaired_difference,
    unpaired_rows,
)
from golden_assets.domain.testsets.testset import TestsetRow
from golden_assets_tests.factories import a_context, a_corpus, a_document, a_row


def test_telling_80_from_85_percent_takes_905_rows_an_arm_unpaired():
    assert unpaired_rows(0.05) == pytest.approx(905, abs=1)


def test_telling_five_points_paired_takes_312_to_626_rows_by_the_discordance():
    assert paired_rows(0.05, discordance=0.10) == pytest.approx(312, abs=1)
    assert paired_rows(0.05, discordance=0.20) == pytest.approx(626, abs=1)


def test_a_hundred_shared_rows_tell_10_7_points_and_500_tell_4_8():
    assert paired_difference(100) == pytest.approx(0.107, abs=0.0005)
    assert paired_difference(500) == pytest.approx(0.048, abs=0.0005)


def test_the_differences_invert_the_numbers_of_rows():
    assert unpaired_difference(unpaired_rows(0.08)) == pytest.approx(0.08, abs=1e-6)
    assert paired_difference(paired_rows(0.08)) == pytest.approx(0.08, abs=1e-6)


def test_simulated_comparisons_find_the_unpaired_difference_four_times_in_five():
    rng, rows = np.random.default_rng(7), 300
    difference = unpaired_difference(rows)
    assert difference is not None
    a, b = (rng.binomial(rows, share, 20_000) / rows for share in (0.8, 0.8 + difference))
    pooled = (a + b) / 2
    found = np.abs(a - b) / np.sqrt(2 * pooled * (1 - pooled) / rows) > 1.959964
    assert found.mean() == pytest.approx(0.8, abs=0.02)


def test_simulated_comparisons_find_the_paired_difference_four_times_in_five():
    rng, rows = np.random.default_rng(7), 300
    difference = paired_difference(rows)
    assert difference is not None
    only_b, only_a, _ = rng.multinomial(rows, [(0.15 + difference) / 2, (0.15 - difference) / 2, 0.85], 20_000).T
    found = np.abs(only_b - only_a) / np.sqrt(np.maximum(1, only_a + only_b)) > 1.959964
    assert found.mean() == pytest.approx(0.8, abs=0.02)


def test_single_rows_have_no_design_effect_and_equal_clusters_that_of_kish():
    assert design_effect([1, 1, 1]) == 1
    assert design_effect([10] * 5, correlation=0.05) == pytest.approx(1.45)
    assert design_effect([]) == 1


def test_unequal_clusters_weigh_more_than_equal_ones():
    assert design_effect([18, 2]) > design_effect([10, 10])


def test_rows_of_one_document_tell_less_than_rows_of_many():
    rows = [a_row(contexts=(a_context(document),)) for document in a_corpus().documents]
    one = certify(rows[:1] * 100)
    many = certify(rows * 25)
    assert (one.documents, many.documents) == (1, 4)
    assert one.paired_difference is not None
    assert many.paired_difference is not None
    assert one.paired_difference > many.paired_difference
    assert one.paired_rows_needed > many.paired_rows_needed


def test_rows_that_cite_nothing_stand_alone():
    rows = [a_row(contexts=())] * 50
    certificate = certify(rows)
    assert (certificate.documents, certificate.design_effect, certificate.effective_rows) == (50, 1, 50)


def test_a_testset_too_small_to_tell_anything_says_so():
    for rows in ([], [a_row()]):
        certificate = certify(rows)
        assert (certificate.paired_difference, certificate.unpaired_difference) == (None, None)
        assert "no difference between two systems that answer the same rows is detected" in certificate.sentence
        assert certificate.paired_rows_needed > 300


def rows_spread(count: int, documents: int) -> list[TestsetRow]:
    made = [a_row(contexts=(a_context(a_document(f"doc-{number}.md")),)) for number in range(documents)]
    return [made[number % documents] for number in range(count)]


def test_the_certificate_says_how_many_documents_five_points_take_and_that_twelve_never_do():
    certificate = certify(rows_spread(20, 12))
    assert certificate.documents_needed == pytest.approx(294, abs=2)
    assert (certificate.least_documents, certificate.rows_of_these_documents) == (24, None)
    assert f"rows from {certificate.documents_needed} documents, or " in certificate.sentence
    assert certificate.sentence.endswith("; no number of rows of 12 documents is enough: it takes at least 24 documents.")


@pytest.mark.parametrize(("documents", "rows"), [(12, None), (23, None), (30, 2033), (50, 838), (100, 582)])
def test_rows_of_the_documents_there_are(documents: int, rows: int | None):
    assert rows_of_documents(documents, 0.05) == (None if rows is None else pytest.approx(rows, rel=0.01))


def test_the_rows_said_to_do_with_the_documents_there_are_do_and_the_target_stays():
    certificate = certify(rows_spread(200, 50))
    assert certificate.rows_of_these_documents is not None
    assert " rows of the same 50 documents would do." in certificate.sentence
    enough = certify(rows_spread(certificate.rows_of_these_documents, 50))
    assert enough.target_power == pytest.approx(0.8, abs=0.005)


def test_a_certificate_of_many_rows_of_few_documents_states_their_power():
    certificate = certify(rows_spread(488, 12))
    assert certificate.target_power == pytest.approx(0.38, abs=0.01)
    assert "These rows detect them with a power of 0.38; no number of rows of 12 documents is enough" in certificate.sentence
    assert paired_power(paired_rows(0.05), 0.05) == pytest.approx(0.8)


def test_a_certificate_of_an_earlier_release_reads_as_it_was():
    older = certify([a_row()] * 40).model_dump(exclude={"documents_needed", "least_documents", "rows_of_these_documents", "target_power"})
    read = PowerCertificate.model_validate(older)
    assert read.model_dump() == older
    assert read.sentence.endswith("on different rows (alpha 0.05).")


def test_the_certificate_survives_json():
    certificate = certify([a_row()] * 40)
    assert PowerCertificate.model_validate_json(certificate.model_dump_json()) == certificate


def test_the_correlation_within_documents_is_that_of_the_analysis_of_variance():
    documents = ["a"] * 4 + ["b"] * 4 + ["c"] * 4
    alike = correlation_within(documents, [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 1, 1])
    assert alike == 1
    assert correlation_within(documents, [1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1]) == 0
    assert correlation_within(documents, [1, 1, 1, 1, 0, 0, 0, 0, 1, 1, 0, 0]) == pytest.approx(2 / 3)  # (1 - 1/9) / (1 + 3/9)


@pytest.mark.parametrize("true", [0.05, 0.2, 0.5])
def test_the_correlation_of_simulated_documents_is_found(true: float):
    generator, sizes = np.random.default_rng(7), [2, 3, 8] * 400
    shared = generator.normal(0, true**0.5, len(sizes))
    documents = [str(number) for number, size in enumerate(sizes) for _ in range(size)]
    scores = np.repeat(shared, sizes) + generator.normal(0, (1 - true) ** 0.5, sum(sizes))
    assert correlation_within(documents, scores.tolist()) == pytest.approx(true, abs=0.05)


def test_scores_that_cannot_tell_have_no_correlation():
    assert correlation_within(["a", "a"], [1, 0]) is None
    assert correlation_within(["a", "b"], [1, 0]) is None
    assert correlation_within(["a", "a", "b"], [1, 1, 1]) is None
    assert correlation_within([], []) is None


def test_a_measured_correlation_counts_where_it_is_larger_than_the_assumed_one():
    rows = rows_spread(100, 10)
    assert certify(rows, 0.01) == certify(rows, None) == certify(rows)
    assert certify(rows, 0.3).correlation == 0.3
    assert certify(rows, 0.3).paired_difference > certify(rows).paired_difference
