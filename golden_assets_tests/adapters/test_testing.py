"""The shipped fakes keep the rules of the ports, so that a test that passes with them means something."""

from datetime import UTC, datetime

import pytest

from golden_assets.adapters.testing import (
    InMemoryArtifactStore,
    InMemoryDocumentLibrary,
    InMemoryDocumentSource,
    InMemoryVersionStore,
    RecordingDatasetPublisher,
)
from golden_assets.domain.core.errors import (
    ConfigurationError,
    DocumentError,
    GateError,
    IllegalTransitionError,
    IntegrityError,
    InvalidVersionError,
    PublishingError,
    VersionNotFoundError,
)
from golden_assets.domain.core.verdicts import Verdict
from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument
from golden_assets.domain.ports.documents import DocumentSource
from golden_assets.domain.ports.publishing import DatasetPublisher
from golden_assets.domain.ports.stores import ArtifactStore, VersionStore
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.review.dataset_edits import DatasetEdit
from golden_assets.domain.review.queue import RowDecision
from golden_assets.domain.testsets.testset import Context, GenerationRequest, Testset, TestsetRow

DOCUMENT = Document.of("guide.md", "The pump runs at 40 bar.\r\nIt is blue.", {"title": "Guide"})
CONTEXT = Context(text="The pump", document_id="guide.md", document_hash=DOCUMENT.content_hash, chunk_hash="c" * 64, start=0, end=8)


def row(question: str, reference: str = "40 bar", extra: dict[str, str] | None = None) -> TestsetRow:
    return TestsetRow(
        user_input=question,
        reference=reference,
        contexts=(CONTEXT,),
        question_type="single_hop_specific",
        synthesizer_name="extractive",
        model="extractive",
        extra=extra or {},
    )


def make_testset(*rows: TestsetRow) -> Testset:
    return Testset(
        rows=rows or (row("How high is the pressure?"),),
        corpus_hash="d" * 64,
        request=GenerationRequest(size=1, question_types={"single_hop_specific": 1.0}),
        generator="ragas",
        generator_version="0.4.3",
        model="extractive",
        embedding_model="minilm",
    )


def report(of: Testset, *, passed: bool = True) -> QualityReport:
    verdict = Verdict(
        name="questions_are_unique",
        stage="post-generation",
        passed=passed,
        measured=0,
        comparison="==",
        threshold=0,
        explanation="",
        thresholds_fingerprint="f" * 12,
        remedy="",
    )
    return QualityReport(
        testset_hash=of.testset_hash,
        draft_hash=of.draft_hash,
        corpus_hash=of.corpus_hash,
        embedder="minilm",
        thresholds_fingerprint="f" * 12,
        measures={"rows": 1.0},
        type_counts={},
        type_targets={},
        verdicts=(verdict,),
    )


async def create(store: InMemoryVersionStore, of: Testset, *, passed: bool = True) -> str:
    summary, _ = await store.create_version(of, report(of, passed=passed), created_by="ada", run_id="run-1")
    return summary.version


def test_the_fakes_are_accepted_where_the_ports_are_asked_for() -> None:
    source: DocumentSource = InMemoryDocumentSource([DOCUMENT])
    artifacts: ArtifactStore = InMemoryArtifactStore()
    versions: VersionStore = InMemoryVersionStore()
    publisher: DatasetPublisher = RecordingDatasetPublisher()
    assert {type(port).__name__ for port in (source, artifacts, versions, publisher)} == {
        "InMemoryDocumentSource",
        "InMemoryArtifactStore",
        "InMemoryVersionStore",
        "RecordingDatasetPublisher",
    }


def test_a_source_reads_its_documents_in_the_order_of_their_ids() -> None:
    skipped = SkippedDocument(document_id="x.bin", reason="binary", remedy="remove it")
    corpus = InMemoryDocumentSource([Document.of("b", "two"), Document.of("a", "one")], skipped=[skipped], name="desk").read()
    assert [document.document_id for document in corpus.documents] == ["a", "b"]
    assert corpus.source == "desk"
    assert corpus.skipped == (skipped,)


