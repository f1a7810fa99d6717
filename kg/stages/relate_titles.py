"""Titles of places and organizations, and fixed names of honour.

Granted (获评国家级示范区), designated (列为试点), won (荣获金奖), formal (是国家高新技术企业), of fixed use
(被誉为“世界铜都”).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.claims import make_claim
from kg.cues import Cues
from kg.frames import mention_of
from kg.modality import Meanings
from kg.model import Claim, Qualifier, Reading
from kg.protocols import Stage
from kg.registry import declare
from kg.resources import read_rows
from kg.schema import TEXT, Schema
from kg.topics import NAMES, Item, Masked, Topic, Topics

_NAME, _PREDICATE = "relate_titles", "hasTitle"
_SCORES = {"calling": 0.7, "naming": 0.75, "winning": 0.7, "being": 0.65, "quoted": 0.65}

_LONGEST = 120
"""How many characters around the words that grant may belong to the title and its holders."""

_QUOTED = re.compile(r"“([^“”\n]{2,30})”")
_ONLY_QUOTES = re.compile(r"[^“，。]{0,16}((?:“[^“”\n]{2,30}”)+)[^，。]{0,6}")
_QUOTES = re.compile(r"[^，。；“]{0,6}?((?:“[^“”\n]{2,30}”、?)+)")
_APPELLATION = re.compile(
    r"“([^“”\n]{2,14}(?:之都|之乡|之城|名城|名镇|水乡|第一[镇村县]))”(?!系列|建设|品牌)"
    r"|“([^“”\n]{2,20})”(?=(?:“[^“”\n]{2,20}”)*等?的?(?:之称|之誉|美誉|美称|荣誉称号|称号|金字招牌|殊荣))"
)
_QUOTED_IN_PART = re.compile(
    r"[^“”]{0,16}(?:级|年度|届|批|专精特新)[^“”]{0,6}“[^“”\n]{2,30}”(?:企业|示范[县区市])?"
    r"|[^“”]{0,16}“[^“”\n]{2,30}”(?:奖|企业|基地|工厂|园区|示范[县区市])(?=$|等|称号)"
)
"""Quotes that are a part of the title: “风雨同舟”奖, 国家级专精特新“小巨人”企业, 2025年度“世界航天奖”."""

_LISTED = re.compile(r"、|和(?=国家|省|全国|首批|“)")
_REST = re.compile(r"等?(?:称号|荣誉|名单|行列|牌匾|之一)?$")
_HONOURS = re.compile(r"等?(?:荣誉称号|称号|荣誉|殊荣|美誉|资质|奖项|牌匾|金字招牌)(?:\d+[余多]?项)?$")
"""Words behind a list of titles that say what they are."""

_AND_SO_ON = re.compile("(?<![一二三特优上高中初平])等")
"""等 behind a list, and not the one of 一等奖, 高等教育."""

_SET_APART = re.compile(rf"(?:将|把|向|确定|认定|选定|批准|增列)([{NAMES}][^，；。]*)")
"""将A、B列为…, 确定A、B等城市为…: the names behind are those that get the title."""

_LOOSE = re.compile(r"\d[^，。；]{0,3}[个家名项户座条位]|争取|力争|申报|[两多数]家")
"""Between a name and the word that grants: 12个村入选 is not said of the name, 争取列入 not yet."""

_NO_TITLE = re.compile(
    r"\d{1,3}[个家户名项]|[两多各这该数]|认定|一批|.*\d{1,4}余?[个家户]|.*多[个项]|.*(?:假冒|伪劣|非法|违法|失信|嫌疑|排查)"
)
_PERSONAL = re.compile(r"(?:企业家|人物|个人|工匠|能手|劳动者|工作者)[”’]?$")
"""Last words of titles that people have, and no places or bodies."""


_SOMEBODY_ELSE = re.compile("[\ue004\ue00f]")
"""A person or a product between a name and the word that grants: 甲校学生乙获得."""

_COUNT = re.compile(r"[\d两二三四五六七八九十][个家座]")
_COUNTED = re.compile(rf"[{NAMES}]等?(?:\d{{1,3}}|[两二三四五六七八九十]{{1,2}})[个家座](?:“[^”]{{1,6}}”的)?")
"""A、B、C等3个 before a formal title, which is then each one's."""

