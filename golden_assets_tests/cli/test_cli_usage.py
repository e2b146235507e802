"""The installed command itself: help, completion, pipes, and the embedded server as the default."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from golden_assets.cli import COMMANDS, SECTIONS, cli
from golden_assets_tests.cli.conftest import Golden
from golden_assets_tests.e2e.conftest import COMMAND, SHARED_VARIABLES

INHERITED = {name: value for name, value in os.environ.items() if not name.startswith(SHARED_VARIABLES)}


def completed(words: str, position: int) -> list[str]:
    """What the shell would offer."""
    asked = {"_GOLDEN_ASSETS_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(position)}
    ended = subprocess.run([COMMAND], env=INHERITED | asked, capture_output=True, text=True, check=True)
    return [line.partition(",")[2] for line in ended.stdout.splitlines()]


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_can_be_loaded_and_explains_itself(golden: Golden, name: str) -> None:
    ended = golden(name, "--help")
    assert (ended.status, ended.err) == (0, "")
    assert ended.out.startswith(f"Usage: golden-assets {name} ")
    assert cli.get_command(cli.make_context("golden-assets", [name]), name).help


def test_the_help_has_every_command_in_one_section_with_its_whole_summary(golden: Golden) -> None:
    assert sorted(name for names in SECTIONS.values() for name in names) == sorted(COMMANDS)
    shown = golden("--help").out
    assert "..." not in shown.partition("Build:")[2]
    assert all(f"\n{title}:\n" in shown for title in SECTIONS)


def test_the_shell_completes_commands_options_and_choices() -> None:
    assert set(completed("golden-assets ", 1)) == set(COMMANDS)
    assert completed("golden-assets li", 1) == ["list-versions"]
    assert completed("golden-assets db ", 2) == ["down", "roles", "status", "up"]
    assert "--reason" in completed("golden-assets rollback 1.0.0 --", 3)
    assert completed("golden-assets audit --format ", 3) == ["table", "json"]


def test_the_shell_gets_a_script_that_switches_completion_on() -> None:
    asked = {"_GOLDEN_ASSETS_COMPLETE": "bash_source"}
    script = subprocess.run([COMMAND], env=INHERITED | asked, capture_output=True, text=True, check=True).stdout
    assert "complete -o nosort -F _golden_assets_completion golden-assets" in script


def test_without_a_command_the_help_is_shown_and_the_status_says_wrong_usage(golden: Golden) -> None:
    for arguments in ([], ["db"]):
        ended = golden(*arguments)
        assert (ended.status, ended.out) == (2, "")
        assert "Usage: golden-assets" in ended.err


def test_help_does_not_import_dagster() -> None:
    code = "import sys; from click.testing import CliRunner; from golden_assets.cli import cli; CliRunner().invoke(cli, ['--help']);"
    code += "print(sorted({'dagster', 'ragas', 'pandas', 'sqlalchemy', 'scipy'} & set(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_without_a_url_the_embedded_server_is_started_and_used(embedded_home: Path, postgres_server: object, tmp_path: Path) -> None:
    environment = INHERITED | {"GOLDEN_ASSETS_HOME": str(embedded_home), "GOLDEN_ASSETS_TESTSET_NAME": f"cli-{os.getpid()}"}

    def run(*arguments: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run([COMMAND, *arguments], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)

    listed = run("list-versions", "--format", "json")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, "[]\n", "")
    refused = run("activate", "1.0.0")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith(f"error: there is no version 1.0.0 of cli-{os.getpid()}")
    audited = run("audit")
    assert "promote" in audited.stdout
    assert run("audit", "--limit", "none").returncode == 2


@pytest.mark.parametrize("docs", ["postgresql://u:canary@h/x", "table:postgres://u:canary@h/x", "host=h password=canary"])
@pytest.mark.parametrize("command", ["run", "create"])
def test_a_location_with_a_password_is_refused_before_anything_keeps_it(golden: Golden, tmp_path: Path, command: str, docs: str) -> None:
    ended = golden(command, "--docs", docs)
    assert (ended.status, ended.out, ended.err.count("\n")) == (2, "", 1)
    assert ended.err.endswith("put the database's URL into GOLDEN_ASSETS_DOCUMENTS_URL and say table:NAME.\n")
    assert "canary" not in ended.err
    assert not (tmp_path / "home").exists(), "no Dagster was opened"
