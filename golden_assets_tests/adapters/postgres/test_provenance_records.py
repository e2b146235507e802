"""Where the rows of a stored version stand: noted beside the version, read with it, and never changed."""

import psycopg
import pytest
from psycopg.types.json import Jsonb

from golden_assets.adapters.postgres import PostgresVersionStore
from golden_assets.domain.core.errors import IntegrityError, VersionNotFoundError
from golden_assets.domain.corpus.documents import Corpus, Document
from golden_assets.domain.testsets.freshness import classify_rows
from golden_assets.domain.testsets.provenance import places_of
from golden_assets.domain.testsets.testset import Testset
from golden_assets_tests.factories import a_corpus, a_report, a_testset

CORPUS = a_corpus()
STORED = a_testset(corpus=CORPUS, size=8)


def moved(start: str) -> Testset:
    """The stored rows in documents that begin with something new."""
    corpus = Corpus(source="tests", documents=tuple(Document.of(d.document_id, f"{start}\n\n{d.text}") for d in CORPUS.documents))
    rows = tuple(item.row for item in classify_rows(STORED.rows, corpus))
    return STORED.model_copy(update={"rows": rows, "corpus_hash": corpus.corpus_hash})


@pytest.fixture
async def version(store: PostgresVersionStore) -> str:
    """A version of the stored rows, active."""
    await store.create_version(STORED, a_report(STORED, CORPUS), created_by="t", run_id=None)
    return (await store.promote_version("1.0.0", promoted_by="t", run_id=None)).version


async def note(store: PostgresVersionStore, testset: Testset) -> bool:
    return await store.record_provenance("1.0.0", testset, performed_by="t", run_id="run-2")


async def test_a_version_is_read_with_its_rows_where_they_were_noted_last(store: PostgresVersionStore, version: str):
    for testset in (moved("One."), moved("Two, which is longer."), STORED, moved("One.")):
        assert await note(store, testset)
        assert (await store.get_version(version)).testset == testset
        assert (await store.get_active_version()).testset == testset
    assert (await store.get_version(version)).summary.corpus_hash == STORED.corpus_hash


async def test_the_same_places_are_noted_once_and_every_note_is_audited(
    store: PostgresVersionStore, version: str, owner: psycopg.Connection, name: str
):
    assert not await note(store, STORED)
    assert await note(store, moved("One."))
    assert not await note(store, moved("One."))
    query = "SELECT details FROM golden_assets.golden_testset_audit_log WHERE testset_name = %s AND operation = 'record_provenance'"
    ((details,),) = owner.execute(query, [name]).fetchall()
    assert details == {"version": version, "corpus_hash": moved("One.").corpus_hash, "run_id": "run-2"}


async def test_other_rows_are_refused_and_the_refusal_is_audited(store: PostgresVersionStore, version: str):
    with pytest.raises(IntegrityError, match=f"holds other rows than version {version}"):
        await note(store, a_testset(corpus=CORPUS, size=7))
    assert (await store.get_version(version)).testset == STORED
    with pytest.raises(VersionNotFoundError):
        await store.record_provenance("9.9.9", STORED, performed_by="t")


@pytest.mark.parametrize(
    "spoil",
    [
        lambda places: places[:-1],
        lambda places: [*places, []],
        lambda places: [[], *places[1:]],
        lambda places: [[places[0][0] | {"end": places[0][0]["end"] + 1}], *places[1:]],
        lambda places: [[places[0][0] | {"start": -1, "end": places[0][0]["end"] - places[0][0]["start"] - 1}], *places[1:]],
        lambda places: [[{"start": 0, "end": 1}], *places[1:]],
    ],
)
async def test_the_database_refuses_places_that_do_not_fit_the_rows(store: PostgresVersionStore, version: str, owner, name: str, spoil):
    places = Jsonb(spoil(places_of(moved("One.").rows)))
    insert = """INSERT INTO golden_assets.golden_testset_provenance (testset_version_id, corpus_hash, places)
                SELECT id, 'c', %s FROM golden_assets.golden_testset_versions WHERE testset_name = %s"""
    with pytest.raises(psycopg.Error, match="the places do not fit row"):
        owner.execute(insert, [places, name])


@pytest.mark.parametrize("change", ["UPDATE {} SET corpus_hash = 'x'", "DELETE FROM {}", "TRUNCATE {}"])
async def test_what_was_noted_stays(store: PostgresVersionStore, version: str, owner: psycopg.Connection, change: str):
    await note(store, moved("One."))
    with pytest.raises(psycopg.Error, match="refused"):
        owner.execute(change.format("golden_assets.golden_testset_provenance"))


async def test_calls_and_run_of_a_row_come_back(store: PostgresVersionStore):
    rows = [row.model_copy(update={"call_ids": (f"call-{n}", "call-x"), "run_id": "run-1"}) for n, row in enumerate(STORED.rows)]
    testset = a_testset(rows, CORPUS)
    await store.create_version(testset, None, created_by="t", run_id="run-1")
    assert (await store.get_version("1.0.0")).testset == testset
