"""Document sources by their location, which is a plain string that may show in metadata: a folder, or ``table:NAME``."""

from pathlib import Path

from pydantic import SecretStr

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.documents.postgres_table import PostgresTableSource
from golden_assets.adapters.documents.reader_process import MAX_SECONDS
from golden_assets.adapters.documents.samples import sample_corpus_folder
from golden_assets.domain.errors import ConfigurationError
from golden_assets.domain.ports.documents import DocumentSource, require_location

TABLE_PREFIX = "table:"


class SourceLibrary:
    """A `DocumentLibrary` over folders and the tables of one database.

    Args:
        default: the location when none is given; None means the sample corpus that is shipped.
        max_bytes: largest file that is read.
        max_seconds: processor time that one file may take.
        documents_url: the database that ``table:NAME`` locations are in.
    """

    def __init__(self, default: str | None, *, max_bytes: int, documents_url: SecretStr | None, max_seconds: float = MAX_SECONDS) -> None:
        self._default = default or str(sample_corpus_folder())
        self._max_bytes = max_bytes
        self._max_seconds = max_seconds
        self._documents_url = documents_url

    def open(self, location: str | None) -> DocumentSource:
        """The source at ``location``, or at the default one.

        Raises:
            ConfigurationError: a URL, or a table while no database for documents is configured.
        """
        location = location or self._default
        require_location(location)
        if not location.startswith(TABLE_PREFIX):
            return FolderSource(Path(location), self._max_bytes, self._max_seconds)
        if self._documents_url is None:
            raise ConfigurationError(
                f"{location} names a table, but no database", "set GOLDEN_ASSETS_DOCUMENTS_URL to the URL of its database"
            )
        return PostgresTableSource(self._documents_url.get_secret_value(), location.removeprefix(TABLE_PREFIX))
