"""Decisions on what is one thing and what it is, put into the links that resolution made."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from operator import attrgetter

from kg.decisions.amending import check_type, is_possible
from kg.decisions.anchors import NotApplicableError, find_group, find_quote
from kg.decisions.records import Anchor, Decision
from kg.ids import digest
from kg.model import Claim, Group, Link, Mention, Reading
from kg.resolve.slugs import is_slug, slug
from kg.schema import Schema

_ORDER = ("split", "type", "merge", "pin")
"""What is taken apart is named before it is joined, and pinned last."""

Kind = tuple[str, str | None]
"""Type and subtype."""


class Relinking:
    """The links of a store while decisions change them; ``kinds`` are the groups that are of another type now."""

    def __init__(self, links: Iterable[Link], read: Mapping[str, Sequence[Reading]], schema: Schema) -> None:
        self._links = {link.group: link for link in links}
        self._read = read
        self._schema = schema
        self._members: dict[str, list[str]] = {}
        for link in self._links.values():
            self._members.setdefault(link.entity, []).append(link.group)
        self.kinds: dict[str, Kind] = {}

    def links(self) -> list[Link]:
        """Return the links as they are now."""
        return sorted(self._links.values(), key=attrgetter("group"))

    def apply(self, decision: Decision) -> None:
        """Put a decision into the links. Raises NotApplicableError, and changes nothing, where it cannot be."""
        group = self._group(decision.anchor)
        _APPLY[decision.kind](self, decision, group, self._entity(group))

    def _group(self, anchor: Anchor) -> Group:
        readings = self._read.get(anchor.document)
        if not readings:
            raise NotApplicableError(f"there is no document {anchor.document}")
        found = find_quote(readings, anchor.quote, anchor.occurrence)
        group = find_group(readings[found.number], anchor.name, found.span)
        if group is None:
            raise NotApplicableError(f"{anchor.name} is not read as a name in the quote")
        return group

    def _entity(self, group: Group) -> str:
        if group.id not in self._links:
            raise NotApplicableError(f"{group.name} stands for nothing")
        return self._links[group.id].entity

    def _split(self, decision: Decision, group: Group, entity: str) -> None:
        alone = self._members[entity] == [group.id]
        words = "".join(decision.quote.split())  # not the document: a reprint of these words means the same one
        new = decision.id or f"{entity}_{digest(words, decision.name, length=8)}"
        if decision.id is not None:
            _check_id(decision.id, entity)
        if decision.id is not None or not alone:
            self._move([group.id], new, "a person set it apart")

    def _type(self, decision: Decision, group: Group, entity: str) -> None:
        type_, subtype = check_type(decision.type or "", self._schema)
        old, _, local = entity.partition(":")
        members = list(self._members[entity])
        if type_ != old or subtype is not None:
            self.kinds.update(dict.fromkeys(members, (type_, subtype)))
        if type_ != old:
            name = slug(group.name) if group.adcode else local
            self._move(members, f"{type_}:{name}", "a person corrected the type")

    def _merge(self, decision: Decision, group: Group, entity: str) -> None:
        assert decision.into is not None
        other = self._entity(self._group(decision.into))
        if _type_of(other) != _type_of(entity):
            raise NotApplicableError(f"{entity} and {other} are of different types; correct one first")
        if other != entity:
            self._move(list(self._members[entity]), other, "a person joined it")

    def _pin(self, decision: Decision, group: Group, entity: str) -> None:
        id_ = decision.id or ""
        _check_id(id_, entity)
        if id_ != entity and self._members.get(id_):
            raise NotApplicableError(f"{id_} is another entity's id; merge the two, or pin another id")
        if id_ != entity:
            self._move(list(self._members[entity]), id_, "a person gave it this id")

    def _move(self, groups: Iterable[str], entity: str, reason: str) -> None:
        for group in groups:
            self._members[self._links[group].entity].remove(group)
            self._members.setdefault(entity, []).append(group)
            self._links[group] = Link(group, entity, reason, "person")


_APPLY: dict[str, Callable[[Relinking, Decision, Group, str], None]] = {
    "split": Relinking._split, "type": Relinking._type, "merge": Relinking._merge, "pin": Relinking._pin,
}  # fmt: skip


def linking_order(decisions: Iterable[Decision]) -> list[Decision]:
    """Return the decisions that change links, in the order in which they do."""
    return sorted((one for one in decisions if one.kind in _ORDER), key=lambda one: _ORDER.index(one.kind))


def _type_of(entity: str) -> str:
    return entity.partition(":")[0]


def _check_id(id_: str, entity: str) -> None:
    type_, _, local = id_.partition(":")
    if type_ != _type_of(entity) or not is_slug(local):
        raise NotApplicableError(
            f"{id_} cannot be its id; write {_type_of(entity)}:, then letters, digits, ideographs, _ or -"
        )


def retyped(reading: Reading, kinds: Mapping[str, Kind], schema: Schema) -> Reading:
    """Return the reading with some of its groups, by id, of another type; claims that these rule out are left out."""
    new: dict[Mention, Mention] = {}
    groups = []
    for group in reading.groups:
        if group.id in kinds:
            type_, subtype = kinds[group.id]
            mentions = tuple(replace(mention, type=type_, subtype=subtype) for mention in group.mentions)
            new.update(zip(group.mentions, mentions, strict=True))
            adcode = group.adcode if type_ == group.type else None
            group = replace(group, type=type_, subtype=subtype, mentions=mentions, adcode=adcode)
        groups.append(group)
    claims = [_with_ends(claim, new) for claim in reading.claims]
    changed = set(new.values())
    return replace(
        reading,
        mentions=tuple(new.get(mention, mention) for mention in reading.mentions),
        groups=tuple(groups),
        references=tuple(replace(form, mention=new.get(form.mention, form.mention)) for form in reading.references),
        claims=tuple(claim for claim in claims if is_possible(claim, changed, schema)),
    )


def _with_ends(claim: Claim, new: Mapping[Mention, Mention]) -> Claim:
    object_ = claim.object if isinstance(claim.object, str) else new.get(claim.object, claim.object)
    return replace(claim, subject=new.get(claim.subject, claim.subject), object=object_)


def documents_of(groups: Iterable[str]) -> Iterator[str]:
    """Yield the ids of the documents that groups of these ids stand in."""
    return (group.partition("@")[0].rpartition("/")[0] for group in groups)
