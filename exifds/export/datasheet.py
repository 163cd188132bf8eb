"""Datasheet: what a user of an export must know, in Markdown, filled in from the data.

The sections are those of Gebru et al., Datasheets for Datasets (arXiv:1803.09010). What only people can tell
stands in italics for whoever publishes the data.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from exifds.export.attribution import ATTRIBUTION, changes_made
from exifds.export.manifest import MANIFEST, Manifest

__all__ = ["DATASHEET", "datasheet"]

DATASHEET = "DATASHEET.md"

_MOST_ROWS = 50
"""Rows of a table; the rest is summed up in one."""

_REASONS = {
    "no_image": "has no image file",
    "video": "is a video",
    "rejected": "was rejected by a person",
    "license": "its licence is not allowed",
    "score": "its score is too low, or absent",
    "exif": "lacks a required camera tag",
    "no_concept": "has none of the classes",
    "several_concepts": "has several of the classes",
    "not_scored": "was not scored",
    "no_value": "has no value for the target",
    "other_value": "has another value than the classes",
    "failed": "its image cannot be read",
    "duplicate": "is a copy of an earlier photo",
    "near_duplicate": "looks like a photo of another split",
    "burst": "was taken within seconds of a photo of another split",
    "no_date": "its date is unknown",
}
_ASSIGNED = {
    "owner": "All photos of a known owner stand in one split",
    "camera": "All photos of a known camera stand in one split",
    "place": "All photos of a known place stand in one split",
    "time": "The splits follow one another in time",
    "none": "Each photo was assigned by itself, or with what its owner or camera took within the hour",
}
_KINDS = {
    "multi_class": "one of several classes",
    "binary": "yes or no",
    "multi_label": "any of several classes",
    "number": "a number",
}
_MARKUP = re.compile(r"[\\`*_\[\]~$]")
_HTML_OR_TABLE = re.compile(r"[<>&|]")
_BLANK = re.compile(r"[\s\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def datasheet(manifest: Manifest) -> str:
    """The datasheet of an export.

    Args:
        manifest: What it holds and how it was made.

    Returns:
        Markdown. Text from the data shows as it is: it adds no markup, row, heading or HTML.

    Example:
        >>> from datetime import datetime
        >>> from exifds.export.record import Schema
        >>> schema = Schema(name="cats", features=())
        >>> cats = dict(options={}, data=schema, seed=None, splits={})
        >>> print(datasheet(Manifest(exifds="1", created_at=datetime(2026, 1, 2), **cats))[:17])
        # Datasheet: cats
    """
    sections = (
        ("Motivation", _motivation()),
        ("Composition", _composition(manifest)),
        ("Collection", _collection(manifest)),
        ("Preprocessing", _preprocessing(manifest)),
        ("Uses", _uses()),
        ("Distribution", _distribution()),
        ("Maintenance", _maintenance(manifest)),
    )
    title = f"# Datasheet: {_text(manifest.data.name)}"
    made = (
        f"Filled in from the data by exifds {_text(manifest.exifds)} on {manifest.created_at:%Y-%m-%d}. The "
        "questions are those of Gebru et al., *Datasheets for Datasets* (arXiv:1803.09010); lines in italics "
        "are for whoever publishes the data."
    )
    parts = (part for heading, body in sections for part in (f"## {heading}", *body))
    return "\n\n".join((title, made, *parts)) + "\n"


def _motivation() -> Iterator[str]:
    yield "*For what purpose was the dataset made, by whom, and who paid for it?*"


def _composition(manifest: Manifest) -> Iterator[str]:
    data = manifest.data
    image = {None: "no image", "original": "the original file"}.get(data.encoding, f"a {data.encoding} image")
    size = f" of {data.width} x {data.height} pixels" if data.width and data.height else ""
    label = f"the label {_text(data.target)} ({_KINDS[data.kind]})" if data.kind else "no label"
    camera = f"{len(data.features)} camera values"
    yield f"{manifest.photos:,} photos, each with {image}{size}, {camera} and {label}."
    yield _table(
        ("Split", "Photos", "Share", "Asked", "Groups"),
        (
            (name, split.photos, f"{split.share:.1%}", _share(split.asked), split.groups)
            for name, split in manifest.splits.items()
        ),
    )
    if data.classes:
        yield _classes(manifest)
    yield _tally("Source", manifest.tallies.sources)
    yield _tally("Licence", manifest.tallies.licenses)
    yield _tally("Year taken", dict(sorted(manifest.tallies.years.items())), by_size=False)
    yield _tally("Country", manifest.tallies.countries)
    if manifest.statistics:
        yield _camera(manifest)
    yield _personal(manifest)


def _classes(manifest: Manifest) -> str:
    """Photos by class and split."""
    counts = [split.classes for split in manifest.splits.values()]
    totals = {name: sum(count.get(name, 0) for count in counts) for name in manifest.data.classes}
    shown = sorted(totals, key=lambda name: -totals[name])[:_MOST_ROWS]
    rows: list[tuple[Any, ...]] = [
        (name, *(count.get(name, 0) for count in counts), totals[name]) for name in shown
    ]
    rest = [name for name in totals if name not in set(shown)]
    if rest:
        sums = (sum(count.get(name, 0) for name in rest) for count in counts)
        rows.append((f"{len(rest)} more", *sums, sum(totals[name] for name in rest)))
    return _table(("Class", *manifest.splits, "All"), rows)


def _camera(manifest: Manifest) -> str:
    """How many photos of the train split have each camera value."""
    train = manifest.splits["train"].photos if "train" in manifest.splits else 0
    units = {feature.name: feature.unit for feature in manifest.data.features}
    rows = (
        (
            *(known.name, known.count, _share(known.count / train if train else None)),
            "-" if known.median is None else f"{known.median:.6g} {units.get(known.name, '')}".strip(),
        )
        for known in manifest.statistics
    )
    return _table(("Camera value (train split)", "Photos that have it", "Share", "Median"), rows)


def _personal(manifest: Manifest) -> str:
    if manifest.options.get("restore_exif"):
        kept = "The images are the original files, with all that their EXIF says about people and places."
    elif manifest.options.get("decrypt"):
        kept = "Personal fields (owner, owner name, path alias, all EXIF tags) are part of this export."
    else:
        kept = "Owners, and the EXIF tags that are not listed above, are not part of this export."
    return (
        f"{kept} Group numbers mean nothing outside of it. Photos may show people, and titles, tags and "
        "places may tell about them. *Who is shown, and did they agree?*"
    )


def _collection(manifest: Manifest) -> Iterator[str]:
    yield _tally("Found by", manifest.tallies.queries)
    yield "Photos that a search or a group gives are no random sample. This was chosen of the dataset:"
    chosen = manifest.options.get("selection", {})
    yield f"```json\n{json.dumps(chosen, indent=2, sort_keys=True)}\n```"


def _preprocessing(manifest: Manifest) -> Iterator[str]:
    yield f"Changes made to the images: {changes_made(manifest.data)}."
    group = manifest.options.get("splitting", {}).get("group", "none")
    seed = "" if manifest.seed is None else f" (seed {manifest.seed})"
    yield (
        f"{_ASSIGNED[group]}{seed}. Statistics for scaling were fitted on the train split only. "
        f"`{MANIFEST}` holds every option and the versions of the libraries."
    )
    yield _tally(
        "Left out because the photo", {_REASONS.get(why, why): n for why, n in manifest.left_out.items()}
    )
    if manifest.without_group:
        yield (
            f"The {group} of {manifest.without_group:,} of {manifest.photos:,} photos is unknown: of those, "
            "what their camera took within an hour stands in one split."
        )
    if manifest.owners_crossing:
        yield f"{manifest.owners_crossing:,} owners have photos in several splits."
    if any(manifest.leaks.values()):
        yield "Leaks were allowed: photos that belong together stand in two splits."
        yield _tally("What they share", manifest.leaks)
    else:
        yield "Copies, near-duplicates and bursts do not cross splits: the later photos were left out."


def _uses() -> Iterator[str]:
    yield "*What has the data been used for, what could it be used for, and what should it not be used for?*"


def _distribution() -> Iterator[str]:
    yield (
        f"The photos keep their own licences (table above), each named in `{ATTRIBUTION}` with title, page "
        "and changes made. Whoever passes the data on has to fulfil them."
    )


def _maintenance(manifest: Manifest) -> Iterator[str]:
    yield (
        "A photo that has to go (its owner asks for it, its licence changed) goes from the dataset first, "
        "then from every export, by exporting again with the same options into a new folder; all other "
        "photos keep their split:"
    )
    yield f"```\nexifds export {manifest.data.name} NEW --like OLD\n```"
    yield "*Whom can people ask to have a photo removed, and who has copies of this export?*"


def _tally(heading: str, counts: Mapping[str, int], *, by_size: bool = True) -> str:
    """A table of counts; the largest first, and the small ones of a long one summed up."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]) if by_size else (0, item[0]))
    shown, rest = ordered[:_MOST_ROWS], ordered[_MOST_ROWS:]
    if rest:
        shown = [*shown, (f"{len(rest)} more", sum(count for _, count in rest))]
    return _table((heading, "Photos"), shown or [("none recorded", "-")])


def _table(header: Iterable[str], rows: Iterable[Iterable[Any]]) -> str:
    """A table in Markdown: the first column text, the others to the right."""
    head = [_text(name) for name in header]
    lines = [head, ["---", *("---:" for _ in head[1:])], *([_text(cell) for cell in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _text(value: Any) -> str:
    """A value that shows as it is within a line of Markdown."""
    if isinstance(value, int):
        return f"{value:,}"
    text = _BLANK.sub(" ", str(value)).strip() or "unknown"
    text = _HTML_OR_TABLE.sub(lambda found: f"&#{ord(found[0])};", text)
    return _MARKUP.sub(lambda found: f"\\{found[0]}", text)


def _share(share: float | None) -> str:
    return "-" if share is None else f"{share:.1%}"
