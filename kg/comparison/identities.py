"""Which entities of two stores are the same under other ids, and what changed of those that are the same."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from kg.comparison.records import Changed, EntityChange, Identity, Regrouping
from kg.comparison.sides import Side
from kg.model import Entity


@dataclass(frozen=True, slots=True)
class Canonical:
    """One id for an entity of either store that the other has too, under whatever id."""

    before: Mapping[str, str]
    after: Mapping[str, str]


def find_identities(one: Side, other: Side) -> tuple[list[Identity], Canonical]:
    """Return who is who where ids differ, and one id for all that are the same.

    An id that only one store has is followed to where most of its mentions are, and from where most of them were.
    """
    shared: Counter[tuple[str, str]] = Counter()
    of_before: Counter[str] = Counter()
    of_after: Counter[str] = Counter()
    for mark, before in one.entity_of.items():
        after = other.entity_of.get(mark)
        if after is not None:
            shared[before, after] += 1
            of_before[before] += 1
            of_after[after] += 1
    both = one.entities.keys() & other.entities.keys()
    edges = {(id_, id_) for id_ in both}
    for (before, after), times in shared.items():
        follows = (before not in both and 2 * times >= of_before[before]) or (
            after not in both and 2 * times >= of_after[after]
        )
        if follows:
            edges.add((before, after))
    found, befores, afters = [], dict[str, str](), dict[str, str]()
    for ids_before, ids_after in _components(edges):
        befores.update((id_, ids_after[0]) for id_ in ids_before)
        afters.update((id_, ids_after[0]) for id_ in ids_after)
        if ids_before != ids_after or len(ids_before) > 1:
            found.append(
                Identity(
                    _kind(len(ids_before), len(ids_after)),
                    tuple(one.entities[id_] for id_ in ids_before),
                    tuple(other.entities[id_] for id_ in ids_after),
                )
            )
    return found, Canonical(befores, afters)


def _components(edges: Iterable[tuple[str, str]]) -> list[tuple[list[str], list[str]]]:
    """Return the ids of either side that edges join to each other, sorted."""
    root: dict[tuple[int, str], tuple[int, str]] = {}

    def find(node: tuple[int, str]) -> tuple[int, str]:
        while root.setdefault(node, node) != node:
            root[node] = root[root[node]]
            node = root[node]
        return node

    for before, after in edges:
        root[find((0, before))] = find((1, after))
    members: dict[tuple[int, str], tuple[list[str], list[str]]] = {}
    for node in sorted(root):
        members.setdefault(find(node), ([], []))[node[0]].append(node[1])
    return sorted(members.values())


def _kind(before: int, after: int) -> Regrouping:
    if before == after == 1:
        return "renamed"
    return "merged" if after == 1 else "split" if before == 1 else "regrouped"


def ids_of(identity: Identity) -> Iterator[str]:
    """Yield the ids of both sides."""
    return (entity.id for entity in identity.before + identity.after)


def entity_changes(pairs: Iterable[tuple[Entity, Entity]]) -> Iterator[EntityChange]:
    """Yield what changed of entities, each given as it was and as it is."""
    for before, after in pairs:
        changes = [
            Changed(part, _text(old), _text(new))
            for part in ("name", "type", "subtype", "codes")
            if (old := getattr(before, part)) != (new := getattr(after, part))
        ]
        went, came = ({*a.names, a.name} - {*b.names, b.name} for a, b in ((before, after), (after, before)))
        if went or came:
            changes.append(Changed("names", _text(sorted(went)), _text(sorted(came))))
        if changes:
            yield EntityChange(before, after, tuple(changes))


def _text(value: Any) -> str:
    """Return a value as a text: a list joined, a code without its scheme."""
    if isinstance(value, (list, tuple)):
        return "、".join(str(each[-1]) if isinstance(each, tuple) else str(each) for each in value)
    return "" if value is None else str(value)
