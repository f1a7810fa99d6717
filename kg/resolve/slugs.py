"""Names as the readable part of an id: letters, digits and ideographs that every format takes as they are."""

from __future__ import annotations

import re

from kg.ids import digest

LONGEST = 80
"""The length of a slug in characters; longer ones are cut and told apart by a digest."""

# The characters that are at once legal in an IRI, in the local part of a Turtle name (PN_CHARS), and in an XML
# NMTOKEN, less those that are no letters, digits or ideographs. 〇 and 々 are among U+3005-3007.
_LETTERS = (
    "0-9A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02af\u0386\u0388-\u03ff\u0400-\u0481\u048a-\u052f\u1e00-\u1eff"
    "\u3005-\u3007\u3041-\u3096\u30a1-\u30fa\u30fc-\u30fe\u3105-\u312f\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7a3"
    "\uf900-\ufaff\U00020000-\U0002fa1f\U00030000-\U000323af"
)
_OTHER = re.compile(f"[^{_LETTERS}·_-]+")
_SAFE = re.compile(f"[{_LETTERS}](?:[{_LETTERS}·_-]*[{_LETTERS}])?")
_HALF_WIDTH = {0xFF01 + offset: 0x21 + offset for offset in range(94)}


def slug(name: str) -> str:
    """Return the name with full-width letters and digits made half-width and all else that is unsafe replaced by ``_``.

    A name of which nothing is left becomes a digest. Slugs of slugs are the same.

    >>> slug("福建（ＡＢＣ）集团 100%国产")
    '福建_ABC_集团_100_国产'
    """
    local = re.sub("_{2,}", "_", _OTHER.sub("_", name.translate(_HALF_WIDTH))).strip("_-·")
    if len(local) > LONGEST:
        tail = digest(name, length=8)
        local = f"{local[: LONGEST - len(tail) - 1].rstrip('_-·')}_{tail}"
    return local or digest(name, length=12)


def is_slug(text: str) -> bool:
    """Say whether the text can stand in an id as it is."""
    return len(text) <= 2 * LONGEST and _SAFE.fullmatch(text) is not None
