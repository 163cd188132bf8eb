"""The validator and the indexes agree with the photo."""

import pytest

from exifds.photo import Camera, Photo, Privacy, personal_fields
from exifds.store.schema import indexes, validator


@pytest.mark.parametrize("privacy", list(Privacy))
def test_personal_fields_must_be_tokens(privacy: Privacy) -> None:
    """Under each privacy, exactly the personal fields are demanded to be Fernet tokens."""
    schema = validator(privacy)["$jsonSchema"]
    tokens = {name for name, rule in schema["properties"].items() if rule.get("pattern") == "^gAAAAA"}
    assert tokens == set(personal_fields(privacy))
    assert ("_sec" in schema["required"]) == (privacy is not Privacy.OPEN)


def test_camera_is_complete() -> None:
    """The validator knows every number of the camera, and no other."""
    camera = validator(Privacy.STANDARD)["$jsonSchema"]["properties"]["camera"]
    assert set(camera["properties"]) == set(Camera.model_fields)


def test_indexes_are_on_fields_of_a_photo() -> None:
    """No index is on a field that a document never has."""
    known = {field.alias or name for name, field in Photo.model_fields.items()} | {"_sec"}
    for index in indexes(Privacy.STANDARD):
        assert index["keys"][0][0].partition(".")[0] in known
