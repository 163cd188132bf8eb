"""The page in a browser: a grid that takes verdicts, sliders that move numbers, and nothing foreign."""

import re
import threading
from collections.abc import Iterable

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from exifds.curate.app import CurationServer
from exifds.curate.desk import Desk
from exifds.dataset import Dataset
from exifds.errors import UnreachableError, UsageError
from exifds.store import selections
from exifds.store.queries import Update
from tests.curate.conftest import CODE
from tests.curate.person import Person

HOSTILE = (
    "<img src=x onerror=alert(1)><script>alert(2)</script>{{constructor.constructor('alert(3)')()}}`${4}`"
)


def tile(page: Page, index: int) -> str:
    """The classes of a tile."""
    return page.locator(".tile").nth(index).get_attribute("class") or ""


def test_a_page_shows_30_photos_and_the_next_shows_others(page: Page) -> None:
    """Flickr's terms allow 30 a page."""
    shown = page.locator(".tile:not(.absent) img")
    expect(shown).to_have_count(30)
    first = shown.first.get_attribute("src")
    page.get_by_role("button", name="Next page").click()
    expect(page.get_by_text("31 to 60")).to_be_visible()
    assert shown.first.get_attribute("src") != first
    expect(page.get_by_role("button", name="Next page")).to_be_disabled()
    assert page.evaluate("[...document.images].every(image => !image.complete || image.naturalWidth > 0)")


def test_keys_judge_move_and_undo(page: Page, scored: Dataset) -> None:
    """A and R judge the current photo and go on; U takes back; fast typing loses no photo."""
    for key in "aarkj":
        page.keyboard.press(key)
    expect(page.locator(".tile.current")).to_have_count(1)
    expect(page.locator(".tile").nth(2)).to_have_class(re.compile("rejected"))
    assert ["accepted" in tile(page, 0), "accepted" in tile(page, 1)] == [True, True]
    page.keyboard.press("u")
    expect(page.locator(".tile").nth(2)).not_to_have_class(re.compile("rejected"))
    assert scored.collection.count_documents({"verdict": "accepted"}) == 2


def test_a_press_judges_the_photo_that_was_current(
    page: Page, scored: Dataset, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database pauses: what waits is marked, the next photo is current, none is judged twice."""
    goes_on, update = threading.Event(), desk.store.update

    def pausing(updates: Iterable[Update]) -> int:
        goes_on.wait(30)
        return update(updates)

    monkeypatch.setattr(desk.store, "update", pausing)
    page.keyboard.press("a")
    expect(page.locator(".tile").first).to_have_class(re.compile("waiting"))
    expect(page.locator(".tile").nth(1)).to_have_class(re.compile("current"))
    page.keyboard.press("k")
    expect(page.locator(".tile").first).to_have_class(re.compile("current"))
    for key in "arar":
        page.keyboard.press(key)
    expect(page.get_by_text("The database has not answered yet")).to_be_visible()
    expect(page.locator(".tile.waiting")).to_have_count(1)
    goes_on.set()
    expect(page.locator(".tile").first).to_have_class(re.compile("accepted"))
    expect(page.locator(".tile.waiting")).to_have_count(0)
    assert scored.collection.count_documents({"verdict": {"$exists": True}}) == 1


def test_a_verdict_that_was_not_stored_is_not_shown(
    page: Page, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The error is said, and the photo can be judged again."""

    def refuse(_updates: Iterable[Update]) -> int:
        raise UnreachableError("nobody is there")

    with monkeypatch.context() as away:
        away.setattr(desk.store, "update", refuse)
        page.keyboard.press("a")
        expect(page.get_by_text("nobody is there")).to_be_visible()
    expect(page.locator(".tile:is(.waiting, .accepted)")).to_have_count(0)
    page.keyboard.press("k")
    page.keyboard.press("a")
    expect(page.locator(".tile").first).to_have_class(re.compile("accepted"))


def test_several_photos_are_judged_together(page: Page, scored: Dataset) -> None:
    """Marks with Shift reach from the last one to this one."""
    page.locator(".tile .pick").nth(1).click()
    page.locator(".tile .pick").nth(4).click(modifiers=["Shift"])
    expect(page.get_by_text("4 marked")).to_be_visible()
    page.locator(".actions").get_by_role("button", name="Reject").click()
    expect(page.locator(".tile.rejected")).to_have_count(4)
    assert scored.collection.count_documents({"verdict": "rejected"}) == 4


def test_numbers_and_photos_follow_a_slider(page: Page, scored: Dataset) -> None:
    """Home and arrow keys move a slider as a mouse does; tabs count what it keeps, drops and cannot tell."""
    page.get_by_role("button", name="Keep above for monkey").click()
    slider = page.get_by_role("slider", name="Threshold of monkey")
    box = slider.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] * 0.6, box["y"] + box["height"] / 2)
    expect(slider).not_to_have_value("0.5")
    value = float(slider.input_value())
    assert 0.7 < value < 0.9
    kept = scored.collection.count_documents({"scores.monkey": {"$gte": value}})
    expect(page.get_by_role("button", name=f"Kept, {kept} photos")).to_be_visible()
    expect(page.get_by_role("button", name="Unscored, 6 photos")).to_be_visible()
    expect(page.locator(".tile:not(.absent)")).to_have_count(min(kept, 30))


