"""Layout: what stands where in the EXIF that a network reads. Pure data, told by an `Encoder`."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, ConfigDict

__all__ = ["Encoded", "Layout"]


class Layout(BaseModel):
    """The T tags, D columns of numbers and K columns of codes of a network.

    Args:
        tags: Names of the T tags; bit i of `Encoded.missing` is that of tag i.
        columns: Names of the D columns of `Encoded.values`, such as `log2 iso`, `ev100`, `flash=fired`.
        column_tags: For each column the numbers of the tags it is made of. It is filled where one that it
            needs is missing; `ev100` can do without `exposure_bias` and `flash`, all others need all.
        codes: For each of the K columns of `Encoded.codes` the number of its tag.
        sizes: For each of them how many codes there are, with 0 for missing and 1 for any other.
        value_fills: For each of the D columns its value where it cannot be known; empty: 0 everywhere.
        code_fills: For each of the K columns the code of a photo without the tag; empty: 0 everywhere.

    Example:
        >>> Layout(tags=("iso",), columns=("log2 iso",), column_tags=((0,),)).tags
        ('iso',)
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    tags: tuple[str, ...]
    columns: tuple[str, ...] = ()
    column_tags: tuple[tuple[int, ...], ...] = ()
    codes: tuple[int, ...] = ()
    sizes: tuple[int, ...] = ()
    value_fills: tuple[float, ...] = ()
    code_fills: tuple[int, ...] = ()


@dataclass(frozen=True, eq=False)
class Encoded:
    """The EXIF of N photos as a network reads it: finite, whatever the photos say.

    Args:
        values: Scaled numbers, 0 or an imputed value where missing, shape (N, D).
        missing: 1 for each tag that is missing, else 0, shape (N, T).
        codes: 0 missing, 1 other, from 2 those seen in training; shape (N, K).
    """

    values: NDArray[np.float32]
    missing: NDArray[np.float32]
    codes: NDArray[np.int32]
