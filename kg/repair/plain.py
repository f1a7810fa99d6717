"""Files that need no joining: a paragraph a line, as articles are kept in folders of text files."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.repair.blocks import Block
from kg.repair.bylines import is_credit, read_byline
from kg.repair.furniture import read_furniture, read_note
from kg.repair.lines import WEAK_END, Line, is_open

_WHOLE = 0.4  # of the characters: a line of a printed column rarely ends where a sentence does
_LONG_LINE = 60  # code points; no column is that wide
_LONGEST_TITLE = 60
_LONGEST_HEADING = 24
_TOP = 5  # lines at the top among which a date or a source may stand
_SOURCE = re.compile(r"(?:来源|稿源|信息来源|发布时间|发布日期|时间|日期|作者|责任编辑|编辑|浏览次数|字号)[：:].{0,60}")


def is_plain(lines: Sequence[Line]) -> bool:
    """Say whether each line is a paragraph: most of the text stands in long lines or in lines that end a sentence."""
    total = sum(len(line.text) for line in lines)
    whole = sum(len(line.text) for line in lines if line.ends_sentence or len(line.text) > _LONG_LINE)
    return len(lines) < 3 or whole >= _WHOLE * total


def sort_paragraphs(lines: Sequence[Line]) -> list[Block]:
    """Return the blocks of a plain article in file order, each line one block."""
    blocks: list[Block] = []
    for place, line in enumerate(lines):
        at_top = place < _TOP and all(block.kind != "text" for block in blocks)
        said = read_furniture(line, at_edge=True) if at_top or read_note(line) else None
        if said is not None:
            blocks.append(Block("furniture", (line,), place, furniture=said))
        elif _is_title(lines, place, blocks):
            blocks.append(Block("headline", (line,), place))
        elif at_top and (read_byline(line) is not None or _SOURCE.fullmatch(line.shown)):
            blocks.append(Block("byline", (line,), place))
        elif is_credit(line) and len(line.text) <= 200:
            blocks.append(Block("caption", (line,), place))
        elif _is_heading(lines, place):
            blocks.append(Block("heading", (line,), place))
        else:
            blocks.append(Block("text", (line,), place))
    if any(block.kind == "text" for block in blocks):
        return blocks
    # nothing but a title or the like: that is the text
    return [block if block.kind == "furniture" else Block("text", block.lines, block.place) for block in blocks]


def _is_title(lines: Sequence[Line], place: int, before: Sequence[Block]) -> bool:
    line = lines[place]
    first = all(block.kind == "furniture" for block in before)
    return first and place + 1 < len(lines) and len(line.text) <= _LONGEST_TITLE and not _is_sentence(line)


def _is_heading(lines: Sequence[Line], place: int) -> bool:
    """A short line without a full stop, right before a paragraph that has one; several such lines are a list."""
    if place + 1 >= len(lines) or len(lines[place].text) > _LONGEST_HEADING or _is_sentence(lines[place]):
        return False
    near = [lines[place + 1], *lines[max(place - 1, 0) : place]]
    return all(line.ends_sentence or len(line.text) > _LONG_LINE for line in near[:1]) and (
        place < 2 or near[-1].ends_sentence
    )


def _is_sentence(line: Line) -> bool:
    if WEAK_END.search(line.text[-1]) or is_open(line.text):
        return True
    return "。" in line.text or (line.ends_sentence and line.text[-1] not in "！？!?")
