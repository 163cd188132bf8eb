"""Options: everything an export is asked for. The manifest records it, so that it can be run again."""

import json
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Any, Literal, TypedDict, Unpack

from bson import json_util
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exifds.errors import UsageError
from exifds.export import manifest
from exifds.export.images import Rendering
from exifds.export.manifest import Manifest
from exifds.export.selection import Selection
from exifds.export.splits import Splitting

__all__ = ["Arguments", "FormatName", "Options", "asked", "pinned"]

FormatName = Literal["tfrecord", "parquet", "csv", "folder"]

_RENDERING = {
    "image_size": "size",
    **{name: name for name in ("resize", "encoding", "quality", "srgb")},
}
"""Options as the user knows them, to fields of `Rendering`. Those of the others have the same names."""

_SPLITTING = ("group", "seed", "burst_seconds", "near_duplicate_bits", "allow_leaks")


class Arguments(TypedDict, total=False):
    """What to export and how, as `Dataset.export` takes it. What is None keeps its default.

    Args:
        target: What is to be learned: `concepts` (any number of labels), `concept` (exactly one class),
            `scores.monkey>=0.8`, or a field such as `place.country`. None exports no labels.
        classes: The classes, in the order of their numbers. None takes those that occur, sorted.
        where: A MongoDB filter. None takes all photos.
        min_score: Concept to the least score.
        licenses: Allowed licence ids of Flickr. None allows all, and photos without a licence.
        require_exif: EXIF tags that must be there with a usable value.
        selection: A selection of the curation page, `NAME` or `NAME@VERSION`. None takes the last version.
        rejected: Also take photos that a person rejected.
        image_size: Pixels of a side, 224 by default. 0 leaves images as large as they are.
        resize: `crop` (the default), `pad`, `square` (stretched), or `short` (the short side).
        encoding: `jpeg` (the default) or `png`.
        quality: Of JPEG, 90 by default.
        srgb: Convert colours to sRGB. Otherwise colour profiles are dropped.
        split: Shares of train, val and test, `0.7/0.2/0.1` by default. The group `time` takes two dates, too:
            the first of val and the first of test.
        group: What never stands in two splits: `owner` (the default), `camera`, `place`, `time` or `none`.
        seed: Of the split. None takes the one that the dataset remembers, or at first finds a balanced one.
        burst_seconds: Photos of one owner within so many seconds stay together.
        near_duplicate_bits: The fingerprints of pictures that count as one differ in so many of 128 bits,
            16 by default.
        allow_leaks: Keep photos whose duplicate or burst stands in another split, and report them.
        decrypt: Also export owners and the full EXIF.
        restore_exif: Export the original files, byte for byte: `folder` and `parquet` only.
        shard_bytes: Bytes of images a shard holds, 128 MiB by default.
    """

    target: str | None
    classes: str | Iterable[str] | None
    where: Mapping[str, Any] | None
    min_score: Mapping[str, float] | Iterable[str] | None
    licenses: str | Iterable[int] | None
    require_exif: str | Iterable[str] | None
    selection: str | None
    rejected: bool | None
    image_size: int | None
    resize: str | None
    encoding: str | None
    quality: int | None
    srgb: bool | None
    split: str | None
    group: str | None
    seed: int | None
    burst_seconds: float | None
    near_duplicate_bits: int | None
    allow_leaks: bool | None
    decrypt: bool | None
    restore_exif: bool | None
    shard_bytes: int | None


