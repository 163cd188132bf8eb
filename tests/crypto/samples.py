"""What the tests of crypto share: fixed keys, keyrings, and documents like those of real photos."""

import base64
import random
from datetime import UTC, datetime
from typing import Any

from exifds.crypto import DataKey, Keyring, State, fields
from exifds.crypto.recipe import CHEAPEST, MasterKey, Recipe
from exifds.photo import Privacy

NOW = datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)
COLLECTION = "monkeys"

KEY = base64.urlsafe_b64encode(b"k" * 32).decode()
"""A Fernet key as a person would put it into EXIFDS_KEY."""

MASTER = MasterKey(Recipe(kind="key"), b"k" * 32)
OTHER_MASTER = MasterKey(Recipe(kind="key"), b"o" * 32)
CHEAP_RECIPE = Recipe(kind="passphrase", argon2=CHEAPEST, salt="00" * 16)

FIXED = Keyring(
    "0a1b2c3d", (DataKey("11223344", State.PRIMARY, NOW, b"d" * 32),), seal_key=b"s" * 32, index_key=b"i" * 32
)
"""A keyring of known keys, for known answers."""


def texts(number: int, rng: random.Random) -> dict[str, str]:
    """Six personal texts of one photo; small, so that many documents are quick."""
    return {
        "owner": f"{rng.randrange(10**7, 10**8)}@N{number % 100:02}",
        "owner_name": f"Zoë {number}",
        "path_alias": f"zoe-{number}",
        "exif": '{"IFD0":{"Make":"NIKON","Model":"D90"}}',
        "exif_raw": base64.b64encode(rng.randbytes(90)).decode(),
        "blocks": '[{"data":"RXhpZg==","kind":"exif","offset":2,"replaced":0}]',
    }


def document(keyring: Keyring, number: int, privacy: Privacy = Privacy.STANDARD) -> dict[str, Any]:
    """A sealed document. Under strict privacy it holds what strict stores."""
    rng = random.Random(number)
    personal = texts(number, rng)
    bx = keyring.blind_index(personal["owner"])
    if privacy is Privacy.STRICT:
        personal = {"title": f"Monkey {number}", "exif": personal["exif"], "tags": '["sea","zoo"]'}
    doc: dict[str, Any] = {"_id": f"flickr:{number}", "views": number}
    return doc | fields.seal(keyring, COLLECTION, doc["_id"], personal, privacy=privacy, owner_bx=bx)
