"""Web pages made from clean articles: what stands on pages of papers, news sites and government sites, new and old.

Each has navigation, related links, adverts, comments, scripts, hidden matter and a footer, in invented words, and the
markup that such sites really write: tables for layout, <br> for paragraphs, tags that are never closed.
"""

# ruff: noqa: E501 -- markup stands here as sites write it

import html
from random import Random

from noisy_page import Clean

SCRIPT = "脚本里的字"
"""Words that stand only in scripts, styles, comments and hidden elements of every page."""
OUTSIDE = "页面以外的字"
"""Words that stand only in navigation, related links, adverts, comments and footers of every page."""

_SCRIPTS = f"""<script>var a = "<p>{SCRIPT}，不是正文。</p>"; if (1 < 2 && a) document.write(a);</script>
<style>.a:before {{ content: "{SCRIPT}" }}</style><!-- <p>{SCRIPT}，注释里的一段话，也有句号。</p> -->
<div style="display: none"><p>{SCRIPT}，藏起来的一段话，也有句号。</p></div>"""
_OTHERS = [
    "清溪镇扩建蔬菜大棚",
    "两地共建物流通道",
    "老茶厂换上新设备",
    "码头夜班见闻",
    "全市工业用电量回升",
    "一条公路通到村口",
]


def epaper(article: Clean, date: str, publication: str, random: Random, *, entities: bool = False) -> str:
    """Return a page as Founder's system publishes it: tables, unclosed cells, the text in founder-content."""
    year, month, day = date.split("-")
    title, breaks = _escape(article.title, entities), random.random() < 0.5
    body = _founder_body(article, breaks, entities)
    pages = "".join(f"<tr><td><a href=node_{n}.htm>第{n:02d}版：要闻</a><td>pdf" for n in range(1, 9))
    links = "".join(f"<li><a href=c_{n}.htm>{each}{OUTSIDE}</a>" for n, each in enumerate(_OTHERS))
    byline = "".join(f"<founder-author>{each}</founder-author>" for each in article.byline)
    pictures = "".join(f"<tr><td><img src=p.jpg><br><td align=center>{each}" for each in article.captions)
    return f"""<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"><html><head>
<META http-equiv="Content-Type" content="text/html; charset=gb2312"><title>{publication}-{year}年{month}月{day}日-{title}</title>
{_SCRIPTS}</head><body leftmargin=0><!--enpproperty <articleid>12</articleid><date>{date} 00:00:00.0</date><author></author>
<title>{title}</title><siteid>1</siteid>/enpproperty-->
<table width=980><tr><td class=logo><a href=/>{publication}数字报{OUTSIDE}</a><td>{year}年{month}月{day}日 星期二 <b>第03版：要闻</b></tr>
<tr><td valign=top width=200><table>{pages}</table><ul>{links}</ul><td valign=top><table>
<tr><td><a href=c_1.htm>上一篇</a>&nbsp;&nbsp;<a href=c_3.htm>下一篇</a>&nbsp;放大 + 缩小 - 默认 o
<tr><td class="font02"><founder-introtitle></founder-introtitle>
<tr><td class="font01"><founder-title>{title}</founder-title><tr><td class="font02">{byline}
<tr><td><table>{pictures}</table><div id="ozoom" style="zoom:100%"><founder-content>{body}</founder-content></div>
<tr><td><b>相关新闻</b><ul>{links}</ul></table></table>
<table><tr><td align=center>{publication}版权所有，未经授权，不得转载。{OUTSIDE}</table></body></html>"""


