"""Where values come from: the environment over the file, in it a testset's own part over what it says for all. Also what to say when one
of them is wrong: the file and line, or the variable, and what is allowed instead."""

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, Literal, NamedTuple

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, EnvSettingsSource, SettingsError

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.domain.corpus.locations import is_folder
from golden_assets.settings.file import ConfigurationFile, Entries, Fault, read_file
from golden_assets.settings.names import CONFIG_VARIABLE, FILE_NAME, PREFIX, likely_meant
from golden_assets.settings.setting_reference import Setting, catalogue

NOT_SETTINGS = frozenset({CONFIG_VARIABLE})
PATHS = "a list, each a path"
MAX_NAMED = 4
"""Problems in the one line of an error."""


class Origin(NamedTuple):
    """Where a value comes from; ``text`` is ``default``, the variable, or file and line."""

    kind: Literal["default", "file", "environment"]
    text: str


class Found(NamedTuple):
    """The values for one testset, nested as the model takes them; where each comes from; what is wrong already."""

    settings: Mapping[str, Setting]
    values: dict[str, Any]
    origins: dict[str, Origin]
    problems: list[str]

    def origin(self, name: str) -> Origin:
        """Where the value of a setting comes from."""
        return self.origins.get(name, Origin("default", "default"))

    def problems_of(self, error: ValidationError) -> list[str]:
        """Each error by the place of the value and what is allowed there."""
        return list(dict.fromkeys(map(self._problem, error.errors(include_input=False, include_url=False))))

    def _problem(self, error: ErrorDetails) -> str:
        setting = self._setting([str(part) for part in error["loc"]])
        place = self.origin(setting.name)
        at = place.text if place.kind != "default" else setting.variable
        where = f"{at}: {setting.name}" if place.kind == "file" else at
        ours = f"{error['msg'].removeprefix('Value error, ')}; " if error["type"] == "value_error" else ""
        return f"{where} is not valid ({ours}it must be {setting.allowed})"

    def _setting(self, location: list[str]) -> Setting:
        by_variable = {setting.variable: setting for setting in self.settings.values()}
        names = (".".join(location[:2]), location[0])
        return next(found for name in names if (found := self.settings.get(name) or by_variable.get(name)))


def gather(model: type[BaseSettings], testset: str | None = None) -> Found:
    """The values for a testset, not validated yet. Raises `ConfigurationError` when the file cannot be read."""
    settings = catalogue(model)
    file = find_file(settings)
    entries = dict(file.entries) if file else {}
    problems = [_at(file, fault) for fault in file.faults[None]] if file else []
    environment = _environment(model, settings)
    name = testset or environment.get("testset") or (entries["testset"].value if "testset" in entries else None)
    if file and isinstance(name, str) and name in file.testsets:
        problems += [_at(file, fault) for fault in file.faults[name]]
        entries |= file.testsets[name]
    origins = {key: Origin("file", f"{file.path.name}:{entry.line}") for key, entry in entries.items()} if file else {}
    origins |= {key: Origin("environment", _spelling(settings[key].variable)) for key in environment}
    flat = _relative_to_file(file, settings, entries) | environment
    if name:
        flat |= _meant(str(name), file, flat, problems)
        origins["testset_name"] = origins.get("testset", Origin("file", f"testsets.{name}"))
    return Found(settings, _nested(flat), origins, problems)


def names_of_testsets(model: type[BaseSettings]) -> list[str | None]:
    """The configured testsets. The settings at the top are one of their own, None, when they name documents or when it is the only one."""
    settings = catalogue(model)
    file = find_file(settings)
    named: list[str | None] = list(file.testsets) if file else []
    has_documents = "docs" in _environment(model, settings) or bool(file and "docs" in file.entries)
    return [None, *named] if has_documents or not named else named


def find_file(settings: Mapping[str, Setting]) -> ConfigurationFile | None:
    """The file that ``GOLDEN_ASSETS_CONFIG`` names, else that of the working directory, else None. Raises `ConfigurationError`."""
    path = config_path()
    return read_file(path, settings) if path else None


