"""Where documents come from."""

from typing import Protocol

from golden_assets.domain.documents import Corpus


class DocumentSource(Protocol):
    """Where source documents come from."""

    def read(self) -> Corpus:
        """Read everything that is there.

        Raises:
            DocumentError: the source is missing, or holds nothing that can be used.
        """
        ...

    def fingerprint(self) -> str:
        """A cheap token that changes whenever the content may have changed (sizes and mtimes, count and max key)."""
        ...

    def corpus_hash(self) -> str:
        """The hash of the corpus that `read` gives, reading what may have changed since it was last asked for. Raises like `read`."""
        ...


class DocumentLibrary(Protocol):
    """Opens document sources by their location."""

    def open(self, location: str | None) -> DocumentSource:
        """The source at ``location`` (a folder, a PostgreSQL URL), or the configured one when it is None.

        Raises:
            ConfigurationError: a location of an unknown kind.
        """
        ...
