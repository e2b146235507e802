"""`python -m golden_assets.cli.local.dagster_webserver`: Dagster's own web server with its options, behind the `BrowserGuard`."""

from typing import Any

import dagster_webserver.app
from dagster_webserver.cli import dagster_webserver as serve
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from golden_assets.embedded.browser_guard import BrowserGuard


class GuardedWebserver(DagsterWebserver):  # type: ignore[type-arg]
    """Dagster's web server; the guard is the outermost of its middlewares."""

    def build_middleware(self) -> list[Middleware]:
        """The guard before Dagster's own."""
        return [Middleware(BrowserGuard), *super().build_middleware()]


if __name__ == "__main__":
    app: Any = dagster_webserver.app
    app.DagsterWebserver = GuardedWebserver
    serve()
