"""Each method of the API through the real client, in both formats."""

import urllib.request
from collections.abc import Callable
from typing import Any

import flickrapi
import pytest

from exifds.sandbox.flickr import Catalogue, FlickrServer
from exifds.sandbox.flickr.answers import LICENSES
from exifds.sandbox.flickr.members import GROUPS

Flickr = Callable[[FlickrServer, str], Any]

SIZES = ",".join(f"url_{size}" for size in "sq t s q m n w z c l h k 3k 4k f 5k 6k o".split())
EXTRAS = (
    "description,license,date_upload,date_taken,owner_name,icon_server,original_format,last_update,geo,tags,"
    f"machine_tags,o_dims,views,media,path_alias,content_type,safety_level,{SIZES}"
)


def code(error: Any) -> int:
    """Flickr's code, which XML gives as text."""
    return int(error.value.code)


def test_a_row_of_a_search_tells_what_the_extras_ask(
    catalogue: Catalogue, server: FlickrServer, flickr: Flickr
) -> None:
    answer = flickr(server, "parsed-json").photos.search(text="wild", extras=EXTRAS, per_page=500)
    page = answer["photos"]
    assert answer["stat"] == "ok"
    assert (page["page"], page["pages"], page["perpage"], int(page["total"])) == (1, 2, 500, 600)
    assert [row["id"] for row in page["photo"]] == list(catalogue.find(text="wild"))[:500]
    for row in page["photo"]:
        index = catalogue.index(row["id"])
        assert index is not None
        truth, texts = catalogue.truth(index), catalogue.texts(index)
        assert row["title"] == texts.title
        assert row["description"] == {"_content": texts.description}
        assert (row["owner"], row["license"]) == (truth.owner, str(truth.license))
        assert row["dateupload"] == str(truth.uploaded)
        assert {truth.label, "wild"} <= set(row["tags"].split())
        assert row["url_o"].endswith(f"{row['originalsecret']}_o.{row['originalformat']}")
        assert int(row["width_s"]) == 240
        assert "url_l" not in row


def test_without_extras_a_row_is_plain(server: FlickrServer, flickr: Flickr) -> None:
    (row,) = flickr(server, "parsed-json").photos.search(text="wild", per_page=1)["photos"]["photo"]
    assert set(row) == {
        "id",
        "owner",
        "secret",
        "server",
        "farm",
        "title",
        "ispublic",
        "isfriend",
        "isfamily",
    }


def test_xml_tells_the_same(server: FlickrServer, flickr: Flickr) -> None:
    """Also where titles hold what XML cannot say."""
    xml = flickr(server, "etree").photos.search(text="wild", extras=EXTRAS, per_page=500).find("photos")
    json = flickr(server, "parsed-json").photos.search(text="wild", extras=EXTRAS, per_page=500)["photos"]
    assert int(xml.get("total")) == int(json["total"])
    for element, row in zip(xml.findall("photo"), json["photo"], strict=True):
        assert {element.get(name) for name in ("id", "tags", "url_o")} == {
            row["id"],
            row["tags"],
            row["url_o"],
        }
        assert (element.find("description").text or "").strip() is not None


def test_totals_are_sometimes_text(server: FlickrServer, flickr: Flickr) -> None:
    client = flickr(server, "parsed-json")
    types = {
        type(client.photos.search(text="wild", per_page=size)["photos"]["total"]) for size in range(1, 12)
    }
    assert types == {int, str}


def test_a_search_by_place_gives_250_at_most(server: FlickrServer, flickr: Flickr) -> None:
    client = flickr(server, "parsed-json")
    page = client.photos.search(has_geo=1, min_upload_date=1, per_page=500)["photos"]
    assert page["perpage"] == len(page["photo"]) == 250


def test_get_exif_gives_print_strings(catalogue: Catalogue, server: FlickrServer, flickr: Flickr) -> None:
    photo = flickr(server, "parsed-json").photos.getExif(photo_id=catalogue.photo_id(3))["photo"]
    assert photo["camera"]
    assert {"tagspace", "tagspaceid", "tag", "label", "raw"} <= set(photo["exif"][0])
    assert {entry["tagspace"] for entry in photo["exif"]} >= {"JFIF", "IFD0", "ExifIFD"}
    xml = flickr(server, "etree").photos.getExif(photo_id=catalogue.photo_id(3)).find("photo")
    assert [entry.find("raw").text for entry in xml] == [entry["raw"]["_content"] for entry in photo["exif"]]


