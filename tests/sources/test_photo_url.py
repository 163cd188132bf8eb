"""Which photo an id or address means, and that nothing else passes for one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exifds.sources.photo_url import Named, identify

BASE58 = "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
ID = "50444069047"


@pytest.mark.parametrize(
    "written",
    [
        ID,
        f" {ID}\n",
        f"flickr:{ID}",
        f"00{ID}",
        f"{ID}.0",
        f"https://www.flickr.com/photos/janedoe/{ID}",
        f"https://www.flickr.com/photos/12037949754@N01/{ID}/",
        f"http://flickr.com/photos/janedoe/{ID}/in/photostream/",
        f"www.flickr.com/photos/janedoe/{ID}/in/album-7215/lightbox/?x=1#y",
        f"https://m.flickr.com/#/photos/janedoe/{ID}/",
        f"//www.flickr.com/photos/janedoe/{ID}/sizes/o/",
        f"HTTPS://WWW.FLICKR.COM/photos/janedoe/{ID}",
        f"https://www.flickr.com/photo.gne?id={ID}",
        f"https://www.flickr.com/photo.gne?rb=1&id={ID}&x",
        "https://flic.kr/p/2jRz3hp",
        "flic.kr/p/2jRz3hp/",
    ],
)
def test_a_photo_has_many_addresses(written: str) -> None:
    """All of them are the same id."""
    assert identify(written) == Named(ID)


@pytest.mark.parametrize(
    ("address", "secret", "server"),
    [
        (f"https://live.staticflickr.com/65535/{ID}_c1b3784192.jpg", "c1b3784192", "65535"),
        (f"https://live.staticflickr.com/65535/{ID}_c1b3784192_b.jpg", "c1b3784192", "65535"),
        (f"https://live.staticflickr.com/65535/{ID}_c1b3784192_b_d.jpg", "c1b3784192", "65535"),
        (f"https://live.staticflickr.com/65535/{ID}_c1b3784192_d.jpg?zz=1", "c1b3784192", "65535"),
        (f"http://farm6.static.flickr.com/5555/{ID}_C1B3784192_Z.jpg", "c1b3784192", "5555"),
        (f"https://c1.staticflickr.com/5/4444/{ID}_c1b3784192_s.jpg", "c1b3784192", "4444"),
        (f"https://live.staticflickr.com/65535/{ID}_0e5b7f1c55_o.png", None, "65535"),
        (f"https://live.staticflickr.com/65535/{ID}_0e5b7f1c55_o_d.jpg", None, "65535"),
        (f"https://live.staticflickr.com/65535/{ID}_0e5b7f1c55_k.jpg", None, "65535"),
        (f"https://live.staticflickr.com/65535/{ID}_0e5b7f1c55_3k.jpg", None, "65535"),
    ],
)
def test_an_image_address_holds_the_secret_unless_the_size_has_its_own(
    address: str, secret: str | None, server: str
) -> None:
    """Originals and sizes above 1024 px have secrets of their own, which open no other size."""
    assert identify(address) == Named(ID, secret, server)


@pytest.mark.parametrize(
    "written",
    [
        "",
        "monkey",
        "-7",
        "7.5",
        "7 8",
        "\N{ARABIC-INDIC DIGIT SEVEN}",
        "1" * 21,
        "https://example.com/photos/janedoe/7",
        "https://www.flickr.com.example.com/photos/janedoe/7",
        "https://example.com/?u=https://www.flickr.com/photos/janedoe/7",
        "https://www.flickr.com/photos/janedoe/7x",
        "https://www.flickr.com/gp/janedoe/7Hs9k2",
        "https://flic.kr/s/aHsk",
        "https://flic.kr/p/0OIl",
        "https://flic.kr/p/ZZZZZZZZZZZZ",
        "https://live.staticflickr.com/65535/7_c1b3784192/../../x.jpg",
        "https://evilstaticflickr.example/65535/7_c1b3784192.jpg",
    ],
)
def test_nothing_else_is_a_photo(written: str) -> None:
    """The message says which forms are taken and does not quote what may name a person."""
    with pytest.raises(ValueError, match="expected a photo's id, or its address at flickr"):
        identify(written)


@given(st.integers(1, 10**18))
def test_short_addresses_are_ids_in_base_58(number: int) -> None:
    """Flickr's alphabet leaves out 0, O, I and l."""
    code, rest = "", number
    while rest:
        rest, digit = divmod(rest, 58)
        code = BASE58[digit] + code
    assert identify(f"https://flic.kr/p/{code}").id == str(number)


@given(st.text())
def test_any_text_is_a_photo_or_none(written: str) -> None:
    """Whatever is written, an id is digits."""
    try:
        found = identify(written)
    except ValueError:
        return
    assert found.id.isascii()
    assert found.id.isdigit()