def test_a_selection_is_saved_and_loaded(page: Page, desk: Desk) -> None:
    """What was saved is in the database, and can be chosen again."""
    page.get_by_role("button", name="Drop above for monkey").click()
    page.get_by_label("Save as").fill("no-monkeys")
    page.get_by_label("Save as").blur()
    page.get_by_role("button", name="Save the thresholds").click()
    expect(page.get_by_text("Saved no-monkeys, version 1")).to_be_visible()
    saved = selections.get(desk.database, desk.name, "no-monkeys")
    assert saved.thresholds["monkey"].direction == "drop_above"
    page.get_by_role("button", name="Drop above for monkey").click()
    page.get_by_label("Load").select_option("no-monkeys, version 1")
    pressed = page.get_by_role("button", name="Drop above for monkey")
    expect(pressed).to_have_attribute("aria-pressed", "true")


def test_two_people_see_each_others_verdicts(page: Page, chromium: Browser, server: CurationServer) -> None:
    """Without a reload, within a second or two."""
    with chromium.new_context() as other:
        hers = other.new_page()
        hers.goto(server.url)
        hers.locator(".tile:not(.absent) .photo").first.wait_for()
        page.keyboard.press("a")
        expect(hers.locator(".tile").first).to_have_class(re.compile("accepted"))
        expect(hers.get_by_text("by 1 verdict")).to_be_visible()


def test_personal_fields_are_shown_only_when_they_are_unlocked(
    page: Page, scored: Dataset, server: CurationServer
) -> None:
    """The detail view opens with what is public; the keyring opens the rest, once the code is given."""
    page.keyboard.press("j")
    expect(page.locator(".tile .photo").nth(1)).to_be_focused()
    page.keyboard.press("Enter")
    detail = page.locator(".detail")
    expect(detail.get_by_role("heading", name="Camera")).to_be_visible()
    assert "Artist" not in detail.inner_text()
    detail.get_by_role("button", name="Unlock personal fields").click()
    field = page.get_by_label("Code that the terminal shows")
    expect(field).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.type("arx")
    for _ in range(3):  # from the second on, it is held
        page.keyboard.down("Enter")
    page.keyboard.up("Enter")
    expect(page.get_by_text("tries left: 4")).to_be_visible()
    assert "Artist" not in detail.inner_text()
    assert scored.collection.count_documents({"verdict": {"$exists": True}}) == 0
    field.fill(CODE.upper())
    pressed = "new KeyboardEvent('keydown', {key: 'Enter', bubbles: true})"
    field.evaluate(f"field => [1, 2].forEach(() => field.dispatchEvent({pressed}))")
    expect(detail.get_by_role("heading", name="Personal")).to_be_visible()
    expect(detail.get_by_text("Artist")).to_be_visible()
    assert server._code.left == 4
    detail.get_by_role("button", name="Lock personal fields").click()
    expect(detail.get_by_text("Artist")).to_be_hidden()
    detail.get_by_role("button", name="Unlock personal fields").click()
    expect(detail.get_by_text("Artist")).to_be_visible()
    assert CODE not in page.content().lower()


