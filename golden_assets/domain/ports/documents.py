"""Where documents come from."""

import re
from typing import Protocol

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.corpus.documents import Corpus
from golden_assets.domain.corpus.locations import Patterns

_ADDRESS = re.compile(r"([a-zA-Z][\w+.-]*)://|\bpassword\s*=")


def require_location(location: str) -> None:
    """Refuse an address, which may hold a password, as a location of documents: locations are kept with runs and show in metadata.

    Raises:
        ConfigurationError: it is one; the message does not repeat it.
    """
    address = _ADDRESS.search(location)
    if address is not None:
        kind = f"a {address[1]} URL" if address[1] else "a connection string"
        raise ConfigurationError(
            f"{kind} is not a location of documents",
            "name a folder, or put the database's URL into GOLDEN_ASSETS_DOCUMENTS_URL and say table:NAME",
        )


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
    """Opens document sources by their location; see `golden_assets.domain.corpus.locations`."""

    @property
    def configured(self) -> str | None:
        """The location that the settings name, None when they name none."""
        ...

    @property
    def patterns(self) -> Patterns:
        """Which files of a folder the settings choose."""
        ...

    def open(self, location: str) -> DocumentSource:
        """The source at ``location``.

        Raises:
            ConfigurationError: a location of an unknown kind.
        """
        ...
