"""Programs: titles in 《》, catchwords in “”, names that end on a head, names that everybody knows, and short forms."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache

import ahocorasick
import rjieba

from kg.model import Mention, Reading, Span
from kg.organization_edges import Tokens, cut
from kg.program_edges import candidates, quoted_signs
from kg.programs import ProgramHead, heads, is_document, known_programs, probability, short_title, subtype_of
from kg.protocols import Stage
from kg.registry import declare

_NAME = "find_programs"
_TITLE, _KNOWN, _SHORT, _LOAN_SCORE, _AGAIN = 0.95, 0.9, 0.85, 0.85, 0.8
_LEAST = 0.3
"""The least probability worth a mention: settle leaves the doubtful ones out, a setting of it may let them in."""
_SURE = 0.5
"""The least score of a mention whose short forms are looked for."""
_TITLES = re.compile(r"《([^《》\n]+(?:《[^《》\n]*》[^《》\n]*)*)》")
_QUOTATION = re.compile(r"“([^“”\n]{2,40})”|\"([^\"“”\n]{2,40})\"|「([^「」\n]{2,40})」")
_LOAN = re.compile(r"[\w+]{1,6}贷")
_STANDARD = re.compile(r"(?:等[\w]{0,4})?(?:团体|国家|行业|地方|企业|产品)标准")
"""What follows the title of a technical standard, which may be any words: 《烟熏制品》团体标准."""
_PHASE = re.compile(r"[(（][一二三四五]期[)）]")
_CATCHWORD = re.compile(r"“([^“”]{3,12})”")


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make() -> Stage:
    """Find programs: plans and documents, projects and campaigns, funds, products of finance, platforms."""
    known = automaton(known_programs())

    def find(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=(*reading.mentions, *_find(reading, known))) for reading in batch]

    return find


def automaton(words: Iterable[str]) -> ahocorasick.Automaton:
    """Return an automaton that yields, for each match, the offset of its last character and its length."""
    built = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for word in words:
        built.add_word(word)
    built.make_automaton()
    return built


@cache
def _running_heads() -> ahocorasick.Automaton:
    return automaton(word for word, head in heads().items() if head.needs != "title")


def _find(reading: Reading, known: ahocorasick.Automaton) -> list[Mention]:
    text = reading.article.text
    tokens = cut(text)
    names: dict[int, int] = {}
    for mention in reading.mentions:
        if mention.type in ("Region", "Organization"):
            start, end = mention.span.start, mention.span.end
            names[end] = min(start, names.get(end, start))
    found = [*_titled(text), *_quoted(tokens), *_headed(tokens, names), *_well_known(tokens, known)]
    return [*found, *_repeated(tokens, found)]


def _mention(text: str, start: int, end: int, subtype: str, score: float) -> Mention:
    return Mention(Span(start, end), text[start:end], "Program", subtype, _NAME, score)


def _titled(text: str) -> Iterator[Mention]:
    """Titles of documents in 《》; books, films and newspapers have no such head."""
    for marks in _TITLES.finditer(text):
        standard = _STANDARD.match(text, marks.end())
        if standard or is_document(marks[1]):
            yield _mention(text, *marks.span(1), "plan" if standard else subtype_of(marks[1]) or "other", _TITLE)


def _covered(text: str) -> bytearray:
    """For each character whether it stands in 《》 or “”: names there are whole, or none."""
    covered = bytearray(len(text) + 1)
    for pattern in (_TITLES, _QUOTATION):
        for marks in pattern.finditer(text):
            covered[marks.start() + 1 : marks.end() - 1] = b"\1" * (len(marks[0]) - 2)
    return covered


def quotations(text: str) -> Iterator[tuple[int, int, bool]]:
    """Yield the start and end of the words in each “”, and whether they stand in marks more than once."""
    found = list(_QUOTATION.finditer(text))
    times = Counter(marks[0] for marks in found)
    for marks in found:
        yield marks.start() + 1, marks.end() - 1, times[marks[0]] > 1


def _quoted(tokens: Tokens) -> Iterator[Mention]:
    """Catchwords in “”: “人才贷”, “东数西算”."""
    text = tokens.text
    for start, end, again in quotations(text):
        loan = _LOAN.fullmatch(text, start, end) and not rjieba.has_word(text[start:end])
        score = _LOAN_SCORE if loan else probability(quoted_signs(tokens, start, end, again))
        if score >= _LEAST:
            yield _mention(text, start, end, subtype_of(text[start:end]) or _outer(text, end + 1), score)


def _outer(text: str, end: int) -> str:
    """The subtype that the words after a quotation give: “安智贸”项目."""
    return next(
        (heads()[text[end : end + length]].subtype for length in (4, 3, 2) if text[end : end + length] in heads()),
        "other",
    )


def heads_in(tokens: Tokens) -> Iterator[tuple[ProgramHead, int, int]]:
    """Yield the heads in running text with their start and end, the longest at each end."""
    text, marked, last = tokens.text, _covered(tokens.text), -1
    for final, length in _running_heads().iter(text):
        start, end = final + 1 - length, final + 1
        if final != last and not marked[final] and tokens.is_edge(end) and (length > 1 or _is_ending(tokens, final)):
            head = heads()[text[start:end]]
            if start < length or text[start - length : start] != head.word:  # a word said twice ends no name
                yield head, start, end
        last = final


def _is_ending(tokens: Tokens, index: int) -> bool:
    """Say whether a head of one character is one: in 惠农贷, not in 信贷."""
    word = tokens.words[tokens.at[index]]
    return len(word) == 1 or not rjieba.has_word(word)


def _headed(tokens: Tokens, names: Mapping[int, int]) -> Iterator[Mention]:
    """Names that end on a head in running text, each with its likeliest beginning."""
    text = tokens.text
    for head, start, end in heads_in(tokens):
        ranked = [(probability(c.signs), c.start) for c in candidates(tokens, head, start, end, names)]
        score, begin = max(ranked, key=lambda pair: pair[0], default=(0.0, start))
        if score >= _LEAST:
            phase = _PHASE.match(text, end)
            yield _mention(text, begin, phase.end() if phase else end, head.subtype, score)


def _well_known(tokens: Tokens, known: ahocorasick.Automaton) -> Iterator[Mention]:
    text, names = tokens.text, known_programs()
    for final, length in known.iter(text):
        start, end = final + 1 - length, final + 1
        if _stands_alone(tokens, start, end):
            yield _mention(text, start, end, names[text[start:end]], _KNOWN)


def _stands_alone(tokens: Tokens, start: int, end: int) -> bool:
    text = tokens.text
    if text[start].isascii() and _is_latin(text, start - 1):
        return False
    if text[end - 1].isascii() and _is_latin(text, end):
        return False
    return end - start > 3 or (tokens.is_edge(start) and tokens.is_edge(end))


def _is_latin(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isascii() and text[index].isalnum()


def _repeated(tokens: Tokens, found: Sequence[Mention]) -> Iterator[Mention]:
    """Where the article names a program again: by a short form that it defined, or by the words that stood in marks."""
    text = tokens.text
    at = {(mention.span.start, mention.span.end) for mention in found}
    forms = _forms(text, found)
    if not forms:
        return
    for final, length in automaton(forms).iter(text):
        start, end = final + 1 - length, final + 1
        if (start, end) not in at and _is_form(tokens, start, end):
            yield _mention(text, start, end, *forms[text[start:end]])


def _forms(text: str, found: Sequence[Mention]) -> dict[str, tuple[str, float]]:
    """The short forms of the programs found, with the subtype and the score of what they stand for."""
    forms: dict[str, tuple[str, float]] = {}
    for mention in found:
        if mention.score < _SURE:
            continue
        subtype, start, end = mention.subtype or "other", mention.span.start, mention.span.end
        short = short_title(text, end)
        if short:
            forms.setdefault(short, (subtype, _SHORT))
        if text[start - 1 : start] == "“" and text[end : end + 1] == "”" and len(mention.span) > 3:
            forms.setdefault(mention.text, (subtype, _AGAIN))
        catchword = _CATCHWORD.match(mention.text)
        if catchword:
            forms.setdefault(catchword[1], (subtype, _AGAIN))
    return forms


def _is_form(tokens: Tokens, start: int, end: int) -> bool:
    """Say whether a short form stands for the program here: plain words (规划) only in marks, names anywhere."""
    text = tokens.text
    if (text[start - 1 : start], text[end : end + 1]) in (("《", "》"), ("“", "”")):
        return True
    form = text[start:end]
    if form.isascii():
        return _stands_alone(tokens, start, end)
    return len(form) > 2 and form not in heads() and not rjieba.has_word(form)
