"""Names and links in a folder: hidden, foreign, looping, leaving, unprintable."""

import os
from pathlib import Path

from golden_assets.adapters.documents.folder import FolderSource
from golden_assets.adapters.documents.folder_scan import FolderListing, list_folder
from golden_assets.domain.corpus.documents import Corpus

SUFFIXES = {".md", ".txt"}


def ids(listing: FolderListing) -> list[str]:
    """The documents found."""
    return [file.document_id for file in listing.files]


def reasons(listing: FolderListing | Corpus) -> dict[str, str]:
    """Why each skipped entry was skipped."""
    return {skipped.document_id: skipped.reason for skipped in listing.skipped}


def write(folder: Path, *names: str) -> None:
    """Files that each hold their own name."""
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name))


def test_hidden_entries_and_other_suffixes_are_counted_and_not_listed(tmp_path: Path) -> None:
    write(tmp_path, "a.md", ".b.md", ".git/c.md", "d.png", "e.PNG", "LICENSE", "x.md/inside.txt")
    listing = list_folder(tmp_path, SUFFIXES)
    assert ids(listing) == ["a.md", "x.md/inside.txt"]
    assert listing.skipped == []
    assert listing.ignored == {"hidden": 2, ".png": 2, "left out by name": 1}


def test_packages_built_pages_and_licences_are_left_out_and_counted_and_can_be_taken_back_in(tmp_path: Path) -> None:
    write(
        tmp_path, "a.md", "node_modules/pkg/README.md", "docs/_build/b.md", "LICENSE.md", "requirements.txt", "drafts/c.md", "vendor/d.md"
    )
    listing = list_folder(tmp_path, SUFFIXES)
    assert ids(listing) == ["a.md", "drafts/c.md"]
    assert listing.ignored == {"node_modules/": 1, "_build/": 1, "vendor/": 1, "left out by name": 2}

    (tmp_path / ".goldenignore").write_text("drafts/\n!vendor/\n")
    assert ids(list_folder(tmp_path, SUFFIXES)) == ["a.md", "vendor/d.md"]


def test_documents_in_formats_that_are_not_read_are_told_by_suffix(tmp_path: Path) -> None:
    write(tmp_path, "a.md", "b.doc", "c.doc", "d.odt", "e.png")
    unread = list_folder(tmp_path, SUFFIXES).unread()
    assert [(one.document_id, one.reason) for one in unread] == [
        ("*.doc", "2 files in a format that is not read"),
        ("*.odt", "1 file in a format that is not read"),
    ]


def test_sizes_and_times_are_those_of_the_file(tmp_path: Path) -> None:
    write(tmp_path, "a.md")
    os.utime(tmp_path / "a.md", ns=(5, 1_700_000_000_123_456_789))
    (file,) = list_folder(tmp_path, SUFFIXES).files
    assert (file.size, file.mtime_ns) == (4, 1_700_000_000_123_456_789)


def test_unicode_names_are_kept_and_sorted(tmp_path: Path) -> None:
    write(tmp_path, "Fähre.md", "渡船/時刻.md", "a b.md", "z.md")
    assert ids(list_folder(tmp_path, SUFFIXES)) == ["Fähre.md", "a b.md", "z.md", "渡船/時刻.md"]


def test_names_that_are_not_utf8_are_skipped_and_shown_escaped(tmp_path: Path) -> None:
    write(tmp_path, "good.md")
    for name in (b"f\xe4hre.md", b"logo\xff.png"):
        write(tmp_path, os.fsdecode(name))
    (tmp_path / os.fsdecode(b"h\xe4fen")).mkdir()
    corpus = FolderSource(tmp_path).read()
    assert reasons(corpus) == {"f\\xe4hre.md": "its name is not UTF-8", "h\\xe4fen": "its name is not UTF-8"}
    assert corpus.snapshot_hash  # a lone surrogate in an id could not be hashed


def test_a_folder_whose_own_name_is_not_utf8_can_be_read(tmp_path: Path) -> None:
    folder = tmp_path / os.fsdecode(b"h\xe4fen")
    folder.mkdir()
    write(folder, "good.md")
    corpus = FolderSource(folder).read()
    assert corpus.source.endswith("/h\\xe4fen")
    assert corpus.snapshot_hash
    assert FolderSource(folder).fingerprint()


def test_links_that_lead_nowhere_are_skipped(tmp_path: Path) -> None:
    write(tmp_path, "good.md")
    (tmp_path / "gone.md").symlink_to("missing.md")
    (tmp_path / "gone").symlink_to("missing")
    (tmp_path / "gone.png").symlink_to("missing.png")
    (tmp_path / "self.md").symlink_to("self.md")
    listing = list_folder(tmp_path, SUFFIXES)
    assert ids(listing) == ["good.md"]
    assert reasons(listing) == {
        "gone.md": "a link that leads nowhere (No such file or directory)",
        "gone": "a link that leads nowhere (No such file or directory)",
        "self.md": "a link that leads nowhere (Too many levels of symbolic links)",
    }


def test_links_do_not_lead_out_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path, "docs/good.md", "docs-private/secret.md", "elsewhere/other.md")
    docs = tmp_path / "docs"
    (docs / "secret.md").symlink_to(tmp_path / "docs-private" / "secret.md")
    (docs / "elsewhere").symlink_to(tmp_path / "elsewhere")
    (docs / "up.md").symlink_to("..")
    listing = list_folder(docs, SUFFIXES)
    assert ids(listing) == ["good.md"]
    assert reasons(listing) == {
        "secret.md": f"a link that leaves the folder, to {tmp_path}/docs-private/secret.md",
        "elsewhere": f"a link that leaves the folder, to {tmp_path}/elsewhere",
        "up.md": f"a link that leaves the folder, to {tmp_path}",
    }


def test_a_loop_of_links_ends(tmp_path: Path) -> None:
    write(tmp_path, "sub/good.md")
    (tmp_path / "sub" / "again").symlink_to(tmp_path)
    listing = list_folder(tmp_path, SUFFIXES)
    assert ids(listing) == ["sub/good.md"]
    assert reasons(listing) == {"sub/again": "a link to a folder, which is read where it lies"}


def test_a_mounted_configuration_volume_is_read_through_its_links(tmp_path: Path) -> None:
    """Kubernetes mounts ``a.md -> ..data/a.md`` and ``..data -> ..2026_11_01``."""
    write(tmp_path, "..2026_11_01/a.md")
    (tmp_path / "..data").symlink_to("..2026_11_01")
    (tmp_path / "a.md").symlink_to("..data/a.md")
    mount = tmp_path.parent / f"{tmp_path.name}-link"
    mount.symlink_to(tmp_path)
    listing = list_folder(mount, SUFFIXES)
    assert ids(listing) == ["a.md"]
    assert listing.skipped == []


def test_pipes_are_never_opened(tmp_path: Path) -> None:
    write(tmp_path, "good.md")
    os.mkfifo(tmp_path / "pipe.md")
    assert reasons(FolderSource(tmp_path).read()) == {"pipe.md": "not a regular file (a pipe, socket or device)"}
