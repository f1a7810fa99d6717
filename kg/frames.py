"""Frames: the patterns by which predicates are recognized, declared in the schema and matched here.

A sentence is encoded first: each mention, reference, sum and time expression becomes one private-use character, and
bracketed asides are left out. A frame's pattern is then a regular expression over that short text, in which

- ``{subject}`` and ``{object}`` stand for a mention of a type that the predicate (or the frame) allows,
  ``{object:list}`` for several joined by 、 和 与 及, ``{object:innermost}`` for regions side by side; of names side by
  side the last is meant;
- ``{object:topic}`` takes no room: the object is what was spoken of, as the subject is where there is no ``{subject}``;
- ``{amount}``, ``{share}`` and ``{date}`` stand for a sum, a percentage and a time expression, ``{amount:list}`` and
  ``{share:list}`` for one sum for each of several names, in their order; of two ``{amount}`` that match, the last is
  meant;
- ``…`` stands for up to 16 characters that are no clause punctuation and no candidate for the slot that opened it,
  ``……`` for up to 40 that may be commas too.

A pattern without ``{subject}`` or ``{object}`` leaves that end to the caller, who knows what was spoken of before: the
topic for the subject, the object of the reading before for the object.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.dates import Date, find_dates
from kg.errors import SchemaError
from kg.model import Mention, Reference, Span
from kg.money import Amount, Share, find_amounts, find_shares
from kg.schema import FrameSource, Schema

Item = Mention | Reference | Amount | Share | Date
"""What stands behind one private-use character; the spans of sums and dates count from the sentence's start."""

Mark = tuple[int, int, str, Item]
"""Where such an item stands in its sentence, and the character that stands for it."""

_FIRST = 0xE000
_VALUES = {"amount": "\uf8f0", "share": "\uf8f2", "date": "\uf8f1"}
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_MARKS = re.compile("[《“‘](?=[\ue000-\uf8ef][》”’])|(?<=[\ue000-\uf8ef])[》”’](?=[^《“‘]|$)")
"""The marks around a name: 《甲方案》 and “甲方案” read like 甲方案."""

_RELATIVE = re.compile(
    "(?:位于|坐落于|坐落在|地处|来自|成立于|落户于?|扎根于?|注册在|总部位于)[\ue000-\uf8ef]{1,4}的(?=[\ue000-\uf8ef])"
)
"""A relative clause that says where the name behind it lies."""

_NEXT_TITLE = re.compile("(?<=[\ue000-\uf8ef])[》”’](?=[\ue000-\uf8ef])")
"""What is left between 《甲方案》《乙方案》: a list."""

_DATELINE = re.compile("(?<=\uf8f1)[电讯]")
_LEFT_OUT = re.compile(r"[?*]|\{\d")
_LETTERS = re.compile(rf"(?:[\u4e00-\u9fff](?!{_LEFT_OUT.pattern}))+")
_ASIDE = re.compile(r"（[^（）]{0,40}）|\([^()]{0,40}\)")
_OPENS_WITH_SUBJECT = re.compile(r"(?:\{object:topic\}|\(\?<![^()]*\))*\{subject")
_SLOT = re.compile(r"\{(\w+)(?::(\w+))?\}|(……|…)")
JOINT = "(?:、|和|与|及|以及)"
_UNNAMED = "[^、，。；：！？\n\ue000-\uf8ff]"
_JOINED = f"(?:{JOINT}|、(?:{_UNNAMED}{{1,12}}、){{1,2}}|等{_UNNAMED}{{0,10}}(?:和|与|及|以及|、))"
"""What joins the names of a list: 甲、乙和丙; also over what is no name, and from group to group: 甲等企业和乙."""

