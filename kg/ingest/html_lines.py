"""What a line of a web page is: running text, a sub-heading, a caption, or furniture of the page."""

from __future__ import annotations

import re
from collections.abc import Sequence

from kg.ingest.html_markup import Element, Line, names

_STOP = re.compile(r"[。！？；!?]")
_COMMA = re.compile("[，、]")
_WORDS = re.compile(r"\w\w")
_SENTENCE_END = re.compile(r"(?:[。！？；!?]|…{1,2}|⋯{2})[”’」』）)】》]*$")
_AFTER_ARTICLE = re.compile(
    r"[【\[>》■▪·\s]*(?:相关|延伸阅读|推荐|猜你喜欢|热门|热点|热图|热评|最新|更多|上一[篇条页]|下一[篇条页]|前一篇|后一篇|网友评论|全部评论|最新评论"
    r"|精彩评论|评论|发表评论|我要评论|参与评论|我来说两句|跟帖|阅读排行|排行|点击排行|今日要闻|图片新闻|视频新闻|友情链接|专题推荐|往期|关于我们|版权声明"
    r"|免责声明|特别声明|声明[：:]|分享到|扫一扫|回到顶部|返回)"
)
_AFTER_LONGEST = 14  # code points; longer lines with these words are sentences
_COMMENT_RULE = re.compile("文明上网|理性发言|评论服务协议|请遵守.{0,12}评论")
_LONGEST_RULE = 60  # code points
_LEGAL = re.compile(
    r"版权所有|[Cc]opyright|©|ICP[备证]|公网安备|网站标识码|许可证[号：:]|备案号|未经.{0,14}(?:授权|许可|同意).{0,20}(?:转载|使用|复制|镜像)"
    r"|互联网新闻信息服务|本[网站].{0,4}所(?:刊载|转载)|不代表本[社站网]|书面授权|建议使用.{0,12}浏览器|技术支持[：:]|举报电话|联系我们"
)
_STAFF = re.compile(
    r"[（(\[【]?(?:本[版期网])?(?:责任|责|执行|值班|网络|网站|见习|实习|校对)?(?:编辑|责编|编审|审核|监制|校对|编校|初审|复审|终审)"
    r"[：:／/|｜\s].{0,60}|【?(?:字体|字号)[：:].{0,24}|.{0,6}(?:扫一扫|扫描二维码|长按识别).{0,30}|分享到?[：:].{0,40}"
    r"|[（(]?(?:来源|稿源|文章来源|信息来源|稿件来源)[：:][^，。]{0,40}|打印(?:本页)?|关闭(?:窗口|本页)?|\[?\s*(?:打印|关闭|收藏|纠错)[\s\]].{0,16}"
    r"|(?:放大|缩小|默认)[\s+＋\-－].{0,20}|《\s*[^》]{2,16}》\s*[（(][^）)]{2,24}版[^）)]{0,8}[）)]"
    r"|(?:浏览|阅读|点击)(?:次数|量|数)?[：:]?\s*\d*\s*次?"
)
_CREDIT = re.compile(
    r"(?:^|[\s（(。”]|记者|通讯员|社|报)[\u4e00-\u9fff·]{0,12}[\s/／]*(?:摄影报道|摄影|(?<![拍航])摄|供图)(?:[/／][\u4e00-\u9fff]{2,4})?[）)]?$"
    r"|[（(](?:资料图片?|资料照片|效果图)[）)]$|新华社(?:发|图)[）)]?$"
)
_PICTURE = re.compile(r"^(?:[▲△↑▼↓←→]|[（(]?图[为片：:①②③一二三1-9]|资料图[：:])")
_ASIDE_TAGS = names("nav footer aside menu dialog marquee")
_ASIDE_WORDS = names(
    "ad ads advert advertisement advertising guanggao banner bottom breadcrumb breadcrumbs comment comments pinglun"
    " copyright crumb crumbs disclaimer fenxiang foot footer friendlink hot hotnews links login menu nav navbar navi"
    " navigation pager pagination paging popup qrcode ewm rank ranking recommend recommended recommendation tuijian"
    " related relative xiangguan search share sharing sidebar sitemap social tags toolbar topbar widget"
)
_NEVER_ASIDE = names("html body main article form")
_HEADING_TAGS = names("h1 h2 h3 h4 h5 h6")
_LONGEST_HEADING = 30
_LONGEST_HEADLINE = 80
_LEAST_WRAPPED = 3  # lines that break inside a sentence
_WIDEST = 60.0  # em; wider lines break for another reason
_UNEVEN = 2.5  # em; punctuation is kept off the start of a line
_LONGEST_LEGAL = 300
_LONGEST_CAPTION = 120


