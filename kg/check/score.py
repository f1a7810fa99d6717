"""Annotated documents against gold ones: how many names, groups, facts and details are right.

Both are documents in the exchange form, by id. A mention counts where span and type are equal. A system entity stands
for one gold entity, so a merge costs. A fact counts where predicate and both ends are equal, for values the figures
too. What gold marks as optional is neither required nor punished.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kg.errors import InputError

CORE = ("Organization", "Person", "Region", "Program")
VALUE = ("hasTitle", "statistic")
SYMMETRIC = ("cooperatesWith",)
HEDGED = ("amount", "count", "share", "value")
"""Qualifiers that must be equal as written, hedge included."""
QUALIFIERS = ("amount", "count", "date", "indicator", "modality", "share", "title", "value")

Record = Mapping[str, Any]
Pairs = list[tuple[Record, Record]]
"""Matched mentions: gold, system."""


@dataclass(slots=True)
class Tally:
    """Counts of one kind of thing: right ones, those of the system, those that gold requires."""

    right: int = 0
    system: int = 0
    gold: int = 0

    def row(self) -> dict[str, float]:
        """Return precision, recall and F1 (between 0 and 1, four digits) beside the counts."""
        p = self.right / self.system if self.system else 0.0
        r = self.right / self.gold if self.gold else 0.0
        f1 = 2 * p * r / (p + r) if p + r else 0.0
        return {
            "p": round(p, 4), "r": round(r, 4), "f1": round(f1, 4),
            "right": self.right, "system": self.system, "gold": self.gold,
        }  # fmt: skip


@dataclass(slots=True)
class Counts:
    """What is counted over documents; pairs are (right, of how many)."""

    mentions: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    facts: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    qualifiers: defaultdict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    subtypes: list[int] = field(default_factory=lambda: [0, 0])
    codes: list[int] = field(default_factory=lambda: [0, 0])
    short: list[int] = field(default_factory=lambda: [0, 0])
    quotes: list[int] = field(default_factory=lambda: [0, 0])
    cubes: list[float] = field(default_factory=lambda: [0.0, 0.0, 0.0])


def read_annotations(path: str | Path) -> dict[str, Record]:
    """Read documents in the exchange form, one a line, by id. Raises InputError with the line that is wrong."""
    try:
        lines = Path(path).read_bytes().decode("utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8: {error}") from error
    documents = {}
    for number, line in enumerate(lines, start=1):
        if not line.strip():
            continue
        try:
            document = json.loads(line)
            documents[document["id"]] = {"entities": [], "facts": [], "mentions": document["mentions"]} | document
        except json.JSONDecodeError as error:
            raise InputError(f"{path}:{number}: not JSON: {error.msg}") from error
        except (KeyError, TypeError):
            raise InputError(f"{path}:{number}: not an annotated document; it needs an id and mentions") from None
    return documents


def score(gold: Mapping[str, Record], system: Mapping[str, Record]) -> dict[str, Any]:
    """Score the system's documents; those that it lacks count as empty and are listed under ``missing``."""
    counts = Counts()
    for key, document in gold.items():
        score_document(document, system.get(key, {"mentions": [], "entities": [], "facts": []}), counts)
    p, r, n = counts.cubes
    p, r = (p / n, r / n) if n else (0.0, 0.0)
    related = [key for key in counts.facts if key not in VALUE]
    return {
        "documents": len(gold),
        "missing": [key for key in gold if key not in system],
        "mentions_core": total(counts.mentions, CORE).row(),
        "mentions_all": total(counts.mentions, list(counts.mentions)).row(),
        "mentions": {key: counts.mentions[key].row() for key in sorted(counts.mentions)},
        "subtype_accuracy": _share(counts.subtypes),
        "grouping_b3_f1": round(2 * p * r / (p + r), 4) if p + r else 0.0,
        "short_names_linked": _share(counts.short),
        "adcode_accuracy": _share(counts.codes),
        "facts_related": total(counts.facts, related).row(),
        "facts_value": total(counts.facts, VALUE).row(),
        "facts": {key: counts.facts[key].row() for key in sorted(counts.facts)},
        "evidence_in_place": _share(counts.quotes),
        "qualifiers": {key: counts.qualifiers[key].row() for key in QUALIFIERS if key in counts.qualifiers},
    }


