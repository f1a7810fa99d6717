"""Organizations: names that end on a head, names that everybody knows, and the short forms of both."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

import ahocorasick
import rjieba

from kg.model import Mention, Reading, Span
from kg.organization_edges import Edge, Tokens, cut, find_edge, is_counted, may_stand_in_name, speaks
from kg.organizations import Head, boundary_words, coined_endings, heads, known_organizations, public_bodies, subtype_of
from kg.protocols import Stage
from kg.registry import declare
from kg.short_names import company_words, is_safe, short_forms

_NAME = "find_organizations"
_FULL, _KNOWN, _SHORT, _WEAK = 0.95, 0.85, 0.85, 0.6
_PLACED = re.compile(r"[(（](?:中国|亚洲|亚太|香港|澳门|台湾|上海|北京|深圳)[)）](?!有限|股份|集团|公司)")
_ALIAS = re.compile(r"[(（](?:原名|原|英文名|英文简称)?[“\"]?([\w&]{2,12})[”\"]?[)）]")
_DEFINED = re.compile(r"[(（](?:以下|下文)?(?:简称|下称|又称)[为：:]?[“\"「]?([\w·]{2,15}?)[”\"」]?[)）]")
_AFTER = re.compile(  # words that jieba-rs sometimes glues to the end of a name: titles, and function words
    r"(?:副|原|前|现任|时任)?(?:书记|常委|局长|行长|主任|厅长|院长|会长|校长|社长|台长|部长|主席|组长|处长|教授|代表|委员|记者|"
    r"总裁|总经理|董事|讯)|[将于为对向等在从的至与及和已拟称系联会都也还就则是共由并以自被把分]"
)
_INNER = frozenset(("党组", "党委", "党总支", "党支部", "工会", "董事会", "理事会", "办公室", "团委", "纪委"))
"""Parts of a body that the guide counts to the title of the person who follows: 省水利厅|党组书记."""
_STANDALONE = re.compile(
    r"(?:省|市|县|区|州|旗|镇|乡|村|团)(?:人民)?(?:委|政府|政协|人大|纪委|党委|委员会)|自治区党委|特区政府"
)
_COMMON_HEADS = frozenset(("中心", "学校", "小学", "中学", "医院", "学院", "队", "俱乐部", "工作站", "党委", "支队"))
_WIDE = frozenset(("国际", "全球", "世界", "亚太", "两岸"))
_COINED = re.compile(r"[\u4e00-\u9fff]+")
_NO_FIRM = ("ns", "nt", "j")
_GOES_ON = ("n", "vn", "l")


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    end: int
    subtype: str
    score: float


@declare(needs=("sentences", "mentions"), adds=("mentions",))
def make() -> Stage:
    """Find organizations by the endings of their names, by known names and by short forms of names found."""
    ends = _automaton(heads())
    known = _automaton(known_organizations())

    def find(batch: Sequence[Reading], /) -> list[Reading]:
        return [replace(reading, mentions=(*reading.mentions, *_find(reading, ends, known))) for reading in batch]

    return find


def _automaton(words: Iterable[str]) -> ahocorasick.Automaton:
    automaton = ahocorasick.Automaton(ahocorasick.STORE_LENGTH)
    for word in words:
        automaton.add_word(word)
    automaton.make_automaton()
    return automaton


def _matches(automaton: ahocorasick.Automaton, text: str) -> Iterator[tuple[int, int]]:
    """Yield the longest match at each end, from left to right."""
    last = -1
    for final, length in automaton.iter(text):
        if final != last:
            yield final + 1 - length, final + 1
            last = final


def _find(reading: Reading, ends: ahocorasick.Automaton, known: ahocorasick.Automaton) -> list[Mention]:
    text = reading.article.text
    tokens = cut(text)
    regions = {m.span.end: (m.span.start, m.subtype) for m in reading.mentions if m.type == "Region"}
    names = [
        found for found in (_known(tokens, *match, regions) for match in _matches(known, text)) if found is not None
    ]
    begins = {found.end: found.start for found in names}
    for start, end in _matches(ends, text):
        found = _headed(tokens, start, end, regions, begins)
        if found is not None:
            names.append(found)
            begins[found.end] = min(found.start, begins.get(found.end, found.start))
    names += _coined(tokens)
    names = _settled(names)
    names = _settled([*names, *_shortened(tokens, names)])
    return [
        Mention(Span(found.start, found.end), text[found.start : found.end], "Organization", found.subtype, _NAME,
                found.score)
        for found in names
    ]  # fmt: skip


def _settled(found: list[_Found]) -> list[_Found]:
    """Keep the longest of names that overlap; the result is in text order."""
    kept: list[_Found] = []
    taken: set[int] = set()
    for name in sorted(found, key=lambda f: (f.start - f.end, f.start, -f.score)):
        span = range(name.start, name.end)
        if name.start not in taken and name.end - 1 not in taken:
            taken.update(span)
            kept.append(name)
    return sorted(kept, key=lambda f: f.start)


def _ends_word(tokens: Tokens, end: int) -> bool:
    return tokens.is_edge(end) or _AFTER.match(tokens.text, end) is not None


def _known(tokens: Tokens, start: int, end: int, regions: dict[int, tuple[int, str | None]]) -> _Found | None:
    """A name from the lexicon stands on its own words."""
    name = tokens.text[start:end]
    subtype = known_organizations()[name]
    if start > 1 and tokens.text.startswith("中共", start - 2) and subtype in ("party", "university"):
        return _Found(start - 2, end, subtype, _KNOWN)
    if start in regions and regions[start][1] == "country" and _takes_country(name):
        return _Found(regions[start][0], end, subtype, _KNOWN)
    if not _ends_word(tokens, end) or not (tokens.is_edge(start) or end - start > 3):
        return None
    if end - start == 2 and not tokens.is_edge(end):
        return None
    if name.isascii() and (_is_latin(tokens.text, start - 1) or _is_latin(tokens.text, end)):
        return None
    if subtype in ("company", "financial_institution"):
        placed = _PLACED.match(tokens.text, end)
        end = placed.end() if placed else _with_trade(tokens, end)
    return _Found(start, end, subtype, _KNOWN)


def _with_trade(tokens: Tokens, end: int) -> int:
    """Return where a known name ends with the words of its trade: 腾讯|控股, 美光|科技, but not 美光|科技产品."""
    here = end
    while here < len(tokens.text) and tokens.is_edge(here) and tokens.words[tokens.at[here]] in company_words():
        here += len(tokens.words[tokens.at[here]])
    return end if here == end or _phrase_goes_on(tokens, here) else here


def _takes_country(name: str) -> bool:
    """Say whether the country before belongs to the name: 中国海关总署, 中国央行, 越南农业部."""
    return name == "央行" or (known_organizations()[name] == "government" and not name.startswith(("国家", "中国")))


def _is_latin(text: str, index: int) -> bool:
    return 0 <= index < len(text) and text[index].isascii() and text[index].isalnum()


def _headed(
    tokens: Tokens, start: int, end: int, regions: dict[int, tuple[int, str | None]], begins: dict[int, int]
) -> _Found | None:
    """The name that ends on the head ``text[start:end]``, or None where what stands before it makes none."""
    text = tokens.text
    if not _ends_word(tokens, end) or (text[start:end] == "人大" and text[end : end + 1] in tuple("会学")):
        return None  # 机器人|大会 is often cut 机器|人大|会
    head = heads()[text[start:end]]
    if head.needs == "weak" and (_phrase_goes_on(tokens, end) or not tokens.is_edge(start)):
        return None
    if end - start == 1 and not _is_ending(tokens, start):
        return None
    edge = find_edge(tokens, head, start, regions, begins)
    name = text[edge.start : end]
    if edge.organization and not edge.pieces and (head.word in _INNER or head.word in public_bodies()):
        return None
    if not (_STANDALONE.fullmatch(name) or _is_name(head, edge, text[edge.start : start])) or (
        is_counted(text, edge.start) and not edge.regions and head.needs != "legal"
    ):
        return None
    placed = _PLACED.match(text, end) if head.subtype in ("company", "financial_institution") else None
    score = _FULL if head.needs == "legal" else _WEAK if head.needs in ("weak", "named") else _KNOWN
    return _Found(edge.start, placed.end() if placed else end, subtype_of(name) or head.subtype, score)


def _coined(tokens: Tokens) -> Iterator[_Found]:
    """Coined words with the words of a trade behind them, as firms are called for short: 腾顺|新能源|科技."""
    words, tags, trades, stop = tokens.words, tokens.tags, company_words() | coined_endings(), boundary_words().stop
    last = len(words)
    for number in range(1, last):
        if words[number] not in trades or words[number - 1] in trades:
            continue
        coined = words[number - 1]
        if not 1 < len(coined) < 5 or not _COINED.fullmatch(coined) or coined in stop:
            continue
        if not speaks(coined, tags[number - 1]) or (tags[number - 1] in _NO_FIRM and rjieba.has_word(coined)):
            continue
        before = words[number - 2] if number > 1 else ""
        if len(before) == 1 and _COINED.fullmatch(before) and before not in stop:
            continue  # a piece of a longer word that was wrongly cut
        final = number
        while final + 1 < last and words[final + 1] in trades:
            final += 1
        if (
            words[final] not in coined_endings()
            or not may_stand_in_name(coined, tags[number - 1])
            or (final + 1 < last and _is_noun(tokens, final + 1))
        ):
            continue
        yield _Found(tokens.starts[number - 1], tokens.starts[final] + len(words[final]), "company", _WEAK)


def _is_ending(tokens: Tokens, index: int) -> bool:
    """Say whether a head of one character is one: in 税局 and 发展局, not in 布局 or 举办."""
    number = tokens.at[index]
    word = tokens.words[number]
    return tokens.starts[number] == index or len(word) > 2 or not rjieba.has_word(word)


def _phrase_goes_on(tokens: Tokens, end: int) -> bool:
    return end < len(tokens.text) and _is_noun(tokens, tokens.at[end])


def _is_noun(tokens: Tokens, number: int) -> bool:
    return tokens.tags[number] in _GOES_ON and tokens.words[number] not in ("涨停", "跌停")


def _is_name(head: Head, edge: Edge, before: str) -> bool:
    """Say whether what stands before the head, as far as the walk went, makes it a name."""
    speaking = edge.organization or any(speaks(*piece) for piece in edge.pieces)
    domestic = bool(edge.regions) and edge.regions[-1] != "country"
    if not before:
        return False
    if head.needs == "legal":
        return len(before) > 1 and (speaking or bool(edge.regions) or len(before) > 3)
    if head.needs in ("named", "weak"):
        if edge.regions and not edge.pieces:
            own = head.word in ("银行", "农商行", "农商银行") or edge.regions[0] == "site"  # 天津港集团
            return edge.organization or (domestic and own)
        return speaking or (domestic and len(before) > 3) or (_is_front(edge) and len(edge.pieces[-1][0]) == 1)
    if head.needs == "branch":
        return edge.organization or bool(edge.regions) or (len(edge.pieces) == 1 and speaks(*edge.pieces[0]))
    if head.needs == "department":
        if len(head.word) == 1 and not edge.pieces:
            return False
        return edge.organization or bool(edge.regions) or _is_front(edge)
    return _is_institution(head, edge, before, speaking)


def _is_institution(head: Head, edge: Edge, before: str, speaking: bool) -> bool:
    if edge.regions and not edge.pieces:
        if "country" in edge.regions and head.subtype not in ("government", "party"):
            return edge.organization
        return head.word not in _COMMON_HEADS
    if edge.regions or speaking:
        return True
    if _is_front(edge):
        front = edge.pieces[-1][0]
        if head.subtype == "other" and front in _WIDE:
            return False
        if len(edge.pieces) == 1 and head.subtype in ("research_institute", "other", "hospital"):
            return False
        return len(front) == 1 or len(edge.pieces) > 1 or len(head.word) > 2 or head.subtype in ("government", "party")
    return head.subtype == "association" and len(before) > 3


def _is_front(edge: Edge) -> bool:
    return bool(edge.pieces) and edge.pieces[-1][0] in boundary_words().front


def _shortened(tokens: Tokens, names: list[_Found]) -> Iterator[_Found]:
    """Short forms of the names found, where the article uses them: defined ones first, then those made by rule."""
    text = tokens.text
    forms: dict[str, str] = {}
    for found in names:
        full = text[found.start : found.end]
        defined = _DEFINED.match(text, found.end)
        if defined:
            forms.setdefault(defined[1], found.subtype)
        alias = _ALIAS.match(text, found.end)
        if alias and _abbreviates(alias[1], full) and is_safe(alias[1]):
            forms.setdefault(alias[1], found.subtype)
        for form in short_forms(full):
            forms.setdefault(form, found.subtype)
    if not forms:
        return
    for start, end in _matches(_automaton(forms), text):
        edges = tokens.is_edge(start) + _ends_word(tokens, end)  # unknown names are often cut wrongly at one side
        if edges == 2 or (edges and end - start > 2):
            yield _Found(start, end, forms[text[start:end]], _SHORT)


def _abbreviates(form: str, full: str) -> bool:
    """Say whether a form in brackets behind a name is short for it: capitals, or characters of the name in order."""
    if form.isascii():
        return form.isupper() and form.isalpha()
    rest = iter(full)
    return len(form) < len(full) and all(character in rest for character in form)
