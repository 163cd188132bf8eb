"""Settings come from arguments, then the environment, then credentials.json, then defaults."""

import json
import re
from pathlib import Path

import pytest

from exifds.errors import UsageError
from exifds.settings import CREDENTIALS, Settings, load_settings

SECRET = "canary-5ecre7"


@pytest.fixture(autouse=True)
def _in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def test_each_source_wins_over_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """An argument beats the environment, which beats the file, which beats the default."""

    def key(**arguments: object) -> str | None:
        found = load_settings(**arguments).flickr_key
        return None if found is None else found.get_secret_value()

    assert key() is None
    CREDENTIALS.write_text(json.dumps({"flickr_key": "file"}))
    assert key() == "file"
    monkeypatch.setenv("EXIFDS_FLICKR_KEY", "env")
    assert key() == "env"
    assert key(flickr_key="argument") == "argument"
    assert key(flickr_key=None) == "env"


def test_paths_are_absolute(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A relative or ~ path means the same wherever the process goes later."""
    monkeypatch.setenv("HOME", str(tmp_path))
    settings = load_settings(home="~/data", config="conf")
    assert settings.home == tmp_path / "data"
    assert settings.config == tmp_path / "conf"


@pytest.mark.parametrize("config", ["data", "data/config"])
def test_the_keyring_never_lies_beside_the_data(config: str) -> None:
    """A config directory inside the data directory is refused: a copied dataset would hold its key."""
    with pytest.raises(
        UsageError, match="the keyring may not lie beside the data: move EXIFDS_CONFIG out of"
    ):
        load_settings(home="data", config=config)


def test_no_secret_is_shown() -> None:
    """Keys and passwords are in no repr and no error."""
    settings = Settings.model_validate(
        {"key": SECRET, "passphrase": SECRET, "uri": f"mongodb://u:{SECRET}@host", "home": "a", "config": "b"}
    )
    assert SECRET not in repr(settings)
    with pytest.raises(UsageError) as caught:
        load_settings(key=[SECRET], home="a", config="b")
    assert SECRET not in str(caught.value)
    assert "EXIFDS_KEY: " in str(caught.value)
    assert caught.value.__suppress_context__


@pytest.mark.parametrize("content", [f'{{"key": "{SECRET}"', f'["{SECRET}"]', "3"])
def test_a_broken_credentials_file_is_named(content: str) -> None:
    """A credentials.json that is no object of JSON is named, and nothing of it is shown."""
    CREDENTIALS.write_text(content)
    with pytest.raises(
        UsageError, match=r"^credentials.json is not valid JSON; expected one object of settings$"
    ):
        load_settings()


def test_a_folder_of_photos_runs_no_command(tmp_path: Path) -> None:
    """A credentials.json that came with a download may not name a command."""
    CREDENTIALS.write_text(json.dumps({"key": f"command:touch {tmp_path}/ran"}))
    with pytest.raises(UsageError, match="may not name a command: set EXIFDS_KEY in the environment"):
        load_settings()


@pytest.mark.parametrize("prefix", ["", "EXIFDS_"])
@pytest.mark.parametrize(
    "name",
    [
        *("vision_endpoint", "flickr_rest_url", "flickr_static_url", "uri"),
        *("home", "config", "flickr_queries_per_hour"),
    ],
)
def test_a_folder_of_photos_says_not_where_things_are_sent(name: str, prefix: str) -> None:
    """A credentials.json that came with a download may hold keys, but neither an address nor a folder."""
    there = prefix + (name.upper() if prefix else name)
    CREDENTIALS.write_text(json.dumps({there: "https://evil.example"}))
    with pytest.raises(UsageError, match=f"keys only, not {name}, .* set EXIFDS_{name.upper()} in") as caught:
        load_settings()
    assert "evil" not in str(caught.value)


def keys() -> list[str | None]:
    """The keys that are read."""
    settings = load_settings()
    given = (settings.flickr_key, settings.flickr_secret, settings.vision_key, settings.passphrase)
    return [None if secret is None else secret.get_secret_value() for secret in given]


@pytest.mark.parametrize(
    "names",
    [
        ("FLICKER_KEY", "FLICKER_SECRET", "GOOGLE_VISION_KEY", "passphrase"),
        ("FLICKR_KEY", "FLICKR_SECRET", "VISION_KEY", "PASSPHRASE"),
        ("EXIFDS_FLICKR_KEY", "EXIFDS_FLICKR_SECRET", "EXIFDS_VISION_KEY", "EXIFDS_PASSPHRASE"),
    ],
)
def test_keys_go_by_the_names_of_the_seeds_of_python_and_of_the_environment(names: list[str]) -> None:
    """Whichever way a key is written in the file, it is read."""
    CREDENTIALS.write_text(json.dumps(dict(zip(names, "abcd", strict=True))))
    assert keys() == ["a", "b", "c", "d"]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        (["flickr_keyy"], "has no key 'flickr_keyy': did you mean flickr_key?"),
        (["FLICKER_KEYS"], "has no key 'FLICKER_KEYS': did you mean flickr_key?"),
        (
            ["flickr_key", "token"],
            "has no key 'token': it may hold flickr_key, flickr_secret, key, passphrase",
        ),
    ],
)
def test_a_name_that_is_no_key_is_refused(names: list[str], message: str) -> None:
    """A key that is written wrong is not passed over in silence, and is not shown."""
    CREDENTIALS.write_text(json.dumps(dict.fromkeys(names, SECRET)))
    with pytest.raises(UsageError, match=re.escape(f"credentials.json {message}")) as caught:
        load_settings()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "found", [{}, {"installed": {"client_id": "a"}}, {"type": "a", "private_key": "b"}, {"keys": ["a"]}]
)
def test_the_file_of_another_program_is_passed_over(found: dict[str, object]) -> None:
    """Google's programs, too, call their files so; none of the names in them is like one of ours."""
    CREDENTIALS.write_text(json.dumps(found))
    assert keys() == [None] * 4
