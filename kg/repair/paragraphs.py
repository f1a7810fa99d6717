"""Which lines are running text, where its paragraphs begin and end, and which lines stand out (headlines).

One decision over the page: a hidden Markov model whose states are the places of a line in a paragraph, read with the
Viterbi algorithm in time linear in the number of lines. All numbers are natural logarithms of probabilities, each
of one observable thing: how wide a line is beside its neighbours, how it ends, how it begins, its punctuation.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from math import exp, log
from operator import add
from typing import Literal

from kg.repair.bylines import MARKS
from kg.repair.flow import Flow
from kg.repair.lines import NOTE_END, WEAK_END, Line, is_open

FIRST, MIDDLE, LAST, SINGLE, DISPLAY = range(5)
"""A paragraph's first line, those between, its last; a paragraph of one line; a line of a headline or sub-heading."""

REPORT_OPENING = re.compile(
    r"^(?:据)?(?:本报|本网|[\u4e00-\u9fff]{1,4}[社网报台])[\u4e00-\u9fff]{0,6}(?:\d{1,2}月\d{1,2}日(?:电|讯|消息)|讯|消息(?:[（(][^（）()]{1,12}[）)])?[：:])"
)
_MAY_OPEN_REPORT = re.compile("讯|电|消息")
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
_ANOTHER, _ANOTHER_FIRST = 0.04, 0.08  # another column begins inside a paragraph, or with one
_SLACK = 0.75  # em by which a last line may be wider than the line above
_IN_STRETCHED = 1.5  # em
_NARROW = 8.0  # em: columns are wider, but for a few lines beside a picture
_IN_NARROW = 0.6
_PIECE = 4.5  # em: the widest piece of a headline set downwards
_STEP = 0.05  # em
_TOKEN = re.compile(r"[（《“]?[\x21-\x7e]+")
_NOT_FIRST = "，。、；：？！）》”’」』】…"
_MARK = re.compile("[，。；、]|：“")
_SENTENCE_OPENING = re.compile(r"(\d{1,2}月\d{1,2}日|\d{1,2}日|近日|日前|昨日|昨天)|([“据])")
_OPENS = (0.0, 1.2, 0.9)  # how much oftener than other sentences the first of a paragraph opens like that
_DAY = re.compile(r"\d日|近日|日前")
_PAIRS = {"“": "”", "（": "）", "(": ")", "《": "》"}
_LONGEST_QUOTE = 30  # lines


def _laplace(apart: float, scale: float) -> float:
    return exp(-apart / scale) / (2 * scale)


# How far neighbouring full lines are apart: justified to half an em, some off by an unbreakable word, rarely another
# column. By steps of an em's twentieth, so that it is worked out once.
def _spread(another: float) -> list[float]:
    near, far = 0.81 * (1 - another), 0.19 * (1 - another)
    return [
        log(near * _laplace(step * _STEP, 0.4) + far * _laplace(step * _STEP, 1.6) + another / _OTHER)
        for step in range(200)
    ]


_APART, _APART_FIRST = _spread(_ANOTHER), _spread(_ANOTHER_FIRST)
_AFTER_DISPLAY = [log(0.5 * exp(apart) + 0.5 / _SPREAD) for apart in _APART_FIRST]  # half of them head an article
_OTHER_COLUMN = log(_ANOTHER / _OTHER)
_ALIKE = [log(0.7 / _SPREAD + 0.3 * _laplace(step * _STEP, 2.0)) for step in range(200)]  # lines of a headline
_PIECES = [log(0.4 / _SPREAD + 0.6 * _laplace(step * _STEP, 0.2)) for step in range(200)]  # set downwards


def _logs(row: Mapping[int, float]) -> list[float]:
    return [log(row[state]) for state in range(5)]


