"""Which files of a folder are documents. Only names, sizes and times are looked at here; contents are not opened.

Hidden entries and other suffixes are counted, not listed. A link to a file inside the folder is read (mounted configuration
volumes consist of such links); a link to a folder never is, so that loops and ways out of the folder end here.
"""

import os
import stat
from collections import Counter
from collections.abc import Container, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from golden_assets.adapters.documents.build_corpus import skip
from golden_assets.domain.core.errors import DocumentError
from golden_assets.domain.core.text import counted
from golden_assets.domain.corpus.documents import SkippedDocument
from golden_assets.domain.corpus.locations import ALL_FILES, Patterns

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

IGNORE_FILE = ".goldenignore"
"""A file in the root of a folder of documents with patterns as in ``.gitignore``: what they match is left out, ``!`` takes it back in."""
LEFT_OUT = (
    *("node_modules/", "bower_components/", "site-packages/", "__pycache__/", "_build/", "vendor/", "third_party/", "venv/"),
    *("LICENSE*", "LICENCE*", "COPYING*", "NOTICE*", "requirements*.txt", "robots.txt"),
)
"""Patterns of what questions are never about: other people's packages, what was built from the sources, licences."""
UNREAD_DOCUMENTS = frozenset(
    [
        *(".asc", ".doc", ".docm", ".odt", ".rtf", ".ppt", ".pptm", ".odp", ".xls", ".xlsm", ".ods", ".mediawiki", ".wiki", ".org"),
        *(".textile", ".creole", ".tex", ".latex", ".typ", ".pod", ".rdoc", ".man", ".dbk", ".djvu", ".mhtml", ".xhtml"),
    ]
)
"""Suffixes of documents in formats that are not read: a folder of them is not a folder without documents."""


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A file with a document's suffix. ``document_id`` is its POSIX path below the folder; ``size`` is in bytes."""

    document_id: str
    path: str
    size: int
    mtime_ns: int

    @property
    def suffix(self) -> str:
        """In lower case, with its dot."""
        return os.path.splitext(self.path)[1].lower()  # noqa: PTH122  as in `_visit`


@dataclass
class FolderListing:
    """What lies in a folder: documents to read, entries to report, and how many others there are by suffix."""

    files: list[FoundFile] = field(default_factory=list)
    skipped: list[SkippedDocument] = field(default_factory=list)
    ignored: Counter[str] = field(default_factory=Counter)

    def unread(self) -> list[SkippedDocument]:
        """The files that are documents by their suffix, in formats that are not read: an entry for each suffix."""
        return [
            SkippedDocument(
                document_id=f"*{suffix}",
                reason=f"{counted(count, 'file')} in a format that is not read",
                remedy="convert them to Markdown, HTML, PDF or .docx, or leave them out knowingly",
            )
            for suffix, count in sorted(self.ignored.items())
            if suffix in UNREAD_DOCUMENTS
        ]