_ACTING_TOGETHER = "(?:、|和|及|以及|会同|联合)"
"""What joins subjects; 与 puts the other party of the deed beside the subject more often than a second subject."""


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sentence as frames see it: ``text``, and the item behind each of its characters (None for plain ones)."""

    text: str
    items: tuple[Item | None, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """One reading of a frame: the ends it found (an empty tuple for an end left out), qualifiers, and the stretch of
    the encoded text that it covers."""

    frame: Frame
    subjects: tuple[Mention | Reference, ...]
    objects: tuple[Mention | Reference, ...]
    amounts: tuple[Amount, ...]
    shares: tuple[Share, ...]
    date: Date | None
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A compiled frame; make it with ``compile_frames``."""

    source: FrameSource
    pattern: re.Pattern[str]
    has_subject: bool
    has_object: bool
    object_is_topic: bool
    opens_with_subject: bool
    subject_types: frozenset[str]
    object_types: frozenset[str]
    slots: tuple[frozenset[str], ...]
    words: tuple[tuple[str, ...], ...]

    def may_read(self, sentence: Encoded, characters: frozenset[str]) -> bool:
        """Say whether the sentence, made of these characters, may match: a quick test before the pattern."""
        for slot in self.slots:  # plain loops: this runs for every frame in every sentence
            if slot.isdisjoint(characters):
                return False
        for words in self.words:
            for word in words:
                if word in sentence.text:
                    break
            else:
                return False
        return True

    def takes_subject(self, mention: Mention) -> bool:
        return _narrowed(mention, self.source.subject, self.subject_types)

    def takes_object(self, mention: Mention) -> bool:
        return _narrowed(mention, self.source.object, self.object_types)


def _narrowed(mention: Mention, narrowing: Sequence[str], types: frozenset[str]) -> bool:
    if mention.type not in types:
        return False
    return not narrowing or mention.type in narrowing or f"{mention.type}/{mention.subtype}" in narrowing


def mention_of(item: Mention | Reference) -> Mention:
    """Return the mention itself, or the antecedent of a reference."""
    return item.mention if isinstance(item, Reference) else item


def encode(
    text: str, sentence: Span, items: Sequence[Mention | Reference], schema: Schema, reference_date: str | None
) -> Encoded:
    """Encode one sentence of an article's text; ``items`` are the mentions and references inside it."""
    words = text[sentence.start : sentence.end]
    return assemble(words, find_marks(words, sentence, items, schema, reference_date), [(0, len(words))])


def find_marks(
    words: str, sentence: Span, items: Sequence[Mention | Reference], schema: Schema, reference_date: str | None
) -> list[Mark]:
    """Return what becomes one character in a sentence of these words, in text order."""
    codes = {name: chr(_FIRST + number) for number, name in enumerate(schema.types)}
    marks: list[Mark] = []
    for item in items:
        span = item.span
        marks.append((span.start - sentence.start, span.end - sentence.start, codes[mention_of(item).type], item))
    taken = [(start, end) for start, end, _, _ in marks]
    for code, values in (
        (_VALUES["amount"], find_amounts(words)),
        (_VALUES["share"], find_shares(words)),
        (_VALUES["date"], find_dates(words, reference_date)),
    ):
        for value in values:
            if not any(value.span.start < end and start < value.span.end for start, end in taken):
                marks.append((value.span.start, value.span.end, code, value))
                taken.append((value.span.start, value.span.end))
    marks.sort(key=lambda mark: mark[:2])
    return marks


def assemble(words: str, marks: Sequence[Mark], pieces: Sequence[tuple[int, int] | str]) -> Encoded:
    """Encode stretches of a sentence, in the order given, none of which cuts a mark; what is text stands as it is."""
    out: list[str] = []
    found: list[Item | None] = []
    for piece in pieces:
        if isinstance(piece, str):
            out += piece
            found += [None] * len(piece)
            continue
        at, stop = piece
        for start, end, code, mark in marks:
            if start < at or end > stop:
                continue
            out += _PRIVATE.sub("\ufffd", words[at:start]) + code
            found += [None] * (start - at) + [mark]
            at = end
        out += _PRIVATE.sub("\ufffd", words[at:stop])
        found += [None] * (stop - at)
    encoded = "".join(out)
    for pattern in (_ASIDE, _MARKS):
        for left_out in reversed(list(pattern.finditer(encoded))):
            encoded = encoded[: left_out.start()] + encoded[left_out.end() :]
            del found[left_out.start() : left_out.end()]
    encoded = _NEXT_TITLE.sub("、", encoded)
    # 中新社香港12月7日电: what follows a dateline is a sentence of its own.
    return Encoded(_DATELINE.sub("。", encoded), tuple(found))


