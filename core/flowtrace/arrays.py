"""Types and shapes of the arrays that flow tracing passes around."""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

FloatArray = npt.NDArray[np.float64]
BoolArray = npt.NDArray[np.bool_]
IntArray = npt.NDArray[np.intp]


def expand(name: str, values: npt.ArrayLike, shape: tuple[int, ...]) -> FloatArray:
    """A read-only view in the full shape; axes left out at the end, or of length 1, are constant."""
    array = np.asarray(values, dtype=np.float64)
    padded = array.reshape(array.shape + (1,) * (len(shape) - array.ndim))
    try:
        return np.broadcast_to(padded, shape)
    except ValueError as err:
        raise ValueError(f"{name} has shape {array.shape}, which does not fit {shape}.") from err


def check_shape(name: str, values: npt.NDArray[np.generic], shape: tuple[int, ...]) -> None:
    if values.shape != shape:
        raise ValueError(f"{name} has shape {values.shape}; {shape} is needed.")


def check_none(message: str, is_wrong: BoolArray, *labels: Sequence[str]) -> None:
    """Raise, naming the first wrong entry by the labels of its leading axes and the hour by its position."""
    if not is_wrong.any():
        return
    where = np.unravel_index(int(is_wrong.argmax()), is_wrong.shape)
    names = [label[int(at)] for label, at in zip(labels, where, strict=False)]
    raise ValueError(f"{message}: {', '.join(names)}, hour {int(where[-1])} of the batch.")