_LOG_ENDING = [[log(p) for p in states] for states in zip(*_ENDING.values(), strict=True)]
_LOG_STRETCHED, _LOG_REPORT, _LOG_MARKED = _logs(_STRETCHED), _logs(_REPORT), _logs(_MARKED)
_LOG_INDENTED = _logs(_INDENTED)
_LOG_FLUSH = [log(1 - p) for p in _INDENTED.values()]
_LOG_STOP, _LOG_COMMA, _LOG_OPEN = log(_FULL_STOP_IN_DISPLAY), log(_COMMA_IN_DISPLAY), log(_OPEN_AT_END)
_LOG_COLON_SHOWN, _LOG_COLON, _LOG_OPEN_SHOWN = log(_COLON_IN_DISPLAY), log(_COLON_IN_TEXT), log(_OPEN_IN_DISPLAY)
_LOG_NOT_FIRST, _LOG_BROKEN = log(_MARK_FIRST), log(_MARK_FIRST_IN_DISPLAY)
_LOG_NARROW, _LOG_SPREAD = log(_IN_NARROW), log(_SPREAD)
_FIRST_MIDDLE, _FIRST_LAST = map(log, _NEXT[FIRST].values())
_MIDDLE_MIDDLE, _MIDDLE_LAST = map(log, _NEXT[MIDDLE].values())
_LAST_FIRST, _LAST_SINGLE, _LAST_SHOWN = map(log, _NEXT[LAST].values())
_SINGLE_FIRST, _SINGLE_SINGLE, _SINGLE_SHOWN = map(log, _NEXT[SINGLE].values())
_SHOWN_FIRST, _SHOWN_SINGLE, _SHOWN_SHOWN = map(log, _NEXT[DISPLAY].values())
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
    back: list[tuple[int, ...]] = []
    came: tuple[int, ...] = (0, 0, 0, 0, 0)
    for place in range(start, end):
        width, room = flow.widths[place], _room(flow, place)
        indented = width + flow.indent
        if place > start:
            scores, came = _step(scores, columns, width, indented, room, _of_display(flow, place))
        of_first, of_middle, of_last, of_single, of_display = [columns[state] for state in came]
        columns = [_column(indented, of_first, room), _column(width, of_middle, room), of_last, of_single, of_display]
        back.append(came)
        emitted = _emit(flow, place, inside[place - start], place > start and inside[place - start - 1])
        scores = [score + more for score, more in zip(scores, emitted, strict=True)]
    if end < len(flow.lines):
        scores = [score + log(_ENDS[state]) for state, score in enumerate(scores)]
    state = max(range(5), key=lambda each: (scores[each], -each))
    states = [state]
    for came in reversed(back[1:]):
        state = came[state]
        states.append(state)
    return states[::-1]


def _step(
    scores: Sequence[float],
    columns: Sequence[float | None],
    width: float,
    indented: float,
    room: float,
    display: float,
) -> tuple[list[float], tuple[int, ...]]:
    """Return for each state how likely the best way to it is, and the state before it on that way.

    ``scores`` and ``columns`` are those of the states of the line above, ``width`` and ``indented`` the line's own
    without and with an indent. Written out state by state: this is where repair spends its time.
    """
    first, middle, last, single, shown = scores
    of_first, of_middle, of_last, of_single, of_shown = columns

    full, came_full = first + _FIRST_MIDDLE + _apart(width, of_first, room), FIRST
    other = middle + _MIDDLE_MIDDLE + _apart(width, of_middle, room)
    if other > full:
        full, came_full = other, MIDDLE

    ends, came_ends = first + _FIRST_LAST + _fits(width, of_first), FIRST
    other = middle + _MIDDLE_LAST + _fits(width, of_middle)
    if other > ends:
        ends, came_ends = other, MIDDLE

    opens, came_opens = last + _LAST_FIRST + _apart(indented, of_last, room, _APART_FIRST), LAST
    other = single + _SINGLE_FIRST + _apart(indented, of_single, room, _APART_FIRST)
    if other > opens:
        opens, came_opens = other, SINGLE
    other = shown + _SHOWN_FIRST + _apart(indented, of_shown, room, _AFTER_DISPLAY)
    if other > opens:
        opens, came_opens = other, DISPLAY

    alone, came_alone = last + _LAST_SINGLE + _fits(indented, of_last), LAST
    other = single + _SINGLE_SINGLE + _fits(indented, of_single)
    if other > alone:
        alone, came_alone = other, SINGLE
    other = shown + _SHOWN_SINGLE + _fits(indented, of_shown)
    if other > alone:
        alone, came_alone = other, DISPLAY

    stands_out, came_out = last + _LAST_SHOWN - _LOG_SPREAD, LAST
    other = single + _SINGLE_SHOWN - _LOG_SPREAD
    if other > stands_out:
        stands_out, came_out = other, SINGLE
    other = shown + _SHOWN_SHOWN + display
    if other > stands_out:
        stands_out, came_out = other, DISPLAY
    return [opens, full, ends, alone, stands_out], (came_opens, came_full, came_ends, came_alone, came_out)