def test_hidden_exif_is_code_2(troubled: FlickrServer, flickr: Flickr) -> None:
    world = troubled.catalogue
    row = next(row for row in range(600) if world.truth(row).exif == "hidden" and not world.truth(row).gone)
    for format_ in ("parsed-json", "etree"):
        with pytest.raises(flickrapi.FlickrError) as refused:
            flickr(troubled, format_).photos.getExif(photo_id=world.photo_id(row))
        assert code(refused) == 2


def test_some_tags_have_no_raw(troubled: FlickrServer, flickr: Flickr) -> None:
    world = troubled.catalogue
    row = next(
        row
        for row in range(600)
        if world.fates.nulls[row] and not world.fates.hidden[row] and not world.fates.deleted[row]
    )
    exif = flickr(troubled, "parsed-json").photos.getExif(photo_id=world.photo_id(row))["photo"]["exif"]
    assert "raw" not in exif[-2]
    assert exif[-1]["raw"] == {"_content": None}
    assert (
        flickr(troubled, "etree").photos.getExif(photo_id=world.photo_id(row)).find("photo")[-1] is not None
    )


def test_get_info_has_raw_tags_dates_and_owner(
    catalogue: Catalogue, server: FlickrServer, flickr: Flickr
) -> None:
    client = flickr(server, "parsed-json")
    for row in range(40):
        photo = client.photos.getInfo(photo_id=catalogue.photo_id(row))["photo"]
        texts = catalogue.texts(row)
        assert photo["title"] == {"_content": texts.title}
        assert [tag["raw"] for tag in photo["tags"]["tag"]] == [*texts.tags, *texts.machine_tags]
        assert photo["owner"]["nsid"] == catalogue.truth(row).owner
        assert photo["dates"]["posted"] == photo["dateuploaded"] == str(catalogue.truth(row).uploaded)
        assert ("location" in photo) == bool(catalogue.columns.located[row])


def test_the_rotation_is_that_of_the_original(
    catalogue: Catalogue, server: FlickrServer, flickr: Flickr
) -> None:
    client = flickr(server, "parsed-json")
    turned = {
        client.photos.getInfo(photo_id=catalogue.photo_id(row))["photo"]["rotation"] for row in range(100)
    }
    assert turned == {0, 90, 180, 270}


def test_get_sizes_gives_addresses_that_work(
    catalogue: Catalogue, server: FlickrServer, flickr: Flickr
) -> None:
    sizes = flickr(server, "parsed-json").photos.getSizes(photo_id=catalogue.photo_id(8))["sizes"]
    labels = [size["label"] for size in sizes["size"]]
    assert labels == ["Square", "Large Square", "Thumbnail", "Small", "Small 320", "Original"]
    assert sizes["candownload"] == 1
    for size in sizes["size"]:
        with urllib.request.urlopen(size["source"]) as file:
            assert file.read(2) == b"\xff\xd8"


def test_sizes_of_a_video_have_one_without_width(troubled: FlickrServer, flickr: Flickr) -> None:
    world = troubled.catalogue
    row = next(row for row in range(600) if world.truth(row).video)
    sizes = flickr(troubled, "parsed-json").photos.getSizes(photo_id=world.photo_id(row))["sizes"]["size"]
    assert (sizes[-1]["label"], sizes[-1]["width"], sizes[-1]["media"]) == ("Video Player", "", "video")


def test_comments(catalogue: Catalogue, server: FlickrServer, flickr: Flickr) -> None:
    client = flickr(server, "parsed-json")
    counts = catalogue.columns.comments[:60].tolist()
    answers = [client.photos.comments.getList(photo_id=catalogue.photo_id(row)) for row in range(60)]
    assert [len(answer["comments"].get("comment", [])) for answer in answers] == counts
    assert 0 in counts
    commented = answers[counts.index(max(counts))]["comments"]["comment"][0]
    assert {"id", "author", "authorname", "datecreate", "permalink", "_content"} <= set(commented)


