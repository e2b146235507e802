"""Writes `configuration.md` from the settings, `cli.md` from the commands, and the table of gates in `concepts.md` from the registry: `make
docs`. A test compares the pages with them.
"""

import json
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path

import click

from golden_assets.cli import cli
from golden_assets.domain.core.thresholds import Thresholds
from golden_assets.domain.core.verdicts import GateSpec
from golden_assets.domain.gates.registry import GATES
from golden_assets.settings.file import SECTIONS
from golden_assets.settings.setting_reference import Setting, catalogue
from golden_assets.settings.settings import Settings

DOCS = Path(__file__).resolve().parents[1] / "docs"
NOTE = "<!-- Written by `make docs`: change the code, not this page. -->"
GATES_BEGIN, GATES_END = "<!-- Written by `make docs` -->", "<!-- end -->"

CONFIGURATION = """# Configuration

Every setting is optional. Its value is, first to last: that of the environment variable; what the configuration file says under `testsets`
for the testset in question; what the file says for all; the default.

```console
$ golden-assets config show
$ golden-assets config show --format json
$ golden-assets config validate
```

`config show` tells where each value comes from, and masks secrets. `config validate` names all that is wrong at once, by file and line or
by variable: an unknown key (with what was probably meant), a wrong type, a value out of range (with what is allowed). It exits with 2 then.

## The file

`golden_testset_config.yaml` in the working directory, or the file that `GOLDEN_ASSETS_CONFIG` or `golden-assets --config FILE` names.
Relative paths in it stand beside it. Settings stand at the top level; sections are allowed and only group:

```yaml
docs: handbook
default_size: 50
thresholds:
  min_diversity: 0.6
database:
  pool_size: 10
```

Keep secrets in the environment where you can. Older files are accepted as they stand; this is what their keys mean:

OLDER-NAMES

## Several testsets

```yaml
thresholds: {min_diversity: 0.6}     # for all
testsets:
  handbook:
    docs: docs/handbook
    default_size: 100
  api:
    docs: docs/api
    thresholds: {min_diversity: 0.5}
```

Each testset is a code location of its own in Dagster, with its name before every asset key (`handbook/active_version`), and has its own
versions; all share the registry. While `golden-assets dev` runs, a testset that is added to the file appears within seconds. Names are
letters, digits and underscores. What is marked as shared below cannot differ. The settings at the top are a testset of their own, without a
prefix, when they name `docs`, or when no testset is named.

![Two testsets as code locations](images/code-locations.png)

Commands take `--testset NAME` before their own name, or `GOLDEN_ASSETS_TESTSET`:

```console
$ golden-assets --testset handbook run
$ golden-assets --testset api list-versions
```

## All settings
"""

CLI = """# Commands

[how-to/commands.md](how-to/commands.md) shows them in use. `golden-assets COMMAND --help` prints the same as this page.

"""


def configuration_page() -> str:
    """The reference of all settings."""
    aliases = {f"{section}.{old}": new for section, names in SECTIONS.items() for old, new in names.items()}
    sections = _table(("in older files", "setting"), ((f"`{old}`", f"`{new}`") for old, new in aliases.items()))
    parts = [NOTE, "\n", CONFIGURATION.replace("OLDER-NAMES", sections)]
    for group, settings in groupby(catalogue(Settings).values(), key=lambda setting: setting.group):
        listed = list(settings)
        title, _, more = group.replace("``", "`").partition("\n")
        parts.append(f"\n### {title.rstrip('.')}\n\n" + ("" if listed[0].per_testset else "Shared by all testsets.\n\n"))
        parts.append(f"{more.strip()}\n\n" if more.strip() else "")
        parts.append(_table(("setting", "variable", "default", "allowed", ""), map(_row, listed)) + "\n")
    return "".join(parts)


def cli_page() -> str:
    """The reference of all commands."""
    context = click.Context(cli, info_name="golden-assets", **cli.context_settings)
    return NOTE + "\n" + CLI + "\n".join(_commands(cli, context))


def concepts_page() -> str:
    """The page as it is, with the table of gates from the registry."""
    before, _, rest = (DOCS / "concepts.md").read_text(encoding="utf-8").partition(GATES_BEGIN)
    after = rest.partition(GATES_END)[2]
    table = _table(("stage", "gate", "passes when", "default limits"), map(_gate_row, GATES.values()))
    return f"{before}{GATES_BEGIN}\n\n{table}\n\n{GATES_END}{after}"


def _gate_row(gate: GateSpec) -> tuple[str, ...]:
    limits = ", ".join(f"`{name}` {value:g}" for name in gate.limits if (value := getattr(Thresholds(), name)) is not None)
    return gate.stage, f"`{gate.name}`", gate.description, limits


def _row(setting: Setting) -> tuple[str, ...]:
    default = "" if setting.default in (None, ()) else f"`{_plain(setting.default)}`"
    secret = "Secret. " if setting.is_secret else ""
    return f"`{setting.name}`", f"`{setting.variable}`", default, setting.allowed, secret + setting.description.replace("``", "`")


def _plain(value: object) -> str:
    if isinstance(value, bool | int | float):
        return json.dumps(value)
    return ",".join(f"{part:g}" for part in value) if isinstance(value, tuple) else str(value)


def _commands(command: click.Command, context: click.Context) -> Iterator[str]:
    """One section per command, groups before what is in them."""
    yield f"## `{context.command_path}`\n"
    yield f"```text\n{_usage(command, context)}\n```\n"
    yield (command.help or "").replace("\b\n", "").strip() + "\n"
    rows = [record for parameter in command.get_params(context) if (record := parameter.get_help_record(context))]
    if rows:
        yield _table(("option", ""), ((f"`{name}`", text) for name, text in rows)) + "\n"
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            if inner is not None and not inner.hidden:
                yield from _commands(inner, click.Context(inner, info_name=name, parent=context))


def _usage(command: click.Command, context: click.Context) -> str:
    return " ".join([context.command_path, *command.collect_usage_pieces(context)])


def _table(heading: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [heading, tuple("---" for _ in heading), *rows]
    return "\n".join("| " + " | ".join(" ".join(cell.split()).replace("|", "\\|") for cell in line) + " |" for line in lines)


def pages() -> dict[Path, str]:
    """The pages, by file."""
    return {DOCS / "configuration.md": configuration_page(), DOCS / "cli.md": cli_page(), DOCS / "concepts.md": concepts_page()}


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text, encoding="utf-8")
