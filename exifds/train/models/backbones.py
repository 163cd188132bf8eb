"""Backbones: any network of `keras.applications` by its name, or `tiny`, from pixels to one vector.

`tiny` has four layers of convolutions: for images of about 50 pixels, for processors, for tests.
"""

import contextlib
import difflib
import inspect
import socket
import sys
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from exifds.errors import UsageError
from exifds.train.config import Config
from exifds.train.weights import fill

__all__ = ["TINY", "check", "features", "unfreeze"]

TINY: Final = "tiny"
PATIENCE_S: Final = 10
"""A download whose server says nothing for so long is given up."""


def check(name: str, weights: str = "none") -> None:
    """Refuse, before any work is done, a backbone that does not exist.

    Args:
        name: In `keras.applications`, or `tiny`.
        weights: At the start.

    Raises:
        UsageError: There is none of this name, or none with these weights.

    Example:
        >>> check("tiny")
    """
    names = _names()
    if name not in names:
        near = difflib.get_close_matches(name, names, n=3, cutoff=0.5)
        told = f"did you mean {' or '.join(near)}?" if near else "it is tiny or a name in keras.applications"
        raise UsageError(f"there is no backbone {name[:50]!r}: {told}")
    if name == TINY and weights == "imagenet":
        raise UsageError("tiny has no ImageNet weights: train from scratch with --weights none")


def features(image: Any, config: Config, weights: str | Path) -> Any:
    """The image path up to one vector a photo.

    Args:
        image: Input, (B, H, W, 3), 0 to 255.
        config: Names backbone, precision and augmentation.
        weights: `imagenet`, `none` or a file.

    Returns:
        Tensor (B, features) of 32-bit floats. The layer of the maps before it is called `backbone`.

    Raises:
        UsageError: There is no such backbone, it takes no images of this size, or the weights cannot be had.
    """
    import keras

    from exifds.train.models.layers import Backbone

    assert config.backbone is not None
    check(config.backbone, str(weights))
    network = _network(config.backbone, image.shape[1:], config.precision, weights)
    pixels = _preprocess(config.backbone, _augment(image, config.recipe.augment))
    maps = Backbone(network, pretrained=config.weights != "none")(pixels)
    found = keras.layers.GlobalAveragePooling2D(name="pool", dtype="float32")(maps)
    if config.backbone.startswith("EfficientNet"):  # its last maps are not normalized
        found = keras.layers.BatchNormalization(name="pool_norm", dtype="float32")(found)
    return found


def unfreeze(model: Any, unfrozen: float) -> None:
    """Say which layers of the backbone learn; all layers above it always do. Compile the model afterwards.

    Batch normalization of pretrained networks never learns.

    Args:
        model: As built by `build`; nothing happens if it sees no image.
        unfrozen: Layers from the top: a whole number of type `int` counts them, a `float` is their share.

    Example:
        >>> unfreeze(model, 50)  # doctest: +SKIP
        >>> unfreeze(model, 1.0)  # all of them  # doctest: +SKIP
    """
    import keras

    from exifds.train.models.layers import Backbone

    for backbone in (layer for layer in model.layers if isinstance(layer, Backbone)):
        layers = backbone.inner.layers
        learning = unfrozen if isinstance(unfrozen, int) else round(unfrozen * len(layers))
        backbone.trainable = True  # of itself; what it holds follows
        for number, layer in enumerate(layers):
            frozen = backbone.pretrained and isinstance(layer, keras.layers.BatchNormalization)
            layer.trainable = number >= len(layers) - learning and not frozen


def _names() -> list[str]:
    """The backbones there are."""
    import keras

    return [TINY, *(name for name in dir(keras.applications) if name[0].isupper())]


