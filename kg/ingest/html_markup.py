"""The markup of a page as lines of visible text, each with its place in the source and the elements round it.

The reading follows the HTML standard (https://html.spec.whatwg.org/, section 13.2) where it decides what is text:
comments, raw text (script, style), attributes, character references, implied end tags. It is our own because no
parser for Python says at which character of the source a text stands, and evidence must lead back there. The time
taken is linear in the length of the source whatever stands in it; nesting deeper than browsers allow is flat.
"""

from __future__ import annotations

import html
import re
from collections import Counter
from dataclasses import dataclass, field

from kg.errors import InputError

_DEEPEST = 150  # elements; pages of papers have some 30, browsers stop at 512
_DEEPEST_INLINE = 100  # fonts and spans that are never closed leave room for blocks
_MOST_METAS = 500
_MOST_TAGS = 1_000_000
_MOST_REFERENCES = 300_000
_MOST_LINES = 100_000  # with text; a year's issues of a paper have fewer


def names(written: str) -> frozenset[str]:
    """Return names that are written with blanks between them."""
    return frozenset(written.split())


_INSIDE_TABLE = names("caption tbody td tfoot th thead tr")
_CLOSES_P = names(
    "address article aside blockquote center details dialog dir div dl dd dt fieldset figcaption figure footer form"
    " h1 h2 h3 h4 h5 h6 header hgroup hr li main menu nav ol p pre section summary table ul"
)
_BLOCKS = _CLOSES_P | _INSIDE_TABLE | names("body html legend")
_CELLS = names("caption table td th")  # tags inside never close what is outside
_HEADINGS = names("h1 h2 h3 h4 h5 h6")
_VOID = names("area base basefont bgsound br col embed frame hr img input keygen link meta param source track wbr")
_RAW = names("script style xmp iframe noembed noframes textarea title")
_UNSEEN = names("applet audio button canvas datalist map noscript object option rp rt select svg template video")
_CLOSES = {
    "li": (names("li"), _CELLS | names("ul ol menu dir")),
    "dt": (names("dt dd"), _CELLS | names("dl")),
    "dd": (names("dt dd"), _CELLS | names("dl")),
    "td": (names("td th"), names("table tr")),
    "th": (names("td th"), names("table tr")),
    "tr": (names("tr"), names("table")),
    "tbody": (names("tbody thead tfoot"), names("table")),
    "thead": (names("tbody thead tfoot"), names("table")),
    "tfoot": (names("tbody thead tfoot"), names("table")),
    "a": (names("a"), _CELLS),
}

_SPACE = r"[ \t\n\f\r\u3000]"
_MARK = re.compile(r"<(?=[a-zA-Z!?/])")
_START = re.compile(
    rf"<([a-zA-Z][^\s/>]*+)((?:{_SPACE}++|/|[^\s/>][^\s/>=]*+(?:{_SPACE}*+={_SPACE}*+(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]*+"
    rf"|(?=>)))?+|[\x0b\x1c-\x1f\x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f])*+)>"
)
_ATTRIBUTE = re.compile(rf"([^\s/>=][^\s/>=]*)(?:{_SPACE}*={_SPACE}*(?:\"([^\"]*)\"|'([^']*)'|([^\s>\"'][^\s>]*)))?")
_END = re.compile(r"</([a-zA-Z][^\s/>]*+)[^>]*+>")
_COMMENT_END = re.compile(r"--!?>")
_REFERENCE = re.compile(r"&(?:#\d{1,10}+;?|#[xX][0-9a-fA-F]{1,8}+;?|[a-zA-Z][a-zA-Z0-9]{1,31}+;?)")
_UNSEEN_STYLE = re.compile(r"display\s*:\s*none", re.IGNORECASE)  # scripts make visible what is only invisible
_WORD = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|\d+")
_NEWLINE = re.compile(r"\r\n|\r|\n")
_RAW_END = {name: re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE) for name in _RAW}
_NESTED_SCRIPT = re.compile(r"<!--(?:(?!-->|</script).)*?<script[\s/>]", re.IGNORECASE | re.DOTALL)

Part = tuple[int, int, str]
"""``source[start:end]`` and what it says: itself, or the character that a reference stands for."""


@dataclass(slots=True, eq=False)
class Element:
    """An element that lines stand in. ``words`` are those of its class and id; the flags hold for what is inside."""

    name: str
    parent: Element | None
    serial: int
    words: frozenset[str] = frozenset()
    unseen: bool = False
    link: bool = False
    bold: bool = False
    pre: bool = False
    row: Element | None = None

    @property
    def block(self) -> Element:
        """The element itself, or the nearest round it, that begins a line."""
        element = self
        while element.parent is not None and not is_block(element.name):
            element = element.parent
        return element


