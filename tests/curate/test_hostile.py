"""What strangers write is text on the page, and strangers have no part in it."""

from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from playwright.sync_api import Browser, Dialog, Page, expect

from exifds.curate.app import CurationServer
from exifds.dataset import Dataset
from exifds.photo import Camera, Comment, FoundBy, LabelItem, Labels, License, Photo, Place
from exifds.store.selections import SELECTIONS
from tests.curate.conftest import CODE, TOKEN, Opens
from tests.curate.person import Person

HOSTILE = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "\"'></textarea></title></style><script>alert(1)</script>",
    "<script src=//evil.example/x.js></script>",
    "<svg><script>alert(1)</script></svg>",
    "<!--<script>alert(1)//-->",
    "<img src=x onerror=alert(1)>",
    "<img src=//evil.example/x.png>",
    "<svg onload=alert(1)>",
    "<body onload=alert(1)>",
    "<details open ontoggle=alert(1)>",
    "<video><source onerror=alert(1)></video>",
    "<input autofocus onfocus=alert(1)>",
    "<math><mtext><table><mglyph><style><img src onerror=alert(1)>",
    "' onmouseover='alert(1)' autofocus onfocus='alert(1)",
    '" onfocus="alert(1)" tabindex="0" style="background:url(//evil.example/x)',
    "<iframe src=javascript:alert(1)></iframe>",
    "<iframe srcdoc='<script>parent.alert(1)</script>'></iframe>",
    "<object data=//evil.example/x></object>",
    "<embed src=//evil.example/x>",
    "<link rel=stylesheet href=//evil.example/x.css>",
    "<style>@import '//evil.example/x.css'</style>",
    "<base href=//evil.example/>",
    "<meta http-equiv=refresh content='0;url=//evil.example/'>",
    "<form action=//evil.example/><button>",
    "<a href=javascript:alert(1)>click</a>",
    "javascript:alert(1)",
    "{{constructor.constructor('alert(1)')()}}",
    "${alert(1)}`+alert(1)+`",
    "&lt;script&gt;alert(1)&lt;/script&gt;&#60;img src=x onerror=alert(1)&#62;\u202e",
)
"""Titles, tags, names: what would run, load or lead somewhere else if it were more than text."""

FOUND = """() => {
  const all = [...document.querySelectorAll('*')];
  const ours = 'script, style, link, meta, base, title';
  const alien = 'script, style, link, meta, base, iframe, object, embed, form, video, source, math, details';
  const some = true_of => all.filter(true_of).map(one => one.outerHTML.slice(0, 200));
  return {
    nodes: some(one => one.closest('body') && one.matches(alien) && !one.nonce),
    head: some(one => one.closest('head') && !one.matches(ours + ', head')),
    scripts: some(one => one.localName === 'script' && !one.nonce),
    events: some(one => one.getAttributeNames().some(name => name.startsWith('on'))),
    links: some(one => one.href?.startsWith?.('javascript:')),
  };
}"""
"""What no text may become."""


def key(text: str) -> str:
    """A text as the name of a concept: a key of MongoDB."""
    return text.replace(".", " ").replace("$", "S")


def hostile(photo: Photo, text: str) -> Photo:
    """A photo with a text in every field that somebody else may have written."""
    now = datetime.now(UTC)
    return photo.model_copy(
        update={
            "title": text,
            "description": text,
            "tags": (text, text[::-1]),
            "machine_tags": (text,),
            "owner": text,
            "owner_name": text,
            "path_alias": text,
            "exif": {"IFD0": {"Artist": text, key(text): text}},
            "comments": (Comment(id=text, author=text, author_name=text, text=text),),
            "concepts": (text,),
            "camera": Camera(make=text, model=text),
            "license": License(id=99, name=text, url=f"javascript:{text}"),
            "found_by": (FoundBy(kind="search", query=text, at=now),),
            "place": Place(country_code="PH", country=text, state=text, city=text, distance_km=1),
            "labels": {key(text): Labels(model=text, at=now, items=(LabelItem(label=text, score=0.9),))},
            "scores": {key(text): 0.9},
        }
    )


@pytest.fixture
def attacked(dataset: Dataset, rendered: Path) -> Dataset:
    """30 photos, each with another text in all its fields, and 30 selections that are called so."""
    dataset.ingest(sorted(rendered.rglob("*.jpg"))[: len(HOSTILE)], progress=False)
    codec = dataset._codec(decrypt=True)
    for photo, text in zip(dataset.find(decrypt=True), HOSTILE, strict=True):
        document = codec.encode(hostile(photo, text), revision=2)
        assert dataset.collection.replace_one({"_id": photo.id}, document).modified_count == 1
    rows = [
        {
            "_id": {"dataset": "cameras", "name": text, "version": 1},
            "thresholds": {key(text): {"value": 0.8, "direction": "keep_above"}},
            "filter": {"concept": text},
            "created_at": datetime.now(UTC),
            "note": text,
            "counts": {},
        }
        for text in HOSTILE
    ]
    dataset.collection.database[SELECTIONS].insert_many(rows)
    return dataset


def assert_text(page: Page) -> None:
    """Nothing on the page has become more than text."""
    assert {what: found for what, found in page.evaluate(FOUND).items() if found} == {}


