"""Names that a HanLP 2.x component finds: a named entity recognizer, or a multi-task model that has one.

Needs the extra ``hanlp``. Components are given sentences; their tokens are led back to the characters of the text,
and their labels become types by a label map (kg.label_maps).
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from inspect import signature
from typing import Any

from kg.anchors import Anchor, anchor
from kg.errors import ConfigError, MissingPackageError
from kg.hanlp_models import find_model
from kg.label_maps import load_label_map
from kg.model import Mention, Reading
from kg.pieces import cut
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema

NAME = "find_hanlp"

Found = tuple[list[Anchor], list[tuple[int, int, str]]]
"""Of one sentence: where its tokens stand; the entities, by first token, token behind the last, and label."""

Recognizer = Callable[[list[str]], list[Found]]


@declare(needs=("sentences",), adds=("mentions",))
def make(
    *,
    schema: Schema,
    model: str = "",
    labels: str = "default",
    task: str = "ner",
    tokenizer: str = "",
    download: bool = False,
    device: int = -1,
    longest: int = 500,
    score: float = 0.7,
) -> Stage:
    """Find what a HanLP component finds: ``model`` is its name or folder, ``labels`` a label map.

    ``model`` is a folder, a name of hanlp.pretrained or a URL; it is fetched only where ``download`` is true, into
    HANLP_HOME. ``task`` chooses a task of a multi-task model (``ner/pku``). A recognizer is given characters, or the
    words of ``tokenizer``, another HanLP component. ``device`` is the number of a GPU, -1 for none. A sentence of more
    than ``longest`` characters is cut. ``score`` is given to each mention. Raises MissingPackageError without HanLP and
    ConfigError where there is no such model.
    """
    names = load_label_map(labels, schema)
    recognize, known = _load(model, task, tokenizer, download, device)
    names.check(known, model=f"the HanLP model {model}")
    longest = max(1, longest)

    def read(reading: Reading) -> Reading:
        text = reading.article.text
        parts = list(cut(text, reading.sentences, longest))
        found = recognize([text[part.start : part.end] for part in parts]) if parts else []
        placed = (
            names.mention(text, part.start + start, part.start + end, label, finder=NAME, score=score)
            for part, one in zip(parts, found, strict=True)
            for start, end, label in _places(*one)
        )
        added: list[Mention] = [mention for mention in placed if mention is not None]
        return replace(reading, mentions=(*reading.mentions, *added))

    def find_hanlp(batch: Sequence[Reading], /) -> list[Reading]:
        return [read(reading) for reading in batch]  # an article at a time: the answer never depends on its batch

    return find_hanlp


def _places(anchors: list[Anchor], entities: list[tuple[int, int, str]]) -> Iterator[tuple[int, int, str]]:
    """Yield start and end in characters, and the label, in text order: a CRF gives them in any."""
    for first, behind, label in sorted(entities):
        start, end = anchors[first][0], anchors[behind - 1][1]
        if start is None or end is None or start >= end:
            warnings.warn(
                f"{NAME}: left out a name of type {label}: the model's tokenizer changed its ends, so that its place "
                "in the text is unknown",
                stacklevel=2,
            )
        else:
            yield start, end, label


def _load(model: str, task: str, tokenizer: str, download: bool, device: int) -> tuple[Recognizer, set[str]]:
    """Return a function from sentences to what is found in them, and the labels that it may give."""
    if not model:
        raise ConfigError(f"stage {NAME} needs the setting model: a folder, or a name of hanlp.pretrained")
    try:
        import hanlp  # noqa: F401
    except ImportError:
        raise MissingPackageError(
            f"stage {NAME} needs HanLP; run: pip install 'regional-industry-kg[hanlp]' (the CPU build of torch first)"
        ) from None
    component = _component(model, download, device)
    if hasattr(component, "tasks"):
        return _multi_task(component, task, model)
    split = _component(tokenizer, download, device) if tokenizer else None

    def recognize(sentences: list[str]) -> list[Found]:
        tokens = _words(split, sentences) if split is not None else [_characters(sentence) for sentence in sentences]
        filled = [number for number, row in enumerate(tokens) if row]
        results = dict(zip(filled, component([tokens[number] for number in filled]), strict=True)) if filled else {}
        return [
            (anchor(sentence, tokens[number]), _entities(results.get(number, ())))
            for number, sentence in enumerate(sentences)
        ]

    return recognize, _labels(component)


def _multi_task(component: Any, task: str, model: str) -> tuple[Recognizer, set[str]]:
    names = [name for name in component.tasks if name == task or name.split("/")[0] == task]
    if not names:
        there = ", ".join(name for name in component.tasks if name.startswith("ner")) or ", ".join(component.tasks)
        raise ConfigError(f"stage {NAME}: {model} has no task {task!r}; it has {there}")
    chosen = names[0]

    def recognize(sentences: list[str]) -> list[Found]:
        read = component(sentences, tasks=[chosen])
        return [
            (anchor(sentence, tokens), _entities(entities))
            for sentence, tokens, entities in zip(sentences, _tokens(read), read[chosen], strict=True)
        ]

    return recognize, _labels(component.tasks[chosen])


def _characters(sentence: str) -> list[str]:
    """Return what a character model can read: white space and control characters are no token of any of them."""
    return [c for c in sentence if not (c.isspace() or unicodedata.category(c) in ("Cc", "Cf"))]


def _words(split: Any, sentences: list[str]) -> list[list[str]]:
    """Return the words of sentences by a tokenizer or the first tokenizer of a multi-task model."""
    if hasattr(split, "tasks"):
        return _tokens(split(sentences, tasks="tok"))
    return _tokens({"tok": split(sentences)})


def _tokens(read: Mapping[str, Any]) -> list[list[str]]:
    """Return the words of a document of HanLP, without their offsets, which a model may be set to give."""
    rows = next(read[name] for name in read if name.startswith("tok"))
    return [[token if isinstance(token, str) else token[0] for token in row] for row in rows]


def _entities(rows: Iterable[Sequence[Any]]) -> list[tuple[int, int, str]]:
    """Return first token, token behind the last, and label of HanLP's rows (form, label, begin, end)."""
    return [(begin, end, label) for _, label, begin, end in rows]


def _labels(component: Any) -> set[str]:
    """Return the labels of a component's tags (B-PER, S-PER, O), without the prefix."""
    vocabs = getattr(component, "vocabs", None) or {}
    tags = [tag for name in ("tag", "label") if name in vocabs for tag in vocabs[name].idx_to_token]
    return {tag[2:] if tag[1:2] == "-" else tag for tag in tags} - {"O", "<pad>", "<unk>", "<null>"}


def _component(model: str, download: bool, device: int) -> Any:
    """Load a component. HanLP's own ``load`` asks the package index for newer versions when it fails, so not by it."""
    folder, config = find_model(model, download=download)
    from hanlp_common.reflection import object_from_classpath

    try:
        with _crf_mended():
            component = object_from_classpath(config["classpath"])
            component.load(str(folder), devices=device, verbose=False)
        if "tagging_scheme" in component.config:
            with warnings.catch_warnings():  # asked once, it is kept: where none was given, HanLP says it takes IOB2
                warnings.simplefilter("ignore")
                component.tagging_scheme  # noqa: B018
    except Exception as error:  # what a component needs depends on its class and on the versions installed
        reason = (str(error).strip() or type(error).__name__).partition("\n")[0]
        raise ConfigError(f"stage {NAME}: cannot load {folder}: {reason}") from error
    return component


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