def test_an_empty_source_is_refused_by_name() -> None:
    with pytest.raises(DocumentError, match="'desk' holds no documents"):
        InMemoryDocumentSource([], name="desk").read()


def test_a_source_changes_its_fingerprint_with_its_documents_only() -> None:
    source = InMemoryDocumentSource([Document.of("a", "one"), Document.of("b", "two")])
    before = source.fingerprint()
    source.documents = tuple(reversed(source.documents))
    assert source.fingerprint() == before
    source.documents = (Document.of("a", "one"), Document.of("b", "three"))
    assert source.fingerprint() != before


def test_a_library_opens_sources_by_their_location_and_names_those_there_are() -> None:
    sample, other = InMemoryDocumentSource([DOCUMENT]), InMemoryDocumentSource([], name="other")
    library = InMemoryDocumentLibrary(sample, "shelf", shelf=other)
    assert library.open("sample") is sample
    assert library.open("shelf") is other
    assert library.configured is not None
    assert library.open(library.configured) is other
    with pytest.raises(ConfigurationError, match="source 'attic' does not exist: name one of sample, shelf"):
        library.open("attic")


async def test_the_first_draft_that_answered_a_request_is_recalled() -> None:
    store = InMemoryArtifactStore()
    assert await store.recall_draft("request") is None
    await store.remember_draft("request", "first")
    await store.remember_draft("request", "second")
    assert await store.recall_draft("request") == "first"


async def test_artifacts_come_back_equal_under_their_own_hashes() -> None:
    store = InMemoryArtifactStore()
    corpus, draft = Corpus(source="desk", documents=(DOCUMENT,)), make_testset()
    verdict = report(draft)
    assert await store.put_corpus(corpus) == corpus.snapshot_hash
    assert await store.put_testset(draft) == draft.draft_hash
    assert await store.put_report(verdict) == verdict.report_hash
    assert await store.get_corpus(corpus.snapshot_hash) == corpus
    assert await store.get_testset(draft.draft_hash) == draft
    assert await store.get_report(verdict.report_hash) == verdict


async def test_an_unknown_address_is_an_integrity_error() -> None:
    store = InMemoryArtifactStore()
    with pytest.raises(IntegrityError, match="no Testset is stored under missing"):
        await store.get_testset("missing")


async def test_an_address_of_another_kind_is_an_integrity_error() -> None:
    store = InMemoryArtifactStore()
    address = await store.put_corpus(Corpus(source="desk", documents=(DOCUMENT,)))
    with pytest.raises(IntegrityError, match="no Testset is stored"):
        await store.get_testset(address)


async def test_an_altered_artifact_is_found_when_it_is_read() -> None:
    store = InMemoryArtifactStore()
    address = await store.put_testset(make_testset())
    store.records[address] = store.records[address].replace("40 bar", "50 bar")
    with pytest.raises(IntegrityError, match="was altered"):
        await store.get_testset(address)


async def test_versions_are_numbered_and_listed_newest_first_with_their_author() -> None:
    store = InMemoryVersionStore("pumps", clock=lambda: datetime(2026, 1, 2, tzinfo=UTC))
    await create(store, make_testset(row("one?")))
    await create(store, make_testset(row("two?")), passed=False)
    newest, oldest = await store.list_versions()
    assert (newest.version, newest.status) == ("1.1.0", "failed")
    assert (oldest.version, oldest.status, oldest.row_count) == ("1.0.0", "validated", 1)
    assert (oldest.testset_name, oldest.created_by, oldest.created_at) == ("pumps", "ada", datetime(2026, 1, 2, tzinfo=UTC))
    assert (await store.get_version("1.0.0")).metadata == {"run_id": "run-1"}


