import subprocess

from golden_assets_tests.e2e.conftest import COMMAND, Run


def test_status_tells_what_runs_without_starting_it(command: Run, own_environment: dict[str, str]) -> None:
    shared = command("status").stdout
    assert "127.0.0.1" in shared
    assert "not running" not in shared
    own = subprocess.run([COMMAND, "status"], env=own_environment, capture_output=True, text=True, check=True)
    assert own.stdout.count("not running") == 2


def test_up_shares_the_running_servers(command: Run) -> None:
    up = [line.split() for line in command("up").stdout.splitlines()]
    status = [line.split() for line in command("status").stdout.splitlines()]
    assert status[:2] == up


def test_down_without_servers_is_no_error(own_environment: dict[str, str]) -> None:
    down = subprocess.run([COMMAND, "down"], env=own_environment, capture_output=True, text=True, check=True)
    assert down.stdout.strip() == "nothing was running"


def test_a_port_in_use_is_named(own_environment: dict[str, str], command: Run) -> None:
    port = command("status").stdout.split("127.0.0.1:")[1].split()[0]
    taken = subprocess.run([COMMAND, "dev", "--port", port], env=own_environment, capture_output=True, text=True, check=False)
    assert taken.returncode == 1
    assert f"port {port} is in use" in taken.stderr


def test_help_is_quick_to_import_and_lists_the_commands(command: Run) -> None:
    shown = command("--help")
    assert shown.returncode == 0
    for name in ("run", "dev", "up", "down", "status"):
        assert f"  {name} " in shown.stdout


def test_an_unknown_command_is_wrong_usage(command: Run) -> None:
    assert command("fly").returncode == 2


def test_a_bad_setting_is_named_before_anything_starts(command: Run) -> None:
    refused = command("run", GOLDEN_ASSETS_MAX_CONCURRENCY="many")
    assert refused.returncode == 2
    assert refused.stderr.startswith("error: GOLDEN_ASSETS_MAX_CONCURRENCY is not valid")
