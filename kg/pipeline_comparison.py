"""Two pipelines on the same texts: what each finds that the other does not, and how good both are where gold says."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import tee
from pathlib import Path
from typing import Any, Literal

from kg.check.differences import Judge, Matched, match_facts, match_names, same_details
from kg.check.paired import PairedScores, ScoreRow
from kg.check.score import Record
from kg.config import load_pipeline
from kg.export.annotations import stated_claims, to_annotation
from kg.ingest import Skipped, read_inputs
from kg.model import Article, Mention, Reading, Span
from kg.pipeline import Failure
from kg.repair import repair
from kg.runners.progress import Progress, meter
from kg.runners.records import open_lines, parse_lines, read_records, to_article
from kg.schema import load_schema

Kind = Literal["mention", "fact"]
Side = Literal["A", "B", "both"]

_LINES = (".jsonl", ".ndjson")
_AROUND = 40
"""How many characters are shown on either side of a name that stands in no sentence."""


@dataclass(slots=True)
class Counted:
    """How many mentions of a type, or facts of a predicate, both found, A alone and B alone.

    ``other_details`` counts facts of both whose qualifiers are not the same. ``right_a`` and ``right_b`` are how many
    of those that one alone found are right, and of how many gold says whether they are.
    """

    both: int = 0
    only_a: int = 0
    only_b: int = 0
    other_details: int = 0
    right_a: tuple[int, int] = (0, 0)
    right_b: tuple[int, int] = (0, 0)


@dataclass(frozen=True, slots=True)
class Difference:
    """What one pipeline found and the other did not, or both with other qualifiers (``side`` is ``both``).

    ``said`` is the name, or the fact in one line; ``other`` is what B says where ``side`` is ``both``. ``sentence`` is
    where it stands in the text of that id, ``name`` the type or predicate, ``reader`` who found it, ``agreed`` who else
    says so. ``right`` is what gold says, None where there is none or it leaves it open.
    """

    kind: Kind
    side: Side
    name: str
    said: str
    other: str | None
    text: str
    sentence: str
    reader: str
    agreed: tuple[str, ...]
    score: float
    right: bool | None


@dataclass(slots=True)
class PipelineComparison:
    """Two pipelines held against each other on ``texts`` texts, of which ``scored`` carry gold.

    ``problems`` says for each other text where and why not. ``tallies`` is what the stages of A and of B counted.
    """

    a: str
    b: str
    texts: int = 0
    scored: int = 0
    mentions: dict[str, Counted] = field(default_factory=dict)
    facts: dict[str, Counted] = field(default_factory=dict)
    differences: list[Difference] = field(default_factory=list)
    scores: list[ScoreRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    tallies: tuple[Mapping[str, float], Mapping[str, float]] = ({}, {})
    seconds: float = 0.0


@dataclass(frozen=True, slots=True)
class _Text:
    name: Any
    article: Article
    gold: Record | None


def compare(
    pipeline_a: str | Path,
    pipeline_b: str | Path,
    source: str | Path,
    *,
    schema: str | Path | None = None,
    jobs: int | None = 1,
    samples: int = 1000,
    progress: Progress | None = None,
) -> PipelineComparison:
    """Read the texts of ``source`` with two pipelines and return what each finds that the other does not.

    ``source`` is a file of JSON lines ``{"id", "text", "title"?, "date"?}``, ``-`` for standard input, or any file or
    folder that ``build`` reads. Lines that are annotated too (``mentions``, ``entities``, ``facts``) are gold: both are
    scored against them, with the 95 % interval of the difference from ``samples`` draws of the texts. Mentions and
    facts are matched as ``evaluate`` matches them. A text on which a stage fails is set aside for both. Raises
    InputError and ConfigError where something cannot be read.
    """
    started = time.perf_counter()
    configs = load_pipeline(pipeline_a), load_pipeline(pipeline_b)
    known = load_schema(schema)
    found = PipelineComparison(str(pipeline_a), str(pipeline_b))
    tallies: tuple[Counter[str], Counter[str]] = (Counter(), Counter())
    paired = PairedScores()
    unread: list[str] = []
    texts, for_a, for_b = tee(_texts(source, unread, progress), 3)
    sides = [
        read_records(((text.name, text.article) for text in given), config, known, jobs=jobs, tallies=tally)
        for given, config, tally in zip((for_a, for_b), configs, tallies, strict=True)
    ]
    for text, (_, a), (_, b) in zip(texts, *sides, strict=True):
        if isinstance(a, Reading) and isinstance(b, Reading):
            _add(found, paired, text, a, b)
        for side, one in zip("AB", (a, b), strict=True):
            if isinstance(one, Failure):
                found.problems.append(f"{source}: {text.name}: {side}: stage {one.stage} failed: {one.message}")
    found.problems[:0] = unread
    found.scored = len(paired)
    found.scores = paired.rows(samples) if len(paired) else []
    found.mentions, found.facts = (dict(sorted(one.items())) for one in (found.mentions, found.facts))
    found.tallies = tallies
    found.seconds = time.perf_counter() - started
    return found


# --- texts ----------------------------------------------------------------------------------------------------------


def _texts(source: str | Path, problems: list[str], progress: Progress | None) -> Iterator[_Text]:
    if str(source) == "-" or Path(source).suffix.lower() in _LINES:
        yield from _lines(source, problems, progress)
        return
    done = meter(progress, None)
    for one in read_inputs([source]):
        if isinstance(one, Skipped):
            problems.append(f"{one.path}: {one.reason}" if one.line is None else f"{one.path}:{one.line}: {one.reason}")
            continue
        for article in one.articles if one.articles is not None else repair(one.document):
            if article.kind == "article":
                yield _Text(f"{one.document.path}/{article.number}", article, None)
        done(len(one.document.text))


def _lines(source: str | Path, problems: list[str], progress: Progress | None) -> Iterator[_Text]:
    with open_lines(source) as lines:
        done = meter(progress, Path(source).stat().st_size if str(source) != "-" else None)
        for number, record in parse_lines(lines, where=str(source), problems=problems, done=done):
            gold = None
            if "mentions" in record:
                gold = {"entities": [], "facts": [], **record}
                if not _is_annotated(gold):
                    problems.append(f"{source}:{number}: not an annotated text; docs/voting.md shows the form")
                    continue
            yield _Text(record["id"], to_article(number, record), gold)


def _is_annotated(record: Mapping[str, Any]) -> bool:
    """Say whether mentions, entities and facts have what scoring looks at."""
    needed: Mapping[str, Mapping[str, type]] = {
        "mentions": {"start": int, "end": int, "text": str, "type": str, "entity": str},
        "entities": {"id": str, "type": str, "name": str},
        "facts": {"subject": str, "predicate": str, "object": str, "evidence": list},
    }
    return all(
        isinstance(record[kind], list)
        and all(
            isinstance(one, dict) and all(isinstance(one.get(k), t) for k, t in keys.items()) for one in record[kind]
        )
        for kind, keys in needed.items()
    )


# --- one text -------------------------------------------------------------------------------------------------------


class _Found:
    """What one pipeline found in a text, in the exchange form, with who found it."""

    def __init__(self, reading: Reading, gold: Record | None) -> None:
        self.reading = reading
        self.record = to_annotation(reading)
        self.claims = stated_claims(reading)
        self.mentions = sorted(reading.mentions, key=lambda mention: mention.span)
        self._judge = Judge(gold, self.record) if gold is not None else None
        self._names = {entity["id"]: entity["name"] for entity in self.record["entities"]}

    def right(self, kind: Kind, place: int) -> bool | None:
        if self._judge is None:
            return None
        if kind == "mention":
            return self._judge.mention(self.record["mentions"][place])
        return self._judge.fact(self.record["facts"][place])

    def said(self, kind: Kind, place: int) -> str:
        if kind == "mention":
            return self.mentions[place].text
        fact, claim = self.record["facts"][place], self.claims[place]
        object_ = fact["object"] if isinstance(claim.object, str) else self._names[fact["object"]]
        details = [f"{qualifier.name} {qualifier.text}" for qualifier in claim.qualifiers]
        details += [claim.modality] if claim.modality != "done" else []
        return "  ".join([f"{self._names[fact['subject']]} {claim.predicate} {object_}", *details])

    def difference(self, kind: Kind, side: Side, place: int, text: str, other: str | None = None) -> Difference:
        said, right = self.said(kind, place), self.right(kind, place)
        if kind == "mention":
            mention = self.mentions[place]
            sentence = self._sentence(mention)
            return Difference(
                kind, side, mention.type, said, other, text, sentence, mention.finder, (), mention.score, right
            )
        claim = self.claims[place]
        quote = claim.evidence[0].quote
        return Difference(
            kind, side, claim.predicate, said, other, text, quote, claim.reader, claim.agreed, claim.score, right
        )

    def _sentence(self, mention: Mention) -> str:
        text, span = self.reading.article.text, mention.span
        near = Span(max(0, span.start - _AROUND), min(len(text), span.end + _AROUND))
        within = next((sentence for sentence in self.reading.sentences if sentence.contains(span)), near)
        return text[within.start : within.end]


def _add(found: PipelineComparison, paired: PairedScores, text: _Text, one: Reading, other: Reading) -> None:
    """Add a text's differences and scores."""
    found.texts += 1
    a, b = _Found(one, text.gold), _Found(other, text.gold)
    if text.gold is not None:
        paired.add(text.gold, a.record, b.record)
    _count(found, "mention", match_names(a.record, b.record), a, b, str(text.name))
    _count(found, "fact", match_facts(a.record, b.record), a, b, str(text.name))