def without_places(sentence: Encoded) -> Encoded:
    """Return the sentence without what only places a name: 为位于泉州的甲公司授信 becomes 为甲公司授信."""
    drop: set[int] = set()
    for clause in _RELATIVE.finditer(sentence.text):
        drop.update(range(*clause.span()))
    for at in range(len(sentence.items) - 1, 0, -1):
        name, place = sentence.items[at], sentence.items[at - 1]
        placed = at in drop or (isinstance(name, Mention) and name.type == "Organization")
        if placed and isinstance(place, Mention) and place.type == "Region":
            drop.add(at - 1)
    if not drop:
        return sentence
    kept = [at for at in range(len(sentence.text)) if at not in drop]
    return Encoded("".join(sentence.text[at] for at in kept), tuple(sentence.items[at] for at in kept))


def compile_frames(schema: Schema) -> tuple[Frame, ...]:
    """Compile the schema's frames; raise SchemaError with the frame's name where a pattern is wrong."""
    return tuple(_compile(source, schema) for source in schema.frames)


def _compile(source: FrameSource, schema: Schema) -> Frame:
    predicate = schema.predicates[source.predicate]
    types = {
        "subject": frozenset(kind.partition("/")[0] for kind in source.subject) or predicate.domain,
        "object": frozenset(kind.partition("/")[0] for kind in source.object) or predicate.range,
    }
    codes = {name: chr(_FIRST + number) for number, name in enumerate(schema.types)}
    counts: dict[str, int] = {}
    blocked = ""

    def expand(slot: re.Match[str]) -> str:
        nonlocal blocked
        name, form, gap = slot.groups()
        if gap == "…":
            return f"[^，。；：！？\n{blocked}]{{0,16}}?"
        if gap == "……":
            return f"[^。！？\n{blocked}]{{0,40}}?"
        counts[name] = counts.get(name, 0) + 1
        group = f"{name}_{counts[name]}"
        if name in _VALUES:
            several = f"(?:{JOINT}?{_VALUES[name]})*" if form == "list" else ""
            return f"(?P<{group}>{_VALUES[name]}{several})"
        if name not in types:
            raise SchemaError(
                f"frame {source.name!r}: unknown slot {{{name}}}; slots: subject, object, amount, share, date"
            )
        one = "[" + "".join(code for kind, code in codes.items() if kind in types[name]) + "]"
        if name == "subject" or not blocked:
            blocked = one[1:-1]
        # 泰国云岭公司: of two candidates side by side the last is meant, unless the pattern itself speaks of both.
        both = name == "subject" or source.pattern[slot.end() :].startswith(("{", "(?={"))
        alone = "" if both else f"(?!{one})"
        if form is None:
            return f"(?P<{group}>{one}){alone}"
        if form == "list":
            # 泉州纺织鞋服产业: a row of candidates is one object of a list; subjects side by side are two.
            if name == "subject":
                return f"(?P<{group}>{one}(?:{_ACTING_TOGETHER}{one})*)"
            return f"(?P<{group}>{one}+(?:{_JOINED}{one}+)*)"
        if form == "innermost":
            return f"(?P<{group}>{one}+)"
        if form == "topic" and name == "object":
            counts[name] -= 1
            return ""
        raise SchemaError(f"frame {source.name!r}: unknown form {{{name}:{form}}}; forms: list, innermost, topic")

    try:
        pattern = re.compile(_SLOT.sub(expand, source.pattern))
    except re.error as error:
        raise SchemaError(f"frame {source.name!r}: pattern does not compile: {error}") from error
    needed = tuple(frozenset(codes[kind] for kind in types[name]) for name in types if counts.get(name))
    return Frame(
        source,
        pattern,
        has_subject=bool(counts.get("subject")),
        has_object=bool(counts.get("object")),
        object_is_topic="{object:topic}" in source.pattern,
        opens_with_subject=_OPENS_WITH_SUBJECT.match(source.pattern) is not None,
        subject_types=types["subject"],
        object_types=types["object"],
        slots=needed,
        words=tuple(_required(source.pattern)),
    )


