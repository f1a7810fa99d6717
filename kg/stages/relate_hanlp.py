"""Claims by the semantic roles and dependencies that a multi-task model of HanLP 2.x finds.

Needs the extra ``hanlp``. Sentences are parsed one by one; kg.parses says whose arguments the names are, and the frames
of the schema what that claims (kg.parse_claims). A model that find_hanlp holds too is loaded once.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from kg.anchors import anchor
from kg.errors import ConfigError
from kg.hanlp_components import choose_task, load_component, words_of
from kg.model import Span
from kg.parse_claims import ParseStage, Reader
from kg.parses import Predication, Token, from_dependencies, from_roles, placed, readable
from kg.protocols import Stage
from kg.registry import declare
from kg.schema import Schema

NAME = "relate_hanlp"

_ROLES, _HEADS = "srl", "dep"
_VERB = "PRED"


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",), alone=True)
def make(
    *,
    schema: Schema,
    model: str = "",
    tasks: Sequence[str] = (_ROLES, _HEADS),
    download: bool = False,
    device: int = -1,
    longest: int = 200,
    score: float = 0.9,
) -> Stage:
    """Read claims by the semantic roles and dependencies of a multi-task model: ``model`` is its name or folder.

    ``model`` is a folder, a name of hanlp.pretrained or a URL; it is fetched only where ``download`` is true, into
    HANLP_HOME. ``tasks`` are those of the model to read: srl and dep. ``device`` is the number of a GPU, -1 for none. A
    sentence of more than ``longest`` characters is cut. The score of a claim is that of the frame that reads it, times
    ``score``: how far the parser is trusted. Raises MissingPackageError without HanLP and ConfigError where there is no
    such model, or it has no such task.
    """
    component = load_component(model, download=download, device=device, stage=NAME)
    if not hasattr(component, "tasks"):
        raise ConfigError(f"stage {NAME}: {model} is no multi-task model; choose one of hanlp.pretrained.mtl")
    if not tasks or set(tasks) - {_ROLES, _HEADS}:
        raise ConfigError(f"stage {NAME}: tasks are {_ROLES} and {_HEADS}, one or both, not {list(tasks)}")
    chosen: dict[str, str] = {}
    for task in tasks:
        name = choose_task(component, task)
        if name is None:
            there = ", ".join(component.tasks)
            raise ConfigError(
                f"stage {NAME}: {model} has no task {task!r}; it has {there}; choose by the setting tasks"
            )
        chosen[task] = name

    def parse(text: str, parts: Sequence[Span], counts: Counter[str]) -> list[list[Predication]]:
        document = component([text[part.start : part.end] for part in parts], tasks=list(chosen.values()))
        return [predications(document, chosen, number, part, text, counts) for number, part in enumerate(parts)]

    return ParseStage(Reader.of(schema, NAME, score), parse, longest)


def predications(
    document: Mapping[str, Any], tasks: Mapping[str, str], number: int, part: Span, text: str, counts: Counter[str]
) -> list[Predication]:
    """Return what a document of HanLP says of its sentence ``number``, which is that part of the article's text."""
    words = words_of(document)[number]
    places = anchor(text[part.start : part.end], words)
    found: list[Predication] = []
    if _ROLES in tasks:
        read: list[tuple[Span, list[tuple[str, Span]]]] = []
        for rows in document[tasks[_ROLES]][number]:
            roles = [(label, placed(part, places, first, behind)) for _, label, first, behind in rows]
            verb = next((span for label, span in roles if label == _VERB), None)
            if verb is None or any(span is None for _, span in roles):
                counts["predicates without a place"] += 1
                continue
            read.append((verb, [(label, span) for label, span in roles if label != _VERB and span is not None]))
        verbs = [verb for verb, _ in read]
        found += [from_roles(verb, arguments, text, verbs) for verb, arguments in read]
    if _HEADS in tasks:
        heads = document[tasks[_HEADS]][number]
        tokens = [Token.at(part, place, head - 1, label) for place, (head, label) in zip(places, heads, strict=True)]
        if readable(tokens, counts):
            found += from_dependencies(tokens, text)
    return found