class Options(BaseModel):
    """Everything an export is asked for.

    Args:
        format: How it is laid down.
        selection: Which photos.
        target: What is to be learned; None for photos without labels.
        classes: The declared classes; None collects them.
        rendering: What becomes of the images.
        splitting: How photos are shared out.
        shard_bytes: Bytes of images a shard holds, about.
        decrypt: Whether personal fields are exported.
        restore_exif: Whether the images are the original files, byte for byte.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    format: FormatName = "tfrecord"
    selection: Selection = Selection()
    target: str | None = None
    classes: tuple[str, ...] | None = None
    rendering: Rendering = Rendering()
    splitting: Splitting = Splitting()
    shard_bytes: Annotated[int, Field(ge=1)] = 128 * 2**20
    decrypt: bool = False
    restore_exif: bool = False

    @classmethod
    def checked(cls, format: str | None = None, **given: Unpack[Arguments]) -> "Options":  # noqa: A002
        """Options as a user gives them: flat, by name.

        Args:
            format: `tfrecord`, `parquet`, `csv` or `folder`; None takes the default.
            **given: See `Arguments`.

        Returns:
            The options.

        Raises:
            UsageError: An option is unknown or not usable, or two contradict each other.

        Example:
            >>> Options.checked(image_size=96, group="camera").splitting.group
            'camera'
        """
        options: dict[str, Any] = {"format": format, **given}
        options = {name: value for name, value in options.items() if value is not None}
        if isinstance(options.get("classes"), str):
            options["classes"] = [name.strip() for name in options["classes"].split(",") if name.strip()]
        try:
            selection = Selection(**_taken(options, Selection.model_fields))
            look = _taken(options, _RENDERING)
            if look.get("image_size") == 0:
                look["image_size"] = None
            rendering = Rendering(**{_RENDERING[name]: value for name, value in look.items()})
            split = Splitting.parse(options.pop("split")) if "split" in options else Splitting()
            chosen = split.model_dump(exclude_unset=True) | _taken(options, _SPLITTING)
            made = cls(selection=selection, rendering=rendering, splitting=Splitting(**chosen), **options)
        except ValidationError as error:
            raise UsageError(_explained(error)) from None
        return _consistent(made)

    @classmethod
    def recorded(cls, options: Mapping[str, Any]) -> "Options":
        """Options out of a manifest.

        Args:
            options: As `record` gave them.

        Returns:
            The options.

        Raises:
            UsageError: They are not usable: the manifest was changed, or is of a later exifds.
        """
        try:
            made = cls.model_validate(json_util.loads(json.dumps(dict(options))))
        except (ValidationError, ValueError, TypeError):
            raise UsageError(
                "the options in the manifest are not usable: it was changed, or is of a later exifds"
            ) from None
        return _consistent(made)

    def record(self) -> dict[str, Any]:
        """All of it as JSON, dates of the filter in MongoDB's Extended JSON."""
        recorded: dict[str, Any] = json.loads(json_util.dumps(self.model_dump()))
        return recorded


def asked(like: str | Path | None, format: str | None, given: Arguments) -> Options:  # noqa: A002
    """The options of an export, from an earlier one or as given.

    Args:
        like: The earlier export; None for none.
        format: `tfrecord`, `parquet`, `csv` or `folder`; None takes the default.
        given: As a user gives them.

    Returns:
        The options.

    Raises:
        UsageError: Both are given, or there is no such export.
    """
    if like is None:
        return Options.checked(format, **given)
    others = [name for name, value in {"format": format, **given}.items() if value is not None]
    if others:
        raise UsageError(f"like takes all options of the earlier export; leave out {', '.join(others)}")
    return pinned(manifest.load(like))


def pinned(whole: Manifest) -> Options:
    """The options that make an export again, also of other photos: with its seed, dates and classes.

    Args:
        whole: The manifest of the export.

    Returns:
        The options.
    """
    options = Options.recorded(whole.options)
    splitting = options.splitting.model_copy(update={"seed": whole.seed, "cuts": whole.cuts})
    collected = whole.data.kind in ("multi_class", "multi_label")
    classes = whole.data.classes if collected else options.classes
    return options.model_copy(update={"splitting": splitting, "classes": classes})


def _consistent(options: Options) -> Options:
    """Refuse what cannot be done together."""
    if options.restore_exif and options.format not in ("folder", "parquet"):
        raise UsageError(f"originals can be restored into folder and parquet, not into {options.format}")
    if options.classes is not None and options.target is None:
        raise UsageError("classes need a target: say which, such as target='concept' (--target concept)")
    return options


def _taken(options: dict[str, Any], names: Iterable[str]) -> dict[str, Any]:
    """Take the options of these names out."""
    return {name: options.pop(name) for name in list(names) if name in options}


def _explained(error: ValidationError) -> str:
    """The first fault in plain words."""
    fault = error.errors(include_url=False, include_input=False)[0]
    name = ".".join(str(part) for part in fault["loc"]) or "options"
    if fault["type"] == "extra_forbidden":
        known = [*Options.model_fields, *Selection.model_fields, *_RENDERING, "split", *_SPLITTING]
        near = get_close_matches(name, known, 1)
        return f"there is no option {name!r}" + (f": did you mean {near[0]}?" if near else "")
    name = {field: option for option, field in _RENDERING.items()}.get(name, name)
    return f"{name}: {fault['msg'].removeprefix('Value error, ').replace('Input should be', 'expected')}"
