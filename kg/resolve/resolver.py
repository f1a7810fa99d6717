"""All names of a store, read once and kept small, and the links that follow from them."""

from __future__ import annotations

import json
from array import array
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from kg.graph import preferred_name
from kg.ids import digest
from kg.model import Link
from kg.resolve import organizations, people
from kg.resolve.aliases import Aliases
from kg.resolve.clusters import Clusters
from kg.resolve.keys import Key
from kg.resolve.slugs import slug

_NATIONWIDE = 3
"""In articles of so many provinces a name means one thing known everywhere, and not many local ones."""

_SHORT_NAME = 3
"""Characters that a product's name needs to be no ordinary word."""

_CATCHWORD = 5
"""Characters up to which a title may be anybody's catchword: 中央厨房, 免申即享."""

_TELLING = frozenset(("Organization", "Program", "Event", "Product"))
"""Types of what tells of whom an article speaks, where few articles name it; a branch or a place has many people."""

_EQUAL = "equal type and name"
_REASONS = {
    "code": "equal code",
    "former": "equal name of a former division",
    "body": "equal division and kind of body",
    "year": "equal name, same year",
    "zone": "equal division and kind of zone",
    "within": "equal name within one division",
    "country": "equal country",
}
_APART = "the name alone does not tell which"


class Resolver:
    """Takes articles in any order; ``links`` says which of their groups are one thing."""

    def __init__(self) -> None:
        self._numbers: dict[Key, int] = {}
        self._keys: list[Key] = []
        self._sure = bytearray()
        """By key's number: whether the key by itself tells the thing."""
        self._words: dict[str, str] = {}
        self._articles: list[str] = []
        self._provinces: list[str | None] = []
        self._years: list[int | None] = []
        self._starts = array("L")
        self._groups: list[str] = []
        self._names: list[str] = []
        self._types: list[str] = []
        self._key_of = array("l")
        """By group: the number of its key, -1 where its name does not tell it, -2 where it is a person's."""
        self._people: dict[str, list[tuple[int, str | None]]] = {}
        self._posts: dict[int, list[tuple[int, str]]] = {}
        self._aliases = Aliases()

    def add(self, article: str, line: str) -> None:
        """Take what one article names, as ``keys_of`` gives it."""
        province, year, groups, names, types, keys, persons, forms, posts = json.loads(line)
        start = len(self._groups)
        self._starts.append(start)
        self._articles.append(article)
        self._provinces.append(province)
        self._years.append(year)
        kept = self._words.setdefault
        self._groups += groups
        self._names += [kept(name, name) for name in names]
        self._types += [kept(type_, type_) for type_ in types]
        numbers = [self._number(key) for key in keys]
        for group, name, subtype in persons:
            if name is not None:
                numbers[group] = -2
                self._people.setdefault(name, []).append((start + group, subtype))
        self._key_of.extend(numbers)
        for group, form, key in forms:
            full, short = numbers[group], self._number(key)
            if full >= 0 and short != full and self._may_be_one(short, full):
                self._aliases.add(short, full, types[group], form, names[group])
        for person, body, title in posts:
            self._posts.setdefault(start + person, []).append((start + body, title))

    def _number(self, found: Sequence[Any] | None) -> int:
        """Return the number of a key, -1 where there is none."""
        if found is None:
            return -1
        sure, *parts = found
        key = tuple(parts)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self._keys)
            self._keys.append(key)
            self._sure.append(sure)
        return number

    def _may_be_one(self, short: int, full: int) -> bool:
        """Say whether one key may be the short name of another: a division's body is short for none elsewhere."""
        a, b = self._keys[short], self._keys[full]
        return a[1] != "body" or a[1:3] == b[1:3]

    def links(self) -> list[Link]:
        """Return one link for each group, ordered by group."""
        self._starts.append(len(self._groups))
        labels, reasons = self._decide(self._join())
        ids = self._ids(labels)
        found = [
            Link(group, ids[label], reason) for group, label, reason in zip(self._groups, labels, reasons, strict=True)
        ]
        found.sort(key=attrgetter("group"))
        return found

    def _join(self) -> Clusters:
        """Join keys that mean one thing; what joined a key is kept for its groups."""
        joined: Clusters = Clusters()
        self._why: dict[int, str] = {}
        self._join_forms(joined)
        for short, reason in self._aliases.join(joined, self._rivals(), self._apart_counter()):
            self._why[short] = reason
        return joined

    def _join_forms(self, joined: Clusters) -> None:
        """Join a company's name without legal form or place to the only full one that it can be short for."""
        fulls: dict[str, list[int]] = {}
        placed: dict[str, list[int]] = {}
        for number, key in enumerate(self._keys):
            if key[:2] == ("Organization", "name"):
                if bare := organizations.without_legal_form(key[2]):
                    fulls.setdefault(bare, []).append(number)
                if body := organizations.without_place(key[2]):
                    placed.setdefault(body, []).append(number)
        for table, what in ((fulls, "legal form"), (placed, "place")):
            for short, numbers in table.items():
                known = self._numbers.get(("Organization", "name", short))
                if known is not None and len(numbers) == 1:
                    joined.join(known, numbers[0])
                    self._why[known] = f"name without {what} of {self._keys[numbers[0]][2]}"

    def _rivals(self) -> dict[str, list[tuple[int, str]]]:
        """Return, for each short form of an organization, the longer names of organizations that hold it."""
        forms = self._aliases.forms()
        longest = max(map(len, forms), default=0)
        found: dict[str, list[tuple[int, str]]] = {}
        for number, key in enumerate(self._keys):
            if key[0] != "Organization" or key[1] != "name":
                continue
            name = key[2]
            pieces = {
                name[i : i + n] for n in range(2, min(longest, len(name) - 1) + 1) for i in range(len(name) - n + 1)
            }
            for piece in pieces & forms:
                found.setdefault(piece, []).append((number, name))
        return found

    def _apart_counter(self) -> Callable[[int, set[int]], int]:
        """Return what counts the articles that have a key and one of others as two groups."""
        where: dict[int, set[int]] = {number: set() for number in self._aliases.numbers()}
        for article in range(len(self._articles)):
            for number in self._key_of[self._starts[article] : self._starts[article + 1]]:
                if number in where:
                    where[number].add(article)

        def count(short: int, fulls: set[int]) -> int:
            return len({article for full in fulls for article in where[short] & where[full]})

        return count

    def _decide(self, joined: Clusters) -> tuple[list[Key], list[str]]:
        """Return for each group the key of its entity, and why it is that."""
        labels: list[Key] = []
        reasons: list[str] = []
        weak: dict[int, list[int]] = {}
        sure = {joined.root(number) for number, sure in enumerate(self._sure) if sure}
        first: dict[int, Key] = {}
        for number, key in enumerate(self._keys):
            root = joined.root(number)
            first[root] = min(first.get(root, key), key)
        for group, number in enumerate(self._key_of):
            if number < 0:
                labels.append((self._types[group], "group", self._groups[group]))
                reasons.append(_APART)
                continue
            root = joined.root(number)
            if root not in sure:
                weak.setdefault(root, []).append(group)
            labels.append(first[root])
            reasons.append(self._why.get(number) or _REASONS.get(self._keys[number][1], _EQUAL))
        for groups in weak.values():
            self._place(groups, labels, reasons)
        telling = {number for number in sure if self._keys[number][0] in _TELLING}
        self._decide_people(joined, telling, labels, reasons)
        return labels, reasons

    def _place(self, groups: Sequence[int], labels: list[Key], reasons: list[str]) -> None:
        """Keep apart what bears one name in articles of different provinces, unless it is known in many."""
        if len(groups) < 2:
            return
        provinces = {group: self._provinces[self._article(group)] for group in groups}
        named = {province for province in provinces.values() if province is not None}
        shortest = min(len(self._names[group]) for group in groups)
        anyones = self._types[groups[0]] == "Product" and shortest < _SHORT_NAME
        catchword = self._types[groups[0]] in ("Product", "Program") and shortest <= _CATCHWORD
        if len(named) >= _NATIONWIDE or (len(named) <= 1 and not anyones and not catchword):
            return
        for group, province in provinces.items():
            if province is None or anyones:
                labels[group], reasons[group] = (self._types[group], "group", self._groups[group]), _APART
            else:
                labels[group], reasons[group] = (*labels[group], province), "equal name, same province"

    def _article(self, group: int) -> int:
        return bisect_right(self._starts, group) - 1

    def _decide_people(self, joined: Clusters, telling: set[int], labels: list[Key], reasons: list[str]) -> None:
        roots = [joined.root(number) if number >= 0 else -1 for number in self._key_of]
        spread = self._spread(roots)
        close = {root for root in telling if 1 < spread[root] <= people.CLOSE}
        namesakes = people.Namesakes(self._people)
        for name, groups in self._people.items():
            if len(groups) == 1:
                labels[groups[0][0]], reasons[groups[0][0]] = ("Person", "name", name), _EQUAL
                continue
            sights = [self._sight(group, subtype, roots, close) for group, subtype in groups]
            found = people.same_people(sights, namesakes.expected(name), spread)
            first: dict[int, str] = {}
            for (group, _), (root, _) in zip(groups, found, strict=True):
                first[root] = min(first.get(root, self._groups[group]), self._groups[group])
            for (group, _), (root, reason) in zip(groups, found, strict=True):
                labels[group] = ("Person", "name", name) if len(first) == 1 else ("Person", "name", name, first[root])
                reasons[group] = reason if len(first) > 1 or reason != _APART else _EQUAL

    def _spread(self, roots: Sequence[int]) -> Counter[int]:
        """Return in how many articles each thing is named."""
        found: Counter[int] = Counter()
        for article in range(len(self._articles)):
            found.update({root for root in roots[self._starts[article] : self._starts[article + 1]] if root >= 0})
        return found

    def _sight(self, group: int, subtype: str | None, roots: Sequence[int], close: set[int]) -> people.Sight:
        article = self._article(group)
        around = roots[self._starts[article] : self._starts[article + 1]]
        posts = self._posts.get(group, ())
        return people.Sight(
            subtype,
            frozenset(roots[body] for body, _ in posts if roots[body] >= 0),
            people.stems(title for _, title in posts),
            frozenset(close.intersection(around)),
            self._years[article],
        )

    def _ids(self, labels: Sequence[Key]) -> dict[Key, str]:
        """Return ids that people can read; those that would be equal are told apart by a digest of what differs."""
        names: dict[Key, str] = {}
        several: dict[Key, Counter[str]] = {}
        for label, name in zip(labels, self._names, strict=True):
            known = names.setdefault(label, name)
            if known != name:
                several.setdefault(label, Counter())
        for label, name in zip(labels, self._names, strict=True):
            if label in several:
                several[label][name] += 1
        names.update((label, preferred_name(counts)) for label, counts in several.items())
        plain = {label: f"{label[0]}:{_local(label, name)}" for label, name in names.items()}
        shared = Counter(plain.values())
        return {
            label: f"{id_}_{digest(*label[1:], length=8)}" if shared[id_] > 1 or label[1] == "group" else id_
            for label, id_ in plain.items()
        }


def _local(label: Key, name: str) -> str:
    return label[2] if label[1] == "code" else slug(name)
