"""Two annotations of one text held against each other, and either against gold, as kg.check.score matches them."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from kg.check.score import VALUE, Counts, Record, entity_map, match_mentions, overlaps, plain, same_fact


@dataclass(frozen=True, slots=True)
class Matched:
    """What two annotations share, and what one alone has: places in the lists of either.

    A fact that the other has too, but says fewer times, stands nowhere: said again it is no second one.
    """

    both: tuple[tuple[int, int], ...]
    only_a: tuple[int, ...]
    only_b: tuple[int, ...]


def match_names(a: Record, b: Record) -> Matched:
    """Match mentions: span and type must be equal."""
    places = {_key(mention): place for place, mention in enumerate(a["mentions"])}
    both, only_b = [], []
    for place, mention in enumerate(b["mentions"]):
        other = places.pop(_key(mention), None)
        if other is None:
            only_b.append(place)
        else:
            both.append((other, place))
    return Matched(tuple(both), tuple(sorted(places.values())), tuple(only_b))


def match_facts(a: Record, b: Record) -> Matched:
    """Match facts: predicate and both ends must be equal, for values the figures; of several, the most alike."""
    a = _with_own_ids(a)
    meant = entity_map(a, b, match_mentions(a, b, Counts()))
    by_predicate: dict[str, list[int]] = defaultdict(list)
    for place, fact in enumerate(a["facts"]):
        by_predicate[fact["predicate"]].append(place)
    both, only_b = [], []
    taken: set[int] = set()
    told: set[int] = set()
    for place, found in enumerate(b["facts"]):
        same = [at for at in by_predicate[found["predicate"]] if same_fact(found, a["facts"][at], meant)]
        free = [at for at in same if at not in taken]
        told.update(same)
        if free:
            best = max(free, key=lambda at: _alike(a["facts"][at], found))  # the first of them
            taken.add(best)
            both.append((best, place))
        elif not same:
            only_b.append(place)
    only_a = [place for place in range(len(a["facts"])) if place not in told]
    return Matched(tuple(both), tuple(only_a), tuple(only_b))


def same_details(one: Record, other: Record) -> bool:
    """Say whether two facts have the same qualifiers, as written."""
    return _details(one) == _details(other)


class Judge:
    """Says of the mentions and facts of one annotation whether gold has them; None where gold leaves it open."""

    def __init__(self, gold: Record, system: Record) -> None:
        self._gold = gold
        self._meant = entity_map(gold, system, match_mentions(gold, system, Counts()))

    def mention(self, found: Record) -> bool | None:
        span = found["start"], found["end"]
        for mention in self._gold["mentions"]:
            spans = [(mention["start"], mention["end"]), *(tuple(other) for other in mention.get("alt", []))]
            if mention["type"] == found["type"] and span in spans:
                return None if mention.get("optional") else True
        loose = [(mention["start"], mention["end"]) for mention in self._gold["mentions"] if mention.get("optional")]
        return None if overlaps(span, loose) else False

    def fact(self, found: Record) -> bool | None:
        same = [fact for fact in self._gold["facts"] if same_fact(found, fact, self._meant)]
        if same:
            return None if all(fact.get("optional") for fact in same) else True
        loose = {entity["id"] for entity in self._gold["entities"] if entity.get("optional")}
        ends = [found["subject"]] if found["predicate"] in VALUE else [found["subject"], found["object"]]
        return None if any(self._meant.get(end) in loose for end in ends) else False


def _key(mention: Record) -> tuple[int, int, str]:
    return mention["start"], mention["end"], mention["type"]


def _with_own_ids(record: Record) -> Record:
    """Return the annotation with ids of which none lies inside another, where the scorer looks for them (e1, e12)."""

    def own(end: str) -> str:
        return f"<{end}>"

    def of_fact(fact: Record) -> Record:
        ends = {"subject": own(fact["subject"])}
        if fact["predicate"] not in VALUE:
            ends["object"] = own(fact["object"])
        return {**fact, **ends}

    return {
        "mentions": [{**mention, "entity": own(mention["entity"])} for mention in record["mentions"]],
        "entities": [{**entity, "id": own(entity["id"])} for entity in record["entities"]],
        "facts": [of_fact(fact) for fact in record["facts"]],
    }


def _details(fact: Record) -> dict[str, str]:
    return {name: plain(value) for name, value in fact.get("qualifiers", {}).items()}


def _alike(one: Record, other: Record) -> tuple[int, bool]:
    shared = len(_details(one).items() & _details(other).items())
    return shared, one.get("evidence") == other.get("evidence")