def test_after_five_wrong_codes_nobody_opens_personal_fields(
    page: Page, chromium: Browser, server: CurationServer
) -> None:
    """Neither here nor in another tab, until the page is started again."""
    for _ in range(5):
        assert not server._code.opens("guessed")
    with chromium.new_context() as other:
        for tab in (page, other.new_page()):
            tab.goto(server.url)
            tab.locator(".tile:not(.absent) .photo").first.click()
            tab.get_by_role("button", name="Unlock personal fields").click()
            tab.get_by_label("Code that the terminal shows").fill(server.code)
            tab.get_by_role("button", name="Open personal fields").click()
            expect(tab.get_by_text("No tries are left")).to_be_visible()
            expect(tab.get_by_role("heading", name="Personal")).to_be_hidden()


def test_hostile_titles_are_text(page: Page, scored: Dataset) -> None:
    """A title in HTML is shown as it was written, in the grid and in the detail view."""
    scored.collection.update_many({}, {"$set": {"title": HOSTILE, "tags": [HOSTILE]}})
    page.on("dialog", lambda _dialog: pytest.fail("a title ran"))
    page.reload()
    page.locator(".tile:not(.absent) .photo").first.click()
    expect(page.locator(".detail header h2")).to_have_text(HOSTILE)
    attributes = "[...document.querySelectorAll('*')].flatMap(e => e.getAttributeNames())"
    assert not [name for name in page.evaluate(attributes) if name.startswith("on")]
    assert page.locator(".app script, .detail script").count() == 0


def test_no_request_leaves_the_server(chromium: Browser, server: CurationServer) -> None:
    """Fonts, scripts and pictures all come from here, and the token leaves the address."""
    with chromium.new_context() as context:
        opened = context.new_page()
        asked: list[str] = []
        opened.on("request", lambda request: asked.append(request.url))
        opened.goto(server.url)
        opened.locator(".tile:not(.absent) .photo").first.wait_for()
        assert {url for url in asked if not url.startswith(server.origin)} == set()
        assert opened.url == f"{server.origin}/"


