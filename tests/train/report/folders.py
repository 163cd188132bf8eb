"""Folders of runs without any training: what models say is drawn from what they are meant to know."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from exifds.export.record import TargetKind
from exifds.train.config import WITH_IMAGE, Config, ExportRef, Inputs
from exifds.train.predictions import Predictions
from exifds.train.recipe import MODERN, Recipe
from exifds.train.result import Cost, Energy, Epoch, Latency, Result
from exifds.train.run import Run

OPTIONS: Mapping[str, Any] = {
    "target": "concept",
    "selection": {"where": {}, "min_score": {"monkey": 0.8}},
    "rendering": {"size": 48, "resize": "crop", "encoding": "jpeg", "quality": 90, "srgb": False},
    "splitting": {"group": "owner", "allow_leaks": False},
}
HOSTILE = ("<script>alert(1)</script>", "日本語|[x](y)`", "=1+1 $x$ a/b\u202e\n# " + "x" * 300)
KNOWN: Mapping[str, tuple[float, float]] = {
    "exif": (0.0, 1.2),
    "image": (1.5, 0.0),
    "fusion": (1.5, 1.2),
    "mask": (0.0, 0.0),
    "camera": (0.0, 0.3),
    "permuted": (1.5, 0.0),
    "head": (1.5, 0.0),
}
"""How strongly each kind sees the evidence of the image and of EXIF."""


@dataclass(frozen=True)
class Export:
    """What the photos of an export are, as far as a report sees it."""

    classes: tuple[str, ...] = ("indoor", "outdoor")
    kind: TargetKind = "multi_class"
    val: int = 120
    test: int = 400
    owners: int = 40
    seed: int = 0
    name: str = "cats"
    group: str = "owner"
    options: Mapping[str, Any] = field(default_factory=lambda: dict(OPTIONS))
    seen: bool = False

    @property
    def photos(self) -> int:
        return self.val + self.test

    def labels(self) -> NDArray[np.int64]:
        draw = np.random.default_rng(self.seed)
        if self.kind == "multi_label":
            return draw.integers(0, 2, (self.photos, len(self.classes)))
        return draw.integers(0, len(self.classes), self.photos)

    def evidence(self) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Log-odds that the image and the EXIF of each photo give, before they are scaled."""
        draw = np.random.default_rng([self.seed, 1])
        labels = self.labels()
        truth = labels if labels.ndim > 1 else np.eye(len(self.classes))[labels]
        return tuple(truth - 0.5 + draw.normal(0, 0.8, truth.shape) for _ in range(2))  # type: ignore[return-value]

    def predictions(self, inputs: str, seed: int, *, sure: float = 2.0) -> Predictions:
        image, exif = self.evidence()
        draw = np.random.default_rng([self.seed, 2])
        tags = np.where(draw.random(self.photos) < 0.2, 0, draw.integers(5, 14, self.photos))
        weight, other = KNOWN[inputs]
        noise = np.random.default_rng([seed, *inputs.encode()]).normal(0, 0.15, image.shape)
        logits = sure * (weight * image + other * exif * (tags > 0)[:, None] + noise)
        owners = draw.integers(0, self.owners, self.photos)
        split = np.repeat([1, 2], [self.val, self.test])
        return Predictions(
            ids=tuple(f"photo:{number}" for number in range(self.photos)),
            split=split.astype(np.int8),
            group=owners + self.owners * (split == 2),
            labels=self.labels(),
            logits=logits,
            tags=tags,
            complete=tags > 8,
            seen=np.full(self.photos, self.seen) & (owners % 2 == 0),
            flash=draw.integers(-1, 2, self.photos).astype(np.int8),
        )

    def config(self, inputs: Inputs, seed: int = 0, **changes: Any) -> Config:
        image = inputs in WITH_IMAGE
        config = Config(
            exifds="0.0",
            inputs=inputs,
            backbone="tiny" if image else None,
            weights="none",
            recipe=MODERN,
            seed=seed,
            export=ExportRef(
                name=self.name,
                sha256=f"{self.seed:064}",
                photos=self.photos * 3,
                group=self.group,
                options=self.options,
            ),
            kind=self.kind,
            classes=self.classes,
            features=("iso", "flash"),
            height=48 if image else None,
            width=48 if image else None,
        )
        kept = {name: value for name, value in changes.items() if name != "backbone" or image}
        return config.model_copy(update=kept)


def cost(inputs: str, epochs: Sequence[Epoch], *, energy: bool) -> Cost:
    spent = sum(epoch.seconds for epoch in epochs)
    parts = [
        Energy(
            phase=phase,
            seconds=spent,
            kwh=share * spent / 3600 * 0.05,
            cpu_kwh=0.0,
            gpu_kwh=0.0,
            ram_kwh=0.0,
            co2_kg=share * spent / 3600 * 0.02,
            country="DEU",
            measured=False,
            codecarbon="3.0",
        )
        for phase, share in (("train", 1.0), ("predict", 0.1))
    ]
    image = inputs in WITH_IMAGE
    return Cost(
        parameters=80_000 if image else 20_000,
        trainable=60_000 if image else 20_000,
        macs=9_000_000 if image else 20_000,
        latency=tuple(
            Latency(batch_size=size, p50=2.0 * size**0.5, p95=3.1 * size**0.5, calls=100) for size in (1, 32)
        ),
        peak_bytes=900 * 2**20,
        train_seconds=spent,
        energy=tuple(parts) if energy else (),
    )


def history(inputs: str, seed: int) -> tuple[Epoch, ...]:
    count = 8 + seed + len(inputs) % 4
    return tuple(
        Epoch(
            epoch=number,
            phase=0,
            seconds=1.0 + (inputs in WITH_IMAGE) + 3 * (number == 0),
            learning_rate=1e-3,
            loss=1 / (number + 1),
            val_loss=1 / (number + 1),
            val_score=0.85 - 0.4 * 0.6**number,
        )
        for number in range(count)
    )


def write(
    folder: Path,
    export: Export,
    inputs: Sequence[Inputs] = ("exif", "image", "fusion"),
    *,
    seeds: Sequence[int] = (0,),
    backbones: Sequence[str] = ("tiny",),
    recipe: Recipe = MODERN,
    energy: bool = True,
    **changes: Any,
) -> list[Run]:
    """Write finished runs, as `fit` does."""
    runs = []
    for kind in inputs:
        for backbone in backbones if kind in WITH_IMAGE else (None,):
            for seed in seeds:
                config = export.config(kind, seed, backbone=backbone, recipe=recipe, **changes)
                run = Run(folder / config.name)
                run.path.mkdir(parents=True)
                run.write("config.json", config)
                epochs = history(kind, seed)
                run.write("history.json", epochs)
                run.write_predictions(export.predictions(kind, seed + 100 * len(backbone or "")))
                environment = {"keras": "3", "processor": "p", "cores": "2", "graphics_cards": "none"}
                result = Result(cost=cost(kind, epochs, energy=energy), best_epoch=3, environment=environment)
                run.write("run.json", result)
                runs.append(run)
    return runs
