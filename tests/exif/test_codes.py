"""Codes of the standard and their printed names."""

import pytest

from exifds.exif import codes


@pytest.mark.parametrize(
    ("value", "table", "expected"),
    [
        (6, codes.ORIENTATION, 6),
        ("6", codes.ORIENTATION, 6),
        ("Rotate 90 CW", codes.ORIENTATION, 6),
        ("Horizontal (normal)", codes.ORIENTATION, 1),
        (0, codes.ORIENTATION, None),
        ("Soft", codes.SHARPNESS, 1),
        (65535, codes.SHARPNESS, None),
        ("Low", codes.SATURATION, 1),
        ("None (B&W)", codes.SATURATION, None),
        ("High", codes.CONTRAST, 2),
        ("  fine   weather ", codes.LIGHT_SOURCE, 9),
        (5, codes.LIGHT_SOURCE, None),
        ("Multi-segment", codes.METERING_MODE, 5),
        ("Manual", codes.WHITE_BALANCE, 1),
        (1.5, codes.WHITE_BALANCE, None),
        (None, codes.WHITE_BALANCE, None),
    ],
)
def test_codes_and_names_give_the_standards_code(
    value: object, table: codes.Table, expected: int | None
) -> None:
    """A code or a name of the table gives the code, anything else None."""
    assert codes.code(value, table) == expected


def test_no_name_stands_for_two_codes() -> None:
    """Within a table every name is unique and in lower case."""
    for table in (
        codes.ORIENTATION,
        codes.LIGHT_SOURCE,
        codes.METERING_MODE,
        codes.CONTRAST,
        codes.SATURATION,
    ):
        names = [name for row in table.values() for name in row]
        assert len(set(names)) == len(names)
        assert all(name == name.casefold() for name in names)


@pytest.mark.parametrize(
    ("text", "fired"),
    [
        ("Fired", True),
        ("Auto, Fired, Red-eye reduction", True),
        ("Off, Did not fire", False),
        ("Auto, Did not fire", False),
        ("No Flash", False),
        ("No flash function", False),
        ("Off", False),
        ("Unknown (0x30)", False),
        ("", None),
    ],
)
def test_printed_flash_says_whether_it_fired(text: str, fired: bool | None) -> None:
    """A text that says "did not fire" outweighs its "fire"; what is not said is None."""
    assert codes.flash(text) is fired
