import socket
import urllib.request

import httpx
import pytest


@pytest.mark.parametrize("url", ["http://203.0.113.7/", "http://example.com/", "http://[2001:db8::1]/"])
def test_an_outbound_call_of_a_test_fails(url: str) -> None:
    with pytest.raises(AssertionError, match="outbound call to"):
        urllib.request.urlopen(url)  # noqa: S310
    with pytest.raises(AssertionError, match="outbound call to"):
        httpx.get(url, trust_env=False)


async def test_an_asynchronous_outbound_call_fails_too() -> None:
    async with httpx.AsyncClient(trust_env=False) as client:
        with pytest.RaisesGroup(pytest.RaisesExc(AssertionError, match="outbound call to")):
            await client.get("http://203.0.113.7/")


@pytest.mark.parametrize("host", ["127.0.0.1", "127.8.8.8", "localhost"])
def test_this_machine_can_be_called(host: str) -> None:
    bind = host.replace("localhost", "127.0.0.1")
    with socket.create_server((bind, 0)) as server, socket.create_connection((host, server.getsockname()[1]), timeout=5) as client:
        assert client.getpeername() == server.getsockname()