def entities_meant(gold: Record, system: Record) -> dict[str | None, str]:
    """Return the gold entity that each entity of a system's document stands for, those that stand for none left out."""
    return entity_map(gold, system, match_mentions(gold, system, Counts()))


def _share(counts: list[int]) -> float | None:
    return round(counts[0] / counts[1], 4) if counts[1] else None


def total(tallies: Mapping[str, Tally], keys: Iterable[str]) -> Tally:
    """Return the sums of the tallies of these keys."""
    chosen = [tallies[key] for key in keys if key in tallies]
    return Tally(sum(t.right for t in chosen), sum(t.system for t in chosen), sum(t.gold for t in chosen))


def score_document(gold: Record, system: Record, counts: Counts) -> None:
    """Add what is right in one document to the counts."""
    pairs = match_mentions(gold, system, counts)
    _count_grouping(pairs, counts)
    _count_short_names(gold, pairs, counts)
    entities = {entity["id"]: entity for entity in system.get("entities", [])}
    codes = {entity["id"]: entity["adcode"] for entity in gold["entities"] if entity.get("adcode")}
    for wanted, found in pairs:
        if wanted["entity"] in codes:
            counts.codes[1] += 1
            code = entities.get(found.get("entity"), {}).get("adcode", "")
            counts.codes[0] += str(code) == str(codes[wanted["entity"]])
    _match_facts(gold, system, entity_map(gold, system, pairs), counts)


# --- mentions and groups ------------------------------------------------------------------------------------------


def match_mentions(gold: Record, system: Record, counts: Counts) -> Pairs:
    """Return the mentions of equal span and type, and count."""
    tallies = counts.mentions
    by_span: dict[tuple[int, int], list[Record]] = {}
    for mention in gold["mentions"]:
        for span in [(mention["start"], mention["end"]), *(tuple(other) for other in mention.get("alt", []))]:
            by_span.setdefault(span, []).append(mention)
    loose = [(mention["start"], mention["end"]) for mention in gold["mentions"] if mention.get("optional")]
    pairs: Pairs = []
    used: set[int] = set()
    for found in system.get("mentions", []):
        span = (found["start"], found["end"])
        right = [g for g in by_span.get(span, []) if id(g) not in used and g["type"] == found["type"]]
        if right:
            wanted = right[0]
            used.add(id(wanted))
            pairs.append((wanted, found))
            if wanted.get("optional"):
                continue
            tallies[wanted["type"]].right += 1
            tallies[wanted["type"]].system += 1
            if wanted.get("subtype"):
                counts.subtypes[1] += 1
                counts.subtypes[0] += wanted["subtype"] == found.get("subtype")
        elif not overlaps(span, loose):
            tallies[found["type"]].system += 1
    for mention in gold["mentions"]:
        if not mention.get("optional"):
            tallies[mention["type"]].gold += 1
    return pairs


def overlaps(span: tuple[int, int], spans: Iterable[tuple[int, int]]) -> bool:
    """Say whether a span shares a character with one of the others."""
    return any(span[0] < end and start < span[1] for start, end in spans)


def _count_grouping(pairs: Pairs, counts: Counts) -> None:
    """B-cubed over matched mentions: for each, how far its gold and its system entity overlap."""
    gold: defaultdict[str, set[int]] = defaultdict(set)
    system: defaultdict[str | None, set[int]] = defaultdict(set)
    for i, (wanted, found) in enumerate(pairs):
        gold[wanted["entity"]].add(i)
        system[found.get("entity")].add(i)
    for wanted, found in pairs:
        both = len(gold[wanted["entity"]] & system[found.get("entity")])
        counts.cubes[0] += both / len(system[found.get("entity")])
        counts.cubes[1] += both / len(gold[wanted["entity"]])
        counts.cubes[2] += 1


