"""Which lines are running text, where its paragraphs begin and end, and which lines stand out (headlines).

One decision over the page: a hidden Markov model whose states are the places of a line in a paragraph, read with the
Viterbi algorithm in time linear in the number of lines. All numbers are natural logarithms of probabilities, each
of one observable thing: how wide a line is beside its neighbours, how it ends, how it begins, its punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from typing import Literal

from kg.repair.bylines import MARKS
from kg.repair.flow import Flow
from kg.repair.lines import WEAK_END, Line, is_open

FIRST, MIDDLE, LAST, SINGLE, DISPLAY = range(5)
"""A paragraph's first line, those between, its last; a paragraph of one line; a line of a headline or sub-heading."""

REPORT_OPENING = re.compile(
    r"^(?:据)?(?:本报|本网|[\u4e00-\u9fff]{1,4}[社网报台])[\u4e00-\u9fff]{0,6}(?:\d{1,2}月\d{1,2}日(?:电|讯|消息)|讯|消息(?:[（(][^（）()]{1,12}[）)])?[：:])"
)
"""The dateline that opens a report: 本报讯, 新华社北京6月10日电."""

Unit = tuple[Literal["text", "headline"], int, int]
"""What some lines make: a paragraph or one line that stands out; its first line and the line after its last."""

# How often one state follows another, and begins or ends a stretch of lines between bylines. A row is a state.
_NEXT = {
    FIRST: {MIDDLE: 0.8, LAST: 0.2},
    MIDDLE: {MIDDLE: 0.83, LAST: 0.17},
    LAST: {FIRST: 0.88, SINGLE: 0.05, DISPLAY: 0.07},
    SINGLE: {FIRST: 0.8, SINGLE: 0.1, DISPLAY: 0.1},
    DISPLAY: {FIRST: 0.5, SINGLE: 0.03, DISPLAY: 0.47},
}
_TOP = {FIRST: 0.2, SINGLE: 0.02, DISPLAY: 0.78}  # nothing stands before
_AT_TOP = {FIRST: 0.45, SINGLE: 0.05, DISPLAY: 0.5}  # after a byline, where no running text came before
_BEGINS = {FIRST: 0.86, SINGLE: 0.04, DISPLAY: 0.1}  # after any other byline
_ENDS = {FIRST: 0.001, MIDDLE: 0.001, LAST: 0.05, SINGLE: 0.05, DISPLAY: 0.2}  # a byline comes next

# How a line ends: with a sentence, with a mark inside one, with a letter, with ？ or ！. A row is a state.
_ENDING = {
    FIRST: (0.03, 0.1, 0.867, 0.003),
    MIDDLE: (0.03, 0.1, 0.867, 0.003),
    LAST: (0.9635, 0.005, 0.0015, 0.03),
    SINGLE: (0.935, 0.008, 0.007, 0.05),
    DISPLAY: (0.01, 0.005, 0.945, 0.04),
}
_FULL_STOP_IN_DISPLAY = 0.003
_COMMA_IN_DISPLAY = 0.12
_COLON_IN_DISPLAY, _COLON_IN_TEXT = 0.3, 0.1  # and no other mark
_PARTICLE_IN_DISPLAY = -1.0  # each 的 or 了
_DAY_IN_DISPLAY = -1.5  # reports say the day in their first sentence, headlines seldom
_OPEN_IN_DISPLAY = 0.08  # a quotation or bracket that the line does not close
_PER_MARK = 12.0  # em of running text in which no mark stands with a probability of 1/e
_OPEN_AT_END = 0.03  # a paragraph ends inside a quotation or bracket
_STRETCHED = {FIRST: 0.04, MIDDLE: 0.04, LAST: 0.002, SINGLE: 0.002, DISPLAY: 0.04}
_REPORT = {FIRST: 0.06, MIDDLE: 0.0004, LAST: 0.0002, SINGLE: 0.06, DISPLAY: 0.0006}
_INDENTED = {FIRST: 0.97, MIDDLE: 0.01, LAST: 0.01, SINGLE: 0.97, DISPLAY: 0.2}
_MARK_FIRST, _MARK_FIRST_IN_DISPLAY = 1e-4, 0.03  # a mark that may not begin a line, where none is broken
_AFTER_NOTE = 3.0  # after （下转第三版） something new begins, after （上接第一版） the text
_MARKED = {FIRST: 0.001, MIDDLE: 0.001, LAST: 0.001, SINGLE: 0.001, DISPLAY: 0.1}  # □ before it

