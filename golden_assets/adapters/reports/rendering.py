"""Pages from Jinja templates: whatever is no `Markup` of our own is escaped, and a value that a template lacks is an error."""

from functools import cache
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

if TYPE_CHECKING:
    from jinja2 import Environment

_CODE = Markup("<code>{}</code>")


def render(template: str, **values: Any) -> str:
    """A whole page: its style inside, no scripts, and a policy that forbids loading anything.

    Args:
        template: name of the page, as in ``quality`` for ``templates/quality.html.j2``.
        values: what the template shows; pictures are `Markup`, everything else is text.
    """
    return _environment().get_template(f"{template}.html.j2").render(values)


def with_code(text: str) -> Markup:
    """A sentence of ours, what it has between backticks as code."""
    parts = text.split("`")
    return Markup("").join(_CODE.format(part) if number % 2 else part for number, part in enumerate(parts))


@cache
def _environment() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    loader = PackageLoader("golden_assets.adapters.reports")
    pages = Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True)
    pages.filters["with_code"] = with_code
    return pages
