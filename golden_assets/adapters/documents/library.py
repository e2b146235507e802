"""Document sources by their location: a folder, ``table:NAME``, or ``sample``; and which folders a run may read.

A run is started from a page in the browser, too, with a folder that is typed there. It reads those that were named by a user who could read
them anyhow: in the settings, or to a command, which takes the folder down for the runs that follow.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Self

from pydantic import SecretStr

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.adapters.documents.folder import FolderSource, require_folder
from golden_assets.adapters.documents.reader_process import MAX_SECONDS
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.corpus.locations import (
    ALL_FILES,
    SAMPLE,
    TABLE_PREFIX,
    Patterns,
    absolute_location,
    chosen_files,
    is_folder,
    narrowed,
    split_location,
)
from golden_assets.domain.ports.documents import DocumentSource, require_location
from golden_assets.settings.settings import Settings

NAMED_FOLDERS = "named_folders.jsonl"


class SourceLibrary:
    """A `DocumentLibrary` over folders and the tables of one database.

    Args:
        configured: the location that the settings name, None when they name none.
        max_bytes: largest file that is read.
        max_seconds: processor time that one file may take.
        documents_url: the database that ``table:NAME`` locations are in.
        roots: folders that may be read, with what is below them, beside the configured one and the sample corpus.
        patterns: which files of a folder are read where a location does not say.
    """

    def __init__(
        self,
        configured: str | None,
        *,
        max_bytes: int,
        documents_url: SecretStr | None,
        max_seconds: float = MAX_SECONDS,
        roots: Iterable[Path | str] = (),
        patterns: Patterns = ALL_FILES,
    ) -> None:
        self.configured = configured and absolute_location(configured)
        self.patterns = patterns
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._documents_url = documents_url
        folders = [Path(split_location(self.configured)[0])] if self.configured and is_folder(self.configured) else []
        self._roots = [*folders, *map(Path, roots), sample_corpus_folder()]

    @classmethod
    def of(cls, settings: Settings, *named: str) -> Self:
        """The library that the settings describe, with the folders that were ``named`` to a command now or before."""
        url = settings.documents_url or settings.database_url
        roots: list[Path | str] = [*settings.document_roots, *named, *_named_before(settings)]
        return cls(
            settings.docs,
            max_bytes=settings.max_document_bytes,
            documents_url=url,
            max_seconds=settings.max_document_seconds,
            roots=roots,
            patterns=Patterns(settings.include, settings.exclude),
        )

    def open(self, location: str) -> DocumentSource:
        """The source at ``location``.

        Raises:
            ConfigurationError: a URL, a folder that runs may not read, or a table while no database for documents is configured.
        """
        require_location(location)
        if location == SAMPLE:
            return FolderSource(sample_corpus_folder(), self._max_bytes, self._max_seconds)
        if not location.startswith(TABLE_PREFIX):
            place, patterns = split_location(absolute_location(location))
            return FolderSource(self._permitted(Path(place)), self._max_bytes, self._max_seconds, patterns)
        if self._documents_url is None:
            raise ConfigurationError(
                f"{location} names a table, but no database", "set GOLDEN_ASSETS_DOCUMENTS_URL to the URL of its database"
            )
        from golden_assets.adapters.documents.postgres_table import PostgresTableSource

        return PostgresTableSource(self._documents_url.get_secret_value(), location.removeprefix(TABLE_PREFIX))

    def _permitted(self, folder: Path) -> Path:
        """The folder. Raises `ConfigurationError` when it is below none that runs may read, wherever symbolic links lead."""
        if any(folder.resolve().is_relative_to(root.resolve()) for root in self._roots):
            return folder
        raise ConfigurationError(
            f"runs may not read the folder {folder}",
            f"add it to document_roots in the settings, or run once: golden-assets run --docs {folder}",
        )


def require_readable(location: str) -> None:
    """Look whether documents can be at a location, without reading them and without settings.

    Raises:
        ConfigurationError: it is a URL.
        DocumentError: no such folder.
    """
    require_location(location)
    if is_folder(location):
        require_folder(Path(split_location(location)[0]))


def admit(settings: Settings, location: str, patterns: Patterns) -> None:
    """Let runs read the documents that were named to a command, from now on; ``patterns`` as the command names them.

    Raises:
        DocumentError, ConfigurationError: nothing can be read there; as `SourceLibrary.open` and `DocumentSource.fingerprint`.
    """
    named, own = split_location(absolute_location(location))
    library = SourceLibrary.of(settings, named)
    library.open(chosen_files(narrowed(named, own), patterns, library.patterns, is_named=True)).fingerprint()
    if is_folder(named) and named not in _named_before(settings):
        settings.home.mkdir(parents=True, exist_ok=True)
        with _list_of_named(settings).open("a", encoding="utf-8") as file:
            file.write(json.dumps(named) + "\n")


def _named_before(settings: Settings) -> list[str]:
    path = _list_of_named(settings)
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.exists() else []


def _list_of_named(settings: Settings) -> Path:
    """Where the folders are taken down, one JSON string a line."""
    return settings.home / NAMED_FOLDERS
