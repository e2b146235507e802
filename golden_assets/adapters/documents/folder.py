"""A folder of documents as a `golden_assets.domain.ports.documents.DocumentSource`."""

import hashlib
import os
from pathlib import Path

from golden_assets.adapters.documents.build_corpus import assemble, skip
from golden_assets.adapters.documents.folder_scan import FolderListing, FoundFile, cannot_open, list_folder, printable
from golden_assets.adapters.documents.formats.includes import MAY_INCLUDE, Includes, state_of
from golden_assets.adapters.documents.formats.registry import FORMATS, ON_REQUEST
from golden_assets.adapters.documents.reader_process import MAX_SECONDS, FileReader
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.corpus.documents import Corpus, Document, SkippedDocument
from golden_assets.domain.corpus.locations import ALL_FILES, Patterns

MAX_BYTES = 20 * 1024 * 1024
"""Default limit of one file, in bytes: four times the Bible as text; what is larger is a log or an export, not a document."""

MAX_REMEMBERED = 200_000
"""Files whose content hash a process remembers, some 60 MB of memory; beyond that it starts again."""
_REMEMBERED: dict[str, tuple[tuple[object, ...], str | None]] = {}
"""By path: (size, mtime, limits of size and time, files it includes) and the hash of the content, None for a file that cannot be used."""
_INCLUDED: dict[str, tuple[tuple[object, ...], tuple[Path, ...]]] = {}
"""By path: what the file was (size, mtime, patterns), and the files that it included then."""


