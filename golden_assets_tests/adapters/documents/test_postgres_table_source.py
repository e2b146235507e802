"""`PostgresTableSource` on a real server: both layouts of langchain-postgres, and what can be wrong with a table."""

import json
import uuid
from collections.abc import Iterator
from typing import Any, LiteralString

import psycopg
import pytest
from psycopg import sql

from golden_assets.adapters.documents.langchain_tables import ColumnNames
from golden_assets.adapters.documents.postgres_table import PostgresTableSource
from golden_assets.domain.core.errors import ConfigurationError, DocumentError
from golden_assets.embedded.cluster import SUPERUSER
from golden_assets.embedded.postgres import PostgresServer

VECTOR_STORE: LiteralString = """
    CREATE TABLE {} (langchain_id uuid PRIMARY KEY, content text, embedding real[] NOT NULL, langchain_metadata json, page int)
"""
LEGACY: LiteralString = """
    CREATE TABLE langchain_pg_collection (uuid uuid PRIMARY KEY, name varchar UNIQUE, cmetadata json);
    CREATE TABLE langchain_pg_embedding (id varchar PRIMARY KEY, collection_id uuid REFERENCES langchain_pg_collection,
        embedding real[], document varchar, cmetadata jsonb);
    INSERT INTO langchain_pg_collection VALUES ('00000000-0000-0000-0000-000000000001', 'manual'), (gen_random_uuid(), 'empty'),
        ('00000000-0000-0000-0000-000000000002', 'news''; DROP TABLE x');
    INSERT INTO langchain_pg_embedding VALUES
        ('m1', '00000000-0000-0000-0000-000000000001', '{1}', 'The ferry leaves at nine.', '{"page": 1}'),
        ('m2', '00000000-0000-0000-0000-000000000001', '{1}', 'The quay is long.', NULL),
        ('n1', '00000000-0000-0000-0000-000000000002', '{1}', 'A new ferry was bought.', '[1]');
"""


@pytest.fixture
def database(database_url: str) -> Iterator[psycopg.Connection[Any]]:
    """A connection with which the test makes its tables."""
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as connection:
        yield connection


def fill(database: psycopg.Connection[Any], *contents: str | None, table: str = "docs", metadata: str | None = None) -> list[str]:
    """Make a ``PGVectorStore`` table with these contents; returns the ids in order."""
    database.execute(sql.SQL(VECTOR_STORE).format(sql.Identifier(*table.split("."))))
    ids = [str(uuid.UUID(int=number)) for number in range(1, len(contents) + 1)]
    insert = sql.SQL("INSERT INTO {} VALUES (%s, %s, '{{0.5}}', %s)").format(sql.Identifier(*table.split(".")))
    with database.cursor() as cursor:
        cursor.executemany(insert, [(key, content, metadata) for key, content in zip(ids, contents, strict=True)])
    return ids


def test_two_thousand_rows_are_read_in_batches_and_in_the_order_of_their_ids(database_url: str, database) -> None:
    ids = fill(database, *(f"Sentence number {number}." for number in range(2000)), metadata='{"source": "manual.pdf", "page": 3}')
    corpus = PostgresTableSource(database_url, "docs", batch_size=300).read()
    assert [document.document_id for document in corpus.documents] == ids
    assert corpus.documents[1999].text == "Sentence number 1999."
    assert corpus.documents[0].metadata == {"source": "manual.pdf", "page": 3}
    assert corpus.skipped == ()


def test_embeddings_of_the_vector_type_are_left_alone(database_url: str, database, postgres_server: PostgresServer) -> None:
    with psycopg.connect(postgres_server.url(database.info.dbname, driver="postgresql", role=SUPERUSER)) as admin:
        admin.execute("CREATE EXTENSION vector")
    fill(database, "The ferry leaves at nine.")
    database.execute("ALTER TABLE docs ALTER embedding TYPE vector(1) USING embedding::vector")
    source = PostgresTableSource(database_url, "docs")
    assert len(source.read().documents) == 1
    before = source.fingerprint()
    database.execute("UPDATE docs SET embedding = '[7]'")
    assert source.fingerprint() == before


