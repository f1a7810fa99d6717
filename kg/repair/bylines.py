"""Who wrote it and who took the picture: bylines, and the credits that end captions."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.repair.lines import Line

MARKS = "□■◆◇●○◎▲△★☆※▌▍▎"
"""Signs that set off a byline or a headline; they are no part of it."""

_ROLE = re.compile(
    r"特约记者|见习记者|实习记者|首席记者|全媒体记者|融媒体记者|记者站|记者|特约通讯员|通讯员|特约评论员|评论员|实习生|撰稿|作者"
)
_BEFORE_ROLE = re.compile(
    r"|本[报刊网台社]|.{0,12}(?:报|社|网|台|刊|融媒体中心|客户端|融媒)(?:驻?[\u4e00-\u9fff]{0,6})?|文[/／]图?|图文[/／]?|特约|首席|见习|实习"
)
_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{1,8}·[\u4e00-\u9fff·]{1,10}|(?:文|图|文/图|报道|整理|电)")
_SEPARATOR = re.compile(r"[\s、/／|｜]+")
_CREDIT = re.compile(
    r"(?:记者|通讯员|社|报|[\s（(])[\u4e00-\u9fff·]{0,12}[\s/／]*(?:摄影报道|摄影|(?<![拍航])摄|供图)(?:[/／][\u4e00-\u9fff]{2,4})?[）)]?$"
    r"|(?:^|[。”])(?:[\u4e00-\u9fff·]{0,12}(?:摄影报道|供图)|[\u4e00-\u9fff·]{0,4}(?:摄影|(?<![拍航])摄))[）)]?$"
    r"|[（(](?:资料图片|资料照片|效果图|本报资料图片?)[）)]$|新华社(?:发|图)[）)]?$"
)
_MAY_CREDIT = re.compile("[摄图照]|新华社发")
_CREDITED = re.compile(r"(?:记者|通讯员)\s*([\u4e00-\u9fff]{2,4}?)\s*(?:摄影报道|摄影|摄)")
_STOP = re.compile("[。；！？“”《》【】，,]|了解|获悉|采访|表示|看到|发现|提问|[了到从的说是]")


def read_byline(line: Line) -> str | None:
    """Return the byline that the line is, its marks left out; None if it is none.

    A byline is a role (本报记者, 通讯员), with or without names, or names alone after a mark.
    """
    marked = line.raw[0] in MARKS
    whole = strip_marks(line.shown)
    shown = whole.strip("（()） ")
    if not shown or len(shown) > 60 or _STOP.search(shown) or is_credit(line) or not _balanced(whole):
        return None
    roles = list(_ROLE.finditer(shown))
    if not roles:
        return whole if marked and _are_names(shown) else None
    if not _BEFORE_ROLE.fullmatch(shown[: roles[0].start()].strip(" ：:")):
        return None
    for role, following in zip(roles, [*roles[1:], None], strict=True):
        between = shown[role.end() : following.start() if following else len(shown)].strip(" ：:")
        if following:  # the next role's own paper or rank stands before it: 记者 X 经济日报记者 Y
            between = re.sub(r"(?:^|[\s、])\S{0,14}[报社网台刊]$|文[/／]?$", "", between).strip()
        if between and not _are_names(between):
            return None
    return whole


def _balanced(text: str) -> bool:
    return all(text.count(mark) == text.count(close) for mark, close in ("（）", "()"))


def join_byline(lines: Sequence[Line]) -> str:
    """Return a byline with the names that stand on lines of their own, those set downwards joined."""
    byline = strip_marks(lines[0].shown)
    names = "".join(line.text for line in lines[1:])
    return f"{byline} {names}" if names else byline


def strip_marks(shown: str) -> str:
    """Return a headline or byline without the signs that set it off."""
    return shown.lstrip(MARKS + " \u3000")


def lacks_names(byline: str) -> bool:
    """Say whether the byline stops after a role: its names stand on lines of their own."""
    roles = list(_ROLE.finditer(byline))
    return bool(roles) and not byline[roles[-1].end() :].strip(" ：:")


def is_name_piece(line: Line) -> bool:
    """Say whether the line may be a name, or one letter of a name set downwards."""
    return re.fullmatch(r"[\u4e00-\u9fff]{1,4}", line.text) is not None


def is_credit(line: Line) -> bool:
    """Say whether the line ends in the credit of a photograph: 本报记者 X摄, X供图, （资料图片）."""
    return ends_in_credit(line.shown)


def ends_in_credit(shown: str) -> bool:
    """Say whether the last of the lines so shown end in the credit of a photograph."""
    end = shown[-40:]
    return _MAY_CREDIT.search(end) is not None and _CREDIT.search(end) is not None


def credited(caption: str) -> str | None:
    """Return the name in a caption's credit."""
    found = _CREDITED.search(caption)
    return found[1] if found else None


def names_in(byline: str) -> list[str]:
    """Return the names in a byline, without roles."""
    parts = _SEPARATOR.split(_ROLE.sub(" ", byline))
    return [part for part in parts if len(part) > 1 and _NAME.fullmatch(part) and not part.endswith(("报", "社"))]


def group_bylines(bylines: Sequence[str], articles: int) -> list[int]:
    """Return how many of the bylines in a row sign each article, the articles in order; all sign one if none can tell.

    ``articles`` are as many as they may sign at most. A 通讯员 after a 记者 may sign the same article.
    """
    signed = [strip_marks(byline) for byline in bylines]
    is_second = [bool(at) and "记者" in signed[at - 1] and each.startswith("通讯员") for at, each in enumerate(signed)]
    if len(bylines) == 1 or articles == 1 or (len(bylines) == 2 and (is_second[1] or articles > 2)):
        return [len(bylines)]
    if len(bylines) <= articles:
        return [1] * len(bylines)
    groups: list[int] = []
    for second in is_second:
        if second:
            groups[-1] += 1
        else:
            groups.append(1)
    return groups if len(groups) == articles else [len(bylines)]


def _are_names(text: str) -> bool:
    return all(_NAME.fullmatch(part) for part in _SEPARATOR.split(text.strip()) if part)
