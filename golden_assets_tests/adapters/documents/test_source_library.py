"""Which source a location opens."""

from pathlib import Path

import psycopg
import pytest
from pydantic import SecretStr

from golden_assets.adapters.documents.library import SourceLibrary
from golden_assets.adapters.documents.samples import sample_corpus_folder
from golden_assets.domain.errors import ConfigurationError


def test_a_folder_and_the_sample_corpus_are_opened_by_their_locations(tmp_path: Path) -> None:
    (tmp_path / "a.md").write_text("The ferry leaves at nine.")
    library = SourceLibrary(None, max_bytes=20_000, documents_url=None)
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
    assert list(SourceLibrary(None, max_bytes=5, documents_url=None).open(str(tmp_path)).read().by_id) == ["a.md"]


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
