"""The records that pass between modules: frozen, slotted, made of tuples.

Units, once for all: offsets are Unicode code points, half-open; dates are ISO 8601 at the precision
that the source gives (``2025``, ``2025-06``, ``2025-06-10``); scores lie between 0 and 1. ``None``
means unknown, never empty.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

Modality = Literal["done", "ongoing", "planned"]
Polarity = Literal["affirmed", "denied"]
Normal = tuple[tuple[str, str | int | float], ...]
"""A normalized value as sorted (key, value) pairs, so that it can be hashed and compared."""
Box = tuple[float, float, float, float]
"""A rectangle on a page of a PDF: x0, y0, x1, y1 in points from the lower left corner of the page as it is shown."""


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A stretch of an article's text: ``text[start:end]``."""

    start: int
    end: int

    def __post_init__(self) -> None:
        if not 0 <= self.start < self.end:
            raise ValueError(f"a span needs 0 <= start < end, not {self.start}, {self.end}")

    def __len__(self) -> int:
        return self.end - self.start

    def contains(self, other: Span) -> bool:
        return self.start <= other.start and other.end <= self.end

    def overlaps(self, other: Span) -> bool:
        return self.start < other.end and other.start < self.end


@dataclass(frozen=True, slots=True)
class Piece:
    """``text[text_start:text_end]`` of an article stands in its document from ``file_start`` on, unchanged.

    In a PDF a piece lies on one printed line: ``page`` counts its pages from 1, ``box`` says where on it.
    """

    text_start: int
    text_end: int
    file_start: int
    page: int | None = None
    box: Box | None = None


@dataclass(frozen=True, slots=True)
class PageLayout:
    """What a PDF says of one page: how the characters ``text[start:end]`` of its document are set, what is drawn.

    ``glyphs`` packs seven 32-bit floats for each character, in the machine's byte order: its advance from x0 to x1, its
    ink from y0 to y1, its base line and its font size, in points as in Box, and the number of its font on the page.
    ``images`` are pictures, ``rules`` lines, frames and backgrounds.
    """

    number: int
    width: float
    height: float
    start: int
    end: int
    glyphs: bytes
    images: tuple[Box, ...] = ()
    rules: tuple[Box, ...] = ()


@dataclass(frozen=True, slots=True)
class Document:
    """One file as it came, or one line of a JSON-lines file.

    ``path`` is relative to the input's root; a line of a JSON-lines file adds ``#`` and its number.
    ``text`` is the decoded file: byte-order mark removed, line ends untouched. Of a PDF it is the characters of all
    pages in file order; ``layout`` then says how they are set, page by page. It serves repair alone: it is not stored,
    and documents that differ in nothing else are equal.
    """

    id: str
    path: str
    sha256: str
    text: str
    publication: str | None = None
    date: str | None = None
    page: str | None = None
    layout: tuple[PageLayout, ...] = field(default=(), compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Heading:
    """A sub-heading, standing before the paragraph of that index (counted from 0)."""

    before: int
    text: str


@dataclass(frozen=True, slots=True)
class Article:
    """One article of a document; ``text`` is its paragraphs joined by newlines, fixed from here on.

    ``number`` counts the document's articles from 1. ``name`` is the id that the input gave, if any.
    ``offsets`` are in text order and leave out only white space (the newlines between paragraphs).
    ``kind`` is ``article``, or ``unplaced`` for lines of a page that belong to no article. ``original`` is the article
    that stands for this one and its reprints, where the store has such: no part of what the article is.
    """

    id: str
    document: str
    number: int
    text: str
    title: str | None = None
    name: str | None = None
    byline: tuple[str, ...] = ()
    headings: tuple[Heading, ...] = ()
    captions: tuple[str, ...] = ()
    offsets: tuple[Piece, ...] = ()
    publication: str | None = None
    date: str | None = None
    page: str | None = None
    kind: Literal["article", "unplaced"] = "article"
    original: str | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Mention:
    """A name in an article: ``text == article.text[span.start:span.end]``; ``finder`` says which stage found it."""

    span: Span
    text: str
    type: str
    subtype: str | None
    finder: str
    score: float


@dataclass(frozen=True, slots=True)
class Reference:
    """A form that is no name but stands for one: 该公司, 该市, 其, 我们公司. ``mention`` is its antecedent."""

    span: Span
    text: str
    mention: Mention
    reason: str
    score: float


@dataclass(frozen=True, slots=True)
class Group:
    """The mentions of one article that name one thing, in text order; ``name`` is the fullest of them.

    ``adcode`` is the six-digit GB/T 2260 code of an administrative region where it is certain.
    """

    id: str
    type: str
    subtype: str | None
    name: str
    mentions: tuple[Mention, ...]
    adcode: str | None
    reason: str


@dataclass(frozen=True, slots=True)
class Evidence:
    """The words that a claim rests on: ``quote == article.text[span.start:span.end]``."""

    article: str
    span: Span
    quote: str


@dataclass(frozen=True, slots=True)
class Qualifier:
    """A detail of a claim: the words as written, their place, and what they mean where that is known.

    ``normal`` of an amount: value, currency or unit, bound (exact, above, below, about), high for the end of
    a range; of a date: start and end.
    """

    name: str
    text: str
    normal: Normal = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """What one article says.

    The object is a mention, or text for predicates whose range is a literal. Where the sentence says 该公司 or
    leaves the subject out, ``subject`` is the antecedent and a second evidence quotes the antecedent's sentence.
    ``reader`` names the stage and the frame or model that read it, ``agreed`` the others that say the same, sorted.
    The id depends on neither.
    """

    id: str
    subject: Mention
    predicate: str
    object: Mention | str
    qualifiers: tuple[Qualifier, ...]
    modality: Modality
    polarity: Polarity
    evidence: tuple[Evidence, ...]
    reader: str
    score: float
    agreed: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Link:
    """A group stands for an entity, by a rule or by a person, with the reason."""

    group: str
    entity: str
    reason: str
    by: Literal["rule", "person"] = "rule"


@dataclass(frozen=True, slots=True)
class Entity:
    """One thing of the graph. ``names`` are the other names; ``codes`` are (scheme, code) pairs."""

    id: str
    type: str
    subtype: str | None
    name: str
    names: tuple[str, ...] = ()
    codes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Fact:
    """Claims with an equal key, and their support.

    The key is subject, predicate, object, modality, polarity and the normalized qualifiers that the schema marks
    as identifying. ``object`` is an entity's id, or None where ``value`` holds a literal.
    ``documents`` counts the documents that say so.
    """

    id: str
    subject: str
    predicate: str
    object: str | None
    value: str | None
    qualifiers: tuple[Qualifier, ...]
    modality: Modality
    polarity: Polarity
    claims: tuple[Claim, ...]
    documents: int
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """One article with what has been read in it so far: the only thing that stages pass on."""

    article: Article
    sentences: tuple[Span, ...] = ()
    mentions: tuple[Mention, ...] = ()
    groups: tuple[Group, ...] = ()
    references: tuple[Reference, ...] = ()
    claims: tuple[Claim, ...] = ()
