"""Which databases are used, from what the user wrote."""

import os
from pathlib import Path

import pytest
from pydantic import SecretStr
from sqlalchemy.engine import make_url

from golden_assets.adapters.postgres import Database
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.embedded import server_urls
from golden_assets.embedded.postgres import PostgresServer
from golden_assets.embedded.server_urls import dagster_url, names_in_heads
from golden_assets.settings.settings import load_settings

SCHEMES = ("postgresql", "postgres", "postgresql+psycopg", "postgresql+psycopg2", "postgresql+asyncpg")


@pytest.fixture(autouse=True)
def nothing_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in [name for name in os.environ if name.startswith("GOLDEN_ASSETS_")]:
        monkeypatch.delenv(name)


@pytest.mark.parametrize("scheme", SCHEMES)
def test_dagster_gets_the_one_driver_that_it_speaks(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DAGSTER_URL", f"{scheme}://user:p%40ss@db:5433/dagster?sslmode=require")
    url = make_url(dagster_url(load_settings()))
    assert (url.drivername, url.host, url.port, url.password, url.query["sslmode"]) == (
        "postgresql+psycopg2",
        "db",
        5433,
        "p@ss",
        "require",
    )
    assert "options" not in url.query
    assert url.query["connect_timeout"] == "10"
    monkeypatch.setenv("GOLDEN_ASSETS_DAGSTER_URL", url.render_as_string(hide_password=False))
    assert make_url(dagster_url(load_settings())) == url, "Dagster's processes read what this one wrote"


@pytest.mark.parametrize("scheme", SCHEMES)
def test_beside_a_registry_of_the_users_dagster_has_a_schema(monkeypatch: pytest.MonkeyPatch, scheme: str) -> None:
    monkeypatch.setenv("GOLDEN_ASSETS_DATABASE_URL", f"{scheme}://user@db/golden?options=-c%20work_mem%3D8MB&connect_timeout=3")
    url = make_url(dagster_url(load_settings()))
    assert url.drivername == "postgresql+psycopg2"
    assert url.query["options"] == "-csearch_path=dagster -c work_mem=8MB"
    assert url.query["connect_timeout"] == "3", "what the user wrote counts"


@pytest.mark.parametrize("url", ["mysql://u:geheim@h/x", "postgresql://u:geheim@[bad/x", "postgresql://u:geheim@h:port/x", "geheim"])
@pytest.mark.parametrize("variable", ["GOLDEN_ASSETS_DATABASE_URL", "GOLDEN_ASSETS_DAGSTER_URL"])
def test_what_is_not_a_postgresql_url_is_named_by_its_variable(monkeypatch: pytest.MonkeyPatch, variable: str, url: str) -> None:
    monkeypatch.setenv(variable, url)
    with pytest.raises(ConfigurationError, match=rf"{variable} .*: write postgresql://user:password@host:5432/database") as caught:
        dagster_url(load_settings())
    assert "geheim" not in str(caught.value)


def test_heads_name_the_embedded_database_alike_whatever_its_port(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A restored home has its server on another port; the heads kept before are still those of its database."""
    monkeypatch.setenv("GOLDEN_ASSETS_HOME", str(tmp_path))
    settings, written = load_settings(), []
    for port in (50001, 50002):
        server = PostgresServer(port=port, password=SecretStr("geheim"), data_dir=tmp_path, pid=1)
        monkeypatch.setattr(server_urls, "postgres_status", lambda _, server=server: server)
        written.append(names_in_heads(settings, Database(server.url("golden")).place))
    assert [names[0] for names in written] == ["embedded/golden"] * 2
    assert written[0][1] != written[1][1], "what earlier releases wrote has the port in it"
    elsewhere = Database("postgresql://user@db:5433/golden").place
    assert names_in_heads(settings, elsewhere) == (elsewhere,)
