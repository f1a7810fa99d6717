"""Annotated texts to train and measure on, as JSON lines or as marked text.

JSON lines: ``{"text", "entities": [[start, end, label], ...]}``, or our own annotation form, whose ``mentions`` may be
``optional`` or give ``alt`` boundaries. Marked text (.txt): a passage a line, mentions as ``[name|Type]`` or
``[name|Type/subtype]``; lines that begin with # are left out. Offsets are code points, half-open.
"""

from __future__ import annotations

import json
import lzma
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from kg.errors import InputError
from kg.tagger.labels import LabelledSpan

_MARKED = re.compile(r"\[([^\[\]|]+)\|(\w+)(?:/\w+)?\]")


@dataclass(frozen=True, slots=True)
class Example:
    """A text and its mentions, none of which overlap.

    ``open_spans`` may or may not be mentions: training learns nothing from them. ``alternatives`` are other boundaries
    that a mention may have as well.
    """

    text: str
    spans: tuple[LabelledSpan, ...]
    open_spans: tuple[tuple[int, int], ...] = ()
    alternatives: tuple[LabelledSpan, ...] = ()


def read_corpus(path: Path, labels: Mapping[str, str | None] | None = None) -> list[Example]:
    """Read a corpus; ``labels`` renames its labels, and leaves out the mentions of those that it maps to None.

    Raises InputError with the line where the file is not as it should be, or has a label that ``labels`` does not name.
    """
    examples = []
    marked = path.name.removesuffix(".xz").endswith(".txt")
    for number, line in enumerate(_lines(path), start=1):
        try:
            example = _marked(line) if marked else _record(line)
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            said = f"no {error}" if isinstance(error, KeyError) else error
            raise InputError(
                f"{path}, line {number}: not an annotated text ({said}); "
                'give {"text": "…", "entities": [[start, end, "LABEL"], …]} a line'
            ) from error
        if example is None:
            continue
        if labels is not None:
            unknown = sorted({span.type for span in example.spans} - set(labels))
            if unknown:
                raise InputError(f"{path}, line {number}: the label map does not name {', '.join(unknown)}")
            example = _renamed(example, labels)
        examples.append(example)
    if not examples:
        raise InputError(f"{path}: no annotated text in it")
    return examples


def _lines(path: Path) -> Iterator[str]:
    try:
        opened = lzma.open if path.suffix == ".xz" else open
        with opened(path, "rt", encoding="utf-8-sig") as file:  # Windows puts a mark before the first line
            yield from file
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (OSError, lzma.LZMAError, UnicodeDecodeError) as error:
        raise InputError(f"{path}: cannot be read as UTF-8 text: {error}") from error


def _marked(line: str) -> Example | None:
    line = line.rstrip("\n")
    if not line.strip() or line.startswith("#"):
        return None
    parts: list[str] = []
    spans = []
    at = size = 0
    for match in _MARKED.finditer(line):
        before = line[at : match.start()]
        name, kind = match.groups()
        start = size + len(before)
        parts += [before, name]
        size = start + len(name)
        spans.append(LabelledSpan(start, size, kind))
        at = match.end()
    parts.append(line[at:])
    text = "".join(parts)
    if "[" in text or "|" in text:
        raise ValueError(f"a mark that is not [name|Type], near {text[max(0, text.find('[')) :][:20]!r}")
    return Example(text, tuple(spans))


def _record(line: str) -> Example | None:
    if not line.strip():
        return None
    record = json.loads(line)
    text = record["text"]
    if not isinstance(text, str) or not text:
        raise ValueError("no text")
    if "mentions" in record:
        return _annotation(text, record["mentions"])
    return Example(text, _without_overlaps(text, (LabelledSpan(*entry[:3]) for entry in record["entities"])))


def _annotation(text: str, mentions: Iterable[Mapping[str, Any]]) -> Example:
    mentions = list(mentions)
    required = [m for m in mentions if not m.get("optional")]
    kept = _without_overlaps(text, (LabelledSpan(m["start"], m["end"], m["type"]) for m in required))
    others = [
        _checked(text, LabelledSpan(start, end, m["type"]))
        for m in required
        if (m["start"], m["end"], m["type"]) in kept
        for start, end in m.get("alt", ())
    ]
    optional = [_checked(text, LabelledSpan(m["start"], m["end"], m["type"])) for m in mentions if m.get("optional")]
    return Example(text, kept, tuple((span.start, span.end) for span in optional), tuple(others))


def _checked(text: str, span: LabelledSpan) -> LabelledSpan:
    """Return the span; raises ValueError where it is none of the text, or has no label."""
    start, end, label = span
    if not isinstance(start, int) or not isinstance(end, int) or not 0 <= start < end <= len(text):
        raise ValueError(f"a mention at {start}, {end} of a text of {len(text)} characters")
    if not isinstance(label, str) or not label:
        raise ValueError(f"the label {label!r} is no name")
    return span


def _without_overlaps(text: str, spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
    """Return the spans in text order; of two that overlap the longer."""
    kept: list[LabelledSpan] = []
    checked = [_checked(text, span) for span in spans]
    for span in sorted(checked, key=lambda s: (s.start - s.end, s.start, s.type)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def _renamed(example: Example, labels: Mapping[str, str | None]) -> Example:
    def rename(spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
        return tuple(span._replace(type=name) for span in spans if (name := labels.get(span.type)) is not None)

    return replace(example, spans=rename(example.spans), alternatives=rename(example.alternatives))


def cut(example: Example, bounds: Iterable[tuple[int, int]]) -> Iterator[Example]:
    """Yield the parts of an example between bounds; what is left of a mention that a bound cuts is open."""
    for start, end in bounds:
        touched = [span for span in example.spans if span.start < end and start < span.end]
        inside = [span for span in touched if start <= span.start and span.end <= end]
        cut_spans = [(span.start, span.end) for span in touched if span not in inside]
        yield Example(
            example.text[start:end],
            tuple(LabelledSpan(s.start - start, s.end - start, s.type) for s in inside),
            tuple(
                (max(s, start) - start, min(e, end) - start)
                for s, e in (*example.open_spans, *cut_spans)
                if s < end and start < e
            ),
            tuple(
                LabelledSpan(s.start - start, s.end - start, s.type)
                for s in example.alternatives
                if start <= s.start and s.end <= end
            ),
        )
