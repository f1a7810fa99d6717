"""Passages with their names and the facts between them marked, written to train the scorer of pairs.

A passage is a line of text whose names stand in brackets, and lines that say what it states:

    [海岚银行|Organization/financial_institution]为[云织鞋服公司|Organization/company]（简称[云织|Organization/company]）放贷。
    = 云织鞋服公司 云织
    > 海岚银行 lendsTo 云织鞋服公司

``=`` joins names of one thing, the fullest first; ``>`` states a fact, ``~`` one that two careful readers could
disagree on. An empty line ends a passage, ``#`` begins a comment; ``# not marked:`` lists predicates that the file
leaves out, so that nothing is to be learned of them. Any other pair of names is joined by no fact.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from kg.errors import InputError
from kg.model import Mention, Span
from kg.schema import Schema

_NAME = re.compile(r"\[([^\[\]|]+)\|(\w+)(?:/(\w+))?\]")
_NOT_MARKED = "# not marked:"


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage: ``entities`` gives the fullest name of each name, ``facts`` are (subject, predicate, object, doubtful)
    between fullest names."""

    text: str
    mentions: tuple[Mention, ...]
    entities: dict[str, str]
    facts: tuple[tuple[str, str, str, bool], ...]
    not_marked: tuple[str, ...]


def read_passages(path: Path, schema: Schema) -> Iterator[Passage]:
    """Yield a file's passages; raises InputError with file and line where one is not well-formed."""
    not_marked: tuple[str, ...] = ()
    block: list[tuple[int, str]] = []
    for number, line in enumerate([*path.read_text(encoding="utf-8").splitlines(), ""], start=1):
        if line.startswith(_NOT_MARKED):
            not_marked = tuple(name.strip() for name in line.removeprefix(_NOT_MARKED).split(","))
        elif line.strip() and not line.startswith("#"):
            block.append((number, line))
        elif block and not line.strip():
            yield _passage(path, block, schema, not_marked)
            block = []


def _passage(path: Path, block: list[tuple[int, str]], schema: Schema, not_marked: tuple[str, ...]) -> Passage:
    text, mentions = _marked(block[0][1])
    entities = {mention.text: mention.text for mention in mentions}
    types = {mention.text: mention.type for mention in mentions}
    facts = []
    for number, line in block:
        sign, *names = line.split()
        if number == block[0][0]:
            unknown = sorted({mention.type for mention in mentions} - set(schema.types))
            if unknown or "[" in text or "|" in text:
                raise InputError(f"{path}:{number}: {unknown[0] if unknown else 'a bracket'} cannot be read")
            continue
        ends = names[::2] if sign in (">", "~") else names
        missing = [name for name in ends if name not in entities]
        if missing:
            raise InputError(f"{path}:{number}: {missing[0]} is no name of the passage")
        if sign == "=" and names:
            entities |= dict.fromkeys(names, names[0])
        elif sign in (">", "~") and len(names) == 3:
            subject, predicate, object_ = names
            if not schema.allows(predicate, types[subject], types[object_]):
                raise InputError(f"{path}:{number}: no {predicate} from {types[subject]} to {types[object_]}")
            facts.append((entities[subject], predicate, entities[object_], sign == "~"))
        else:
            raise InputError(f"{path}:{number}: give = NAME NAME, > SUBJECT PREDICATE OBJECT, or ~ and the same")
    return Passage(text, mentions, entities, tuple(facts), not_marked)


def _marked(line: str) -> tuple[str, tuple[Mention, ...]]:
    text, mentions, last = "", [], 0
    for name in _NAME.finditer(line):
        text += line[last : name.start()]
        start = len(text)
        text += name[1]
        mentions.append(Mention(Span(start, len(text)), name[1], name[2], name[3], "annotated", 1.0))
        last = name.end()
    return text + line[last:], tuple(mentions)
