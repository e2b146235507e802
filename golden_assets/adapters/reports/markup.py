"""HTML from data: whatever is not `Markup` is escaped, so that text from a testset can never become an element."""

import difflib
import re
from collections.abc import Iterable
from html import escape
from importlib import resources

_WORDS = re.compile(r"\s+|\w+|[^\w\s]")
_MAX_WORDS = 4000
"""Longer texts are shown whole, not word by word: difflib is quadratic."""


class Markup(str):
    """Text that is HTML already."""

    __slots__ = ()


def element(name: str, *children: object, **attributes: str) -> Markup:
    """``<name attributes>children</name>``; a trailing underscore of an attribute (``class_``) is dropped."""
    given = "".join(f' {key.rstrip("_")}="{escape(value)}"' for key, value in attributes.items())
    return Markup(f"<{name}{given}>{joined(children)}</{name}>")


def joined(children: Iterable[object]) -> Markup:
    """The children one after another, escaped unless they are `Markup`."""
    return Markup("".join(child if isinstance(child, Markup) else escape(str(child)) for child in children))


def with_code(text: str) -> Markup:
    """A sentence of ours, what it has between backticks as code."""
    parts = text.split("`")
    return joined(element("code", part) if number % 2 else part for number, part in enumerate(parts))


def table(headings: Iterable[object], rows: Iterable[Iterable[object]], **attributes: str) -> Markup:
    """A table in a box that scrolls sideways; the first cell of each row is its heading. Cells know their columns, so that a class of the
    page can stack them on narrow screens.
    """
    names = [str(heading) for heading in headings]
    head = element("tr", *(element("th", name, scope="col") for name in names))
    lines = []
    for first, *others in rows:
        cells = (element("td", cell, **{"data-label": name}) for name, cell in zip(names[1:], others, strict=False))
        lines.append(element("tr", element("th", first, scope="row"), *cells))
    whole = element("table", element("thead", head), element("tbody", *lines), **attributes)
    return element("div", whole, class_="scroll")


def word_changes(before: str, after: str) -> tuple[Markup, Markup]:
    """Both texts, the words that only one of them has marked as deleted or inserted."""
    old, new = _WORDS.findall(before), _WORDS.findall(after)
    if len(old) + len(new) > _MAX_WORDS:
        return element("del", before), element("ins", after)
    left, right = [], []
    for kind, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        left.append(_marked("del", kind, "".join(old[a:b])))
        right.append(_marked("ins", kind, "".join(new[c:d])))
    return joined(left), joined(right)


def page(title: str, *body: object) -> str:
    """A whole document: style inside, no scripts, and a policy that forbids loading anything."""
    policy = "default-src 'none'; style-src 'unsafe-inline'"
    style = Markup(resources.files(__package__).joinpath("page.css").read_text(encoding="utf-8"))
    head = (
        Markup('<meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">'),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{policy}">'),
        element("title", title),
        element("style", style),
    )
    return "<!DOCTYPE html>\n" + element("html", element("head", *head), element("body", element("main", *body)), lang="en") + "\n"


def _marked(mark: str, kind: str, text: str) -> Markup:
    return joined([text]) if kind == "equal" or not text else element(mark, text)
