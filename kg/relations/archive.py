"""A scorer of pairs in a file: its own weights, and the recognizer whose embeddings it was trained on.

The embeddings are by far the larger part and stay as the recognizer has them, so that they lie in one file and in
memory once. The file says which they were; others are refused.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np

from kg.errors import InputError
from kg.relations.network import SEGMENTS
from kg.relations.pairs import KINDS, Floats
from kg.relations.traits import MARKS
from kg.tagger.archive import EMBEDDINGS, Archive
from kg.tagger.arrays import BROKEN, check_sizes, encoder_sizes, read_arrays, write_arrays
from kg.tagger.network import Shape

_FORMAT = 1


@dataclass(frozen=True)
class Model:
    """What a file holds: ``thresholds`` is from which probability on each predicate is claimed, ``floors`` below which
    not even what a frame reads is."""

    predicates: tuple[str, ...]
    shape: Shape
    weights: Mapping[str, Floats]
    thresholds: tuple[float, ...]
    floors: tuple[float, ...]
    base: str
    card: Mapping[str, Any]


def fingerprint(archive: Archive) -> str:
    """Return the SHA-256 of a recognizer's embeddings."""
    digest = hashlib.sha256()
    for name in EMBEDDINGS:
        digest.update(np.ascontiguousarray(archive.weights[name]).tobytes())
    return digest.hexdigest()


def write_model(path: Path, model: Model) -> None:
    """Write a model; the same one gives the same bytes. Raises ConfigError where the file cannot be written."""
    about = {
        "format": _FORMAT, "predicates": model.predicates, "shape": asdict(model.shape), "kinds": KINDS,
        "thresholds": model.thresholds, "floors": model.floors, "base": model.base, "card": dict(model.card),
    }  # fmt: skip
    arrays: dict[str, Any] = {name: values.astype(np.float16) for name, values in sorted(model.weights.items())}
    text = json.dumps(about, ensure_ascii=False, sort_keys=True)
    arrays["about"] = np.frombuffer(text.encode(), dtype=np.uint8)
    write_arrays(path, arrays)


def read_model(path: Path) -> Model:
    """Read a model; raises InputError where the file is none, or of another format."""
    try:
        arrays = read_arrays(path)
        about = json.loads(arrays.pop("about").tobytes().decode())
        if about["format"] != _FORMAT or tuple(about["kinds"]) != KINDS:
            raise InputError(f"{path}: a scorer of another version; this one reads format {_FORMAT}")
        shape = Shape(**{**about["shape"], "dilations": tuple(about["shape"]["dilations"])})
        weights = {name: values.astype(np.float32) for name, values in arrays.items()}
        model = Model(
            tuple(about["predicates"]), shape, weights, tuple(map(float, about["thresholds"])),
            tuple(map(float, about["floors"])), about["base"], about["card"],
        )  # fmt: skip
        _check(model)
    except FileNotFoundError:
        raise InputError(f"{path}: no such model") from None
    except BROKEN as error:
        said = f"no {error}" if isinstance(error, KeyError) else error
        raise InputError(f"{path}: not a scorer of pairs: {said}") from error
    return model


def _check(model: Model) -> None:
    """Raise ValueError where the weights do not fit each other, the shape and the predicates."""
    width, count = model.shape.hidden, len(model.predicates)
    if len(model.thresholds) != count or len(model.floors) != count:
        raise ValueError("the thresholds are not one a predicate")
    weights = model.weights
    joint, inner, pool = len(weights["joint.bias"]), len(weights["inner.bias"]), len(weights["pool.bias"])
    expected = encoder_sizes(model.shape) | {
        "mark": (MARKS, width),
        **dict.fromkeys(("subject.weight", "object.weight"), (2 * width, joint)),
        **dict.fromkeys(("subject.kind", "object.kind"), (len(KINDS), joint)),
        "pool.weight": (width, pool),
        "pool.bias": (pool,),
        "segment.weight": (SEGMENTS * pool, joint),
        "trait.weight": (len(weights["trait.weight"]), joint),
        **dict.fromkeys(("joint.bias", "norm.weight", "norm.bias"), (joint,)),
        "inner.weight": (joint, inner),
        "inner.bias": (inner,),
        "predicate.weight": (inner, count),
        "predicate.bias": (count,),
    }
    check_sizes(weights, expected)
