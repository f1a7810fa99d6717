"""Networks in files: one ``.npz`` archive of arrays, with what they mean as JSON beside them.

Embeddings are kept as bytes with one factor a row, the other weights as half precision: what is read back is what
prediction runs on, so that a file gives the same labels wherever it is read.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from kg.errors import InputError
from kg.tagger.arrays import BROKEN, check_sizes, encoder_sizes, read_arrays, write_arrays
from kg.tagger.labels import Scheme
from kg.tagger.network import Floats, Shape
from kg.tagger.vocabulary import Vocabulary

_FORMAT = 1
_SEPARATOR = "\n"
EMBEDDINGS = ("char", "bigram", "word", "tag")
"""The weights that are tables of a row an id."""


@dataclass(frozen=True)
class Archive:
    """A network as a file holds it: an encoder alone, or with ``types`` a recognizer."""

    vocabulary: Vocabulary
    shape: Shape
    weights: Mapping[str, Floats]
    types: tuple[str, ...] = ()
    card: Mapping[str, Any] | None = None
    """What the file says of itself: how it was made, from what, under which terms."""

    def described(self, card: Mapping[str, Any]) -> Archive:
        """Return the same network with another card."""
        return replace(self, card=card)


def write_archive(path: Path, archive: Archive) -> None:
    """Write a network; the same network gives the same bytes. Raises ConfigError where the file cannot be written."""
    arrays: dict[str, NDArray[Any]] = {}
    for name, values in archive.weights.items():
        if name in EMBEDDINGS:
            arrays[f"{name}.factors"], arrays[f"{name}.bytes"] = _quantized(values)
        else:
            arrays[name] = values.astype(np.float16)
    vocabulary = archive.vocabulary
    about = {
        "format": _FORMAT,
        "shape": asdict(archive.shape),
        "types": archive.types,
        "tags": vocabulary.tags,
        "card": archive.card or {},
    }
    texts = {
        "about": json.dumps(about, ensure_ascii=False, sort_keys=True),
        "chars": vocabulary.chars,
        "bigrams": "".join(vocabulary.bigrams),
        "words": _SEPARATOR.join(vocabulary.words),
    }
    for name, text in texts.items():
        arrays[name] = np.frombuffer(text.encode("utf-8", "surrogatepass"), dtype=np.uint8)
    write_arrays(path, arrays)


def read_archive(path: Path) -> Archive:
    """Read a network; raises InputError where the file is none, or of another format."""
    try:
        arrays = read_arrays(path)
        texts = {
            name: arrays.pop(name).tobytes().decode("utf-8", "surrogatepass")
            for name in ("about", "chars", "bigrams", "words")
        }
        about = json.loads(texts["about"])
        if about["format"] != _FORMAT:
            raise InputError(f"{path}: a model of format {about['format']}; this version reads format {_FORMAT}")
        pairs = texts["bigrams"]
        vocabulary = Vocabulary(
            texts["chars"],
            tuple(map("".join, zip(pairs[::2], pairs[1::2], strict=True))),
            tuple(texts["words"].split(_SEPARATOR)) if texts["words"] else (),
            tuple(about["tags"]),
        )
        shape = Shape(**{**about["shape"], "dilations": tuple(about["shape"]["dilations"])})
        weights = {
            name: arrays[f"{name}.bytes"].astype(np.float32) * arrays[f"{name}.factors"].astype(np.float32)[:, None]
            for name in EMBEDDINGS
        }
        weights |= {
            name: values.astype(np.float32)
            for name, values in arrays.items()
            if values.dtype == np.float16 and not name.endswith(".factors")
        }
        archive = Archive(vocabulary, shape, weights, tuple(about["types"]), about["card"])
        _check(archive)
    except FileNotFoundError:
        raise InputError(f"{path}: no such model; `kg train` makes one") from None
    except BROKEN as error:
        said = f"no {error}" if isinstance(error, KeyError) else error
        raise InputError(f"{path}: not a model that `kg train` wrote: {said}") from error
    return archive


def _check(archive: Archive) -> None:
    """Raise ValueError where the weights are not those of the shape, the vocabulary and the types."""
    shape, sizes, types = archive.shape, archive.vocabulary.sizes, archive.types
    if not all(isinstance(name, str) for name in types) or len(set(types)) < len(types):
        raise ValueError("the types are not names, each given once")
    expected = encoder_sizes(shape) | {
        "char": (sizes.chars, shape.char),
        "bigram": (sizes.bigrams, shape.bigram),
        "word": (sizes.words, shape.word),
        "tag": (sizes.tags, shape.tag),
    }
    if types:
        labels = len(Scheme(types))
        expected |= {"head.weight": (shape.hidden, labels), "chain.after": (labels, labels)}
        expected |= dict.fromkeys(("head.bias", "chain.start", "chain.end"), (labels,))
    check_sizes(archive.weights, expected)


def _quantized(values: Floats) -> tuple[NDArray[np.float16], NDArray[np.int8]]:
    """Return each row as bytes and the factor that gives it back."""
    factors = (np.abs(values).max(axis=1) / 127).astype(np.float16)
    safe = np.where(factors > 0, factors.astype(np.float32), np.float32(1))
    return factors, np.clip(np.rint(values / safe[:, None]), -127, 127).astype(np.int8)
