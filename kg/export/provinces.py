"""Which province each entity lies in, as far as codes and the facts that place one thing in another tell."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kg.gathering import ADCODE
from kg.graph import PLACING, is_direct
from kg.regions import ancestors, division
from kg.spooling import GraphView


def find_provinces(graph: GraphView) -> Mapping[str, str]:
    """Return the names of the provinces of those entities that are one, or lie in one and no other, by entity."""
    around: dict[str, set[str]] = {}
    for fact in graph.outlines:
        if fact.predicate in PLACING and fact.object is not None and is_direct(fact):
            around.setdefault(fact.subject, set()).add(fact.object)
    own = {id_: _province(code) for id_, entity in graph.entities.items() if (code := dict(entity.codes).get(ADCODE))}
    found: dict[str, str] = {}
    for entity in graph.entities:
        names = _reached(entity, around, own)
        if len(names) == 1:
            found[entity] = names.pop()
    return found


def _reached(entity: str, around: Mapping[str, set[str]], own: Mapping[str, str | None]) -> set[str]:
    """Return the provinces that lie around: what has a code is asked no further."""
    names: set[str] = set()
    seen, todo = {entity}, [entity]
    while todo:
        here = todo.pop()
        if here in own:
            names |= {name for name in [own[here]] if name}
        else:
            todo += [there for there in around.get(here, ()) if there not in seen]
            seen |= around.get(here, set())
    return names


@cache
def _province(code: str) -> str | None:
    try:
        return division((code, *ancestors(code))[-1]).name
    except KeyError:  # a code that GB/T 2260 no longer has, or another stage's own
        return None
