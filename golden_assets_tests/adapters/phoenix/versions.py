"""Versions to publish."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

from golden_assets.domain.testsets.testset import Context, GenerationRequest, Testset, TestsetRow
from golden_assets.domain.versions.versions import StoredVersion, VersionStatus, VersionSummary

CONTEXT = Context(text="Pump 7 runs at 40 bar.", document_id="guide.md", document_hash="d" * 64, chunk_hash="c" * 64, start=12, end=34)


def a_row(question: str, reference: str = "40 bar", **changes: Any) -> TestsetRow:
    fields: dict[str, Any] = {
        "user_input": question,
        "reference": reference,
        "contexts": (CONTEXT,),
        "question_type": "single_hop_specific",
        "synthesizer_name": "single_hop_specific_query_synthesizer",
        "model": "extractive",
    }
    return TestsetRow(**fields | changes)


def rows(*questions: str) -> list[TestsetRow]:
    return [a_row(question) for question in questions]


def a_version(testset_name: str, of: Iterable[TestsetRow], version: str = "1.0.0", status: VersionStatus = "active") -> StoredVersion:
    testset = Testset(
        rows=tuple(of),
        corpus_hash="e" * 64,
        request=GenerationRequest(size=1, question_types={"single_hop_specific": 1.0}),
        generator="ragas",
        generator_version="0.4.3",
        model="extractive",
        embedding_model="minilm",
    )
    summary = VersionSummary(
        testset_name=testset_name,
        version=version,
        status=status,
        testset_hash=testset.testset_hash,
        corpus_hash=testset.corpus_hash,
        row_count=len(testset.rows),
        created_at=datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC),
    )
    return StoredVersion(summary=summary, testset=testset)
