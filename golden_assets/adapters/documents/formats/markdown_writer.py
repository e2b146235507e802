"""The Markdown that other formats are turned into: headings, lists, fences, tables. One block is one string without a final newline."""

from collections.abc import Iterable, Iterator, Sequence

_DEEPEST_HEADING = 6


def one_line(text: str) -> str:
    """``text`` with every run of white space (no-break spaces too) as one blank."""
    return " ".join(text.split())


def join_blocks(blocks: Iterable[str]) -> str:
    """A document of blocks, separated by blank lines; empty blocks vanish."""
    return "\n\n".join(block for block in blocks if block.strip()) + "\n"


def heading(level: int, text: str) -> str:
    """A ``#`` heading; levels below 1 and above 6 are brought into that range."""
    return f"{'#' * min(max(level, 1), _DEEPEST_HEADING)} {one_line(text)}" if text.strip() else ""


def code_span(code: str) -> str:
    """Inline code between backticks; blanks inside them when the code has backticks itself."""
    if not code.strip():
        return ""
    ticks = _ticks(code, 1)
    padding = " " if "`" in code else ""
    return f"{ticks}{padding}{one_line(code)}{padding}{ticks}"


def fence(code: str) -> str:
    """A fenced code block."""
    ticks = _ticks(code, 3)
    return "{0}\n{1}\n{0}".format(ticks, code.strip("\n"))


def _ticks(code: str, least: int) -> str:
    """More backticks than stand together anywhere in ``code``."""
    ticks = "`" * least
    while ticks in code:
        ticks += "`"
    return ticks


def bullets(items: Iterable[Sequence[str]], first_number: int | None = None) -> str:
    """A list; each item is its blocks. Numbered from ``first_number`` when that is given."""
    return "\n".join(_items([item for item in items if any(block.strip() for block in item)], first_number))


def _items(items: Sequence[Sequence[str]], first_number: int | None) -> Iterator[str]:
    for index, blocks in enumerate(items):
        mark = "- " if first_number is None else f"{first_number + index}. "
        lines = "\n\n".join(block for block in blocks if block.strip()).split("\n")
        yield "\n".join([mark + lines[0], *(" " * len(mark) + line if line else "" for line in lines[1:])])


def table(rows: Sequence[Sequence[str]]) -> str:
    """A pipe table; its first row is the header. Short rows are filled up."""
    if not rows:
        return ""
    width = max(len(row) for row in rows)
    lines = [_table_line([*row, *[""] * (width - len(row))]) for row in rows]
    return "\n".join([lines[0], "|" + "---|" * width, *lines[1:]])


def _table_line(cells: Iterable[str]) -> str:
    return "| " + " | ".join(one_line(cell).replace("|", "\\|") for cell in cells) + " |"
