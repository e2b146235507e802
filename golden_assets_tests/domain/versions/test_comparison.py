"""Two versions side by side."""

from golden_assets.domain.testsets.testset import TokenUsage
from golden_assets.domain.versions.comparison import VersionComparison, compare
from golden_assets_tests.factories import a_corpus, a_stored_version, a_testset, rows_on


def test_sources_quality_and_cost_stand_side_by_side():
    corpus = a_corpus()
    a = a_stored_version(a_testset(rows_on(corpus, 4)))
    other = a_testset(rows_on(corpus, 4, start=4), usage=TokenUsage(cost_usd=0.25))
    found = compare(a, a_stored_version(other, version="2.0.0", report=None))
    assert (found.version_a, found.version_b) == ("1.0.0", "2.0.0")
    assert found.cost_usd == (0.0, 0.25)
    assert [usage.cost_usd for usage in found.usage] == [0.0, 0.25]
    assert found.measures["rows"] == (4.0, None)
    assert found.verdicts["questions_are_unique"] == (True, None)
    assert [summary.row_count for summary in found.summaries] == [4, 4]
    assert found.sources.before == {"doc-00.md": 1, "doc-01.md": 1, "doc-02.md": 1, "doc-03.md": 1}
    assert len(found.rows.added) == len(found.rows.removed) == 4


def test_changed_rows_are_shown_field_by_field():
    rows = rows_on(a_corpus(), 4)
    changed = rows[0].model_validate(rows[0].model_dump() | {"reference": "Otherwise.", "extra": {"note": 1}})
    found = compare(a_stored_version(a_testset(rows)), a_stored_version(a_testset((changed, *rows[1:])), version="1.0.1"))
    assert [(c.field, c.before, c.after) for c in found.changed_fields] == [
        ("extra", None, {"note": 1}),
        ("reference", rows[0].reference, "Otherwise."),
    ]
    assert found.changed_fields[0].row_before == rows[0].row_id
    assert {change.question for change in found.changed_fields} == {rows[0].user_input}
    assert (found.added_rows, found.removed_rows) == ((), ())


def test_rows_of_one_side_only_are_shown_whole():
    rows = rows_on(a_corpus(), 5)
    found = compare(a_stored_version(a_testset(rows[:4])), a_stored_version(a_testset(rows[1:]), version="2.0.0"))
    (removed,), (added,) = found.removed_rows, found.added_rows
    assert (removed.row_id, removed.question, removed.content) == (rows[0].row_id, rows[0].user_input, rows[0].content)
    assert (added.row_id, added.content) == (rows[4].row_id, rows[4].content)


def test_a_comparison_survives_json():
    rows = rows_on(a_corpus(), 5)
    found = compare(a_stored_version(a_testset(rows[:4])), a_stored_version(a_testset(rows[1:]), version="2.0.0"))
    assert VersionComparison.model_validate_json(found.model_dump_json()) == found