def test_licenses_are_0_to_16(server: FlickrServer, flickr: Flickr) -> None:
    licenses = flickr(server, "parsed-json").photos.licenses.getInfo()["licenses"]["license"]
    assert [(one["id"], one["name"], one["url"]) for one in licenses] == [
        (id_, *license_) for id_, license_ in enumerate(LICENSES)
    ]
    assert len(licenses) == 17


def test_a_group_is_found_by_its_address_and_its_pool_by_its_id(
    catalogue: Catalogue, server: FlickrServer, flickr: Flickr
) -> None:
    client = flickr(server, "parsed-json")
    group = client.urls.lookupGroup(url="https://www.flickr.com/groups/wild-animals/pool/")["group"]
    assert group["id"] == GROUPS[0].nsid
    pool = client.groups.pools.getPhotos(group_id=group["id"], per_page=500)["photos"]
    assert [row["id"] for row in pool["photo"]] == list(catalogue.find(group_id=group["id"]))
    assert int(pool["total"]) == len(pool["photo"])
    assert all(int(row["dateadded"]) > 0 for row in pool["photo"])
    first = client.groups.pools.getPhotos(group_id=group["id"], tags="cat,dog", per_page=500)["photos"][
        "photo"
    ]
    assert {catalogue.truth(row["id"]).word for row in first} == {"cat"}


@pytest.mark.parametrize(
    ("method", "parameters", "expected"),
    [
        ("photos.search", {}, 3),
        ("photos.search", {"text": "wild", "page": 300, "per_page": 500}, 20),
        ("photos.getInfo", {"photo_id": "1"}, 1),
        ("photos.getExif", {"photo_id": "x"}, 1),
        ("photos.getSizes", {}, 1),
        ("photos.comments.getList", {"photo_id": "50000000001"}, 1),
        ("groups.pools.getPhotos", {"group_id": "0@N00"}, 1),
        ("groups.pools.getPhotos", {"group_id": GROUPS[2].nsid}, 2),
        ("groups.pools.getPhotos", {"group_id": GROUPS[0].nsid, "user_id": "0@N00"}, 3),
        ("groups.pools.getPhotos", {"group_id": GROUPS[3].nsid}, 4),
        ("urls.lookupGroup", {"url": "https://www.flickr.com/groups/nobody/"}, 1),
        ("photos.paint", {}, 112),
    ],
)
def test_what_flickr_refuses(
    server: FlickrServer, flickr: Flickr, method: str, parameters: dict[str, Any], expected: int
) -> None:
    for format_ in ("parsed-json", "etree"):
        with pytest.raises(flickrapi.FlickrError) as refused:
            flickr(server, format_).do_flickr_call(f"flickr.{method}", **parameters)
        assert code(refused) == expected


def test_a_deleted_photo_is_listed_but_not_found(troubled: FlickrServer, flickr: Flickr) -> None:
    world, client = troubled.catalogue, flickr(troubled, "parsed-json")
    deleted = next(row for row in range(600) if world.truth(row).gone == "deleted" and world.truth(row).safe)
    assert world.photo_id(deleted) in world.find(text="wild")
    for method in ("getInfo", "getExif", "getSizes"):
        with pytest.raises(flickrapi.FlickrError) as refused:
            getattr(client.photos, method)(photo_id=world.photo_id(deleted))
        assert code(refused) == 1


def test_rows_with_broken_fields_still_have_id_and_secret(troubled: FlickrServer, flickr: Flickr) -> None:
    world, client = troubled.catalogue, flickr(troubled, "parsed-json")
    rows = {
        row["id"]: row
        for page in (1, 2)
        for row in client.photos.search(text="wild", extras=EXTRAS, per_page=500, page=page)["photos"][
            "photo"
        ]
    }
    odd = [row for photo_id, row in rows.items() if world.fates.nulls[world.index(photo_id)]]
    assert odd
    assert all(row["id"] and row["secret"] and row["server"] and row["url_s"] for row in odd)
    assert any(row["views"] is None for row in odd)
    flickr(troubled, "etree").photos.search(text="wild", extras=EXTRAS, per_page=500)


def test_echo(server: FlickrServer, flickr: Flickr) -> None:
    answer = flickr(server, "parsed-json").test.echo(word="サル")
    assert answer["word"] == {"_content": "サル"}
    assert answer["method"] == {"_content": "flickr.test.echo"}
