"""A PostgreSQL table of texts as a `golden_assets.domain.ports.documents.DocumentSource`: each row is one document.

Nothing is written: the transaction is read-only. The embeddings are never fetched.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from psycopg.conninfo import conninfo_to_dict

from golden_assets.adapters.documents.build_corpus import assemble, require_storable, skip, storable_json
from golden_assets.adapters.documents.formats.markdown_writer import one_line
from golden_assets.adapters.documents.langchain_tables import ColumnNames, TableLayout, find_layout
from golden_assets.domain.core.errors import ConfigurationError, DocumentError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument
from golden_assets.settings.urls import TCP_LIMITS

_DRIVER = re.compile(r"\Apostgres(?:ql)?(?:\+\w+)?://")


class PostgresTableSource:
    """The rows of a table as langchain-postgres writes it, in either of its layouts (see `langchain_tables`).

    A document's id is its primary key as text; its metadata are those of the row.

    Args:
        url: libpq or SQLAlchemy URL (``postgresql://``, ``postgresql+psycopg://``).
        table: ``schema.name`` or ``name``, as the catalogue writes it.
        columns: names in a ``PGVectorStore`` table that differ from the defaults.
        collection: one collection of the older layout; None for all.
        batch_size: rows fetched at a time.
    """

    def __init__(
        self,
        url: str,
        table: str,
        *,
        columns: ColumnNames | None = None,
        collection: str | None = None,
        batch_size: int = 1000,
    ) -> None:
        self._url = _DRIVER.sub("postgresql://", url)
        self._table = table
        self._columns = columns or ColumnNames()
        self._collection = collection
        self._batch_size = batch_size
        self._place = _place(self._url)

    def read(self) -> Corpus:
        """Read every row; rows without text, and rows that cannot be stored, are in ``Corpus.skipped``.

        Raises:
            DocumentError: no connection, no such table, columns or collection, or no row with text.
        """
        documents: list[Document] = []
        skipped: list[SkippedDocument] = []
        with self._open() as (connection, layout), connection.cursor(name="source_documents") as cursor:
            cursor.itersize = self._batch_size
            for document_id, content, metadata in cursor.execute(layout.rows):
                try:
                    documents.append(_document(document_id, content, metadata))
                except DocumentError as error:
                    skipped.append(skip(document_id or "NULL", error))
        if not documents:
            raise DocumentError(f"no row with text in {self._name} ({len(skipped)} skipped)", "fill the table, or name another")
        return assemble(self._name, documents, skipped)

    def corpus_hash(self) -> str:
        """The hash of the corpus that `read` gives; a table tells no more cheaply which of its rows changed. Raises like `read`."""
        return self.read().corpus_hash

    def fingerprint(self) -> str:
        """SHA-256 over the number of rows and the sum of the server's 64-bit hashes of (id, content, metadata) of each row.

        It scans the table's text on the server (not its embeddings) and fetches one row. Reading ``max(xmin)`` instead would be cheaper,
        but misses an edit whose transaction began before, and ended after, the last one that was seen; and views have no ``xmin``.

        Raises:
            DocumentError: no connection, no such table, columns or collection.
        """
        with self._open() as (connection, layout):
            return sha256_json(list(connection.execute(layout.state).fetchone() or ()))

    @property
    def _name(self) -> str:
        collection = f" collection {self._collection}" if self._collection else ""
        return f"table {self._table}{collection} in {self._place}"

    @contextmanager
    def _open(self) -> Iterator[tuple[psycopg.Connection[Any], TableLayout]]:
        """A read-only connection and the table's layout; database errors become `DocumentError`."""
        try:
            connection = psycopg.connect(self._url, **_connection_options(self._url))
        except psycopg.Error as error:
            raise DocumentError(
                f"cannot connect to {self._place} ({_message(error)})", "check host, port, database, user and password, and that it runs"
            ) from error
        with connection:
            connection.read_only = True
            try:
                yield connection, find_layout(connection, self._table, self._columns, self._collection)
            except psycopg.errors.InsufficientPrivilege as error:
                raise DocumentError(f"{self._name} may not be read ({_message(error)})", "grant this role SELECT on it") from error
            except psycopg.Error as error:
                raise DocumentError(f"reading {self._name} failed ({_message(error)})", "try again, or repair the database") from error


def _document(document_id: str | None, content: str | None, metadata: str | None) -> Document:
    if document_id is None:
        raise DocumentError("its id is NULL", "name the primary key as the id column")
    if content is None or not content.strip():
        raise DocumentError("its content is empty", "delete the row, or store its text")
    return Document.of(document_id, require_storable(content), storable_json(_fields(metadata)))


def _fields(metadata: str | None) -> dict[str, Any]:
    """The row's metadata as an object; other values go under ``metadata``."""
    try:
        value = json.loads(metadata or "{}")
    except json.JSONDecodeError:
        value = metadata
    return value if isinstance(value, dict) else {"metadata": value}


def _place(url: str) -> str:
    """``host:port/database`` of a URL, without user and password.

    Raises:
        ConfigurationError: not a PostgreSQL URL; its text is not repeated, since it may hold a password.
    """
    try:
        parts = conninfo_to_dict(url)
    except psycopg.ProgrammingError:
        raise ConfigurationError(
            "the URL of the database cannot be parsed", "write it as postgresql://user:password@host:port/database"
        ) from None
    return f"{parts.get('host', 'localhost')}:{parts.get('port', 5432)}/{parts.get('dbname', '')}"


def _connection_options(url: str) -> dict[str, Any]:
    """What the URL leaves open: give up on a silent host, and receive text as UTF-8 whatever the server stores."""
    defaults = {**TCP_LIMITS, "client_encoding": "UTF8", "application_name": "golden_assets"}
    return {name: value for name, value in defaults.items() if name not in conninfo_to_dict(url)}


def _message(error: psycopg.Error) -> str:
    return one_line(str(error))
