"""Which files of a folder count as photos, and how each was found."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from exifds.errors import UsageError
from exifds.sources.folder import walk

JPEG = b"\xff\xd8\xff\xe0" + bytes(20)


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A folder with photos, other files, hidden ones, links and a pipe."""
    root = tmp_path / "zoo"
    for name, data in {
        "b.jpg": JPEG,
        "a.PNG": b"not looked at here",
        "animals/cat/1.jpeg": JPEG,
        "animals/cat/2": JPEG,
        "notes.txt": b"a text",
        "empty": b"",
        ".hidden.jpg": JPEG,
        ".trash/c.jpg": JPEG,
    }.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(data)
    (root / "dangling.jpg").symlink_to(root / "nowhere")
    (root / "loop").symlink_to(root)
    os.mkfifo(root / "pipe.jpg")
    return root


def test_images_are_found_by_name_or_content_in_a_stable_order(tree: Path) -> None:
    """A photo is found by its suffix or its first bytes; hidden files, links to folders and pipes are not."""
    assert [found.query for found in walk([tree])] == [
        f"{tree}/{name}" for name in ("a.PNG", "b.jpg", "dangling.jpg", "animals/cat/1.jpeg", "animals/cat/2")
    ]


def test_one_file_is_found_in_one_way(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The query is the whole path wherever the search began, and does not name the user."""
    monkeypatch.chdir(tree.parent)
    (below,) = (found.query for found in walk(["zoo/animals"]) if found.path.name == "2")
    assert below == f"{tree}/animals/cat/2"
    monkeypatch.setenv("HOME", str(tree))
    assert {found.query for found in walk([tree / "animals"])} == {"~/animals/cat/1.jpeg", "~/animals/cat/2"}


def test_what_may_not_be_read_is_told(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A folder that cannot be listed is given, so that it fails and is not passed over."""

    def refuse(root: Path, onerror: Callable[[OSError], None]) -> Iterator[None]:
        onerror(PermissionError(13, "Permission denied", str(root / "secret")))
        yield from ()

    monkeypatch.setattr(os, "walk", refuse)
    assert [found.path for found in walk([tree])] == [tree / "secret"]


def test_a_named_file_always_counts(tree: Path) -> None:
    """What the user names is tried, so that a mistake is told and not passed over."""
    (found,) = walk([tree / "notes.txt"])
    assert (found.path.name, found.size) == ("notes.txt", 6)


def test_folders_become_concepts_when_asked_for(tree: Path) -> None:
    """With concepts from folders, the folders between the root and the file are labels too."""
    found = {photo.path.name: photo.concepts for photo in walk([tree], ["zoo"], concepts_from_folders=True)}
    assert found["1.jpeg"] == ("zoo", "animals", "cat")
    assert found["b.jpg"] == ("zoo",)
    assert {photo.concepts for photo in walk([tree], ["zoo"])} == {("zoo",)}


def test_a_missing_path_is_an_error(tmp_path: Path) -> None:
    """A path that does not exist is wrong usage and named."""
    with pytest.raises(UsageError, match=r"no file or folder .*nowhere"):
        list(walk([tmp_path / "nowhere"]))


def test_any_file_name_becomes_text(tmp_path: Path) -> None:
    """A file name that is no UTF-8 is found, and shown as text that a database can hold."""
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xff")).mkdir()
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/d\xff/x\xfe.jpg")).write_bytes(JPEG)
    (found,) = walk([tmp_path], concepts_from_folders=True)
    assert found.query.endswith("/d\N{REPLACEMENT CHARACTER}/x\N{REPLACEMENT CHARACTER}.jpg")
    assert found.concepts == ("d\N{REPLACEMENT CHARACTER}",)
    assert found.path.exists()


@pytest.mark.parametrize(
    "head",
    [
        JPEG,
        b"\x89PNG\r\n\x1a\n....",
        b"GIF89a......",
        b"II*\0........",
        b"MM\0*........",
        b"RIFF....WEBP",
        b"....ftypavif",
        b"....ftypheic",
    ],
)
def test_every_type_is_known_by_its_first_bytes(tmp_path: Path, head: bytes) -> None:
    """An image without a suffix is found by its content."""
    (tmp_path / "image").write_bytes(head)
    assert len(list(walk([tmp_path]))) == 1
