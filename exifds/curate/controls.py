"""Controls: native HTML elements for the page. Texts are set as properties, never parsed as markup."""

from collections.abc import Callable
from json import dumps
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element

__all__ = ["VALUE", "attributes", "button", "entry", "heading", "put", "text"]

VALUE: Final = "(event) => emit(event.target.value)"
"""Sends what an input holds."""


def attributes(element: Element, **values: str | bool | None) -> None:
    """Set HTML attributes; underscores in names stand for hyphens.

    Args:
        element: The element.
        **values: By name; None takes an attribute away. Values may be texts of strangers.
    """
    for name, value in values.items():
        key = name.rstrip("_").replace("_", "-")
        if value is None:
            element.props.pop(key, None)
        elif element.props.get(key) != value:
            element.props[key] = value


def text(tag: str, words: str = "", classes: str = "") -> ui.label:
    """A piece of text in an element of its own.

    Args:
        tag: Its HTML tag.
        words: The text.
        classes: CSS classes.

    Returns:
        The element; `set_text` changes its text.
    """
    label = ui.label(words).classes(classes)
    label.tag = tag
    return label


def heading(words: str) -> ui.label:
    """The heading of a section."""
    return text("h2", words)


def button(
    name: str,
    on_click: Callable[..., Any],
    *,
    icon: str | None = None,
    label: str | None = None,
    classes: str = "",
    args: list[str] | None = None,
) -> Element:
    """A button.

    Args:
        name: What it does, for screen readers and as a tooltip.
        on_click: Called when it is pressed.
        icon: A Material icon.
        label: The text on it; None shows the icon alone.
        classes: CSS classes.
        args: What `on_click` wants to know of the event; None calls it without arguments.

    Returns:
        The button.
    """
    element = ui.element("button").classes(f"button {classes}")
    attributes(element, type="button", title=name, aria_label=name)
    with element:
        if icon:
            ui.icon(icon)
        if label:
            text("span", label)
    handler = on_click if args else lambda _event: on_click()
    element.on("click.stop", handler, args or [])
    return element


def entry(label: str, kind: str, on_change: Callable[..., Any], **values: str) -> Element:
    """An input with its label. It has no property `value`, as each update of the page would set that again.

    Args:
        label: Its label.
        kind: Its HTML type.
        on_change: Called when something was entered.
        **values: More attributes by name, as for `attributes`.

    Returns:
        The input; `put` changes what it holds.
    """
    with ui.element("label").classes("field"):
        text("span", label)
        element = ui.element("input")
    attributes(element, type=kind, **values)
    element.on("change", on_change, js_handler=VALUE)
    return element


def put(element: Element, **values: str) -> None:
    """Set properties of an input that somebody may have changed in the browser.

    Args:
        element: The input.
        **values: By name: those that `value` depends on, then `value`.
    """
    ui.run_javascript(f"Object.assign(getElement({element.id}) ?? {{}}, {dumps(values)})")