def noted(page: Page) -> tuple[list[str], list[str]]:
    """The requests that a page makes from now on, and the dialogs that it opens."""
    asked: list[str] = []
    dialogs: list[str] = []

    def dismiss(dialog: Dialog) -> None:
        dialogs.append(dialog.message)
        dialog.dismiss()

    page.on("request", lambda request: asked.append(request.url))
    page.on("dialog", dismiss)
    return asked, dialogs


def test_thirty_hostile_texts_stay_text(attacked: Dataset, page_of: Opens) -> None:
    """In tiles, the detail view, filters, sliders, the class balance and selections."""
    assert len(HOSTILE) == 30
    page = page_of(attacked)
    asked, dialogs = noted(page)
    page.reload()
    expect(page.get_by_role("slider")).to_have_count(30)
    expect(page.locator(".tile:not(.absent)")).to_have_count(30)
    names = page.locator(".tile .photo").evaluate_all("all => all.map(one => one.title)")
    assert set(names) == set(HOSTILE)
    for label in ("Concept", "Camera"):
        offered = page.get_by_role("combobox", name=label, exact=True).locator("option").all_inner_texts()
        assert len(set(offered)) == 31
    assert_text(page)

    page.locator(".tile .photo").first.click()
    detail = page.locator(".detail")
    Person(page).unlock(CODE)
    for index, name in enumerate(names):
        expect(detail.locator("header h2")).to_have_text(name, use_inner_text=False)
        said = detail.text_content() or ""
        assert said.count(name) > 10
        assert_text(page)
        if index + 1 < len(names):
            page.keyboard.press("j")
    page.keyboard.press("Escape")
    expect(detail).to_be_hidden()
    assert [url for url in asked if not url.startswith(page.url)] == []
    assert dialogs == []


@pytest.mark.parametrize(
    ("markup", "what"),
    [
        ("<img src=x onerror=alert(1)>", "events"),
        ("<script>alert(1)</script>", "scripts"),
        ("<iframe></iframe>", "nodes"),
        ("<a href=javascript:alert(1)>click</a>", "links"),
    ],
)
def test_markup_that_got_through_would_be_found(chromium: Browser, markup: str, what: str) -> None:
    """The check itself sees what it looks for."""
    with chromium.new_context() as context:
        page = context.new_page()
        page.route("**/*", lambda route: route.abort())
        page.set_content("<main></main>")
        page.evaluate("markup => { document.querySelector('main').innerHTML = markup; }", markup)
        page.on("dialog", lambda dialog: dialog.dismiss())
        assert page.evaluate(FOUND)[what]


def test_hostile_names_of_selections_and_concepts_can_be_used(attacked: Dataset, page_of: Opens) -> None:
    """Loading, filtering, saving and proposing say these names, and they stay text."""
    page = page_of(attacked)
    person = Person(page)
    chosen = page.get_by_role("combobox", name="Load")
    for text in HOSTILE[::6]:
        chosen.select_option(f"{text}, version 1")
        expect(page.get_by_label("Save as")).to_have_attribute("placeholder", text)
        expect(page.get_by_role("combobox", name="Concept")).to_have_value(text)
        expect(person.button("Kept, 1 photo")).to_be_visible()
        person.button("Save the thresholds and filters").click()
    said = page.locator(".q-notification")
    expect(said.filter(has_text="expected a name of a selection").first).to_be_visible()
    assert_text(page)
    assert attacked.collection.database[SELECTIONS].count_documents({}) == len(HOSTILE)


PAGE = ("/", "/curate.css", "/image/{photo}", "/_nicegui_ws/socket.io/?EIO=4&transport=polling", "/nothing")
SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
"""Every way in, also those that NiceGUI makes."""

UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "AAAAAAAAAAAAAAAAAAAAAA==",
}


def test_strangers_are_turned_away_at_every_door(server: CurationServer, scored: Dataset) -> None:
    """A foreign Host, a foreign Origin, no token: 403, at the page that is really served."""
    port = server.origin.rpartition(":")[2]
    rebound = {"Host": f"evil.example:{port}", "Origin": f"http://evil.example:{port}"}
    strangers: list[dict[str, str]] = [
        {"Cookie": ""},
        {"Cookie": f"exifds-{port}=wrong"},
        {"Cookie": f"exifds-{port}={TOKEN}"},
        {"Cookie": f"exifds-1={TOKEN}"},
        {"Host": "evil.example"},
        {"Host": f"evil.example:{port}"},
        {"Host": "127.0.0.1:1"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        rebound,
    ]
    photo = scored.collection.distinct("_id")[0]
    entered = httpx.get(server.url).cookies[f"exifds-{port}"]
    known = {"Cookie": f"exifds-{port}={entered}"}
    with httpx.Client(base_url=server.origin, headers=known) as client:
        pages = [door.format(photo=photo) for door in PAGE]
        assert [client.get(door).status_code for door in pages] == [200, 200, 200, 200, 404]
        for stranger in strangers:
            assert [client.get(door, headers=stranger).status_code for door in pages] == [403] * len(pages)
    for headers in ({}, *({"Origin": server.origin} | stranger for stranger in strangers)):
        asked = httpx.get(f"{server.origin}{SOCKET}", headers=known | UPGRADE | headers)
        assert asked.status_code == 403, headers