def printable(name: str) -> str:
    """A file name as storable text; bytes that are not UTF-8 show as ``\\xNN``."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def list_folder(folder: Path, suffixes: Container[str], patterns: Patterns = ALL_FILES) -> FolderListing:
    """List ``folder`` recursively. ``suffixes`` are lower-case, with their dot. Files come in the order of their ids."""
    root = os.path.realpath(folder)
    listing = FolderListing()
    left_out = _left_out(Path(root), patterns.exclude)
    pending = [("", root)]
    while pending:
        prefix, path = pending.pop()
        try:
            with os.scandir(path) as entries:
                for entry in entries:
                    if not _is_left_out(entry, prefix, left_out, listing):
                        _visit(entry, prefix, root, suffixes, listing, pending)
        except OSError as error:
            listing.skipped.append(skip(printable(prefix) or ".", cannot_open(error)))
    listing.files.sort(key=lambda file: file.document_id)
    return _only_included(listing, patterns.include)


def _only_included(listing: FolderListing, include: tuple[str, ...]) -> FolderListing:
    """The listing without the documents that no pattern includes; all of it without patterns."""
    if not include:
        return listing
    spec = _matching(include)
    files = [file for file in listing.files if spec.match_file(file.document_id)]
    skipped = [skipped for skipped in listing.skipped if spec.match_file(skipped.document_id)]
    ignored = listing.ignored + Counter({"not included": len(listing.files) + len(listing.skipped) - len(files) - len(skipped)})
    return FolderListing(files, skipped, ignored)


def cannot_open(error: OSError) -> DocumentError:
    """The reason to report when the system does not hand out a file or folder."""
    return DocumentError(f"cannot be opened ({error.strerror})", "give this user the permission to read it, or leave it out")


def _left_out(root: Path, exclude: tuple[str, ...]) -> "GitIgnoreSpec":
    """What is left out by name. Raises `DocumentError` for a pattern file that is not text."""
    try:
        own = (root / IGNORE_FILE).read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        own = []
    except (OSError, UnicodeDecodeError) as error:
        raise DocumentError(f"{IGNORE_FILE} cannot be read ({error})", "save it as UTF-8 text, or delete it") from error
    return _matching([*LEFT_OUT, *own, *exclude])


def _matching(patterns: Iterable[str]) -> "GitIgnoreSpec":
    from pathspec import GitIgnoreSpec

    return GitIgnoreSpec.from_lines(patterns)


def _is_left_out(entry: os.DirEntry[str], prefix: str, left_out: "GitIgnoreSpec", listing: FolderListing) -> bool:
    """Whether a pattern leaves an entry out; it is counted then, a folder as one."""
    is_folder = entry.is_dir(follow_symlinks=False)
    found = left_out.check_file(f"{prefix}{entry.name}/" if is_folder else prefix + entry.name)
    if found.include and not entry.name.startswith("."):
        listing.ignored[f"{printable(entry.name)}/" if is_folder else "left out by name"] += 1
        return True
    return False


def _visit(
    entry: os.DirEntry[str], prefix: str, root: str, suffixes: Container[str], listing: FolderListing, pending: list[tuple[str, str]]
) -> None:
    """Put one entry where it belongs: to be read, to be reported, to be counted, or to be entered."""
    name = prefix + entry.name
    suffix = os.path.splitext(entry.name)[1].lower()  # noqa: PTH122  a Path for each of 10,000 entries costs more than their stat
    try:
        if entry.name.startswith("."):
            listing.ignored["hidden"] += 1
        elif suffix not in suffixes and not _may_be_folder(entry, suffix):
            listing.ignored[printable(suffix) or "no suffix"] += 1
        elif _entered(entry, root):
            _require_unicode(entry.name)
            pending.append((f"{name}/", entry.path))
        else:
            listing.files.append(_found(entry, name))
    except DocumentError as error:
        listing.skipped.append(skip(printable(name), error))
    except OSError as error:
        listing.skipped.append(skip(printable(name), cannot_open(error)))


def _may_be_folder(entry: os.DirEntry[str], suffix: str) -> bool:
    """Whether it is a folder, or a link without suffix that leads to none (no suffix, no file type: it was meant as a folder)."""
    return entry.is_dir() or (not suffix and entry.is_symlink() and not os.path.exists(entry.path))  # noqa: PTH110


def _entered(entry: os.DirEntry[str], root: str) -> bool:
    """Whether to list this entry as a folder. Raises `DocumentError` for links that are not followed."""
    if not entry.is_symlink():
        return entry.is_dir()
    try:
        target = os.path.realpath(entry.path, strict=True)
    except OSError as error:
        raise DocumentError(f"a link that leads nowhere ({error.strerror})", "repair the link, or delete it") from error
    if os.path.commonpath([root, target]) != root:
        raise DocumentError(f"a link that leaves the folder, to {printable(target)}", "copy the target into the folder") from None
    if entry.is_dir():
        raise DocumentError("a link to a folder, which is read where it lies", "delete the link, or copy the folder")
    return False


def _found(entry: os.DirEntry[str], document_id: str) -> FoundFile:
    status = entry.stat()
    if not stat.S_ISREG(status.st_mode):
        raise DocumentError("not a regular file (a pipe, socket or device)", "leave it out of the folder")
    _require_unicode(entry.name)
    return FoundFile(document_id, entry.path, status.st_size, status.st_mtime_ns)


def _require_unicode(name: str) -> None:
    try:
        name.encode("utf-8")
    except UnicodeEncodeError as error:
        raise DocumentError("its name is not UTF-8", "rename it") from error
