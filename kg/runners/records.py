"""Texts in the exchange form, ``{"id", "text", "title"?, "date"?}`` a line, through a pipeline in their order."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kg.config import PipelineConfig
from kg.errors import InputError
from kg.model import Article, Reading
from kg.pipeline import Failure
from kg.runners.local import read_articles
from kg.schema import Schema

Record = tuple[Any, Article]
"""A record's id, any JSON value, and its text as an article."""

_ISO_DATE = re.compile(r"\d{4}(-\d\d(-\d\d)?)?")


def parse_records(
    lines: Iterable[bytes], *, where: str, problems: list[str], done: Callable[[int], None]
) -> Iterator[Record]:
    """Yield the record of each line; add to ``problems`` where and why a line is none; tell ``done`` the bytes."""
    for number, record in parse_lines(lines, where=where, problems=problems, done=done):
        yield record["id"], to_article(number, record)


def parse_lines(
    lines: Iterable[bytes], *, where: str, problems: list[str], done: Callable[[int], None]
) -> Iterator[tuple[int, dict[str, Any]]]:
    """Yield the number of each line, from 1, and its record as it is, as ``parse_records`` reads them."""
    for number, line in enumerate(lines, start=1):
        done(len(line))
        if not line.strip():
            continue
        try:
            record = json.loads(line.decode("utf-8-sig"))
            json_line(record).encode("utf-8")
        except (ValueError, RecursionError) as error:  # an escape such as \ud800 may be half of a pair: no UTF-8
            problems.append(f"{where}:{number}: not JSON in UTF-8: {error}")
            continue
        if not isinstance(record, dict) or "id" not in record or not isinstance(record.get("text"), str):
            problems.append(f'{where}:{number}: not a record; each line is {{"id": …, "text": "…"}}')
            continue
        yield number, record


def to_article(number: int, record: Mapping[str, Any]) -> Article:
    """Return the record's text as an article; a date that is not ISO 8601 stays unknown."""
    title, date = record.get("title"), record.get("date")
    return Article(
        id=str(number),
        document="",
        number=number,
        text=record["text"],
        title=title if isinstance(title, str) else None,
        name=str(record["id"]),
        date=date if isinstance(date, str) and _ISO_DATE.fullmatch(date) else None,
    )


def read_records(
    records: Iterable[Record],
    config: PipelineConfig,
    schema: Schema,
    *,
    jobs: int | None = 1,
    tallies: Counter[str] | None = None,
) -> Iterator[tuple[Any, Reading | Failure]]:
    """Yield for each record, in order, its id and what was read in its text, or how that failed.

    What the stages count (kg.protocols.Counts) is added to ``tallies``.
    """
    names: deque[Any] = deque()

    def articles() -> Iterator[Article]:
        for name, article in records:
            names.append(name)
            yield article

    for batch in read_articles(articles(), config, schema, jobs=jobs):
        if tallies is not None:
            tallies.update(batch.tallies)
        read: dict[str, Reading | Failure] = {failure.article: failure for failure in batch.failures}
        read |= {reading.article.id: reading for reading in batch.readings}
        for article in batch.articles:
            yield names.popleft(), read[article.id]


@contextmanager
def open_lines(path: str | Path) -> Iterator[IO[bytes]]:
    """Open a file for reading, or standard input for ``-``. Raises InputError where it cannot be opened."""
    if str(path) == "-":
        yield sys.stdin.buffer
        return
    try:
        file = Path(path).open("rb")  # noqa: SIM115  # closed below: only the opening is guarded
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    with file:
        yield file


def json_line(record: Mapping[str, Any]) -> str:
    """Return the record as a line of JSON."""
    return json.dumps(record, ensure_ascii=False) + "\n"
