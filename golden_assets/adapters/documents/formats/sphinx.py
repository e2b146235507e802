"""Sphinx's directives for docutils: their bodies and arguments are prose, unless they hold code, tables or pictures.

docutils drops a directive that it does not know with all that is in it. So each unknown one that a text names is registered: as text, its
argument as a line of its own, or as nothing.
"""

import re
from typing import Any

from docutils import nodes
from docutils.parsers.rst import Directive, directives, languages

_NAMES = re.compile(r"^[ \t]*\.\.[ \t]+(?:\|[^|\n]+\|[ \t]+)?(?P<name>[\w.+:-]+?)[ \t]*::(?:[ \t]|$)", re.MULTILINE)
_WITHOUT_PROSE = frozenset(
    [
        *("toctree", "literalinclude", "include", "graphviz", "digraph", "graph", "inheritance-diagram", "mermaid", "uml", "plot", "math"),
        *("code-block", "sourcecode", "highlight", "prompt", "doctest", "testcode", "testoutput", "testsetup", "testcleanup", "ipython"),
        *(
            "currentmodule",
            "module",
            "index",
            "tabularcolumns",
            "bibliography",
            "eq",
            "productionlist",
            "image",
            "figure",
            "raw",
            "program",
        ),
        *(
            "default-domain",
            "sectionauthor",
            "codeauthor",
            "default-role",
            "meta",
            "autosummary",
            "code",
            "jupyter-execute",
            "acks-end",
            "cssclass",
        ),
    ]
)
_ADDED = {
    "versionadded": "Added in version",
    "versionchanged": "Changed in version",
    "deprecated": "Deprecated since version",
    "versionremoved": "Removed in version",
}
_OBJECT = re.compile(
    r"(?:[a-z]+:)?(?:function|class|method|attribute|data|exception|module|option|confval|directive|role|envvar|type|macro|member|struct|setting|object|describe|staticmethod|classmethod|property|decorator|event|command|describe|cmdoption|var|enum|enumerator)$"
)


class _AnyOption(dict[str, Any]):
    """Takes every option as text."""

    def __bool__(self) -> bool:
        return True

    def __missing__(self, name: str) -> Any:
        return directives.unchanged


class _Prose(Directive):
    """A directive whose argument and body are read."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        """The argument as a paragraph, and what is in the body."""
        body = nodes.compound()
        self.state.nested_parse(self.content, self.content_offset, body)
        return [*self._head(), *body.children]

    def _head(self) -> list[nodes.Node]:
        if not self.arguments or self.name == "only":
            return []
        argument = " ".join(self.arguments[0].split())
        if _OBJECT.match(self.name):
            return [nodes.paragraph("", "", nodes.literal(argument, argument))]
        if self.name in _ADDED:
            version, _, rest = argument.partition(" ")
            argument = f"{_ADDED[self.name]} {version}{': ' if rest else '.'}{rest}"
        text, messages = self.state.inline_text(argument, self.lineno)
        return [nodes.paragraph(argument, "", *text), *messages]


class _Body(_Prose):
    """A directive that documents what its argument names: what is said of it besides is read."""

    def _head(self) -> list[nodes.Node]:
        return []


class _Dropped(Directive):
    """A directive without prose of its own."""

    optional_arguments = 1
    final_argument_whitespace = True
    has_content = True
    option_spec = _AnyOption()

    def run(self) -> list[nodes.Node]:
        """Nothing."""
        return []


def register_directives(source: str) -> None:
    """Make docutils know every directive that the text names and docutils does not."""
    english = languages.get_language("en")
    for name in {found["name"] for found in _NAMES.finditer(source)}:
        known = name in directives._directives or name in english.directives  # type: ignore[attr-defined]  # no public way to ask
        if not known:
            plain = name.rpartition(":")[2]
            made = _Dropped if plain in _WITHOUT_PROSE else _Body if plain.startswith("auto") else _Prose
            directives.register_directive(name, made)


def included_files(source: str) -> list[str]:
    """The files that a text includes, in its order."""
    return re.findall(r"^[ \t]*\.\.[ \t]+(?:literal)?include::[ \t]+(\S+)", source, re.MULTILINE)
