"""Analysis: what a dataset says about a target before anything is trained, as numbers and as files."""

from collections.abc import Mapping
from pathlib import Path

from pydantic import BaseModel, ConfigDict

from exifds.train.analyze.association import Association, associations
from exifds.train.analyze.clusters import Clusters
from exifds.train.analyze.distribution import Tag, tags
from exifds.train.analyze.hazards import Hazard, hazards
from exifds.train.analyze.redundancy import Redundancy, groups, redundancies
from exifds.train.analyze.sample import Sample
from exifds.train.folder import roomy, writable

__all__ = ["Analysis", "analyze", "write"]


class Analysis(BaseModel):
    """What a dataset says about a target. Nothing in it is about one photo, owner or camera.

    Args:
        version: Of this form.
        dataset: Its name.
        target: What is to be learned, in the words of the user.
        classes: Names by number.
        photos: Photos with a label.
        sampled: How many of them the figures are taken from, drawn at random if these are fewer.
        by_class: Photos of each class.
        left_out: Photos without a label or out of the selection, by reason.
        groups: Owners, and cameras of photos whose owner is unknown, in the sample.
        tags: Coverage and distribution of each tag.
        associations: What each tag alone tells about the classes; the most telling one first.
        redundancies: How much each two tags go together; the closest pair first.
        related: Tags that hang together, with an absolute correlation of 0.7 or more.
        hazards: What a reader of scores must know.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    version: int = 1
    dataset: str
    target: str
    classes: tuple[str, ...]
    photos: int
    sampled: int
    by_class: tuple[int, ...]
    left_out: Mapping[str, int]
    groups: int
    tags: tuple[Tag, ...]
    associations: tuple[Association, ...]
    redundancies: tuple[Redundancy, ...]
    related: tuple[tuple[str, ...], ...]
    hazards: tuple[Hazard, ...]


def analyze(sample: Sample, *, dataset: str, target: str, seed: int = 0) -> Analysis:
    """Analyse a sample.

    Args:
        sample: The photos.
        dataset: Name of their dataset.
        target: What is to be learned, in the words of the user.
        seed: Of the draws.

    Returns:
        The analysis; the same for the same sample and seed.
    """
    clusters = Clusters.meet(sample.group, seed=seed)
    pairs = redundancies(sample.features, sample.values, sample.present)
    return Analysis(
        dataset=dataset,
        target=target,
        classes=sample.classes,
        photos=sample.photos,
        sampled=len(sample),
        by_class=sample.by_class,
        left_out=sample.left_out,
        groups=int(sample.group.max()) + 1,
        tags=tags(sample),
        associations=associations(sample, clusters),
        redundancies=pairs,
        related=groups(pairs),
        hazards=hazards(sample, clusters, target),
    )


def write(analysis: Analysis, out: Path) -> None:
    """Write `analysis.json`, `analysis.md` and plots as SVG.

    Args:
        analysis: The analysis.
        out: A folder; made if absent.

    Raises:
        MissingExtraError: Matplotlib is not installed.
        UsageError: The folder cannot be written.
        DiskFullError: The disk is full.
    """
    from exifds.train.analyze.figures import FIGURES, draw
    from exifds.train.analyze.markdown import markdown

    pictures = {f"{name}.svg": draw(analysis, name) for name in FIGURES}
    folder = writable(out)
    with roomy(folder):
        for name, data in pictures.items():
            (folder / name).write_bytes(data)
        (folder / "analysis.md").write_text(markdown(analysis), encoding="utf-8")
        (folder / "analysis.json").write_text(analysis.model_dump_json(indent=2) + "\n", encoding="utf-8")
