"""AsciiDoc to Markdown: headings, lists, admonitions, tables and blocks; attributes put in, conditions, comments and pictures left out.

There is no kept and permissively licensed reader of AsciiDoc for Python. This one knows what manuals are written with, not the whole
language: includes are not followed, and of a table with nested blocks only the text of its cells stays.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from golden_assets.adapters.documents.formats.markdown_writer import code_span, fence, join_blocks, one_line, table

_HEADING = re.compile(r"^(={1,6})[ \t]+(\S.*?)(?:[ \t]+=+)?$")
_ATTRIBUTE = re.compile(r"^:(?P<name>!?[\w-]+!?):(?:[ \t]+(?P<value>.*))?$")
_IGNORED = re.compile(r"^(?://(?!/)|(?:ifdef|ifndef|ifeval|endif)::|[\w-]+::\S*\[.*\]$|\[\[|<<<$|'{3,}$|\[(?!.*\]\w).*\]$)")
"""Comments, macros of a line, anchors, breaks, and the attributes of the block below; these are looked at by `_Reader`."""
_SOURCE = re.compile(r"^\[(?:source|listing|literal)\b|^\[,")
_DELIMITER = re.compile(r"^(?:-{4,}|\.{4,}|={4,}|\*{4,}|_{4,}|\+{4,}|/{4,}|--|`{3,}.*|[|,:!]={3,})$")
_VERBATIM, _DROPPED, _FRAMES = "-.`", "+/", "=*_"
_BLOCK_TITLE = re.compile(r"^\.(?![.\s])(.+)$")
_ITEM = re.compile(r"^\s*(?P<mark>\*{1,5}|-|\.{1,5}|\d+\.|<\d+>|<\.>)[ \t]+(?P<text>\S.*)$")
_TERM = re.compile(r"^\s*(?P<term>\S.*?)(?P<mark>:{2,4}|;;)(?:[ \t]+(?P<text>.*))?$")
_ADMONITION = re.compile(r"^(?:NOTE|TIP|IMPORTANT|WARNING|CAUTION):[ \t]+")
_CELL = re.compile(r"(?:^|(?<=\s))(?:\d+(?:\.\d+)?[*+])?[.<^>]*[adehlmsv]?(?<!\\)\|")
_REFERENCE = re.compile(r"\{([\w-]+)\}")
_SIGNS = {
    "nbsp": " ",
    "sp": " ",
    "empty": "",
    "zwsp": "",
    "plus": "+",
    "asterisk": "*",
    "backtick": "`",
    "vbar": "|",
    "startsb": "[",
    "endsb": "]",
}
"""Attributes that every document has."""
_INLINE = (
    (re.compile(r"\[\[[^\[\]]*\]\]"), ""),
    (re.compile(r"<<[^<>,]+,\s*([^<>]+)>>"), r"\1"),
    (re.compile(r"<<([^<>,]+),?>>"), r"\1"),
    (re.compile(r"(?:footnote|footnoteref|indexterm2?|anchor|stem|latexmath|asciimath):\w*\[[^\]]*\]|\(\(\(.*?\)\)\)"), ""),
    (re.compile(r"image:[^\s\[]+\[[^\]]*\]"), ""),
    (re.compile(r"(?:link|xref|mailto):[^\s\[]+\[(?:\s*|([^\],]+)[^\]]*)\]"), r"\1"),
    (re.compile(r"(?:https?|ftp)://[^\s\[\]]+\[([^\],]+)[^\]]*\]"), r"\1"),
    (re.compile(r"\{[\w-]+\}[^\s\[\]]*\[([^\],]*)[^\]]*\]"), r"\1"),
    (re.compile(r"(?:kbd|btn):\[([^\]]+)\]"), r"\1"),
    (re.compile(r"menu:([^\s\[]+)\[([^\]]*)\]"), r"\1 > \2"),
    (re.compile(r"\(\(([^()]+)\)\)"), r"\1"),
    (re.compile(r"\[[^\]\s]*\](?=[#*_`])"), ""),
    (re.compile(r"(?<![\w*])\*{1,2}(\S(?:[^*]*\S)?)\*{1,2}(?![\w*])"), r"\1"),
    (re.compile(r"(?<![\w_])_{1,2}(\S(?:[^_]*\S)?)_{1,2}(?![\w_])"), r"\1"),
    (re.compile(r"(?<![\w#])#{1,2}(\S(?:[^#]*\S)?)#{1,2}(?![\w#])"), r"\1"),
)
_ASIDE = "\x00"
"""Around the number of a code span while the rest of its line is looked at; documents hold no such character."""
_SPAN = re.compile(f"{_ASIDE}(\\d+){_ASIDE}")
_CODE = re.compile(r"(?<![\w`])`{1,2}\+?([^`]+?)\+?`{1,2}(?![\w`])")


def asciidoc_to_markdown(source: str) -> str:
    """The text of an AsciiDoc document, ``\\n`` between lines."""
    reader = _Reader(source.replace("\r\n", "\n").split("\n"))
    return join_blocks(reader.blocks())


@dataclass
class _Reader:
    """The lines of a document, or of a block in it, and the attributes that were set so far."""

    lines: Sequence[str]
    attributes: dict[str, str] = field(default_factory=dict)
    position: int = 0

    def blocks(self) -> Iterator[str]:
        """The blocks of the document, one after the other."""
        is_code = False
        while self.position < len(self.lines):
            line = self.lines[self.position].rstrip()
            self.position += 1
            if _DELIMITER.match(line):
                yield from self._delimited(line, is_code)
                is_code = False
            elif attribute := _ATTRIBUTE.match(line):
                self.attributes[attribute["name"]] = attribute["value"] or ""
            elif _IGNORED.match(line):
                is_code = bool(_SOURCE.match(line))
            elif line.strip() and line.strip() != "+":
                yield from self._block(line, is_code)
                is_code = False

    def _block(self, line: str, is_code: bool) -> Iterator[str]:
        if is_code:
            yield fence("\n".join([line, *self._until_blank()]))
        elif found := _HEADING.match(line):
            yield f"{'#' * len(found[1])} {self._inline(found[2])}"
            self._skip_authors(len(found[1]))
        elif found := _BLOCK_TITLE.match(line):
            yield f"**{self._inline(found[1])}**"
        elif _ITEM.match(line) or _TERM.match(line):
            self.position -= 1
            yield from self._list()
        elif line.startswith((" ", "\t")):
            yield fence("\n".join([line, *self._until_blank()]))
        else:
            yield self._inline(" ".join([_ADMONITION.sub("", line), *self._until_blank()]))

    def _skip_authors(self, level: int) -> None:
        """Leave out who wrote which revision, in the lines below the title of the document."""
        while level == 1 and self.position < len(self.lines) and self.lines[self.position].strip():
            if _ATTRIBUTE.match(self.lines[self.position]):
                return
            self.position += 1

    def _until_blank(self) -> list[str]:
        """The lines that continue a paragraph."""
        start = self.position
        while self.position < len(self.lines) and self._continues(self.lines[self.position].rstrip()):
            self.position += 1
        return [line.strip() for line in self.lines[start : self.position] if not _IGNORED.match(line)]

    def _continues(self, line: str) -> bool:
        return line.strip() not in ("", "+") and not any(pattern.match(line) for pattern in (_DELIMITER, _ITEM, _TERM, _HEADING))

    def _delimited(self, sign: str, is_code: bool) -> Iterator[str]:
        """What a delimited block gives: code, a table, nothing, or the text in its frame."""
        end = "```" if sign.startswith("```") else sign
        body = []
        while self.position < len(self.lines) and self.lines[self.position].rstrip() != end:
            body.append(self.lines[self.position])
            self.position += 1
        self.position += 1
        if sign.endswith("===") and sign[0] in "|,:!":
            yield self._table(body, sign[0])
        elif (sign != "--" and sign[0] in _VERBATIM) or is_code:
            yield fence("\n".join(body))
        elif sign == "--" or sign[0] in _FRAMES:
            yield from _Reader(body, self.attributes).blocks()

    def _table(self, body: Sequence[str], sign: str) -> str:
        lines = [line for line in body if not line.startswith("//")]
        if sign in ",:":
            return table([[self._inline(cell) for cell in line.split(sign)] for line in lines if line.strip()])
        first = next((line for line in lines if line.strip()), "")
        width = max(1, len(_CELL.findall(first)))
        _, *cells = _CELL.split("\n".join(lines))
        texts = [self._inline(one_line(cell).replace("\\|", "|")) for cell in cells]
        return table([texts[start : start + width] for start in range(0, len(texts), width)])

    def _list(self) -> Iterator[str]:
        """A list with its items one a line, deeper ones indented; what is attached to an item follows it."""
        marks: list[str] = []
        while self.position < len(self.lines):
            line = self.lines[self.position].rstrip()
            found = _ITEM.match(line) or _TERM.match(line)
            if found is None:
                if line.strip() or not self._goes_on():
                    return
                self.position += 1
                continue
            self.position += 1
            mark = found["mark"]
            marks = marks[: marks.index(mark) + 1] if mark in marks else [*marks, mark]
            text = self._inline(" ".join([found["text"] or "", *self._until_blank()]))
            term = found.groupdict().get("term")
            said = f"**{self._inline(term)}**: {text}" if term else text
            yield f"{'  ' * (len(marks) - 1)}- {said}"
            yield from self._attached()

    def _goes_on(self) -> bool:
        """Whether the next line that is not blank is an item, too."""
        following = next((line for line in self.lines[self.position :] if line.strip()), "")
        return bool(_ITEM.match(following) or _TERM.match(following))

    def _attached(self) -> Iterator[str]:
        """The blocks that a line with ``+`` attaches to the item before it."""
        while self.position < len(self.lines) and self.lines[self.position].strip() == "+":
            self.position += 1
            is_code = False
            while self.position < len(self.lines) and _IGNORED.match(self.lines[self.position]):
                is_code = bool(_SOURCE.match(self.lines[self.position]))
                self.position += 1
            if self.position >= len(self.lines):
                return
            line = self.lines[self.position].rstrip()
            self.position += 1
            yield from self._delimited(line, is_code) if _DELIMITER.match(line) else self._block(line, is_code)

    def _inline(self, text: str) -> str:
        """A line as readers see it; what is code stays as it is, in backticks."""
        text = _REFERENCE.sub(lambda named: (self.attributes | _SIGNS).get(named[1], named[0]), text)
        spans: list[str] = []

        def _put_aside(code: re.Match[str]) -> str:
            spans.append(code_span(code[1]))
            return f"{_ASIDE}{len(spans) - 1}{_ASIDE}"

        text = _CODE.sub(_put_aside, text.replace(_ASIDE, ""))
        for pattern, replacement in _INLINE:
            text = pattern.sub(replacement, text)
        return one_line(_SPAN.sub(lambda span: spans[int(span[1])], text))
