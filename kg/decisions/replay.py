"""Replaying decisions: into what was read, through resolution, into its links."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import permutations
from pathlib import Path

from kg.decisions.amending import amend
from kg.decisions.anchors import NotApplicableError, claims_meant, find_quote
from kg.decisions.files import parse_line, to_line
from kg.decisions.following import follow
from kg.decisions.linking import Relinking, documents_of, linking_order, retyped
from kg.decisions.records import Decision, Replay, Unapplied, are_contrary, fact_key
from kg.errors import StoreError
from kg.model import Link, Reading
from kg.schema import Schema
from kg.store import Decided, Store, open_store

_ORDER = ("type", "reject", "accept", "add", "merge", "split", "pin")
"""Names are there before facts speak of them; the last three change no reading."""


def apply_decisions(
    store: Store, decisions: Iterable[Decision], schema: Schema, resolve: Callable[[], Iterable[Link]]
) -> Replay:
    """Link what was read to entities as ``resolve`` and people say, in a store that is open for writing.

    What was read is put back first and amended anew, so that what people no longer decide leaves no trace; the store
    keeps the decisions, and which do not apply.
    """
    said = tuple(decisions)
    store.restore()
    wanted, read = follow(store, said)
    problems = _contradictions(wanted)
    before = {path: list(readings) for path, readings in read.items()}
    _amend(read, wanted, schema, problems)
    store.amend(now for path in read for was, now in zip(before[path], read[path], strict=True) if now is not was)
    links = list(resolve())
    if linking := [one for one in linking_order(wanted) if one not in problems]:
        relinking = _relink(links, linking, read, schema, problems)
        links, kinds = relinking.links(), relinking.kinds
        if kinds:
            articles = {group.partition("@")[0] for group in kinds}
            readings = (one for _, found in store.read(sorted(set(documents_of(kinds)))) for one in found)
            changed = {one.article.id: retyped(one, kinds, schema) for one in readings if one.article.id in articles}
            store.amend(changed.values())
            _check_kept(read, changed, wanted, schema, problems)
    store.replace_links(links)
    store.replace_decisions(Decided(to_line(one), problems.get(now)) for one, now in zip(said, wanted, strict=True))
    return _replay(said, wanted, problems)


def decisions_of(store: str | Path) -> tuple[Decision, ...]:
    """Return the decisions that the graph of a store follows, none where it cannot be read."""
    try:
        with open_store(store) as opened:
            return tuple(parse_line(one.line, str(store)) for one in opened.decisions())
    except StoreError:
        return ()


def describe_unapplied(unapplied: Unapplied) -> str:
    """Return what was decided and why it does not apply, in one line."""
    one = unapplied.decision
    about = f"{one.subject} {one.predicate} {one.object}" if one.subject is not None else one.name
    return f"{one.document}: {one.kind} {about}: {unapplied.reason}"


def check_decisions(store: Store, decisions: Sequence[Decision], schema: Schema) -> Replay:
    """Return which decisions would apply to what a store holds, and why others would not; nothing is changed."""
    wanted, read = follow(store, decisions)
    problems = _contradictions(wanted)
    _amend(read, wanted, schema, problems)
    if linking := [one for one in linking_order(wanted) if one not in problems]:
        fresh = [Link(g.id, f"{g.type}:?", "") for found in read.values() for one in found for g in one.groups]
        known = {link.group: link for link in fresh} | {link.group: link for link in store.links()}
        kinds = _relink(known.values(), linking, read, schema, problems).kinds
        found = {reading.article.id: retyped(reading, kinds, schema) for each in read.values() for reading in each}
        _check_kept(read, found, wanted, schema, problems)
    return _replay(decisions, wanted, problems)


def _amend(
    read: Mapping[str, list[Reading]],
    decisions: Iterable[Decision],
    schema: Schema,
    problems: dict[Decision, str],
) -> None:
    rejects: dict[str, list[Decision]] = {}
    for decision in sorted(decisions, key=lambda one: _ORDER.index(one.kind)):
        if decision in problems:
            continue
        readings = read.get(decision.document)
        try:
            if readings is None:
                raise NotApplicableError(f"there is no document {decision.document}")
            before = list(readings)
            amend(readings, decision, schema)
            if decision.kind == "reject":
                rejects.setdefault(decision.document, []).append(decision)
            elif decision.kind in ("accept", "add") and _is_rejected(
                readings, rejects.get(decision.document, ()), schema
            ):
                readings[:] = before
                raise NotApplicableError("another decision, on words that overlap these, rejects it")
        except NotApplicableError as reason:
            problems[decision] = str(reason)


def _is_rejected(readings: Sequence[Reading], rejects: Iterable[Decision], schema: Schema) -> bool:
    """Say whether a claim is there that one of the decisions took out."""
    for one in rejects:
        found = find_quote(readings, one.quote, one.occurrence)
        if claims_meant(readings[found.number], one, found.span, schema):
            return True
    return False


def _relink(
    links: Iterable[Link],
    decisions: Iterable[Decision],
    read: Mapping[str, Sequence[Reading]],
    schema: Schema,
    problems: dict[Decision, str],
) -> Relinking:
    relinking = Relinking(links, read, schema)
    for decision in decisions:
        try:
            relinking.apply(decision)
        except NotApplicableError as reason:
            problems[decision] = str(reason)
    return relinking


def _contradictions(decisions: Iterable[Decision]) -> dict[Decision, str]:
    """Return the decisions of which another says the contrary; a merge in git may leave both."""
    of_fact: dict[tuple[object, ...], list[Decision]] = {}
    for one in decisions:
        if one.subject is not None:
            of_fact.setdefault(fact_key(one), []).append(one)
    return {
        one: f"another decision says the contrary: {to_line(other)}"
        for same in of_fact.values()
        for one, other in permutations(same, 2)
        if are_contrary(one, other)
    }


def _check_kept(
    read: Mapping[str, Sequence[Reading]],
    changed: Mapping[str, Reading],
    decisions: Iterable[Decision],
    schema: Schema,
    problems: dict[Decision, str],
) -> None:
    """Note the accepted facts that corrected types of their ends rule out."""
    for one in decisions:
        if one.kind in ("accept", "add") and one not in problems:
            found = find_quote(read[one.document], one.quote, one.occurrence)
            reading = changed.get(read[one.document][found.number].article.id)
            if reading is not None and not claims_meant(reading, one, found.span, schema):
                problems[one] = f"{one.predicate} does not take the types that decisions give to its ends"


def _replay(said: Sequence[Decision], now: Sequence[Decision], problems: Mapping[Decision, str]) -> Replay:
    """Return what came of decisions, each as it was said and with the document in which its words stand now."""
    pairs = zip(said, now, strict=True)
    unapplied = tuple(Unapplied(one, problems[other]) for one, other in pairs if other in problems)
    return Replay(len(said) - len(unapplied), unapplied)
