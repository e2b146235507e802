"""Document sources by their location: a folder, ``table:NAME``, or ``sample``."""

from pathlib import Path

from pydantic import SecretStr

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.documents.postgres_table import PostgresTableSource
from golden_assets.adapters.documents.samples import sample_corpus_folder
from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.locations import SAMPLE, TABLE_PREFIX, absolute_location
from golden_assets.domain.ports.documents import DocumentSource


class SourceLibrary:
    """A `DocumentLibrary` over folders and the tables of one database.

    Args:
        configured: the location that the settings name, None when they name none.
        max_bytes: largest file that is read.
        documents_url: the database that ``table:NAME`` locations are in.
    """

    def __init__(self, configured: str | None, *, max_bytes: int, documents_url: SecretStr | None) -> None:
        self.configured = configured and absolute_location(configured)
        self._max_bytes = max_bytes
        self._documents_url = documents_url

    def open(self, location: str) -> DocumentSource:
        """The source at ``location``.

        Raises:
            ConfigurationError: a URL, or a table while no database for documents is configured.
        """
        if location == SAMPLE:
            return FolderSource(sample_corpus_folder(), self._max_bytes)
        if "://" in location:
            scheme = location.partition("://")[0]
            raise ConfigurationError(
                f"a {scheme} URL is not a location of documents",
                "name a folder, or put the database's URL into GOLDEN_ASSETS_DOCUMENTS_URL and say table:NAME",
            )
        if not location.startswith(TABLE_PREFIX):
            return FolderSource(Path(absolute_location(location)), self._max_bytes)
        if self._documents_url is None:
            raise ConfigurationError(
                f"{location} names a table, but no database", "set GOLDEN_ASSETS_DOCUMENTS_URL to the URL of its database"
            )
        return PostgresTableSource(self._documents_url.get_secret_value(), location.removeprefix(TABLE_PREFIX))
