"""Publishing to a real Phoenix server: what it holds afterwards, whatever happened on the way."""

import asyncio
import json
from collections.abc import Callable
from typing import Any

import pytest

from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.adapters.phoenix.examples import differences, examples_of
from golden_assets.adapters.phoenix.labels import DatasetNames
from golden_assets.domain.core.errors import PublishingError
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.versions.versions import PublishedDataset
from golden_assets_tests.adapters.phoenix.loopback import Answer, Request, forward, serving
from golden_assets_tests.adapters.phoenix.rest import Rest
from golden_assets_tests.adapters.phoenix.versions import a_row, a_version, rows


def questions(rest: Rest, published: PublishedDataset) -> list[str]:
    return sorted(example["input"]["question"] for example in rest.examples(published))


async def test_a_published_version_is_in_phoenix_field_by_field(phoenix_url: str, rest: Rest, name: str) -> None:
    version = a_version(name, rows("a?", "b?"), "1.2.0")
    publisher: DatasetPublisher = PhoenixDatasetPublisher(phoenix_url)
    published = await publisher.publish(version)
    held = rest.examples(published)
    assert not differences(examples_of(version), held)
    assert (published.testset_name, published.version, published.example_count) == (name, "1.2.0", 2)
    assert published.testset_hash == version.summary.testset_hash
    assert rest.get(name=f"golden_testset_{name}")[0]["id"] == published.dataset_id


async def test_the_link_opens_the_phoenix_application(phoenix_url: str, rest: Rest, name: str) -> None:
    published = await PhoenixDatasetPublisher(phoenix_url).publish(a_version(name, rows("a?")))
    assert published.url == f"{phoenix_url}/datasets/{published.dataset_id}/examples"
    assert "<title>Phoenix</title>" in rest.page(published.url)