async def test_equal_content_is_not_stored_twice() -> None:
    store = InMemoryVersionStore()
    first, is_new = await store.create_version(make_testset(), report(make_testset()), created_by="ada", run_id=None)
    again, is_new_again = await store.create_version(make_testset(), report(make_testset()), created_by="bob", run_id=None)
    assert (is_new, is_new_again) == (True, False)
    assert again == first
    assert len(await store.list_versions()) == 1


async def test_a_report_about_another_testset_is_refused_and_stores_nothing() -> None:
    store = InMemoryVersionStore()
    with pytest.raises(GateError, match="the report is about testset"):
        await store.create_version(make_testset(row("one?")), report(make_testset(row("two?"))), created_by="ada", run_id=None)
    assert await store.list_versions() == []


@pytest.mark.parametrize("version", ["1.0", "v1.0.0", "01.2.3", "", "latest"])
async def test_what_is_not_a_version_number_is_refused(version: str) -> None:
    with pytest.raises(InvalidVersionError, match="is not a version number"):
        await InMemoryVersionStore().get_version(version)


async def test_an_unknown_version_is_named_with_its_testset() -> None:
    with pytest.raises(VersionNotFoundError, match=r"testset 'pumps' has no version 3\.0\.0"):
        await InMemoryVersionStore("pumps").get_version("3.0.0")


async def test_promotion_archives_the_former_active_version_and_is_recorded() -> None:
    store = InMemoryVersionStore()
    assert await store.get_active_version() is None
    first, second = await create(store, make_testset(row("one?"))), await create(store, make_testset(row("two?")))
    await store.promote_version(first, promoted_by="ada", run_id=None)
    summary = await store.promote_version(second, promoted_by="bob", run_id="run-2")
    active = await store.get_active_version()
    assert active is not None
    assert active.summary == summary
    assert (summary.version, summary.status) == (second, "active")
    assert summary.activated_at is not None
    archived = (await store.get_version(first)).summary
    assert archived.status == "archived"
    assert archived.archived_at is not None
    assert store.promotions == [(first, "ada", None), (second, "bob", "run-2")]


async def test_a_version_with_a_failed_gate_is_never_promoted() -> None:
    store = InMemoryVersionStore()
    version = await create(store, make_testset(), passed=False)
    with pytest.raises(IllegalTransitionError, match=r"version 1\.0\.0 is failed"):
        await store.promote_version(version, promoted_by="ada", run_id=None)
    assert (await store.get_version(version)).summary.status == "failed"


async def test_an_active_and_an_archived_version_cannot_be_promoted() -> None:
    store = InMemoryVersionStore()
    first, second = await create(store, make_testset(row("one?"))), await create(store, make_testset(row("two?")))
    await store.promote_version(first, promoted_by="ada", run_id=None)
    with pytest.raises(IllegalTransitionError, match=r"1\.0\.0 is active"):
        await store.promote_version(first, promoted_by="ada", run_id=None)
    await store.promote_version(second, promoted_by="ada", run_id=None)
    with pytest.raises(IllegalTransitionError, match=r"1\.0\.0 is archived"):
        await store.promote_version(first, promoted_by="ada", run_id=None)


async def test_a_publication_is_remembered_with_its_version() -> None:
    store, publisher = InMemoryVersionStore(), RecordingDatasetPublisher()
    version = await store.get_version(await create(store, make_testset()))
    published = await publisher.publish(version)
    await store.record_publication(published)
    await store.record_publication(published)
    assert (await store.get_version("1.0.0")).published == published
    await create(store, make_testset(row("two?")))
    assert await store.published_versions() == {"1.0.0"}


async def test_a_publication_of_other_content_is_refused() -> None:
    store, publisher = InMemoryVersionStore(), RecordingDatasetPublisher()
    published = await publisher.publish(await store.get_version(await create(store, make_testset())))
    with pytest.raises(IntegrityError, match="published with other content"):
        await store.record_publication(published.model_copy(update={"testset_hash": "0" * 64}))
    assert (await store.get_version("1.0.0")).published is None


