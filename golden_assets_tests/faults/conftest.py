"""A registry of one's own, and a proxy in front of it that loses answers."""

import asyncio
from collections.abc import AsyncIterator, Callable

import pytest
from sqlalchemy.engine import make_url

from golden_assets.adapters.postgres import migrate


@pytest.fixture
def registry_url(database_url: str) -> str:
    """A fresh database with the schema in it."""
    migrate(database_url)
    return database_url


class LossyProxy:
    """Forwards PostgreSQL's protocol. The first ``losses`` COMMITs reach the server and take place, but their answer is lost."""

    def __init__(self, port: int, losses: int) -> None:
        self.losses = losses
        self.lost = 0
        self._port = port

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """One client."""
        from_server, to_server = await asyncio.open_connection("127.0.0.1", self._port)
        answers = asyncio.create_task(self._answer(from_server, writer))
        try:
            while data := await reader.read(65536):
                # the zero byte tells COMMIT from BEGIN ISOLATION LEVEL READ COMMITTED
                if b"COMMIT\x00" in data and self.lost < self.losses:
                    self.lost += 1
                    answers.cancel()
                    await asyncio.gather(answers, return_exceptions=True)
                    to_server.write(data)
                    answer = await from_server.read(65536)
                    assert b"COMMIT\x00" in answer
                    break
                to_server.write(data)
                await to_server.drain()
        finally:
            answers.cancel()
            for end in (writer, to_server):
                end.close()

    async def _answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()


@pytest.fixture
async def behind_a_lossy_proxy(registry_url: str) -> AsyncIterator[Callable[[int], tuple[str, LossyProxy]]]:
    """Gives the registry's URL through a proxy that loses so many answers to COMMIT."""
    servers = []

    async def start(losses: int) -> tuple[str, LossyProxy]:
        proxy = LossyProxy(make_url(registry_url).port or 5432, losses)
        servers.append(await asyncio.start_server(proxy.serve, "127.0.0.1", 0))
        port = servers[-1].sockets[0].getsockname()[1]
        url = make_url(registry_url).set(port=port).update_query_dict({"sslmode": "disable", "gssencmode": "disable"})
        return url.render_as_string(hide_password=False), proxy

    yield start
    for server in servers:
        server.close()
