"""Cost: parameters, operations, latency and memory of a model."""

import ctypes
import gc
import math
import resource
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any, Final

import numpy as np
import psutil
from numpy.typing import NDArray

from exifds.train.models.graph import graph
from exifds.train.result import Cost, Energy, Latency

__all__ = ["BATCH_SIZES", "forget_peak", "macs", "measure", "peak_bytes", "timed"]

BATCH_SIZES: Final = (1, 32)
"""Photos of a call whose latency is measured: one that somebody waits for, and many."""

_WARM_UP: Final = 5
_FEWEST: Final = 10


def measure(
    model: Any,
    sample: Mapping[str, NDArray[Any]],
    *,
    trainable: int | None = None,
    train_seconds: float = 0.0,
    energy: Iterable[Energy] = (),
    resident: int = 0,
    calls: int = 100,
    seconds: float = 5.0,
) -> Cost:
    """What a model costs. Latency is that of the compiled model with its inputs in memory, after a warm-up.

    Args:
        model: A Keras model.
        sample: Inputs by name: arrays of one photo or more.
        trainable: Parameters that learned at some time; None counts those that would learn now.
        train_seconds: How long the training took.
        energy: What it used.
        resident: Memory of the process before the training, as `forget_peak` gives it, in bytes.
        calls: Predictions to be timed at each of `BATCH_SIZES`.
        seconds: For so long at most at each, though never for less than 10 calls.

    Returns:
        The cost. The peak of memory is that of the process up to now, less `resident`.

    Example:
        >>> cost = measure(model, {"image": images[:1]}, train_seconds=60.0)  # doctest: +SKIP
        >>> cost.latency[0].p50  # doctest: +SKIP
        8.7
    """
    peak = peak_bytes()
    predict = graph(model, sample)
    return Cost(
        parameters=int(model.count_params()),
        trainable=_learning(model) if trainable is None else trainable,
        macs=macs(predict.graph),
        latency=tuple(_latency(predict, sample, size, calls, seconds) for size in BATCH_SIZES),
        peak_bytes=max(0, peak - resident),
        train_seconds=train_seconds,
        energy=tuple(energy),
    )


def peak_bytes() -> int:
    """The largest resident memory of this process, in bytes, since its start or since `forget_peak`."""
    largest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return largest if sys.platform == "darwin" else largest * 1024


def forget_peak() -> int:
    """Count the peak of memory from now on, so that of several trainings each has its own. Linux only.

    What earlier ones have freed goes back to the system first: it would be taken again without a trace.

    Returns:
        Resident memory of the process now, in bytes.
    """
    gc.collect()
    with suppress(OSError, AttributeError):  # only glibc has it
        ctypes.CDLL(None).malloc_trim(0)
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5")  # man 5 proc
    return psutil.Process().memory_info().rss


def macs(graph: Any) -> int | None:
    """Multiply-accumulate operations of a prediction for one photo, in its convolutions and dense layers.

    An output of a convolution takes `h * w * c` of them, for a kernel of that size over `c` channels of its
    group; one of a dense layer as many as it has inputs. What is done element by element does not count.

    Args:
        graph: Of a TensorFlow function whose inputs leave only the number of photos open.

    Returns:
        Their number; None if the graph has operations whose share is not known.
    """
    counts = [_macs_of(operation) for operation in graph.get_operations()]
    known = [count for count in counts if count is not None]
    return sum(known) if len(known) == len(counts) else None


def timed(call: Callable[[], object], *, calls: int, seconds: float) -> list[float]:
    """How long a call takes, again and again after a warm-up of 5.

    Args:
        call: What is timed.
        calls: How often.
        seconds: For so long at most, though never less than 10 times.

    Returns:
        The time of each call, in ms.

    Example:
        >>> len(timed(lambda: None, calls=20, seconds=1.0))
        20
    """
    for _ in range(_WARM_UP):
        call()
    times: list[float] = []
    end = time.perf_counter() + seconds
    while len(times) < min(calls, _FEWEST) or (len(times) < calls and time.perf_counter() < end):
        start = time.perf_counter_ns()
        call()
        times.append((time.perf_counter_ns() - start) / 1e6)
    return times


def _latency(
    predict: Any, sample: Mapping[str, NDArray[Any]], size: int, calls: int, seconds: float
) -> Latency:
    import tensorflow as tf

    inputs = {name: tf.constant(np.resize(rows, (size, *rows.shape[1:]))) for name, rows in sample.items()}

    def call() -> None:
        for output in tf.nest.flatten(predict(inputs)):
            output.numpy()  # waits for a graphics card

    times = timed(call, calls=calls, seconds=seconds)
    p50, p95 = np.quantile(times, (0.5, 0.95))
    return Latency(batch_size=size, p50=float(p50), p95=float(p95), calls=len(times))


def _learning(model: Any) -> int:
    return sum(math.prod(weight.shape) for weight in model.trainable_weights)


_FREE: Final = frozenset({"MatMul", "Conv2D", "DepthwiseConv2dNative"})
_UNKNOWN: Final = frozenset(
    {
        "BatchMatMul",
        "BatchMatMulV2",
        "Conv2DBackpropInput",
        "Conv3D",
        "Einsum",
        "If",
        "PartitionedCall",
        "StatefulPartitionedCall",
        "StatelessIf",
        "StatelessWhile",
        "While",
        "XlaConvV2",
        "XlaDotV2",
    }
)
"""Operations that multiply and add in ways not counted here, or hide others that may."""


def _macs_of(operation: Any) -> int | None:
    """Of one operation for one photo; None if they are not known."""
    kind = operation.type
    if kind in _UNKNOWN:
        return None
    if kind not in _FREE:
        return 0
    kernel, outputs = operation.inputs[1].shape, operation.outputs[0].shape[1:]
    if not kernel.is_fully_defined() or not outputs.is_fully_defined():
        return None
    if kind == "MatMul":
        inputs = kernel[1] if operation.get_attr("transpose_b") else kernel[0]
    elif kind == "Conv2D":
        inputs = math.prod(kernel[:3])  # height, width, channels of the group
    else:
        inputs = math.prod(kernel[:2])
    return int(math.prod(outputs) * inputs)