def config_path() -> Path | None:
    """Where the configuration file is, absolute; None when there is none."""
    named = os.environ.get(CONFIG_VARIABLE)
    path = Path(named or FILE_NAME).absolute()
    return path if named or path.is_file() else None


def invalid(problems: Iterable[str]) -> ConfigurationError:
    """All problems as one error, whose line names the first ones."""
    listed = tuple(problems)
    more = len(listed) - MAX_NAMED
    line = "; ".join(listed[:MAX_NAMED]) + (f"; and {more} more" if more > 0 else "")
    remedy = "correct or unset it" if len(listed) == 1 else "correct them; `golden-assets config validate` lists them one by one"
    return ConfigurationError(line, remedy, listed)


def unknown_variables(settings: Mapping[str, Setting]) -> list[str]:
    """Variables that look like ours and set nothing."""
    known = {setting.variable for setting in settings.values()} | NOT_SETTINGS
    ours = {setting.variable for setting in settings.values() if "." not in setting.name}
    nested = {setting.variable.partition("__")[0] for setting in settings.values() if "." in setting.name}
    problems = []
    for variable in sorted(os.environ):
        if variable.upper().startswith(PREFIX) and variable.upper() not in known | nested:
            best = likely_meant(variable.upper(), sorted(known | ours))
            problems.append(f"{variable} sets nothing; did you mean {best}?" if best else f"{variable} sets nothing")
    return problems


def _at(file: ConfigurationFile, fault: Fault) -> str:
    return f"{file.path.name}:{fault.line}: {fault.text}"


def _spelling(variable: str) -> str:
    """The variable as it is written in the environment; upper and lower case are the same."""
    return next((name for name in os.environ if name.upper() == variable), variable)


def _environment(model: type[BaseSettings], settings: Mapping[str, Setting]) -> dict[str, Any]:
    """Values by the name of their setting, as pydantic-settings reads them."""
    by_variable = {setting.variable.lower(): name for name, setting in settings.items()}
    found: dict[str, Any] = {}
    try:
        read = EnvSettingsSource(model)()
    except SettingsError as error:
        raise ConfigurationError(f"a variable is not valid ({error})", "write a group of settings as JSON, or each by itself") from None
    for key, value in read.items():
        name = by_variable.get(key.lower(), key)
        parts = {f"{name}.{sub}": part for sub, part in value.items()} if isinstance(value, dict) else {}
        nested = {sub: part for sub, part in parts.items() if sub in settings}
        found |= nested or {name: value}
    return {name: value for name, value in found.items() if name in settings}


def _relative_to_file(file: ConfigurationFile | None, settings: Mapping[str, Setting], entries: Entries) -> dict[str, Any]:
    """The values of the file; a relative path means one beside it."""
    values: dict[str, Any] = {name: entry.value for name, entry in entries.items()}
    for name, value in values.items():
        is_path = settings[name].allowed == "a path" or (name == "docs" and is_folder(str(value)))
        if file and is_path and isinstance(value, str):
            values[name] = str(file.path.parent / value)
        elif file and settings[name].allowed == PATHS and isinstance(value, str | list):
            paths = value.split(",") if isinstance(value, str) else value
            values[name] = [str(file.path.parent / str(path).strip()) for path in paths]
    return values


def _meant(name: str, file: ConfigurationFile | None, flat: Mapping[str, Any], problems: list[str]) -> dict[str, Any]:
    """What naming a testset changes. Where none are configured, any name is one in the registry."""
    if file and name in file.testsets:
        return {"testset": name, "testset_name": name}
    if not file or not file.testsets or name == flat.get("testset_name", "golden"):
        return {"testset": None, "testset_name": name}
    best = likely_meant(name, file.testsets)
    known = f"did you mean {best}?" if best else f"there are {', '.join(file.testsets)}"
    problems.append(f"no testset {name} is configured in {file.path.name}; {known}")
    return {}


def _nested(flat: Mapping[str, Any]) -> dict[str, Any]:
    nested: dict[str, Any] = {}
    for name, value in flat.items():
        outer, _, inner = name.partition(".")
        if inner:
            nested.setdefault(outer, {})[inner] = value
        else:
            nested[outer] = value
    return nested
