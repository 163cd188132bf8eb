"""Frame: the bar with the tabs, and where the other parts of the page stand."""

from collections.abc import Callable, Coroutine, Mapping
from functools import partial
from typing import Any, Final

from nicegui import ui
from nicegui.element import Element

from exifds.curate.choice import TABS, Tab
from exifds.curate.controls import attributes, button, text
from exifds.curate.wording import counted

__all__ = ["Frame", "Pager"]

_THEMES: Final = {None: ("contrast", "dark"), True: ("dark_mode", "light"), False: ("light_mode", "system")}
"""By dark mode: its icon, and what comes next."""

KEYS: Final = (
    ("J, K", "next and previous photo"),
    ("A, R", "accept, reject"),
    ("U", "undo"),
    ("X", "mark; with Shift, all from the last mark"),
    ("Enter", "look at the photo"),
    ("Esc", "close"),
)


class Frame:
    """The frame of the page.

    Args:
        name: Of the dataset.
        on_tab: Called with the tab that is to be shown.
    """

    def __init__(self, name: str, on_tab: Callable[[Tab], Coroutine[Any, Any, None]]) -> None:
        self._dark = ui.dark_mode(None)
        self._help = self._keys()
        with ui.element("div").classes("app"):
            with ui.element("header").classes("bar"):
                text("h1", name)
                with ui.element("nav").classes("tabs") as tabs:
                    self._tabs = {tab: _TabButton(tab, partial(on_tab, tab)) for tab in TABS}
                attributes(tabs, aria_label="Photos that are")
                ui.element("div").classes("spring")
                button("Keys", self._help.open, icon="keyboard", classes="quiet only-wide")
                self._theme = button(
                    "Colours of the system", self._turn_dark, icon="contrast", classes="quiet"
                )
                button("Sliders and filters", self._toggle_panel, icon="tune", classes="only-narrow")
            self.panel: Element = ui.element("aside").classes("panel")
            with ui.element("div").classes("main") as self.main:
                self._notice = text("p", "Reading the dataset.", "notice")
                attributes(self._notice, role="status")
            self.actions: Element = ui.element("footer").classes("actions")
        attributes(self.panel, aria_label="Sliders and filters")
        with self.panel, ui.element("div").classes("only-narrow close"):
            button("Close", self.close_panel, icon="close", label="Show photos", classes="strong")
        with self.actions:
            self._marked = text("span", "", "count")
            attributes(self._marked, role="status")

    @property
    def is_covered(self) -> bool:
        """Whether the help on keys is on the screen: keys mean no photo then."""
        return bool(self._help.value)

    def tell(self, photos: Mapping[Tab, int], tab: Tab) -> None:
        """Show how many photos each tab has, and which one is shown."""
        for name, shown in self._tabs.items():
            shown.tell(photos[name], pressed=name == tab)

    def notice(self, words: str = "") -> None:
        """Say above the photos what is wrong; nothing takes it away."""
        self._notice.set_text(words)

    def marked(self, photos: int) -> None:
        """Show how many photos are marked."""
        self._marked.set_text(f"{photos:,} marked" if photos else "")

    def close_panel(self) -> None:
        """Go back to the photos on a narrow screen."""
        self.panel.classes(remove="open")

    def _toggle_panel(self) -> None:
        self.panel.classes(toggle="open")

    def _turn_dark(self) -> None:
        values = list(_THEMES)
        self._dark.value = values[(values.index(self._dark.value) + 1) % len(values)]
        icon, following = _THEMES[self._dark.value]
        self._theme.clear()
        with self._theme:
            ui.icon(icon)
        attributes(self._theme, title=f"Go to {following} colours", aria_label=f"Go to {following} colours")

    @staticmethod
    def _keys() -> ui.dialog:
        with ui.dialog() as dialog, ui.element("div").classes("keys"):
            text("h2", "Keys")
            with ui.element("dl"):
                for key, does in KEYS:
                    text("dt", key)
                    text("dd", does)
        attributes(dialog, aria_label="Keys")
        return dialog


class _TabButton:
    """A tab and its number of photos."""

    def __init__(self, tab: Tab, on_click: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._name = tab.capitalize()
        self._button = button(self._name, on_click, label=self._name)
        with self._button:
            self._number = text("span", "", "number")

    def tell(self, photos: int, *, pressed: bool) -> None:
        self._number.set_text(f"{photos:,}")
        attributes(
            self._button,
            aria_pressed="true" if pressed else "false",
            aria_label=f"{self._name}, {counted(photos, 'photo')}",
        )


class Pager:
    """Turns the pages.

    Args:
        on_previous: Called to go back.
        on_next: Called to go on.
    """

    def __init__(
        self,
        on_previous: Callable[[], Coroutine[Any, Any, None]],
        on_next: Callable[[], Coroutine[Any, Any, None]],
    ) -> None:
        with ui.element("nav").classes("pager") as nav:
            self._back = button("Previous page", on_previous, icon="chevron_left")
            self._where = text("span", "")
            self._on = button("Next page", on_next, icon="chevron_right")
        attributes(nav, aria_label="Pages")

    def tell(self, offset: int, photos: int, *, more: bool) -> None:
        """Show where the page is.

        Args:
            offset: Photos before it.
            photos: Photos on it.
            more: Whether photos follow.
        """
        self._where.set_text(f"{offset + 1:,} to {offset + photos:,}" if photos else "")
        attributes(self._back, disabled=None if offset else True)
        attributes(self._on, disabled=None if more else True)
