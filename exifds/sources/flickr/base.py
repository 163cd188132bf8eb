"""What queries have in common: they are frozen, checked in plain words, and comparable."""

from difflib import get_close_matches
from hashlib import sha256
from pathlib import Path
from types import MappingProxyType
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ModelWrapValidatorHandler,
    ValidationError,
    model_validator,
)

from exifds.errors import UsageError
from exifds.sources.flickr import given

__all__ = ["PAGE", "Count", "Language", "PerPage", "Query", "Tag"]

PAGE = 500
"""Photos a page at most."""

Tag = Annotated[str | None, BeforeValidator(given.tag)]
Language = Annotated[str | None, BeforeValidator(given.language)]
Count = Annotated[int, Field(ge=1)]
PerPage = Annotated[int, Field(ge=1, le=PAGE)]

_OUR_NAMES = MappingProxyType(
    {
        "min_upload_date": "since",
        "max_upload_date": "until",
        "min_taken_date": "taken_since",
        "max_taken_date": "taken_until",
        "page": "start_page",
        "query": "text",
    }
)
"""Our name for what Flickr's documentation calls otherwise."""


class Query(BaseModel):
    """What to collect. None counts as not given; a fault in any option is a UsageError.

    Args:
        concepts: Labels for every photo.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)
    kind: ClassVar[Literal["search", "group", "list"]]

    concepts: Annotated[tuple[str, ...], BeforeValidator(given.words)] = ()

    def identity(self) -> dict[str, Any]:
        """What makes two queries the same: what they find and what they record about it.

        Equal queries give equal dictionaries, whatever the order of their tags and whether a default was
        written out. No value is personal: of a `user_id` only a digest is given.

        Returns:
            `kind` and the options that are not at their defaults, ready for JSON.

        Example:
            >>> from exifds.sources.flickr import group
            >>> group("https://www.flickr.com/groups/monkeys/", start_page=1).identity()
            {'kind': 'group', 'group': 'monkeys'}
        """
        options = self.model_dump(mode="json", exclude_defaults=True)
        return {"kind": self.kind, **{name: _canonical(name, value) for name, value in options.items()}}

    @model_validator(mode="wrap")
    @classmethod
    def _in_plain_words(cls, data: Any, handler: ModelWrapValidatorHandler[Self]) -> Self:
        try:
            return handler({name: value for name, value in dict(data).items() if value is not None})
        except ValidationError as error:
            raise UsageError(_explained(cls, error)) from None


def _explained(model: type[BaseModel], error: ValidationError) -> str:
    """The first fault in plain words."""
    fault = error.errors(include_url=False)[0]
    name = str(fault["loc"][0])
    if fault["type"] == "extra_forbidden":
        near = _OUR_NAMES.get(name) or next(iter(get_close_matches(name, model.model_fields, 1)), None)
        known = f"did you mean {near}?" if near else f"there are {', '.join(sorted(model.model_fields))}"
        return f"there is no option {given.shown(name)}: {known}"
    if fault["type"] == "missing":
        return f"{name}: expected a value, got none"
    if fault["type"] == "value_error":
        return f"{name}: {fault['msg'].removeprefix('Value error, ')}"
    expected = fault["msg"].replace("Input should be", "expected")
    expected = expected.replace("greater than or equal to", "at least").replace(
        "less than or equal to", "at most"
    )
    return f"{name}: {expected}, got {given.shown(fault['input'])}"


def _canonical(name: str, value: Any) -> Any:
    if name == "user_id":
        return sha256(f"exifds flickr owner {value}".encode()).hexdigest()[:16]
    if name == "path":
        return Path(value).name
    return sorted(value) if name in ("tags", "machine_tags", "concepts") else value
