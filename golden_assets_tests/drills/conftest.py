"""The fixtures of the end-to-end tests, and how long the longest drill is to be."""

import pytest

from golden_assets_tests.e2e.conftest import command, dagster_instance, endpoint, endpoint_variables, environment, own_environment, stored
from golden_assets_tests.faults.conftest import registry_url

__all__ = ["command", "dagster_instance", "endpoint", "endpoint_variables", "environment", "own_environment", "registry_url", "stored"]


def pytest_addoption(parser: pytest.Parser) -> None:
    """With the default each drill ends within minutes; five and more kill one process of every kind."""
    parser.addoption("--kills", type=int, default=3, help="processes killed in the life with kills at random moments")


@pytest.fixture
def kills(request: pytest.FixtureRequest) -> int:
    """How many processes the longest drill kills."""
    return int(request.config.getoption("--kills"))
