"""What a report is told, from the stores and the prompts as they are."""

import pytest

from golden_assets.adapters.ragas.client.lazy_import import example_rows
from golden_assets.adapters.reference_data import background_of
from golden_assets.adapters.testing import InMemoryVersionStore
from golden_assets.domain.quality.leakage import measure_leakage
from golden_assets.services.evaluate import MAX_EARLIER, trend_of, versions_in_use_until
from golden_assets_tests.factories import a_corpus, a_report, a_row, a_testset, rows_on


async def store(*sizes: int) -> InMemoryVersionStore:
    """Versions of these sizes, each activated after the other."""
    versions = InMemoryVersionStore()
    for start, size in enumerate(sizes):
        testset = a_testset(rows_on(a_corpus(), size, start))
        version, _ = await versions.create_version(testset, a_report(testset), created_by="t", run_id=None)
        await versions.promote_version(version.version, promoted_by="t", run_id=None)
    return versions


async def test_rows_of_archived_versions_that_the_active_one_lacks_are_retired():
    background = await background_of(a_testset(), await versions_in_use_until(await store(8, 8)))
    first = rows_on(a_corpus(), 8, 0)[0]
    assert [question for question, _ in background.retired if question] == [first.user_input]


async def test_a_first_testset_has_nothing_behind_it():
    background = await background_of(a_testset(size=4), await versions_in_use_until(InMemoryVersionStore()))
    assert (background.languages, background.prompts, background.retired) == (("en",) * 4, (), ())


@pytest.mark.parametrize(("model", "known"), [("extractive", False), ("gpt-5-mini", True)])
async def test_the_examples_of_the_prompts_matter_where_a_language_model_read_them(model: str, known: bool):
    background = await background_of(a_testset(generator="ragas", model=model), [])
    assert bool(background.prompts) is known


def test_a_row_copied_from_the_installed_prompts_is_found():
    question, answer = example_rows()[0]
    assert len(measure_leakage([a_row(user_input=question), a_row(reference=answer)], example_rows(), ()).from_prompts) == 2
    assert len(example_rows()) >= 2


async def test_the_reports_so_far_come_oldest_first_and_only_the_last_archived_ones():
    until_now = await versions_in_use_until(await store(*[8] * (MAX_EARLIER + 3)))
    assert len(until_now) == MAX_EARLIER + 1
    assert [version.summary.status for version in until_now] == ["active", *["archived"] * MAX_EARLIER]
    assert list(trend_of(until_now)) == [version.summary.version for version in reversed(until_now)]
