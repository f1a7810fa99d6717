"""Where the name of a program may begin in running text, and the signs that tell how likely it begins there.

The walk goes from the head to the left, word by word, through regions, names of organizations, numbers of size and
quoted words, until a word that never stands in a name: a verb that takes a program (实施), a function word, a count
(三个). Every word on the way may be the first; its signs decide. Offsets are code points of the text, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

import rjieba

from kg.organization_edges import Tokens
from kg.programs import MAX_NAME, ProgramHead, head_of, heads, program_words

Kind = Literal["name", "quoted", "number", "mark", "unknown", "word", "generic", "lead"]
"""What a piece of a name is: a region's or organization's name, words in “”, a number with its unit, a mark or a
bracket, a word of no dictionary, or a word by its role in data/lexicons/program_words.tsv."""

_TELLING: tuple[Kind, ...] = ("quoted", "name", "unknown", "number")
_MAX_PIECES = 16
_MARK: Kind = "mark"
_STOP_TAGS = frozenset(
    ("p", "c", "u", "uj", "ul", "uz", "ug", "ud", "uv", "r", "y", "e", "d", "t", "q", "m", "mq", "o")
)
_BETWEEN = frozenset("至—–-到")
_INSIDE_MARKS = frozenset("—–-·•&＋+/.")
_NATIONS = frozenset("美俄日韩老柬新法德英泰缅越蒙印巴欧非拉阿哈意澳瑞")  # 中老铁路, 中欧班列
_NOT_OF_NAME = re.compile(r"记者|以下|下称|简称|[、，,：:]")
_UNIT = re.compile(
    r"(?:万|亿)?(?:千伏|千瓦|兆瓦|公里|立方米|平方米|吨|米|级|代|期|标方|亩|头|辆|套|片|GW|MW)(?:级|/年|/天)?"
)
_ORDINAL = re.compile(
    r"第[一二三四五六七八九十\d]+(?:次|批|期|代|阶段)|[一二三四五六七八九十\d]+(?:期|号线|号|线|代|级|标段?|五)"
)
_COUNT = re.compile(r"(?:多|余)?(?:个|项|家|条|座|批|类|种|次|大(?!桥)|款|笔|份|张|支|月|日|亿|万元|元|%|％|岁|人)")
_MARKS = {
    "，": "comma",
    "、": "listed",
    "。": "stop",
    "\n": "line",
    "；": "stop",
    "—": "dash",
    "”": "quote",
    "》": "title",
}


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a name: where it begins, what it is, and its part of speech where it is a whole word."""

    text: str
    kind: Kind
    start: int
    tag: str


@dataclass(frozen=True, slots=True)
class Candidate:
    """A stretch that may be a name, and its signs."""

    start: int
    end: int
    signs: tuple[str, ...]


def candidates(
    tokens: Tokens, head: ProgramHead, head_start: int, head_end: int, names: Mapping[int, int]
) -> Iterator[Candidate]:
    """Yield the stretches that end on the head, the shortest first.

    ``names`` gives the start of regions and organizations by their end.
    """
    pieces, before = _pieces(tokens, head_start, names)
    after = _after(tokens, head_end)
    for first in range(len(pieces) - 1, -1, -1):
        piece = pieces[first]
        if piece.kind == "mark":
            continue
        left = _before(tokens.text, piece.start, before) if first == 0 else _cut(pieces[first - 1])
        signs = (f"head {head.word}", f"needs {head.needs}", left, after, *_content(head, pieces[first:], head_end))
        yield Candidate(piece.start, head_end, signs)


def _pieces(tokens: Tokens, head_start: int, names: Mapping[int, int]) -> tuple[list[Piece], str]:
    """The words that may stand in the name, from left to right, and the word that ended the walk ("" at a mark)."""
    text, position, before = tokens.text, head_start, ""
    pieces: list[Piece] = []
    while position > 0 and head_start - position < MAX_NAME and len(pieces) < _MAX_PIECES:
        opening = _opening(text, position)
        tag, kind = "", _MARK
        if opening is not None:
            if opening == position:
                break
            start, kind = opening, "quoted" if text[opening] == "“" else _MARK
        elif position in names:
            start, kind = names[position], "name"
        else:
            number = tokens.at[position - 1]
            start = max(
                (end for end in range(tokens.starts[number] + 1, position) if end in names),
                default=tokens.starts[number],
            )
            tag = tokens.tags[number] if position - start == len(tokens.words[number]) else ""
            if text[start:position] in _BETWEEN and start in names and pieces and pieces[-1].kind == "name":
                kind = "word"  # from place to place: 包头至银川高铁
            else:
                found = _kind(text, start, position, tag)
                if found is None:
                    before = text[start:position]
                    break
                kind = found
        pieces.append(Piece(text[start:position], kind, start, tag))
        position = start
    pieces.reverse()
    return pieces, before


