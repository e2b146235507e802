"""What is found in a real Phoenix of a version, and that publishing again mends it."""

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.phoenix.examples import examples_of
from golden_assets.settings.settings import Settings
from golden_assets_tests.adapters.phoenix.rest import Rest
from golden_assets_tests.adapters.phoenix.versions import a_row, a_version, rows


async def test_a_version_that_is_there_is_found_whole_and_current(phoenix_url: str, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(phoenix_url)
    await publisher.publish(version)
    found = await publisher.inspect(version)
    assert (found.faults, found.current, found.dataset_name) == ([], "1.0.0", f"golden_testset_{name}")


async def test_a_version_that_was_never_there_is_missing_row_by_row(phoenix_url: str, name: str) -> None:
    version = a_version(name, rows("a?", "b?"))
    found = await PhoenixDatasetPublisher(phoenix_url).inspect(version)
    assert (found.missing, found.current) == (tuple(row.row_id for row in version.testset.rows), None)


async def test_a_deleted_dataset_is_found_and_comes_back(phoenix_url: str, rest: Rest, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(phoenix_url)
    published = await publisher.publish(version)
    rest.delete(published)
    found = await publisher.inspect(version.model_copy(update={"published": published}))
    assert (len(found.missing), found.current) == (2, None)
    await publisher.publish(version)
    assert (await publisher.inspect(version)).faults == []


async def test_an_altered_row_is_found_and_mended(phoenix_url: str, rest: Rest, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(phoenix_url)
    published = await publisher.publish(version)
    example = examples_of(version)[0]
    rest.overwrite(published, {**example, "output": {"reference": "tampered"}})
    found = await publisher.inspect(version.model_copy(update={"published": published}))
    assert (found.altered, found.current) == ((example["id"],), "1.0.0")
    await publisher.publish(version)
    assert (await publisher.inspect(version)).faults == []


async def test_a_version_that_was_superseded_is_still_whole_where_it_was_published(phoenix_url: str, name: str) -> None:
    publisher, old = PhoenixDatasetPublisher(phoenix_url), a_version(name, rows("a?", "gone?"))
    published = await publisher.publish(old)
    await publisher.publish(a_version(name, rows("a?", "new?"), "1.1.0"))
    found = await publisher.inspect(old.model_copy(update={"published": published}))
    assert (found.faults, found.current) == ([], "1.1.0")


async def test_the_settings_choose_one_dataset_per_testset_or_per_version(phoenix_url: str, rest: Rest, name: str) -> None:
    version = a_version(name, rows("a?"), "1.2.3")
    names = []
    for choice in ("per_testset", "per_version"):
        publisher = PhoenixDatasetPublisher.of(Settings(phoenix_datasets=choice), lambda: phoenix_url)
        published = await publisher.publish(version)
        names.append(published.dataset_name)
        assert (await publisher.inspect(version)).faults == []
    assert names == [f"golden_testset_{name}", "golden_testset_v1.2.3_20260102_030405"]
    rest.delete(published)


async def test_progress_is_told_batch_by_batch(phoenix_url: str, name: str) -> None:
    told: list[tuple[str, int, int]] = []
    publisher, version = PhoenixDatasetPublisher(phoenix_url, batch_size=10), a_version(name, [a_row(f"{number}?") for number in range(25)])
    await publisher.publish(version, lambda *step: told.append(step))
    assert told == [("rows uploaded", done, 25) for done in (10, 20, 25)]
    await publisher.publish(version, lambda *step: told.append(step))
    assert len(told) == 3
