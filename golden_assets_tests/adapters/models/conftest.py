"""A loopback endpoint for every test of the model adapters, and what is asked of it."""

from collections.abc import Callable
from typing import Any

import pytest
from pydantic import SecretStr

from golden_assets.adapters.models.endpoint.client import Endpoint
from golden_assets.adapters.models.pricing import ModelPrices
from golden_assets_tests.endpoint_server import KEY, EndpointServer, endpoint_server

__all__ = ["endpoint_server"]

PRICES = ModelPrices(input=1.0, output=4.0, embedding=0.1)


@pytest.fixture
def endpoint(endpoint_server: EndpointServer) -> Endpoint:
    """The loopback server's endpoint, with short waits between attempts."""
    return connect(endpoint_server)


def connect(server: EndpointServer, **changes: Any) -> Endpoint:
    """An endpoint of this server."""
    return Endpoint(**{"api_key": SecretStr(KEY), "base_url": server.url, "timeout": 10.0, "first_wait": 0.01, **changes})


@pytest.fixture
def connected(endpoint_server: EndpointServer) -> Callable[..., Endpoint]:
    """Makes endpoints of the loopback server with other arguments than usual."""
    return lambda **changes: connect(endpoint_server, **changes)


@pytest.fixture
def prices() -> ModelPrices:
    """Prices for models that no list knows."""
    return PRICES
