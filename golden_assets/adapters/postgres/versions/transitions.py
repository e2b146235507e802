"""Steps of a version's life inside a transaction: judged, activated, archived, published. The rules themselves are in the schema."""

from typing import Any
from uuid import UUID

from psycopg.types.json import Jsonb
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import statement
from golden_assets.adapters.postgres.row_mapping import judgement_parameters
from golden_assets.adapters.postgres.versions.operations import Operation, record_success
from golden_assets.adapters.postgres.versions.version_queries import identity
from golden_assets.domain.core.errors import GateError, IntegrityError
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.provenance import places_of
from golden_assets.domain.testsets.testset import Testset
from golden_assets.domain.versions.versions import PublishedDataset

_UNMEASURED = ("report_hash", "diversity_score", "coverage_score", "distribution_chi_square", "distribution_p_value", "duplicate_count")


def require_report_on(testset_hash: str, report: QualityReport) -> None:
    """Refuse a report without verdicts or on other rows. Raises `GateError`."""
    if report.testset_hash != testset_hash:
        problem = f"the quality report judges testset {report.testset_hash[:12]}, not {testset_hash[:12]}"
        raise GateError(problem, "judge these rows and try again")
    if not report.verdicts:
        raise GateError("the quality report holds no verdict", "run the gates on these rows and try again")


async def add_judgement(connection: AsyncConnection, version_id: UUID, report: QualityReport | None) -> None:
    """Add a judgement, unless the latest one came from the same report. The first one makes a draft validated or failed."""
    if report is None:
        return
    latest = (await connection.execute(statement("latest_report_hash"), {"version_id": version_id})).first()
    if latest is None or latest.report_hash != report.report_hash:
        await connection.execute(statement("insert_judgement"), judgement_parameters(report) | {"version_id": version_id})


async def judge(connection: AsyncConnection, operation: Operation, version: str, report: QualityReport) -> None:
    """Judge a stored version, with the audit entry. Raises `VersionNotFoundError`, `GateError`."""
    stored = await identity(connection, operation.testset, version)
    require_report_on(stored["testset_hash"], report)
    await add_judgement(connection, stored["id"], report)
    await record_success(connection, operation, stored["id"], {})


async def override_gates(connection: AsyncConnection, operation: Operation, version: str) -> None:
    """Record a judgement ``warning`` that replaces gates that failed or were not run; nothing replaces ``failed``."""
    stored = await identity(connection, operation.testset, version)
    if stored["status"] not in ("draft", "validated"):
        return
    details = {"verdicts": [], "forced_by": operation.performed_by, **operation.audit_details}
    judgement: dict[str, Any] = dict.fromkeys(_UNMEASURED)
    judgement |= {"version_id": stored["id"], "testset_hash": stored["testset_hash"]}
    judgement |= {"validation_status": "warning", "validation_details": Jsonb(details)}
    await connection.execute(statement("insert_judgement"), judgement)


async def activate(connection: AsyncConnection, operation: Operation, version: str, coming_from: str) -> None:
    """Activate a version that is ``validated`` or ``archived``, with the audit entry; the former active version is archived."""
    await connection.execute(statement("activate_version"), _change(operation, version) | {"coming_from": coming_from})


async def archive(connection: AsyncConnection, operation: Operation, version: str) -> None:
    """Archive the active version, with the audit entry."""
    await connection.execute(statement("archive_version"), _change(operation, version))


async def publish(connection: AsyncConnection, operation: Operation, published: PublishedDataset) -> None:
    """Note where a version lives in Phoenix, unless the latest note says the same; with the audit entry.

    Raises:
        VersionNotFoundError: no such version.
        IntegrityError: what was published are not the version's rows.
    """
    stored = await identity(connection, operation.testset, published.version)
    if stored["testset_hash"] != published.testset_hash:
        problem = f"dataset {published.dataset_name} holds other rows than version {published.version}"
        raise IntegrityError(problem, "publish the version again")
    there = {"version_id": stored["id"]}
    place = published.model_dump(exclude={"testset_name", "version"})
    latest = (await connection.execute(statement("latest_publication"), there)).mappings().first()
    if latest is None or dict(latest) != place:
        await connection.execute(statement("insert_publication"), place | there)
    await record_success(connection, operation, stored["id"], {})


async def relocate(connection: AsyncConnection, operation: Operation, version: str, testset: Testset) -> None:
    """Record the places of a version's rows in another corpus, with the audit entry.

    Raises:
        VersionNotFoundError: no such version.
        IntegrityError: these are not the version's rows.
    """
    stored = await identity(connection, operation.testset, version)
    if stored["testset_hash"] != testset.testset_hash:
        problem = f"testset {testset.testset_hash[:12]} holds other rows than version {version}"
        raise IntegrityError(problem, "create a version of it")
    places = Jsonb(places_of(testset.rows))
    parameters = {"version_id": stored["id"], "corpus_hash": testset.corpus_hash, "places": places}
    await connection.execute(statement("insert_provenance"), parameters)
    await record_success(connection, operation, stored["id"], {})


def _change(operation: Operation, version: str) -> dict[str, Any]:
    return {
        "testset": operation.testset,
        "version": version,
        "performed_by": operation.performed_by,
        "operation_id": operation.operation_id,
        "details": Jsonb(operation.audit_details),
    }
