"""The printed lines of a page: text put right, and where each character stood in the file.

A line's text differs from its raw form only by white space and doubled print: letter-spacing (行 动 计 划) and the
spaces that typesetting leaves round digits and Latin words are gone, overprinting is undone, and the spaces between
two Latin words stay.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.repair.overprint import undouble

Run = tuple[int, int]
"""A stretch of the file: start and length in code points."""

_LINE = re.compile(r"([^\n\r\x0b\x0c\x85\u2028\u2029]*)(?:\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]|\Z)")
_SPACE = re.compile(r"\s+")
_SINGLE = re.compile(r"(?<!\S)\S(?:\s+\S(?!\S))+")  # characters that each stand alone between spaces
_WIDE = (  # CJK, its punctuation and full forms, but for the ideographic space
    "\u2e80-\u2fff\u3001-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff00-\uffef\U00020000-\U0003ffff"
    "\u00b7\u2013-\u201d\u2026\u2022\u22ef\u25a0-\u25ff\u2605\u2606"  # quotes, dashes, ellipses, marks
)
_IS_WIDE = re.compile(f"[{_WIDE}]")
_NEEDLESS = re.compile(rf"(?<=[{_WIDE}])\s+|\s+(?=[{_WIDE}])")
_SET_SINGLY = re.compile(rf"(?<=\s)[{_WIDE}](?=\s)")
_WIDE_GAP = re.compile(r"\s{2,}")
_SPACES_IN_TITLE = re.compile(r"(?<=\S)\s+(?=\S)")

_CLOSE = dict(zip("“‘（《〈「『【〔(", "”’）》〉」』】〕)", strict=True))
_OPENING = re.compile("[“‘（《〈「『【〔(]")
STRONG_END = re.compile(r"(?:[。！？!?]|…{1,2}|⋯{2})[”’」』）)】》]*$")
"""The end of a sentence (GB/T 15834-2011, 句末点号), with what closes after it."""
_MAY_END = "。！？!?…⋯”’」』）)】》"
NOTE_END = re.compile(
    r"[。！？!?][”’]?[（(][^（）()]{1,40}[）)]$"
    r"|^[（(](?:[^（）()]*(?:[完电者员]|报道|综合|整理|[：:]).*|[^（）()]{7,})[）)]$"
)
"""What may follow a report's last sentence: （记者 X）, （完）."""
WEAK_END = re.compile(r"[，、；：,;:“‘（《—]$")
"""A line that stops here cannot be the whole of a headline."""


@dataclass(frozen=True, slots=True)
class Line:
    """One printed line that is not blank.

    ``raw`` is the line as it stands in the file from ``start`` on, without white space at either end; ``text`` is the
    repaired line and ``runs`` its stretches of the file, in order; ``shown`` is the line for display: as ``text``, but
    a space stays between parts of more than one letter. ``gap`` counts the blank lines before it and
    ``indent`` its leading white space in em. ``stretched`` says that letters were spaced out to fill the column,
    ``doubled`` that overprinting was undone; ``undone`` are the runs that this left out.
    """

    raw: str
    start: int
    text: str
    runs: tuple[Run, ...]
    shown: str
    gap: int = 0
    indent: float = 0.0
    stretched: bool = False
    doubled: bool = False
    undone: tuple[Run, ...] = ()

    @property
    def ends_sentence(self) -> bool:
        return self.text[-1:] in _MAY_END and STRONG_END.search(self.text[-6:]) is not None


def read_lines(text: str) -> list[Line]:
    """Return the lines of a page that are not blank, in file order."""
    lines = []
    gap = 0
    for found in _LINE.finditer(text):
        raw = found[1]
        stripped = raw.strip()
        if stripped:
            lead = len(raw) - len(raw.lstrip())
            indent = sum(1.0 if space == "\u3000" else 0.5 for space in raw[: min(lead, 8)]) if lead else 0.0
            lines.append(_clean(stripped, found.start() + lead, gap, indent))
            gap = 0
        else:
            gap += 1
    return _undouble_neighbours(lines)


def cut_line(line: Line, at: int) -> tuple[Line, Line]:
    """Return the two lines that the line makes, the second from so many characters of its text on."""
    for start, length in line.runs:
        if at < length:
            here = start + at - line.start
            first = _clean(line.raw[:here].rstrip(), line.start, line.gap, line.indent)
            return first, _clean(line.raw[here:], line.start + here, 0, 0.0)
        at -= length
    raise ValueError("a line is cut inside its text")


