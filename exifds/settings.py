"""Settings: from arguments, then the environment, then `credentials.json` (keys only), then defaults."""

import sys
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Final, Self

from platformdirs import user_config_path, user_data_path
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_settings import (
    BaseSettings,
    JsonConfigSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from exifds.errors import UsageError

__all__ = ["Settings", "load_settings"]

CREDENTIALS = Path("credentials.json")

_SECRETS: Final = {
    **{name: name for name in ("key", "passphrase", "flickr_key", "flickr_secret", "vision_key")},
    "flicker_key": "flickr_key",
    "flicker_secret": "flickr_secret",
    "google_vision_key": "vision_key",
}
"""All that `credentials.json` may hold, also as the seeds call it, to the settings they are."""

_ALIKE: Final = 0.8
"""From this ratio of `difflib` on, a name is one of ours that was mistyped."""

_GUESSABLE: Final = 6
"""Letters of a name from which on that is so: shorter ones, as `key`, are like too many words of others."""


def _default_config() -> Path:
    """The platform's config directory; on macOS that is also its data directory, so ~/.config there."""
    return Path.home() / ".config" / "exifds" if sys.platform == "darwin" else user_config_path("exifds")


class _CredentialsFile(JsonConfigSettingsSource):
    """`credentials.json` of the working directory: secrets only.

    It may come with downloaded photos, so it runs nothing, and says of nothing where it is sent or stored.
    Other programs have files of this name: one in which no name is like ours is theirs, and is passed over.
    """

    def __call__(self) -> dict[str, Any]:
        given = {str(name).removeprefix("EXIFDS_").lower(): name for name in self.json_data}
        found = {name: self.json_data[written] for name, written in given.items()}
        if str(found.get("key", "")).startswith("command:"):
            raise UsageError(f"{CREDENTIALS} may not name a command: set EXIFDS_KEY in the environment")
        alike = {name: _alike(name) for name in found}
        for name in found:
            if name in self.settings_cls.model_fields and name not in _SECRETS:
                raise UsageError(
                    f"{CREDENTIALS} may hold keys only, not {name}, since it can come with somebody's "
                    f"photos: set EXIFDS_{name.upper()} in the environment"
                )
            if name not in _SECRETS and any(alike.values()):
                near = f"did you mean {_SECRETS[alike[name][0]]}? It" if alike[name] else "it"
                known = ", ".join(sorted(set(_SECRETS.values())))
                raise UsageError(f"{CREDENTIALS} has no key {given[name]!r}: {near} may hold {known}")
        return {_SECRETS[name]: value for name, value in found.items() if name in _SECRETS}


def _alike(name: str) -> list[str]:
    """The key that a name means, if there is one."""
    among = [known for known in _SECRETS if known == name or len(known) >= _GUESSABLE]
    return get_close_matches(name, among, 1, _ALIKE)


def _named(name: str, seed: str) -> Any:
    """The names of a setting: as an argument, as a variable, and in the `credentials.json` of the seeds."""
    return Field(validation_alias=AliasChoices(name, f"EXIFDS_{name.upper()}", seed))


class Settings(BaseSettings):
    """Where data lives and what opens it. Each field is also the variable `EXIFDS_<NAME>`.

    Args:
        uri: Address of a MongoDB server; None starts the embedded one.
        home: Data directory: database and images.
        config: Configuration directory: the keyring. Never inside `home`, so a copied dataset holds no key.
        key: Master key of the keyring (a Fernet key), or `command:` and a program that prints it.
        passphrase: Passphrase that opens the keyring instead of a key.
        flickr_key: API key of Flickr; `credentials.json` may call it `FLICKER_KEY`.
        flickr_secret: Its secret; `credentials.json` may call it `FLICKER_SECRET`.
        flickr_rest_url: Address of Flickr's REST API.
        flickr_static_url: Address of Flickr's photo host.
        flickr_queries_per_hour: Calls of the API in any hour, all processes of the key together; Flickr
            allows 3,600.
        vision_key: API key of Google Vision; `credentials.json` may call it `GOOGLE_VISION_KEY`. Without one,
            Google's application credentials are used.
        vision_endpoint: Where Vision is: `https://host` (REST), or on this machine `http://127.0.0.1:port`
            (REST) or `grpc://127.0.0.1:port` (a plain channel); None is Google's.

    Example:
        >>> Settings(uri="mongodb://localhost").uri
        'mongodb://localhost'
    """

    model_config = SettingsConfigDict(
        env_prefix="EXIFDS_", extra="ignore", frozen=True, env_ignore_empty=True, hide_input_in_errors=True
    )

    uri: str | None = Field(default=None, repr=False)
    home: Path = Field(default_factory=lambda: user_data_path("exifds"))
    config: Path = Field(default_factory=_default_config)
    key: SecretStr | None = None
    passphrase: SecretStr | None = None
    flickr_key: Annotated[SecretStr | None, _named("flickr_key", "FLICKER_KEY")] = None
    flickr_secret: Annotated[SecretStr | None, _named("flickr_secret", "FLICKER_SECRET")] = None
    flickr_rest_url: str = "https://api.flickr.com/services/rest/"
    flickr_static_url: str = "https://live.staticflickr.com"
    flickr_queries_per_hour: Annotated[int, Field(gt=0)] = 3000
    vision_key: Annotated[SecretStr | None, _named("vision_key", "GOOGLE_VISION_KEY")] = None
    vision_endpoint: str | None = None

    @field_validator("home", "config")
    @classmethod
    def _absolute(cls, path: Path) -> Path:
        return path.expanduser().absolute()

    @model_validator(mode="after")
    def _keys_apart_from_data(self) -> Self:
        if self.config == self.home or self.home in self.config.parents:
            msg = f"the keyring may not lie beside the data: move EXIFDS_CONFIG out of {self.home}"
            raise ValueError(msg)
        return self

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Arguments win over the environment, which wins over `credentials.json`."""
        del dotenv_settings, file_secret_settings
        return init_settings, env_settings, _CredentialsFile(settings_cls, json_file=CREDENTIALS)


def load_settings(**arguments: object) -> Settings:
    """Read the settings; arguments that are None count as not given.

    Args:
        **arguments: Fields of `Settings`.

    Returns:
        The settings.

    Raises:
        UsageError: A value is not usable. The message names the setting, not the value.

    Example:
        >>> load_settings(uri=None, home="/tmp/photos").home.name
        'photos'
    """
    given = {name: value for name, value in arguments.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # pydantic checks each value
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
        name = "_".join(str(part) for part in first["loc"]).upper()
        where = f"EXIFDS_{name}: " if name else ""
        raise UsageError(f"{where}{first['msg'].removeprefix('Value error, ')}") from None
    except (ValueError, TypeError):
        raise UsageError(f"{CREDENTIALS} is not valid JSON; expected one object of settings") from None