_HEAD = re.compile(r"[^，。；]{0,40}?(?:之称|美誉|美称|之誉|称号|”)的(?!美誉|美称|称号|荣誉|金字招牌)")
"""素有“…”之称的: the name follows."""


_GOES_ON = re.compile(
    r"$|[，、；：—（(\d]|[被也还已又曾均都再现更正将拟当同则就共因以凭在于从由经入荣获素享是为作成连近日今去首一率先力争全此分创跻斩摘夺捧蝉上列纳收喻誉称推确认评授命升晋]"
)
"""What stands behind a place that a title is said of; a noun says that the place only tells which: 中国女篮夺得冠军."""

_HELD_BY = re.compile(
    rf"([^，。；]{{3,40}}?)的(?=[{NAMES}]+(?:[，、。；]|有关|相关|负责人|董事长|总经理|是|在|[已正]))"
)
"""获评国家级专精特新“小巨人”企业的A: the name that follows holds the title."""

_COMPANIONS = re.compile(
    rf"(?:与|和|同)((?:[{NAMES}]++[、和与及]?)++)(?:等[^，。；]{{0,6}})?(?:一同|一起|一道|共同|双双|并列)$"
)
"""A与B、C等企业一同入选: the title is theirs too."""


@dataclass(frozen=True, slots=True)
class _Words:
    """The words of titles, compiled: those that bring one in, by kind, and the ends of formal titles and of all."""

    brings: re.Pattern[str]
    formal: re.Pattern[str]
    formal_ends: re.Pattern[str]
    ends: re.Pattern[str]


def _load() -> _Words:
    verbs = list(read_rows("lexicons", "honour_verbs.tsv"))
    heads = list(read_rows("lexicons", "honour_heads.tsv"))

    def any_of(words: list[str]) -> str:
        return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))

    kinds = dict.fromkeys(kind for _, kind in verbs)
    groups = (f"(?P<{kind}>{any_of([word for word, its in verbs if its == kind])})" for kind in kinds)
    formal = any_of([head for head, kind in heads if kind == "formal"])
    return _Words(
        re.compile("|".join(groups)),
        re.compile(
            r"(?:[一首]?家|我国|当地)?(?:[^，。；、]{0,40}的)?"
            r"([^，。；、的为是]{0,8}?(?:中国|国家|全国|世界|[^，。；、的]{2,3}[省市县]|省|市|首批|第[一二三四五]批|专精特新)"
            rf"[^，。；、的为是]{{0,22}}?(?:{formal}))$"
        ),
        re.compile(rf"(?:{formal})$"),
        re.compile(rf"(?:{any_of([head for head, _ in heads])})$"),
    )


@declare(needs=("sentences", "mentions", "groups", "references"), adds=("claims",))
def make(*, schema: Schema) -> Stage:
    """Read the titles of places and organizations."""
    predicate = schema.predicates.get(_PREDICATE)
    types = predicate.domain if predicate is not None and TEXT in predicate.range else frozenset()
    words, cues = _load(), Cues(schema)

    def relate_titles(batch: Sequence[Reading], /) -> list[Reading]:
        if not types:
            return list(batch)
        return [replace(reading, claims=(*reading.claims, *_claims(reading, types, words, cues))) for reading in batch]

    return relate_titles


