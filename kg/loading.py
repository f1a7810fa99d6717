"""Graphs out of stores, whole or the part that is asked for."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import chain
from typing import Unpack

from kg.errors import ConfigError
from kg.gathering import Key
from kg.graph import PLACING, Conditions, Graph, build_graph, find_inside
from kg.model import Group
from kg.schema import Schema
from kg.spooling import GraphView, spool_graph
from kg.store import Store


def read_graph(store: Store, schema: Schema, **conditions: Unpack[Conditions]) -> Graph:
    """Return the part of a store's graph that passes the conditions, which ``Graph.filter`` explains.

    For regions only the documents are read that name something inside them; what comes out is the same.
    """
    _check(conditions, schema)
    regions = conditions.get("regions")
    if regions is None:
        graph = build_graph(store.read(), store.links(), schema)
    else:
        graph = _read_around(store, regions, schema)
    return graph.filter(**conditions) if conditions else graph


_HELD = 200_000
"""How many claims a graph may have in memory: with them it takes about a gigabyte."""


@contextmanager
def open_graph(store: Store, schema: Schema, **conditions: Unpack[Conditions]) -> Iterator[GraphView]:
    """Give what ``read_graph`` returns, to pass over its facts: where there are many they stay on the disk."""
    if conditions or store.counts()["claims"] <= _HELD:
        yield read_graph(store, schema, **conditions)
    else:
        with spool_graph(store.read(), store.links, schema) as spooled:
            yield spooled


def _check(conditions: Conditions, schema: Schema) -> None:
    """Raise ConfigError for a type or predicate that the schema does not have: nothing would be found, unexplained."""
    subtypes = {name for type_ in schema.types.values() for name in type_.subtypes}
    for asked, known, what in (
        (conditions.get("types"), schema.types.keys() | subtypes, "type"),
        (conditions.get("predicates"), schema.predicates.keys(), "predicate"),
    ):
        for name in asked or ():
            if name not in known:
                near = get_close_matches(name, sorted(known), n=3, cutoff=0.5)
                hint = f"did you mean {' or '.join(near)}?" if near else "kg describe lists them"
                raise ConfigError(f"no {what} of the schema is named {name!r}; {hint}")


def _read_around(store: Store, regions: Collection[str], schema: Schema) -> Graph:
    """Return a graph that has every fact with an end inside the regions, and tells all of its ends in full.

    Of other entities and facts it may hold a part.
    """
    known = {region for region in regions if store.documents_naming([region])}
    inside = find_inside(regions, known, store.codes(), store.joined(PLACING))
    documents = store.documents_naming(inside)

    def other_names(keys: Collection[Key]) -> Iterable[tuple[str, str, str | None, Group]]:
        ends = {end for subject, _, object_, *_ in keys if {subject, object_} & inside for end in (subject, object_)}
        return store.names([end for end in ends | inside if end is not None], besides=documents)

    links = chain.from_iterable(map(store.links, documents))
    return build_graph(store.read(documents), links, schema, other_names=other_names)
