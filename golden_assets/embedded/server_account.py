"""Accounts of the operating system: whose process this is, and the one PostgreSQL runs under, for it refuses root.

A server that is started inside its data directory can be told that this is ``/proc/self/cwd``: then it never walks down from ``/``. So data
below a directory that is closed to the account (root's home, mode 0700) are no obstacle, and no parent has to be opened.
"""

import getpass
import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from golden_assets.domain.core.errors import ServerError

CANDIDATES = ("postgres", "nobody")
ENVIRONMENT = {"TZ": "UTC", "LC_ALL": "C", "PATH": "/usr/local/bin:/usr/bin:/bin"}
"""All that PostgreSQL's programs get to see: without TZ and LC_ALL they guess, and what they guess differs between machines."""
TIMEOUT_S = 120.0
OWN_SERVER = "or set GOLDEN_ASSETS_DATABASE_URL to a server of yours"


@dataclass(frozen=True)
class Account:
    """Under whom a program runs. ``borrowed`` is true when we are root and step down for it."""

    uid: int
    gid: int
    borrowed: bool

    def run(self, command: Sequence[str | Path], directory: Path, stdin: str | None = None) -> subprocess.CompletedProcess[str]:
        """Run ``command`` in ``directory`` under this account, in a session of its own, and return its texts and exit status.

        Raises:
            PermissionError: the account cannot reach the program, or we may not change to the account.
            ServerError: no end after ``TIMEOUT_S``.
        """
        try:
            return subprocess.run(  # noqa: S603 - the programs are PostgreSQL's own
                command,
                cwd=directory,
                input=stdin,
                stdin=subprocess.DEVNULL if stdin is None else None,
                capture_output=True,
                text=True,
                env=ENVIRONMENT,
                start_new_session=True,  # Ctrl-C is for us, not for a half-started server
                timeout=TIMEOUT_S,
                user=self.uid if self.borrowed else None,
                group=self.gid if self.borrowed else None,
                extra_groups=[] if self.borrowed else None,
            )
        except subprocess.TimeoutExpired as error:
            raise ServerError(
                f"{command[0]} did not end within {TIMEOUT_S:.0f} s", "see whether the machine is overloaded, then try again"
            ) from error

    def path_of(self, directory: Path) -> str:
        """How a program of this account, running in ``directory``, should name it."""
        here = Path("/proc/self/cwd")
        return str(here) if self.borrowed and here.exists() else str(directory)

    def take(self, directory: Path) -> None:
        """Hand ``directory`` and all below it over to this account."""
        if not self.borrowed:
            return
        for path in (directory, *directory.rglob("*")):
            os.lchown(path, self.uid, self.gid)


def process_user() -> str:
    """Who is on record for what this process does: the name of its user, or the user id where that has none, as in many containers."""
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return f"uid {os.getuid()}"


def server_account(data: Path) -> Account:
    """Ourselves; as root the owner of ``data``, or the first of ``CANDIDATES`` while root owns it or it does not exist yet.

    Raises:
        ServerError: the account does not exist, or ours has no name while ``data`` is still to be made (``initdb`` asks for the name).
    """
    uid, gid = os.geteuid(), os.getegid()
    if uid != 0:
        if not data.exists() and not _has_name(uid):
            raise ServerError(f"the user id {uid} has no name, and initdb needs one", f"add it to /etc/passwd, {OWN_SERVER}")
        return Account(uid, gid, borrowed=False)
    if data.exists() and (owner := data.stat()).st_uid != 0:
        return Account(owner.st_uid, owner.st_gid, borrowed=True)
    for entry in filter(None, map(_entry, CANDIDATES)):
        return Account(entry.pw_uid, entry.pw_gid, borrowed=True)
    accounts = " or ".join(CANDIDATES)
    raise ServerError(f"PostgreSQL refuses to run as root, and no account {accounts} exists", f"run as an ordinary user, {OWN_SERVER}")


def _entry(name: str) -> pwd.struct_passwd | None:
    try:
        return pwd.getpwnam(name)
    except KeyError:
        return None


def _has_name(uid: int) -> bool:
    try:
        pwd.getpwuid(uid)
    except KeyError:
        return False
    return True
