"""Where documents are: a location is a plain string that may show in metadata, and means the same in every process."""

import os
import re
from typing import NamedTuple
from urllib.parse import parse_qsl, quote, urlencode

from golden_assets.domain.core.errors import ConfigurationError, DocumentError

SAMPLE = "sample"
"""The location of the sample corpus that is shipped. A folder of that name is ``./sample``."""
TABLE_PREFIX = "table:"


_PATTERNS = re.compile(r"#(?=(?:include|exclude)=)")


class Patterns(NamedTuple):
    """Which files of a folder are documents, by patterns as in ``.gitignore``; no ``include``: all that ``exclude`` does not match."""

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()

    def or_else(self, others: "Patterns") -> "Patterns":
        """These, and for each kind that none is named of, those of the others."""
        return Patterns(self.include or others.include, self.exclude or others.exclude)

    def __str__(self) -> str:
        """For people; empty without patterns."""
        named = {"only": self.include, "without": self.exclude}
        return ", ".join(f"{word} {' '.join(patterns)}" for word, patterns in named.items() if patterns)


ALL_FILES = Patterns()


def split_location(location: str) -> tuple[str, Patterns]:
    """The folder (table, sample) of a location, and the patterns that are recorded with it."""
    place, _, recorded = _split(location)
    named = parse_qsl(recorded)
    return place, Patterns(*(tuple(value for kind, value in named if kind == wanted) for wanted in Patterns._fields))


def narrowed(location: str, patterns: Patterns) -> str:
    """The location of the files below a folder that the patterns choose, in place of those that it had.

    Raises:
        ConfigurationError: there are patterns, and the location is not a folder.
    """
    place, _ = split_location(location)
    pairs = [(kind, pattern) for kind, chosen in zip(Patterns._fields, patterns, strict=True) for pattern in chosen]
    if pairs and not is_folder(place):
        raise ConfigurationError(f"{place} is not a folder, so include and exclude do not apply", "leave them out, or name a folder")
    return f"{place}#{urlencode(pairs, quote_via=quote, safe='/*?[]!')}" if pairs else place


def chosen_files(location: str, named: Patterns, configured: Patterns, *, is_named: bool) -> str:
    """The location with the patterns that count: what a run names, then what the settings name and what is recorded with the location.

    A location that the run itself names keeps its own patterns before those of the settings; one that was read earlier after them.

    Raises:
        ConfigurationError: as `narrowed`.
    """
    place, own = split_location(location)
    if not is_folder(place):
        return narrowed(location, named)
    others = own.or_else(configured) if is_named else configured.or_else(own)
    return narrowed(location, named.or_else(others))


def _split(location: str) -> tuple[str, str, str]:
    """Before the sign that patterns follow, the sign, and the patterns; the location alone when it has none."""
    sign = _PATTERNS.search(location)
    return (location[: sign.start()], "#", location[sign.end() :]) if sign else (location, "", "")


def is_folder(location: str) -> bool:
    """Whether the location is a path: neither a table, nor a URL, nor the sample corpus."""
    return location != SAMPLE and not location.startswith(TABLE_PREFIX) and "://" not in location


def absolute_location(location: str) -> str:
    """A folder as an absolute path, seen from the working directory; every other location as it is."""
    place, sign, patterns = _split(location)
    return os.path.abspath(place) + sign + patterns if is_folder(place) else location  # noqa: PTH100  a symbolic link may be turned later


def unnamed_location(recorded: str | None, *, is_sample: bool) -> str:
    """Where a run reads when no documents are named and none were read yet: where those of the present version were.

    The sample corpus is read unasked only for a first version, or for one that was made from it (``is_sample``).

    Raises:
        DocumentError: there is a version, and nothing says where its documents are.
    """
    if recorded is None and not is_sample:
        raise DocumentError(
            "where the documents of the present version are is not on record, and none are named",
            f"name them with --docs (docs in the launchpad), or say --docs {SAMPLE} to go on with the sample corpus",
        )
    return recorded or SAMPLE


def other_documents(outdated: int, rows: int) -> str | None:
    """What to say when the documents are not those of the present version at all, going by its rows; None when some of them hold."""
    if not rows or outdated < rows:
        return None
    return (
        "No row of the active version holds on these documents. If they are another set of documents, give them a testset of their own: "
        "golden-assets --testset NAME run --docs FOLDER."
    )


def remedy_for_stale_rows(outdated: int, rows: int, archived: str | None) -> str:
    """How rows and documents come together again; ``archived`` is a version that was made from the documents as they are."""
    if archived:
        return f"Version {archived} was made from the documents as they are: golden-assets rollback {archived} --reason WHY."
    again = "Run golden-assets run or build_testset_job: only the stale and orphaned rows are written again."
    return other_documents(outdated, rows) or again
