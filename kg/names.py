"""What is known about personal names: surnames, the shapes of full names, and where a name ends.

A Chinese full name is a surname of one or two characters and a given name of one or two (GB/T 28039-2011 gives the same
order for spelling them). Names from other languages are written by sound, in parts joined by ``·`` (GB/T 15834-2011,
间隔号). Offsets are code points, half-open.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Set
from dataclasses import dataclass
from functools import cache

from kg.resources import read_rows, read_words

_CLOSERS = frozenset('，。、；：！？!?,;:（）()“”"‘’《》<>「」】【[]…—-|丨｜/ \u3000\u2002\t\n')
HAN = "\u3400-\u4dbf\u4e00-\u4e27\u4e29-\u9fff〇"
"""The ideographs that names are written with, for a character class; without 丨 (U+4E28), which is used as a bar."""
_PART = rf"[{HAN}A-Z]{{1,8}}\.?(?:-[{HAN}]{{1,8}})?"
_FOREIGN = re.compile(rf"{_PART}(?:[·•・‧] ?{_PART})+")
_LONGEST_FOLLOWER = 4
_LEVEL_2 = 0xD8  # first byte of the rows of GB/T 2312-1980 that hold its second level

_STOP, _SPEECH, _WORD, _LETTER = 3.0, 3.0, 2.0, 1.0
"""How well what follows shows that a name has ended: a mark or the end, a verb of speech, a longer word, a letter."""


@dataclass(frozen=True, slots=True)
class NameLexicon:
    """What the shipped lists say.

    ``surnames`` gives each surname's tier and ``followers`` the weight of a word after a name; ``words`` are ordinary
    words of the shape of a name, the other sets hold characters.
    """

    surnames: Mapping[str, int]
    given: Set[str]
    never: Set[str]
    unlast: Set[str]
    foreign: Set[str]
    speech: Set[str]
    followers: Mapping[str, float]
    words: Set[str]


@cache
def name_lexicon() -> NameLexicon:
    """Return the shipped lists, read once."""
    classes: dict[str, set[str]] = {"given": set(), "never": set(), "unlast": set(), "foreign": set()}
    for name, characters in read_rows("lexicons", "person_characters.tsv"):
        classes[name].update(characters)
    speech = frozenset(read_words("lexicons", "speech_verbs.tsv"))
    followers = {word: _WORD if len(word) > 1 else _LETTER for word in read_words("lexicons", "person_followers.tsv")}
    followers |= dict.fromkeys(speech, _SPEECH)
    surnames = {surname: int(tier) for surname, tier in read_rows("lexicons", "surnames.tsv")}
    words = frozenset(read_words("lexicons", "person_stopwords.tsv"))
    return NameLexicon(
        surnames, classes["given"], classes["never"], classes["unlast"], classes["foreign"], speech, followers, words
    )


def is_han(character: str) -> bool:
    """Say whether names are written with the character, as in ``HAN``."""
    return (
        ("\u4e00" <= character <= "\u9fff" and character != "丨")
        or "\u3400" <= character <= "\u4dbf"
        or character == "〇"
    )


def surname_at(text: str, start: int) -> str | None:
    """Return the surname that a name starting there would have: a compound one before a single one.

    >>> surname_at("欧阳明", 0), surname_at("陈明", 0), surname_at("的", 0)
    ('欧阳', '陈', None)
    """
    surnames = name_lexicon().surnames
    pair = text[start : start + 2]
    if len(pair) == 2 and pair in surnames:
        return pair
    return pair[:1] if pair[:1] in surnames else None


def follow_weight(text: str, end: int) -> float:
    """Return how well what stands at ``end`` shows that a name has ended there, from 0 (not at all) to 3."""
    if end >= len(text):
        return _STOP
    character = text[end]
    if character in _CLOSERS:
        return _STOP
    if not is_han(character):
        return _WORD if character.isdecimal() else _LETTER
    followers = name_lexicon().followers
    weights = (followers.get(text[end : end + n], 0.0) for n in range(_LONGEST_FOLLOWER, 0, -1))
    return next((weight for weight in weights if weight), 0.0)


def shape_weight(name: str, surname: str) -> float:
    """Return how much a text looks like a full name with that surname; negative where it cannot be one.

    Counts the surname's tier, and of each character of the given name whether names usually hold it.
    """
    lexicon = name_lexicon()
    given = name[len(surname) :]
    if given and not given.strip("某"):  # 张某, 李某某: a name withheld
        return 2.5
    if not given or name in lexicon.words or not all(is_han(c) and c not in lexicon.never for c in given):
        return -9.0
    weight = (1.0, 0.6, -0.5)[lexicon.surnames[surname] - 1]
    weight += sum(0.5 if c in lexicon.given else 0.4 if _is_rare(c) else -0.1 for c in given)
    return weight


def _is_rare(character: str) -> bool:
    """Say whether a character lies outside level 1 of GB/T 2312-1980: what is rare elsewhere is at home in names."""
    try:
        return character.encode("gb2312")[0] >= _LEVEL_2
    except UnicodeEncodeError:
        return True


def name_ends(text: str, start: int, limit: int) -> list[tuple[float, int]]:
    """Return the (weight, end) of the names that may start there and end by ``limit``, best first.

    The weight sums the shape and what follows; a name with nothing that shows its end is left to the caller, who may
    know more, as its weight stays below 2.5.
    """
    surname = surname_at(text, start)
    if surname is None:
        return []
    lexicon = name_lexicon()
    ends = []
    for size in (1, 2):
        end = start + len(surname) + size
        if end > limit:
            break
        shape = shape_weight(text[start:end], surname)
        if shape > -5:
            follow = follow_weight(text, end)
            if text[end - 1] in lexicon.unlast:  # 甲乙对《…》: before a mark it is the preposition
                follow -= 3.0 if follow == _STOP and not is_han(text[end : end + 1] or "。") else 0.5
            ends.append((shape + follow, end))
    if len(surname) == 2 and surname[0] in lexicon.surnames and start + 2 <= limit:
        # 欧阳 may also be 欧 with the given name 阳; the compound reading comes first unless it does not fit at all
        end = start + 2
        ends.append((shape_weight(text[start:end], surname[0]) + follow_weight(text, end) - 1.0, end))
    return sorted(ends, key=lambda pair: (-pair[0], -pair[1]))


def foreign_names(text: str) -> list[tuple[int, int]]:
    """Return the (start, end) of the names in parts joined by ``·``: 安东尼·史密斯, 阿依古丽·买买提.

    A name ends where its last part meets a word that follows names. Its first part may begin too early, inside a title
    (总裁安东尼·史密斯), which the caller can tell.
    """
    return [(match.start(), _foreign_end(text, *match.span())) for match in _FOREIGN.finditer(text)]


def _foreign_end(text: str, start: int, end: int) -> int:
    last = max(text.rfind(dot, start, end) for dot in "·•・‧") + 1
    for stop in range(last + 1, end):
        weight = follow_weight(text, stop)
        if weight >= _WORD or (stop > last + 1 and not is_sound(text[stop]) and is_han(text[stop])):
            return stop
    return end


def is_sound(text: str) -> bool:
    """Say whether a text is written by sound as foreign names are: every character is one used for that."""
    foreign = name_lexicon().foreign
    return bool(text) and all(character in foreign for character in text)


def split_names(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Divide a run of names without separators, as in bylines (陈明远李晓): the best division that leaves nothing over.

    Returns an empty list where there is none.
    """
    best: list[tuple[float, tuple[int, ...]] | None] = [None] * (end - start + 1)
    best[0] = (0.0, ())
    for here in range(end - start):
        reached = best[here]
        surname = surname_at(text, start + here)
        if reached is None or surname is None:
            continue
        for surname_, size in ((surname, 1), (surname, 2), (surname[0], 1), (surname[0], 2)):
            stop = here + len(surname_) + size
            if stop > end - start or surname_ not in name_lexicon().surnames:
                continue
            shape = shape_weight(text[start + here : start + stop], surname_)
            if shape <= -5:
                continue
            # three characters are the usual length of a full name, and fewer names explain a run better than many
            weight = reached[0] + shape - 1.5 + (0.6 if stop - here == 3 else 0.0)
            known = best[stop]
            if known is None or weight > known[0]:
                best[stop] = (weight, (*reached[1], start + stop))
    final = best[end - start]
    if final is None:
        return []
    return list(zip((start, *final[1]), final[1], strict=False))