def _emit(flow: Flow, place: int, inside: bool, began_inside: bool) -> list[float]:
    """Return for each state how likely it is to look like this line, neighbours' widths aside."""
    if place in flow.displayed:
        return [_NEVER, _NEVER, _NEVER, _NEVER, 0.0]
    line, width = flow.lines[place], max(flow.widths[place], 1.0)
    text = line.text
    mark = text[-1]
    ended = line.ends_sentence or (mark in "）)" and (NOTE_END.search(text) or (began_inside and not inside)))
    ending = (3 if mark in "？！?!" else 0) if ended else 1 if WEAK_END.match(mark) else 2
    unmarked = -width / _PER_MARK
    marked = _MARK.search(text, 0, len(text) - 1)
    colon = not marked and "：" in text[:-1]
    of_marks = log(1 - exp(unmarked)) if marked else unmarked + _LOG_COLON if colon else unmarked
    if width < _NARROW:
        of_marks += _LOG_NARROW
    scores = [score + of_marks for score in _LOG_ENDING[ending]]
    scores[DISPLAY] = _LOG_ENDING[ending][DISPLAY]
    scores[DISPLAY] += _LOG_STOP if "。" in text or "；" in text else _LOG_COMMA if marked else 0.0
    scores[DISPLAY] += _LOG_COLON_SHOWN if colon else 0.0
    scores[DISPLAY] += _PARTICLE_IN_DISPLAY * (text.count("的") + text.count("了"))
    if "日" in text and _DAY.search(text):
        scores[DISPLAY] += _DAY_IN_DISPLAY
    if is_open(text):
        scores[DISPLAY] += _LOG_OPEN_SHOWN
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
    if place and flow.lines[place - 1].ends_sentence:
        opening = _SENTENCE_OPENING.match(text)
        if opening:
            more = _OPENS[opening.lastindex or 0]
            scores[FIRST] += more
            scores[SINGLE] += more
    if line.stretched:
        scores = list(map(add, scores, _LOG_STRETCHED))
    if _MAY_OPEN_REPORT.search(text) and REPORT_OPENING.match(text):
        scores = list(map(add, scores, _LOG_REPORT))
    if line.raw[0] in MARKS:
        scores = list(map(add, scores, _LOG_MARKED))
    if flow.indented:
        scores = list(map(add, scores, _LOG_INDENTED if line.indent >= 1 else _LOG_FLUSH))
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


def _apart(width: float, column: float | None, room: float, likely: Sequence[float] = _APART) -> float:
    """Return how likely a full line is to be so wide; ``room`` is by how much it may fall short."""
    if column is None:
        return -_LOG_SPREAD
    apart = width - column
    if apart < 0:
        apart = -apart - room
        if apart <= 0:
            return likely[0]
    step = int(apart / _STEP)
    return likely[step] if step < len(likely) else likely[-1]


def _column(width: float, column: float | None, room: float) -> float:
    """Return how wide the column is where a full line is so wide: as it was, if the line may fall so much short."""
    return column if column is not None and width < column <= width + room else width


def _fits(width: float, column: float | None) -> float:
    """Return how likely a last line is to be so wide."""
    if column is None:
        return -_LOG_SPREAD
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
        found.append(max(opened.values()) > place - _LONGEST_QUOTE)
    return found
