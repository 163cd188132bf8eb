"""A person at the page: does with mouse and keyboard what people do, and tells what there is to see."""

import re
from collections.abc import Collection

from playwright.sync_api import Locator, Page, expect

__all__ = ["Person", "quality"]

SETTLED_MS = 1000
THUMB = 20
"""Width of the thumb of a slider: it stands inside at both ends."""


class Person:
    """A person at a page that is open.

    Args:
        page: The page.

    Attributes:
        sure: Whether the page was sure of the threshold that it proposed last.
    """

    def __init__(self, page: Page) -> None:
        self.page = page
        self.sure = False

    def button(self, name: str) -> Locator:
        """A button by its name, as a screen reader says it."""
        return self.page.get_by_role("button", name=name)

    def slider(self, concept: str) -> Locator:
        """The slider of a concept."""
        return self.page.get_by_role("slider", name=f"Threshold of {concept}")

    def value(self, concept: str) -> float:
        """Where the slider of a concept stands."""
        return float(self.slider(concept).input_value())

    def reading(self, concept: str) -> Locator:
        """The number above a slider."""
        return self.page.get_by_role("group", name=concept, exact=True).locator(".value")

    def counted(self, tab: str) -> int:
        """How many photos a tab says it has."""
        said = self.button(f"{tab},").get_attribute("aria-label") or ""
        return int(re.sub(r"\D", "", said))

    def drag(self, concept: str, value: float, *, steadily: bool = True) -> list[int]:
        """Drag a slider with the mouse.

        Args:
            concept: Whose.
            value: Where to.
            steadily: Look at the numbers on the way; else be fast.

        Returns:
            Numbers of kept photos that were to be seen on the way, before it was let go.
        """
        slider, mouse, seen = self.slider(concept), self.page.mouse, []
        slider.scroll_into_view_if_needed()
        box = slider.bounding_box()
        assert box is not None
        low, now = float(slider.get_attribute("min") or 0), self.value(concept)
        left, middle = box["x"] + THUMB / 2, box["y"] + box["height"] / 2
        width = (box["width"] - THUMB) / (1 - low)
        mouse.move(left + (now - low) * width, middle)
        mouse.down()
        for step in range(1, 6):
            at = round(now + (value - now) * step / 5, 2)
            mouse.move(left + (at - low) * width, middle)
            if steadily:
                expect(slider).to_have_value(f"{at:g}")
                expect(self.reading(concept)).to_have_text(f"{at:.2f}")
                seen.append(self.counted("Kept"))
        mouse.up()
        return seen

    def ids(self) -> list[str]:
        """The photos on the screen, by the addresses of their pictures."""
        sources: list[str] = self.page.locator(".tile:not(.absent) img").evaluate_all(
            "all => all.map(one => one.src)"
        )
        return [source.partition("/image/")[2].partition("?")[0] for source in sources]

    def settled(self) -> list[str]:
        """The photos on the screen, once they stay: what was moved before has had its effect."""
        before: list[str] = []
        while before != (shown := self.ids()):
            before = shown
            self.page.wait_for_timeout(SETTLED_MS)
        return shown

    def judge_next(self, right: Collection[str]) -> int:
        """Ask for photos whose verdicts tell the most, and judge all but the last by keyboard.

        Args:
            right: Those to accept; the others are rejected.

        Returns:
            How many were judged.
        """
        before = self.settled()
        self.button("Photos whose verdicts tell the most").click()
        self.page.wait_for_function(
            """before => {
              const shown = [...document.querySelectorAll('.tile:not(.absent) img')].map(one => one.src);
              const judged = document.querySelector('.tile.accepted, .tile.rejected');
              return shown.length && !judged && shown.some((one, at) => !one.includes(before[at] + '?'));
            }""",
            arg=before,
        )
        ids = self.ids()[:-1]
        for photo in ids:
            self.page.keyboard.press("a" if photo in right else "r")
        expect(self.page.locator(".tile:is(.accepted, .rejected)")).to_have_count(len(ids))
        return len(ids)

    def propose(self, concept: str) -> float | None:
        """Ask for a threshold of a concept, and go there oneself if the page is not sure enough to do it.

        Args:
            concept: The concept.

        Returns:
            The threshold; None if the page knew none.
        """
        said = self.page.locator(".q-notification")
        expect(said).to_have_count(0)
        self.button(f"Propose a threshold for {concept}").click()
        expect(said).to_contain_text(re.compile(r"right \(at least|No threshold reaches"))
        words = said.inner_text()
        perhaps = re.search(r"([\d.]+) may be", words)
        self.sure = "right" in words and not perhaps
        if "right" not in words:
            return None
        if perhaps:
            self.drag(concept, float(perhaps[1]), steadily=False)
        return self.value(concept)

    def unlock(self, code: str) -> None:
        """Open personal fields in the large view, by the code that the terminal shows."""
        detail = self.page.locator(".detail")
        detail.get_by_role("button", name="Unlock personal fields").click()
        detail.get_by_label("Code that the terminal shows").fill(code)
        self.page.keyboard.press("Enter")
        expect(detail.get_by_role("heading", name="Personal")).to_be_visible()

    def save(self, name: str) -> None:
        """Save the thresholds and filters under a name."""
        self.page.get_by_label("Save as").fill(name)
        self.page.get_by_label("Save as").blur()
        self.button("Save the thresholds and filters").click()


def quality(chosen: Collection[str], right: Collection[str]) -> tuple[float, float]:
    """Precision and recall of a choice.

    Args:
        chosen: What was chosen.
        right: What should have been.

    Returns:
        Share of right ones among the chosen ones, and share of chosen ones among the right ones.
    """
    hits = len(set(chosen) & set(right))
    return hits / len(chosen), hits / len(right)