def _required(pattern: str) -> Iterator[tuple[str, ...]]:
    """Yield, for each group of alternatives that a match must go through, the words that these begin with.

    Only what is plain to see counts: a group ``(?:甲|乙…)`` on the pattern's own level that may not be left out, each
    of whose alternatives begins with letters.
    """
    depth, opened, at = 0, 0, 0
    alternatives: list[str] = []
    while at < len(pattern):
        if depth == 0 and pattern[at] == "|":
            return  # the pattern is one of several: nothing is required of all
        if pattern[at] == "\\":
            at += 1
        elif pattern[at] == "(":
            depth += 1
            if depth == 1:
                opened, alternatives = at + 1, [] if pattern.startswith("(?:", at) else [""]
                at += 2
                opened = at + 1
        elif pattern[at] in "|)":
            if depth == 1:
                alternatives.append(pattern[opened:at])
                opened = at + 1
            depth -= pattern[at] == ")"
            if depth == 0 and not _LEFT_OUT.match(pattern, at + 1):
                words = tuple(begun[0] for one in alternatives if (begun := _LETTERS.match(one)))
                if len(words) == len(alternatives):
                    yield words
        at += 1


def match(frame: Frame, sentence: Encoded) -> Iterator[Match]:
    """Yield the places where a frame reads the sentence, left to right, with ends of the types that it takes."""
    at = 0
    while found := frame.pattern.search(sentence.text, at):
        slots: dict[str, tuple[int, int]] = {}
        for group in found.groupdict():
            if found.start(group) >= 0:
                slots[group.rpartition("_")[0]] = found.span(group)
        subjects = _ends(sentence, slots.get("subject"), "subject", frame)
        objects = _ends(sentence, slots.get("object"), "object", frame)
        complete = (subjects or not frame.has_subject) and (objects or not frame.has_object)
        if complete and frame.opens_with_subject and _is_governed(sentence, found.start()):
            complete = False
        if complete:
            amounts, shares, dates = (_values(sentence, slots.get(name)) for name in _VALUES)
            yield Match(
                frame,
                subjects,
                objects,
                tuple(value for value in amounts if isinstance(value, Amount)),
                tuple(value for value in shares if isinstance(value, Share)),
                next((value for value in dates if isinstance(value, Date)), None),
                found.start(),
                found.end(),
            )
        at = max(found.end(), found.start() + 1) if complete else found.start() + 1


def _is_governed(sentence: Encoded, at: int) -> bool:
    """Say whether a preposition stands before the name there, or before names side by side with it: 在佛山南海区."""
    while at and sentence.items[at - 1] is not None:
        at -= 1
    return sentence.text[at - 1 : at] in tuple("在于到从赴往把被自对向给")


def _values(sentence: Encoded, span: tuple[int, int] | None) -> tuple[Item | None, ...]:
    return sentence.items[span[0] : span[1]] if span else ()


def _ends(sentence: Encoded, span: tuple[int, int] | None, name: str, frame: Frame) -> tuple[Mention | Reference, ...]:
    if span is None:
        return ()
    takes = frame.takes_subject if name == "subject" else frame.takes_object
    ends = (at for at in range(*span) if at + 1 == span[1] or sentence.items[at + 1] is None)  # the last of a row
    items = [item for at in ends if isinstance(item := sentence.items[at], Mention | Reference)]
    return tuple(item for item in items if takes(mention_of(item)))