class FolderSource:
    """Files below a folder in the formats of `registry.FORMATS`.

    A document's id is its POSIX path below the folder; its metadata are ``format``, ``bytes`` and, where there is one, ``title``.

    Args:
        folder: where to look, recursively.
        max_bytes: larger files are skipped.
        max_seconds: files that take more processor time are skipped.
        patterns: which files are read.
    """

    def __init__(self, folder: Path, max_bytes: int = MAX_BYTES, max_seconds: float = MAX_SECONDS, patterns: Patterns = ALL_FILES) -> None:
        self._folder = folder
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._patterns = patterns
        self._name = printable(str(folder.absolute())) + (f" ({patterns})" if any(patterns) else "")

    def read(self) -> Corpus:
        """Read every document; what cannot be used is in ``Corpus.skipped``, with the reason and what to do.

        Raises:
            DocumentError: the folder is missing, or holds nothing that can be used.
        """
        listing = self._list()
        documents: list[Document] = []
        skipped = [*listing.skipped, *listing.unread()]
        includes = self._includes(listing)
        with FileReader(self._max_seconds) as reader:
            for file in listing.files:
                try:
                    documents.append(self._load(file, reader, includes))
                except DocumentError as error:
                    skipped.append(skip(file.document_id, error))
        corpus = assemble(self._name, documents, skipped)
        if not corpus.documents:
            raise self._nothing_usable(listing, corpus.skipped)
        return corpus.model_copy(update={"not_read": dict(listing.ignored)})

    def fingerprint(self) -> str:
        """SHA-256 over the sorted (path, size, mtime) of the documents: changes with every edit that a file system records.

        Raises:
            DocumentError: the folder is missing, or holds no file that could be a document.
        """
        listing, digest = self._list(), hashlib.sha256()
        if not listing.files:
            raise self._nothing_usable(listing, tuple(listing.skipped))
        includes = self._includes(listing)
        for file in listing.files:
            digest.update(f"{file.document_id}\0{file.size}\0{file.mtime_ns}{self._included_states(file, includes)}\n".encode())
        return digest.hexdigest()

    def corpus_hash(self) -> str:
        """The `Corpus.corpus_hash` of what `read` reads; opens only files that this process has not met with this size and time.

        Raises:
            DocumentError: as `read`.
        """
        listing = self._list()
        includes = self._includes(listing)
        with FileReader(self._max_seconds) as reader:
            documents = [document for file in listing.files if (document := self._met(file, reader, includes))]
        corpus = assemble(self._name, documents, ())
        return corpus.corpus_hash if corpus.documents else self.read().corpus_hash

    def _met(self, file: FoundFile, reader: FileReader, includes: Includes) -> Document | None:
        """A document without its text, by what is remembered of its file; None when it cannot be used."""
        state = (file.size, file.mtime_ns, self._max_bytes, self._max_seconds, self._included_states(file, includes))
        seen, content_hash = _REMEMBERED.get(file.path, (None, None))
        if seen != state:
            content_hash = self._content_hash(file, reader, includes)
            if len(_REMEMBERED) >= MAX_REMEMBERED:
                _REMEMBERED.clear()
            _REMEMBERED[file.path] = (state, content_hash)
        if content_hash is None:
            return None
        return Document.model_construct(document_id=file.document_id, text="", metadata={}, content_hash=content_hash, metadata_hash="")

    def _content_hash(self, file: FoundFile, reader: FileReader, includes: Includes) -> str | None:
        try:
            return self._load(file, reader, includes).content_hash
        except DocumentError:
            return None

    def _list(self) -> FolderListing:
        require_folder(self._folder)
        asked_for = {suffix for suffix in ON_REQUEST if any(pattern.endswith(suffix) for pattern in self._patterns.include)}
        return list_folder(self._folder, FORMATS.keys() - ON_REQUEST | asked_for, self._patterns)

    def _includes(self, listing: FolderListing) -> Includes:
        return Includes(self._folder, [file.path for file in listing.files], self._max_bytes)

    def _included_states(self, file: FoundFile, includes: Includes) -> str:
        """Sizes and times of the files that a document includes; opens only documents that were not met with this size and time."""
        if file.suffix not in MAY_INCLUDE or file.size > self._max_bytes:
            return ""
        state = (file.size, file.mtime_ns, self._patterns)
        seen, paths = _INCLUDED.get(file.path, (None, ()))
        if seen != state:
            try:
                _, paths = includes.put_into(Path(file.path), Path(file.path).read_bytes())
            except OSError:
                return ""
            if len(_INCLUDED) >= MAX_REMEMBERED:
                _INCLUDED.clear()
            _INCLUDED[file.path] = (state, paths)
        return "".join(f"\0{path}\0{state_of(path)}" for path in paths)

    def _load(self, file: FoundFile, reader: FileReader, includes: Includes) -> Document:
        if file.size > self._max_bytes:
            raise DocumentError(f"{file.size:,} bytes, more than the limit of {self._max_bytes:,}", "split the file, or raise the limit")
        try:
            data = Path(file.path).read_bytes()
        except OSError as error:
            raise cannot_open(error) from error
        if not data.strip():
            raise DocumentError("empty", "leave the file out, or put text into it")
        if file.suffix in MAY_INCLUDE:
            data, _ = includes.put_into(Path(file.path), data)
        format_name, found = reader.extract(file.suffix, data)
        title = {"title": found.title} if found.title else {}
        return Document.of(file.document_id, found.text, {"format": format_name, "bytes": len(data)} | title)

    def _nothing_usable(self, listing: FolderListing, skipped: tuple[SkippedDocument, ...]) -> DocumentError:
        ignored = ", ".join(f"{count} {kind}" for kind, count in listing.ignored.most_common(5))
        counts = f"{len(skipped)} skipped, {listing.ignored.total()} other files ignored" + (f" ({ignored})" if ignored else "")
        first = f"; first skipped: {skipped[0].document_id}, {skipped[0].reason}" if skipped else ""
        return DocumentError(
            f"no usable document in the folder {self._name}: {counts}{first}",
            f"add documents ({' '.join(suffix for suffix in FORMATS if suffix not in ON_REQUEST)}) that hold text, or name another folder",
        )


def require_folder(folder: Path) -> None:
    """Raises `DocumentError` when the folder does not exist."""
    name = printable(str(folder.absolute()))
    if not os.path.lexists(folder):
        raise DocumentError(f"the folder {name} does not exist", "name a folder with documents")
    if not folder.is_dir():
        raise DocumentError(f"{name} is not a folder", "name the folder that the documents are in")
