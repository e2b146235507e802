"""The documentation is compared with the product: links, commands, references, tables."""

import re
import shlex
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import click
import pytest

from golden_assets.cli import COMMANDS, cli
from golden_assets.domain.gates.evaluate import GATES
from golden_assets.settings.setting_reference import catalogue
from golden_assets.settings.settings import Settings
from tools.reference import pages

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "examples" / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r"^```(\w*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")
MENTION = re.compile(r"`golden-assets ([^`]+)`")
SOURCES = sorted((ROOT / "golden_assets").rglob("*.py"))


def name_of(page: Path) -> str:
    return page.relative_to(ROOT).as_posix()


def anchors(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    headings = re.findall(r"^#+ (.+)$", FENCE.sub("", page.read_text(encoding="utf-8")), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands_in(text: str) -> Iterator[str]:
    """Every call of the command in the code blocks of a page."""
    for language, block in FENCE.findall(text):
        if language in ("python", "text"):
            continue
        for line in block.replace("\\\n", " ").splitlines():
            line = line.strip().removeprefix("$ ").removeprefix("- run: ").removeprefix("run: ").partition(" #")[0]
            for part in line.split(" && "):
                if part.startswith("golden-assets "):
                    yield part.partition(" > ")[0]


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_local_link_and_picture_leads_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        if target.startswith(("http://", "https://", "mailto:")):
            continue
        path, _, anchor = unquote(target).partition("#")
        found = (page.parent / path).resolve() if path else page
        assert found.exists(), f"{name_of(page)}: {target}"
        if anchor:
            assert anchor in anchors(found), f"{name_of(page)}: {target}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_that_is_shown_can_be_typed(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for call in commands_in(page.read_text(encoding="utf-8")):
        parse(shlex.split(call)[1:], call)


def test_the_page_of_commands_in_use_has_each_of_them() -> None:
    page = (ROOT / "docs" / "how-to" / "commands.md").read_text(encoding="utf-8")
    options = re.compile(r"^golden-assets (--\w+ \S+ )?")
    assert set(COMMANDS) - {options.sub("", call).split()[0] for call in commands_in(page)} == set()
    named = {
        name.partition(" ")[0] for line in re.findall(r"^\| (`.+`) \| .+ \|$", page, re.MULTILINE) for name in re.findall(r"`(.+?)`", line)
    }
    assert set(COMMANDS) - named == set()


def test_a_command_that_does_not_exist_is_noticed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for wrong in (
        "golden-assets rnu",
        "golden-assets run --sise 3",
        "golden-assets rollback 1.0.0",
        "golden-assets config show --format x",
    ):
        (call,) = commands_in(f"```console\n$ {wrong}\n```\n")
        with pytest.raises(click.UsageError):
            parse(shlex.split(call)[1:], call)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_and_option_that_a_sentence_names_exists(page: Path) -> None:
    for mention in MENTION.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        assert unknown_in(mention) == [], mention


def test_every_command_and_option_that_a_message_names_exists() -> None:
    found = [(name_of(path), mention) for path in SOURCES for mention in MENTION.findall(path.read_text(encoding="utf-8"))]
    assert len(found) > 40
    assert [(place, mention) for place, mention in found if unknown_in(mention)] == []


@pytest.mark.parametrize("mention", ["rnu", "budget stop", "run --sise 3", "list_versions"])
def test_a_mention_of_what_does_not_exist_is_noticed(mention: str) -> None:
    assert unknown_in(mention)


def unknown_in(mention: str) -> list[str]:
    """The words of a call that are no command, subcommand or option; arguments and values of options may be anything."""
    command: click.Command = cli
    unknown: list[str] = []
    for word in re.split(r"[\s\[\]|\\]+", mention):
        if word.startswith("--"):
            known = {option for parameter in command.params for option in parameter.opts} | {"--help"}
            unknown += [] if word in known else [word]
        elif isinstance(command, click.Group) and re.fullmatch("[a-z][a-z-_]*", word):
            found = command.get_command(click.Context(command), word)
            if found is None:
                return [word]
            command = found
    return unknown


def parse(arguments: list[str], call: str) -> None:
    """Let click parse a call, down to the last subcommand, without running anything."""
    command: click.Command = cli
    context: click.Context | None = None
    while True:
        for argument in arguments:
            if re.fullmatch(r"[\w.-]+\.(jsonl?|csv|parquet)", argument):
                Path(argument).touch()
        context = command.make_context(command.name or "golden-assets", list(arguments), parent=context)
        if not isinstance(command, click.Group):
            return
        rest = [*context._protected_args, *context.args]
        assert rest, f"{call}: which command?"
        name, found, arguments = command.resolve_command(context, rest)
        assert found is not None, name
        command = found


@pytest.mark.parametrize("page", pages(), ids=lambda path: path.name)
def test_the_references_say_what_the_code_does(page: Path) -> None:
    assert page.read_text(encoding="utf-8") == pages()[page], "run `make docs`"


def test_every_setting_says_what_it_does_under_a_title_that_is_whole() -> None:
    settings = catalogue(Settings).values()
    assert {setting.name for setting in settings if not setting.description} == set()
    titles = {setting.group.partition("\n")[0] for setting in settings}
    assert {title for title in titles if not title.endswith(".") or ". " in title} == set()


def test_the_concepts_explain_every_gate() -> None:
    page = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    told = {name: stage for stage, name in re.findall(r"^\| (\S+) \| `(\w+)` \|", page, flags=re.MULTILINE)}
    assert told == {gate.name: gate.stage for gate in GATES.values()}


def test_the_architecture_names_every_table_and_no_other() -> None:
    schema = (ROOT / "sql" / "schema.sql").read_text(encoding="utf-8")
    tables = set(re.findall(r"CREATE TABLE golden_assets\.(\w+)", schema))
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    assert set(re.findall(r"`(golden_\w+)`", page)) - {"golden_assets"} == tables


def test_the_architecture_names_every_room() -> None:
    page = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = {path.name for path in (ROOT / "golden_assets").iterdir() if (path / "__init__.py").exists()} - {"sample_corpus"}
    assert {room for room in rooms if f"`{room}/`" not in page} == set()


@pytest.mark.parametrize("page", [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"], ids=name_of)
def test_every_file_that_a_page_names_is_there(page: Path) -> None:
    roots = (ROOT, ROOT / "golden_assets", ROOT / "golden_assets" / "adapters" / "ragas")
    named = re.findall(r"`((?:[\w.-]+/)+[\w.-]*)`", page.read_text(encoding="utf-8"))
    named = [name for name in named if "NNNN" not in name]
    assert len(named) > 15
    assert [name for name in named if not any((root / name).exists() for root in roots)] == []


def test_the_concepts_explain_every_asset() -> None:
    from golden_assets.definitions import build_definitions

    page = (ROOT / "docs" / "concepts.md").read_text(encoding="utf-8")
    assets = {key.path[-1] for key in build_definitions().resolve_asset_graph().get_all_asset_keys()}
    assert set(re.findall(r"^\| `(\w+)` \|", page, flags=re.MULTILINE)) == assets


def test_the_readme_is_read_in_four_minutes() -> None:
    assert len((ROOT / "README.md").read_text(encoding="utf-8").split()) <= 1200


TICS = re.compile(r"\b(nobody|somebody|whoever|anew|stands in|held against|goes on from)\b", re.IGNORECASE)


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_pages_are_in_plain_english(page: Path) -> None:
    if page.name not in ("cli.md", "configuration.md", "gates.md", "statistics.md"):  # written from the code
        assert TICS.findall(re.sub(r"`[^`]+`", "", FENCE.sub("", page.read_text(encoding="utf-8")))) == []


def test_every_page_is_reached_from_the_readme() -> None:
    reached, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop()
        if page in reached or page.suffix != ".md":
            continue
        reached.add(page)
        for target in LINK.findall(page.read_text(encoding="utf-8")):
            found = (page.parent / target.partition("#")[0]).resolve()
            if "://" not in target and found.exists():
                waiting.append(found)
    assert {name_of(page) for page in set(PAGES) - reached} == set()


def test_the_workflow_of_the_ci_page_is_yaml_and_runs_the_documented_command() -> None:
    import yaml

    page = (ROOT / "docs" / "how-to" / "ci.md").read_text(encoding="utf-8")
    (workflow,) = [yaml.safe_load(block) for language, block in FENCE.findall(page) if language == "yaml"]
    commands = [step["run"] for step in workflow["jobs"]["score"]["steps"] if step.get("run", "").startswith("golden-assets ")]
    assert [command.split("\n")[0] for command in commands] == [
        "golden-assets experiment active --task my_rag:answer --fail-below 0.8 --format json > experiment.json",
        'golden-assets experiment active --task my_rag:answer --fail-below 0.8 --against "$(jq -r .experiment_id experiment.json)"',
    ]