_LEADS = 0.08  # of paragraphs are the first of an article
_SAID = 0.7  # how much less a line's wording says below another line of a headline

_SPREAD = 25.0  # em over which the widths of columns and headlines spread
_OTHER = 12.0  # em over which the widths of other columns of the page spread
_SLACK = 0.75  # em by which a last line may be wider than the line above
_IN_STRETCHED = 1.5  # em
_NARROW = 8.0  # em: columns are wider, but for a few lines beside a picture
_IN_NARROW = 0.6
_PIECE = 4.5  # em: the widest piece of a headline set downwards
_STEP = 0.05  # em
_TOKEN = re.compile(r"[（《“]?[\x21-\x7e]+")
_NOT_FIRST = "，。、；：？！）》”’」』】…"
_MARK, _COLON = re.compile("[，。；、]|：“"), re.compile("：")
_PARTICLE = re.compile("[的了]")
_DAY = re.compile(r"\d日|近日|日前")
_PAIRS = {"“": "”", "（": "）", "(": ")", "《": "》"}
_LONGEST_QUOTE = 30  # lines
_NOTE_END = re.compile(r"[。！？!?”’][（(][^（）()]{1,40}[）)]$|^[（(][^（）()]*[）)]$")
"""What may follow a report's last sentence: （记者 X）, （完）."""


def _laplace(apart: float, scale: float) -> float:
    return exp(-apart / scale) / (2 * scale)


# How far neighbouring full lines are apart: justified to half an em, some off by an unbreakable word, rarely another
# column. By steps of an em's twentieth, so that it is worked out once.
_APART = [
    log(0.77 * _laplace(step * _STEP, 0.4) + 0.18 * _laplace(step * _STEP, 1.6) + 0.05 / _OTHER) for step in range(200)
]
_OTHER_COLUMN = log(0.05 / _OTHER)
_ALIKE = [log(0.7 / _SPREAD + 0.3 * _laplace(step * _STEP, 2.0)) for step in range(200)]  # lines of a headline
_PIECES = [log(0.4 / _SPREAD + 0.6 * _laplace(step * _STEP, 0.2)) for step in range(200)]  # set downwards


def _logs(row: Mapping[int, float]) -> list[float]:
    return [log(row[state]) for state in range(5)]


_LOG_ENDING = {state: [log(p) for p in row] for state, row in _ENDING.items()}
_LOG_STRETCHED, _LOG_REPORT, _LOG_MARKED = _logs(_STRETCHED), _logs(_REPORT), _logs(_MARKED)
_LOG_INDENTED = _logs(_INDENTED)
_LOG_FLUSH = [log(1 - p) for p in _INDENTED.values()]
_LOG_STOP, _LOG_COMMA, _LOG_OPEN = log(_FULL_STOP_IN_DISPLAY), log(_COMMA_IN_DISPLAY), log(_OPEN_AT_END)
_LOG_COLON_SHOWN, _LOG_COLON, _LOG_OPEN_SHOWN = log(_COLON_IN_DISPLAY), log(_COLON_IN_TEXT), log(_OPEN_IN_DISPLAY)
_LOG_NOT_FIRST, _LOG_BROKEN = log(_MARK_FIRST), log(_MARK_FIRST_IN_DISPLAY)
_LOG_NARROW, _LOG_SPREAD = log(_IN_NARROW), log(_SPREAD)
_STEPS = tuple((state, to, log(p)) for state, row in _NEXT.items() for to, p in row.items())
_NEVER = -1e9


