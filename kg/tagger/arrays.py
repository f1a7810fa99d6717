"""Arrays of weights in one ``.npz`` file: written whole or not at all, and checked before anything relies on them.

Nothing in a file is executed when it is read.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import ConfigError
from kg.tagger.network import Floats, Shape

BROKEN = (
    OSError, EOFError, ValueError, KeyError, TypeError, AttributeError, RuntimeError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip
"""What reading a damaged archive may raise; RuntimeError is encryption, an unknown compression, JSON too deep."""


def write_arrays(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write arrays by name; the same ones give the same bytes. Raises ConfigError where the file cannot be written."""
    part = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with part.open("wb") as file:
            np.savez_compressed(file, **dict(sorted(arrays.items())))  # type: ignore[arg-type]  # arrays by name
        part.replace(path)  # what is killed here leaves the file as it was
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}; give another place") from error


def read_arrays(path: Path) -> dict[str, NDArray[Any]]:
    """Read arrays by name. Raises FileNotFoundError, or of ``BROKEN`` what a damaged file makes of it."""
    with path.open("rb") as opened, np.load(opened, allow_pickle=False) as file:
        return {name: file[name] for name in file.files}


def encoder_sizes(shape: Shape) -> dict[str, tuple[int, ...]]:
    """Return the sizes of an encoder's weights, its embeddings aside; raises ValueError where its shape is none."""
    if not shape.dilations or not all(isinstance(dilation, int) and dilation > 0 for dilation in shape.dilations):
        raise ValueError("the dilations are not whole numbers above 0")
    width = shape.hidden
    sizes: dict[str, tuple[int, ...]] = {
        "input.weight": (shape.char + 2 * shape.bigram + shape.word + shape.tag, width),
        **dict.fromkeys(("input.bias", "output.weight", "output.bias"), (width,)),
    }
    for number in range(len(shape.dilations)):
        sizes |= dict.fromkeys((f"norm{number}.weight", f"norm{number}.bias", f"conv{number}.bias"), (width,))
        sizes[f"conv{number}.weight"] = (3 * width, width)
    return sizes


def check_sizes(weights: Mapping[str, Floats], sizes: Mapping[str, tuple[int, ...]]) -> None:
    """Raise ValueError or KeyError where a weight is missing, of another size, or holds what is no number."""
    for name, size in sizes.items():
        if weights[name].shape != size:
            raise ValueError(f"{name} has the shape {weights[name].shape}, not {size}")
        if not np.isfinite(weights[name]).all():
            raise ValueError(f"{name} holds what is no number")
