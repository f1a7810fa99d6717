"""Words marked on coloured ground, as HTML: every character of the text is escaped."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from itertools import groupby

PAGE = "background:#fcfcfa;color:#111;border:1px solid #ccc;padding:8px 12px;margin:6px 0;line-height:1.6"
"""The style of what looks like a piece of a page."""

_MARK = '<mark style="background:{};color:inherit{}>{}</mark>'
_TITLED = ';border-radius:3px;margin:0 1px" title="{}"'
_TINT = 0.65
"""How much white goes into a colour on which black words stand."""


def mark(color: str, words: str, *, title: str = "") -> str:
    """Return words on a colour, ``#rrggbb``; ``title`` is shown where one points at them."""
    return _MARK.format(color, _TITLED.format(escape(title)) if title else '"', escape(words))


def colored(text: str, colors: Sequence[str]) -> str:
    """Return a text whose characters stand on those colours, one for each; an empty one marks nothing."""
    runs = groupby(zip(text, colors, strict=True), key=lambda pair: pair[1])
    parts = ((color, "".join(character for character, _ in run)) for color, run in runs)
    return "".join(mark(color, part) if color else escape(part) for color, part in parts)


def tint(color: str) -> str:
    """Return a colour so light that black words on it are read with ease."""
    parts = (int(color[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * _TINT):02x}" for part in parts)
