from collections.abc import Callable
from pathlib import Path
from textwrap import dedent

import pytest

SHARED = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "PHOENIX_COLLECTOR_ENDPOINT", "PHOENIX_API_KEY", "GOLDEN_ASSETS_HOME")


@pytest.fixture
def write_config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Write the configuration file of the working directory, which is an empty one."""
    for name in SHARED:
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)

    def write(text: str) -> Path:
        path = tmp_path / "golden_testset_config.yaml"
        path.write_text(dedent(text), encoding="utf-8")
        return path

    return write
