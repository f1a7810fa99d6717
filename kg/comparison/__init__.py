"""What came, went and changed between two stores: documents, entities and their names, facts, who holds which post.

Entities are equal by id; those of other ids are held against each other by the groups of mentions that make them up, so
that one that resolution now calls otherwise, or merges, or splits, is not taken for one gone and one new. Facts are
equal by id, then by the claims that they share, then by what they join: one that went while one of the same ends and
predicate came is one whose amount, date or title changed.
"""

from __future__ import annotations

from pathlib import Path

from kg.comparison.facts import FactPair, Matching, post_changes
from kg.comparison.identities import entity_changes, find_identities, ids_of
from kg.comparison.records import (
    Changed,
    ComparedFact,
    Comparison,
    EntityChange,
    FactChange,
    Identity,
    PostChange,
)
from kg.comparison.sides import Side, Stated, order_of
from kg.errors import StoreError
from kg.garbage import collection_paused
from kg.schema import Schema, load_schema
from kg.store import Store, open_store

__all__ = [
    "Changed",
    "ComparedFact",
    "Comparison",
    "EntityChange",
    "FactChange",
    "Identity",
    "PostChange",
    "compare",
    "diff",
    "store_path",
]

_STORE = "graph.sqlite"


def compare(before: Store, after: Store, schema: Schema) -> Comparison:
    """Return what differs between two stores. The facts of ``before`` are in memory, those of ``after`` pass by."""
    entries = [{(entry.path, entry.id) for entry in store.entries()} for store in (before, after)]
    paths = [{path for path, _ in listed} for listed in entries]
    changed = {path for path, _ in entries[0] ^ entries[1]} & paths[0] & paths[1]
    same = {id_ for _, id_ in entries[0] & entries[1]}
    one, other = Side(same), Side(same)
    known: dict[str, Stated] = {stated.id: stated for stated in one.read(before, schema)}
    pairs: list[tuple[Stated, Stated]] = []
    new: list[Stated] = []
    for stated in other.read(after, schema):
        old = known.pop(stated.id, None)
        if old is None:
            new.append(stated)
        elif old != stated:
            pairs.append((old, stated))
    identities, canonical = find_identities(one, other)
    matching = Matching(schema, canonical)
    carried = matching.by_claims(list(known.values()), new, one, other)
    pairs += matching.by_ends(carried.went, carried.came)
    matched = [FactPair(*pair, changes) for pair in pairs + carried.pairs if (changes := matching.changes(*pair))]
    regrouped = {id_ for identity in identities if identity.kind != "renamed" for id_ in ids_of(identity)}
    renamed = {i.before[0].id: i.after[0].id for i in identities if i.kind == "renamed"}
    went = [one.entities[id_] for id_ in sorted(one.entities.keys() - canonical.before.keys())]
    came = [other.entities[id_] for id_ in sorted(other.entities.keys() - canonical.after.keys())]
    same_ids = {id_: id_ for id_ in one.entities.keys() & other.entities.keys() - regrouped}
    kept = sorted((same_ids | renamed).items())
    return Comparison(
        documents_came=tuple(sorted(paths[1] - paths[0])),
        documents_went=tuple(sorted(paths[0] - paths[1])),
        documents_changed=tuple(sorted(changed)),
        entities_came=tuple(came),
        entities_went=tuple(went),
        entities_changed=tuple(entity_changes((one.entities[a], other.entities[b]) for a, b in kept)),
        identities=tuple(identities),
        facts_came=tuple(other.shown(stated) for stated in sorted(matching.came, key=order_of)),
        facts_went=tuple(one.shown(stated) for stated in sorted(matching.went, key=order_of)),
        facts_changed=tuple(
            FactChange(one.shown(pair.before), other.shown(pair.after), pair.changes)
            for pair in sorted(matched, key=lambda pair: (order_of(pair.after), pair.before.id))
        ),
        posts=tuple(post_changes(matching, matched, one, other, canonical, schema)),
        facts_carried=len(carried.pairs) + carried.shared,
    )


def diff(before: str | Path, after: str | Path, *, schema: str | Path | None = None) -> Comparison:
    """Return what came, went and changed from one store to another, or between the folders of two builds.

    Raises StoreError where there is no store.
    """
    known = load_schema(schema)
    with open_store(store_path(before)) as one, open_store(store_path(after)) as other, collection_paused():
        return compare(one, other, known)


def store_path(path: str | Path) -> Path:
    """Return the store in a build's folder, or the path itself. Raises StoreError where a folder has none."""
    if not Path(path).is_dir():
        return Path(path)
    if not (found := Path(path) / _STORE).exists():
        raise StoreError(f"{path}: holds no {_STORE}; give a store, or the folder of a build")
    return found