def cut_units(flow: Flow, start: int, end: int, *, at_top: bool) -> Iterator[Unit]:
    """Cut the lines from ``start`` to ``end``, between bylines, into paragraphs and lines that stand out.

    ``at_top`` says that no running text stands before.
    """
    states = _decode(flow, start, end, _TOP if not start else _AT_TOP if at_top else _BEGINS)
    first = start
    for place, state in zip(range(start, end), states, strict=True):
        if state == DISPLAY:
            yield "headline", place, place + 1
        elif state in (LAST, SINGLE) or place + 1 == end:
            yield "text", first, place + 1
        if state in (LAST, SINGLE, DISPLAY):
            first = place + 1


def _decode(flow: Flow, start: int, end: int, begins: Mapping[int, float]) -> list[int]:
    """Return the likeliest state of each line; ``begins`` is how likely the first is to be in each."""
    inside = _inside(flow.lines[start:end])
    scores = [log(begins[state]) if state in begins else _NEVER for state in range(5)]
    columns: list[float | None] = [None] * 5  # how wide the column is on the best way to each state
    back: list[list[int]] = []
    for place in range(start, end):
        width, room = flow.widths[place], _room(flow, place)
        indented = width + flow.indent
        best, last = [2 * _NEVER] * 5, [0] * 5
        if place == start:
            best = scores
        else:
            display = _of_display(flow, place)
            for state, to, step in _STEPS:
                score = scores[state] + step
                column = columns[state]
                if to == DISPLAY:
                    score += display if state == DISPLAY else -_LOG_SPREAD
                elif column is None:
                    score -= _LOG_SPREAD
                elif to == MIDDLE:
                    score += _apart(width, column, room)
                elif to == LAST:
                    score += _fits(width, column)
                elif to == SINGLE:
                    score += _fits(indented, column)
                else:
                    score += (
                        _after_display(indented, column, room) if state == DISPLAY else _apart(indented, column, room)
                    )
                if score > best[to]:
                    best[to], last[to] = score, state
        columns = [
            _column(indented if to == FIRST else width, columns[last[to]], room)
            if to in (FIRST, MIDDLE)
            else columns[last[to]]
            for to in range(5)
        ]
        back.append(last)
        emitted = _emit(flow, place, inside[place - start], place > start and inside[place - start - 1])
        scores = [score + more for score, more in zip(best, emitted, strict=True)]
    if end < len(flow.lines):
        scores = [score + log(_ENDS[state]) for state, score in enumerate(scores)]
    state = max(range(5), key=lambda each: (scores[each], -each))
    states = [state]
    for last in reversed(back[1:]):
        state = last[state]
        states.append(state)
    return states[::-1]


