"""Recognizers trained and measured: what ``kg train`` and ``kg eval --ner`` do."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryFile
from typing import TYPE_CHECKING, Any

from kg.errors import ConfigError, InputError, MissingPackageError
from kg.label_maps import load_label_map
from kg.resources import data_path
from kg.runners.progress import Progress
from kg.schema import load_schema

if TYPE_CHECKING:  # NumPy and PyTorch are imported when a recognizer is trained or used
    from kg.tagger.corpus import Example
    from kg.tagger.training import Epoch

ENCODER = "encoder"
"""The name of the encoder that ships, for ``start``."""

NOTHING = "none"
"""The name for ``start`` of no encoder at all."""

_HELD_OUT = 10
"""Of so many texts one is held out where no held-out texts are given."""


@dataclass(frozen=True, slots=True)
class TrainSummary:
    """What a training gave: how many texts it learned from and measured on, and the scores on the latter."""

    texts: int
    held_out: int
    precision: float
    recall: float
    f1: float


def train_recognizer(
    corpora: Sequence[str | Path],
    out: str | Path,
    *,
    held_out: str | Path | None = None,
    labels: str | Path | None = None,
    start: str | Path = ENCODER,
    schema: str | Path | None = None,
    epochs: int = 14,
    rate: float = 1e-3,
    seed: int = 1,
    threads: int = 2,
    card: Mapping[str, Any] | None = None,
    progress: Progress | None = None,
    tell: Callable[[Epoch], None] = lambda epoch: None,
) -> TrainSummary:
    """Train a recognizer on annotated texts (kg.tagger.corpus) and write it to ``out``.

    ``held_out`` is what epochs are compared on; without it, every tenth text is (by its hash, so that order does not
    matter). ``labels`` is a label map (kg.label_maps); without it, labels stay as they are. ``start`` is what training
    starts from: the shipped encoder, another model's file, or ``none``. A killed training goes on from the checkpoint
    beside ``out``. Raises MissingPackageError without PyTorch, InputError and ConfigError for what is wrong with files.
    """
    _need_torch()
    from kg.tagger.archive import read_archive, write_archive
    from kg.tagger.measure import measure
    from kg.tagger.recognizer import Recognizer
    from kg.tagger.training import Recipe, train

    out = Path(out)
    _check_writable(out)
    examples = _examples(corpora, labels, schema)
    if held_out is not None:
        learned, measured = examples, _examples([held_out], labels, schema)
    else:
        learned = [example for example in examples if not _is_held_out(example)]
        measured = [example for example in examples if _is_held_out(example)]
    if not learned or not measured:
        raise InputError("too few texts to hold some out; give more, or held-out texts of their own")
    checkpoint = out.with_suffix(".checkpoint")
    recipe = Recipe(epochs=epochs, rate=rate, seed=seed, threads=threads)
    archive = train(
        learned,
        measured,
        start=None if str(start) == NOTHING else read_archive(_start(start)),
        recipe=recipe,
        checkpoint=checkpoint,
        progress=progress or (lambda done, total: None),
        tell=tell,
    )
    about = {"corpora": [Path(corpus).name for corpus in corpora], "texts": len(learned), **(card or {})}
    write_archive(out, archive.described(about))
    checkpoint.unlink(missing_ok=True)  # not before: a training takes long
    tally = measure(Recognizer(read_archive(out)), measured).all
    return TrainSummary(len(learned), len(measured), tally.precision, tally.recall, tally.f1)


def evaluate_recognizer(
    model: str | Path, test: str | Path, *, labels: str | Path | None = None, schema: str | Path | None = None
) -> dict[str, Any]:
    """Compare what a recognizer finds in the texts of ``test`` with their annotation: start, end and type must agree.

    ``model`` is a file that ``train_recognizer`` wrote, or ``recognizer`` for the one that ships. Returns counts and
    scores for all types together and for each.
    """
    from kg.tagger.measure import measure
    from kg.tagger.recognizer import Recognizer

    path = data_path("tagger", "recognizer.npz") if str(model) == "recognizer" else Path(model)
    examples = _examples([test], labels, schema)
    found = measure(Recognizer.load(path), examples)
    return {
        "texts": len(examples),
        "all": found.all.result(),
        "types": {name: tally.result() for name, tally in found.types.items()},
    }


def _examples(corpora: Sequence[str | Path], labels: str | Path | None, schema: str | Path | None) -> list[Example]:
    from kg.tagger.corpus import read_corpus

    types: dict[str, str | None] | None = None
    if labels is not None:
        kinds = load_label_map(labels, load_schema(schema)).kinds
        types = {label: kind[0] if kind is not None else None for label, kind in kinds.items()}
    return [example for corpus in corpora for example in read_corpus(Path(corpus), types)]


def _start(start: str | Path) -> Path:
    return data_path("tagger", "encoder.npz") if str(start) == ENCODER else Path(start)


def _is_held_out(example: Example) -> bool:
    digest = hashlib.sha256(example.text.encode("utf-8", "surrogatepass")).digest()
    return int.from_bytes(digest[:8], "big") % _HELD_OUT == 0


def _check_writable(out: Path) -> None:
    """Raise ConfigError where no model can be written to ``out``: after the training would be too late to say so."""
    if out.suffix != ".npz" or out.is_dir():
        raise ConfigError(f"{out}: a recognizer is a file that ends in .npz")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with TemporaryFile(dir=out.parent):
            pass
    except OSError as error:
        raise ConfigError(f"{out}: cannot be written: {error.strerror}; give another place") from error


def _need_torch() -> None:
    if find_spec("torch") is None:
        raise MissingPackageError(
            "training needs PyTorch: install its CPU build (docs/extras.md says how), then "
            "`pip install 'regional-industry-kg[train]'`"
        )
