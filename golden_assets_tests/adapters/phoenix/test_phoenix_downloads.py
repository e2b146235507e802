"""What people download from Phoenix goes back in as the testset that was published, however they download it."""

import json
from pathlib import Path
from typing import Any

import httpx
import pandas as pd
import pytest

from golden_assets.adapters.exchange import read_file
from golden_assets.adapters.frames import read_frame
from golden_assets.adapters.phoenix import PhoenixDatasetPublisher
from golden_assets.domain.testsets.testset import Context, Testset
from golden_assets.domain.versions.versions import PublishedDataset
from golden_assets_tests.adapters.phoenix.versions import CONTEXT, a_row, a_version

SECOND = Context(text='Desk, "A";\nline 2\tΔ', document_id="desk.md", document_hash="d" * 64, chunk_hash="c" * 64, start=0, end=20)
KEPT = {"topic": "pumps", "rank": 3, "ratio": 0.5, "code": "007", "ok": True}
ROWS = (
    a_row("Where, and why?", "40 bar, as 'Pump 7' says;\nnot more.", extra=KEPT),
    a_row("Which desk?", "12", contexts=(CONTEXT, SECOND), question_type="multi_hop_specific", persona_name="Ann", seed=7),
    a_row("Who wrote the rules?", "People.", model="human", query_style="MISSPELLED"),
)


@pytest.fixture
async def published(phoenix_url: str, name: str) -> PublishedDataset:
    return await PhoenixDatasetPublisher(phoenix_url).publish(a_version(name, ROWS))


@pytest.fixture
def original(name: str) -> Testset:
    return a_version(name, ROWS).testset


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_download_of_the_page_is_the_testset(
    kind: str, published: PublishedDataset, original: Testset, phoenix_url: str, tmp_path: Path
) -> None:
    path, address = tmp_path / f"dataset.{kind}", f"{phoenix_url}/v1/datasets/{published.dataset_id}/{kind}"
    path.write_bytes(httpx.get(address, trust_env=False).raise_for_status().content)
    assert read_file(path).testset.testset_hash == original.testset_hash


@pytest.mark.parametrize("kind", ["csv", "json", "records", "jsonl", "parquet"])
def test_a_frame_of_the_client_is_the_testset_as_a_file(
    kind: str, published: PublishedDataset, original: Testset, phoenix_url: str, tmp_path: Path
) -> None:
    frame, path = frame_of(published, phoenix_url), tmp_path / f"dataset.{kind.replace('records', 'json')}"
    match kind:
        case "csv":
            frame.to_csv(path)
        case "json":
            path.write_text(json.dumps(examples_of(published, phoenix_url), ensure_ascii=False))
        case "records":
            frame.to_json(path, orient="records", force_ascii=False)
        case "jsonl":
            frame.to_json(path, orient="records", lines=True)
        case "parquet":
            frame.to_parquet(path)
    assert read_file(path).testset.testset_hash == original.testset_hash


def test_a_frame_of_the_client_is_the_testset(published: PublishedDataset, original: Testset, phoenix_url: str) -> None:
    assert read_frame(frame_of(published, phoenix_url), {}).testset_hash == original.testset_hash


def frame_of(published: PublishedDataset, phoenix_url: str) -> pd.DataFrame:
    return dataset_of(published, phoenix_url).to_dataframe()


def examples_of(published: PublishedDataset, phoenix_url: str) -> list[dict[str, Any]]:
    return [dict(example) for example in dataset_of(published, phoenix_url).examples]


def dataset_of(published: PublishedDataset, phoenix_url: str) -> Any:
    from phoenix.client import Client

    return Client(base_url=phoenix_url).datasets.get_dataset(dataset=published.dataset_id)
