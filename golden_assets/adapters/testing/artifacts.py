"""The content-addressed store between assets, held in memory."""

from collections.abc import Callable
from typing import TypeVar

from golden_assets.domain.core.errors import IntegrityError
from golden_assets.domain.core.records import Record
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.quality.report import QualityReport
from golden_assets.domain.testsets.testset import Testset

AnyRecord = TypeVar("AnyRecord", bound=Record)


class InMemoryArtifactStore:
    """An `ArtifactStore` over one dictionary, ``records``: hash to JSON text, since a database gives back what went through JSON, too."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.drafts_by_request: dict[str, str] = {}
        self._kinds: dict[str, type[Record]] = {}

    async def put_corpus(self, corpus: Corpus) -> str:
        """Store a corpus; returns its `Corpus.snapshot_hash`."""
        return self._put(corpus.snapshot_hash, corpus)

    async def get_corpus(self, snapshot_hash: str) -> Corpus:
        """The corpus under this hash. Raises `IntegrityError` when it is missing or does not match."""
        return self._get(Corpus, snapshot_hash, lambda corpus: corpus.snapshot_hash)

    async def find_corpus(self, corpus_hash: str) -> Corpus | None:
        """The corpus with this `Corpus.corpus_hash` that was stored last, or None."""
        corpora = [await self.get_corpus(address) for address, kind in self._kinds.items() if kind is Corpus]
        return next((corpus for corpus in reversed(corpora) if corpus.corpus_hash == corpus_hash), None)

    async def put_testset(self, testset: Testset) -> str:
        """Store a draft; returns its `Testset.draft_hash`."""
        return self._put(testset.draft_hash, testset)

    async def get_testset(self, draft_hash: str) -> Testset:
        """The draft under this hash. Raises `IntegrityError` when it is missing or does not match."""
        return self._get(Testset, draft_hash, lambda testset: testset.draft_hash)

    async def remember_draft(self, request_key: str, draft_hash: str) -> None:
        """Note that this request was answered in full by this draft; the first answer stays."""
        self.drafts_by_request.setdefault(request_key, draft_hash)

    async def recall_draft(self, request_key: str) -> str | None:
        """The draft that answered this request, or None."""
        return self.drafts_by_request.get(request_key)

    async def put_report(self, report: QualityReport) -> str:
        """Store a quality report; returns its `QualityReport.report_hash`."""
        return self._put(report.report_hash, report)

    async def get_report(self, report_hash: str) -> QualityReport:
        """The report under this hash. Raises `IntegrityError` when it is missing or does not match."""
        return self._get(QualityReport, report_hash, lambda report: report.report_hash)

    def _put(self, address: str, record: Record) -> str:
        """Store ``record`` unless its address is taken: what is under a hash stays the same for ever."""
        self.records.setdefault(address, record.model_dump_json())
        self._kinds.setdefault(address, type(record))
        return address

    def _get(self, kind: type[AnyRecord], address: str, hash_of: Callable[[AnyRecord], str]) -> AnyRecord:
        """Read, and recompute the address."""
        remedy = f"make the {kind.__name__} again"
        try:
            record = kind.model_validate_json(self.records[address])
        except (KeyError, ValueError) as error:
            raise IntegrityError(f"no {kind.__name__} is stored under {address}", remedy) from error
        if hash_of(record) != address:
            raise IntegrityError(f"the {kind.__name__} under {address} was altered", remedy)
        return record
