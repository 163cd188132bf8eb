"""Filters: MongoDB's own filter documents, let through only where every operator and field is allowed."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from exifds.errors import FilterError
from exifds.photo import Privacy, personal_fields
from exifds.store import fields

__all__ = ["OPERATORS", "checked"]

OPERATORS = frozenset(
    "$eq $ne $gt $gte $lt $lte $in $nin $exists $type $size $all $elemMatch $mod $regex $options $not "
    "$and $or $nor $geoWithin $geoIntersects $geometry $centerSphere $box $polygon".split()
)
"""Operators that only compare: `$where`, `$expr` and `$function` run code, `$near` cannot be counted."""

_DATES = frozenset({"taken_at", "uploaded_at", "created_at", "updated_at"})
_BRANCHES = frozenset({"$and", "$or", "$nor"})
_EQUALITY = frozenset({"$eq", "$ne", "$in", "$nin", "$exists"})
_DEEPEST = 20

BlindIndex = Callable[[str], str]


def checked(
    query: Mapping[str, Any], privacy: Privacy = Privacy.STANDARD, blind_index: BlindIndex | None = None
) -> dict[str, Any]:
    """Check a filter against the allow-list, and turn a look-up of `owner` into one of its blind index.

    Of a field that photos have only if their user added it, it warns: most often it is mistyped.

    Args:
        query: A MongoDB filter.
        privacy: The privacy of the dataset: which fields hold ciphertext and cannot be compared.
        blind_index: Turns an owner id into `owner_bx`; without it, `owner` cannot be asked for.

    Returns:
        The filter to send. It never holds an owner id in plain text: servers log slow queries.

    Raises:
        FilterError: An operator is not allowed, a field is encrypted, or the filter is malformed.

    Example:
        >>> checked({"camera.iso": {"$gte": 800}})
        {'camera.iso': {'$gte': 800}}
        >>> checked({"owner": "42@N01"}, blind_index=lambda owner: "5ea1")
        {'owner_bx': '5ea1'}
    """
    result = _document(query, frozenset(personal_fields(privacy)), blind_index, 0)
    for path in _paths(result):
        fields.doubt(path)
    return result


def _paths(query: Mapping[str, Any]) -> Iterator[str]:
    """The fields that a checked filter asks for."""
    for key, value in query.items():
        if key in _BRANCHES:
            for part in value:
                yield from _paths(part)
        elif not key.startswith("$"):
            yield key
            within = value.get("$elemMatch") if isinstance(value, Mapping) else None
            if isinstance(within, Mapping):
                yield from (f"{key}.{path}" for path in _paths(within))


def _document(
    query: Any, encrypted: frozenset[str], blind_index: BlindIndex | None, depth: int
) -> dict[str, Any]:
    if not isinstance(query, Mapping):
        raise FilterError(
            f'a filter is an object like {{"camera.iso": {{"$gte": 800}}}}, got a {type(query).__name__}'
        )
    result: dict[str, Any] = {}
    branches: list[dict[str, Any]] = []
    for key, value in query.items():
        field = str(key).partition(".")[0]
        if key in _BRANCHES:
            parts = _list_of_filters(key, value, depth)
            result[key] = [_document(part, encrypted, blind_index, depth + 1) for part in parts]
        elif key == "owner" and key in encrypted:
            branches.append({"owner_bx": _owner(value, blind_index)})
        elif field in encrypted and not (isinstance(value, Mapping) and set(value) == {"$exists"}):
            raise FilterError(
                f"the field {field} is encrypted and cannot be compared; filter on camera, place, scores, "
                "concepts or owner, or ask whether it is there with $exists"
            )
        else:
            result[_allowed(key)] = _value(value, 1)
            if key in _DATES and _compares_text(value):
                raise FilterError(
                    f"{key} is a date, which no text equals: compare it with "
                    '{"$date": "2026-01-31T00:00:00Z"}, in Python with a datetime'
                )
    if branches and "owner_bx" not in result:
        return result | branches[0]
    return {"$and": [result, *branches]} if branches else result


def _list_of_filters(operator: str, value: Any, depth: int) -> list[Any]:
    if depth > _DEEPEST:
        raise FilterError(f"the filter is nested deeper than {_DEEPEST} levels")
    if not isinstance(value, list):
        raise FilterError(f"{operator} needs a list of filters, got a {type(value).__name__}")
    return value


def _allowed(key: Any) -> str:
    if not isinstance(key, str):
        raise FilterError(f"a field or operator must be text, got a {type(key).__name__}")
    if key.startswith("$") and key not in OPERATORS:
        raise FilterError(
            f"the operator {key} is not allowed in a filter; allowed: {', '.join(sorted(OPERATORS))}"
        )
    return key


def _value(value: Any, depth: int) -> Any:
    if depth > _DEEPEST:
        raise FilterError(f"the filter is nested deeper than {_DEEPEST} levels")
    if isinstance(value, Mapping):
        return {_allowed(key): _value(part, depth + 1) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_value(part, depth + 1) for part in value]
    return value


def _compares_text(value: Any) -> bool:
    if isinstance(value, Mapping):
        return any(_compares_text(part) for operator, part in value.items() if operator != "$type")
    return isinstance(value, str) or (isinstance(value, list) and any(map(_compares_text, value)))


def _owner(value: Any, blind_index: BlindIndex | None) -> Any:
    """The owner by equality only: that is all a blind index can answer."""
    if blind_index is None:
        raise FilterError("the owner is encrypted; it can be looked up only with the keyring of the dataset")
    if isinstance(value, str):
        return blind_index(value)
    if not isinstance(value, Mapping) or not set(value) <= _EQUALITY:
        raise FilterError("the owner is encrypted: it can be compared with $eq, $ne, $in and $nin only")

    def indexed(part: Any) -> Any:
        if isinstance(part, list):
            return [indexed(one) for one in part]
        if not isinstance(part, str):
            raise FilterError(f"an owner is text, got a {type(part).__name__}")
        return blind_index(part)

    return {
        operator: bool(part) if operator == "$exists" else indexed(part) for operator, part in value.items()
    }
