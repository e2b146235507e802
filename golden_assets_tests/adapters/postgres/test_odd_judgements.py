"""Odd testsets in the registry: whatever is judged, the recorded numbers are numbers, and the status says what they mean."""

import math

import psycopg
import pytest

from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.gates.evaluate import write_report
from golden_assets.domain.testsets.testset import Testset
from golden_assets_tests.factories import a_corpus, a_document, a_request, a_row, a_testset, rows_on

ONE_DOCUMENT = a_corpus(a_document())
ODD: dict[str, tuple[Testset, str]] = {
    "one row": (a_testset(size=1), "warning"),
    "all rows alike": (a_testset([a_row()] * 30), "failed"),
    "no target distribution": (a_testset(size=4, request=a_request(4, question_types={})), "warning"),
    "a type with zero expected share": (
        a_testset(size=4, request=a_request(4, question_types={"single_hop_specific": 1.0, "multi_hop_specific": 0.0})),
        "failed",
    ),
    "a corpus of one document": (a_testset(rows_on(ONE_DOCUMENT, 4), ONE_DOCUMENT), "warning"),
}


@pytest.mark.parametrize("odd", ODD)
async def test_a_judgement_on_an_odd_testset_holds_finite_numbers_and_a_definite_status(
    store: PostgresVersionStore, owner: psycopg.Connection, name: str, odd: str
) -> None:
    testset, status = ODD[odd]
    corpus = ONE_DOCUMENT if odd == "a corpus of one document" else a_corpus()
    alike = [[0.6, 0.8]] * len(testset.rows)
    apart = [[float(row == column) for column in range(len(testset.rows))] for row in range(len(testset.rows))]
    report = write_report(testset, corpus, alike if odd == "all rows alike" else apart, "e", Thresholds())
    await store.create_version(testset, report, created_by="test", run_id=None)
    judged = owner.execute(
        """SELECT q.validation_status, q.diversity_score, q.coverage_score, q.distribution_chi_square, q.distribution_p_value,
                  q.duplicate_count, q.validation_details::text, q.validation_details ->> 'failure_reason'
           FROM golden_assets.golden_testset_quality_metrics AS q JOIN golden_assets.golden_testset_versions AS v
           ON v.id = q.testset_version_id WHERE v.testset_name = %s""",
        [name],
    ).fetchone()
    assert judged is not None
    assert judged[0] == status
    assert all(math.isfinite(number) for number in judged[1:6])
    assert "NaN" not in judged[6]
    assert (judged[7] is None) == (status == "warning")