def test_rows_without_text_or_with_the_text_of_another_row_are_skipped(database_url: str, database) -> None:
    ids = fill(database, "One.", None, "", " \n", "One. ", "Two.")
    corpus = PostgresTableSource(database_url, "docs").read()
    assert [document.document_id for document in corpus.documents] == [ids[0], ids[5]]
    assert [(skipped.document_id, skipped.reason) for skipped in corpus.skipped] == [
        *((key, "its content is empty") for key in ids[1:4]),
        (ids[4], f"has the same content as {ids[0]}"),
    ]


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [(None, {}), ("null", {"metadata": None}), ("[1]", {"metadata": [1]}), ('{"id": 9007199254740993}', {"id": "9007199254740993"})],
)
def test_metadata_of_any_shape_become_an_object(database_url: str, database, metadata: str | None, expected: dict[str, Any]) -> None:
    fill(database, "One.", metadata=metadata)
    (document,) = PostgresTableSource(database_url, "docs").read().documents
    assert document.metadata == expected


def test_metadata_that_are_no_json_are_kept_as_text(database_url: str, database) -> None:
    fill(database, "One.")
    names = ColumnNames(metadata="content")
    (document,) = PostgresTableSource(database_url, "docs", columns=names).read().documents
    assert document.metadata == {"metadata": "One."}


@pytest.mark.parametrize("value", ['"\\u0000"', '"\\ud800"', "1e999"])
def test_metadata_that_no_store_can_hold_cost_only_their_row(database_url: str, database, value: str) -> None:
    """A ``json`` column keeps what was written, unlike ``jsonb``."""
    ids = fill(database, "One.", "Two.")
    database.execute("UPDATE docs SET langchain_metadata = %s WHERE langchain_id = %s", (f'{{"k": {value}}}', ids[0]))
    corpus = PostgresTableSource(database_url, "docs").read()
    assert [document.document_id for document in corpus.documents] == [ids[1]]
    assert [skipped.document_id for skipped in corpus.skipped] == [ids[0]]
    assert corpus.snapshot_hash


def test_the_older_layout_is_recognised_and_read_whole_or_by_collection(database_url: str, database) -> None:
    database.execute(LEGACY)
    whole = PostgresTableSource(database_url, "langchain_pg_embedding").read()
    assert [(document.document_id, document.metadata) for document in whole.documents] == [
        ("m1", {"page": 1}),
        ("m2", {}),
        ("n1", {"metadata": [1]}),
    ]
    manual = PostgresTableSource(database_url, "public.langchain_pg_embedding", collection="manual").read()
    assert list(manual.by_id) == ["m1", "m2"]
    assert manual.source.startswith("table public.langchain_pg_embedding collection manual in 127.0.0.1:")
    news = PostgresTableSource(database_url, "langchain_pg_embedding", collection="news'; DROP TABLE x")
    assert list(news.read().by_id) == ["n1"]


def test_the_layout_before_langchain_postgres_called_its_key_uuid(database_url: str, database) -> None:
    database.execute(LEGACY)
    database.execute("ALTER TABLE langchain_pg_embedding RENAME id TO uuid")
    assert list(PostgresTableSource(database_url, "langchain_pg_embedding").read().by_id) == ["m1", "m2", "n1"]


def test_a_collection_that_is_not_there_or_empty_is_an_error(database_url: str, database) -> None:
    database.execute(LEGACY)
    with pytest.raises(DocumentError, match="collection 'manuals' does not exist: name one of: empty, manual, news"):
        PostgresTableSource(database_url, "langchain_pg_embedding", collection="manuals").read()
    with pytest.raises(DocumentError, match=r"no row with text in table langchain_pg_embedding collection empty in .* \(0 skipped\)"):
        PostgresTableSource(database_url, "langchain_pg_embedding", collection="empty").read()
    fill(database, "One.")
    with pytest.raises(DocumentError, match="the table docs has no collections: leave out the collection"):
        PostgresTableSource(database_url, "docs", collection="manual").read()


