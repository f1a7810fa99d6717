"""Graphs out of stores, whole or the part that is asked for."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from difflib import get_close_matches
from itertools import chain
from typing import Unpack

from kg.errors import ConfigError
from kg.graph import PLACING, Conditions, Graph, build_graph, find_inside
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


_CODE = re.compile(r"\d{6}")
"""What is a code and no id: not worth a search for its name."""

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
    """Return the graph of the facts that have an end inside the regions, with all that the store knows of both ends."""
    known = {region for region in regions if not _CODE.fullmatch(region) and store.documents_naming([region])}
    inside = find_inside(regions, known, store.codes(), store.joined(PLACING))
    documents = store.documents_naming(inside)
    return build_graph(
        store.read(documents),
        chain.from_iterable(map(store.links, documents)),
        schema,
        about=inside,
        other_names=lambda entities: store.names(entities, besides=documents),
    )