def _augment(image: Any, how: str) -> Any:
    """Changed at random in training, as it is in inference; 32-bit floats."""
    import keras

    from exifds.train.models.layers import FlipCrop

    steps: dict[str, tuple[Any, ...]] = {
        "none": (),
        "flip_crop": (FlipCrop,),
        "lederer2023": (
            lambda: keras.layers.RandomRotation(0.15, dtype="float32"),
            lambda: keras.layers.RandomTranslation(0.1, 0.1, dtype="float32"),
            lambda: keras.layers.RandomFlip(dtype="float32"),
        ),
    }
    for step in steps[how]:
        image = step()(image)
    return image


def _preprocess(name: str, image: Any) -> Any:
    """Pixels as the backbone was trained on: the `preprocess_input` of its own module."""
    import keras

    if name == TINY:
        return keras.layers.Rescaling(1 / 127.5, -1.0, dtype="float32", name="rescale")(image)
    module: Any = inspect.getmodule(getattr(keras.applications, name))
    return module.preprocess_input(image)


def _network(name: str, shape: tuple[int, int, int], precision: str, weights: str | Path) -> Any:
    """The backbone without its classifier, with its weights; the rest of the model stays in 32 bits."""
    import keras

    policy = keras.config.dtype_policy()
    keras.config.set_dtype_policy(precision)
    try:
        if weights == "imagenet":
            return _downloaded(name, shape)
        network = _made(name, shape)
    finally:
        keras.config.set_dtype_policy(policy)
    if weights != "none":
        _load(network, name, Path(weights))
    return network


def _made(name: str, shape: tuple[int, int, int]) -> Any:
    """A network that takes images of this shape."""
    import keras

    if name == TINY:
        return _tiny(shape)
    try:
        return getattr(keras.applications, name)(include_top=False, weights=None, input_shape=shape)
    except ValueError as error:
        reason = str(error).partition(";")[0]
        raise UsageError(
            f"{name} takes no images of {shape[1]} x {shape[0]} pixels ({reason}): "
            "export others or choose another backbone"
        ) from None


def _downloaded(name: str, shape: tuple[int, int, int]) -> Any:
    """The network with the weights that Keras offers, out of its cache or from the network."""
    import keras

    constructor = getattr(keras.applications, name)
    try:
        with _impatient(), contextlib.redirect_stdout(sys.stderr), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # that the weights are those of 224 pixels
            return constructor(include_top=False, weights="imagenet", input_shape=shape)
    except Exception:  # noqa: BLE001  # Keras raises no narrower one
        _made(name, shape)  # says so if it is not the weights that are wrong
        raise UsageError(
            f"the ImageNet weights of {name} are neither in the cache of Keras nor to be downloaded: "
            "give a file with --weights FILE, or train from scratch with --weights none"
        ) from None


@contextlib.contextmanager
def _impatient() -> Iterator[None]:
    """Sockets without a deadline of their own get one."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(PATIENCE_S)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)


def _load(network: Any, name: str, path: Path) -> None:
    """Weights out of a file that can hold nothing else."""
    path = path.expanduser()
    if path.suffix != ".h5":
        raise UsageError(
            "expected weights in a file .weights.h5, or in one of keras.applications without top (.h5), "
            f"got {path.name}"
        )
    try:
        fill(network, path)
    except ValueError as error:
        raise UsageError(
            f"{path.name} holds no weights of {name} without its classifier ({error}): "
            "give a file of this backbone, or --weights none"
        ) from None


def _tiny(shape: tuple[int, int, int]) -> Any:
    """Four convolutions, each normalized; the maps have an eighth of the resolution."""
    import keras

    layers = keras.layers
    image = found = keras.Input(shape)
    for filters, size, stride, pooled in (
        (16, 5, 2, False),
        (32, 3, 1, True),
        (64, 3, 1, True),
        (96, 3, 1, False),
    ):
        found = layers.Conv2D(filters, size, strides=stride, padding="same", use_bias=False)(found)
        found = layers.BatchNormalization(momentum=0.9)(found)  # epochs are short
        found = layers.ReLU()(found)
        found = layers.MaxPooling2D(padding="same")(found) if pooled else found
    return keras.Model(image, found, name=TINY)