def _claims(reading: Reading, types: frozenset[str], words: _Words, cues: Cues) -> Iterator[Claim]:
    topics = Topics(reading, types)
    meanings = Meanings(reading, cues)
    said: set[tuple[str, str]] = set()
    for number in range(len(reading.sentences)):
        for kind, start, end, titles, topic in _found(topics, number, words):
            sentence = topics.sentence(number)
            dates = sentence.dates_before(start)
            clause = sentence.clause_start(start)
            recent = [date for date in dates[-1:] if date.span.start >= clause]
            said_so = cues.read(sentence.words[max(clause, start - _LONGEST) : end], recent)
            if said_so is None or said_so[1] == "denied":
                continue
            # Few titles are planned, so that words which say so in the clause outweigh what the others weigh.
            at = sentence.span.start
            modality = meanings.modality(_PREDICATE, sentence.span, at + start, at + end)
            modality = "planned" if said_so[0] == "planned" else modality
            for item in topic.items:
                mention = mention_of(item)
                group = topics.group.get(mention.span)
                for title in titles:
                    if group is None or mention.type not in types or (group.id, title) in said:
                        continue
                    said.add((group.id, title))
                    yield make_claim(
                        reading.article,
                        mention,
                        _PREDICATE,
                        title,
                        evidence=[sentence.span, *([topic.sentence] if topic.sentence is not None else [])],
                        qualifiers=[Qualifier("date", date.text, date.normal) for date in dates[-1:]],
                        modality=modality,
                        reader=f"{_NAME}:{kind}",
                        score=_SCORES[kind],
                    )


def _found(topics: Topics, number: int, words: _Words) -> Iterator[tuple[str, int, int, list[str], Topic]]:
    """Yield the titles of a sentence: kind, where the words that bring them in begin and end, whose they are."""
    span = topics.reading.sentences[number]
    text = topics.reading.article.text[span.start : span.end]
    if not (words.brings.search(text) or _COUNT.search(text) or _APPELLATION.search(text)):
        return
    sentence = topics.sentence(number)
    for found in words.brings.finditer(text):
        kind, start = found.lastgroup or "", found.start()
        end = min(sentence.clause_end(found.end()), found.end() + _LONGEST)
        head = _HELD_BY.match(sentence.masked, found.end()) if kind in ("naming", "winning") else None
        titles = _titles(text[found.end() : head.end(1) if head else end], kind, words)
        if titles:
            topic = _holder(topics, number, kind, start, found.end(), end)
            behind = topics.after(number, head.end()) if head else None
            topic = behind if behind is not None else topic
            if topic is not None:
                yield kind, start, end, titles, _with_companions(sentence, topic, start)
    for counted in _COUNTED.finditer(sentence.masked):
        end = min(sentence.clause_end(counted.end()), counted.end() + _LONGEST)
        titles = _titles(text[counted.end() : end], "being", words)
        items = _list_before(sentence, counted.start() + 1) if titles else ()
        if len(items) > 1:
            yield "being", counted.start(), end, titles, Topic(items, "own", counted.start() + 1)
    for quoted in _APPELLATION.finditer(text):
        topic = topics.find(number, quoted.start())
        named = quoted[2] or text[quoted.end() : quoted.end() + 1] != "的"
        if topic is not None and topic.items and topic.way == "own" and named:
            yield "quoted", quoted.start(), quoted.end(), [quoted[1] or quoted[2]], topic


def _titles(words: str, kind: str, known: _Words) -> list[str]:
    """Return the titles in the words behind one that brings them in, up to the end of its clause."""
    if kind == "calling":
        quotes = _QUOTES.match(words)
        return _QUOTED.findall(quotes[1]) if quotes else []
    pieces = _LISTED.split(words)
    if kind == "being":
        formal = [title[1] for piece in pieces if (title := known.formal.fullmatch(piece))]
        # 国家物流枢纽、综合试验区: what is listed with a formal title needs only the last word of one
        listed = [piece for piece in pieces if formal and len(piece) > 4 and known.formal_ends.search(piece)]
        return formal + [piece for piece in listed if not any(title in piece for title in formal)]
    titles: list[str] = []
    honours = _HONOURS.search(words) is not None
    for piece in pieces:
        quotes = _ONLY_QUOTES.fullmatch(piece)
        if quotes:
            inside = [title for title in _QUOTED.findall(quotes[1]) if not _PERSONAL.search(title)]
            whole = _QUOTED_IN_PART.match(piece.strip("了的 "))
            if inside and whole:
                titles.append(whole[0])
                continue
            if inside and (kind == "naming" or honours or known.ends.search(piece) or known.ends.search(inside[-1])):
                titles += inside
            continue
        plain = _REST.sub("", _AND_SO_ON.split(piece, maxsplit=1)[0].strip("了的 "))
        if (
            3 <= len(plain) <= 36
            and not _NO_TITLE.match(plain)
            and (kind == "naming" or honours or known.ends.search(plain))
        ):
            titles.append(plain)
    return titles


