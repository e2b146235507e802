"""A name for each test's dataset, Phoenix's REST interface, and a Phoenix that asks who is there."""

import uuid
from collections.abc import Iterator
from typing import NamedTuple

import httpx
import pytest

from golden_assets.embedded import phoenix_process
from golden_assets.embedded.phoenix import ensure_phoenix, stop_phoenix
from golden_assets.embedded.phoenix_environment import find_server_python
from golden_assets_tests.adapters.phoenix.rest import Rest


@pytest.fixture
def name() -> str:
    """A testset of one test."""
    return f"test-{uuid.uuid4().hex}"


@pytest.fixture
def rest(phoenix_url: str) -> Iterator[Rest]:
    with httpx.Client(base_url=phoenix_url, timeout=60, trust_env=False) as client:
        yield Rest(client)


class Guarded(NamedTuple):
    """A Phoenix with authentication: its address and its key."""

    url: str
    key: str


@pytest.fixture(scope="session")
def guarded_phoenix(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Guarded]:
    """A real Phoenix on SQLite with authentication, started once."""
    home, key = tmp_path_factory.mktemp("guarded-home"), f"admin1{uuid.uuid4().hex}"
    switches = {"PHOENIX_ENABLE_AUTH": "true", "PHOENIX_SECRET": f"secret1{uuid.uuid4().hex}", "PHOENIX_ADMIN_SECRET": key}
    with pytest.MonkeyPatch.context() as patch:
        for switch, value in switches.items():
            patch.setitem(phoenix_process.QUIET, switch, value)
        server = ensure_phoenix(home, find_server_python(), None)
    yield Guarded(server.base_url, key)
    stop_phoenix(home)