def is_prose(line: Line) -> bool:
    """Say whether the line is running text: it has sentences or clauses, and most of it is no link."""
    if line.wrapped:
        return True
    plain = line.size - line.link_size
    is_headline = line.size <= _LONGEST_HEADLINE and is_heading_tag(line)
    if 2 * plain < line.size or plain < 10 or is_headline:
        return False
    text = line.text
    if plain >= 60:
        return _WORDS.search(text) is not None
    return bool(_STOP.search(text)) or (plain >= 20 and bool(_COMMA.search(text)))


def mark_wrapped(lines: Sequence[Line]) -> None:
    """Mark the lines of running text that <br> breaks by their width: of nearly one width, most inside a sentence."""
    first = 0
    for place in range(1, len(lines) + 1):
        if place < len(lines) and lines[place].breaks == 1 and lines[place].element.block is lines[first].element.block:
            continue
        run = lines[first:place]
        inner = [line for line in run[:-1] if not ends_sentence(line)]
        widths = [_width(line) for line in inner]
        if len(inner) >= _LEAST_WRAPPED and len(inner) >= 0.6 * (len(run) - 1) and max(widths) <= _WIDEST:
            even = sum(width >= max(widths) - _UNEVEN for width in widths)
            if even >= 0.8 * len(widths):
                for line in run:
                    line.wrapped = line.link_size == 0
        first = place


def _width(line: Line) -> float:
    """Return the width of a line in em, with its indent."""
    text = "".join(text for _, _, text in line.parts).strip("\n\r\t ")
    return len(text) - sum(character.isascii() for character in text) / 2


def is_legal(line: Line) -> bool:
    """Say whether the line is the legal notice at the foot of a page; a sentence that mentions one is not."""
    if line.size > _LONGEST_LEGAL:
        return False
    found = list(_LEGAL.finditer(line.text))
    return bool(found) and (len(found) > 1 or found[0].start() < 2 or not _STOP.search(line.text))


def is_after_article(line: Line) -> bool:
    """Say whether the line heads what follows an article: related links, comments, lists."""
    if line.size <= _AFTER_LONGEST:
        return _AFTER_ARTICLE.match(line.text) is not None
    return line.size <= _LONGEST_RULE and _COMMENT_RULE.search(line.text) is not None


def is_furniture(line: Line) -> bool:
    """Say whether the line belongs to the page and not to an article: links alone, editors, tools, sources."""
    if line.link_size > 0.5 * line.size:
        return True
    text = line.text
    return (line.size <= 90 and _STAFF.fullmatch(text) is not None) or is_after_article(line) or is_legal(line)


def is_caption(line: Line) -> bool:
    """Say whether the line stands under a picture: by its element, or by a credit or sign of its own."""
    if line.size > _LONGEST_CAPTION:
        return False
    block = line.element.block
    if block.name == "figcaption" or {"caption", "picdesc", "tujie"} & (block.words | line.element.words):
        return block.name != "caption"
    text = line.text
    return _CREDIT.search(text[-40:]) is not None or (
        (line.image or line.size <= 60) and _PICTURE.match(text) is not None
    )


def is_marked_heading(line: Line) -> bool:
    """Say whether the markup sets the line as a heading: an element h1 to h6, or all of it bold."""
    text = line.text
    if line.element.block.name in _HEADING_TAGS:
        return True
    short = line.size <= _LONGEST_HEADING and not _SENTENCE_END.search(text) and text[-1] not in "，、：:"
    return short and line.bold_size == line.size


def ends_sentence(line: Line) -> bool:
    """Say whether the line ends as a sentence does (GB/T 15834-2011, 句末点号)."""
    return _SENTENCE_END.search(line.text[-8:]) is not None


def is_heading_tag(line: Line) -> bool:
    """Say whether the line stands in h1 to h6."""
    return line.element.block.name in _HEADING_TAGS


def leave_asides(lines: list[Line], *, by_class: bool = True) -> list[Line]:
    """Return the lines that stand in no navigation, advert, comment or footer, judged by tags and (or not) classes."""
    known: dict[Element, bool] = {}
    return [line for line in lines if not _is_aside(line.element, known, by_class)]


def _is_aside(element: Element, known: dict[Element, bool], by_class: bool) -> bool:
    chain = []
    at: Element | None = element
    while at is not None and at not in known:
        chain.append(at)
        at = at.parent
    aside = known[at] if at is not None else False
    for each in reversed(chain):
        aside = aside or each.name in _ASIDE_TAGS
        if by_class and not aside and each.name not in _NEVER_ASIDE:
            aside = not _ASIDE_WORDS.isdisjoint(each.words)
        known[each] = aside
    return aside