def _holder(topics: Topics, number: int, kind: str, start: int, end: int, stop: int) -> Topic | None:
    """Return whose title it is: 将A列为, A被授予, 素有…之称的A, else what the clause is about."""
    sentence = topics.sentence(number)
    clause = max(sentence.clause_start(start), start - _LONGEST)
    word = sentence.words[start:end]
    apart = _SET_APART.search(sentence.masked, clause, start)
    if apart:
        return _set_apart(sentence, clause, apart.start(1), start)
    head = _HEAD.match(sentence.words, end, stop) if kind == "calling" else None
    if head:
        return topics.after(number, head.end())
    if word == "作为":
        return topics.opening(number, stop + 1, len(sentence.masked)) if stop + 1 < len(sentence.masked) else None
    passive = sentence.masked.rfind("被", clause, start)
    if word == "授予" and passive < 0 and sentence.words[start - 1 : start] != "获":
        return None  # whoever 授予 a title does not get it
    at = start if passive < 0 else passive
    beside = next((item for item in sentence.between(clause, at) if item[1] == at), None) if passive >= 0 else None
    topic = Topic((beside[2],), "own", at) if beside is not None else topics.find(number, at)
    if topic is None:
        return None
    kinds = {mention_of(item).type for item in topic.items}
    if topic.way == "own" and kinds == {"Region"} and not _GOES_ON.match(sentence.words, topic.end, at):
        return None
    begin = max(topic.end, clause)
    if _LOOSE.search(sentence.words, begin, at) or _SOMEBODY_ELSE.search(sentence.masked, begin, at):
        return None
    near = topic.way in ("own", "clause") and at - begin <= 12
    return topic if near or kind not in ("calling", "being") or (kind == "being" and topic.way == "word") else None


def _with_companions(sentence: Masked, topic: Topic, at: int) -> Topic:
    """Return the topic with those who are named beside it right before the word that grants."""
    found = _COMPANIONS.search(sentence.masked, sentence.clause_start(at), at)
    items = tuple(item for _, _, item in sentence.between(found.start(1), found.end(1))) if found else ()
    kind = mention_of(topic.items[0]).type if topic.items else None
    return replace(topic, items=(*topic.items, *(item for item in items if mention_of(item).type == kind)))


def _list_before(sentence: Masked, at: int) -> tuple[Item, ...]:
    """Return the names joined by 、 and 和 that end at a position, of those side by side the last."""
    listed: list[tuple[int, int, Item]] = []
    for item in reversed(sentence.between(at - _LONGEST, at)):
        begin = listed[-1][0] if listed else at
        if item[1] > begin or (listed and item[1] == begin):
            continue
        if sentence.masked[item[1] : begin] not in ("、", "和", "与", "及") and (listed or item[1] != begin):
            break
        listed.append(item)
    return tuple(item for _, _, item in reversed(listed))


def _set_apart(sentence: Masked, clause: int, begin: int, end: int) -> Topic | None:
    """Return the names between two positions, of those side by side the last: 将中国威海市和韩国仁川选定为."""
    inside = [item for item in sentence.between(begin, end) if item[1] <= end]
    starts = {start for start, _, _ in inside}
    items = tuple(item for _, until, item in inside if until not in starts)
    return Topic(items, "own", end) if items and not _LOOSE.search(sentence.words, clause, begin) else None
