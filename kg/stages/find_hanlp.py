"""Names that a HanLP 2.x component finds: a named entity recognizer, or a multi-task model that has one.

Needs the extra ``hanlp``. Components are given sentences; their tokens are led back to the characters of the text,
and their labels become types by a label map (kg.label_maps).
"""

from __future__ import annotations

import unicodedata
import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from kg.anchors import Anchor, anchor
from kg.errors import ConfigError
from kg.hanlp_components import choose_task, load_component, words_of
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


@declare(needs=("sentences",), adds=("mentions",), alone=True)
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
    component = load_component(model, download=download, device=device, stage=NAME)
    if hasattr(component, "tasks"):
        return _multi_task(component, task, model)
    split = load_component(tokenizer, download=download, device=device, stage=NAME) if tokenizer else None

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
    chosen = choose_task(component, task)
    if chosen is None:
        there = ", ".join(name for name in component.tasks if name.startswith("ner")) or ", ".join(component.tasks)
        raise ConfigError(f"stage {NAME}: {model} has no task {task!r}; it has {there}")

    def recognize(sentences: list[str]) -> list[Found]:
        read = component(sentences, tasks=[chosen])
        return [
            (anchor(sentence, tokens), _entities(entities))
            for sentence, tokens, entities in zip(sentences, words_of(read), read[chosen], strict=True)
        ]

    return recognize, _labels(component.tasks[chosen])


def _characters(sentence: str) -> list[str]:
    """Return what a character model can read: white space and control characters are no token of any of them."""
    return [c for c in sentence if not (c.isspace() or unicodedata.category(c) in ("Cc", "Cf"))]


def _words(split: Any, sentences: list[str]) -> list[list[str]]:
    """Return the words of sentences by a tokenizer or the first tokenizer of a multi-task model."""
    if hasattr(split, "tasks"):
        return words_of(split(sentences, tasks="tok"))
    return words_of({"tok": split(sentences)})


def _entities(rows: Iterable[Sequence[Any]]) -> list[tuple[int, int, str]]:
    """Return first token, token behind the last, and label of HanLP's rows (form, label, begin, end)."""
    return [(begin, end, label) for _, label, begin, end in rows]


def _labels(component: Any) -> set[str]:
    """Return the labels of a component's tags (B-PER, S-PER, O), without the prefix."""
    vocabs = getattr(component, "vocabs", None) or {}
    tags = [tag for name in ("tag", "label") if name in vocabs for tag in vocabs[name].idx_to_token]
    return {tag[2:] if tag[1:2] == "-" else tag for tag in tags} - {"O", "<pad>", "<unk>", "<null>"}