def _count_short_names(gold: Record, pairs: Pairs, counts: Counts) -> None:
    """Of the matched mentions that are not their entity's fullest name: how many stand with a matched one that is."""
    fullest: dict[str, str] = {}
    for mention in gold["mentions"]:
        fullest[mention["entity"]] = max(fullest.get(mention["entity"], ""), mention["text"], key=len)
    full: defaultdict[str, set[str | None]] = defaultdict(set)
    for wanted, found in pairs:
        if wanted["text"] == fullest[wanted["entity"]]:
            full[wanted["entity"]].add(found.get("entity"))
    for wanted, found in pairs:
        if wanted["text"] != fullest[wanted["entity"]] and full[wanted["entity"]]:
            counts.short[1] += 1
            counts.short[0] += found.get("entity") in full[wanted["entity"]]


def entity_map(gold: Record, system: Record, pairs: Pairs) -> dict[str | None, str]:
    """Return for each system entity the one gold entity that it stands for.

    That is the one with which it shares most mentions (the first in the text where several share as many), else the
    only one whose name or alias it bears. A merge of two gold entities is thus right for one and wrong for the other.
    """
    shared: defaultdict[str | None, Counter[str]] = defaultdict(Counter)
    first: dict[str, int] = {}
    for wanted, found in pairs:
        entity = wanted["entity"]
        shared[found.get("entity")][entity] += 1
        first[entity] = min(first.get(entity, wanted["start"]), wanted["start"])
    to_gold = {key: min(votes, key=lambda e: (-votes[e], first[e])) for key, votes in shared.items()}
    named: defaultdict[tuple[str, str], set[str]] = defaultdict(set)
    for entity in gold["entities"]:
        for name in [entity["name"], *entity.get("aliases", [])]:
            named[entity["type"], plain(name)].add(entity["id"])
    for entity in system.get("entities", []):
        if entity["id"] not in to_gold:
            names = [entity["name"], *entity.get("aliases", [])]
            bearers = set().union(*(named.get((entity["type"], plain(name)), set()) for name in names))
            if len(bearers) == 1:
                to_gold[entity["id"]] = bearers.pop()
    return to_gold


# --- facts --------------------------------------------------------------------------------------------------------


def _match_facts(gold: Record, system: Record, to_gold: Mapping[str | None, str], counts: Counts) -> None:
    wanted = sorted(gold["facts"], key=lambda fact: bool(fact.get("optional")))
    taken = [False] * len(wanted)
    loose = {entity["id"] for entity in gold["entities"] if entity.get("optional")}
    for found in system.get("facts", []):
        right = [i for i, fact in enumerate(wanted) if same_fact(found, fact, to_gold)]
        free = [i for i in right if not taken[i]]
        if not free:
            ends = [found["subject"]] if found["predicate"] in VALUE else [found["subject"], found["object"]]
            doubtful = any(to_gold.get(end) in loose for end in ends)
            if not right and not doubtful:  # the same fact said again is no second error
                counts.facts[found["predicate"]].system += 1
            continue
        hit = _required_reading(free[0], wanted, taken)
        taken[hit] = True
        if not wanted[hit].get("optional"):
            _count_right_fact(found, wanted[hit], counts)
    for fact in wanted:
        if not fact.get("optional"):
            counts.facts[fact["predicate"]].gold += 1


