"""Whether a fact is planned, ongoing or done: what the words around it say, weighed.

``Meanings`` reads one article. A fact is placed by its sentence and by the stretch from the first to the last of its
words there (its two names, or the figure or title alone). Words that point ahead, say progress or tell of what is done
weigh by where they stand to that stretch, time expressions by where they lie to the article's date, and sentences
before by what they announce (a plan's goals run over a paragraph). The words are rows of
data/lexicons/modality_words.tsv; their weights, data/lexicons/modality_weights.tsv, are fitted to annotated articles
by data/scripts/fit_modality.py. What is denied, or only asked and supposed, the cues of the schema say.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from kg.cues import Cues
from kg.dates import Date, find_dates
from kg.model import Modality, Polarity, Reading, Span
from kg.resources import read_rows

_BREAKS, _STOPS = "，；：。！？\n", "；：。！？\n"
_DATE, _PROGRAM, _NAME = "\uf8f1", "\ue002", "\ue000"
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_AIMED = re.compile("(?:力争到|预计到|到|未来)(?!目前)")
_NOW = re.compile("目前|当前|眼下|如今|现阶段|现在")
_PLAN_SAYS = re.compile(f"{_PROGRAM}[》”]{{0,2}}[^，。；]{{0,4}}(?:提出|明确|指出|要求|强调|显示|，|:|：)")
"""A plan that speaks: 《…方案》提出，…"""

_DAY = re.compile(r"\d{4}-\d\d-\d\d")
_BACK = 3
"""How many sentences before may announce what is meant."""

_SIGN = 0.5
"""From which weight on a word is a sign that a fact is not done."""

_WIDE = 200
"""How many characters of the sentence before a fact are looked at for signs of a plan, whatever its clauses."""


@dataclass(frozen=True, slots=True)
class _Sentence:
    """A sentence with its names and time expressions masked, and the words found in it with their places."""

    masked: str
    words: tuple[tuple[int, int, str], ...]
    dates: tuple[tuple[Date, str], ...]
    plan: int | None
    """Where a plan begins to speak."""


class Meanings:
    """How the facts of one article are meant."""

    def __init__(self, reading: Reading, cues: Cues) -> None:
        self._text = reading.article.text
        day = reading.article.date
        self._reference = day
        self._day = day if day is not None and _DAY.fullmatch(day) else None
        self._cues = cues
        self._mentions = sorted(reading.mentions, key=lambda mention: mention.span)
        self._starts = [mention.span.start for mention in self._mentions]
        self._sentences = reading.sentences
        self._read: dict[int, _Sentence] = {}

    def read(self, predicate: str, sentence: Span, start: int, end: int) -> tuple[Modality, Polarity] | None:
        """Return how a fact is meant whose words stand between ``start`` and ``end`` of the article, in that sentence.

        The stretch holds both ends of the fact where the sentence names both, else the one that it names: the figure
        of a statistic, the title of an honour. None where nothing is claimed.
        """
        here = self._sentence(sentence)
        b = end - sentence.start
        said = self._cues.read(here.masked[_after(here.masked, _BREAKS, b - 1) : b], ())
        return None if said is None else (self.modality(predicate, sentence, start, end), said[1])

    def modality(self, predicate: str, sentence: Span, start: int, end: int) -> Modality:
        """Return the modality alone, for who has read polarity from a frame's own words; timeless facts are done."""
        if not sentence.start <= start < end <= sentence.end:
            raise ValueError(f"{start}, {end} is no stretch of the sentence {sentence.start}, {sentence.end}")
        if predicate in self._cues.timeless:
            return "done"
        weights = _weights()
        planned, ongoing = weights["bias"]
        signs = False
        for feature in self.features(predicate, sentence, start, end):
            weight = weights.get(feature)
            if weight is not None:
                planned += weight[0]
                ongoing += weight[1]
                signs = signs or (max(weight) > _SIGN and not feature.startswith(("of ", "cue done")))
        if max(planned, ongoing) <= 0 or not signs:
            return "done"  # a predicate that is often planned says nothing alone
        return "planned" if planned >= ongoing else "ongoing"

    def features(self, predicate: str, sentence: Span, start: int, end: int) -> list[str]:
        """Return what is weighed of a fact, sorted; see ``read`` for where it stands."""
        here = self._sentence(sentence)
        a, b = start - sentence.start, end - sentence.start
        clause, clause_end = _after(here.masked, _BREAKS, b - 1), _before(here.masked, _BREAKS, b)
        out = {f"of {predicate}"}
        last = "-"
        for at, until, word in here.words:
            if until <= b:
                place = "near" if at >= clause else "mid" if at >= a else "before"
                last = word if word in _turning() else last
            else:
                place = "after" if at < clause_end else "next" if at == clause_end + 1 else "later"
            out.add(f"{place} {word}")
        out.add(f"last {last}")
        lies = "-"
        for date, kind in here.dates:
            if date.span.start < b:
                lies = kind
            place = "later" if date.span.start >= b else "near" if date.span.start >= clause else "before"
            out.add(f"{place} date {kind}")
        out.add(f"date {lies}")
        if here.plan is not None and here.plan < b:
            out.add("plan says")
        out |= self._ruled(predicate, here, a, b)
        out |= self._announced(sentence)
        return sorted(out)

    def _ruled(self, predicate: str, here: _Sentence, a: int, b: int) -> set[str]:
        """Return what the cues say of the clause, and of all that stands before in the sentence."""
        clause, stop = _after(here.masked, _BREAKS, a), _after(here.masked, _STOPS, a)
        dates = [date for date, _ in here.dates if stop <= date.span.start < b]
        said = self._cues.read(here.masked[clause:b], dates, here.masked[stop:clause])
        modality = said[0] if said is not None else "done"
        out = {f"cue {modality}", f"cue {modality} of {predicate}"}
        wide = self._cues.read(here.masked[max(0, a - _WIDE) : b], dates[-1:])
        return out | {"cue planned before"} if wide is not None and wide[0] == "planned" else out

    def _announced(self, sentence: Span) -> set[str]:
        """Return what the sentences before say that may hold on: the last one, and those of the paragraph."""
        number = bisect_left(self._sentences, sentence.start, key=lambda one: one.start)
        out: set[str] = set()
        for back in range(1, min(_BACK, number) + 1):
            span, following = self._sentences[number - back], self._sentences[number - back + 1]
            if "\n" in self._text[span.end : following.start]:
                if back == 1:
                    out |= _announces(self._sentence(span), "paragraph before")
                break
            out |= _announces(self._sentence(span), "sentence before" if back == 1 else "earlier")
        return out

    def _sentence(self, span: Span) -> _Sentence:
        if span.start not in self._read:
            self._read[span.start] = self._mask(span)
        return self._read[span.start]

    def _mask(self, span: Span) -> _Sentence:
        words = self._text[span.start : span.end]
        out = list(_PRIVATE.sub("\ufffd", words))
        first, stop = bisect_left(self._starts, span.start), bisect_right(self._starts, span.end)
        for mention in self._mentions[first:stop]:
            start, end = mention.span.start - span.start, min(mention.span.end, span.end) - span.start
            out[start:end] = (_PROGRAM if mention.type == "Program" else _NAME) * max(0, end - start)
        dates = []
        for date in find_dates(words, self._reference):
            start, end = date.span.start, date.span.end
            if not _PRIVATE.search("".join(out[start:end])):
                out[start:end] = _DATE * (end - start)
                dates.append((date, _lies(date, self._day)))
        masked = self._cues.without_harmless("".join(out))
        found = tuple((word.start(), word.end(), word[0]) for word in _any_word().finditer(masked))
        plan = _PLAN_SAYS.search(masked)
        return _Sentence(masked, found, tuple(dates), plan.start() if plan else None)


