"""Which source a location opens."""

from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from golden_assets.adapters.documents.build_corpus import sample_corpus_folder
from golden_assets.adapters.documents.library import SourceLibrary, admit
from golden_assets.domain.core.errors import ConfigurationError, DocumentError
from golden_assets.domain.corpus.locations import ALL_FILES, Patterns, absolute_location, chosen_files, narrowed, split_location
from golden_assets.settings.settings import Settings, load_settings


def test_a_folder_and_the_sample_corpus_are_opened_by_their_locations(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The ferry leaves at nine.")
    library = SourceLibrary(None, max_bytes=20_000, documents_url=None, roots=[tmp_path])
    assert library.configured is None
    assert library.open("sample").read().source == str(sample_corpus_folder())
    assert list(library.open(str(tmp_path)).read().by_id) == ["a.md"]


def test_a_configured_folder_is_absolute_and_every_other_location_stays_as_it_is(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for location, meant in (("docs", str(tmp_path / "docs")), ("a:b", str(tmp_path / "a:b")), ("./sample", str(tmp_path / "sample"))):
        assert SourceLibrary(location, max_bytes=5, documents_url=None).configured == meant
    for location in ("sample", "table:docs", "/srv/docs"):
        assert SourceLibrary(location, max_bytes=5, documents_url=None).configured == location


def test_the_limit_of_a_file_is_handed_on(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("one")
    (tmp_path / "b.md").write_text("two and more")
    assert list(SourceLibrary(str(tmp_path), max_bytes=5, documents_url=None).open(str(tmp_path)).read().by_id) == ["a.md"]


def test_a_table_is_read_from_the_database_of_the_documents(database_url: str) -> None:
    with psycopg.connect(database_url.replace("+psycopg", "")) as connection:
        connection.execute("CREATE TABLE docs (langchain_id int, content text, langchain_metadata json)")
        connection.execute("INSERT INTO docs VALUES (1, 'The ferry leaves at nine.', NULL)")
    source = SourceLibrary(None, max_bytes=5, documents_url=SecretStr(database_url)).open("table:docs")
    assert list(source.read().by_id) == ["1"]


def test_a_table_without_a_database_and_a_url_are_errors_that_name_the_setting() -> None:
    library = SourceLibrary(None, max_bytes=5, documents_url=None)
    with pytest.raises(ConfigurationError, match="table:docs names a table, but no database: set GOLDEN_ASSETS_DOCUMENTS_URL"):
        library.open("table:docs")
    with pytest.raises(ConfigurationError, match="a postgresql URL is not a location of documents") as caught:
        library.open("postgresql://reader:hunter2@db/manuals")
    assert "hunter2" not in str(caught.value)


def test_a_folder_that_nobody_named_is_not_read(tmp_path: Path) -> None:
    inside, outside = tmp_path / "docs" / "api", tmp_path / "docs-of-others"
    for folder in (inside, outside):
        folder.mkdir(parents=True)
        (folder / "a.md").write_text("The ferry leaves at nine.")
    (tmp_path / "docs" / "link").symlink_to(outside)
    library = SourceLibrary(str(tmp_path / "docs"), max_bytes=5, documents_url=None)
    library.open(str(inside)).fingerprint()
    for folder in (outside, tmp_path, tmp_path / "docs" / ".." / "docs-of-others", tmp_path / "docs" / "link", Path("/etc")):
        with pytest.raises(ConfigurationError, match=r"runs may not read the folder .*: add it to document_roots in the settings"):
            library.open(str(folder))


def test_a_folder_that_was_named_to_a_command_is_read_by_later_runs(tmp_path: Path) -> None:
    docs = tmp_path / "docs"
    docs.mkdir()
    (docs / "a.md").write_text("The ferry leaves at nine.")
    settings = Settings(home=tmp_path / "home")
    with pytest.raises(ConfigurationError):
        SourceLibrary.of(settings).open(str(docs))
    admit(settings, str(docs), Patterns())
    admit(settings, str(docs), Patterns())
    assert list(SourceLibrary.of(settings).open(str(docs)).read().by_id) == ["a.md"]
    assert (tmp_path / "home" / "named_folders.jsonl").read_text().splitlines() == [f'"{docs}"']


def test_a_folder_that_cannot_be_read_is_not_taken_down(tmp_path: Path) -> None:
    with pytest.raises(DocumentError, match="does not exist"):
        admit(Settings(home=tmp_path / "home"), str(tmp_path / "nowhere"), Patterns())
    assert not (tmp_path / "home").exists()


def test_roots_are_settings_and_in_the_file_relative_to_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "golden_testset_config.yaml").write_text("document_roots: [manuals, /srv/wiki]\n")
    monkeypatch.setenv("GOLDEN_ASSETS_CONFIG", str(tmp_path / "golden_testset_config.yaml"))
    assert load_settings().document_roots == (tmp_path / "manuals", Path("/srv/wiki"))
    monkeypatch.setenv("GOLDEN_ASSETS_DOCUMENT_ROOTS", "/a, /b")
    assert load_settings().document_roots == (Path("/a"), Path("/b"))
    (tmp_path / "manuals").mkdir()
    monkeypatch.delenv("GOLDEN_ASSETS_DOCUMENT_ROOTS")
    SourceLibrary.of(load_settings()).open(str(tmp_path / "manuals"))


def test_patterns_choose_the_files_of_a_folder_and_are_part_of_its_location(tmp_path: Path) -> None:
    for name in ("guide/a.md", "guide/draft.md", "notes.txt", "vendor/b.md"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(f"What {name} says.")
    library = SourceLibrary(str(tmp_path), max_bytes=1_000, documents_url=None)
    chosen = narrowed(str(tmp_path), Patterns(("guide/", "*.txt"), ("draft*",)))
    corpus = library.open(chosen).read()
    assert [document.document_id for document in corpus.documents] == ["guide/a.md", "notes.txt"]
    assert corpus.source == f"{tmp_path} (only guide/ *.txt, without draft*)"
    assert library.open(narrowed(chosen, Patterns(exclude=("!vendor/", "*.txt")))).read().by_id.keys() == {
        *("guide/a.md", "guide/draft.md", "vendor/b.md")
    }
    before = library.open(chosen).fingerprint()
    (tmp_path / "guide/draft.md").write_text("Another draft.")
    assert library.open(chosen).fingerprint() == before
    assert library.open(chosen).corpus_hash() == corpus.corpus_hash


def test_a_location_with_patterns_is_one_string(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.chdir(tmp_path)
    patterns = Patterns(("a b/*.md", "c#&=%"), ("!d", "é"))
    location = absolute_location(narrowed("C#", patterns))
    assert split_location(location) == (str(tmp_path / "C#"), patterns)
    assert split_location("docs#intro") == ("docs#intro", ALL_FILES)
    with pytest.raises(ConfigurationError, match="table:x is not a folder, so include and exclude do not apply"):
        narrowed("table:x", patterns)


@pytest.mark.parametrize(("is_named", "exclude"), [(True, ("recorded",)), (False, ("configured",))])
def test_patterns_come_from_the_run_then_from_the_settings_or_the_location(is_named: bool, exclude: tuple[str, ...]) -> None:
    recorded, configured = narrowed("/docs", Patterns(exclude=("recorded",))), Patterns(exclude=("configured",))
    chosen = chosen_files(recorded, Patterns(include=("run",)), configured, is_named=is_named)
    assert split_location(chosen) == ("/docs", Patterns(("run",), exclude))
    assert chosen_files("table:x", ALL_FILES, configured, is_named=is_named) == "table:x"


def test_a_folder_that_is_named_with_patterns_may_be_read_with_others_too(tmp_path: Path) -> None:
    docs, settings = tmp_path / "docs", Settings(home=tmp_path / "home", exclude=("b.md",))
    docs.mkdir()
    (docs / "a.md").write_text("The ferry leaves at nine.")
    admit(settings, str(docs), Patterns(("*.md",)))
    assert SourceLibrary.of(settings).open(str(docs)).read().by_id.keys() == {"a.md"}
    with pytest.raises(DocumentError, match=r"no usable document in the folder .*docs \(only \*\.rst, without b\.md\): .*1 not included"):
        admit(settings, str(docs), Patterns(("*.rst",)))
