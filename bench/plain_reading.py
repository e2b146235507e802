"""The prose words of a source file by rules that are not those of the readers: what `bench.words_kept` counts against.

A line-oriented reading that knows code, options, front matter and markup, and takes everything else for prose, whatever directive or frame
it stands in. It is made to over-count: a word that it takes for prose and a reader leaves out shows as lost.
"""

import re
from collections.abc import Iterator
from html.parser import HTMLParser

_WORD = re.compile(r"[^\W_]+")
_CODE_DIRECTIVES = frozenset(
    [
        *(
            "code-block",
            "code",
            "sourcecode",
            "literalinclude",
            "parsed-literal",
            "highlight",
            "prompt",
            "doctest",
            "testcode",
            "testoutput",
        ),
        *(
            "testsetup",
            "testcleanup",
            "ipython",
            "plot",
            "math",
            "graphviz",
            "digraph",
            "graph",
            "mermaid",
            "uml",
            "productionlist",
            "code-cell",
        ),
        *(
            "inheritance-diagram",
            "toctree",
            "tableofcontents",
            "include",
            "image",
            "raw",
            "index",
            "module",
            "currentmodule",
            "program",
            "meta",
        ),
        *("default-role", "default-domain", "tabularcolumns", "bibliography", "autosummary", "automodule", "autoclass", "autofunction"),
        *(
            "autoexception",
            "autoattribute",
            "automethod",
            "autodata",
            "contents",
            "role",
            "cssclass",
            "sectionauthor",
            "codeauthor",
            "only-code",
        ),
        *("jupyter-execute", "eval-rst", "embed"),
    ]
)
"""Directives whose argument and body are code, pictures or lists of files."""
_WITHOUT_TITLE = frozenset(["only", "figure", "ifconfig", "tags", "list-table"])
"""Directives whose argument is a condition or the address of a picture."""
_FRONT_MATTER = re.compile(r"\A(---|\+\+\+)[ \t]*\n.*?\n(?:\1|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"^[\s>]*(?P<sign>`{3,}|~{3,}|:{3,})[ \t]*(?P<info>.*?)[ \t]*$")
_FENCE_DIRECTIVE = re.compile(r"^\{(?P<name>[^}]+)\}[ \t]*(?P<argument>.*)$")
_OPTION = re.compile(r"^\s*:[\w-]+:")
_LIST_OR_FRAME = re.compile(r"^\s*(?:[-*+]|\d+[.)]|!!!|\?\?\?\+?|===|:)(?:\s|$)")
_RST_DIRECTIVE = re.compile(r"^(?P<indent>\s*)\.\.[ \t]+(?:\|[^|]+\|[ \t]+)?(?P<name>[\w.+:-]+?)[ \t]*::(?P<argument>.*)$")
_RST_COMMENT = re.compile(r"^(?P<indent>\s*)\.\.(?:[ \t]+(?!\[)(?P<text>.*))?$")
_ADDRESSES = (re.compile(r"<[^<>\s]+(?:@|://)[^<>\s]+>|https?://[^\s)>\]]+"), " ")
_RST_MARKUP = (
    (re.compile(r":[\w.+:-]+:`(?:[^`<]*[^`<\s])\s*<[^`>]*>`"), lambda found: _role_text(found[0])),
    (re.compile(r":(?:[\w.+-]+:)*[\w.+-]+:(?=`)"), " "),
    (re.compile(r"(?<=[^`\s])\s*<[^`<>]+>`__?"), " "),
    (re.compile(r"\|[^|\s][^|\n]*\|_?"), " "),
    (re.compile(r"^[ ]*__ \S+$", re.MULTILINE), " "),
    _ADDRESSES,
)
_MARKDOWN_MARKUP = (
    (re.compile(r"<!--.*?-->|\{/\*.*?\*/\}|%%.*?%%", re.DOTALL), " "),
    (re.compile(r"<(?:script|style)\b.*?</(?:script|style)>", re.DOTALL | re.IGNORECASE), " "),
    (re.compile(r"^(?:import|export)\s.*?(?:\n[ \t]*\n|\Z)", re.DOTALL | re.MULTILINE), "\n"),
    (re.compile(r"^[ \t]*\[[^\]\n]+\]:[ \t]*\S+.*$", re.MULTILINE), " "),
    (re.compile(r"\]\((?:[^()\s]|\([^()]*\))*(?:[ \t]+\"[^\"]*\")?\)"), "] "),
    (re.compile(r"^[ \t]*(?:!!!|\?\?\?\+?|===)[ \t]+[\w ,+-]*", re.MULTILINE), " "),
    (re.compile(r"!?\[\[(?:[^\]|]*\|)?([^\]]*)\]\]"), r" \1 "),
    (re.compile(r"\{[%{#][^\n]*?[%}#]\}"), " "),
    (re.compile(r"\{[a-zA-Z][\w:+.-]*\}(?=`)"), " "),
    (re.compile(r"\{[:.#][^{}\n]*\}"), " "),
    (re.compile(r"</?[A-Za-z](?:[^<>`{}]|\{(?:[^{}]|\{[^{}]*\})*\})*>"), " "),
    _ADDRESSES,
    (re.compile(r"&\w+;|&#\d+;"), " "),
    (re.compile(r":(?:material|fontawesome|octicons|simple)-[\w-]+:"), " "),
    (re.compile(r"\[\^[^\]]+\]:?"), " "),
)
_UNSEEN = frozenset(["head", "script", "style", "nav", "header", "footer", "aside", "pre", "button", "select", "svg", "math", "template"])
_VOID = frozenset(["br", "hr", "img", "input", "link", "meta", "area", "base", "col", "embed", "source", "track", "wbr"])


def words(text: str) -> list[str]:
    """The words of a text in lower case; figures count, signs do not."""
    return [found.lower() for found in _WORD.findall(text)]


def markdown_prose(source: str) -> str:
    """Prose of Markdown in any dialect: fences of code, indented code, front matter, tags and link targets are left out."""
    return without_markup("\n".join(_markdown_lines(_FRONT_MATTER.sub("", source.replace("\r\n", "\n")).split("\n"))))


def without_markup(text: str) -> str:
    """Markdown without tags, template tags, attributes, link targets and comments."""
    return _cleaned(_FRONT_MATTER.sub("", text), _MARKDOWN_MARKUP)


def restructuredtext_prose(source: str) -> str:
    """Prose of reStructuredText: directives of code, options, comments, literal and doctest blocks, and role names are left out."""
    return _cleaned("\n".join(_restructuredtext_lines(source.expandtabs().replace("\r\n", "\n").split("\n"))), _RST_MARKUP)


def html_prose(source: str) -> str:
    """What a page shows within ``main``, ``article`` or its body: no code, no navigation, no controls."""
    reading = _Page()
    reading.feed(source)
    return " ".join(reading.main or reading.all)


def _cleaned(text: str, markup: tuple[tuple[re.Pattern[str], object], ...]) -> str:
    for pattern, replacement in markup:
        text = pattern.sub(replacement, text)  # type: ignore[call-overload]
    return text


def _role_text(role: str) -> str:
    return role.split("`")[1].rpartition("<")[0]


def _markdown_lines(lines: list[str]) -> Iterator[str]:
    """The lines outside of code."""
    fences: list[tuple[str, bool]] = []
    after_blank, in_frame, in_options = True, False, False
    for line in lines:
        fence = _FENCE.match(line)
        in_code = bool(fences) and not fences[-1][1]
        if fence and fences and not fence["info"] and fence["sign"].startswith(fences[-1][0]):
            fences.pop()
        elif fence and not in_code:
            title = _fence_title(fence["sign"], fence["info"])
            fences.append((fence["sign"], title is not None))
            in_options = True
            yield title or ""
        elif in_options and _OPTION.match(line):
            continue
        elif not in_code:
            in_options = False
            is_indented = line.startswith(("    ", "\t"))
            if line.strip() and not is_indented:
                in_frame = bool(_LIST_OR_FRAME.match(line)) or (in_frame and not after_blank) or (in_frame and line.startswith(" "))
            if in_frame or fences or not (is_indented and after_blank):
                yield line
                after_blank = not line.strip()
            else:
                after_blank = True
    return


def _fence_title(sign: str, info: str) -> str | None:
    """The words in the line that opens a frame; None for code."""
    directive = _FENCE_DIRECTIVE.match(info)
    if directive:
        return None if directive["name"].rpartition(":")[2] in _CODE_DIRECTIVES else directive["argument"]
    return re.sub(r"^[\w-]+", "", info) if sign.startswith(":") else None


def _restructuredtext_lines(lines: list[str]) -> Iterator[str]:
    """The lines outside of code; a directive's argument counts where its body does."""
    reading = _Restructuredtext()
    for line in lines:
        indent = len(line) - len(line.lstrip())
        if not reading.skips(line, indent):
            yield reading.prose_of(line, indent)


class _Restructuredtext:
    """Where a reading of lines stands: the column that code is indented beyond, and whether options may follow."""

    def __init__(self) -> None:
        self._skipped_beyond: int | None = None
        self._literal_beyond: int | None = None
        self._in_options = False

    def skips(self, line: str, indent: int) -> bool:
        """Whether a line belongs to the code that began above it."""
        if self._skipped_beyond is not None and (not line.strip() or indent > self._skipped_beyond):
            return True
        self._skipped_beyond = None
        if self._literal_beyond is not None and line.strip():
            self._skipped_beyond = self._literal_beyond if indent > self._literal_beyond else None
            self._literal_beyond = None
        return self._skipped_beyond is not None

    def prose_of(self, line: str, indent: int) -> str:
        """The prose in a line, with a note of the code that begins below it."""
        if directive := _RST_DIRECTIVE.match(line):
            return self._argument(directive, indent)
        if _RST_COMMENT.match(line) or line.lstrip().startswith(">>>"):
            self._skipped_beyond = indent - line.lstrip().startswith(">>>")
            return ""
        if self._in_options and _OPTION.match(line):
            return ""
        self._in_options = False
        self._literal_beyond = indent if line.rstrip().endswith("::") else self._literal_beyond
        return line

    def _argument(self, directive: re.Match[str], indent: int) -> str:
        self._in_options = True
        if directive["name"].rpartition(":")[2] in _CODE_DIRECTIVES or "|" in directive[0].partition("::")[0]:
            self._skipped_beyond = indent
            return ""
        return "" if directive["name"] in _WITHOUT_TITLE else directive["argument"]


class _Page(HTMLParser):
    """Texts of a page outside of what is not prose, those within ``main`` or ``article`` apart."""

    def __init__(self) -> None:
        super().__init__()
        self.all: list[str] = []
        self.main: list[str] = []
        self._open: list[tuple[str, bool, bool]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note whether what is within is seen, and whether it is content."""
        if tag in _VOID:
            return
        given = dict(attrs)
        seen, content = self._open[-1][1:] if self._open else (True, False)
        is_unseen = (
            (tag in _UNSEEN and not (content and tag in ("header", "aside")))
            or given.get("role") in ("navigation", "search")
            or "hidden" in given
        )
        is_content = content or tag in ("main", "article") or given.get("role") == "main"
        self._open.append((tag, seen and not is_unseen, is_content))

    def handle_endtag(self, tag: str) -> None:
        """Leave the innermost element of that name, with what was left open in it."""
        for place in range(len(self._open) - 1, -1, -1):
            if self._open[place][0] == tag:
                del self._open[place:]
                return

    def handle_data(self, data: str) -> None:
        """Take a text that is seen."""
        seen, content = self._open[-1][1:] if self._open else (True, False)
        if seen:
            self.all.append(data)
            if content:
                self.main.append(data)