def same_fact(found: Record, wanted: Record, to_gold: Mapping[str | None, str]) -> bool:
    """Say whether a system's fact is that of gold; ``to_gold`` says which entities its ends stand for."""
    if found["predicate"] != wanted["predicate"]:
        return False
    # Ids are looked for inside ids (e1 is in e12), as the reference scorer has it, so that the figures can be compared.
    subject = to_gold.get(found["subject"], "")
    if found["predicate"] in VALUE:
        if wanted["subject"] not in subject:
            return False
        if found["predicate"] == "hasTitle":
            a, b = plain(found.get("object", "")), plain(wanted["object"])
            return bool(a) and (a in b or b in a)
        q, w = found.get("qualifiers", {}), wanted.get("qualifiers", {})
        return _same_value(q.get("value", found.get("object", "")), w.get("value", wanted["object"]))
    target = to_gold.get(found["object"], "")
    straight = wanted["subject"] in subject and wanted["object"] in target
    turned = wanted["object"] in subject and wanted["subject"] in target
    return straight or (found["predicate"] in SYMMETRIC and turned)


def _required_reading(hit: int, wanted: list[Record], taken: list[bool]) -> int:
    """Return the required fact that the optional one at ``hit`` is another reading of, if it is still free."""
    reading = _reading(wanted[hit])
    if not wanted[hit].get("optional") or reading is None:
        return hit
    others = (i for i, fact in enumerate(wanted) if not taken[i] and not fact.get("optional"))
    return next((i for i in others if _reading(wanted[i]) == reading), hit)


def _reading(fact: Record) -> tuple[Any, ...] | None:
    """What two readings of one statement share: the holder of a figure or the body of a post may be read two ways."""
    q = fact.get("qualifiers", {})
    if fact["predicate"] == "statistic":
        value, indicator = plain(q.get("value", fact["object"])), plain(q.get("indicator", ""))
        return ("statistic", tuple(fact["evidence"]), value, indicator)
    if fact["predicate"] == "holdsPosition":
        return ("holdsPosition", fact["subject"], plain(q.get("title", "")))
    return None


def _count_right_fact(found: Record, wanted: Record, counts: Counts) -> None:
    counts.facts[wanted["predicate"]].right += 1
    counts.facts[wanted["predicate"]].system += 1
    start, end = found.get("evidence") or (0, 0)
    gold_start, gold_end = wanted["evidence"]
    in_place = overlaps((start, end), [(gold_start, gold_end)]) and end - start <= 2 * (gold_end - gold_start) + 80
    counts.quotes[1] += 1
    counts.quotes[0] += in_place
    mine, theirs = found.get("qualifiers", {}), wanted.get("qualifiers", {})
    for key in QUALIFIERS:
        a, b = mine.get(key, ""), theirs.get(key, "")
        if key == "modality":  # only planned and ongoing are counted: done is what says nothing
            a, b = ("" if value == "done" else value for value in (a, b))
        counts.qualifiers[key].right += _same_qualifier(key, a, b)
        counts.qualifiers[key].system += bool(plain(a))
        counts.qualifiers[key].gold += bool(plain(b))


def _same_qualifier(key: str, a: Any, b: Any) -> bool:
    if key == "indicator":
        mine, theirs = _bigrams(a), _bigrams(b)
        return bool(a) and bool(b) and 2 * len(mine & theirs) >= min(len(mine), len(theirs))
    short, long = sorted((plain(a), plain(b)), key=len)
    if key in HEDGED or key == "modality":
        return bool(short) and short == long
    return bool(short) and (short == long or (short in long and 2 * len(short) >= len(long)))


def _same_value(a: Any, b: Any) -> bool:
    a, b = plain(a), plain(b)
    return bool(a) and (a == b or ((a in b or b in a) and _figures(a) == _figures(b)))


def _figures(text: str) -> list[str]:
    """The numbers in a text, so that 5家 is not found in 15家."""
    return re.findall(r"\d+(?:\.\d+)?", text)


def _bigrams(value: Any) -> set[str]:
    text = plain(value)
    return {text[i : i + 2] for i in range(len(text) - 1)} or {text}


def plain(value: Any) -> str:
    """Return a value's words as they are compared: width, space, case and the marks around them folded."""
    if isinstance(value, Mapping):
        value = value.get("text", "")
    text = unicodedata.normalize("NFKC", str(value))  # a key for comparison, nothing is rewritten
    return "".join(text.split()).strip("“”\"'《》。，,").lower()
