"""The configuration file: YAML, every value with its line. Settings are at the top level or, as in older files, in sections;
what is not a setting is a problem, never passed over."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import NamedTuple

import yaml
from yaml.constructor import ConstructorError, SafeConstructor
from yaml.error import MarkedYAMLError
from yaml.nodes import MappingNode, Node, ScalarNode
from yaml.reader import ReaderError

from golden_assets.domain.core.errors import ConfigurationError
from golden_assets.settings.names import likely_meant
from golden_assets.settings.setting_reference import Setting

TESTSETS = "testsets"
TESTSET_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,62}")
"""Names of testsets are parts of asset keys."""

SECTIONS: Mapping[str, Mapping[str, str]] = {
    "database": {"connection_string": "database_url", "pool_size": "pool_max", "timeout": "statement_timeout_seconds"},
    "generation": {
        "default_size": "default_size",
        "max_size": "max_size",
        "auto_promote": "auto_promote",
        "quality_threshold": "thresholds.min_diversity",
    },
    "ragas": {
        "model": "model",
        "embedding_model": "embedding_model",
        "personas_enabled": "personas_enabled",
        "query_distribution": "question_types",
    },
    "phoenix": {"endpoint": "phoenix_endpoint", "project_name": "trace_project"},
    "monitoring": {
        "alert_email": "alert_email",
        "cost_limit_daily": "cost_limit_daily",
        "quality_alert_threshold": "quality_alert_threshold",
    },
    "versioning": {"strategy": "version_strategy", "auto_bump": "auto_bump"},
}
"""The sections of older files, and what their keys mean here. A section may hold any other setting, too."""

QUOTED = re.compile(r" '(?!<|[],:>?}-]')[^']*'")
"""What a parser quotes, but for the punctuation and the names of YAML itself."""

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The same in C, where it was built: settings are read at every tick of a sensor."""


class Entry(NamedTuple):
    """A value as the file has it, under the key ``written``, for people."""

    value: object
    line: int
    written: str


class Fault(NamedTuple):
    """What is wrong in one line of the file."""

    line: int
    text: str


Entries = dict[str, Entry]
"""Values by the name of their setting, dotted for those inside another one."""


class ConfigurationFile(NamedTuple):
    """What a file says for all testsets, and for each; faults by testset, None for those that concern all."""

    path: Path
    entries: Entries
    testsets: dict[str, Entries]
    faults: dict[str | None, list[Fault]]


def read_file(path: Path, settings: Mapping[str, Setting]) -> ConfigurationFile:
    """Read a configuration file.

    Raises:
        ConfigurationError: it cannot be read, or is not YAML with a mapping at the top; never quotes what is in it.
    """
    try:
        text = path.read_text(encoding="utf-8")
        root = yaml.compose(text, Loader=LOADER)
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not UTF-8"
        raise ConfigurationError(f"{path} cannot be read ({reason})", "name another file with GOLDEN_ASSETS_CONFIG or --config") from None
    except (MarkedYAMLError, ReaderError) as error:
        line, reason = _syntax_fault(error, text)
        remedy = "see the indentation, quotes and colons there and just above"
        raise ConfigurationError(f"{path.name}:{line} is not YAML ({reason})", remedy) from None
    if root is not None and not isinstance(root, MappingNode):
        raise ConfigurationError(f"{path.name}:{root.start_mark.line + 1} is not a mapping", "write `setting: value` lines")
    return _Reader(path, settings).read(root)


def _syntax_fault(error: MarkedYAMLError | ReaderError, text: str) -> tuple[int, str]:
    """(line, column and what the parser expected there), without the words of the file that the parser may quote."""
    if isinstance(error, ReaderError):
        before = text.encode()[: error.position].decode(errors="ignore")
        return before.count("\n") + 1, f"column {len(before) - before.rfind(chr(10))}: {error.reason}"
    line, column = (error.problem_mark.line, error.problem_mark.column) if error.problem_mark else (0, 0)
    begun = f" from line {error.context_mark.line + 1}" if error.context_mark else ""
    words = QUOTED.sub("", ", ".join(filter(None, (error.problem, error.context))))
    return line + 1, f"column {column + 1}: {words}{begun}"