def join_lines(text: str, first: Line, second: Line) -> Line:
    """Return the line that two neighbouring ones of the file make."""
    return _clean(text[first.start : second.start + len(second.raw)], first.start, first.gap, first.indent)


def show(raw: str) -> str:
    """Return a headline or byline with its letter-spacing undone and one space between its parts.

    >>> show("本报记者 顾 川"), show("稳 增 长  促 发 展")
    ('本报记者 顾川', '稳增长 促发展')
    """
    if not _SPACE.search(raw):
        return raw
    joined = raw
    if _SINGLE.search(raw):
        joined = _SINGLE.sub(
            lambda run: " ".join(part if part.isascii() else _SPACE.sub("", part) for part in _WIDE_GAP.split(run[0])),
            raw,
        )
    return _SPACES_IN_TITLE.sub(" ", joined).strip()


def is_wide(character: str) -> bool:
    """Say whether the character is set on a full em and takes no space beside it in Chinese."""
    return _IS_WIDE.match(character) is not None


def is_open(text: str) -> bool:
    """Say whether a quotation mark or bracket opens in the line and does not close: the sentence goes on below."""
    return any(text.count(mark) > text.count(_CLOSE[mark]) for mark in set(_OPENING.findall(text)))


def _clean(raw: str, start: int, gap: int, indent: float) -> Line:
    kept = undouble(raw)
    if kept is not None:
        return _doubled(raw, start, gap, indent, kept)
    if not _SPACE.search(raw):
        return Line(raw, start, raw, ((start, len(raw)),), raw, gap, indent)
    stretched = len(_SET_SINGLY.findall(raw)) > 1
    runs: list[Run] = []
    last = 0
    for space in _SPACE.finditer(raw) if stretched else _NEEDLESS.finditer(raw):
        if not stretched or _is_needless(raw, space):
            runs.append((start + last, space.start() - last))
            last = space.end()
    runs.append((start + last, len(raw) - last))
    text = "".join(raw[run - start : run - start + length] for run, length in runs)
    return Line(raw, start, text, tuple(runs), show(raw), gap, indent, stretched)


def _is_needless(raw: str, space: re.Match[str]) -> bool:
    """Say whether a space of a letter-spaced line stands beside a Chinese character or between two single others."""
    before, after = raw[space.start() - 1], raw[space.end()]
    return is_wide(before) or is_wide(after) or (before.isalnum() and after.isalnum() and _stands_alone(raw, space))


def _stands_alone(raw: str, space: re.Match[str]) -> bool:
    """Say whether the space stands between two single characters: 2 0 2 5."""
    before, after = space.start() - 2, space.end() + 1
    return (before < 0 or raw[before].isspace()) and (after >= len(raw) or raw[after].isspace())


def _doubled(raw: str, start: int, gap: int, indent: float, kept: Sequence[bool]) -> Line:
    runs = tuple(_runs(raw, start, kept, True))
    text = "".join(raw[run - start : run - start + length] for run, length in runs)
    undone = tuple(_runs(raw, start, kept, False))
    return Line(raw, start, text.strip(), runs, _show_runs(raw, start, runs), gap, indent, False, True, undone)


def _show_runs(raw: str, line: int, runs: Sequence[Run]) -> str:
    """Return for display what is kept of a doubled line, which starts at ``line``."""
    shown, last = "", line
    for start, length in runs:
        part, apart = raw[start - line : start - line + length], raw[last - line : start - line]
        shown += " " if shown and apart[-1:].isspace() and is_wide(part[0]) and is_wide(shown[-1]) else ""
        shown += part
        last = start + length
    return shown


def _runs(raw: str, start: int, kept: Sequence[bool], wanted: bool) -> Iterator[Run]:
    """Yield the stretches of the line that are kept (or not), white space left out."""
    begin = None
    for place, (character, keep) in enumerate(zip(raw, kept, strict=True)):
        if keep is wanted and not character.isspace():
            begin = place if begin is None else begin
        elif begin is not None:
            yield start + begin, place - begin
            begin = None
    if begin is not None:
        yield start + begin, len(raw) - begin


def _undouble_neighbours(lines: list[Line]) -> list[Line]:
    """Undo short doubled lines too where the line before or after is doubled, or where they end a credit: 摄摄."""
    after = [*(line.doubled for line in lines[1:]), False]
    for place, line in enumerate(lines):
        near = after[place] or (place and lines[place - 1].doubled) or line.text.endswith("摄")
        if line.doubled or not near:
            continue
        kept = undouble(line.raw, least=2)
        if kept is not None:
            lines[place] = _doubled(line.raw, line.start, line.gap, line.indent, kept)
    return lines
