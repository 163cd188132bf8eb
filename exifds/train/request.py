"""Request: what is to be trained, checked before anything is, as one configuration for each run."""

import difflib
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from exifds import __version__
from exifds.errors import UsageError
from exifds.export.manifest import Manifest
from exifds.train.config import INPUTS, WITH_IMAGE, Config, ExportRef, Inputs
from exifds.train.device import graphics_cards
from exifds.train.models.backbones import TINY, check
from exifds.train.recipe import Recipe, recipe_of

__all__ = ["NO_SWITCHES", "Request"]

NO_SWITCHES: Final[Mapping[str, Any]] = MappingProxyType({})
LARGEST_SEED: Final = 2**32 - 1
"""NumPy takes no larger one."""


@dataclass(frozen=True)
class Request:
    """What is to be trained; made by `checked`.

    Args:
        inputs: What the models see.
        backbones: Networks for images, each with its weights at the start.
        recipe: How they are trained.
        seeds: One run for each.
        epochs: At most so many in each phase.
        mixed: Calculate in 16 bits where that is accurate enough.
        file: Local file of weights.
    """

    inputs: tuple[Inputs, ...]
    backbones: Mapping[str, str]
    recipe: Recipe
    seeds: tuple[int, ...]
    epochs: int | None
    mixed: bool
    file: Path | None

    @classmethod
    def checked(
        cls,
        *,
        inputs: Sequence[str],
        backbones: Sequence[str] = ("MobileNetV2",),
        recipe: str | Recipe = "modern",
        switches: Mapping[str, Any] = NO_SWITCHES,
        seeds: Iterable[int] = (0,),
        epochs: int | None = None,
        weights: str | Path = "imagenet",
        mixed_precision: bool | None = None,
    ) -> "Request":
        """Check the arguments of `exifds.train.fit`.

        Args:
            inputs: What the models see.
            backbones: Networks for images.
            recipe: How they are trained.
            switches: What to set otherwise in it.
            seeds: One run for each.
            epochs: At most so many in each phase.
            weights: Of the backbones at the start.
            mixed_precision: None decides by the device.

        Returns:
            The request.

        Raises:
            UsageError: One of them is not usable.
        """
        seen = _inputs(inputs)
        start, file = _weights(weights) if not WITH_IMAGE.isdisjoint(seen) else ("none", None)
        mixed = bool(graphics_cards()) if mixed_precision is None else mixed_precision
        return cls(
            inputs=seen,
            backbones=_backbones(backbones, start),
            recipe=recipe_of(recipe, switches),
            seeds=_seeds(seeds),
            epochs=_epochs(epochs),
            mixed=mixed,
            file=file,
        )

    @property
    def images(self) -> bool:
        """Whether a model sees images."""
        return not WITH_IMAGE.isdisjoint(self.inputs)

    def configs(self, manifest: Manifest, sha256: str) -> list[Config]:
        """One configuration for each run, seed by seed.

        Args:
            manifest: Of the export.
            sha256: Of the manifest.

        Returns:
            The configurations, each once.
        """
        networks: dict[str, list[tuple[str | None, str]]] = {
            seen: list(self.backbones.items()) if seen in WITH_IMAGE else [(None, "none")]
            for seen in self.inputs
        }
        return [
            self._config(manifest, sha256, seed=seed, seen=seen, backbone=backbone, weights=weights)
            for seed, seen in product(self.seeds, self.inputs)
            for backbone, weights in networks[seen]
        ]

    def _config(
        self, manifest: Manifest, sha256: str, *, seed: int, seen: Inputs, backbone: str | None, weights: str
    ) -> Config:
        schema, options = manifest.data, manifest.options
        assert schema.kind is not None
        with_image = backbone is not None
        return Config(
            exifds=__version__,
            inputs=seen,
            backbone=backbone,
            weights=weights,
            recipe=self.recipe,
            seed=seed,
            epochs=self.epochs,
            precision="mixed_float16" if self.mixed and with_image else "float32",
            export=ExportRef(
                name=schema.name,
                sha256=sha256,
                photos=manifest.photos,
                group=options.get("splitting", {}).get("group", "none"),
                options=options,
            ),
            kind=schema.kind,
            classes=schema.classes,
            features=tuple(feature.name for feature in schema.features),
            height=schema.height if with_image else None,
            width=schema.width if with_image else None,
        )


def _inputs(given: Sequence[str]) -> tuple[Inputs, ...]:
    names = dict.fromkeys([given] if isinstance(given, str) else given)
    for name in names:
        if name not in INPUTS:
            near = difflib.get_close_matches(str(name), INPUTS, n=1)
            hint = f"; did you mean {near[0]}?" if near else ""
            raise UsageError(f"there are no inputs {str(name)[:50]!r}: there are {', '.join(INPUTS)}{hint}")
    if not names:
        raise UsageError(f"expected inputs to train with, got none: there are {', '.join(INPUTS)}")
    return tuple(name for name in INPUTS if name in names)


def _backbones(given: Sequence[str], weights: str) -> dict[str, str]:
    """Each with its weights at the start."""
    names = dict.fromkeys([given] if isinstance(given, str) else given)
    if not names:
        raise UsageError("expected a backbone, got none: MobileNetV2 and tiny are two")
    starts = {name: "none" if name == TINY and weights == "imagenet" else weights for name in names}
    for name, start in starts.items():
        check(name, start)
    return starts


def _weights(given: str | Path) -> tuple[str, Path | None]:
    """As a configuration tells them, and the file if there is one."""
    if given in ("imagenet", "none"):
        return str(given), None
    path = Path(given).expanduser()
    try:
        with path.open("rb") as file:
            return f"sha256:{hashlib.file_digest(file, 'sha256').hexdigest()}", path
    except OSError as error:
        raise UsageError(
            f"expected weights imagenet, none or a file, got {given}: {error.strerror or error}"
        ) from None


def _seeds(given: Iterable[int]) -> tuple[int, ...]:
    seeds = tuple(dict.fromkeys([given] if isinstance(given, int) else given))
    if not seeds:
        raise UsageError("expected a seed, got none: 0 is one")
    for seed in seeds:
        if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LARGEST_SEED:
            raise UsageError(f"expected seeds from 0 to {LARGEST_SEED}, got {seed!r}")
    return seeds


def _epochs(given: int | None) -> int | None:
    if given is not None and given < 1:
        raise UsageError(f"expected 1 epoch or more, got {given}")
    return given
