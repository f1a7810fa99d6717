"""Text as XML holds it."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.export.values import Value

_UNSAFE = re.compile('[&<>"\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]')
_ESCAPES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "\t": "&#9;", "\n": "&#10;", "\r": "&#13;"}


def escaped(text: str) -> str:
    """Return the text for an element or a quoted attribute; control characters, which XML cannot hold, are left out."""
    if is_plain(text):
        return text
    return _UNSAFE.sub(lambda match: _ESCAPES.get(match[0], ""), text)


def escaped_values(values: Sequence[Value]) -> Sequence[Value]:
    """Return the values, texts as ``escaped`` makes them; most need nothing: one look at all together tells."""
    if is_plain("".join([value for value in values if type(value) is str])):
        return values
    return [escaped(value) if isinstance(value, str) else value for value in values]


def is_plain(text: str) -> bool:
    """Say whether the text can stand as it is; quicker than to look at every character."""
    return text.isprintable() and "&" not in text and "<" not in text and ">" not in text and '"' not in text