def test_schema_and_columns_can_be_named_however_they_are_written(database_url: str, database) -> None:
    database.execute('CREATE SCHEMA "My Schema"')
    database.execute('CREATE TABLE "My Schema"."Docs"" 100%%s" (key int PRIMARY KEY, "the body; --" text)')
    database.execute('INSERT INTO "My Schema"."Docs"" 100%%s" VALUES (7, \'One.\')')
    names = ColumnNames(document_id="key", content="the body; --", metadata=None)
    tables = [row[0] for row in database.execute("SELECT relname FROM pg_class WHERE relname LIKE 'Docs%%s' AND relkind = 'r'")]
    source = PostgresTableSource(database_url, f"My Schema.{tables[0]}", columns=names)
    (document,) = source.read().documents
    assert (document.document_id, document.text, document.metadata) == ("7", "One.", {})
    assert source.fingerprint() == source.fingerprint()


def test_a_view_can_be_a_source_and_ids_that_repeat_are_skipped(database_url: str, database) -> None:
    fill(database, "One.", "Two.")
    database.execute("CREATE VIEW pages AS SELECT 'p' AS langchain_id, content, NULL::jsonb AS langchain_metadata FROM docs")
    source = PostgresTableSource(database_url, "pages")
    corpus = source.read()
    assert [document.document_id for document in corpus.documents] == ["p"]
    assert [skipped.reason for skipped in corpus.skipped] == ["its id occurs more than once"]
    assert source.fingerprint()


def test_a_row_without_id_is_skipped(database_url: str, database) -> None:
    fill(database, "One.", "Two.")
    database.execute("UPDATE docs SET page = 5 WHERE content = 'One.'")
    corpus = PostgresTableSource(database_url, "docs", columns=ColumnNames(document_id="page")).read()
    assert [document.document_id for document in corpus.documents] == ["5"]
    assert [(skipped.document_id, skipped.reason) for skipped in corpus.skipped] == [("NULL", "its id is NULL")]


def test_a_missing_table_names_similar_ones(database_url: str, database) -> None:
    fill(database, "One.", table="handbook_chunks")
    database.execute("CREATE SCHEMA archive")
    fill(database, "One.", table="archive.handbook")
    with pytest.raises(DocumentError, match=r"the table Handbook_chunk does not exist: did you mean handbook_chunks"):
        PostgresTableSource(database_url, "Handbook_chunk").read()
    with pytest.raises(DocumentError, match=r"the table handbook does not exist: did you mean .*archive\.handbook"):
        PostgresTableSource(database_url, "handbook").fingerprint()
    with pytest.raises(DocumentError, match="the table zzz does not exist: name one of the 2 tables of this database"):
        PostgresTableSource(database_url, "zzz").read()


def test_a_table_with_other_columns_says_what_it_has_and_what_is_missing(database_url: str, database) -> None:
    database.execute("CREATE TABLE docs (id int, content text, gone int)")
    database.execute("ALTER TABLE docs DROP gone")
    with pytest.raises(
        DocumentError, match=r"the table docs has no column langchain_id, langchain_metadata \(it has id, content\): name the columns"
    ):
        PostgresTableSource(database_url, "docs").read()


def test_an_empty_table_is_an_error(database_url: str, database) -> None:
    fill(database)
    with pytest.raises(DocumentError, match=r"no row with text in table docs in 127\.0\.0\.1:\d+/test_\w+ \(0 skipped\)"):
        PostgresTableSource(database_url, "docs").read()


def test_a_table_that_the_role_may_not_read_asks_for_a_grant(database_url: str, database) -> None:
    fill(database, "One.")
    database.execute("REVOKE SELECT ON docs FROM CURRENT_USER")
    for method in (PostgresTableSource(database_url, "docs").read, PostgresTableSource(database_url, "docs").fingerprint):
        with pytest.raises(DocumentError, match=r"may not be read \(permission denied for table docs\): grant this role SELECT"):
            method()


def test_a_query_that_the_server_ends_is_an_error_and_not_a_shorter_corpus(database_url: str, database) -> None:
    fill(database, *(f"Sentence {number}." for number in range(50)))
    database.execute("CREATE VIEW slow AS SELECT *, pg_sleep(0.1)::text AS wait FROM docs")
    separator = "&" if "?" in database_url else "?"
    url = f"{database_url}{separator}options=-c%20statement_timeout%3D300"
    with pytest.raises(DocumentError, match=r"reading table slow in .* failed \(canceling statement due to statement timeout"):
        PostgresTableSource(url, "slow", columns=ColumnNames(content="wait"), batch_size=50).read()