def news(article: Clean, date: str, publication: str, random: Random, *, entities: bool = False) -> str:
    """Return a page of a news site: nested boxes, a sidebar of teasers, comments, adverts in the middle of the text."""
    year, month, day = date.split("-")
    title = _escape(article.title, entities)
    paragraphs = _paragraphs(article, random.choice(["<strong>{}</strong>", "<b>{}</b>"]), entities)
    middle = len(paragraphs) // 2
    advert = f'<div class="ad-box"><p>{OUTSIDE}，好茶就在本店，欢迎选购。</p></div>'
    paragraphs.insert(
        middle, random.choice([advert, f"<p><a href=/x>延伸阅读：{random.choice(_OTHERS)}{OUTSIDE}</a></p>"])
    )
    paragraphs += [f"<figure><img src=a.jpg><figcaption>{each}</figcaption></figure>" for each in article.captions]
    side = "".join(
        f"<li><h4><a href=/{n}>{each}</a></h4><p>{each}，{OUTSIDE}，详情请看本报今天的报道。</p></li>"
        for n, each in enumerate(_OTHERS)
    )
    menu = "".join(
        f'<li><a href="/{n}">{each}</a></li>' for n, each in enumerate(["首页", "要闻", "财经", "产业", OUTSIDE])
    )
    said = "".join(f'<div class="{random.choice(["item", "one"])}"><i>网友{n}</i><p>{OUTSIDE}，写得好，支持家乡的企业，希望越来越好。</p></div>'
                   for n in range(4))  # fmt: skip
    byline = " ".join(f"<span>{each}</span>" for each in article.byline)
    box = random.choice(["comments", "box3"])
    return f"""<!doctype html><html lang="zh-CN"><head><meta charset="utf-8"><title>{title}_{publication}网</title>
<meta property="og:title" content="{title}"><meta name="publishdate" content="{date}">{_SCRIPTS}</head><body class="has-sidebar">
<header><div class="nav"><ul>{menu}</ul></div><h1 class="logo"><a href="/">{publication}网</a></h1></header>
<div class="wrap"><div class="crumbs">当前位置：<a href="/">首页</a> &gt; <a href="/cy">产业</a> &gt; 正文</div>
<div class="main"><h1>{title}</h1><div class="info"><span>{year}-{month}-{day} 09:30</span><span>来源：{publication}</span> {byline}
<a href="#c">评论</a></div><div class="content">{"".join(paragraphs)}<p class="editor">（责任编辑：编者甲）</p></div>
<div class="share">分享到：<a href=#>微信</a></div>
<div class="{box}"><h3>网友评论</h3>{said}</div></div>
<div class="{random.choice(["sidebar", "right_col"])}"><h3>热点新闻</h3><ul>{side}</ul></div></div>
<footer><p>关于我们 | 联系我们 {OUTSIDE}</p><p>Copyright © 2025 {publication}网 版权所有</p></footer><script>f("{SCRIPT}")</script></body></html>"""


def government(article: Clean, date: str, publication: str, random: Random, *, entities: bool = False) -> str:
    """Return a page of a government site: its standard meta elements, the text as an office program pasted it."""
    year, month, day = date.split("-")
    title = _escape(article.title, entities)
    style = 'style="text-indent:2em;font-family:宋体"'
    headings = dict(article.headings)
    body = ""
    for number, paragraph in enumerate(article.paragraphs):
        if number in headings:
            body += f'<p align="center"><strong><span {style}>{_escape(headings[number], entities)}</span></strong></p>'
        words = _escape(paragraph, entities)
        half = len(words) // 2 if "&" not in words else 0
        body += f"<p {style}><span lang=EN-US>&nbsp;&nbsp;</span><span {style}>{words[:half]}</span><font>{words[half:]}</span></p>\n"
    body += "".join(f'<p style="text-align:center"><img src="W0.jpg"></p><p>{each}</p>' for each in article.captions)
    where = " | ".join(f"<a href='/{n}'>{each}</a>" for n, each in enumerate(["首页", "政务公开", "政民互动", OUTSIDE]))
    lines = "".join(
        f"<tr><td>·<a href=t{n}.html>{each}{OUTSIDE}</a></td><td>2025-0{n + 1}-02</td></tr>"
        for n, each in enumerate(_OTHERS)
    )
    author = "".join(f"　{each}" for each in article.byline)
    return f"""<html><head><meta http-equiv="content-type" content="text/html; charset={random.choice(["UTF-8", "gb2312"])}"/>
<meta name="SiteName" content="清溪市人民政府"/><meta name="ArticleTitle" content="{title}"/><meta name="PubDate" content="{date} 16:20"/>
<meta name="ContentSource" content="{publication}"/><title>{title}-{OUTSIDE}</title>{_SCRIPTS}</head><body>
<form id="form1" method="post"><div class="top"><span>今天是2025年12月30日 星期二</span>{where}</div>
<div class="pos">您现在的位置：<a href="/">首页</a> &gt; <a>工作动态</a></div>
<table width="1000" align="center"><tr><td><div class="xl_title">{title}</div></td></tr><tr><td align="center">发布时间：{year}年{month}月{day}日
 16:20　来源：{publication}{author}　字号：【大 中 小】　浏览次数：<script>document.write("{SCRIPT}")</script>12 次</td></tr>
<tr><td><div class="TRS_Editor"><div class="Custom_UnionStyle">{body}</div></div></td></tr>
<tr><td>【打印本页】 【关闭窗口】</td></tr><tr><td><div>相关链接</div><table>{lines}</table></td></tr></table>
<div class="bot"><p>主办单位：清溪市人民政府办公室 {OUTSIDE}</p><p>网站标识码：0000000000 公网安备 00000000000000号</p></div></form>
</body></html>"""