def _count(found: PipelineComparison, kind: Kind, matched: Matched, a: _Found, b: _Found, text: str) -> None:
    counted = found.mentions if kind == "mention" else found.facts

    def of(name: str) -> Counted:
        return counted.setdefault(name, Counted())

    for place, there in matched.both:
        row = of(_name(kind, a, place))
        row.both += 1
        if kind == "fact" and not same_details(a.record["facts"][place], b.record["facts"][there]):
            row.other_details += 1
            found.differences.append(a.difference(kind, "both", place, text, b.said(kind, there)))
    for place in matched.only_a:
        one = a.difference(kind, "A", place, text)
        row = of(one.name)
        row.only_a += 1
        row.right_a = _judged(row.right_a, one.right)
        found.differences.append(one)
    for place in matched.only_b:
        one = b.difference(kind, "B", place, text)
        row = of(one.name)
        row.only_b += 1
        row.right_b = _judged(row.right_b, one.right)
        found.differences.append(one)


def _name(kind: Kind, side: _Found, place: int) -> str:
    return side.mentions[place].type if kind == "mention" else side.claims[place].predicate


def _judged(so_far: tuple[int, int], right: bool | None) -> tuple[int, int]:
    return so_far if right is None else (so_far[0] + right, so_far[1] + 1)
