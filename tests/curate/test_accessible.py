"""The page can be used by everybody: axe-core finds nothing serious, in any light and on a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from exifds.dataset import Dataset
from tests.curate.conftest import CODE, Opens
from tests.curate.person import Person

LOOKS: dict[str, dict[str, object]] = {
    "light": {"color_scheme": "light"},
    "dark": {"color_scheme": "dark"},
    "phone": {"color_scheme": "light", "viewport": {"width": 390, "height": 844}, "has_touch": True},
}


def faults(page: Page) -> list[str]:
    """What axe-core finds serious or critical."""
    found = Axe().run(page).response["violations"]
    return [
        f"{one['id']} ({one['impact']}): {node['target']} {node['html'][:120]}"
        for one in found
        if one["impact"] in {"serious", "critical"}
        for node in one["nodes"]
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_the_page_is_accessible(look: str, page_of: Opens, scored: Dataset) -> None:
    """Tiles, judged and marked ones, sliders, the detail view: axe-core finds nothing serious."""
    still = {"reduced_motion": "reduce", "bypass_csp": True}  # axe reads colours, and sets styles to do so
    page = page_of(scored, **still, **LOOKS[look])
    person = Person(page)
    narrow = look == "phone"
    if narrow:
        person.button("Sliders and filters").click()
    person.button("Keep above for monkey").click()
    found = faults(page)
    if narrow:
        person.button("Close").click()
    for key in "arx":
        page.keyboard.press(key)
    expect(page.get_by_text("1 marked")).to_be_visible()
    found += faults(page)
    page.keyboard.press("Enter")
    page.locator(".detail").get_by_role("button", name="Unlock personal fields").click()
    expect(page.get_by_label("Code that the terminal shows")).to_be_focused()
    found += faults(page)
    person.unlock(CODE)
    found += faults(page)
    page.keyboard.press("Escape")
    expect(page.locator(".detail")).to_be_hidden()
    if not narrow:
        person.button("Keys").click()
        expect(page.get_by_role("heading", name="Keys")).to_be_visible()
        found += faults(page)
    assert not sorted(set(found))
