"""Heads: what image and EXIF say, made one."""

from typing import Any, Final

__all__ = ["additive", "concat50", "control", "linear"]

JOINT: Final = 50
"""Units of the layers of a fusion, as in the thesis."""


def linear(found: Any, classes: int, name: str = "logits") -> Any:
    """Logits straight from features.

    Args:
        found: (B, features).
        classes: How many, C.
        name: Of the layer.

    Returns:
        (B, C).
    """
    import keras

    return keras.layers.Dense(classes, name=name)(found)


def concat50(image: Any, exif: Any, classes: int) -> dict[str, Any]:
    """The head of the thesis: 50 units for either side, 50 for both, logits.

    Args:
        image: Features, (B, features).
        exif: Features, (B, units).
        classes: How many, C.

    Returns:
        `logits` (B, C).
    """
    import keras

    sides = [_relu(image, "image_50"), _relu(exif, "exif_50")]
    both = _relu(keras.layers.Concatenate(name="both")(sides), "both_50")
    return {"logits": linear(both, classes)}


def additive(image: Any, exif: Any, missing: Any, classes: int) -> dict[str, Any]:
    """Log-odds that add, z = z_image + g (z_exif + z_joint), so that without EXIF the image decides alone.

    Log-odds of sources that are independent given the class add (naive Bayes); z_joint, which starts at 0,
    learns what is not independent. g is 0 where all tags are missing, else 1.

    Args:
        image: Features, (B, features).
        exif: Features, (B, units).
        missing: 1 for each tag that is missing, (B, T).
        classes: How many, C.

    Returns:
        `logits`, `image_logits` and `exif_logits`, each (B, C); the losses of the latter two keep the
        stronger side from silencing the other (Wang et al., CVPR 2020).
    """
    import keras

    z_image = linear(image, classes, "image_logits")
    z_exif = linear(exif, classes, "exif_logits")
    both = _relu(keras.layers.Concatenate(name="both")([image, exif]), "both_50")
    z_joint = keras.layers.Dense(classes, kernel_initializer="zeros", name="joint_logits")(both)
    gate = 1.0 - keras.ops.min(missing, axis=-1, keepdims=True)
    z = keras.layers.Add(name="logits")([z_image, gate * (z_exif + z_joint)])
    return {"logits": z, "image_logits": z_image, "exif_logits": z_exif}


def control(image: Any, classes: int, head: str) -> dict[str, Any]:
    """A fusion without EXIF: tells whether a gain is due to EXIF or to the layers added for it.

    Args:
        image: Features, (B, features).
        classes: How many, C.
        head: `additive` or `concat50`.

    Returns:
        `logits` (B, C).
    """
    import keras

    if head == "concat50":
        return {"logits": linear(_relu(_relu(image, "image_50"), "both_50"), classes)}
    joint = keras.layers.Dense(classes, kernel_initializer="zeros", name="joint_logits")
    sides = [linear(image, classes, "image_logits"), joint(_relu(image, "both_50"))]
    return {"logits": keras.layers.Add(name="logits")(sides)}


def _relu(found: Any, name: str) -> Any:
    """A dense layer of the fusion."""
    import keras

    return keras.layers.Dense(JOINT, activation="relu", name=name)(found)
