"""The lines between a headline and its article: 2025年06月10日 来源：某报 作者：某人, and bylines."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kg.ingest.dates import to_iso
from kg.ingest.html_markup import Line
from kg.ingest.html_text import show
from kg.names import surname_at

MARKS = "□■◆◇●○◎▲△★☆※▌▍▎ \u3000"
"""Signs that set off a headline or byline; they are no part of it."""
LONGEST = 160
"""Characters of such a line; longer ones are text."""

_DAY = re.compile(r"(?<!\d)([12]\d{3})\s*(?:年|[-/.])\s*(\d{1,2})\s*(?:月|[-/.])\s*(\d{1,2})(?!\d)\s*日?")
_TIME = re.compile(r"[T\s]*\d{1,2}[:：]\d{2}(?:[:：]\d{2})?")
_TODAY = re.compile("今天|今日是|现在|当前")
_DAY_REST = re.compile(r"[\d\s:：|｜星期周一二三四五六日天()（）\[\]]")
_LABEL = re.compile(
    r"(?:(?P<source>(?:文章|信息|稿件|新闻)?来源|来源媒体|稿源|发布机构|出处)"
    r"|(?P<author>作者|撰稿|(?:本报)?(?:记者|通讯员)|文[/／]图?)"
    r"|(?P<date>发布时间|发布日期|发表时间|发稿时间|成文日期|时间|日期)"
    r"|(?P<other>更新时间|责任编辑|责编|编辑|审核|校对|浏览(?:次数|量)?|点击(?:数|量)?|阅读量?|字号|字体|分享到?|打印|评论|栏目|编审|监制|关键词|索引号"
    r"|视力保护色))\s*[：:]\s*"
)
_SENTENCE = re.compile("[。！？]")
_ROLE = re.compile(
    r"(?:本[报刊网台社]|[\u4e00-\u9fff]{2,10}(?:报|社|网|台|客户端|融媒体中心))?"
    r"(?:全媒体|融媒体|特约|见习|实习|首席|驻[\u4e00-\u9fff]{2,4})?(?:记者|通讯员|评论员|撰稿|作者)[\s：:]*"
)
_OWN_STAFF = re.compile("(?=本[报刊网台社](?:记者|通讯员|评论员))")
_PAPER = re.compile(r"[\u4e00-\u9fff]{1,10}(?:报|社|网|周刊|客户端|电视台|融媒体中心)")
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,10}")
_WORD = re.compile(r"[^\s、,，/／|｜;；]+")
_SEPARATOR = re.compile(r"[\s、,，/／|｜;；]+")
_LONGEST_BYLINE = 60
_LONGEST_AUTHOR = 40


@dataclass(slots=True)
class Infos:
    """What the lines say. ``days`` are those that nothing labels, ``published`` those with a label of publication."""

    byline: list[str] = field(default_factory=list)
    days: list[str] = field(default_factory=list)
    published: list[str] = field(default_factory=list)
    publication: str | None = None
    used: set[Line] = field(default_factory=set)

    @property
    def day(self) -> str | None:
        """The day of publication, None where the lines contradict each other."""
        different = set(self.published) or set(self.days)
        return next(iter(different)) if len(different) == 1 else None


def is_info(text: str) -> bool:
    """Say whether a line gives date, source or author and nothing else."""
    if len(text) > LONGEST:
        return False
    if _LABEL.match(text.strip(MARKS)) and not _SENTENCE.search(text):
        return True
    rest = _DAY.sub("", text)
    if len(rest) < len(text):
        rest = rest.replace(_byline_inside(rest) or "\n", "")
        return len(_DAY_REST.sub("", _LABEL.split(rest)[0])) <= 12 and not _SENTENCE.search(text)
    return is_byline(text)


def is_byline(text: str) -> bool:
    """Say whether a line is a role, with or without names: 本报记者 甲 乙."""
    shown = text.strip(MARKS).strip("（()）")
    if len(shown) > _LONGEST_BYLINE or not _ROLE.match(shown):
        return False
    rest = _ROLE.sub(" ", shown).strip()
    return all(_NAME.fullmatch(name) for name in _SEPARATOR.split(rest) if name)


def days(text: str) -> list[str]:
    """Return the days that the text gives, in ISO 8601; that of a running clock is none.

    >>> days("2025年06月10日 09:30"), days("今天是2025年6月10日")
    (['2025-06-10'], [])
    """
    if _TODAY.search(text):
        return []
    found = (to_iso(f"{day[1]}-{day[2]}-{day[3]}") for day in _DAY.finditer(text))
    return [day for day in found if day]


def read_infos(lines: Sequence[Line]) -> Infos:
    """Read the lines that give date, source or author; the others are left alone."""
    infos = Infos()
    for line in lines:
        text = show(line).strip(MARKS)
        if line.element.block.name == "founder-author" or is_byline(text):
            infos.byline.append(text.strip("（()）"))
        elif is_info(text):
            for label, value in _fields(text):
                _read_field(infos, label, value)
        else:
            continue
        infos.used.add(line)
    return infos


def _fields(text: str) -> Iterator[tuple[str, str]]:
    """Yield the kind and the value of each field of a line; what stands before the first label has the kind ""."""
    labels = list(_LABEL.finditer(text))
    yield "", text[: labels[0].start() if labels else len(text)]
    for label, following in itertools.pairwise([*labels, None]):
        if label is not None:
            kind = "role" if label["author"] and label["author"].endswith(("记者", "通讯员")) else label.lastgroup or ""
            value = text[label.end() : following.start() if following else len(text)]
            yield kind, (label["author"] + " " if kind == "role" else "") + value


def _read_field(infos: Infos, kind: str, value: str) -> None:
    found = days(value)
    words = _TIME.sub("", _DAY.split(value)[0]).strip(" \u3000|｜[]【】()（）《》")
    if kind == "date":
        infos.published += found
    elif kind != "other":
        infos.days += found
    if kind == "source" and words:  # what stands beside it on the page may follow without a space
        named = _OWN_STAFF.split(words)[0].split()
        infos.publication = infos.publication or (named[0] if named else None)
    elif not kind and (paper := _PAPER.fullmatch(words.split()[0] if words else "")):
        infos.publication = infos.publication or paper[0]
    if kind in ("author", "role"):
        infos.byline += [words] if len(words) <= _LONGEST_AUTHOR else []
    elif kind != "other" and (byline := _byline_inside(value)):
        infos.byline.append(byline)


def _byline_inside(text: str) -> str | None:
    """Return the role and names among other words: 某报 本报记者 甲 乙 打印."""
    own = _OWN_STAFF.search(text)
    role = _ROLE.search(text, own.start() if own else 0)
    if role is None:
        return None
    end = role.end()
    for name in _WORD.finditer(text, role.end()):
        if not _NAME.fullmatch(name[0]) or surname_at(name[0], 0) is None:
            break
        end = name.end()
    return text[role.start() : end].strip()