async def test_the_fake_registry_keeps_turns_last_publications_and_edits() -> None:
    store, publisher = InMemoryVersionStore(), RecordingDatasetPublisher()
    version = await store.get_version(await create(store, make_testset()))
    published = await publisher.publish(version)
    await store.record_publication(published)
    assert await store.last_sent(["golden_candidate_golden", "golden_testset_golden"]) == [published]
    row_id = version.testset.rows[0].row_id
    edit = DatasetEdit(row_id=row_id, kind="deleted", dataset_name=published.dataset_name, dataset_version_id="2")
    publisher.edits = [edit]
    assert await publisher.find_edits(published, version.testset.rows) == [edit]
    assert [await store.record_edits("1.0.0", [edit]) for _ in range(2)] == [1, 0]
    assert await store.dataset_edits("1.0.0") == [edit]
    store.reviews["1.0.0"] = [RowDecision(row_id=row_id, decision="approve", reviewer="Ada")]
    assert await store.dataset_edits("1.0.0") == []
    async with store.publication_turn():
        with pytest.raises(PublishingError, match="is being published"):
            async with store.publication_turn():
                raise AssertionError


async def test_publishing_equal_content_gives_the_same_dataset_version_and_other_content_another() -> None:
    store, publisher = InMemoryVersionStore(), RecordingDatasetPublisher()
    first = await store.get_version(await create(store, make_testset(row("one?"))))
    second = await store.get_version(await create(store, make_testset(row("two?"))))
    assert await publisher.publish(first) == await publisher.publish(first)
    assert (await publisher.publish(first)).dataset_version_id != (await publisher.publish(second)).dataset_version_id
    assert [version.summary.version for version in publisher.received] == ["1.0.0", "1.0.0", "1.0.0", "1.1.0"]


async def test_a_publisher_that_is_told_to_fail_records_nothing() -> None:
    store, publisher = InMemoryVersionStore(), RecordingDatasetPublisher(PublishingError("Phoenix is down", "start it"))
    version = await store.get_version(await create(store, make_testset()))
    with pytest.raises(PublishingError, match="Phoenix is down"):
        await publisher.publish(version)
    assert publisher.received == []


async def test_versions_are_compared_row_by_row() -> None:
    store = InMemoryVersionStore()
    kept, gone, old, new, fresh = row("kept?"), row("gone?"), row("asked?", "old"), row("asked?", "new"), row("fresh?")
    first = await create(store, make_testset(kept, gone, old))
    second = await create(store, make_testset(fresh, new, kept))
    diff = await store.diff_versions(first, second)
    assert diff.added == (fresh.row_id,)
    assert diff.removed == (gone.row_id,)
    assert diff.changed == ((old.row_id, new.row_id),)
    assert diff.unchanged == (kept.row_id,)


async def test_numbers_follow_from_the_rows_as_in_the_registry() -> None:
    store = InMemoryVersionStore()
    questions = [row(f"{number}?") for number in range(20)]
    await create(store, make_testset(*questions))
    assert await create(store, make_testset(*questions, row("one more?"))) == "1.0.1"
    assert await create(store, make_testset(*questions[:10])) == "1.1.0"
    assert await create(store, make_testset(row("other?", extra={"note": "n"}))) == "2.0.0"


async def test_rows_that_failed_and_pass_now_get_a_version_of_their_own() -> None:
    store = InMemoryVersionStore()
    await create(store, make_testset(), passed=False)
    assert await create(store, make_testset(), passed=False) == "1.0.0"
    again = await create(store, make_testset())
    assert again == "1.0.1"
    assert (await store.get_version(again)).summary.status == "validated"
    assert await create(store, make_testset()) == again


async def test_a_validated_version_whose_report_is_lost_is_not_promoted() -> None:
    store = InMemoryVersionStore()
    version = await create(store, make_testset())
    store.versions[0] = store.versions[0].model_copy(update={"report": None})
    with pytest.raises(GateError, match=r"no report says that version 1\.0\.0 passed"):
        await store.promote_version(version, promoted_by="ada", run_id=None)
    assert await store.get_active_version() is None
