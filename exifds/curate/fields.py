"""Fields: which photos are looked at, and the selections. Native inputs, as phones know them."""

from collections.abc import Callable, Coroutine, Iterable
from contextlib import suppress
from datetime import date
from typing import Any

from nicegui import ui
from nicegui.element import Element
from nicegui.events import GenericEventArguments

from exifds.curate.controls import VALUE, attributes, button, entry, heading, text
from exifds.errors import UsageError
from exifds.store.selection_filters import Filters
from exifds.store.selections import Selection

__all__ = ["FilterFields", "SelectionFields"]


class FilterFields:
    """The filters.

    Args:
        on_filter: Called with the filters that were chosen.
    """

    def __init__(self, on_filter: Callable[[Filters], Coroutine[Any, Any, None]]) -> None:
        self._on_filter = on_filter
        self._given: dict[str, str] = {}
        with ui.element("section") as section:
            attributes(section, aria_label="Filters")
            heading("Filters")
            with ui.element("div").classes("fields"):
                self._inputs = {
                    "concept": _choose("Concept", self._changed("concept")),
                    "country": _choose("Country", self._changed("country")),
                    "camera": _choose("Camera", self._changed("camera")),
                    "verdict": _choose("Verdict", self._changed("verdict")),
                    "since": entry("Taken from", "date", self._changed("since")),
                    "until": entry("Taken until", "date", self._changed("until")),
                }
            _offer(
                self._inputs["verdict"],
                ["accepted", "rejected", "none"],
                ["accepted", "rejected", "not judged"],
            )

    def offer(self, name: str, values: Iterable[str], words: Iterable[str] | None = None) -> None:
        """Say what a filter can be set to.

        Args:
            name: Of the filter.
            values: Its values.
            words: How they read; None shows them as they are.
        """
        _offer(self._inputs[name], values, words)

    def show(self, filters: Filters) -> None:
        """Show filters that were loaded."""
        self._given = filters.document()
        for name, element in self._inputs.items():
            attributes(element, value=self._given.get(name, ""))

    def _changed(self, name: str) -> Callable[[GenericEventArguments], Coroutine[Any, Any, None]]:
        async def changed(event: GenericEventArguments) -> None:
            before = dict(self._given)
            self._given[name] = str(event.args or "")
            self._given = {key: value for key, value in self._given.items() if value}
            attributes(self._inputs[name], value=self._given.get(name, ""))
            try:
                filters = _filters(self._given)
            except UsageError as error:
                self._given = before
                attributes(self._inputs[name], value=before.get(name, ""))
                self._inputs[name].update()  # for the browser shows what was typed
                ui.notify(str(error), type="warning")
                return
            await self._on_filter(filters)

        return changed


class SelectionFields:
    """The selections: save what is chosen now, or load what was saved.

    Args:
        on_save: Called with a name.
        on_load: Called with a name and a version.
    """

    def __init__(
        self,
        on_save: Callable[[str], Coroutine[Any, Any, None]],
        on_load: Callable[[str, int], Coroutine[Any, Any, None]],
    ) -> None:
        self._on_save, self._on_load = on_save, on_load
        self._typed = self._loaded = ""
        with ui.element("section") as section:
            attributes(section, aria_label="Selections")
            heading("Selections")
            with ui.element("div").classes("fields"):
                self._saved = _choose("Load", self._load, nothing="choose one", classes="wide")
                self._input = entry(
                    "Save as", "text", self._named, maxlength="64", autocomplete="off", spellcheck="false"
                )
                button("Save the thresholds and filters", self._save, label="Save", classes="strong save")

    def offer(self, selections: Iterable[Selection]) -> None:
        """Say which selections there are."""
        keys = [(f"{one.version} {one.name}", f"{one.name}, version {one.version}") for one in selections]
        _offer(self._saved, [key for key, _ in keys], [words for _, words in keys], nothing="choose one")

    def name(self, name: str) -> None:
        """Show the name of the selection that was loaded: it is taken when no other is typed."""
        attributes(self._input, placeholder=name)
        self._loaded = name

    async def _named(self, event: GenericEventArguments) -> None:
        self._typed = str(event.args or "").strip()

    async def _save(self) -> None:
        await self._on_save(self._typed or self._loaded)

    async def _load(self, event: GenericEventArguments) -> None:
        attributes(self._saved, value=str(event.args or ""))
        version, _, name = str(event.args or "").partition(" ")
        if version.isdigit():
            await self._on_load(name, int(version))


def _filters(given: dict[str, str]) -> Filters:
    """Filters from the texts of the inputs."""
    read: dict[str, Any] = dict(given)
    for name in ("since", "until"):
        with suppress(KeyError):
            try:
                read[name] = date.fromisoformat(given[name])
            except ValueError:
                raise UsageError(f"expected a day like 2026-01-31, got {given[name]!r}") from None
    return Filters(**read)


def _choose(label: str, on_change: Any, nothing: str = "any", classes: str = "") -> Element:
    with ui.element("label").classes(f"field {classes}"):
        text("span", label)
        element = ui.element("select")
    attributes(element, value="")
    element.on("change", on_change, js_handler=VALUE)
    _offer(element, (), nothing=nothing)
    return element


def _offer(
    element: Element, values: Iterable[str], words: Iterable[str] | None = None, nothing: str = "any"
) -> None:
    element.clear()
    values = list(values)
    with element:
        for value, reads in [("", nothing), *zip(values, values if words is None else words, strict=True)]:
            attributes(text("option", reads), value=value)
