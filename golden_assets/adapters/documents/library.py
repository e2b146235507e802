"""Document sources by their location: a folder, ``table:NAME``, or ``sample``."""

from pathlib import Path

from pydantic import SecretStr

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.documents.postgres_table import PostgresTableSource
from golden_assets.adapters.documents.reader_process import MAX_SECONDS
from golden_assets.adapters.documents.samples import sample_corpus_folder
from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.locations import SAMPLE, TABLE_PREFIX, absolute_location
from golden_assets.domain.ports.documents import DocumentSource, require_location


class SourceLibrary:
    """A `DocumentLibrary` over folders and the tables of one database.

    Args:
        configured: the location that the settings name, None when they name none.
        max_bytes: largest file that is read.
        max_seconds: processor time that one file may take.
        documents_url: the database that ``table:NAME`` locations are in.
    """

    def __init__(
        self, configured: str | None, *, max_bytes: int, documents_url: SecretStr | None, max_seconds: float = MAX_SECONDS
    ) -> None:
        self.configured = configured and absolute_location(configured)
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._documents_url = documents_url

    def open(self, location: str) -> DocumentSource:
        """The source at ``location``.

        Raises:
            ConfigurationError: a URL, or a table while no database for documents is configured.
        """
        require_location(location)
        if location == SAMPLE or not location.startswith(TABLE_PREFIX):
            folder = sample_corpus_folder() if location == SAMPLE else Path(absolute_location(location))
            return FolderSource(folder, self._max_bytes, self._max_seconds)
        if self._documents_url is None:
            raise ConfigurationError(
                f"{location} names a table, but no database", "set GOLDEN_ASSETS_DOCUMENTS_URL to the URL of its database"
            )
        return PostgresTableSource(self._documents_url.get_secret_value(), location.removeprefix(TABLE_PREFIX))
