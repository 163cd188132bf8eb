"""Graph: a Keras model as one TensorFlow graph."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final

__all__ = ["graph"]

_NONE: Final[Mapping[str, Any]] = MappingProxyType({})


def graph(model: Any, given: Mapping[str, Any] = _NONE) -> Any:
    """A model in inference as one graph for any number of photos. It is traced here and never again.

    Args:
        model: A `keras.Model` with named inputs.
        given: Inputs by name as they will come, if their types are not those of the model: tensors, arrays
            or their specifications, of any number of photos.

    Returns:
        A concrete function from inputs by name to what the model says.

    Example:
        >>> graph(model)({"values": values})["logits"].numpy()  # doctest: +SKIP
        array([[0.3, -0.1]], dtype=float32)
    """
    import tensorflow as tf

    specs = {
        each.name: tf.TensorSpec((None, *each.shape[1:]), given.get(each.name, each).dtype)
        for each in model.inputs
    }
    call = tf.function(lambda inputs: model(inputs, training=False), autograph=False)
    return call.get_concrete_function(specs)
