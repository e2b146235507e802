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
    """Opens document sources by their location; see `golden_assets.domain.locations`."""

    @property
    def configured(self) -> str | None:
        """The location that the settings name, None when they name none."""
        ...

    def open(self, location: str) -> DocumentSource:
        """The source at ``location``.

        Raises:
            ConfigurationError: a location of an unknown kind.
        """
        ...
