"""Account: what an export holds, counted from its ledger."""

from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime

import numpy as np
import PIL
from google import protobuf
from PIL import features

from exifds import __version__
from exifds.export.features import fit
from exifds.export.ledger import Ledger
from exifds.export.manifest import Manifest, Shard, Split
from exifds.export.options import Options
from exifds.export.record import Label, Schema
from exifds.export.splits import SPLITS
from exifds.export.tallies import tally

__all__ = ["left_out", "manifest"]


def manifest(ledger: Ledger, options: Options, schema: Schema, done: Mapping[str, list[Shard]]) -> Manifest:
    """The manifest of an export.

    Args:
        ledger: Holds its photos.
        options: What was asked for.
        schema: What holds for all records.
        done: The shards of each split.

    Returns:
        The manifest, with the date of now.
    """
    placed = ledger.note("placed")
    return Manifest(
        exifds=__version__,
        created_at=datetime.now(UTC),
        options=options.record(),
        data=schema,
        seed=placed["seed"],
        better_seed=placed["better_seed"],
        cuts=placed["cuts"],
        selected=ledger.note("selected"),
        splits=_splits(ledger, schema, options, done),
        statistics=fit(*ledger.features("train")),
        left_out=left_out(ledger),
        failed=dict(ledger.failures()),
        leaks=placed["leaks"],
        without_group=placed["without_group"],
        owners_crossing=placed["owners_crossing"],
        tallies=tally(photo for split in SPLITS for photo in ledger.documents(split)),
        libraries=_libraries(),
    )


def left_out(ledger: Ledger) -> dict[str, int]:
    """Why photos are not in an export.

    Args:
        ledger: Of the export, with places.

    Returns:
        Reason to number of photos.
    """
    counts = Counter(ledger.note("chosen")) + Counter(ledger.note("placed")["left_out"])
    counts["failed"] += len(ledger.failures())
    return dict(sorted((+counts).items()))


def _splits(
    ledger: Ledger, schema: Schema, options: Options, done: Mapping[str, list[Shard]]
) -> dict[str, Split]:
    """Counts of each split."""
    counts = {split: ledger.photos_in(split)[:2] for split in SPLITS}
    total = sum(photos for photos, _ in counts.values())
    shares = options.splitting.shares if options.splitting.cuts is None else (None, None, None)
    return {
        split: Split(
            photos=photos,
            groups=groups,
            share=photos / total,
            asked=asked,
            classes=_by_class(ledger.labels(split), schema),
            shards=tuple(done[split]),
        )
        for (split, (photos, groups)), asked in zip(counts.items(), shares, strict=True)
    }


def _by_class(labels: Iterable[Label], schema: Schema) -> dict[str, int]:
    """Photos by class, also the classes without any."""
    counts = [0] * len(schema.classes)
    for label in labels:
        if isinstance(label, (tuple, list)):
            for number, has in enumerate(label):
                counts[number] += bool(has)
        elif counts and isinstance(label, int):
            counts[label] += 1
    return dict(zip(schema.classes, counts, strict=True))


def _libraries() -> dict[str, str]:
    """Versions of what shapes the bytes of pictures."""
    turbo = features.version("libjpeg_turbo")
    versions = {"pillow": PIL.__version__, "libjpeg_turbo": turbo or "", "numpy": np.__version__}
    return versions | {"protobuf": protobuf.__version__}
