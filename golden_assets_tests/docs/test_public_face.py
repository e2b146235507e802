"""What a consumer of the package relies on: its types, its version, and the pages that say what stays as it is."""

import re
import subprocess
import sys
import tomllib
from importlib.metadata import version
from pathlib import Path

import golden_assets

ROOT = Path(golden_assets.__file__).parents[1]
CONSUMER = """
from golden_assets import GoldenTestsetManager

async def active() -> str:
    async with GoldenTestsetManager() as manager:
        found = await manager.get_active_version()
        reveal_type(found)
        return found.version if found else 3
"""


def test_a_consumers_type_checker_sees_our_types(tmp_path: Path) -> None:
    (tmp_path / "consumer.py").write_text(CONSUMER, encoding="utf-8")
    call = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", ROOT / ".mypy_cache" / "consumer", "consumer.py"]
    checked = subprocess.run(call, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert 'Revealed type is "golden_assets.adapters.testset_version.TestsetVersion | None"' in checked.stdout
    assert 'got "str | int", expected "str"' in checked.stdout


def test_the_version_is_that_of_the_distribution_and_of_the_changelog() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert golden_assets.__version__ == version("golden-assets") == project["version"]
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert re.findall(r"^## \[(.+?)\]", changelog, re.MULTILINE)[:2] == ["Unreleased", golden_assets.__version__]
