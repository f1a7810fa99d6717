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
    for number, line in enumerate(_lines(path), start=1):
        try:
            example = _marked(line) if ".txt" in path.suffixes else _record(line)
        except (ValueError, KeyError, TypeError, IndexError) as error:
            raise InputError(
                f"{path}, line {number}: not an annotated text ({error}); "
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
        with lzma.open(path, "rt", encoding="utf-8") if path.suffix == ".xz" else path.open(encoding="utf-8") as file:
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
    optional = [m for m in mentions if m.get("optional")]
    others = [
        LabelledSpan(start, end, m["type"]) for m in required for start, end in m.get("alt", ()) if 0 <= start < end
    ]
    return Example(
        text,
        _without_overlaps(text, (LabelledSpan(m["start"], m["end"], m["type"]) for m in required)),
        tuple((m["start"], m["end"]) for m in optional),
        tuple(others),
    )


def _without_overlaps(text: str, spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
    """Return the spans in text order; of two that overlap the longer."""
    kept: list[LabelledSpan] = []
    for span in sorted(spans, key=lambda s: (s.start - s.end, s.start, s.type)):
        if not 0 <= span.start < span.end <= len(text):
            raise ValueError(f"a mention at {span.start}, {span.end} of a text of {len(text)} characters")
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return tuple(sorted(kept))


def _renamed(example: Example, labels: Mapping[str, str | None]) -> Example:
    def rename(spans: Iterable[LabelledSpan]) -> tuple[LabelledSpan, ...]:
        return tuple(span._replace(type=name) for span in spans if (name := labels.get(span.type)) is not None)

    return replace(example, spans=rename(example.spans), alternatives=rename(example.alternatives))


def cut(example: Example, bounds: Iterable[tuple[int, int]]) -> Iterator[Example]:
    """Yield the parts of an example between bounds; a mention that a bound cuts is lost."""
    for start, end in bounds:
        inside = [span for span in example.spans if start <= span.start and span.end <= end]
        yield Example(
            example.text[start:end],
            tuple(LabelledSpan(s.start - start, s.end - start, s.type) for s in inside),
            tuple((max(s, start) - start, min(e, end) - start) for s, e in example.open_spans if s < end and start < e),
            tuple(
                LabelledSpan(s.start - start, s.end - start, s.type)
                for s in example.alternatives
                if start <= s.start and s.end <= end
            ),
        )
