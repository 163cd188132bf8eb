from exifds.sandbox.flickr.sizes import BY_SUFFIX, ORIGINAL, SIZES, offered, secret


def test_small_sizes_share_one_secret_and_large_ones_have_their_own() -> None:
    secrets = {size.suffix: secret(0, 5, size) for size in (*SIZES, ORIGINAL)}
    shared = {secrets[suffix] for suffix in ("s", "q", "t", "m", "n", "w", "", "z", "c", "b")}
    assert shared == {secret(0, 5)}
    assert len({secrets[suffix] for suffix in ("h", "k", "3k", "4k", "5k", "6k", "o")} - shared) == 7


def test_no_size_is_above_the_original() -> None:
    assert [size.suffix for size in offered(500, guarded=False)] == ["s", "q", "t", "m", "n", "w", "", "o"]
    assert [size.suffix for size in offered(60, guarded=False)] == ["o"]


def test_guarded_photos_end_at_1024() -> None:
    assert offered(6144, guarded=True)[-1].suffix == "b"
    assert offered(6144, guarded=False)[-2:] == (BY_SUFFIX["6k"], ORIGINAL)


def test_the_letters_of_extras_are_not_those_of_files() -> None:
    assert {size.extra: size.suffix for size in SIZES if size.extra != size.suffix} == {
        "sq": "s", "s": "m", "m": "", "l": "b",
    }  # fmt: skip
