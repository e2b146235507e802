"""What is put under a hash comes back unchanged, or not at all."""

import asyncio
import math

import psycopg
import pytest
from psycopg.types.json import Jsonb

from golden_assets.adapters.postgres import Pooling, PostgresArtifactStore, migrate
from golden_assets.domain.core.errors import DocumentError, IntegrityError, RegistryError, ServerError, TestsetError
from golden_assets.domain.corpus.documents import Corpus, SkippedDocument
from golden_assets_tests.factories import a_corpus, a_document, a_report, a_row, a_testset


@pytest.fixture
def registry_url(database_url: str) -> str:
    """Nobody else's artifacts."""
    migrate(database_url)
    return database_url


def count(owner: psycopg.Connection, kind: str) -> int:
    return owner.execute("SELECT count(*) FROM golden_assets.golden_artifacts WHERE kind = %s", [kind]).fetchone()[0]


async def test_a_corpus_comes_back_as_it_was(artifacts: PostgresArtifactStore):
    skipped = (SkippedDocument(document_id="x.pdf", reason="unreadable", remedy="save it again"),)
    corpus = Corpus(
        source="docs", documents=(a_document(text="Ünïcödé \U0001f600\n", metadata={"n": 1e22, "s": "\ud7ff"}),), skipped=skipped
    )
    snapshot = await artifacts.put_corpus(corpus)
    assert snapshot == corpus.snapshot_hash
    assert await artifacts.get_corpus(snapshot) == corpus


async def test_a_document_is_stored_once_however_many_corpora_hold_it(artifacts: PostgresArtifactStore, owner: psycopg.Connection):
    first, second = a_corpus(count=4), a_corpus(count=5)
    for corpus in (first, second, first):
        await artifacts.put_corpus(corpus)
    assert (count(owner, "corpus"), count(owner, "document")) == (2, 5)
    assert await artifacts.get_corpus(first.snapshot_hash) == first
    assert await artifacts.get_corpus(second.snapshot_hash) == second


async def test_more_documents_than_fit_one_statement_are_stored(artifacts: PostgresArtifactStore):
    corpus = a_corpus(*[a_document(f"{n:05}.md", f"Text {n}.") for n in range(1201)])
    assert await artifacts.get_corpus(await artifacts.put_corpus(corpus)) == corpus


async def test_a_corpus_is_found_by_the_content_of_its_documents(artifacts: PostgresArtifactStore):
    first, other = a_corpus(count=4, source="here"), a_corpus(count=5)
    moved = a_corpus(count=4, source="there")
    assert await artifacts.find_corpus(first.corpus_hash) is None
    for corpus in (first, other, moved):
        await artifacts.put_corpus(corpus)
    assert await artifacts.find_corpus(first.corpus_hash) == moved, "the newest reading"
    assert await artifacts.find_corpus(other.corpus_hash) == other
    assert await artifacts.find_corpus("0" * 64) is None


async def test_two_documents_of_equal_text_stay_two_documents(artifacts: PostgresArtifactStore):
    corpus = a_corpus(a_document("a.md", "Same."), a_document("b.md", "Same."))
    assert await artifacts.get_corpus(await artifacts.put_corpus(corpus)) == corpus


async def test_a_testset_and_its_report_come_back_as_they_were(artifacts: PostgresArtifactStore):
    rows = [a_row(extra={"big": 1e22, "tiny": 1e-7, "nested": [None, True, {"k": "\u0001"}]}), a_row(user_input="Why?")]
    testset = a_testset(rows, duration_seconds=1.25)
    report = a_report(testset)
    assert await artifacts.get_testset(await artifacts.put_testset(testset)) == testset
    assert await artifacts.get_report(await artifacts.put_report(report)) == report


async def test_putting_the_same_again_changes_nothing(artifacts: PostgresArtifactStore, owner: psycopg.Connection):
    testset = a_testset()
    assert await artifacts.put_testset(testset) == await artifacts.put_testset(testset) == testset.draft_hash
    assert count(owner, "testset") == 1


@pytest.mark.parametrize("kind", ["corpus", "testset", "report"])
async def test_a_hash_that_nothing_is_stored_under_is_named(artifacts: PostgresArtifactStore, kind: str):
    with pytest.raises(IntegrityError, match=f"no {kind} is stored under {'0' * 64}: materialize the asset"):
        await getattr(artifacts, f"get_{kind}")("0" * 64)


