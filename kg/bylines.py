"""Names in bylines, datelines and credits: 本报记者 甲 乙, 新华社某地5月2日电（记者甲乙）, 编导｜甲.

Such lines hold little but names and the words for what the named did, so a name there needs no other evidence.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from functools import cache

from kg.names import HAN, is_sound, shape_weight, split_names, surname_at
from kg.resources import read_rows

_GAP = " \u3000\u2002\u00a0\t、，,/／;；&"
_DATELINE = re.compile(r"(?:电|讯)[ \u3000]?[（(]([^（）()\n。]{2,60})[）)]")
_BRACKETS = re.compile(r"[（(【]([^（）()【】\n。]{2,90})[）)】]")
_CREDIT = re.compile(rf"[：:｜丨|／/][ \u3000]{{0,4}}((?:[{HAN}·][{HAN}·{_GAP}]*)?[{HAN}])")
_SIGNED = re.compile(
    rf"(?:[（(]|^作者[ \u3000]*)([{HAN}]{{2,9}}(?:[ \u3000、]+[{HAN}]{{2,4}}){{0,3}})[）)]?[ \u3000]*$", re.MULTILINE
)
_NAMES_ONLY = re.compile(rf"[{_GAP}（(]*([{HAN}][{HAN}{_GAP}]*)[）)]?[ \u3000]*")
_LINE = re.compile(r"[^\n]+")
_WORD = re.compile(rf"[{HAN}]+(?:·[{HAN}]+)*")
_LONGEST_SIGNATURE = 40
_LONGEST_ROLE = 6
_WIDEST_GAP = 4
_LONGEST_RUN = 12  # characters of names without a separator; more is a sentence


def byline_names(text: str) -> Iterator[tuple[int, int, str]]:
    """Yield (start, end, subtype) of the persons named in bylines, datelines and credits; a name may come twice."""
    for match in _DATELINE.finditer(text):
        yield from _names(text, *match.span(1), "reporter")
    if "记者" in text or "通讯员" in text or "作者" in text:
        for match in _BRACKETS.finditer(text):
            role = _role().search(text, *match.span(1))
            if role is not None and _credits()[role[0]] == "reporter":
                yield from _names(text, role.start(), match.end(1), "reporter")
    for match in _CREDIT.finditer(text):
        subtype = _credited(text, match.start())
        if subtype is not None:
            yield from _names(text, *match.span(1), subtype)
    for line in _LINE.finditer(text):
        start, end = line.span()
        signed = _SIGNED.search(text, max(start, end - _LONGEST_SIGNATURE), end)
        if signed is None and end - start <= _LONGEST_SIGNATURE:
            signed = _NAMES_ONLY.fullmatch(text, start, end)
        if signed is not None:
            yield from _sole_names(text, *signed.span(1))


@cache
def _credits() -> Mapping[str, str]:
    return {row[0]: row[1] for row in read_rows("lexicons", "person_credits.tsv")}


@cache
def _role() -> re.Pattern[str]:
    words = sorted(_credits(), key=lambda word: (-len(word), word))
    # 文, 图, 摄 are also in names: they are roles only where they stand alone, 摄 also at the end of a name
    long = "|".join(re.escape(word) for word in words if len(word) > 1)
    return re.compile(rf"{long}|(?<![{HAN}])[文图](?![{HAN}])|摄(?![{HAN}])")


def _credited(text: str, end: int) -> str | None:
    """Return the subtype of the persons that the role word before ``end`` heads, or None where there is none."""
    roles = _credits()
    for _ in range(_WIDEST_GAP):
        end -= text.endswith((" ", "\u3000"), 0, end)
    ends = (text[max(0, end - size) : end] for size in range(_LONGEST_ROLE, 0, -1))
    return next((roles[word] for word in ends if word in roles), None)


def _names(text: str, start: int, end: int, subtype: str) -> Iterator[tuple[int, int, str]]:
    """Yield the names in a stretch of names and role words; a role word sets the subtype of those after it."""
    at = start
    for role in (*_role().finditer(text, start, end), None):
        for word in _WORD.finditer(text, at, role.start() if role is not None else end):
            yield from ((first, last, subtype) for first, last in _divide(text, *word.span()))
        if role is not None:
            subtype, at = _credits()[role[0]], role.end()


def _divide(text: str, start: int, end: int) -> list[tuple[int, int]]:
    if "·" in text[start:end]:
        return [(start, end)]
    if end - start > _LONGEST_RUN:
        return []
    names = split_names(text, start, end)
    if not names and end - start <= 4 and is_sound(text[start:end]):
        return [(start, end)]  # 阿琳娜: written by sound, without a Chinese surname
    return names


def _sole_names(text: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Yield the names of a stretch that holds nothing else: every word of it divides into likely names."""
    found: list[tuple[int, int]] = []
    for word in _WORD.finditer(text, start, end):
        names = split_names(text, *word.span())
        if (
            word.end() - word.start() > _LONGEST_RUN
            or not names
            or not all(_is_likely(text[slice(*name)]) for name in names)
        ):
            return
        found += names
    yield from ((*name, "reporter") for name in found)


def _is_likely(name: str) -> bool:
    surname = surname_at(name, 0)
    return surname is not None and shape_weight(name, surname) >= 1.2