class _Reader:
    """Walks the nodes of one file."""

    def __init__(self, path: Path, settings: Mapping[str, Setting]) -> None:
        self.path = path
        self.settings = settings
        self.faults: dict[str | None, list[Fault]] = {None: []}
        self.testset: str | None = None

    def read(self, root: MappingNode | None) -> ConfigurationFile:
        """Everything in the file."""
        pairs = list(_pairs(root)) if root else []
        entries = self._entries([pair for pair in pairs if pair[0] != TESTSETS])
        testsets: dict[str, Entries] = {}
        for _, line, node in (pair for pair in pairs if pair[0] == TESTSETS):
            self._named(line, node, testsets)
        return ConfigurationFile(self.path, entries, testsets, self.faults)

    def _named(self, line: int, node: Node, testsets: dict[str, Entries]) -> None:
        if not isinstance(node, MappingNode):
            self._fault(line, f"{TESTSETS} must be a mapping of names to settings")
            return
        for name, at, content in _pairs(node):
            if not TESTSET_NAME.fullmatch(name):
                self._fault(at, f"{name!r} cannot name a testset: use up to 63 letters, digits and underscores, a letter first")
            elif name in testsets:
                self._fault(at, f"the testset {name} is there twice")
            else:
                self.testset, self.faults[name] = name, []
                testsets[name] = self._entries(list(_pairs(content)) if isinstance(content, MappingNode) else [])
                if not isinstance(content, MappingNode) and _value(content) is not None:
                    self._fault(at, f"{TESTSETS}.{name} must be a mapping of settings")
                self.testset = None

    def _entries(self, pairs: list[tuple[str, int, Node]], section: str = "", prefix: str = "") -> Entries:
        found: Entries = {}
        for key, line, node in pairs:
            written = f"{prefix}{key}"
            name = SECTIONS.get(section, {}).get(key, written)
            if not section and not prefix and key in SECTIONS and not (key in self.settings and isinstance(node, ScalarNode)):
                self._merge(found, self._inside(key, line, node, section=key))
            elif any(setting.startswith(f"{name}.") for setting in self.settings):
                self._merge(found, self._inside(name, line, node, section="", prefix=f"{name}."))
            elif name not in self.settings:
                self._fault(line, f"{self._path(section, written)} is not a setting{self._guess(section, prefix, key)}")
            elif self.testset and not self.settings[name].per_testset:
                self._fault(line, f"{name} holds for all testsets: it cannot stand under {TESTSETS}.{self.testset}")
            else:
                self._merge(found, {name: Entry(self._read(node, self.settings[name]), line, self._path(section, written))})
        return {name: entry for name, entry in found.items() if entry.value is not None}

    def _inside(self, key: str, line: int, node: Node, section: str, prefix: str = "") -> Entries:
        if isinstance(node, MappingNode):
            return self._entries(list(_pairs(node)), section, prefix)
        if _value(node) is not None:
            self._fault(line, f"{key} must be a mapping of settings")
        return {}

    def _merge(self, found: Entries, new: Entries) -> None:
        for name, entry in new.items():
            if name in found:
                self._fault(entry.line, f"{entry.written} is set in line {found[name].line} already, as {found[name].written}")
            found[name] = entry

    def _read(self, node: Node, setting: Setting) -> object:
        """The value; in YAML `yes`, `on` and `true` are the same, and pydantic would take it for the number 1."""
        try:
            value = _value(node)
        except ConstructorError:
            self._fault(node.start_mark.line + 1, "this is YAML that has no plain value")
            return None
        if isinstance(value, bool) and "number" in setting.allowed:
            self._fault(node.start_mark.line + 1, f"{setting.name} is not valid (it must be {setting.allowed}, not true or false)")
            return None
        return value

    def _guess(self, section: str, prefix: str, key: str) -> str:
        """What was probably meant."""
        names = [name.removeprefix(prefix) for name in self.settings if name.startswith(prefix) and "." not in name.removeprefix(prefix)]
        known = [
            *SECTIONS.get(section, {}),
            *names,
            *({name.partition(".")[0] for name in self.settings} | set(SECTIONS) if not prefix else ()),
        ]
        best = likely_meant(key, known)
        return f"; did you mean {best}?" if best else "; docs/configuration.md lists all"

    def _path(self, section: str, written: str) -> str:
        return f"{section}.{written}" if section else written

    def _fault(self, line: int, text: str) -> None:
        self.faults[self.testset].append(Fault(line, text))


def _pairs(node: MappingNode) -> Iterator[tuple[str, int, Node]]:
    """(key, line counted from 1, value) of a mapping, in the order of the file."""
    for key, value in node.value:
        yield str(key.value), key.start_mark.line + 1, value


def _value(node: Node) -> object:
    """The plain value of a node. Raises yaml's `ConstructorError` for tags that have none."""
    return SafeConstructor().construct_object(node, deep=True)
