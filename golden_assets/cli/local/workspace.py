"""Dagster's workspace file: one code location per configured testset, written again when the configuration file changes."""

import json
import sys
import threading
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from golden_assets.defs.names import DEFINITIONS_MODULE
from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.embedded.processes import LOOPBACK
from golden_assets.settings.loader import config_path
from golden_assets.settings.settings import all_testsets, load_settings

if TYPE_CHECKING:
    from dagster._core.remote_origin import RemoteJobOrigin

FILE_NAME = "golden_assets_workspace.yaml"
DEFAULT_LOCATION = "golden_assets"
REPOSITORY = "__repository__"
"""As Dagster names the definitions of a module."""
RELOAD = "mutation { reloadWorkspace { __typename } }"
RELOAD_TIMEOUT_S = 180


def write_workspace(folder: Path) -> tuple[Path, bool]:
    """The workspace file in ``folder``, and whether it had to be changed. Raises `ConfigurationError`."""
    path = folder / FILE_NAME
    text = yaml.safe_dump({"load_from": [{"python_module": _location(testset)} for testset in all_testsets()]}, sort_keys=False)
    changed = not path.exists() or path.read_text(encoding="utf-8") != text
    if changed:
        path.write_text(text, encoding="utf-8")
    return path, changed


def job_origin(job: str, testset: str | None) -> "RemoteJobOrigin":
    """Where Dagster's UI looks for a job: runs that say so are on its timeline, and in the history of the job."""
    from dagster._core.remote_origin import ManagedGrpcPythonEnvCodeLocationOrigin, RemoteJobOrigin, RemoteRepositoryOrigin
    from dagster._core.types.loadable_target_origin import LoadableTargetOrigin

    found = _location(testset)
    module = LoadableTargetOrigin(executable_path=sys.executable, module_name=DEFINITIONS_MODULE, attribute=found.get("attribute"))
    location = ManagedGrpcPythonEnvCodeLocationOrigin(module, found["location_name"])
    return RemoteJobOrigin(RemoteRepositoryOrigin(location, REPOSITORY), job)


class WorkspaceFollower:
    """Keeps the workspace of a running Dagster as the configuration file says.

    Args:
        folder: where the workspace file is.
        port: of Dagster's UI on loopback.
        tell: takes what people should know.
    """

    def __init__(self, folder: Path, port: int, tell: Callable[[str], None]) -> None:
        self.folder = folder
        self.port = port
        self.tell = tell
        self._seen = _stamp()
        self._had_file = self._seen is not None  # else Dagster's processes were not told of it

    def look(self) -> None:
        """Write the workspace and have Dagster reload it, if the file changed and the testsets with it; a file in error changes nothing."""
        stamp = _stamp()
        if stamp == self._seen:
            return
        self._seen = stamp
        if not self._had_file:
            self.tell("a configuration file appeared: Dagster reads it when you start `golden-assets dev` again")
            return
        try:
            for testset in all_testsets():
                load_settings(testset)
            _, changed = write_workspace(self.folder)
        except ConfigurationError as error:
            self.tell(f"the testsets stay as they are: {error}")
            return
        if changed:
            names = ", ".join(testset or DEFAULT_LOCATION for testset in all_testsets())
            self.tell(f"code locations now: {names}")
            threading.Thread(target=self._reload, daemon=True).start()

    def _reload(self) -> None:
        body = json.dumps({"query": RELOAD}).encode()
        request = urllib.request.Request(f"http://{LOOPBACK}:{self.port}/graphql", body, {"Content-Type": "application/json"})
        try:
            urllib.request.urlopen(request, timeout=RELOAD_TIMEOUT_S).close()  # noqa: S310  our own server
        except (urllib.error.URLError, TimeoutError, ConnectionError):
            self.tell("Dagster did not reload its code locations: press Reload all on its Deployment page")


def _location(testset: str | None) -> dict[str, str]:
    if testset is None:
        return {"module_name": DEFINITIONS_MODULE, "location_name": DEFAULT_LOCATION}
    return {"module_name": DEFINITIONS_MODULE, "attribute": f"testset:{testset}", "location_name": testset}


def _stamp() -> tuple[int, int] | None:
    """What changes when the configuration file does."""
    path = config_path()
    try:
        status = path.stat() if path else None
    except FileNotFoundError:
        return None
    return (status.st_mtime_ns, status.st_size) if status else None
