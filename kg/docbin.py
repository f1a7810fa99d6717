"""Stores and annotated texts as DocBin files: to look at in spaCy, and to train spaCy on."""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.annotated import Annotated, read_annotated
from kg.check.score import read_annotations
from kg.errors import ConfigError, InputError, MissingPackageError
from kg.model import Article
from kg.resolve import resolve
from kg.runners.records import open_lines, parse_records, to_article
from kg.schema import Schema, load_schema
from kg.store import open_store

if TYPE_CHECKING:
    from spacy.tokens import Doc

_LINES = (".jsonl", ".ndjson")
_FOLD = 5
"""One text in so many is held out."""

_Item = tuple[str, Annotated, Mapping[str, str]]
"""An article's name, what is known of it, and the entity of each group."""


@dataclass(frozen=True, slots=True)
class DocBinSummary:
    """How many texts were written, and to the file of held-out ones; how many names and facts, what became of others.

    ``unaligned`` names do not end where tokens do and are no entities. ``open_names`` and ``open_facts`` are those that
    gold leaves open. ``problems`` says for each text that was left out where and why.
    """

    texts: int
    held_out: int
    names: int
    facts: int
    unaligned: int
    open_names: int
    open_facts: int
    problems: tuple[str, ...]


def write_docbin(
    source: str | Path,
    out: str | Path,
    *,
    held_out: str | Path | None = None,
    texts: str | Path | None = None,
    types: Sequence[str] = (),
    segmenter: str = "char",
    schema: str | Path | None = None,
) -> DocBinSummary:
    """Write a store, or annotated texts as JSON lines, as a DocBin file of spaCy: ``.spacy``, else a folder of them.

    Documents are what the component ``kg`` makes of a text (kg.spacy_component): entities with their ids, all names in
    ``doc.spans["kg"]``, the reading; ``doc.user_data["kg_article"]`` has id, title and date. Their tokens are
    characters, or with ``segmenter`` jieba its words. A line without a text takes that of its id in ``texts``. With
    ``types`` other names are no entities. With ``held_out`` every fifth text, by its id, goes to that file. What may or
    may not be an entity (a name that tokens cut, or one that gold leaves open) is marked as unknown, from which
    training learns nothing. Raises MissingPackageError without spaCy, KGError where a file cannot be read or written.
    """
    known = load_schema(schema)
    unknown = [name for name in types if name not in known.types]
    if unknown:
        raise ConfigError(f"no type is named {unknown[0]!r}; there are {', '.join(known.types)}")
    if held_out is not None and Path(held_out).resolve() == Path(out).resolve():
        raise ConfigError(f"{out}: is to hold the held-out texts too; give another file")
    make = _tokenizer(segmenter)
    from kg.spacy_docs import docbin

    problems: list[str] = []
    counted: Counter[str] = Counter()
    items = _of_lines(source, texts, problems) if str(source).lower().endswith(_LINES) else _of_store(source)
    with ExitStack() as files:
        add = files.enter_context(docbin(out))
        add_held_out = files.enter_context(docbin(held_out)) if held_out is not None else add
        for name, one, entities in items:
            apart = held_out is not None and is_held_out(name)
            (add_held_out if apart else add)(_doc(make, one, entities, known, types, counted))
            counted["held out" if apart else "texts"] += 1
        if not counted["texts"] + counted["held out"]:
            raise InputError("; ".join([f"{source}: no text to write", *problems[:1]]))
    return DocBinSummary(
        counted["texts"], counted["held out"], counted["names"], counted["facts"], counted["unaligned"],
        counted["open names"], counted["open facts"], tuple(problems),
    )  # fmt: skip


def _tokenizer(segmenter: str) -> Callable[[str], Doc]:
    try:
        from kg.spacy_docs import SEGMENTERS, tokenizer
    except ImportError:
        raise MissingPackageError("kg docbin needs spaCy; run: pip install 'regional-industry-kg[spacy]'") from None
    if segmenter not in SEGMENTERS:
        raise ConfigError(f"no segmenter is named {segmenter!r}; there are {', '.join(SEGMENTERS)}")
    try:
        return tokenizer(segmenter)
    except ImportError:
        raise MissingPackageError(f"the segmenter {segmenter} needs a package; run: pip install {segmenter}") from None


def _doc(
    make: Callable[[str], Doc],
    one: Annotated,
    entities: Mapping[str, str],
    schema: Schema,
    types: Sequence[str],
    counted: Counter[str],
) -> Doc:
    from kg.spacy_docs import fill, leave_open

    doc = make(one.reading.article.text)
    fill(doc, one.reading, entities, schema, types=types)
    doc._.kg_date = one.reading.article.date
    unsure = [(m.span.start, m.span.end) for m in one.open_mentions]  # of any type: that may be doubtful too
    leave_open(doc, [*unsure, *doc._.kg_unaligned])
    counted.update({"names": len(doc.ents), "facts": len(one.reading.claims), "unaligned": len(doc._.kg_unaligned)})
    counted.update({"open names": len(unsure), "open facts": one.open_facts})
    return doc


def is_held_out(name: str) -> bool:
    """Say whether a text is of the fifth that is held out: by the hash of its id, so that it stays so as texts come."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest(), "big") % _FOLD == 0


def _of_store(path: str | Path) -> Iterator[_Item]:
    with open_store(path) as store:
        for document, readings in store.read():
            entities = {link.group: link.entity for link in store.links(document.id)}
            for reading in readings:
                if reading.article.kind == "article":
                    yield reading.article.id, Annotated(reading, (), 0), entities


def _of_lines(path: str | Path, texts: str | Path | None, problems: list[str]) -> Iterator[_Item]:
    """Yield the annotated texts of a file; add to ``problems`` which are none, and why not."""
    told = _texts(texts, problems) if texts is not None else {}
    records = read_annotations(path)
    with open_lines(path) as lines:
        repeated = sum(not line.isspace() for line in lines) - len(records)
    if repeated:
        problems.append(f"{path}: {repeated} lines have an id that a later line has too, and were left out")
    for number, (name, record) in enumerate(records.items(), start=1):
        article = to_article(number, record) if isinstance(record.get("text"), str) else told.get(name)
        if article is None:
            problems.append(f"{path}: {name}: no text; give the file of the texts with --texts")
            continue
        try:
            json.dumps(record, ensure_ascii=False).encode()
            one = read_annotated(article, record)
        except InputError as error:
            problems.append(f"{path}: {name}: {error}")
            continue
        except UnicodeEncodeError:
            problems.append(f"{path}: {name!r}: holds half of a surrogate pair; write the character whole")
            continue
        yield str(name), one, {link.group: link.entity for link in resolve([one.reading])}


def _texts(path: str | Path, problems: list[str]) -> dict[Any, Article]:
    with open_lines(path) as lines:
        return dict(parse_records(lines, where=str(path), problems=problems, done=lambda _: None))
