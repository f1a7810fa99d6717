"""Which people of one name are one person: by the body of their post, by what else their articles name, by the name.

A name says the less the more people bear it. How many others of a name a corpus is likely to hold is reckoned from the
characters of all names in it: 王伟 has many namesakes, 迟福林 none (GB/T 28039-2011 for surname and given name; the
shares of the commonest surnames are those of the Ministry of Public Security's yearly reports on names).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from kg.names import is_han, is_sound, name_lexicon, surname_at
from kg.resolve.clusters import Clusters

_WITHHELD = re.compile(
    r".*[某×xX*＊□].*|.{0,2}(?:先生|女士|小姐|老师|师傅|大爷|大妈|阿姨|同学|教授|博士|医生|总|经理|局长|书记|主任|记者|律师|氏)"
    r"|[小老大阿].{1,2}|.",
    re.DOTALL,
)
"""What papers put in place of a name (张某某, 王先生, 小李): it stands for somebody else in every article."""

APART = "the name alone does not tell which"
ONE_OF_A_KIND, VERY_RARE, RARE, COMMON = 0.001, 0.004, 0.015, 0.3
"""Namesakes to be expected: of a rare name fewer, of a common one more."""

_KINDS = ("reporter", "official", "executive", "expert", "citizen")
_YEARS = 5

CLOSE = 12
"""In so many articles something may be named and still tell that two of them speak of the same people."""

_SMALL_BODY = 60
"""In so many articles a body may be named and still have one man of a common name."""

_WORLD = 5000
"""Papers speak of so many people at least: a small store does not make a name rare."""

_PRIOR = 300.0
"""How many names' worth the shares below count beside those of the store."""

_SURNAME_SHARE = (0.012, 0.0015, 0.0002)
_GIVEN_SHARE = 1 / 600
_TWO_CHARACTERS = 0.2
_TITLE_STEM = re.compile(r"原|前|时任|现任|、.*|兼.*|[(（].*")


Join = Callable[[int, int, str], None]


@dataclass(frozen=True, slots=True)
class Sight:
    """One article's person: the bodies of his posts, their titles, what rare things the article names, its year."""

    subtype: str | None
    bodies: frozenset[int]
    titles: frozenset[str]
    company: frozenset[int]
    year: int | None


def is_withheld(name: str) -> bool:
    """Say whether a name stands for another person in every article."""
    return _WITHHELD.fullmatch(name) is not None


class Namesakes:
    """How many other bearers of a name the papers are likely to speak of, reckoned from the names that are there."""

    def __init__(self, names: Collection[str]) -> None:
        self._number = max(len(names), _WORLD)
        self._surnames: Counter[str] = Counter()
        self._given: Counter[str] = Counter()
        for name in names:
            surname = _surname(name)
            if surname is not None:
                self._surnames[surname] += 1
                self._given.update(name[len(surname) :])
        self._all_surnames = self._surnames.total() + _PRIOR
        self._all_given = self._given.total() + _PRIOR

    def expected(self, name: str) -> float:
        """Return the number of others; a name from another language is told by its length."""
        surname = _surname(name)
        if surname is None or is_sound(name):  # 哈桑, 约翰逊: one part of a name from another language
            letters = sum(character.isalnum() for character in name)
            return 0.001 if "·" in name or letters > 4 else 0.05 if letters > 3 else 1.0
        share = _SURNAME_SHARE[name_lexicon().surnames[surname] - 1]
        share = (self._surnames[surname] + share * _PRIOR) / self._all_surnames
        given = name[len(surname) :]
        share *= _TWO_CHARACTERS if len(given) == 1 else 1 - _TWO_CHARACTERS
        if len(given) == len(set(given)) + 1:  # 媛媛: the second character is no choice of its own
            given = given[0]
        for character in given:
            share *= (self._given[character] + _GIVEN_SHARE * _PRIOR) / self._all_given
        return self._number * share


