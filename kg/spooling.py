"""A graph of which only entities and sources are in memory; the facts lie on disk and come one after the other.

For exporters that pass over the facts and for stores that hold millions of them. What is computed is what
``kg.graph.build_graph`` computes.
"""

from __future__ import annotations

import json
import pickle
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Protocol

from kg.gathering import Gathered, Outline, Presence, Source, Told, fact_id, make_fact
from kg.graph import codes_of
from kg.model import Document, Entity, Evidence, Fact, Link, Reading, Span
from kg.places import Place
from kg.schema import Schema
from kg.sorting import HELD, grouped, no_room, sort_lines


class GraphView(Protocol):
    """What an exporter that takes one fact after the other asks of a graph, in memory or not.

    ``place`` answers for the evidence of the fact that ``facts`` gave last.
    """

    @property
    def entities(self) -> Mapping[str, Entity]: ...
    @property
    def facts(self) -> Iterable[Fact]: ...
    @property
    def outlines(self) -> Iterable[Outline]: ...
    @property
    def sources(self) -> Mapping[str, Source]: ...
    @property
    def presence(self) -> Mapping[str, Presence]: ...
    @property
    def by_code(self) -> Mapping[str, str]: ...
    def source(self, evidence: Evidence, /) -> Source: ...
    def place(self, evidence: Evidence, /) -> Place | None: ...


@dataclass(slots=True)
class SpooledGraph:
    """Entities and sources in memory, facts in a file of sorted lines, one a claim; see ``spool_graph``.

    One pass over ``facts`` at a time: ``place`` answers for the fact that the last one gave.
    """

    entities: Mapping[str, Entity]
    sources: Mapping[str, Source]
    presence: Mapping[str, Presence]
    by_code: Mapping[str, str]
    file: Path
    _places: dict[tuple[str, Span], Place] = field(default_factory=dict)

    @property
    def facts(self) -> Iterator[Fact]:
        """The facts, by subject, predicate and object."""
        with self.file.open("rb") as lines:
            for _, group in grouped(line[:-1] for line in lines):
                told = [_unpack(line) for line in group]
                self._places = {where: place for one in told for where, place in one.places}
                yield make_fact(told[0].key, [one.claim for one in told], self.sources)

    @property
    def outlines(self) -> Iterator[Outline]:
        """The facts without their claims, in their order."""
        with self.file.open("rb") as lines:
            for key, group in grouped(line[:-1] for line in lines):
                subject, predicate, object_, *_ = map(_unescaped, key.decode("utf-8", "surrogatepass").split("\x01"))
                _, modality, polarity, _ = next(group).split(b" ", 3)
                yield Outline(subject, predicate, object_ or None, modality.decode(), polarity.decode())

    def source(self, evidence: Evidence) -> Source:
        """Return the article that the words stand in."""
        return self.sources[evidence.article]

    def place(self, evidence: Evidence) -> Place | None:
        """Return where the words stand in their document, None where that is not known."""
        return self._places.get((evidence.article, evidence.span))


@contextmanager
def spool_graph(
    contents: Iterable[tuple[Document, Iterable[Reading]]],
    links: Callable[[str], Iterable[Link]],
    schema: Schema,
    *,
    held: int = HELD,
) -> Iterator[SpooledGraph]:
    """Give the graph that the readings and links amount to; its file is deleted at the end.

    ``contents`` is what a store's ``read`` gives, ``links`` gives those of a document's groups. Beyond entities and
    sources about ``held`` bytes are in memory, whatever the number of facts. Raises ConfigError where the temporary
    folder has no room.
    """
    gathered = Gathered()

    def lines() -> Iterator[bytes]:
        number = count()  # equal claims stay apart
        for document, readings in contents:
            entity_of = {link.group: link.entity for link in links(document.id)}
            for told in gathered.add(document, readings, entity_of, schema):
                yield _pack(told, next(number))

    with ExitStack() as stack:
        try:
            file = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="kg-facts-"))) / "facts"
            with file.open("wb") as out:
                out.writelines(b"%b\n" % line for line in sort_lines(lines(), held=held))
        except OSError as error:
            raise no_room(error) from error
        presence, entities = gathered.presence(), gathered.take_entities()
        yield SpooledGraph(entities, gathered.sources(), presence, codes_of(entities), file)


def _pack(told: Told, number: int) -> bytes:
    """Return a line that sorts by subject, predicate, object and value, then by fact.

    The pickle in it is read from this process's own temporary file only.
    """
    subject, predicate, object_, value, modality, polarity, _ = told.key
    parts = (subject, predicate, object_ or "", value or "", fact_id(told.key))
    key = "\x01".join(map(_escaped, parts)).encode("utf-8", "surrogatepass")
    how = f"{modality} {polarity}".encode()
    return b"%b\t%x %b %b" % (key, number, how, b64encode(pickle.dumps(told, 5)))


def _escaped(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _unescaped(text: str) -> str:
    return str(json.loads(f'"{text}"')) if "\\" in text else text


def _unpack(packed: bytes) -> Told:
    told: Told = pickle.loads(b64decode(packed.rpartition(b" ")[2]))
    return told
