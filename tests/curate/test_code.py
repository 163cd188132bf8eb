"""The code of personal fields: told on the terminal, asked on the page."""

import re

from exifds.curate.code import Code


def test_each_start_has_a_code_that_can_be_read_aloud() -> None:
    """8 characters, none of which looks like another; never the same twice."""
    codes = {Code().text for _ in range(200)}
    assert len(codes) == 200
    assert all(re.fullmatch(r"[a-hjkmnp-z2-9]{8}", code) for code in codes)


def test_case_and_blanks_do_not_matter() -> None:
    """As people type."""
    assert Code("abcd2345").opens(" ABCD 2345")


def test_after_five_wrong_ones_none_is_taken() -> None:
    """Not even the right one; right ones before cost no try."""
    code = Code("abcd2345")
    assert code.opens("abcd2345")
    for guess in ("", "abcd234", "abcd23456", "\ud800", "\u0661"):
        assert not code.opens(guess)
    assert code.left == 0
    assert not code.opens("abcd2345")


def test_the_code_is_not_in_what_is_logged() -> None:
    """Tracebacks and logs show objects by their repr."""
    assert "abcd2345" not in repr(Code("abcd2345"))
