"""Words that a model quotes as an amount, a share, a count, a figure or a date, read as the other stages read them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg.dates import Date, find_dates
from kg.language_models.quotes import Passage, folded
from kg.model import Qualifier, Span
from kg.money import Amount, Share, find_amounts, find_shares
from kg.quantities import Quantity, find_quantities

_Value = Amount | Share | Quantity | Date

_NUMERALS = re.compile(r"[\d.,零〇一二两三四五六七八九十百千万亿]+")
_SAYS_WHEN = re.compile("[年月日天周季度期初末底时]")
_IN_PIECES = "indicator"
"""The qualifier that a figure may stand in the middle of: 首批25家上市企业."""

_READ = frozenset(("amount", "count", "date", "share", "value"))
"""The qualifiers whose words must read as what they are; of the others any words will do."""


class QuotedValues:
    """The values of one sentence; ``date`` is the article's."""

    def __init__(self, text: str, sentence: Span, date: str | None) -> None:
        self._sentence, self._date = sentence, date
        self._words = text[sentence.start : sentence.end]
        self._passage = Passage(text, sentence)

    def read(self, name: str, quote: str, near: int) -> tuple[Qualifier, Span, bool] | str:
        """Return the qualifier that a quote stands for, where its words stand and whether loosely; else why none.

        Of several places the nearest to ``near`` counts. The words are the sentence's own, with their hedge (超5300万元
        for 5300万元); where they are no such value, there is no qualifier.
        """
        places = sorted(self._passage.places(quote), key=lambda place: abs(place.span.start - near))
        if not places and name == _IN_PIECES and (words := self._passage.in_pieces(quote)) is not None:
            return Qualifier(name, words), self._sentence, True
        if not places:
            return "whose words are not in the evidence"
        if name not in _READ:
            span = places[0].span
            return Qualifier(name, self._at(span)), span, places[0].loose
        for place in places:
            here = Span(place.span.start - self._sentence.start, place.span.end - self._sentence.start)
            values = self._values(name)
            value = _standing(values, here)
            if name == "date" and _SAYS_WHEN.search(quote) and not any(one.span.overlaps(here) for one in values):
                return (
                    Qualifier(name, self._at(place.span)),
                    place.span,
                    place.loose,
                )  # 疫情期间: which days is not said
            if value is not None and self._is_quoted(value, here, quote, name):
                span = Span(self._sentence.start + value.span.start, self._sentence.start + value.span.end)
                return Qualifier(name, value.text, value.normal), span, place.loose
        return "whose words are no such value"

    def _values(self, name: str) -> Sequence[_Value]:
        if name == "date":
            return find_dates(self._words, self._date)
        if name == "amount":
            return find_amounts(self._words)
        if name == "share":
            return find_shares(self._words)
        found = find_quantities(self._words)
        return [one for one in found if one.kind == "count"] if name == "count" else found

    def _is_quoted(self, value: _Value, here: Span, quote: str, name: str) -> bool:
        """Say whether the quote is the value and no part of another: 3亿元 is not quoted from 13亿元."""
        if name == "date":
            before, after = self._words[here.start - 1 : here.start + 1], self._words[here.end - 1 : here.end + 1]
            return not any(len(pair) == 2 and pair.isdecimal() for pair in (before, after))
        return _numerals(value.text) == _numerals(quote)

    def _at(self, span: Span) -> str:
        return self._words[span.start - self._sentence.start : span.end - self._sentence.start]


def _standing(values: Iterable[_Value], here: Span) -> _Value | None:
    """Return the value that holds these words or lies in them, the longest of several."""
    found = [value for value in values if value.span.contains(here) or here.contains(value.span)]
    return max(found, key=lambda value: (len(value.span), -value.span.start), default=None)


def _numerals(words: str) -> list[str]:
    return _NUMERALS.findall(folded(words))
