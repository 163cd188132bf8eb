"""Page: a report as `report.html`, one file without scripts that asks for nothing from anywhere. Pure."""

from importlib.resources import files
from typing import Any, Final

from exifds.train.report.blocks import Block, Document, Folded
from exifds.train.report.comparison import Claim
from exifds.train.report.drawing import inline

__all__ = ["page"]

_TEMPLATE: Final = "report.html.jinja"


def page(document: Document) -> str:
    """Write a report as HTML.

    Args:
        document: The report.

    Returns:
        The page. All texts are escaped; its policy forbids scripts and requests, so that nothing a class is
        called can do harm.
    """
    from jinja2 import Environment, StrictUndefined
    from markupsafe import Markup

    source = files("exifds.train.report").joinpath(_TEMPLATE).read_text("utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters["kind"] = _kind
    environment.filters["inline"] = lambda drawing: Markup(inline(drawing))  # noqa: S704  # of our own making
    rendered: str = environment.from_string(source).render(document=document)
    return rendered


def _kind(block: Block | Claim | Folded) -> str:
    """Which part of the template writes it."""
    named: Any = type(block).__name__
    return str(named).lower()