@dataclass(slots=True, eq=False)
class Line:
    """Visible text between two breaks.

    ``text`` has single spaces for white space. The sizes count characters that are not white space: all, those in
    links, those set bold. ``breaks`` is the number of <br> before the line, 0 where another element begins; ``image``
    says that a picture stands right before it, ``led`` that it begins with a link, ``wrapped`` that it is one of
    running text that <br> breaks by width.
    """

    element: Element
    breaks: int
    image: bool
    parts: list[Part] = field(default_factory=list)
    size: int = 0
    link_size: int = 0
    bold_size: int = 0
    led: bool = False
    wrapped: bool = False
    text: str = ""


@dataclass(slots=True)
class Markup:
    """What a page shows, and what it says of itself in its head. ``comments`` are those of publishing systems."""

    lines: list[Line] = field(default_factory=list)
    title: str = ""
    metas: list[tuple[str, str]] = field(default_factory=list)
    properties: str = ""


def is_block(name: str) -> bool:
    """Say whether an element of that name begins a line; those of Founder's publishing system do."""
    return name in _BLOCKS or name.startswith("founder-")


def read_markup(source: str) -> Markup:
    """Return the lines of a page. Raises InputError where there are too many to be a page."""
    builder = _Builder(source)
    builder.read()
    return builder.markup


def resolve(text: str) -> str:
    """Return the text with its character references resolved."""
    return _REFERENCE.sub(lambda found: html.unescape(found[0]), text)