def _emit(flow: Flow, place: int, inside: bool, began_inside: bool) -> list[float]:
    """Return for each state how likely it is to look like this line, neighbours' widths aside."""
    if place in flow.displayed:
        return [_NEVER, _NEVER, _NEVER, _NEVER, 0.0]
    line, width = flow.lines[place], max(flow.widths[place], 1.0)
    text = line.text
    ended = line.ends_sentence or _NOTE_END.search(text) or (began_inside and not inside and text[-1] in "）)")
    ending = (3 if text[-1] in "？！?!" else 0) if ended else 1 if WEAK_END.search(text[-1]) else 2
    scores = [_LOG_ENDING[state][ending] for state in range(5)]
    unmarked = -width / _PER_MARK
    marked = _MARK.search(text[:-1])
    colon = None if marked else _COLON.search(text[:-1])
    of_marks = log(1 - exp(unmarked)) if marked else unmarked + _LOG_COLON if colon else unmarked
    for state in (FIRST, MIDDLE, LAST, SINGLE):
        scores[state] += of_marks + (_LOG_NARROW if width < _NARROW else 0.0)
    scores[DISPLAY] += _LOG_STOP if "。" in text or "；" in text else _LOG_COMMA if marked else 0.0
    scores[DISPLAY] += _LOG_COLON_SHOWN if colon else 0.0
    scores[DISPLAY] += _PARTICLE_IN_DISPLAY * len(_PARTICLE.findall(text))
    if _DAY.search(text):
        scores[DISPLAY] += _DAY_IN_DISPLAY
    if is_open(text):
        scores[DISPLAY] += _LOG_OPEN_SHOWN
    features = []
    if inside:
        scores[LAST] += _LOG_OPEN
        scores[SINGLE] += _LOG_OPEN
    if text[0] in _NOT_FIRST:
        for state in (FIRST, SINGLE):
            scores[state] += _LOG_NOT_FIRST
        scores[DISPLAY] += _LOG_BROKEN
    headline = flow.display[place]
    scores[DISPLAY] += headline
    lead = log(1 - _LEADS + _LEADS * exp(headline))  # an article's first line looks like that too
    scores[FIRST] += lead
    scores[SINGLE] += lead
    if line.stretched:
        features.append(_LOG_STRETCHED)
    if REPORT_OPENING.match(text):
        features.append(_LOG_REPORT)
    if line.raw[0] in MARKS:
        features.append(_LOG_MARKED)
    if flow.indented:
        features.append(_LOG_INDENTED if line.indent >= 1 else _LOG_FLUSH)
    for feature in features:
        for state in range(5):
            scores[state] += feature[state]
    if line.gap:
        for state in (FIRST, SINGLE, DISPLAY):
            scores[state] += flow.gap
    if place in flow.noted:
        for state in (FIRST, SINGLE, DISPLAY) if flow.noted[place] == "to" else (FIRST, SINGLE):
            scores[state] += _AFTER_NOTE
    return scores


def _of_display(flow: Flow, place: int) -> float:
    """Return how likely a line of a headline is to be so wide below another."""
    width = flow.widths[place]
    alike = _PIECES if width <= _PIECE else _ALIKE
    score = alike[min(int(abs(width - flow.widths[place - 1]) / _STEP), len(alike) - 1)]
    return score - max(flow.display[place], 0.0) * _SAID  # the line above was likely a headline for the same words


def _apart(width: float, column: float, room: float) -> float:
    """Return how likely a full line is to be so wide; ``room`` is by how much it may fall short."""
    apart = width - column if width > column else max(column - width - room, 0.0)
    return _APART[min(int(apart / _STEP), len(_APART) - 1)]


def _after_display(width: float, column: float, room: float) -> float:
    """Return how likely a paragraph's first line is to be so wide below a headline: half of them head an article."""
    return log(0.5 * exp(_apart(width, column, room)) + 0.5 / _SPREAD)


def _column(width: float, column: float | None, room: float) -> float:
    """Return how wide the column is where a full line is so wide: as it was, if the line may fall so much short."""
    return column if column is not None and width < column <= width + room else width


def _fits(width: float, column: float) -> float:
    return -log(max(column, 4.0)) if width < column + _SLACK else _OTHER_COLUMN


def _room(flow: Flow, place: int) -> float:
    """Return by how much (em) a full line may fall short of its column.

    Letters are spaced out where few fit in; and a Latin word or number that did not fit stands on the line below.
    """
    room = _IN_STRETCHED if flow.lines[place].stretched else 0.0
    below = flow.lines[place + 1].text if place + 1 < len(flow.lines) else ""
    found = _TOKEN.match(below)
    return max(room, len(found[0]) / 2 + _SLACK) if found and len(found[0]) > 2 else room


def _inside(lines: Sequence[Line]) -> list[bool]:
    """Say for each line whether it ends inside a quotation or bracket that opened in it or in the lines above."""
    found = []
    opened = dict.fromkeys(_PAIRS, -_LONGEST_QUOTE)
    for place, line in enumerate(lines):
        text = line.text
        for mark, close in _PAIRS.items():
            if mark in text or close in text:
                opened[mark] = place if text.rfind(mark) > text.rfind(close) else -_LONGEST_QUOTE
        found.append(any(place - at < _LONGEST_QUOTE for at in opened.values()))
    return found
