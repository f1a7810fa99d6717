"""Making decisions: anchored to the words that a store holds, checked against it, added to their file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from kg.decisions.anchors import occurrence_of
from kg.decisions.files import read_decisions, write_decisions
from kg.decisions.records import Anchor, Decision, Kind, Replay
from kg.decisions.replay import check_decisions
from kg.errors import InputError
from kg.graph import Graph, build_graph
from kg.model import Claim, Entity, Evidence, Fact, Mention, Modality, Polarity, Reading
from kg.provenance import find_facts, one_fact
from kg.schema import Schema, load_schema
from kg.store import Store, open_store

_WORDS: dict[Kind, str] = {
    "accept": "the id of a fact, or its subject, predicate and object",
    "reject": "the id of a fact, or its subject, predicate and object",
    "add": "subject, predicate and object",
    "type": "a name and its type",
    "merge": "two names",
    "split": "a name",
    "pin": "a name and an id",
}
_COUNTS: dict[Kind, tuple[int, ...]] = {
    "accept": (1, 3), "reject": (1, 3), "add": (3,), "type": (2,), "merge": (2,), "split": (1,), "pin": (2,)
}  # fmt: skip


def decide(
    decisions: str | Path,
    store: str | Path,
    kind: Kind,
    *words: str,
    quote: str | None = None,
    document: str | None = None,
    occurrence: int = 1,
    id: str | None = None,  # noqa: A002  # the word of the file
    qualifiers: Mapping[str, str] | None = None,
    modality: Modality = "done",
    polarity: Polarity = "affirmed",
    subject_type: str | None = None,
    object_type: str | None = None,
    note: str | None = None,
    schema: str | Path | None = None,
) -> list[Decision]:
    """Add a decision on a store's graph to a file of them, made if missing; return what the file did not have yet.

    ``words`` are, by ``kind``: of ``accept`` and ``reject`` the id of a fact, or its subject, predicate and object; of
    ``add`` those three, which ``quote`` says, with ``qualifiers`` as it has them; of ``type`` a name and a type
    (``Organization/company``), of ``merge`` two names, of ``split`` a name (and an ``id`` for what it stands for in
    ``document``), of ``pin`` a name and an id. A name is that of one entity, or stands in ``quote``. The next build
    replays the file. Raises InputError, and writes nothing, where the decision does not apply to the store.
    """
    if kind not in _COUNTS:
        raise InputError(f"no decision is named {kind!r}; there are {', '.join(_COUNTS)}")
    if len(words) not in _COUNTS[kind]:
        raise InputError(f"{kind} takes {_WORDS[kind]}")
    known = load_schema(schema)
    with open_store(store) as opened:
        if kind == "add":
            if quote is None:
                raise InputError("add needs the quote that says the fact")
            path, _ = documents_with(opened, quote, document)
            subject, predicate, object_ = words
            said = Decision(
                kind, path, quote, occurrence, subject, predicate, object_, modality=modality, polarity=polarity,
                qualifiers=tuple(sorted((qualifiers or {}).items())), subject_type=subject_type,
                object_type=object_type,
            )  # fmt: skip
            new = [said]
        else:
            graph = build_graph(opened.read(), opened.links(), known)
            if kind in ("accept", "reject"):
                new = on_fact(kind, graph, opened, the_fact(graph, known, words), known)
            else:
                new = [_on_name(kind, graph, opened, words, quote, document, occurrence, id)]
        return add_checked(decisions, opened, [replace(one, note=note) for one in new], known)


def check_file(decisions: str | Path, store: str | Path, *, schema: str | Path | None = None) -> Replay:
    """Return which decisions of a file would apply to a store, and why others would not; nothing is changed.

    Raises InputError, with the number of the line, where the file holds something else.
    """
    wanted = read_decisions(decisions).decisions
    with open_store(store) as opened:
        return check_decisions(opened, wanted, load_schema(schema))


def _on_name(
    kind: Kind,
    graph: Graph,
    store: Store,
    words: Sequence[str],
    quote: str | None,
    document: str | None,
    occurrence: int,
    id_: str | None,
) -> Decision:
    if quote is not None:
        anchor = Anchor(documents_with(store, quote, document)[0], quote, words[0], occurrence)
    else:
        anchor = anchor_of(graph, store, words[0], document)
    if kind == "type":
        return on_name(kind, anchor, type=words[1])
    if kind == "merge":
        return merging(graph, store, anchor, words[0], words[1])
    return on_name(kind, anchor, id=words[1] if kind == "pin" else id_)


def add_checked(path: str | Path, store: Store, new: Sequence[Decision], schema: Schema) -> list[Decision]:
    """Add decisions to a file, which is made if missing; return those that it did not have.

    Raises InputError, and adds none, where one does not apply to the store.
    """
    file = read_decisions(path, missing=True)
    checked = check_decisions(store, new, schema)
    if checked.unapplied:
        raise InputError(f"{new[0].document}: {checked.unapplied[0].reason}")
    added = [decision for decision in new if decision not in file.decisions]
    if added:
        write_decisions(path, file.adding(added))
    return added


def on_fact(kind: Kind, graph: Graph, store: Store, fact: Fact, schema: Schema) -> list[Decision]:
    """Return the decisions that accept a fact, by its first quote, or reject it, by each of them."""
    claims = fact.claims if kind == "reject" else fact.claims[:1]
    return [_on_claim(kind, graph, store, claim, schema) for claim in claims]


def _on_claim(kind: Kind, graph: Graph, store: Store, claim: Claim, schema: Schema) -> Decision:
    evidence = claim.evidence[0]
    ((document, readings),) = store.as_read([graph.source(evidence).document])
    said = {qualifier.name: qualifier.text for qualifier in claim.qualifiers}
    if kind == "reject":  # by what tells facts apart: another reading of its date does not bring it back
        predicate = schema.predicates.get(claim.predicate)
        said = {name: text for name, text in said.items() if predicate is not None and name in predicate.identifying}
    types = (_type_of(claim.subject), _type_of(claim.object)) if kind != "reject" else (None, None)
    return Decision(
        kind, document.path, evidence.quote, occurrence_of(readings, evidence), subject=claim.subject.text,
        predicate=claim.predicate, object=claim.object if isinstance(claim.object, str) else claim.object.text,
        qualifiers=tuple(sorted(said.items())), modality=claim.modality, polarity=claim.polarity, subject_type=types[0],
        object_type=types[1],
    )  # fmt: skip


def _type_of(mention: Mention | str) -> str | None:
    if isinstance(mention, str):
        return None
    return f"{mention.type}/{mention.subtype}" if mention.subtype else mention.type


def the_fact(graph: Graph, schema: Schema, words: Sequence[str]) -> Fact:
    """Return the one fact of an id, or of subject, predicate and object; raises InputError where it is not one."""
    if len(words) == 1:
        return one_fact(graph, words[0])
    if len(words) != 3:
        raise InputError("give the id of a fact, or its subject, predicate and object")
    found = find_facts(graph, schema, *words)
    if not found:
        raise InputError(f"no fact says {' '.join(words)}; to add it, say in which quote it stands")
    if len(found) > 1:
        raise InputError(
            f"{len(found)} facts say {' '.join(words)}: give one id of {' '.join(one.id for one in found)}"
        )
    return found[0]


def documents_with(store: Store, quote: str, document: str | None) -> tuple[str, list[Reading]]:
    """Return the path of the one document in which a quote stands, or of the one named, and what was read in it.

    Raises InputError where that is not one.
    """
    if document is None:
        words = "".join(quote.split())
        ids = {document_id for _, document_id, text in store.texts() if words in "".join(text.split())}
    else:
        ids = {entry.id for entry in store.entries() if entry.path == document}
        if not ids:
            raise InputError(f"{document}: no such document; kg stats --documents lists them")
    found = list(store.as_read(sorted(ids)))
    if not found:
        raise InputError(f"no document holds these words: “{' '.join(quote.split())}”")
    if len({one.path for one, _ in found}) > 1:
        raise InputError(
            f"{len(found)} documents hold these words; name one: {', '.join(one.path for one, _ in found)}"
        )
    return found[0][0].path, [reading for _, readings in found for reading in readings]


def the_entity(graph: Graph, name: str) -> Entity:
    """Return the one entity of that name, id or code; raises InputError where there is none, or several."""
    found = graph.named(name)
    if not found:
        raise InputError(f"no entity is named {name}; kg show finds names that hold a part of it")
    if len(found) > 1:
        raise InputError(f"{len(found)} entities are named {name}: give one id of {' '.join(one.id for one in found)}")
    return found[0]


def merging(graph: Graph, store: Store, anchor: Anchor, name: str, into: str) -> Decision:
    """Return the decision that joins the entity of one name, which stands at the anchor, to that of another."""
    other = the_entity(graph, into)
    if other in graph.named(name):
        raise InputError(f"{name} and {into} are one already")
    return on_name("merge", anchor, into=anchor_of(graph, store, other.id))


def anchor_of(graph: Graph, store: Store, name: str, document: str | None = None) -> Anchor:
    """Return where an entity, given by name, id or code, is named first, in a document if one is given.

    Raises InputError where there is no such entity, or several.
    """
    entity = the_entity(graph, name)
    paths = {entry.id: entry.path for entry in store.entries()}
    for _, in_document, _, group in store.names([entity.id], besides=()):
        if document is None or paths[in_document] == document:
            ((_, readings),) = store.as_read([in_document])
            return _anchor_at(paths[in_document], readings, group.id, group.mentions[0])
    raise InputError(f"{document}: does not name {name}")


def _anchor_at(path: str, readings: Sequence[Reading], group: str, mention: Mention) -> Anchor:
    reading = next(one for one in readings if one.article.id == group.partition("@")[0])
    sentence = next((one for one in reading.sentences if one.contains(mention.span)), mention.span)
    quote = reading.article.text[sentence.start : sentence.end]
    times = occurrence_of(readings, Evidence(reading.article.id, sentence, quote))
    return Anchor(path, quote, mention.text, times)


def on_name(kind: Kind, anchor: Anchor, **values: str | Anchor | None) -> Decision:
    """Return a decision of that kind on the name at an anchor."""
    plain = Decision(kind, anchor.document, anchor.quote, anchor.occurrence, name=anchor.name)
    return replace(plain, **values)  # type: ignore[arg-type]
