"""The text of a keyring file: which fields it has, and whether they make a keyring. No I/O."""

import json
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, StringConstraints, ValidationError, model_validator

from exifds.crypto.recipe import Recipe
from exifds.errors import KeyringError

__all__ = ["State", "StoredKey", "StoredKeyring", "damaged", "parse"]

Id = Annotated[str, StringConstraints(pattern=r"^[0-9a-f]{8}$")]


class State(StrEnum):
    """What a data key is used for.

    `staged`: known, not yet used, so that every process can learn it first. `primary`: encrypts and
    decrypts; there is exactly one. `decrypt`: only opens what it once encrypted. `retired`: not used.
    """

    STAGED = "staged"
    PRIMARY = "primary"
    DECRYPT = "decrypt"
    RETIRED = "retired"


class StoredKey(BaseModel):
    """A data key as the file holds it, wrapped by the master key."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    kid: Id
    state: State
    created: datetime
    wrapped: str


class StoredKeyring(BaseModel):
    """The keyring file. `mac` seals all the rest: no key can be dropped, added or promoted by hand."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    app: Literal["exifds"] = "exifds"
    version: Literal[1] = 1
    id: Id
    master: Recipe
    seal_key: str
    index_key: str
    keys: tuple[StoredKey, ...]
    mac: str = ""

    @model_validator(mode="after")
    def _usable(self) -> Self:
        primary = [key for key in self.keys if key.state is State.PRIMARY]
        if len(primary) != 1 or len({key.kid for key in self.keys}) != len(self.keys):
            raise ValueError("expected one primary key, and every key id once")
        return self

    def authenticated(self) -> tuple[bytes, bytes]:
        """What `mac` is computed over: a label, and canonical JSON of all the rest."""
        rest = self.model_dump(mode="json", exclude={"mac"}, exclude_none=True)
        return b"exifds keyring file v1", json.dumps(rest, sort_keys=True, separators=(",", ":")).encode()


def parse(text: str) -> StoredKeyring:
    """Read the text of a keyring file.

    Args:
        text: JSON.

    Returns:
        Its content, still wrapped.

    Raises:
        KeyringError: It is no keyring, or one of a newer version.
    """
    try:
        return StoredKeyring.model_validate_json(text)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False, include_context=False)[0]
    if first["loc"] == ("version",):
        raise KeyringError("the keyring was written by a newer exifds: upgrade with pip install -U exifds")
    where = ".".join(str(part) for part in first["loc"]) or "the whole file"
    raise damaged(f"{where}: {first['msg']}")


def damaged(what: str) -> KeyringError:
    """The error for a file that cannot be trusted.

    Args:
        what: What is wrong with it.

    Returns:
        An error that says what to do.
    """
    return KeyringError(
        f"the keyring is damaged ({what}): restore it from keyring.json.1 or from your backup"
    )
