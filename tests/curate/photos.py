"""Random photos, and what becomes of them decided one by one: what the cube must agree with."""

from collections.abc import Mapping
from typing import Any, Literal

from hypothesis import strategies as st

from exifds.curate.aggregations import pipeline
from exifds.curate.cube import Cube
from exifds.dataset import Dataset
from exifds.store.criteria import Direction, Threshold, Thresholds

CONCEPTS = ("monkey", "wild boar")

hundredths = st.integers(0, 100).map(lambda cut: cut / 100)
near = hundredths.flatmap(
    lambda at: st.sampled_from([at * (1 - 2**-53), at * (1 + 2**-52), at - 1e-9, at + 1e-9])
)
scores = st.one_of(
    st.none(),
    hundredths,
    st.floats(0, 1),
    near.map(lambda at: min(max(at, 0.0), 1.0)),
    st.sampled_from([0, 1]),
)
photo = st.fixed_dictionaries(
    {"scores": st.dictionaries(st.sampled_from(CONCEPTS), scores)},
    optional={
        "verdict": st.sampled_from(["accepted", "rejected"]),
        "concepts": st.lists(st.sampled_from(["wild", "captive", "zoo"]), max_size=2, unique=True),
    },
)
photos = st.lists(photo, max_size=12)
threshold = st.builds(Threshold, hundredths, st.sampled_from(Direction))
thresholds = st.fixed_dictionaries({}, optional=dict.fromkeys(CONCEPTS, threshold))
some_thresholds = thresholds.filter(bool)


def distance(row: Mapping[str, Any], concept: str, at: Threshold) -> int | None:
    """How far a photo is from being dropped, in hundredths rounded down; None without a score."""
    if concept not in row["scores"]:
        return None
    score = row["scores"][concept] or 0
    level = max(cut for cut in range(101) if cut / 100 <= score)
    return level - at.cut if at.direction is Direction.KEEP_ABOVE else at.cut - 1 - level


def fate(row: Mapping[str, Any], chosen: Thresholds) -> Literal["kept", "dropped", "unscored"]:
    """What becomes of a photo."""
    if "verdict" in row:
        return "kept" if row["verdict"] == "accepted" else "dropped"
    distances = [distance(row, concept, at) for concept, at in chosen.items()]
    if any(each is not None and each < 0 for each in distances):
        return "dropped"
    return "unscored" if None in distances else "kept"


def cube_of(rows: list[dict[str, Any]]) -> Cube:
    """The cube of photos, grouped in Python."""
    groups: dict[tuple[Any, ...], int] = {}
    for row in rows:
        levels = tuple(
            -2
            if concept not in row["scores"]
            else -1
            if row["scores"][concept] is None
            else max(cut for cut in range(101) if cut / 100 <= row["scores"][concept])
            for concept in CONCEPTS
        )
        verdict = ["", "accepted", "rejected"].index(row.get("verdict", ""))
        key = (levels, verdict, tuple(row.get("concepts", ())))
        groups[key] = groups.get(key, 0) + 1
    return Cube.from_rows(
        CONCEPTS,
        [
            {"_id": {"levels": list(levels), "verdict": verdict, "classes": list(classes)}, "photos": count}
            for (levels, verdict, classes), count in groups.items()
        ],
    )


def stored(dataset: Dataset, rows: list[dict[str, Any]]) -> Cube:
    """The cube of photos, by way of the database."""
    dataset.collection.delete_many({})
    if rows:
        dataset.collection.insert_many([{"_id": f"file:{n}", **row} for n, row in enumerate(rows)])
    return Cube.from_rows(CONCEPTS, list(dataset.collection.aggregate(pipeline(CONCEPTS, {}))))
