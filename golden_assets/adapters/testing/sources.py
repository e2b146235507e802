"""Document sources held in memory."""

from collections.abc import Iterable

from golden_assets.domain.core.errors import ConfigurationError, DocumentError
from golden_assets.domain.core.hashing import sha256_json
from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument
from golden_assets.domain.corpus.locations import ALL_FILES, SAMPLE, absolute_location, split_location
from golden_assets.domain.ports.documents import DocumentSource


class InMemoryDocumentSource:
    """A `DocumentSource` over documents held in memory; assign to ``documents`` to play a change of the source.

    ``skipped`` are sources to report as left out, ``name`` is the corpus's ``source``.
    """

    def __init__(self, documents: Iterable[Document], *, skipped: Iterable[SkippedDocument] = (), name: str = "memory") -> None:
        self.documents = tuple(documents)
        self.skipped = tuple(skipped)
        self.name = name

    def read(self) -> Corpus:
        """The documents as a corpus. Raises `DocumentError` when there are none."""
        if not self.documents:
            raise DocumentError(f"the source {self.name!r} holds no documents", "put at least one document into it")
        ordered = tuple(sorted(self.documents, key=lambda document: document.document_id))
        return Corpus(source=self.name, documents=ordered, skipped=self.skipped)

    def fingerprint(self) -> str:
        """A hash over all ids, texts and metadata; does not depend on order."""
        return sha256_json(sorted([d.document_id, d.text, d.metadata_hash] for d in self.documents))

    def corpus_hash(self) -> str:
        """The hash of the corpus."""
        return self.read().corpus_hash


class InMemoryDocumentLibrary:
    """A `DocumentLibrary` over sources that stand for the sample corpus and for folders of the working directory, by their names."""

    def __init__(self, sample: DocumentSource, configured: str | None = None, **folders: DocumentSource) -> None:
        self.configured = configured and absolute_location(configured)
        self.patterns = ALL_FILES
        self.sample = sample
        self.folders = folders

    def open(self, location: str) -> DocumentSource:
        """The source at ``location``, whatever its patterns. Raises `ConfigurationError` when there is none."""
        place, _ = split_location(absolute_location(location))
        sources = {SAMPLE: self.sample} | {absolute_location(name): source for name, source in self.folders.items()}
        if place not in sources:
            raise ConfigurationError(f"source {location!r} does not exist", f"name one of {', '.join((SAMPLE, *self.folders))}")
        return sources[place]
