"""The lines of a body as paragraphs, sub-headings and captions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from kg.ingest.html_lines import ends_sentence, is_caption, is_furniture, is_marked_heading
from kg.ingest.html_markup import Line, Part
from kg.ingest.html_text import CELL_GAP, show
from kg.model import Heading

_LONGEST_ROW = 40  # code points of a cell; longer cells are paragraphs
_LONGEST_PLAIN_HEADING = 24


@dataclass(slots=True)
class Content:
    """An article while it is put together; a paragraph is the parts of its lines."""

    paragraphs: list[list[Part]] = field(default_factory=list)
    headings: list[Heading] = field(default_factory=list)
    captions: list[str] = field(default_factory=list)


def arrange(lines: Sequence[Line], title: str | None, above: Sequence[str] = ()) -> Content:
    """Sort the lines of a body into paragraphs, sub-headings and captions; furniture is left out.

    ``title`` is the headline, which pages print twice; ``above`` are headings before the first paragraph.
    """
    content = Content(headings=[Heading(0, text) for text in above])
    kept = [line for line in lines if not is_furniture(line) and show(line) and show(line) != title]
    place = 0
    while place < len(kept):
        line = kept[place]
        row = _row(kept, place, lines)
        if len(row) > 1:
            content.paragraphs.append(_join_cells(row))
            place += len(row)
            continue
        if is_caption(line):
            content.captions.append(show(line))
        elif _is_heading(kept, place):
            content.headings.append(Heading(len(content.paragraphs), show(line)))
        elif place and _goes_on(kept[place - 1], line) and content.paragraphs:
            place_of_break = content.paragraphs[-1][-1][1]
            content.paragraphs[-1] += [(place_of_break, place_of_break + 1, "\n"), *line.parts]
        else:
            content.paragraphs.append(list(line.parts))
        place += 1
    return content


def _is_heading(lines: Sequence[Line], place: int) -> bool:
    """Say whether the markup makes the line a heading, or its form does: short between two that end sentences."""
    line = lines[place]
    if place + 1 >= len(lines):
        return False
    following = lines[place + 1]
    if is_marked_heading(line):
        return True
    text = show(line)
    if len(text) > _LONGEST_PLAIN_HEADING or ends_sentence(line) or text[-1] in "，、：:；;——“‘（《)）" or "。" in text:
        return False
    return (
        following.size > 2 * line.size and ends_sentence(following) and (not place or ends_sentence(lines[place - 1]))
    )


def _row(kept: Sequence[Line], place: int, lines: Sequence[Line]) -> list[Line]:
    """Return the lines that make a row of a table of short cells, from that place on."""
    row = kept[place].element.row
    if row is None or row is lines[0].element.row:  # the table that the page is laid out with
        return []
    end = place
    while end < len(kept) and kept[end].element.row is row:
        end += 1
    cells = kept[place:end]
    return list(cells) if all(cell.size <= _LONGEST_ROW and not cell.breaks for cell in cells) else []


def _join_cells(cells: Sequence[Line]) -> list[Part]:
    parts = list(cells[0].parts)
    for cell in cells[1:]:
        place = parts[-1][1]
        parts += [(place, place + 1, CELL_GAP), *cell.parts]
    return parts


def _goes_on(before: Line, line: Line) -> bool:
    """Say whether a line that <br> breaks off goes on with the paragraph before it."""
    return (
        line.wrapped
        and before.wrapped
        and line.breaks == 1
        and not ends_sentence(before)
        and not line.parts[0][2].startswith(("\u3000\u3000", "  "))
    )
