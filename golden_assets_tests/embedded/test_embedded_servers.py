from pathlib import Path

import pytest

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded.phoenix_process import read_state
from golden_assets.embedded.servers import Servers, down, status, up


def test_up_status_down_and_down_again(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert status(home) == Servers(postgres=None, phoenix=None)
    try:
        servers = up(home, wait=False)

        assert status(home) == servers == up(home, wait=False)
        assert read_state(home / "phoenix").database == f"//127.0.0.1:{servers.postgres.port}/phoenix"
    finally:
        stopped = down(home)
    assert stopped == ["Phoenix", "PostgreSQL"]
    assert status(home) == Servers(postgres=None, phoenix=None)
    assert down(home) == []


def test_without_the_server_environment_nothing_is_started(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match="environment of the Phoenix server is missing"):
        up(tmp_path / "home", python=tmp_path / "none")

    assert not (tmp_path / "home").exists()


def test_a_ready_pair_is_shared(embedded_home: Path, phoenix_server, postgres_server) -> None:
    servers = up(embedded_home)

    assert (servers.postgres, servers.phoenix.base_url) == (postgres_server, phoenix_server.base_url)
    assert status(embedded_home) == servers
