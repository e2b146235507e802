"""The environment of the embedded Phoenix: found, or made once from a lock file, by uv or by pip."""

import shutil
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import phoenix_environment
from golden_assets.embedded.phoenix_environment import ensure_server_python, find_server_python, user_environment

METADATA = "Metadata-Version: 2.1\nName: tiny\nVersion: 1.0\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


@pytest.fixture
def user(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A user whose home has nothing in it, with a package that was not installed from a checkout."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setattr(sys, "prefix", str(tmp_path / "project" / ".venv"))
    monkeypatch.setattr(phoenix_environment, "_lock_file", lambda: tmp_path / "server.lock")
    return tmp_path


@pytest.fixture(params=["uv", "pip"])
def lock(user: Path, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A lock file with one package, which lies beside it; installed with uv, and where there is none, with pip."""
    monkeypatch.setattr(shutil, "which", {"uv": lambda _: str(Path(sys.executable).with_name("uv")), "pip": lambda _: None}[request.param])
    wheel = user / "tiny-1.0-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr("tiny.py", "")
        archive.writestr("tiny-1.0.dist-info/METADATA", METADATA)
        archive.writestr("tiny-1.0.dist-info/WHEEL", WHEEL)
        archive.writestr("tiny-1.0.dist-info/RECORD", "tiny.py,,\n")
    path = user / "server.lock"
    path.write_text(f"--no-index\n{wheel}\n")
    return path


def test_it_is_made_once_and_shared_by_all_homes(lock: Path) -> None:
    told: list[str] = []
    python = ensure_server_python(tell=told.append)
    assert subprocess.run([python, "-c", "import tiny"], check=False).returncode == 0
    assert told == [
        "installing Phoenix into an environment of its own, once: it may take some minutes ...",
        f"Phoenix is installed in {user_environment()}",
    ]
    lock.unlink()
    lock.write_text(f"--no-index\n{lock.parent / 'tiny-1.0-py3-none-any.whl'}\n")
    assert ensure_server_python(tell=told.append) == python == find_server_python()
    assert len(told) == 2


def test_what_failed_is_told_and_the_next_attempt_goes_on(lock: Path, capfd: pytest.CaptureFixture[str]) -> None:
    """An environment that is not complete is not used, however much of it is there."""
    wheel = lock.parent / "tiny-1.0-py3-none-any.whl"
    wheel.rename(lock.parent / "elsewhere.whl")
    with pytest.raises(ServerError, match=r"Phoenix cannot be installed into .*/venv: .* ended with status \d+: read what it says above"):
        ensure_server_python()
    assert "tiny" in capfd.readouterr().err
    with pytest.raises(ServerError, match="the environment of the Phoenix server is missing"):
        find_server_python()
    (lock.parent / "elsewhere.whl").rename(wheel)
    assert subprocess.run([ensure_server_python(), "-c", "import tiny"], check=False).returncode == 0


@pytest.mark.parametrize("make", [lambda path: None, Path.mkdir, Path.touch], ids=["missing", "directory", "not executable"])
def test_one_that_is_set_is_never_made(user: Path, make: Callable[[Path], object]) -> None:
    (user / "server.lock").touch()
    make(user / "python")
    for obtain in (find_server_python, ensure_server_python):
        with pytest.raises(ServerError, match=r"is missing \(.*/python\): run make in a checkout, or golden-assets up; or set"):
            obtain(user / "python")


def test_that_of_a_checkout_is_looked_for_beside_ours(user: Path) -> None:
    (user / "server.lock").touch()
    ours = user / "project" / ".venv-server" / "bin" / "python"
    with pytest.raises(ServerError, match=f"missing \\({ours}\\)"):
        find_server_python()
    ours.parent.mkdir(parents=True)
    ours.symlink_to(sys.executable)
    assert find_server_python() == ensure_server_python() == ours  # the link itself: it makes the environment


def test_a_package_without_its_lock_file_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(phoenix_environment, "LOCK_FILE", "no-such.lock")
    with pytest.raises(ServerError, match=r"no-such.lock is missing beside .*: install the package again, or set phoenix: none"):
        user_environment()
