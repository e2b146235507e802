"""Where documents are: a location is a plain string that may show in metadata, and means the same in every process."""

import os

from golden_assets.domain.errors import DocumentError

SAMPLE = "sample"
"""The location of the sample corpus that is shipped. A folder of that name is ``./sample``."""
TABLE_PREFIX = "table:"


def is_folder(location: str) -> bool:
    """Whether the location is a path: neither a table, nor a URL, nor the sample corpus."""
    return location != SAMPLE and not location.startswith(TABLE_PREFIX) and "://" not in location


def absolute_location(location: str) -> str:
    """A folder as an absolute path, seen from the working directory; every other location as it is."""
    return os.path.abspath(location) if is_folder(location) else location  # noqa: PTH100  a symbolic link may be turned later


def choose_location(named: str | None, read_last: str | None, recorded: str | None, *, is_sample: bool) -> str:
    """Where a run reads: what a person named, else where the documents were read last, else where those of the present version were.

    The sample corpus is read unasked only for a first version, or for one that was made from it (``is_sample``).

    Raises:
        DocumentError: there is a version, and nothing says where its documents are.
    """
    known = named or read_last or recorded
    if known is None and not is_sample:
        raise DocumentError(
            "where the documents of the present version are is not on record, and none are named",
            f"name them with --docs (docs in the launchpad), or say --docs {SAMPLE} to go on with the sample corpus",
        )
    return known or SAMPLE


def other_documents(outdated: int, rows: int) -> str | None:
    """What to say when the documents are not those of the present version at all, going by its rows; None when some of them hold."""
    if not rows or outdated < rows:
        return None
    return (
        f"None of the {rows} rows of the active version holds on these documents. If they are another set of documents, give them a "
        "testset of their own: golden-assets --testset NAME run --docs FOLDER"
    )