def portal(article: Clean, date: str, publication: str, random: Random, *, entities: bool = False) -> str:
    """Return a page of a news portal: teasers with whole sentences beside and after the text, sentences in comments."""
    year, month, day = date.split("-")
    title = _escape(article.title, entities)
    body = "".join(f"<p>\n\t　　{words}</p>\n" for words in _lines(article, "<strong>{}</strong>", entities))
    pictures = "".join(
        f'<p style="text-align: center;"><img src=1.jpg alt="{each}" /></p><p class="desc">{each}</p>'
        for each in article.captions
    )
    teasers = "".join(
        f"<li><a href=/{n}><img src=x></a><strong><a href=/{n}>{each}</a></strong><p>{each}，项目总投资3亿元，{OUTSIDE}。</p></li>"
        for n, each in enumerate(_OTHERS)
    )
    items = "".join(
        f'<div class="right_item"><a href={n}>{each}</a><span>{each}，预计明年投产，{OUTSIDE}，带动当地就业500人</span></div>'
        for n, each in enumerate(_OTHERS)
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{title}--地方--{publication}网</title>{_SCRIPTS}</head><body>
<div class="layout"><ul>{"".join(f"<li><a href=/{n}>{each}</a></li>" for n, each in enumerate(["首页", "要闻", OUTSIDE]))}</ul></div>
<div class="w1280 content"><div class="left_part"><h1 class="left_title">{title}</h1><div class="left_time">{year}年{month}月{day}日 09:06　来源：<a href=#>{publication}</a> <span>{" ".join(article.byline)}</span> <a href=#>参与互动</a></div>
<div class="left_zw">{pictures}{body}</div><div class="adEditor">【编辑:编者甲】</div><div class="edit cf">(责编：编者甲、编者乙)</div>
<div class="rm_share">分享让更多人看到</div><div class="more"><h3>推荐阅读</h3><ul>{teasers}</ul></div>
<div class="xwzxTitle">发表评论 文明上网理性发言，请遵守<a href=/>新闻评论服务协议</a></div></div><div class="right_part">{items}</div></div>
<div class="bottom_part"><p>本网站所刊载信息，不代表本社观点。{OUTSIDE}，刊用本网站稿件，务经书面授权。</p></div></body></html>"""


def nested_tables(article: Clean, date: str, publication: str, random: Random, *, entities: bool = False) -> str:
    """Return a page as written twenty years ago: tables in tables, fonts, <br>, no charset and no class at all."""
    year, month, day = date.split("-")
    title = _escape(article.title, entities)
    body = "<BR><BR>\n".join(f"　　{words}" for words in _lines(article, "<B>{}</B>", entities))
    menu = "".join(
        f'<TR><TD HEIGHT=20>·<A HREF="{n}.htm">{each}{OUTSIDE}</A></TD></TR>' for n, each in enumerate(_OTHERS)
    )
    pictures = "".join(
        f'<TABLE ALIGN=RIGHT WIDTH=200><TR><TD><IMG SRC="a.jpg"></TD></TR><TR><TD><FONT SIZE=2>{each}</FONT></TD></TR></TABLE>'
        for each in article.captions
    )
    return f"""<HTML><HEAD><TITLE>{title}</TITLE></HEAD><BODY BGCOLOR=#FFFFFF><CENTER><TABLE WIDTH=760 BORDER=0><TR><TD COLSPAN=2 BGCOLOR=#336699><A HREF=/>首页</A> | <A HREF=/n>{OUTSIDE}</A></TD></TR>
<TR><TD WIDTH=150 VALIGN=TOP><TABLE>{menu}</TABLE></TD><TD VALIGN=TOP><TABLE WIDTH=100%><TR><TD ALIGN=CENTER><FONT SIZE=5 COLOR=#003366><B>{title}</B></FONT></TD></TR>
<TR><TD ALIGN=CENTER><FONT SIZE=2>{publication}　{year}年{int(month)}月{int(day)}日　{" ".join(article.byline)}</FONT></TD></TR><TR><TD><HR SIZE=1></TD></TR><TR><TD>{pictures}<FONT SIZE=3>{body}</FONT></TD></TR>
<TR><TD ALIGN=RIGHT>【<A HREF="javascript:window.print()">打印</A>】【<A HREF="javascript:window.close()">关闭</A>】</TD></TR></TABLE></TD></TR>
<TR><TD COLSPAN=2 ALIGN=CENTER><FONT SIZE=2>{publication}社版权所有　{OUTSIDE}<BR>地址：清溪市人民路1号</FONT></TD></TR></TABLE></CENTER></BODY></HTML>"""


def image_map(article: Clean, date: str, publication: str, random: Random, *, entities: bool = False) -> str:
    """Return a page of an electronic paper: the printed page as a map of areas and a list of its headlines beside."""
    year, month, day = date.split("-")
    title = _escape(article.title, entities)
    areas = "".join(
        f'<AREA coords="1,2,3,4" shape=polygon href="c_{n}.htm" title="{each}">' for n, each in enumerate(_OTHERS)
    )
    heads = "".join(
        f'<LI><A href="c_{n}.htm"><div style="display:inline">{each}{OUTSIDE}</div></A></LI>'
        for n, each in enumerate(_OTHERS)
    )
    body = "".join(f"<P>　　{words}</P>" for words in _lines(article, "<STRONG>{}</STRONG>", entities))
    pictures = "".join(
        f"<TABLE border=0 bgcolor=#efefef><TBODY><TR><TD><IMG src=r.jpg></TD></TR><TR><TD class=picdesc>{each}</TD></TR></TBODY></TABLE>"
        for each in article.captions
    )
    return f"""<!DOCTYPE html><html><head><meta charset="utf-8"><title>{publication}数字报-{title}</title></head><body>
<div class="main"><div class="left"><div class="paperdate">{year}年{month}月{day}日 星期四</div><div class="pageto">第<b>05</b>版：经济</div><IMG src="p.jpg" useMap="#Map"><MAP name="Map">{areas}</MAP></div>
<div class="right"><div class="title-list"><h3>本版标题导航</h3><ul>{heads}</ul></div><div class="nav-art"><a href=1>上一篇</a> <a href=3>下一篇</a></div><div class="article"><h3></h3><h1>{title}</h1><h2></h2><h4>{" ".join(article.byline)}</h4>
<p class="sec"><span class="date">{publication} （{year}年{month}月{day}日 第 05 版）</span></p><div id="ozoom"><!--enpcontent-->{pictures}{body}<!--/enpcontent--></div></div><div class="btns">放大 缩小 默认 打印 收藏</div></div></div>
<div class="copyright">{OUTSIDE}，{publication}版权所有，不得转载。</div></body></html>"""


TEMPLATES = {
    "epaper": (epaper, "gb18030"),
    "news": (news, "utf-8"),
    "government": (government, None),
    "portal": (portal, "utf-8"),
    "nested tables": (nested_tables, "gb18030"),
    "image map": (image_map, "gb18030"),  # which is not what the page declares
}


def render(template: str, article: Clean, date: str, publication: str, seed: int, *, entities: bool = False) -> bytes:
    """Return the file of an article's page in that template, in the encoding that it declares."""
    write, encoding = TEMPLATES[template]
    page = write(article, date, publication, Random(seed), entities=entities)
    if encoding is None:
        encoding = "gb18030" if "charset=gb2312" in page else "utf-8"
    return page.encode(encoding)


def _lines(article: Clean, heading: str, entities: bool) -> list[str]:
    headings = dict(article.headings)
    written = []
    for number, paragraph in enumerate(article.paragraphs):
        written += [heading.format(_escape(headings[number], entities))] if number in headings else []
        written.append(_escape(paragraph, entities))
    return written


def _founder_body(article: Clean, breaks: bool, entities: bool) -> str:
    headings = dict(article.headings)
    lines = []
    for number, paragraph in enumerate(article.paragraphs):
        lines += [headings[number]] if number in headings else []
        lines.append(paragraph)
    written = [f"　　{_escape(line, entities)}" for line in lines]
    return "<BR>\n".join(written) if breaks else "".join(f"<P>{line}</P>\n" for line in written)


def _paragraphs(article: Clean, heading: str, entities: bool) -> list[str]:
    headings = dict(article.headings)
    written = []
    for number, paragraph in enumerate(article.paragraphs):
        before = f"<p>{heading.format(_escape(headings[number], entities))}</p>" if number in headings else ""
        written.append(f"{before}<p>\n    {_escape(paragraph, entities)}\n</p>")
    return written


def _escape(text: str, entities: bool) -> str:
    escaped = html.escape(text)
    if entities:
        escaped = (
            escaped.replace("“", "&ldquo;").replace("”", "&rdquo;").replace("—", "&mdash;").replace("·", "&middot;")
        )
        escaped = "".join(f"&#{ord(c)};" if ord(c) > 127 and ord(c) % 50 == 0 else c for c in escaped)
    return escaped
