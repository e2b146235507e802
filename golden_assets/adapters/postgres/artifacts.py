"""The content-addressed store between assets (port `ArtifactStore`).

A corpus is stored as the list of its documents' hashes, each document once. Everything is hashed again when it is read.
"""

from typing import Any, TypeVar

from psycopg.types.json import Jsonb
from pydantic import BaseModel, ValidationError
from sqlalchemy.ext.asyncio import AsyncConnection

from golden_assets.adapters.postgres.database import Database, Pooling, as_database, statement
from golden_assets.domain.core.errors import DocumentError, GoldenAssetsError, IntegrityError, TestsetError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.core.text import unstorable
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset

AnyRecord = TypeVar("AnyRecord", bound=BaseModel)
_BATCH = 500
"""Documents per statement: 500 of the usual few kilobytes stay far below PostgreSQL's limit of 1 GB for one message."""


class PostgresArtifactStore:
    """Artifacts in PostgreSQL, by content hash.

    Args:
        database: a `Database`, or the URL of one.
        pooling: how connections to a URL are kept; `Pooling.PER_USE` where several event loops take turns.
    """

    def __init__(self, database: Database | str, pooling: Pooling = Pooling.POOLED) -> None:
        self._database = as_database(database, pooling)

    async def put_corpus(self, corpus: Corpus) -> str:
        """Store a corpus; returns its `Corpus.snapshot_hash`. Raises `DocumentError` for text that PostgreSQL cannot hold."""
        for document in corpus.documents:
            _require_storable(document.model_dump(), DocumentError, f"document {document.document_id!r}", "remove it from the source")
        documents = {sha256_json(document.model_dump()): document.model_dump() for document in corpus.documents}
        contents = {
            "source": corpus.source,
            "documents": [sha256_json(document.model_dump()) for document in corpus.documents],
            "skipped": [skipped.model_dump() for skipped in corpus.skipped],
        }

        async def _store(connection: AsyncConnection, _: int) -> None:
            if await _payload(connection, "corpus", corpus.snapshot_hash) is None:
                await _put(connection, "document", documents)
                await _put(connection, "corpus", {corpus.snapshot_hash: contents})

        await self._database.run(_store)
        return corpus.snapshot_hash

    async def get_corpus(self, snapshot_hash: str) -> Corpus:
        """The corpus under this hash. Raises `IntegrityError` when it is missing or does not match."""

        async def _load(connection: AsyncConnection, _: int) -> dict[str, Any]:
            contents = await _payload(connection, "corpus", snapshot_hash)
            if contents is None:
                raise _missing("corpus", snapshot_hash)
            found = await connection.execute(statement("artifacts"), {"kind": "document", "hashes": contents["documents"]})
            documents = {row.content_hash: row.payload for row in found}
            return {**contents, "documents": [documents.get(address) for address in contents["documents"]]}

        corpus = _record(Corpus, await self._database.run(_load), "corpus", snapshot_hash)
        return _matching(corpus, corpus.snapshot_hash, "corpus", snapshot_hash)

    async def find_corpus(self, corpus_hash: str) -> Corpus | None:
        """The newest reading of the documents with this `Corpus.corpus_hash`, or None when none is stored."""

        async def _look(connection: AsyncConnection) -> str | None:
            for reading in await connection.execute(statement("corpus_listings")):
                if sha256_json(sorted(reading.documents)) == corpus_hash:
                    return str(reading.content_hash)
            return None

        address = await self._database.read(_look)
        return None if address is None else await self.get_corpus(address)

    async def put_testset(self, testset: Testset) -> str:
        """Store a draft; returns its `Testset.draft_hash`. Raises `TestsetError` for text that PostgreSQL cannot hold."""
        _require_storable(testset.model_dump(mode="json"), TestsetError, "the testset", "remove it and generate again")
        return await self._put_one("testset", testset.draft_hash, testset)

    async def get_testset(self, draft_hash: str) -> Testset:
        """The draft under this hash. Raises `IntegrityError` when it is missing or does not match."""
        testset = await self._get_one(Testset, "testset", draft_hash)
        return _matching(testset, testset.draft_hash, "testset", draft_hash)

    async def remember_draft(self, request_key: str, draft_hash: str) -> None:
        """Note that this request was answered in full by this stored draft; the first answer stays. Raises `RegistryError`."""
        answer = {"request_key": request_key, "draft_hash": draft_hash}
        await self._database.run(lambda connection, _: connection.execute(statement("remember_draft"), answer))

    async def recall_draft(self, request_key: str) -> str | None:
        """The draft that answered this request, or None."""
        wanted = {"request_key": request_key}
        return (await self._database.run(lambda connection, _: connection.execute(statement("recall_draft"), wanted))).scalar()

    async def put_report(self, report: QualityReport) -> str:
        """Store a quality report; returns its `QualityReport.report_hash`. Raises `TestsetError` for measures that are not finite."""
        _require_storable(report.model_dump(), TestsetError, "the quality report", "measure again")
        return await self._put_one("report", report.report_hash, report)

    async def get_report(self, report_hash: str) -> QualityReport:
        """The report under this hash. Raises `IntegrityError` when it is missing or does not match."""
        report = await self._get_one(QualityReport, "report", report_hash)
        return _matching(report, report.report_hash, "report", report_hash)

    async def dispose(self) -> None:
        """Close all pooled connections."""
        await self._database.dispose()

    async def _put_one(self, kind: str, content_hash: str, record: BaseModel) -> str:
        payloads = {content_hash: record.model_dump(mode="json")}
        await self._database.run(lambda connection, _: _put(connection, kind, payloads))
        return content_hash

    async def _get_one(self, model: type[AnyRecord], kind: str, content_hash: str) -> AnyRecord:
        payload = await self._database.run(lambda connection, _: _payload(connection, kind, content_hash))
        if payload is None:
            raise _missing(kind, content_hash)
        return _record(model, payload, kind, content_hash)


async def _put(connection: AsyncConnection, kind: str, payloads: dict[str, Any]) -> None:
    """Insert what is not there yet; putting the same again changes nothing, so a repeated attempt is harmless."""
    lines = [{"kind": kind, "content_hash": address, "payload": Jsonb(payload)} for address, payload in payloads.items()]
    for start in range(0, len(lines), _BATCH):
        await connection.execute(statement("put_artifact"), lines[start : start + _BATCH])


async def _payload(connection: AsyncConnection, kind: str, content_hash: str) -> Any:
    found = await connection.execute(statement("artifacts"), {"kind": kind, "hashes": [content_hash]})
    row = found.first()
    return None if row is None else row.payload


def _require_storable(value: Any, error: type[GoldenAssetsError], subject: str, remedy: str) -> None:
    fault = unstorable(value)
    if fault is not None:
        raise error(f"{subject} cannot be stored: {fault}", remedy)


def _record(model: type[AnyRecord], payload: Any, kind: str, content_hash: str) -> AnyRecord:
    try:
        return model.model_validate(payload)
    except ValidationError as error:
        raise _mismatch(kind, content_hash) from error


def _matching(record: AnyRecord, actual: str, kind: str, content_hash: str) -> AnyRecord:
    if actual != content_hash:
        raise _mismatch(kind, content_hash)
    return record


def _missing(kind: str, content_hash: str) -> IntegrityError:
    return IntegrityError(f"no {kind} is stored under {content_hash}", f"materialize the asset that makes the {kind} again")


def _mismatch(kind: str, content_hash: str) -> IntegrityError:
    problem = f"the {kind} stored under {content_hash} does not match its hash"
    return IntegrityError(problem, "restore the database from a backup, or materialize into a fresh one")
