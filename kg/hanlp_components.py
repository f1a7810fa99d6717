"""HanLP's components, loaded once however many stages name them, and the documents that they give.

A multi-task component gives a document, a mapping from the names of its tasks to a row for each sentence
(https://hanlp.hankcs.com/docs/data_format.html): ``tok`` words, ``ner`` and ``srl`` rows of form, label, first word and
the word behind the last, ``dep`` a head (counted from 1, 0 the root) and a label for each word.
"""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from inspect import signature
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

from kg.errors import ConfigError, MissingPackageError
from kg.hanlp_models import find_model

_loaded: WeakValueDictionary[tuple[str, int, int], Any] = WeakValueDictionary()
"""Components that stages hold, by folder, the time it was written, and device: two stages need a model but once."""


def load_component(model: str, *, download: bool, device: int, stage: str) -> Any:
    """Return a component by its name or folder, see kg.hanlp_models; ``stage`` is for messages.

    Raises MissingPackageError without HanLP, ConfigError where there is no such model or it cannot be loaded. HanLP's
    own ``load`` asks the package index for newer versions when it fails, so it is not used.
    """
    if not model:
        raise ConfigError(f"stage {stage} needs the setting model: a folder, or a name of hanlp.pretrained")
    try:
        import hanlp  # noqa: F401
    except ImportError:
        raise MissingPackageError(
            f"stage {stage} needs HanLP; run: pip install 'regional-industry-kg[hanlp]' (the CPU build of torch first)"
        ) from None
    folder, config = find_model(model, download=download)
    key = str(folder.absolute()), (folder / "config.json").stat().st_mtime_ns, device
    component = _loaded.get(key)
    if component is None:
        component = _loaded[key] = _load(folder, config["classpath"], device, stage)
    return component


def _load(folder: Path, class_path: str, device: int, stage: str) -> Any:
    from hanlp_common.reflection import object_from_classpath

    try:
        with _crf_mended():
            component = object_from_classpath(class_path)
            component.load(str(folder), devices=device, verbose=False)
        if "tagging_scheme" in component.config:
            with warnings.catch_warnings():  # asked once, it is kept: where none was given, HanLP says it takes IOB2
                warnings.simplefilter("ignore")
                component.tagging_scheme  # noqa: B018
    except Exception as error:  # what a component needs depends on its class and on the versions installed
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise ConfigError(f"stage {stage}: cannot load {folder}: {reason}") from error
    return component


def choose_task(component: Any, task: str) -> str | None:
    """Return the task of a multi-task component with that name, or the first with that beginning (ner of ner/pku)."""
    names = (name for name in component.tasks if name == task or name.split("/")[0] == task)
    return next(names, None)


def words_of(read: Mapping[str, Any]) -> list[list[str]]:
    """Return the words of a document of HanLP, without their offsets, which a model may be set to give."""
    rows = next(read[name] for name in read if name.startswith("tok"))
    return [[token if isinstance(token, str) else token[0] for token in row] for row in rows]


@contextmanager
def _crf_mended() -> Iterator[None]:
    """Load recurrent models with a CRF as they were meant to be.

    HanLP 2.1.5 hands their CRF the constraints, None, as its second argument, which is ``batch_first``: the CRF then
    takes the sentences of a batch for positions. Nothing is changed where the second argument is another one.
    """
    from hanlp.components.taggers.rnn import rnntaggingmodel
    from hanlp.layers.crf.crf import CRF

    if list(signature(CRF).parameters)[1:2] != ["batch_first"]:
        yield
        return
    rnntaggingmodel.CRF = lambda tags, constraints=None: CRF(tags)
    try:
        yield
    finally:
        rnntaggingmodel.CRF = CRF
