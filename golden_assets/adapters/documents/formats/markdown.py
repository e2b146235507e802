"""Dialects of Markdown as plain Markdown: what MkDocs, MyST, Docusaurus, Obsidian, Hugo and MDX add around prose.

Admonitions, tabs and directive fences lose their frame and keep their text, which would else be taken for code. Template tags, imports, JSX
and the tags of block elements go. Nothing inside of code is touched, and a file without any of these stays as it is.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import takewhile

from golden_assets.adapters.documents.formats.html_blocks import without_html_blocks

_FENCE = re.compile(r"^\s*(?P<mark>(?:(?:[-*+]|\d{1,9}[.)])\s+)*)(?P<sign>`{3,}|~{3,}|:{3,})\s*(?P<info>.*?)\s*$")
_DIRECTIVE = re.compile(r"^\{(?P<name>[\w:.+-]+)\}\s*(?P<title>.*)$")
_COLON_INFO = re.compile(r"^(?P<name>[\w-]+)?\s*(?:\[(?P<bracket>[^\]]*)\])?(?P<title>.*)$")
_MKDOCS = re.compile(r"^(?P<indent>\s*)(?:!!!|\?\?\?\+?|===[!+]?)\s+(?P<kind>[\w ,-]*?)\s*(?:\"(?P<title>[^\"]*)\")?\s*$")
_OPTION = re.compile(r"^\s*:[\w-]+:")
_CALLOUT = re.compile(r"^(?P<quote>\s*(?:>\s*)+)\[!\w[\w|-]*\][+-]?\s*")
_WIKI_LINK = re.compile(r"(?P<embed>!?)\[\[(?P<page>[^\s\[\]|][^\[\]|\n]*)(?:\|(?P<label>[^\[\]\n]+))?\]\](?![\[(])")
_TEMPLATE_TAG = re.compile(r"\{%.*?%\}|\{\{[<%].*?[>%]\}\}|\{#.*?#\}|\{::.*?/?\}|\{:/\w*\}|\{:[ \w]*[.#:][^{}]*\}")
_LONGEST_TEMPLATE_TAG = 30
"""Lines; what has no end by then is not a tag."""
_JSX_TAG = re.compile(r"</?[A-Z][\w.]*(?:\s(?:[^<>{}]|\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\})*)?/?>|<>|</>")
_JSX_COMMENT = re.compile(r"\{/\*.*?\*/\}", re.DOTALL)
_JSX_LINE = re.compile(r"^\s*\{[^{}]*\}\s*$")
_ESM = re.compile(r"^(?:import|export)\s")
_FRONT = re.compile(r"\A(?P<sign>---|\+\+\+)[ \t]*\n(?P<body>.*?)\n(?:(?P=sign)|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TITLE = re.compile(r"^title\s*[:=]\s*(?P<quote>[\"']?)(?P<title>.+?)(?P=quote)\s*$", re.MULTILINE)

_WITHOUT_PROSE = frozenset(
    [
        *("code", "code-block", "code-cell", "sourcecode", "literalinclude", "include", "toctree", "tableofcontents", "contents", "math"),
        *("mermaid", "graphviz", "image", "raw", "bibliography", "csv-table", "eval-rst", "index"),
        *(
            "automodule",
            "autoclass",
            "autofunction",
            "autosummary",
            "plot",
            "doctest",
            "testcode",
            "testoutput",
            "prompt",
            "parsed-literal",
        ),
    ]
)
"""Directives whose body is code or a picture: they stay fenced."""
_WITH_A_FILE = frozenset(["figure", "video", "iframe"])
"""Directives whose argument is the address of a picture, and no title."""


@dataclass
class _Open:
    """A fence that is open: its sign, and whether what is inside is prose."""

    sign: str
    is_prose: bool

    def is_closed_by(self, sign: str, info: str) -> bool:
        """Whether a line with this sign, and nothing beside it, ends the fence."""
        return sign[0] == self.sign[0] and len(sign) >= len(self.sign) and not info


def front_matter_title(text: str) -> str | None:
    """The title that a front matter (YAML or TOML) states."""
    front = _FRONT.match(text)
    found = _TITLE.search(front["body"]) if front else None
    return found["title"].strip() if found else None


def plain_markdown(text: str, *, is_mdx: bool = False) -> str:
    """A text in any of the dialects as Markdown; the very text when it uses none.

    Args:
        text: with ``\\n`` line ends.
        is_mdx: whether imports, exports and JSX are to go as well.
    """
    front = _FRONT.match(text)
    head = text[: front.end()] if front else ""
    body = text[len(head) :]
    if is_mdx:
        body = "\n".join(_without_jsx(_JSX_COMMENT.sub("", body).split("\n")))
    return head + without_html_blocks("\n".join(_without_frames(body.split("\n"))))


def _without_frames(lines: list[str]) -> Iterator[str]:
    """The lines with the text in admonitions, tabs and directives as text of the page."""
    open_fences: list[_Open] = []
    position = 0
    while position < len(lines):
        line = lines[position]
        fence = _FENCE.match(line)
        is_end = bool(fence and open_fences and open_fences[-1].is_closed_by(fence["sign"], fence["mark"] + fence["info"]))
        if is_end:
            yield "" if open_fences.pop().is_prose else line
        elif open_fences and not open_fences[-1].is_prose:
            yield line
        elif fence:
            title = _title_of(fence["sign"], fence["info"])
            open_fences.append(_Open(fence["sign"], title is not None))
            yield from [line] if title is None else _titled(title)
            position = position if title is None else _behind_options(lines, position + 1) - 1
        else:
            plain, taken = _framed(lines, position)
            yield from plain
            position += taken
        position += 1


def _framed(lines: list[str], position: int) -> tuple[Iterable[str], int]:
    """A line outside of fences as prose, with the indented text that it is the frame of; and how many lines that text has."""
    line = lines[position]
    if line.lstrip().startswith("{%") and "%}" not in line and (length := _template_tag_lines(lines, position)):
        return [""], length - 1
    frame = _MKDOCS.match(line)
    body = _indented(lines[position + 1 :], len(frame["indent"])) if frame else None
    if frame is None or body is None:
        return [_plain_line(line)], 0
    inner = _without_frames([one[len(frame["indent"]) + 4 :] for one in body])
    return [*_titled(frame["title"] or ""), *inner, ""], len(body)


def _template_tag_lines(lines: list[str], position: int) -> int:
    """How many lines the template tag takes that starts here; 0 when it does not end."""
    return next(
        (count + 1 for count, line in enumerate(lines[position : position + _LONGEST_TEMPLATE_TAG]) if line.rstrip().endswith("%}")), 0
    )


def _title_of(sign: str, info: str) -> str | None:
    """The title of a fence whose body is prose, "" for none; None for code."""
    directive = _DIRECTIVE.match(info)
    if directive:
        name = directive["name"].rpartition(":")[2]
        return None if name in _WITHOUT_PROSE else "" if name in _WITH_A_FILE else directive["title"]
    if not sign.startswith(":"):
        return None
    named = _COLON_INFO.match(info)
    return ((named["bracket"] or named["title"]) if named else "").strip()


def _titled(title: str) -> Iterable[str]:
    return ["", f"**{title.strip()}**", ""] if title.strip() else [""]


def _behind_options(lines: list[str], position: int) -> int:
    """The first line behind a directive's options: ``:name: value`` lines, or a block between ``---``."""
    if position < len(lines) and lines[position].strip() == "---":
        end = next((i for i in range(position + 1, len(lines)) if lines[i].strip() == "---"), None)
        return position if end is None else end + 1
    return position + sum(1 for _ in takewhile(_OPTION.match, lines[position:]))


