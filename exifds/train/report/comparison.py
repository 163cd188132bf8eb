"""Comparison: the numbers of a report. `report.json` holds them all."""

import json
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from exifds.errors import UsageError
from exifds.train.config import ExportRef
from exifds.train.explain.importance import Importance
from exifds.train.report.model import Best, Kind, Model
from exifds.train.stats.alarm import Leak
from exifds.train.stats.paired import Seeds

__all__ = ["Claim", "Comparison", "LeftOut", "Pair", "Settings", "Tags", "Task", "Truth"]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Truth(_Part):
    """What the best possible observer reaches, by what it sees; known for synthetic photos only.

    Args:
        exif: One that sees EXIF alone.
        image: One that sees the image alone.
        fusion: One that sees both.
        note: Where the figures come from.

    Example:
        >>> Truth(image=Best(accuracy=0.85, log_loss=0.423)).of("head").accuracy
        0.85
    """

    exif: Best | None = None
    image: Best | None = None
    fusion: Best | None = None
    note: str = ""

    def of(self, kind: Kind) -> Best | None:
        """The one that sees what a model sees; None for controls that it says nothing about."""
        if kind in {"image", "recalibrated", "head", "permuted"}:
            return self.image
        return {"exif": self.exif, "late": self.fusion, "fusion": self.fusion}.get(kind)

    @classmethod
    def read(cls, path: str | Path) -> "Truth":
        """Read a JSON file.

        Args:
            path: Of the file.

        Returns:
            The figures.

        Raises:
            UsageError: There is no such file, or it holds something else.
        """
        try:
            return cls.model_validate(json.loads(Path(path).expanduser().read_text("utf-8")))
        except (OSError, ValueError, ValidationError):
            raise UsageError(
                f'{path}: expected a JSON file like {{"image": {{"accuracy": 0.85, "log_loss": 0.42}}, ...}} '
                "with exif, image and fusion"
            ) from None


class Pair(_Part):
    """Model A against model B on the same test photos, over the seeds that both have. Differences: A less B.

    Args:
        a: Name of the first.
        b: Name of the second.
        question: Kinds of both, such as `fusion-image`, or `recipe` or `backbone` for what differs.
        macro_f1: Difference, with an interval for the draw of photos and of seeds.
        accuracy: Difference.
        log_loss: Difference in nats.
        only_a: Photos that only A got right, for each seed.
        only_b: That only B got right.
        p_seeds: Of the exact McNemar test of each seed.
        p: Of all: that of a single seed, or twice the median.
        p_groups: The same of McNemar's test by group (Durkalski et al. 2003).
        p_adjusted: The larger of the two, by Holm over all pairs of all tasks of the report.
        detectable: The smallest difference of accuracy that would be a claim at 80 % power, by the tests as
            one of all pairs of the report and by its interval; None where no difference would.
        photos_needed: To show the difference that was found, alike; None where there is none, or where seeds
            scatter so much that it takes more of them.
        trained: Whether A, as it was trained here, is `better` or `worse`, or this is `open`, see
            `pairs.verdict`.
        verdict: The same of the kind of model; open below 3 seeds, but against the majority.
    """

    a: str
    b: str
    question: str
    macro_f1: Seeds
    accuracy: Seeds
    log_loss: Seeds
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]
    p_seeds: tuple[float, ...]
    p: float
    p_groups: float
    p_adjusted: float
    detectable: float | None
    photos_needed: int | None
    trained: Literal["better", "worse", "open"]
    verdict: Literal["better", "worse", "open"]


class Claim(_Part):
    """A sentence, and whether the numbers support it.

    Args:
        verdict: `supported`; `open`, where the numbers do not decide; `warning` of what spoils them; `fact`
            for what needs no test.
        text: The sentence.
        evidence: What it rests on.
    """

    verdict: Literal["supported", "open", "warning", "fact"]
    text: str
    evidence: str = ""


class Tags(_Part):
    """How many photos have which EXIF tag.

    Args:
        counts: Number of tags of a test photo to number of such photos.
        shares: Feature to the share of training photos that have it; empty unless the export was given.
    """

    counts: Mapping[int, int]
    shares: Mapping[str, float] = Field(default_factory=dict)


class Task(_Part):
    """Runs of one export that were tested on the same photos.

    Args:
        title: What is to be learned from what.
        export: The export.
        target: In the words of who exported; None where unknown.
        kind: Of the target.
        classes: Names by number.
        support: Test photos of each class.
        photos: Number of photos of val and test.
        groups: Number of groups of val and test.
        seen: Share of the test photos whose group the training has seen.
        target_score: On val, for the time until it is reached.
        models: Main ones first.
        shown: Names of the models that are drawn: those of the kind whose fusion is best on val.
        pairs: What was compared.
        leak: What a quick model of EXIF gains where photos of one group stand on both sides of a split; None
            without the export, or where it cannot be told.
        hazards: What may make the scores too good, or the intervals too narrow.
        claims: What the numbers support, and what not, in sentences.
        advice: What would settle whether EXIF helps; empty where that is settled.
        tags: Of the photos.
        importance: Of tags inside models; empty unless it was asked for.
        methods: Heading to text.
        again: Commands that make the runs again.
    """

    title: str
    export: ExportRef
    target: str | None
    kind: str
    classes: tuple[str, ...]
    support: tuple[int, ...]
    photos: Mapping[str, int]
    groups: Mapping[str, int]
    seen: float
    target_score: float | None
    models: tuple[Model, ...]
    shown: tuple[str, ...]
    pairs: tuple[Pair, ...]
    leak: Leak | None = None
    hazards: tuple[str, ...] = ()
    claims: tuple[Claim, ...] = ()
    advice: str = ""
    tags: Tags
    importance: tuple[Importance, ...] = ()
    methods: Mapping[str, str]
    again: tuple[str, ...]

    @property
    def several(self) -> bool:
        """Whether a photo can have several labels."""
        return self.kind == "multi_label"

    def model(self, name: str) -> Model:
        """The model of a name."""
        return next(model for model in self.models if model.name == name)


class LeftOut(_Part):
    """A run that is not part of the comparison.

    Args:
        run: Name of its folder.
        reason: Why.
    """

    run: str
    reason: str


class Settings(_Part):
    """What the report was asked for.

    Args:
        price_kwh: Of a kilowatt-hour.
        price_hour: Of an hour of the machine.
        target_score: On val; None takes for each task one that all its image and fusion models reached.
        draws: Of the bootstrap.
    """

    price_kwh: float = 0.30
    price_hour: float = 0.0
    target_score: float | None = None
    draws: int = 2000


class Comparison(_Part):
    """All numbers of a report.

    Args:
        version: Of this form.
        exifds: Version of exifds.
        created_at: When.
        settings: What was asked for.
        tasks: Runs that can be compared, together.
        left_out: Runs that are not part of it.
        truth: What the best possible observer reaches.
    """

    version: int = 1
    exifds: str
    created_at: datetime
    settings: Settings
    tasks: tuple[Task, ...]
    left_out: tuple[LeftOut, ...] = ()
    truth: Truth | None = None