def test_nothing_can_be_written_through_the_source(database_url: str, database) -> None:
    fill(database, "One.")
    insert = "INSERT INTO docs SELECT gen_random_uuid(), $$x$$, $${}$$ RETURNING content"
    database.execute(sql.SQL("CREATE FUNCTION spoil() RETURNS text LANGUAGE sql VOLATILE AS {}").format(insert))
    database.execute("CREATE VIEW trap AS SELECT langchain_id, spoil() AS content, langchain_metadata FROM docs")
    with pytest.raises(DocumentError, match="cannot execute INSERT in a read-only transaction"):
        PostgresTableSource(database_url, "trap").read()
    assert database.execute("SELECT count(*) FROM docs").fetchone() == (1,)


def test_the_fingerprint_follows_every_change_of_content_and_metadata(database_url: str, database) -> None:
    ids = fill(database, "One.", "Two.", metadata='{"page": 1}')
    source = PostgresTableSource(database_url, "docs")
    seen = [source.fingerprint()]
    assert source.fingerprint() == seen[0]
    for change in (
        "UPDATE docs SET content = 'Three.' WHERE content = 'One.'",
        "UPDATE docs SET content = NULL WHERE content = 'Two.'",
        """UPDATE docs SET langchain_metadata = '{"page": 2}' WHERE content = 'Three.'""",
        "DELETE FROM docs WHERE content IS NULL",
        "INSERT INTO docs VALUES (gen_random_uuid(), 'Four.', '{}')",
        "TRUNCATE docs",
    ):
        database.execute(change)
        seen.append(source.fingerprint())
    assert len(set(seen)) == len(seen)
    with database.cursor() as cursor:
        cursor.executemany(
            "INSERT INTO docs VALUES (%s, %s, '{}', %s)", [(ids[1], "Two.", json.dumps({"page": 1})), (ids[0], "One.", '{"page": 1}')]
        )
    assert source.fingerprint() == seen[0]


def test_the_fingerprint_sees_an_edit_that_began_before_and_ended_after_another(database_url: str, database) -> None:
    fill(database, "One.", "Two.")
    source = PostgresTableSource(database_url, "docs")
    with psycopg.connect(database_url.replace("+psycopg", "")) as slow:
        slow.execute("UPDATE docs SET content = 'Slow.' WHERE content = 'One.'")
        database.execute("UPDATE docs SET content = 'Quick.' WHERE content = 'Two.'")
        between = source.fingerprint()
        slow.commit()
    assert source.fingerprint() != between


@pytest.mark.parametrize("driver", ["postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2"])
def test_urls_of_libpq_and_sqlalchemy_are_accepted(database_url: str, database, driver: str) -> None:
    fill(database, "One.")
    url = driver + database_url[database_url.index("://") :]
    assert len(PostgresTableSource(url, "docs").read().documents) == 1


def test_a_server_that_is_down_is_named_without_the_password() -> None:
    source = PostgresTableSource("postgresql+psycopg://reader:hunter2@127.0.0.1:1/manuals", "docs")
    for method in (source.read, source.fingerprint):
        with pytest.raises(DocumentError, match=r"^cannot connect to 127\.0\.0\.1:1/manuals \(.*refused.*\): check host") as caught:
            method()
        assert "hunter2" not in repr(caught.value)
        assert "\n" not in str(caught.value)


def test_a_wrong_password_is_reported_without_it(database_url: str) -> None:
    parts = psycopg.conninfo.conninfo_to_dict(database_url.replace("+psycopg", ""))
    url = f"postgresql://{parts['user']}:hunter2@{parts['host']}:{parts['port']}/{parts['dbname']}"
    with pytest.raises(DocumentError, match="password authentication failed") as caught:
        PostgresTableSource(url, "docs").read()
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize(
    "url", ["mysql://reader:hunter2@db/manuals", "postgresql://reader:hunter2@[db/manuals", "postgresql://u:hunter2@h/d?colour=red"]
)
def test_a_url_that_cannot_be_parsed_is_not_repeated(url: str) -> None:
    with pytest.raises(ConfigurationError) as caught:
        PostgresTableSource(url, "docs")
    assert "hunter2" not in str(caught.value)
    assert caught.value.__cause__ is None
    assert caught.value.__suppress_context__
