"""Plots as pictures inside Markdown: each an SVG of its own in a data URI, which loads nothing and follows light and dark."""

import base64
import re
from collections.abc import Mapping
from functools import cache
from importlib import resources

from markupsafe import Markup

MAX_BYTES = 300_000
"""Of Markdown with pictures: it is stored with every materialization."""
_SVG = re.compile(r'<svg (.*?viewBox="0 0 (\S+) (\S+)".*?)</svg>', re.DOTALL)
_HINTS = re.compile(r"<title>.*?</title>", re.DOTALL)


def as_markdown(pictures: Mapping[str, Markup]) -> str:
    """The plots under their headings; those that would make it longer than `MAX_BYTES` are named instead of shown."""
    text = ""
    for name, plot in pictures.items():
        shown = f"### {name}\n\n{image(name, plot)}\n\n"
        text += shown if len(text) + len(shown) <= MAX_BYTES else f"### {name}\n\nToo large for here: see `golden-assets report`.\n\n"
    return text


def image(name: str, plot: Markup) -> str:
    """One plot in Markdown; screen readers say its name."""
    return f"![{name}]({data_uri(plot)})"


def data_uri(plot: Markup) -> str:
    """A plot of `drawing` with its colours in it. What would show under the pointer is left out: in a picture nothing does."""
    found = _SVG.search(plot)
    if found is None:
        raise ValueError("no plot: it has no svg element")
    inside = _HINTS.sub("", found[1]).replace(">", f">{_style()}", 1)
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="{found[2]}" height="{found[3]}" {inside}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode("utf-8")).decode("ascii")


@cache
def _style() -> str:
    """The colours of both themes and the rules of plots, from the style of the page; on paper of its own, whatever it is laid on."""
    rules = resources.files(__package__).joinpath("templates", "page.css").read_text(encoding="utf-8")
    colours = rules[: rules.index("* {")]
    plots = "".join(line for line in rules.splitlines(keepends=True) if line.startswith(".plot"))
    return f"<style>{colours}{plots}svg.plot {{ background: var(--paper); font-family: system-ui, sans-serif; padding: 0; }}</style>"