@pytest.mark.parametrize("kind", ["corpus", "testset", "report"])
async def test_content_under_a_wrong_hash_is_refused(artifacts: PostgresArtifactStore, owner: psycopg.Connection, kind: str):
    stored = {"corpus": a_corpus(), "testset": a_testset(), "report": a_report()}[kind]
    address = await getattr(artifacts, f"put_{kind}")(stored)
    copy = "INSERT INTO golden_assets.golden_artifacts SELECT kind, repeat('1', 64), payload FROM golden_assets.golden_artifacts"
    owner.execute(copy + " WHERE content_hash = %s", [address])
    owner.execute("INSERT INTO golden_assets.golden_artifacts VALUES (%s, repeat('2', 64), '{\"documents\": []}')", [kind])
    for wrong in ("1" * 64, "2" * 64):
        with pytest.raises(IntegrityError, match=f"the {kind} stored under {wrong} does not match its hash"):
            await getattr(artifacts, f"get_{kind}")(wrong)


async def test_a_corpus_whose_document_is_lost_is_refused(artifacts: PostgresArtifactStore, owner: psycopg.Connection):
    owner.execute(
        "INSERT INTO golden_assets.golden_artifacts VALUES ('corpus', %s, %s)",
        ["1" * 64, Jsonb({"source": "x", "documents": ["2" * 64], "skipped": []})],
    )
    with pytest.raises(IntegrityError, match="does not match its hash"):
        await artifacts.get_corpus("1" * 64)


@pytest.mark.parametrize(("text", "fault"), [("a\x00b", "text holds a NUL byte"), ("key", "key")])
async def test_a_document_with_a_nul_byte_is_named_before_anything_is_stored(
    artifacts: PostgresArtifactStore, owner: psycopg.Connection, text: str, fault: str
):
    metadata = {} if text != "key" else {"k\x00": 1}
    with pytest.raises(DocumentError, match=f"'bad.md' cannot be stored: .*{fault}.*: remove it from the source"):
        await artifacts.put_corpus(a_corpus(a_document("bad.md", text, metadata), a_document("good.md")))
    assert count(owner, "document") == 0


@pytest.mark.parametrize("text", ["a\x00b", "a\ud800b"])
async def test_a_row_that_jsonb_refuses_is_named(artifacts: PostgresArtifactStore, text: str):
    with pytest.raises(TestsetError, match=r"rows\[1\]\.reference holds a (NUL byte|lone surrogate)"):
        await artifacts.put_testset(a_testset([a_row(), a_row(reference=text)]))


async def test_a_measure_that_is_not_finite_is_named(artifacts: PostgresArtifactStore):
    with pytest.raises(TestsetError, match=r"measures\.diversity is nan: measure again"):
        await artifacts.put_report(a_report().model_copy(update={"measures": {"diversity": math.nan}}))


async def test_the_first_full_answer_to_a_request_is_remembered(artifacts: PostgresArtifactStore):
    first, second = [await artifacts.put_testset(a_testset(size=size)) for size in (4, 8)]
    assert await artifacts.recall_draft("a" * 64) is None
    for answer in (first, second):
        await artifacts.remember_draft("a" * 64, answer)
    assert await artifacts.recall_draft("a" * 64) == first


async def test_only_a_stored_draft_answers_a_request(artifacts: PostgresArtifactStore):
    with pytest.raises(RegistryError, match="refused"):
        await artifacts.remember_draft("a" * 64, "0" * 64)


def test_one_store_serves_several_event_loops_one_after_another(registry_url: str):
    store = PostgresArtifactStore(registry_url, Pooling.PER_USE)
    corpus = a_corpus()
    for _ in range(3):
        assert asyncio.run(store.put_corpus(corpus)) == corpus.snapshot_hash
        assert asyncio.run(store.get_corpus(corpus.snapshot_hash)) == corpus


@pytest.mark.parametrize(
    "statement", ["UPDATE golden_assets.golden_artifacts SET kind = 'report'", "DELETE FROM golden_assets.golden_artifacts"]
)
def test_what_is_stored_stays(owner: psycopg.Connection, statement: str):
    with pytest.raises(psycopg.DatabaseError, match="golden_artifacts is refused"):
        owner.execute(statement)


async def test_a_database_without_the_schema_is_explained(database_url: str):
    with pytest.raises(ServerError, match="set the schema up with: golden-assets db up"):
        await PostgresArtifactStore(database_url, Pooling.PER_USE).get_testset("0" * 64)
