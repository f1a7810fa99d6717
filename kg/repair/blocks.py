"""A page's lines sorted into what they are: running text, headlines, bylines, captions, page furniture.

Running text is told from headlines by its flow: lines of one width that follow one another, the first of a paragraph
short by its indent. Everything is decided from the lines' form; no word list of topics or names is used.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from kg.repair.bylines import ends_in_credit, is_credit, is_name_piece, lacks_names, read_byline
from kg.repair.flow import make_flow
from kg.repair.furniture import Furniture, read_furniture, read_note
from kg.repair.lines import NOTE_END, WEAK_END, Line
from kg.repair.paragraphs import cut_units

Kind = Literal["text", "headline", "heading", "byline", "caption", "furniture"]

_EDGE = 6  # lines at either end of a page among which a number alone is a page number
_DASHES = re.compile("[—－-]{1,4}")
_CAPTION_OPENING = re.compile(r"近日|日前|\d{1,2}月\d{1,2}日|在")
_SURE_OPENING = re.compile(r"[▲△↑↓←→◀▶上下左右]?图[为①-⑨\d]|[上下左右]图|[▲△↑↓←→◀▶]")
_LONGEST_TAIL = 5  # code points
_GOES_ON = re.compile("[影像制录取氏]|[家师展界史学][\u4e00-\u9fff]")
_BARE_CREDIT = re.compile(r"[（(]|[\u4e00-\u9fff]{0,8}(?:记者|通讯员)\s*\S{0,6}摄")
_LONGEST_PLAIN = 4  # lines of a caption that does not open like one
_ABOVE, _WIDER = 6, 1.2
_LONGEST_CAPTION = 6  # lines
_PIECE = 4  # code points of a headline set downwards
_LONGEST_NAME = 3  # code points, where a headline set downwards may follow
_DOWNWARDS = 4  # lines of one letter in a row


@dataclass(frozen=True, slots=True)
class Block:
    """Lines that belong together: a paragraph, a piece of a headline, a byline, a caption or a line of furniture.

    ``place`` is the number of its first line on the page. ``width`` is the width of a paragraph's column in em;
    ``furniture`` is what a line of furniture says.
    """

    kind: Kind
    lines: tuple[Line, ...]
    place: int
    width: float = 0.0
    furniture: Furniture | None = None

    @property
    def text(self) -> str:
        return "".join(line.text for line in self.lines)


def sort_lines(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a page in file order; each line is in exactly one.

    Captions and furniture are set aside first, so that a paragraph goes on behind them.
    """
    kinds, furniture = _special(lines)
    blocks = [*_captions(lines, kinds)]
    blocks += [Block("furniture", (lines[place],), place, furniture=said) for place, said in furniture.items()]
    places = [place for place, kind in enumerate(kinds) if kind not in ("caption", "furniture")]
    rest, rest_kinds = [lines[place] for place in places], [kinds[place] for place in places]
    displayed = {at for at, kind in enumerate(rest_kinds) if kind == "headline"}
    noted = {bisect_left(places, place): note for place in furniture if (note := read_note(lines[place]))}
    flow = make_flow(rest, displayed, noted)
    here, at_top = 0, True
    while here < len(rest):
        if rest_kinds[here] == "byline":
            end = _byline_end(rest, rest_kinds, here)
            blocks.append(Block("byline", tuple(rest[here:end]), places[here]))
        else:
            end = next((at for at in range(here, len(rest)) if rest_kinds[at] == "byline"), len(rest))
            for kind, a, b in list(cut_units(flow, here, end, at_top=at_top)):
                at_top = at_top and kind != "text"
                width = flow.column(a, b) if kind == "text" else 0.0
                blocks.append(Block(kind, tuple(rest[a:b]), places[a], width))
        here = end
    return sorted(blocks, key=lambda block: block.place)


def _captions(lines: Sequence[Line], kinds: Sequence[Kind | None]) -> Iterator[Block]:
    """Yield the captions: a credit ends one."""
    start: int | None = None
    for place, (line, kind) in enumerate(zip(lines, kinds, strict=True)):
        if kind != "caption":
            continue
        start = place if start is None else start
        below = place + 1
        goes_on = below < len(lines) and kinds[below] == "caption" and not _SURE_OPENING.match(lines[below].text)
        if goes_on and not is_credit(line) and not (start < place and _is_tail(lines, place)):
            continue
        yield Block("caption", tuple(lines[start:below]), start)
        start = None


def _special(lines: Sequence[Line]) -> tuple[list[Kind | None], dict[int, Furniture]]:
    """Return the kind of each line that shows by its own form, and what the furniture says."""
    kinds: list[Kind | None] = [None] * len(lines)
    furniture = {}
    for place, line in enumerate(lines):
        if len(line.raw) > 400:
            continue
        said = read_furniture(line, at_edge=_at_edge(lines, place))
        if said is not None:
            kinds[place], furniture[place] = "furniture", said
        elif line.doubled or ((is_credit(line) or _is_tail(lines, place)) and not _goes_on(lines, place)):
            kinds[place] = "caption"
        elif read_byline(line) is not None and (not place or _may_be_byline(line, lines[place - 1], kinds[place - 1])):
            kinds[place] = "byline"
        elif _DASHES.fullmatch(line.text) or _is_downwards(lines, place):
            kinds[place] = "headline"
    for place, line in enumerate(lines):
        if kinds[place] == "caption" and place and kinds[place - 1] is None:
            longest = _LONGEST_CAPTION if is_credit(line) or _is_tail(lines, place) else 2
            for before in range(_caption_start(lines, kinds, place, longest), place):
                kinds[before] = "caption"
    return kinds, furniture