def test_images_are_served_by_id_alone(server: CurationServer, scored: Dataset) -> None:
    """Ids that are none, sizes that are none and paths give nothing."""
    photo = scored.collection.find_one({}, {"_id": 1})
    with httpx.Client(base_url=server.origin) as client:
        assert client.get(f"/image/{photo['_id']}").status_code == 403
        client.get(server.url)
        answer = client.get(f"/image/{photo['_id']}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
        assert client.get("/image/file:none").status_code == 404
        wrong = (f"{photo['_id']}?size=all", "..%2f..%2fetc%2fpasswd", "file:..%2f..%2fx", "$ne", "%00")
        for path in wrong:
            assert client.get(f"/image/{path}").status_code in {404, 422}


def test_a_process_serves_one_page(server: CurationServer, desk: Desk) -> None:
    """NiceGUI has one application a process, so a second page is refused in words."""
    with pytest.raises(UsageError, match="serves a curation page already"), CurationServer(desk):
        pass


def test_a_port_that_is_taken_is_named(server: CurationServer, desk: Desk) -> None:
    """The message says what to do."""
    port = int(server.origin.rpartition(":")[2])
    with pytest.raises(UsageError, match="choose another port"):
        CurationServer(desk, port=port)


def test_keys_judge_nothing_behind_the_help(page: Page, scored: Dataset) -> None:
    """While the list of keys is on the screen, trying one out changes no photo."""
    page.get_by_role("button", name="Keys").click()
    expect(page.get_by_role("heading", name="Keys")).to_be_visible()
    for key in "arx":
        page.keyboard.press(key)
    page.keyboard.press("Escape")
    expect(page.get_by_role("heading", name="Keys")).to_be_hidden()
    page.locator(".tile .photo").nth(1).focus()
    page.keyboard.press("a")
    expect(page.locator(".tile.accepted")).to_have_count(1)
    assert scored.collection.count_documents({"verdict": {"$exists": True}}) == 1


def test_a_day_that_is_refused_does_not_stay(page: Page) -> None:
    """What the fields show is what the photos are filtered by."""
    page.get_by_label("Taken until").fill("2000-01-01")
    page.get_by_label("Taken until").blur()
    expect(page.get_by_text("No photos here.")).to_be_visible()
    page.get_by_label("Taken from").fill("2020-01-01")
    page.get_by_label("Taken from").blur()
    expect(page.get_by_text("expected a first day before the last")).to_be_visible()
    expect(page.get_by_label("Taken from")).to_have_value("")
    expect(page.get_by_label("Taken until")).to_have_value("2000-01-01")


def test_a_slider_moves_by_keys(page: Page, scored: Dataset) -> None:
    """What has the focus is a slider with a name; numbers follow, and letters are for photos."""
    slider = page.get_by_role("slider", name="Threshold of monkey")
    slider.focus()
    reading = Person(page).reading("monkey")
    for key, value in (("End", "1.00"), ("Home", "0.50"), ("ArrowRight", "0.51"), ("PageUp", "0.56")):
        page.keyboard.press(key)
        expect(reading).to_have_text(value)
    expect(slider).to_be_focused()
    kept = scored.collection.count_documents({"scores.monkey": {"$gte": 0.56}})
    expect(page.get_by_role("button", name=f"Kept, {kept} photos")).to_be_visible()
    expect(page.locator(".tile:not(.absent)")).to_have_count(kept)
    page.keyboard.press("j")
    expect(page.locator(".tile .photo").nth(1)).to_be_focused()
    assert page.locator("main").count() == 1


def test_another_precision_can_be_wanted(page: Page, scored: Dataset) -> None:
    """The proposal takes it; what is no such share is refused."""
    wanted = page.get_by_label("Wanted precision, %")
    expect(wanted).to_have_value("95")
    for refused in ("49.9", "100", ""):
        wanted.fill(refused)
        wanted.blur()
        expect(wanted).to_have_value("95")
    wanted.fill("99.9")
    wanted.blur()
    page.get_by_role("button", name="Propose a threshold for monkey").click()
    expect(page.get_by_text("No threshold reaches 99.9%")).to_be_visible()
    scored.collection.update_many({"scores.monkey": {"$ne": None}}, {"$set": {"verdict": "accepted"}})
    scored.collection.update_one({"scores.monkey": {"$ne": None}}, {"$set": {"verdict": "rejected"}})
    page.reload()
    wanted.fill("60")
    wanted.blur()
    page.get_by_role("button", name="Propose a threshold for monkey").click()
    expect(page.get_by_text("right (at least")).to_be_visible()


def test_a_picture_that_is_missing_says_so(page: Page, server: CurationServer, scored: Dataset) -> None:
    """In words instead of the browser's sign, and nothing is kept of it."""
    photo = scored.collection.find_one({}, {"_id": 1})
    scored.collection.update_one(photo, {"$set": {"image.path": "00/none.jpg", "image.sha256": "0" * 64}})
    with httpx.Client(base_url=server.origin) as client:
        client.get(server.url)
        answer = client.get(f"/image/{photo['_id']}")
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "no-store")
    assert "picture missing" in answer.text
    page.reload()
    page.locator(".tile:not(.absent) .photo").first.wait_for()
    page.wait_for_function("[...document.images].every(image => !image.src || image.naturalWidth > 0)")