class _Builder:
    """The state of reading: the elements that are open, and the line that is being filled."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.markup = Markup()
        self.stack = [Element("html", None, 0)]
        self.open: Counter[str] = Counter()
        self.serial = 0
        self.line: Line | None = None
        self.breaks = 0
        self.image = False
        self.references = 0
        self.endless: set[str] = set()  # elements of which no end tag follows: it is not searched for again

    def read(self) -> None:
        source, place, left = self.source, 0, _MOST_TAGS
        while mark := _MARK.search(source, place):
            start = mark.start()
            self._text(place, start)
            left -= 1
            if left < 0:
                raise InputError(f"over {_MOST_TAGS:,} tags on one page; give its articles one by one")
            if found := _START.match(source, start):
                place = self._start(found)
            elif found := _END.match(source, start):
                self._end(found[1].lower())
                place = found.end()
            elif source.startswith("<!--", start):
                place = self._comment(start)
            elif source[start + 1] in "!?/":
                place = source.find(">", start) + 1 or len(source)
            else:  # a tag that the file's end cuts off
                place = len(source)
        self._text(place, len(source))
        self._break(0)

    def _comment(self, start: int) -> int:
        end = _COMMENT_END.search(self.source, start + 2)
        place = end.end() if end else len(self.source)
        if self.source.startswith("<!--enpproperty", start) and not self.markup.properties:
            self.markup.properties = self.source[start + 15 : place]
        return place

    def _start(self, found: re.Match[str]) -> int:
        """Open the element of a start tag, and return where reading goes on."""
        name = found[1].lower()
        if name == "br":
            self._break(self.breaks + 1)
        elif name == "img":
            self.image = True
        elif name == "meta":
            self._meta(_attributes(found[2]))
        elif name in _RAW:
            return self._raw(name, found.end())
        else:
            if is_block(name):
                self._break(0)
            if name in _CLOSES_P:
                self._close(frozenset({"p"}), _CELLS)
            if name in _CLOSES:
                self._close(*_CLOSES[name])
            deepest = _DEEPEST if is_block(name) else _DEEPEST_INLINE
            if name not in _VOID and len(self.stack) < deepest:
                self._push(name, _attributes(found[2]) if found[2] else {})
        return found.end()

    def _push(self, name: str, attributes: dict[str, str]) -> None:
        outer = self.stack[-1]
        self.serial += 1
        known = attributes.get("class", "") + " " + attributes.get("id", "") + " " + attributes.get("itemprop", "")
        unseen = name in _UNSEEN or "hidden" in attributes or bool(_UNSEEN_STYLE.search(attributes.get("style", "")))
        element = Element(
            name,
            outer,
            self.serial,
            frozenset(word.lower() for word in _WORD.findall(known)) if known != "  " else frozenset(),
            # pages hide their body until a script has run
            outer.unseen or (unseen and name not in ("html", "body")),
            outer.link or (name == "a" and "href" in attributes),
            outer.bold or name in ("b", "strong") or "bold" in attributes.get("style", ""),
            outer.pre or name == "pre",
            None if name == "table" else outer.row,
        )
        if name == "tr":
            element.row = element
        self.stack.append(element)
        self.open[name] += 1

    def _end(self, name: str) -> None:
        if name == "br":
            return self._break(self.breaks + 1)
        if is_block(name):
            self._break(0)
        if name in ("html", "body"):
            return None
        if name in _HEADINGS:
            return self._close(_HEADINGS, _CELLS)
        if name in _INSIDE_TABLE:
            return self._close(frozenset({name}), frozenset({"table"}))
        if is_block(name):
            return self._close(frozenset({name}), frozenset() if name == "table" else _CELLS)
        if self.open[name]:  # inline: what it was closed inside stays open
            for place in range(len(self.stack) - 1, 0, -1):
                if self.stack[place].name == name:
                    del self.stack[place]
                    self.open[name] -= 1
                    break
                if self.stack[place].name in _CELLS:
                    break
        return None

    def _close(self, names: frozenset[str], barriers: frozenset[str]) -> None:
        """Close the innermost open element of those names and all inside it, unless a barrier stands between."""
        if not any(self.open[name] for name in names):
            return
        for place in range(len(self.stack) - 1, 0, -1):
            name = self.stack[place].name
            if name in names:
                for closed in self.stack[place:]:
                    self.open[closed.name] -= 1
                del self.stack[place:]
                return
            if name in barriers:
                return

    def _raw(self, name: str, start: int) -> int:
        """Pass over the content of an element that holds no markup; the title's is kept."""
        end = None if name in self.endless else _RAW_END[name].search(self.source, start)
        if end is None:
            self.endless.add(name)
        if name == "title":
            stop = end.start() if end else (self.source.find("<", start) + 1 or len(self.source) + 1) - 1
            self.markup.title = self.markup.title or " ".join(resolve(self.source[start:stop]).split())
            return stop
        if name == "script" and end and "<!--" in self.source[start : end.start()]:
            # a script written inside a comment of a script ends neither (standard, 13.2.5.20)
            nested = _NESTED_SCRIPT.search(self.source, start, end.start())
            if nested and self.source.find("-->", nested.end(), end.start()) < 0:
                end = _RAW_END[name].search(self.source, end.end())
        return end.start() if end else len(self.source)

    def _meta(self, attributes: dict[str, str]) -> None:
        name = attributes.get("name") or attributes.get("property") or attributes.get("itemprop")
        content = attributes.get("content", "").strip()
        if name and content and len(self.markup.metas) < _MOST_METAS:
            self.markup.metas.append((name.strip().lower(), content))

    def _text(self, start: int, end: int) -> None:
        element = self.stack[-1]
        if start >= end or element.unseen:
            return
        if element.pre:
            for newline in _NEWLINE.finditer(self.source, start, end):
                self._inline(element, start, newline.start())
                self._break(self.breaks + 1)
                start = newline.end()
        self._inline(element, start, end)

    def _inline(self, element: Element, start: int, end: int) -> None:
        text = self.source[start:end]
        if self.line is None:
            if not text.strip():
                return
            self.line = Line(element, self.breaks, self.image)
            self.markup.lines.append(self.line)
            if len(self.markup.lines) > _MOST_LINES:
                raise InputError(f"over {_MOST_LINES:,} lines of text on one page; give its articles one by one")
        line = self.line
        place = start
        if "&" in text:
            for found in _REFERENCE.finditer(self.source, start, end):
                said = html.unescape(found[0])
                if said != found[0]:
                    self.references += 1
                    self._add(line, element, place, found.start(), self.source[place : found.start()])
                    self._add(line, element, found.start(), found.end(), said)
                    place = found.end()
            text = self.source[place:end]
            if self.references > _MOST_REFERENCES:
                raise InputError(f"over {_MOST_REFERENCES:,} character references on one page; save it as plain text")
        self._add(line, element, place, end, text)

    def _add(self, line: Line, element: Element, start: int, end: int, text: str) -> None:
        if start == end:
            return
        line.parts.append((start, end, text))
        size = len("".join(text.split()))
        if size and not line.size:
            line.led = element.link
        line.size += size
        line.link_size += size if element.link else 0
        line.bold_size += size if element.bold else 0

    def _break(self, breaks: int) -> None:
        if self.line is not None:
            self.line.text = " ".join("".join(text for _, _, text in self.line.parts).split())
            self.line, self.image, breaks = None, False, min(breaks, 1)
        self.breaks = breaks


def _attributes(text: str) -> dict[str, str]:
    """Return the attributes of a tag by their names in lower case; the first of a name counts."""
    attributes: dict[str, str] = {}
    for name, double, single, bare in _ATTRIBUTE.findall(text):
        attributes.setdefault(name.lower(), resolve(double or single or bare))
    return attributes