def _goes_on(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line only looks like a credit: it ends inside a word, 摄 / 影家."""
    return place + 1 < len(lines) and _GOES_ON.match(lines[place + 1].text) is not None


def _at_edge(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line stands at either end of the page, and not in a headline set downwards: 20 / 25 / 年."""
    if _EDGE <= place < len(lines) - _EDGE:
        return False
    text = lines[place].text
    if not text.isdigit():
        beside = lines[place - 1] if place and text.isascii() and len(text) <= _PIECE else None
        # a piece beside another of its length is no page number: CO / P2 / 8
        return not (beside and len(beside.text) == len(text) and read_furniture(beside, at_edge=True) is None)
    above = [read_furniture(line, at_edge=not line.text.isdigit()) for line in lines[: min(place, _EDGE)]]
    if above and all(said is not None and said.page is None for said in above):
        return place + 1 == len(lines) or not lines[place + 1].text.isdigit()
    near = [lines[at] for at in (place - 1, place + 1) if 0 <= at < len(lines)]
    pieces = [
        line
        for line in near
        if len(line.text) <= _PIECE and read_furniture(line, at_edge=not line.text.isdigit()) is None
    ]
    if len(near) == 2:
        return not pieces
    size = len(lines[place].text)  # the first or last line of all
    return not any(line.text.isdigit() or len(line.text) == size > 1 for line in pieces)


def _is_downwards(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line is a piece of a headline set downwards: no column is so narrow.

    The pieces are of one length, but for the last, and end no sentence.
    """
    size = len(lines[place].text)
    if size > _PIECE:
        return False
    if place and size < len(lines[place - 1].text) <= _PIECE:
        return _is_downwards(lines, place - 1) and _is_piece(lines[place])
    start = end = place
    while start and len(lines[start - 1].text) == size and place - start < _DOWNWARDS:
        start -= 1
    while end + 1 < len(lines) and len(lines[end + 1].text) == size and end - place < _DOWNWARDS:
        end += 1
    return end - start + 1 >= _DOWNWARDS and (size == 1 or all(map(_is_piece, lines[start : end + 1])))


def _is_piece(line: Line) -> bool:
    return not (line.ends_sentence or line.doubled or line.text.isascii())


def _may_be_byline(line: Line, before: Line, kind: Kind | None) -> bool:
    """A line of running text that goes on (本报记者 / 采访了…) is no byline, nor one that signs it: （记者 X）."""
    if kind is not None:
        return True
    if line.text[0] in "（(":
        return not before.ends_sentence
    return before.ends_sentence or not WEAK_END.search(before.text[-1])


def _caption_start(lines: Sequence[Line], kinds: Sequence[Kind | None], end: int, longest: int) -> int:
    """Return where the caption begins that this line ends, of so many lines at the most.

    It opens like a caption; or it follows a sentence's end, at the end of the page or wider than the lines before it.
    """
    signed = end - 1 if kinds[end - 1] is None and _is_tail(lines, end) else end
    first = max(end - longest + 1, 0)
    while first < end and any(kind is not None for kind in kinds[first:end]):
        first += 1
    bare = _BARE_CREDIT.match(lines[signed].shown) is not None
    last = end + 1 == len(lines) or kinds[end + 1] is not None
    nearest = None  # what begins there may be all of the caption
    for start in range(signed, first - 1, -1):
        if _SURE_OPENING.match(lines[start].text):
            return start
        opens = _CAPTION_OPENING.match(lines[start].text) is not None
        if _after_end(lines, kinds, start):
            wide = _is_wide(lines, start)
            if opens and (nearest is None or wide):
                return start
            stands_apart = wide or (last and not bare) or (start == signed and not bare)
            if nearest is None and stands_apart and end - start < _LONGEST_PLAIN and not lines[end].doubled:
                nearest = start
        elif opens and start == end and lines[end].doubled:
            return start
    return signed if nearest is None else nearest


def _is_tail(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line is the end of a credit that began in the line above: 本报记者 / 林一凡摄."""
    line = lines[place]
    return (
        place > 0
        and len(line.text) <= _LONGEST_TAIL
        and line.text[-1] in "摄影图）)"
        and ends_in_credit(f"{lines[place - 1].shown[-20:]}{line.shown}")
    )


def _after_end(lines: Sequence[Line], kinds: Sequence[Kind | None], place: int) -> bool:
    """Say whether something may begin with the line: what stands above is another thing or ends."""
    return place == 0 or kinds[place - 1] is not None or _is_ended(lines[place - 1])


def _is_ended(line: Line) -> bool:
    return line.ends_sentence or NOTE_END.search(line.text) is not None


def _is_wide(lines: Sequence[Line], place: int) -> bool:
    """Say whether the line is wider than the column above it."""
    above = [len(line.text) for line in lines[max(place - _ABOVE, 0) : place]]
    return bool(above) and len(lines[place].text) > _WIDER * max(above)


def _byline_end(lines: Sequence[Line], kinds: Sequence[Kind | None], start: int) -> int:
    """Return the line after the byline; a byline that stops after a role takes the names below it."""
    byline = read_byline(lines[start])
    end = start + 1
    if byline is None or not lacks_names(byline):
        return end
    while end < len(lines) and kinds[end] in (None, "headline") and is_name_piece(lines[end]):
        if kinds[end] == "headline" and end > start + _LONGEST_NAME:
            break
        whole = len(lines[end].text) > 1
        if whole and end > start + 1:
            break
        end += 1
        if whole:
            break
    return end
