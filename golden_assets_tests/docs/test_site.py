"""The docs site: every page is in it, every link leads somewhere, and no page loads anything from elsewhere."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sources(tmp_path: Path) -> Path:
    """The pages in a folder of this test's own."""
    shutil.copy(ROOT / "mkdocs.yml", tmp_path)
    shutil.copytree(ROOT / "docs", tmp_path / "docs")
    return tmp_path


def build(folder: Path) -> subprocess.CompletedProcess[str]:
    call = [str(Path(sys.executable).with_name("zensical")), "build", "--clean", "--strict"]
    return subprocess.run(call, cwd=folder, capture_output=True, text=True, timeout=60, check=False)


def test_the_strict_build_has_every_page_and_loads_nothing_from_elsewhere(sources: Path) -> None:
    built = build(sources)
    assert built.returncode == 0, built.stdout + built.stderr
    pages = list((sources / "build" / "site").rglob("*.html"))
    assert len(pages) > len(list((ROOT / "docs").rglob("*.md")))
    loaded = [
        found
        for page in pages
        for found in re.findall(r"<(?:script|img|link)\b[^>]*(?:src|href)=\"?(?:https?:)?//[^>]+>", page.read_text())
    ]
    assert [found for found in loaded if "canonical" not in found] == []


def test_the_menu_names_every_page() -> None:
    def pages(entry: object) -> list[str]:
        if isinstance(entry, str):
            return [entry]
        return [page for part in (entry.values() if isinstance(entry, dict) else entry) for page in pages(part)]  # type: ignore[attr-defined]

    menu = pages(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"])
    assert sorted(menu) == sorted(page.relative_to(ROOT / "docs").as_posix() for page in (ROOT / "docs").rglob("*.md"))


@pytest.mark.parametrize("target", ["no-such-page.md", "concepts.md#no-such-heading"])
def test_a_link_that_leads_nowhere_fails_the_build(sources: Path, target: str) -> None:
    with (sources / "docs" / "index.md").open("a", encoding="utf-8") as page:
        page.write(f"\n[wrong]({target})\n")
    assert build(sources).returncode != 0
