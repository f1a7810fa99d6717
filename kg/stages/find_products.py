"""Products: brands, models, varieties and works with a name of their own.

Looked for are known names; works in 《》; names in “ ”; models of letters and digits (C919); names with a number and 号
(天问一号); words before 品牌 that no dictionary has; a place with its good (五常大米). What stands around decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

import rjieba

from kg.model import Mention, Reading, Span
from kg.organization_edges import Tokens, cut
from kg.protocols import Stage
from kg.regions import candidates
from kg.registry import declare
from kg.resources import read_rows, read_words
from kg.weighing import automaton_of, score, word_at

_NAME = "find_products"
_KNOWN, _REPEATED, _LEAST = 0.85, 0.5, 0.3
_WORK = re.compile(r"《([^《》\n]{1,30})》")
_PAPERS = (  # laws and papers are no products; plans are programs
    "法", "条例", "办法", "规定", "规划", "计划", "纲要", "意见", "通知", "方案", "协议", "公约", "标准", "报告",
    "指数", "细则", "决定", "机制", "白皮书", "蓝皮书", "指南", "公告", "倡议", "宣言", "合同", "清单", "目录",
)  # fmt: skip
_QUOTED = re.compile(r"[“‘「]([^“”‘’「」\n，。；：、]{1,16})[”’」](号)?")
_MODEL = re.compile(
    r"(?<![A-Za-z0-9])(?=[A-Za-z0-9\-—–.®]{0,12}[A-Za-z])(?=[A-Za-z\-—–.®]{0,12}\d)[A-Za-z0-9]+(?:[\-—–.®][A-Za-z0-9]+)*(?![A-Za-z0-9%℃])(?:[\u4e00-\u9fff]{2}型)?"
)
_LATIN = re.compile(r"(?<![A-Za-z0-9])[A-Z][A-Za-z]{3,15}(?![A-Za-z0-9])")
_NUMBERED = re.compile(
    r"[\u4e00-\u9fff]{1,4}?(?:[一二三四五六七八九十百]{1,5}|\d{1,3})号(?:[甲乙丙丁A-F]?(?:遥[一二三四五六七八九十百]+|改)?)"
    r"(?:[\u4e00-\u9fff]{0,3}[A-Z0-9/—-]{0,6}(?:卫星|星|运载火箭|火箭|货运飞船|载人飞船|飞船|探测器|航天器))?"
)
_PROTECTED = re.compile("地理标志|公用品牌|地标产品")
_BRAND = re.compile(r"(?<!自主)(?:系列)?(?:品牌|牌)(?!子|照|匾|坊|楼|证)")
_NO_MODEL = re.compile(
    r"\d+(?:\.\d+)?(?:[kKMGTmcn]?[WwmgbBVAhHzlLt]+|nm|[kK]m|KM|in1|[DdGAakKxXCcfF]|AI)|"  # a number and its unit
    r"[A-H]\d?股?|[GSX]\d{1,4}|PM\d.*|[A-Z]2[A-Z]|CO2|\d+G.*"  # shares, roads, dust, business to business, mobile nets
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    start: int
    end: int
    make: str


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make() -> Stage:
    """Find products that have a name of their own; a name found once is found wherever the article says it."""
    known = re.compile(
        "|".join(map(re.escape, sorted(read_words("lexicons", "product_names.tsv"), key=len, reverse=True)))
    )

    def find(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=(*reading.mentions, *_find(reading, known))) for reading in batch]

    return find


@cache
def _words() -> dict[str, frozenset[str]]:
    roles: dict[str, set[str]] = {"good": set(), "thing": set(), "make": set()}
    for word, role in read_rows("lexicons", "product_words.tsv"):
        roles[role].add(word)
    return {role: frozenset(words) for role, words in roles.items()}


def _find(reading: Reading, known: re.Pattern[str]) -> list[Mention]:
    text = reading.article.text
    spans: dict[tuple[int, int], float] = {}
    names: dict[str, float] = {}
    for c, features in weighed(reading):
        sure, name = score("product", features), text[c.start : c.end]
        if sure >= _LEAST:
            spans[c.start, c.end] = sure
        if sure >= _REPEATED and len(name) > 2:
            names[name] = max(sure, names.get(name, 0.0))
    for found in known.finditer(text):
        if not _splits_latin(text, found.start()) and not _splits_latin(text, found.end()):
            spans[found.span()] = max(_KNOWN, spans.get(found.span(), 0.0))
    if names:
        for final, length in automaton_of(names).iter(text):
            span = (final + 1 - length, final + 1)
            if not _splits_latin(text, span[0]) and not _splits_latin(text, span[1]):
                spans[span] = max(names[text[slice(*span)]], spans.get(span, 0.0))
    return [
        Mention(Span(start, end), text[start:end], "Product", None, _NAME, sure)
        for (start, end), sure in sorted(spans.items())
    ]


def _splits_latin(text: str, offset: int) -> bool:
    """Say whether the offset stands inside a run of Latin letters and digits."""
    beside = text[max(0, offset - 1) : offset + 1]
    return len(beside) == 2 and beside.isascii() and beside.isalnum()


def weighed(reading: Reading) -> Iterator[tuple[_Candidate, list[str]]]:
    """Yield the candidates with the features by which they are weighed."""
    tokens = cut(reading.article.text)
    counts: dict[str, int] = {}
    found = list(_candidates(tokens, reading))
    protected = _PROTECTED.search(tokens.text) is not None
    for c in found:
        name = tokens.text[c.start : c.end]
        counts[name] = counts.get(name, 0) + 1
    for c in found:
        yield c, _features(tokens, c, counts[tokens.text[c.start : c.end]], protected)


def _candidates(tokens: Tokens, reading: Reading) -> Iterator[_Candidate]:
    text = tokens.text
    for found in _WORK.finditer(text):
        if not found[1].endswith(_PAPERS):
            yield _Candidate(*found.span(1), "work")
    for found in _QUOTED.finditer(text):
        if found[2]:
            yield _Candidate(found.start(), found.end(), "ship")
        else:
            borne = word_at(tokens, found.end()) in _words()["thing"]  # “天工”机器人
            yield _Candidate(*found.span(1), "borne" if borne else "quoted")
    for found in _MODEL.finditer(text):
        if not _NO_MODEL.fullmatch(found[0]) and len(found[0]) > 1:
            yield _Candidate(*found.span(), "model")
    for found in _LATIN.finditer(text):
        yield _Candidate(*found.span(), "latin")
    for found in _NUMBERED.finditer(text):
        start, end = found.start(), found.end()
        while start < end and not (tokens.is_edge(start) and _opens(tokens, start)):
            start += 1
        if start < end - 2 and text[start] not in "第0123456789一二三四五六七八九十":
            yield _Candidate(start, found.end(), "numbered")
    for found in _BRAND.finditer(text):
        number = tokens.at[found.start() - 1] if found.start() else 0
        word = tokens.words[number]
        if (
            tokens.is_edge(found.start())
            and 1 < len(word) < 6
            and word.isalpha()
            and (tokens.tags[number] in ("nz", "nr", "nrt") or not rjieba.has_word(word))
        ):
            yield _Candidate(tokens.starts[number], found.start(), "branded")
    yield from _placed(tokens, reading)


def _placed(tokens: Tokens, reading: Reading) -> Iterator[_Candidate]:
    """A good behind a place, with a word or two between them that say what is special: 兴隆炭烧咖啡."""
    places = {m.span.end: m.span.start for m in reading.mentions if m.type == "Region" and m.subtype != "country"}
    goods = _words()["good"]
    for number, word in enumerate(tokens.words):
        if word not in goods:
            continue
        end = tokens.starts[number] + len(word)
        for before in range(number - 1, max(-1, number - 4), -1):
            stop = tokens.starts[before] + len(tokens.words[before])
            if stop in places:
                yield _Candidate(places[stop], end, "placed")
                break
            if len(tokens.words[before]) > 1 and candidates(tokens.words[before]):
                yield _Candidate(tokens.starts[before], end, "placed")
                break
            if len(tokens.words[before]) > 3 or not tokens.tags[before].startswith(("n", "a", "b")):
                break


def _opens(tokens: Tokens, start: int) -> bool:
    """Say whether a name may begin with the word: no verb, number or word of grammar."""
    word, tag = tokens.words[tokens.at[start]], tokens.tags[tokens.at[start]]
    return tag[0] in "nbajl" or (len(word) > 1 and not rjieba.has_word(word)) or tag == "t"


def _features(tokens: Tokens, c: _Candidate, count: int, protected: bool) -> list[str]:
    """Return what a candidate is weighed by, as rows of data/lexicons/product_weights.tsv name it."""
    text = tokens.text
    inner = c.make in ("work", "quoted", "borne")
    before, after = word_at(tokens, c.start - 1 - inner), word_at(tokens, c.end + inner)
    nearby = word_at(tokens, c.start - 1 - inner - len(before))
    name = text[c.start : c.end]
    last = tokens.words[tokens.at[c.end - 1]]
    features = [
        c.make,
        f"{c.make} before {before}",
        f"{c.make} after {after}",
        f"before {before}",
        f"after {after}",
        f"{c.make} last {last}" if inner or c.make in ("placed", "numbered") else f"{c.make} digit",
        f"{c.make} ends {name[-1]}" if not name[-1].isdigit() else f"{c.make} ends 0",
        f"{c.make} long {min(len(name), 8)}",
        f"{c.make} times {min(count, 3)}",
    ]
    for role in ("thing", "make"):
        words = _words()[role]
        if before in words or nearby in words:
            features.append(f"{c.make} {role} before")
        if after in words:
            features.append(f"{c.make} {role} after")
        if last in words:
            features.append(f"{c.make} {role} last")
    if protected:
        features.append(f"{c.make} protected")
    if name.isascii():
        features.append(f"{c.make} ascii")
    return features