def _announces(sentence: _Sentence, where: str) -> set[str]:
    out = {f"{where} {word}" for _, _, word in sentence.words if word in _turning()}
    out |= {f"{where} date {kind}" for _, kind in sentence.dates}
    return out | {f"{where} plan says"} if sentence.plan is not None else out


def _lies(date: Date, day: str | None) -> str:
    """Say where a time expression lies to the article's day: ahead, past, in its year, around it, now, or unknown."""
    days = dict(date.normal)
    end, start = str(days.get("end", "")), str(days.get("start", ""))
    if _AIMED.match(date.text):
        return "aimed at past" if day is not None and end and end <= day else "aimed at"
    if date.text.startswith(("截至", "截止")):
        return "until"
    if _NOW.search(date.text):
        return "now"
    if day is None or not days:
        return "unknown"
    if start > day:
        return "ahead"
    if end and end < day:
        return "past"
    return "this year" if start.endswith("-01-01") and end.endswith("-12-31") else "around"


def _after(text: str, marks: str, at: int) -> int:
    """Return where the stretch between marks begins that holds this position."""
    return max(text.rfind(mark, 0, at) for mark in marks) + 1


def _before(text: str, marks: str, at: int) -> int:
    """Return where that stretch ends."""
    return min((place for mark in marks if (place := text.find(mark, at)) >= 0), default=len(text))


@cache
def _any_word() -> re.Pattern[str]:
    words = [word for word, *_ in read_rows("lexicons", "modality_words.tsv")]
    return re.compile("|".join(map(re.escape, sorted(words, key=lambda word: (-len(word), word)))))


@cache
def _turning() -> frozenset[str]:
    """Return the words whose nearest before a fact is weighed as such, and that hold on in the sentences after."""
    return frozenset(word for word, *kind in read_rows("lexicons", "modality_words.tsv") if kind == ["turning"])


@cache
def _weights() -> Mapping[str, tuple[float, float]]:
    """Return the log-odds of planned and of ongoing against done, by feature."""
    rows = read_rows("lexicons", "modality_weights.tsv")
    return {feature: (float(planned), float(ongoing)) for feature, planned, ongoing in rows}