async def test_publishing_again_changes_nothing(phoenix_url: str, rest: Rest, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(phoenix_url)
    first = await publisher.publish(version)
    assert await publisher.publish(version) == first
    assert len(rest.get(f"/{first.dataset_id}/versions")) == 1


async def test_a_new_version_adds_removes_and_changes_rows_and_the_old_one_stays_readable(phoenix_url: str, rest: Rest, name: str) -> None:
    publisher = PhoenixDatasetPublisher(phoenix_url)
    old = a_version(name, [a_row("kept?"), a_row("gone?"), a_row("changed?", "old")])
    new = a_version(name, [a_row("kept?"), a_row("changed?", "new"), a_row("fresh?")], "1.1.0")
    first, second = await publisher.publish(old), await publisher.publish(new)
    assert second.dataset_id == first.dataset_id
    assert second.dataset_version_id != first.dataset_version_id
    assert questions(rest, first) == ["changed?", "gone?", "kept?"]
    assert questions(rest, second) == ["changed?", "fresh?", "kept?"]
    latest = rest.latest(second)
    assert latest["version_id"] == second.dataset_version_id
    assert not differences(examples_of(new), latest["examples"])
    assert not differences(examples_of(old), rest.examples(first))


async def test_a_row_that_both_versions_have_stays_the_same_example(phoenix_url: str, rest: Rest, name: str) -> None:
    publisher = PhoenixDatasetPublisher(phoenix_url)
    first = await publisher.publish(a_version(name, rows("kept?")))
    second = await publisher.publish(a_version(name, rows("kept?", "fresh?"), "1.1.0"))
    nodes = [{example["id"]: example["node_id"] for example in rest.examples(p)} for p in (first, second)]
    kept = a_row("kept?").row_id
    assert nodes[0][kept] == nodes[1][kept]


async def test_publishing_the_old_version_again_makes_it_the_latest(phoenix_url: str, rest: Rest, name: str) -> None:
    publisher, old = PhoenixDatasetPublisher(phoenix_url), a_version(name, rows("kept?", "gone?"))
    await publisher.publish(old)
    await publisher.publish(a_version(name, rows("kept?", "fresh?"), "1.1.0"))
    again = await publisher.publish(old)
    latest = rest.latest(again)
    assert latest["version_id"] == again.dataset_version_id
    assert not differences(examples_of(old), latest["examples"])


async def test_two_versions_that_differ_by_the_order_of_rows_are_two_versions_in_phoenix(phoenix_url: str, name: str) -> None:
    publisher = PhoenixDatasetPublisher(phoenix_url)
    first = await publisher.publish(a_version(name, rows("a?", "b?")))
    second = await publisher.publish(a_version(name, rows("b?", "a?"), "1.0.1"))
    assert first.dataset_version_id != second.dataset_version_id


async def test_a_dataset_name_can_follow_version_and_time(phoenix_url: str, rest: Rest, name: str) -> None:
    template = "{testset_name}_v{version}_{created_at:%Y%m%d_%H%M%S}"
    publisher = PhoenixDatasetPublisher(phoenix_url, names=DatasetNames(template))
    published = await publisher.publish(a_version(name, rows("a?"), "1.2.0"))
    assert published.dataset_name == f"{name}_v1.2.0_20260102_030405"
    assert rest.get(name=published.dataset_name)[0]["id"] == published.dataset_id


@pytest.mark.parametrize(
    "text",
    [
        "Wie hoch ist der Druck – 40 bar? 压力 ضغط 🫧 e\u0301",
        'quotes " and \\ and {{braces}} and <b>tags</b> and \u2028',
        "a\ttab and\nlines\r\n  and blanks  ",
        "long " * 40_000,
        "[1, 2]",
        '{"a": 1}',
        "",
    ],
    ids=["unicode", "syntax", "blanks", "200 kB", "a list", "an object", "empty"],
)
async def test_any_text_comes_back_character_for_character(phoenix_url: str, rest: Rest, name: str, text: str) -> None:
    version = a_version(name, [a_row(f"{text}?", text, extra={"note": text, "share": 0.1, "none": None, "big": 2**53 - 1})])
    published = await PhoenixDatasetPublisher(phoenix_url).publish(version)
    (held,) = rest.latest(published)["examples"]
    assert (held["input"], held["output"]) == ({"question": f"{text}?"}, {"reference": text})
    assert held["metadata"]["extra"] == {"note": text, "share": 0.1, "none": None, "big": 2**53 - 1}


async def test_three_thousand_rows_are_one_upload_and_one_version(phoenix_url: str, rest: Rest, name: str) -> None:
    version = a_version(name, [a_row(f"question {number}?") for number in range(3000)])
    published = await PhoenixDatasetPublisher(phoenix_url).publish(version)
    assert published.example_count == 3000
    assert len(rest.get(f"/{published.dataset_id}/versions")) == 1


async def test_more_rows_than_a_batch_end_as_one_equal_dataset_without_the_rows_of_the_last_version(
    phoenix_url: str, rest: Rest, name: str
) -> None:
    publisher = PhoenixDatasetPublisher(phoenix_url, batch_size=10)
    first = await publisher.publish(a_version(name, [a_row(f"old {number}?") for number in range(25)] + rows("kept?")))
    new = a_version(name, [a_row(f"new {number}?") for number in range(35)] + rows("kept?"), "1.1.0")
    second = await publisher.publish(new)
    assert not differences(examples_of(new), rest.examples(second))
    assert len(questions(rest, first)) == 26
    assert await publisher.publish(new) == second


async def test_every_request_that_creates_rows_stays_within_the_batch_size(phoenix_url: str, name: str) -> None:
    with serving(lambda request: forward(request, phoenix_url)) as proxy:
        await PhoenixDatasetPublisher(proxy.url, batch_size=10).publish(a_version(name, [a_row(f"{number}?") for number in range(25)]))
    sizes = [(upload.json["action"], len(upload.json["inputs"])) for upload in proxy.uploads]
    assert sizes == [("append", 10), ("append", 10), ("append", 5)]


async def test_an_interrupted_upload_is_completed_by_the_next(phoenix_url: str, rest: Rest, name: str) -> None:
    version = a_version(name, [a_row(f"{number}?") for number in range(25)])

    def cut_after_the_first_batch(request: Request) -> Answer | None:
        return None if len(proxy.uploads) > 1 else forward(request, phoenix_url)

    with serving(cut_after_the_first_batch) as proxy, pytest.raises(PublishingError, match="broke off the connection"):
        await PhoenixDatasetPublisher(proxy.url, batch_size=10).publish(version)
    (dataset,) = rest.get(name=f"golden_testset_{name}")
    assert dataset["example_count"] == 10
    published = await PhoenixDatasetPublisher(phoenix_url, batch_size=10).publish(version)
    assert published.dataset_id == dataset["id"]
    assert not differences(examples_of(version), rest.latest(published)["examples"])


async def test_an_upload_whose_answer_was_lost_is_found_whole_by_the_retry(phoenix_url: str, rest: Rest, name: str) -> None:
    def lose_the_first_answer(request: Request) -> Answer | None:
        answer = forward(request, phoenix_url)
        return None if request.is_upload and len(proxy.uploads) == 1 else answer

    with serving(lose_the_first_answer) as proxy:
        published = await PhoenixDatasetPublisher(proxy.url).publish(a_version(name, rows("a?", "b?")))
    assert questions(rest, published) == ["a?", "b?"]
    assert len(rest.get(f"/{published.dataset_id}/versions")) == 1


async def test_a_dataset_that_someone_altered_is_found_and_repaired(phoenix_url: str, rest: Rest, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(phoenix_url)
    first = await publisher.publish(version)
    sent = examples_of(version)
    rest.overwrite(first, {**sent[0], "output": {"reference": "tampered"}})
    assert differences(sent, rest.latest(first)["examples"]).altered == {sent[0]["id"]: "output"}
    repaired = await publisher.publish(version)
    assert repaired.dataset_version_id != first.dataset_version_id
    assert not differences(sent, rest.examples(repaired))


async def test_a_deleted_dataset_is_uploaded_anew(phoenix_url: str, rest: Rest, name: str) -> None:
    version, publisher = a_version(name, rows("a?", "b?")), PhoenixDatasetPublisher(phoenix_url)
    first = await publisher.publish(version)
    rest.delete(first)
    assert rest.get(name=first.dataset_name) == []
    again = await publisher.publish(version)
    assert questions(rest, again) == ["a?", "b?"]


@pytest.mark.parametrize(
    ("tamper", "told"),
    [
        (lambda examples: examples[0]["output"].update(reference="else"), r"differs in its output \(1 altered, 0 missing, 0 unexpected\)"),
        (lambda examples: examples.pop(), r"is missing \(0 altered, 1 missing, 0 unexpected\)"),
        (lambda examples: examples.append({**examples[0], "id": "x"}), r"x does not belong to it \(0 altered, 0 missing, 1 unexpected\)"),
    ],
    ids=["altered", "missing", "unexpected"],
)
async def test_a_dataset_that_reads_back_otherwise_than_sent_is_refused(
    phoenix_url: str, name: str, tamper: Callable[[list[dict[str, Any]]], None], told: str
) -> None:
    def tamper_with_examples(request: Request) -> Answer:
        answer = forward(request, phoenix_url)
        if "/examples" in request.path:
            data = json.loads(answer.body)
            tamper(data["data"]["examples"])
            answer.body = json.dumps(data).encode()
        return answer

    with serving(tamper_with_examples) as proxy, pytest.raises(PublishingError, match=f"of 2 rows .*{told}"):
        await PhoenixDatasetPublisher(proxy.url).publish(a_version(name, rows("a?", "b?")))


async def test_two_concurrent_publications_of_a_version_end_with_one_dataset(phoenix_url: str, rest: Rest, name: str) -> None:
    version = a_version(name, [a_row(f"{number}?") for number in range(50)])
    one, two = await asyncio.gather(*(PhoenixDatasetPublisher(phoenix_url).publish(version) for _ in range(2)))
    assert one.dataset_id == two.dataset_id
    assert len(rest.get(name=f"golden_testset_{name}")) == 1
    for published in (one, two):
        held = rest.examples(published)
        assert not differences(examples_of(version), held)


def test_one_publisher_works_in_several_event_loops(phoenix_url: str, name: str) -> None:
    version, publisher = a_version(name, rows("a?")), PhoenixDatasetPublisher(phoenix_url)
    assert asyncio.run(publisher.publish(version)) == asyncio.run(publisher.publish(version))
