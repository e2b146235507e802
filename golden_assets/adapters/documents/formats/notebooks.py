"""Jupyter notebooks to Markdown: the text cells as they are, code in fences. Outputs are left out: they change with every run."""

import json
from collections.abc import Iterator
from typing import Any

from golden_assets.adapters.documents.formats.markdown import plain_markdown
from golden_assets.adapters.documents.formats.markdown_writer import fence, join_blocks
from golden_assets.domain.core.errors import DocumentError


def notebook_to_markdown(source: str) -> str:
    """The text of a notebook of format 3 or 4. Raises `DocumentError` for what is not one."""
    try:
        notebook = json.loads(source)
    except json.JSONDecodeError as error:
        raise DocumentError(f"not a notebook: line {error.lineno} is not JSON", "save it again in Jupyter, or leave it out") from error
    cells = _cells(notebook)
    if cells is None:
        raise DocumentError("not a notebook: it has no cells", "save it again in Jupyter, or leave it out")
    return join_blocks(_blocks(cells))


def _cells(notebook: Any) -> list[Any] | None:
    """The cells; format 3 has them in worksheets."""
    if not isinstance(notebook, dict):
        return None
    sheets = notebook.get("worksheets", [])
    found = notebook.get("cells") if "cells" in notebook else [cell for sheet in sheets for cell in sheet.get("cells", [])] or None
    return found if isinstance(found, list) else None


def _blocks(cells: list[Any]) -> Iterator[str]:
    for cell in cells:
        written = cell.get("source", cell.get("input", ""))
        text = ("".join(written) if isinstance(written, list) else str(written)).replace("\r\n", "\n").strip("\n")
        match cell.get("cell_type"):
            case "markdown":
                yield plain_markdown(text).strip("\n")
            case "heading":
                yield f"{'#' * int(cell.get('level', 1))} {text}"
            case "code" if text.strip():
                yield fence(text)
