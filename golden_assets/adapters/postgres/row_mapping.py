"""Between domain records and table rows."""

import json
import logging
from collections.abc import Mapping
from importlib import metadata
from typing import Any

from psycopg.types.json import Jsonb
from pydantic import ValidationError
from sqlalchemy import RowMapping

from golden_assets.domain.core.errors import IntegrityError
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.provenance import relocate
from golden_assets.domain.testsets.testset import Testset, count_types
from golden_assets.domain.versions.versions import PublishedDataset, StoredVersion, VersionSummary

logger = logging.getLogger(__name__)
_SUMMARY_FIELDS = tuple(VersionSummary.model_fields)
_EXACT = 2**53


def summary_of(row: RowMapping) -> VersionSummary:
    """A version without its rows."""
    return VersionSummary.model_validate({name: row[name] for name in _SUMMARY_FIELDS})


def version_of(row: RowMapping) -> StoredVersion:
    """A version with everything stored about it, its rows at their places in the corpus that they were last compared with.

    The rows are hashed again on every read, so that forged rows are never used.

    Raises:
        IntegrityError: the stored JSON is not a testset, its rows do not match the version's hash, or its judgement is not a report.
    """
    summary = summary_of(row)
    try:
        testset = testset_of(row["testset_data"])
    except ValidationError as error:
        raise _broken(summary) from error
    if testset.testset_hash != summary.testset_hash:
        raise _broken(summary)
    if row["places"] is not None:
        testset = relocate(testset, row["places_corpus_hash"], loads(row["places"]))
    return StoredVersion(
        summary=summary,
        testset=testset,
        report=_report_of(row["report"]),
        metadata=row["metadata"] or {},
        published=None if row["publication"] is None else publication_of(summary, row["publication"]),
    )


def testset_of(stored: str) -> Testset:
    """The testset in the text of a JSONB value. Raises `ValidationError`.

    The text is parsed without a detour over dictionaries, except where rows have unknown fields: only these can hold numbers that
    `loads` has to put right. A quote inside a string is escaped, so what is looked for stands nowhere else.
    """
    if '"extra": {"' in stored:
        return Testset.model_validate(loads(stored))
    return Testset.model_validate_json(stored)


def _report_of(details: Mapping[str, Any] | None) -> QualityReport | None:
    """The report that a judgement was recorded with; None for what is not one, which must not hide the rows."""
    fields = {name: value for name, value in (details or {}).items() if name in QualityReport.model_fields}
    try:
        return QualityReport.model_validate(fields) if fields else None
    except ValidationError as error:
        logger.warning(
            "a judgement of testset %s is not a quality report, and is passed over: %s", fields.get("testset_hash"), _places(error)
        )
        return None


def _places(error: ValidationError) -> str:
    """The fields at fault, without their values."""
    return ", ".join(".".join(map(str, one["loc"])) or "the whole" for one in error.errors()[:5])


def publication_of(summary: VersionSummary, fields: Mapping[str, Any]) -> PublishedDataset:
    """Where a version lives in Phoenix."""
    return PublishedDataset(testset_name=summary.testset_name, version=summary.version, **fields)


def judgement_parameters(report: QualityReport) -> dict[str, Any]:
    """The columns of a judgement; ``failure_reason`` says in one line which gates failed."""
    failed = [f"{verdict.name}: {verdict.explanation}" for verdict in report.failed_gates]
    details = report.model_dump(mode="json") | {"failure_reason": "; ".join(failed) or None, "overall_score": report.score}
    duplicates = report.measures.get("duplicates")
    return {
        "testset_hash": report.testset_hash,
        "report_hash": report.report_hash,
        "validation_status": report.status,
        "diversity_score": report.measures.get("diversity"),
        "coverage_score": report.measures.get("coverage"),
        "distribution_chi_square": report.measures.get("chi_square"),
        "distribution_p_value": report.measures.get("p_value"),
        "duplicate_count": None if duplicates is None else int(duplicates),
        "validation_details": Jsonb(details),
    }


def metadata_parameters(testset: Testset, report: QualityReport | None, user_metadata: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of the metadata table. The documents counted are the cited ones and those the report names as uncovered."""
    documents = testset.document_ids | set(report.uncovered_documents if report else ())
    by_ragas = "ragas" in testset.generator.lower()
    params = testset.model_dump(mode="json", include={"request", "generator", "generator_version", "model", "embedding_model"})
    return {
        "source_docs_hash": testset.corpus_hash,
        "source_docs_count": len(documents),
        "ragas_version": metadata.version("ragas") if by_ragas else None,
        "langchain_version": metadata.version("langchain-core") if by_ragas else None,
        "generation_params": Jsonb(params),
        "personas": Jsonb(list(testset.personas)),
        "query_distribution": Jsonb(count_types(testset.rows)),
        "token_usage": Jsonb(testset.usage.model_dump(mode="json")),
        "generation_cost": testset.usage.cost_usd,
        "generation_duration_seconds": testset.duration_seconds,
        "user_metadata": Jsonb(dict(user_metadata)),
    }


def _broken(summary: VersionSummary) -> IntegrityError:
    problem = f"the rows of version {summary.version} of {summary.testset_name} do not match the testset hash {summary.testset_hash}"
    return IntegrityError(problem, "run verify to see which row was tampered with, and restore the database from a backup")


def dumps(value: Any) -> str:
    """Compact JSON; numbers that are not finite are refused with `ValueError`, for PostgreSQL refuses them too."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def loads(text: str | bytes) -> Any:
    """JSON as stored. JSONB turns 1e+22 into 10000000000000000000000: integers beyond 2**53 were floats, and become floats again."""
    return json.loads(text, parse_int=_number)


def _number(digits: str) -> int | float:
    value = int(digits)
    return value if -_EXACT < value < _EXACT else float(value)
