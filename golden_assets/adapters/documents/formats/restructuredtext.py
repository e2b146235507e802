"""reStructuredText to Markdown, through docutils' document tree.

The text of a document may not make us read other files (``include``, ``csv-table`` with ``:file:`` or ``:url:``) or take over foreign
markup (``raw``): both are off. Sphinx's directives are read by `sphinx`, a role is reduced to its text. What docutils refuses
otherwise is kept as a fenced block, so that no prose vanishes unseen; of a table whose cells are too wide the cells are read.
"""

import re
from collections.abc import Iterator

from docutils import nodes
from docutils.core import publish_doctree

from golden_assets.adapters.documents.formats.markdown_writer import bullets, code_span, fence, heading, join_blocks, one_line, table
from golden_assets.adapters.documents.formats.sphinx import included_files, register_directives
from golden_assets.domain.core.errors import DocumentError

_SETTINGS = {
    "_disable_config": True,  # a docutils.conf in the working directory must not change what a corpus is
    "doctitle_xform": False,
    "docinfo_xform": False,
    "file_insertion_enabled": False,
    "halt_level": 5,
    "input_encoding": "unicode",
    "line_length_limit": 2**31,
    "raw_enabled": False,
    "report_level": 5,
    "syntax_highlight": "none",
    "warning_stream": False,
}
_ROLE = re.compile(r"(?::[\w.+:-]+:)?`+~?!?(?P<text>[^`<]*[^`<\s])\s*(?:<[^`>]*>)?`+_{0,2}")
_TABLE_BORDER = re.compile(r"=+(?: +=+)+\s*$")
_CELL_BORDER = re.compile(r" {2,}")
_CODE = (nodes.literal_block, nodes.doctest_block, nodes.math_block)
_DROPPED = (nodes.Invisible, nodes.raw, nodes.image, nodes.label, nodes.footnote_reference, nodes.citation_reference)
_LINES = (nodes.paragraph, nodes.term, nodes.line, nodes.caption, nodes.attribution, nodes.field_name)


def restructuredtext_to_markdown(source: str) -> str:
    """The document's prose, headings, lists, code and tables as Markdown.

    Raises:
        DocumentError: there is nothing in it but files that it includes.
    """
    register_directives(source)
    tree = publish_doctree(source, settings_overrides=_SETTINGS)
    if tree.children and isinstance(tree.children[0], nodes.field_list):  # of the whole file: ``:orphan:``, ``:tocdepth: 2``
        del tree[0]
    text = join_blocks(_blocks(tree, 0))
    included = included_files(source)
    if not text.strip() and included:
        raise DocumentError(
            f"no text of its own: it includes {', '.join(included)}, which is not read here",
            "put that file into the folder, or leave this one out where it is a document itself",
        )
    return text


def _blocks(parent: nodes.Element, level: int) -> Iterator[str]:
    """The blocks below ``parent``, which stands under a heading of ``level``."""
    for node in parent.children:
        match node:
            case nodes.section() | nodes.topic() | nodes.sidebar():
                yield from _blocks(node, level + 1)
            case nodes.title() | nodes.subtitle() | nodes.rubric():
                yield heading(level, _inline(node))
            case nodes.bullet_list():
                yield bullets(list(_blocks(item, level)) for item in _elements(node))
            case nodes.enumerated_list():
                yield bullets((list(_blocks(item, level)) for item in _elements(node)), node.get("start", 1))
            case nodes.table():
                yield table([[_cell(entry) for entry in _elements(row)] for row in node.findall(nodes.row)])
            case nodes.Element():
                yield from _leaf(node, level)


def _leaf(node: nodes.Element, level: int) -> Iterator[str]:
    if isinstance(node, _CODE):
        yield fence(node.astext())
    elif isinstance(node, _LINES):
        yield one_line(_inline(node))
    elif isinstance(node, nodes.system_message):
        yield from (_refused(block.astext()) for block in node.findall(nodes.literal_block) if not block.astext().startswith(".. "))
    elif not isinstance(node, _DROPPED):
        yield from _blocks(node, level)


def _refused(source: str) -> str:
    """What docutils cannot read: a simple table with its cells where two blanks part them, everything else as it is."""
    lines = source.strip("\n").split("\n")
    if not (_TABLE_BORDER.match(lines[0]) and _TABLE_BORDER.match(lines[-1])):
        return fence(source)
    rows = [line.strip() for line in lines if line.strip() and not _TABLE_BORDER.match(line)]
    return table([_CELL_BORDER.split(_ROLE.sub(lambda role: code_span(role["text"]), row)) for row in rows])


def _elements(node: nodes.Element) -> list[nodes.Element]:
    return [child for child in node.children if isinstance(child, nodes.Element)]


def _cell(entry: nodes.Element) -> str:
    return " ".join(_blocks(entry, 1))


def _inline(node: nodes.Element) -> str:
    """The text of a paragraph or heading, inline code in backticks."""
    return "".join(_inline_part(child) for child in node.children)


def _inline_part(node: nodes.Node) -> str:
    match node:
        case nodes.literal() | nodes.math():
            return code_span(node.astext())
        case nodes.problematic():  # a role that only Sphinx knows
            return _ROLE.sub(lambda role: role["text"], node.astext())
        case nodes.Element():
            return "" if isinstance(node, _DROPPED) else _inline(node)
    return node.astext()