def _surname(name: str) -> str | None:
    """Return the surname of a Chinese full name, None where the name is none."""
    if not 2 <= len(name) <= 4 or not all(map(is_han, name)):
        return None
    surname = surname_at(name, 0)
    return surname if surname is not None and 1 <= len(name) - len(surname) <= 2 else None


def stems(titles: Iterable[str]) -> frozenset[str]:
    """Return titles without 原 and 时任 and without the further ones of a row: 党委书记 for 原党委书记、董事长."""
    return frozenset(stem for title in titles if (stem := _TITLE_STEM.sub("", title)))


def same_people(sights: Sequence[Sight], expected: float, spread: Mapping[int, int]) -> list[tuple[int, str]]:
    """Return for each sight of one name the first one that is the same person, and why it is.

    ``spread`` counts the articles that name a body. Those whom nothing joins to others stay apart, but for a name that
    hardly anybody else bears.
    """
    people: Clusters = Clusters()
    reasons = [APART] * len(sights)

    def join(first: int, second: int, reason: str) -> None:
        if first == second:
            return
        people.join(first, second)
        for number in (first, second):
            if reasons[number] == APART:
                reasons[number] = reason

    _join_by(sights, join, expected, spread)
    if expected < RARE:
        _join_rare(sights, people, join, expected)
    _join_to_figure(sights, people, join, expected)
    return [(people.root(number), reason) for number, reason in enumerate(reasons)]


def _join_by(sights: Sequence[Sight], join: Join, expected: float, spread: Mapping[int, int]) -> None:
    first: dict[tuple[object, ...], int] = {}
    for number, sight in enumerate(sights):
        for body in sorted(sight.bodies):
            small = expected < COMMON or spread.get(body, 0) <= _SMALL_BODY
            marks: list[tuple[object, ...]] = [(body,)] if small else [(body, stem) for stem in sorted(sight.titles)]
            for mark in marks:
                join(first.setdefault(mark, number), number, "equal name, same body")
        for thing in sorted(sight.company):
            join(first.setdefault(("near", thing), number), number, "equal name, beside what few articles name")


def _join_rare(sights: Sequence[Sight], people: Clusters, join: Join, expected: float) -> None:
    """Join people of a rare name who do the same kind of work, or of whose work one article says nothing.

    Two posts at different bodies are no reason to take two people for one, however rare the name.
    """
    first: dict[str, int] = {}
    for kind in _KINDS if expected < VERY_RARE else _KINDS[:1]:
        of_kind = [number for number, sight in enumerate(sights) if sight.subtype == kind]
        bodies = {people.root(number) for number in of_kind if sights[number].bodies}
        if kind == "reporter" or (len(bodies) <= 1 and _are_close(sights, of_kind)):
            for number in of_kind:
                join(first.setdefault(kind, number), number, "equal name that few bear, same kind of work")
    telling = {people.root(number) for number, sight in enumerate(sights) if _tells(sight)}
    if expected < ONE_OF_A_KIND and len(telling) <= 1 and _are_close(sights, range(len(sights))):
        for number in range(1, len(sights)):
            join(0, number, "equal name that few bear")


def _are_close(sights: Sequence[Sight], numbers: Iterable[int]) -> bool:
    """Say whether all these were seen within a few years."""
    years = [year for number in numbers if (year := sights[number].year) is not None]
    return not years or max(years) - min(years) <= _YEARS


def _tells(sight: Sight) -> bool:
    return bool(sight.bodies) or sight.subtype not in (None, "other")


_FIGURE, _SHARE = 8, 0.85


def _join_to_figure(sights: Sequence[Sight], people: Clusters, join: Join, expected: float) -> None:
    """Join those of whom an article says nothing to the one whom most articles of that name speak of."""
    counts = Counter(people.root(number) for number, sight in enumerate(sights) if sight.bodies)
    if not counts:
        return
    root, most = counts.most_common(1)[0]
    if most < _FIGURE * (1 + expected) or most < _SHARE * counts.total():
        return
    for number, sight in enumerate(sights):
        if not sight.bodies and sight.subtype not in ("reporter", "citizen"):
            join(root, number, f"equal name, that of one person in {most} articles")