def _indented(lines: Iterable[str], indent: int) -> list[str] | None:
    """The lines from here on that are indented by four more columns, blank ones between them included; None when the first is not."""
    margin = " " * (indent + 4)
    body = list(takewhile(lambda line: not line.strip() or line.startswith(margin), lines))
    while body and not body[-1].strip():
        body.pop()
    return body or None


def _plain_line(line: str) -> str:
    """A line of prose without template tags, attributes, the sign of a callout, and the brackets of links to other notes."""
    if "`" in line or line.startswith(("    ", "\t")):
        return line
    if _TEMPLATE_TAG.search(line):
        line = _TEMPLATE_TAG.sub("", line).rstrip()
    if "[[" in line:
        line = _WIKI_LINK.sub(_link_text, line)
    return _CALLOUT.sub(lambda callout: callout["quote"], line)


def _link_text(link: re.Match[str]) -> str:
    """What Obsidian shows for a link to a note: its label, else note and heading. What it embeds is a picture or a document."""
    if link["embed"]:
        return ""
    return str(link["label"] or link["page"].strip("#^").replace("#", " > "))


def _without_jsx(lines: list[str]) -> Iterator[str]:
    """The lines of MDX outside of code without imports, exports, components and expressions that stand alone."""
    fence, in_module = "", False
    for line in lines:
        sign = _FENCE.match(line)
        if sign and not sign["sign"].startswith(":"):
            fence = "" if fence and sign["sign"].startswith(fence) else fence or sign["sign"]
            yield line
        elif fence:
            yield line
        else:
            in_module = bool(_ESM.match(line)) or (in_module and bool(line.strip()))
            yield "" if in_module or _JSX_LINE.match(line) else _without_components(line)


def _without_components(line: str) -> str:
    return _JSX_TAG.sub("", line) if "<" in line and "`" not in line else line
