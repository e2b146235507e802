"""The Dagster instance of a home: its folder, its configuration, its storage."""

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import click

from golden_assets.domain.core.errors import GoldenAssetsError
from golden_assets.domain.corpus.locations import absolute_location
from golden_assets.embedded.private_files import private_directory
from golden_assets.embedded.server_urls import dagster_url
from golden_assets.settings.loader import config_path
from golden_assets.settings.names import CONFIG_VARIABLE
from golden_assets.settings.settings import Settings

if TYPE_CHECKING:
    import dagster as dg

    from golden_assets.domain.versions.versions import VersionSummary

ROOTS_VARIABLE = "GOLDEN_ASSETS_DOCUMENT_ROOTS"
CONFIGURATION = Path(__file__).resolve().parents[2] / "dagster.yaml"
"""How our instances are configured. It is not in the top folder of the project, where Dagster's own commands would take it for theirs."""


def dagster_home(settings: Settings) -> Path:
    """``DAGSTER_HOME`` as the user set it, else the folder ``dagster`` of our home."""
    return Path(os.environ.get("DAGSTER_HOME") or settings.home / "dagster").resolve()


def prepare_dagster(settings: Settings) -> dict[str, str]:
    """Make ``DAGSTER_HOME`` and the database it stores in; returns the environment that Dagster's processes need.

    A ``DAGSTER_HOME`` that the user set is left alone, and its ``dagster.yaml`` decides.

    Raises:
        ServerError: the database cannot be reached, or Dagster may not keep tables in it.
    """
    url = dagster_url(settings)
    if settings.dagster_url or settings.database_url:
        from golden_assets.adapters.postgres.dagster_storage import prepare_dagster_storage

        prepare_dagster_storage(url)
    home = dagster_home(settings)
    if "DAGSTER_HOME" in os.environ:
        home.mkdir(parents=True, exist_ok=True)
    else:
        private_directory(home)  # what was given to runs, and their logs
        shutil.copyfile(CONFIGURATION, home / "dagster.yaml")
        (home / ".nux").mkdir(exist_ok=True)
        (home / ".nux" / "nux.yaml").write_text("seen: 1\n", encoding="utf-8")  # keeps the UI from asking for an e-mail address
    return {
        "DAGSTER_HOME": str(home),
        "GOLDEN_ASSETS_DAGSTER_URL": url,
        "GOLDEN_ASSETS_HOME": str(settings.home.resolve()),  # Dagster's processes work in another folder
        **({"GOLDEN_ASSETS_DOCS": absolute_location(os.environ["GOLDEN_ASSETS_DOCS"])} if "GOLDEN_ASSETS_DOCS" in os.environ else {}),
        **({ROOTS_VARIABLE: _absolute(os.environ[ROOTS_VARIABLE])} if ROOTS_VARIABLE in os.environ else {}),
        **({CONFIG_VARIABLE: str(config)} if (config := config_path()) else {}),
        "DAGSTER_DISABLE_TELEMETRY": "1",
    }


def show_active_version(settings: Settings, versions: "Sequence[VersionSummary]") -> None:
    """Let Dagster show the version that is active now, where the home has a Dagster; one that cannot be reached is only mentioned."""
    if not dagster_home(settings).is_dir():
        return
    import dagster as dg
    from sqlalchemy.exc import SQLAlchemyError

    from golden_assets.defs.names import ACTIVE_VERSION
    from golden_assets.defs.run_history import unseen_activation

    active = next((version for version in versions if version.status == "active"), None)
    try:
        with open_instance(settings) as instance:
            key = dg.AssetKey([*filter(None, [settings.testset]), ACTIVE_VERSION])
            if found := unseen_activation(instance, key, active):
                instance.report_runless_asset_event(found)
    except (SQLAlchemyError, dg.DagsterError, GoldenAssetsError) as error:
        problem = str(error).partition("\n")[0]
        click.echo(f"not shown in Dagster yet: {problem}", err=True)


def _absolute(folders: str) -> str:
    """Folders with commas between them, as they are seen from the working directory."""
    return ",".join(absolute_location(folder.strip()) for folder in folders.split(","))


@contextmanager
def open_instance(settings: Settings) -> "Iterator[dg.DagsterInstance]":
    """The instance of this home, for runs in this process. Raises `ServerError` when its storage fails meanwhile."""
    os.environ.update(prepare_dagster(settings))
    import dagster as dg

    from golden_assets.cli.local.storage_errors import storage_errors

    with storage_errors(settings), dg.DagsterInstance.get() as instance:
        yield instance