def _opening(text: str, position: int) -> int | None:
    """Where the quotation or bracket that ends at ``position`` begins; ``position`` for a wall, None at a word."""
    mark = text[position - 1]
    if mark == "”":
        opening = text.rfind("“", max(0, position - 32), position)
        return opening if opening >= 0 and "”" not in text[opening : position - 1] else position
    if mark in ")）":
        opening = max(
            text.rfind("(", max(0, position - 12), position), text.rfind("（", max(0, position - 12), position)
        )
        return opening if opening > 0 and not _NOT_OF_NAME.search(text, opening, position) else position
    if mark in _INSIDE_MARKS:
        return position - 1 if position > 1 and text[position - 2].isalnum() else position
    return None if mark.isalnum() or mark in "%％℃±" else position


def _kind(text: str, start: int, end: int, tag: str) -> Kind | None:
    """What the word is in a name, or None where it stands before names."""
    words, piece = program_words(), text[start:end]
    if piece == "中" and text[end : end + 1] in _NATIONS:
        return "unknown"
    if piece in words.stop or piece in words.verb:
        return None
    if piece.isascii():
        if piece.replace(".", "").isdigit():
            return None if _COUNT.match(text, end) else "number"
        return "unknown"
    if _ORDINAL.fullmatch(piece) or (_UNIT.match(piece) and start and text[start - 1].isdigit()):
        return "number"
    if piece == "年" and start and text[start - 1] in "/／0123456789":
        return "number"
    if piece in words.lead:
        return "lead"
    if piece in words.generic:
        return "generic"
    if tag in _STOP_TAGS and (len(piece) == 1 or rjieba.has_word(piece)):
        return None
    if len(piece) > 1 and (tag in ("nz", "nr", "ns", "nt", "nrt") or not rjieba.has_word(piece)):
        return "unknown"
    return "word"


def _before(text: str, start: int, before: str) -> str:
    """The sign of what stands before the whole stretch."""
    if before:
        words = program_words()
        return f"after {before}" if before in words.verb or before in "的和与及" else "after word"
    return f"after {_MARKS.get(text[start - 1], 'mark')}" if start else "after line"


def _cut(piece: Piece) -> str:
    """The sign of a word that is left out at the front."""
    return f"without {piece.kind} {piece.tag}" if piece.tag in ("v", "vn", "d", "ad", "a") else f"without {piece.kind}"


def _after(tokens: Tokens, end: int) -> str:
    """The sign of the word that follows."""
    if end >= len(tokens.text) or tokens.text[end] == "\n":
        return "before line"
    tag = tokens.tags[tokens.at[end]]
    return f"before {tokens.text[end]}" if tag == "x" and tokens.text[end] in "，。、；（(—”" else f"before {tag}"


def _content(head: ProgramHead, pieces: list[Piece], end: int) -> Iterator[str]:
    """The signs of what the name is made of."""
    kinds = [piece.kind for piece in pieces]
    first = pieces[0]
    yield f"first {first.kind}"
    if first.tag:
        yield f"first tag {first.tag}"
    telling = [kind for kind in _TELLING if kind in kinds]
    for kind in telling:
        yield f"has {kind}"
    words = sum(kind in ("word", "unknown") for kind in kinds)
    best = telling[0] if telling else "no name"
    yield f"{head.needs}: {best}, {min(words, 3)} words"
    yield f"{head.subtype}: {best}"
    yield f"{min(len(pieces), 6)} pieces"
    yield f"length {min((end - first.start) // 3, 9)}"
    if all(kind in ("generic", "lead", "mark") for kind in kinds):
        yield "all generic"
    if kinds == ["name"]:
        yield f"only a name: {head.word}"


def quoted_signs(tokens: Tokens, start: int, end: int, again: bool) -> tuple[str, ...]:
    """The signs of words in “”.

    ``start`` and ``end`` are those of the words, without the marks; ``again`` says whether the article has them in
    marks more than once.
    """
    text, inner = tokens.text, tokens.text[start:end]
    head = head_of(inner)
    signs = ["quoted", f"quoted length {min((end - start) // 2, 9)}"]
    if head and len(head.word) < end - start and (len(head.word) > 1 or not rjieba.has_word(inner)):
        signs += [f"quoted head {head.needs}", f"quoted head {head.subtype}"]
    else:
        signs.append("quoted headless")
    outer = next(
        (text[end + 1 : end + 1 + size] for size in (5, 4, 3, 2) if text[end + 1 : end + 1 + size] in heads()), None
    )
    signs.append(f"quoted before {outer}" if outer else f"quoted {_after(tokens, end + 1)}")
    left = start - 1
    if left == 0 or not text[left - 1].isalnum():
        signs.append(f"quoted after {_MARKS.get(text[left - 1], 'mark')}" if left else "quoted after line")
    else:
        word, tag = tokens.words[tokens.at[left - 1]], tokens.tags[tokens.at[left - 1]]
        words = program_words()
        signs.append(f"quoted after {word}" if word in words.verb else f"quoted after a {tag}")
    if again:
        signs.append("quoted again")
    if any(mark in inner for mark in "，。！？；"):
        signs.append("quoted clause")
    if re.search(r"\d", inner):
        signs.append("quoted number")
    if not re.search(r"[\u4e00-\u9fff]", inner):
        signs.append("quoted Latin")
    return tuple(signs)
