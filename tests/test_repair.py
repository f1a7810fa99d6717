"""Repair: the sample page, noisy pages made on the spot, hostile input; no character lost, offsets that lead back."""

import json
import re
import time
from collections import Counter
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from noisy_page import PRINTERS, Clean, noisy_page

from kg.ids import document_id
from kg.model import Article, Document
from kg.repair import Repaired, repair, repair_page, to_record
from kg.repair.blocks import sort_lines
from kg.repair.lines import read_lines
from kg.repair.overprint import undouble
from kg.resources import data_path

HERE = Path(__file__).resolve().parent
SEED = HERE.parents[1] / "shared" / "seed"
PARTS = ("title", "byline", "paragraphs", "headings", "captions")


def document(text: str, **fields: str) -> Document:
    return Document(document_id("page.txt", "0"), "page.txt", "0", text, **fields)


def dense(text: str) -> str:
    return "".join(text.split())


def words_of(article: Article) -> str:
    headings = [heading.text for heading in article.headings]
    return dense("".join([article.title or "", *article.byline, *headings, *article.captions, article.text]))


def check_whole(text: str, page: Repaired) -> None:
    """No character is lost or added, and the offset map leads each one back to its place."""
    kept = Counter("".join(words_of(article) for article in page.articles))
    dropped = Counter(dense("".join(each.text for each in page.dropped)))
    assert kept + dropped == Counter(dense(text))
    for each in page.dropped:
        assert text[each.start : each.start + len(each.text)] == each.text
    for article in page.articles:
        check_offsets(text, article)


def check_offsets(text: str, article: Article) -> None:
    last = 0
    for piece in article.offsets:
        length = piece.text_end - piece.text_start
        assert length > 0
        assert article.text[piece.text_start : piece.text_end] == text[piece.file_start : piece.file_start + length]
        assert not article.text[last : piece.text_start].strip()
        last = piece.text_end
    assert not article.text[last:].strip()


# --- whole pages


def test_the_sample_page_is_repaired_as_by_hand() -> None:
    text = data_path("sample", "page.txt").read_text(encoding="utf-8")
    wanted = json.loads((HERE / "sample_page.json").read_text(encoding="utf-8"))
    page = repair_page(document(text))
    assert [{key: to_record(article)[key] for key in PARTS} for article in page.articles] == wanted
    assert {(a.publication, a.date, a.page, a.kind) for a in page.articles} == {
        ("海峡产业日报", "2025-06-12", "5", "article")
    }
    check_whole(text, page)


@pytest.mark.skipif(not SEED.is_dir(), reason="needs ../shared/seed")
def test_the_seed_page_is_repaired_as_by_hand() -> None:
    text = (SEED / "page.txt").read_text(encoding="utf-8")
    wanted = json.loads((SEED / "articles.json").read_text(encoding="utf-8"))
    page = repair_page(document(text))

    def compact(record: dict[str, object]) -> list[str]:
        return [dense(json.dumps(record[key], ensure_ascii=False)) for key in PARTS]

    assert [compact(to_record(article)) for article in page.articles] == [compact(record) for record in wanted]
    check_whole(text, page)


@pytest.mark.parametrize(
    ("pattern", "by"),
    [("\n", "\r\n"), ("\n+", "\n"), ("\n\n", "\n\n\n"), ("(?m)^(?=.)", " "), ("\n\n", "\n\x0c\n")],
    ids=["CRLF", "no blank lines", "more blank lines", "leading spaces", "form feeds"],
)
def test_line_ends_and_blank_lines_make_no_difference(pattern: str, by: str) -> None:
    text = data_path("sample", "page.txt").read_text(encoding="utf-8")
    other = re.sub(pattern, by, text)
    assert other != text
    page, wanted = repair_page(document(other)), repair(document(text))
    check_whole(other, page)
    assert [[to_record(a)[key] for key in PARTS] for a in page.articles] == [
        [to_record(a)[key] for key in PARTS] for a in wanted
    ]


TOPICS = {
    "茶产业": ["茶园", "茶农", "采茶", "制茶工艺", "茶叶加工厂", "白茶", "茶旅融合", "茶叶合作社"],
    "船舶制造": ["船坞", "船台", "造船企业", "货轮", "船用钢板", "焊接车间", "海工装备", "交船"],
    "光伏发电": ["光伏板", "硅片", "并网", "电站", "逆变器", "装机容量", "屋顶电站", "发电量"],
    "钢琴制造": ["钢琴", "琴键", "音板", "调音师", "琴行", "制琴师傅", "云杉木材", "乐器展"],
    "制药产业": ["原料药", "药企", "临床试验", "新药", "制剂车间", "医药园区", "中药材", "药品审批"],
}
FRAMES = [
    "在{a}，{b}的规模逐年扩大，带动了{c}的发展",
    "近年来，当地围绕{a}持续投入，{b}的水平不断提高",
    "“有了{a}，我们对{b}更有信心。”一位负责{c}的技术人员说",
    "今年前 {n} 个月，{a}新增订单 {m} 万元，{b}同比增长 {n}.{n}%",
    "下一步，将推动{a}和{b}深度融合，支持{c}升级改造",
    "从{a}到{b}，再到{c}，一条完整的链条正在形成",
    "记者走进{a}看到，{b}井然有序，{c}的工人正在忙碌",
]


def clean_articles(random: Random, count: int) -> list[Clean]:
    """Return made-up articles on different topics: no real text is kept in the tests."""
    articles = []
    for topic in random.sample(sorted(TOPICS), count):
        paragraphs = []
        for _ in range(random.randint(4, 9)):
            sentences = [_sentence(TOPICS[topic], random) for _ in range(random.randint(2, 5))]
            paragraphs.append("".join(sentences))
        first = random.choice(TOPICS[topic])
        article = Clean(f"{topic}{random.choice(['向新而行', '如何做强', '——' + first + '里的新变化'])}", paragraphs)
        if random.random() < 0.7:
            article.byline = [f"本报记者 {random.choice(['林一凡', '陈朗', '苏未名', '高远'])}"]
        if len(paragraphs) > 5 and random.random() < 0.5:
            article.headings = [(2, "政策加力"), (4, "链上协同")]
        if random.random() < 0.5:
            article.captions = [f"图为{first}，{random.choice(TOPICS[topic])}旁工人正在忙碌。 本报记者 周一鸣摄"]
        articles.append(article)
    return articles


def _sentence(words: list[str], random: Random) -> str:
    a, b, c = random.sample(words, 3)
    text = random.choice(FRAMES).format(a=a, b=b, c=c, n=random.randint(2, 9), m=random.randint(100, 9000))
    return text.replace(" ", "") + "。"


@pytest.mark.parametrize("style", sorted(PRINTERS))
@pytest.mark.parametrize("seed", range(30))
def test_noisy_pages_lose_no_character(seed: int, style: str) -> None:
    text = noisy_page(clean_articles(Random(seed), Random(seed).randint(2, 4)), seed, style)
    check_whole(text, repair_page(document(text)))


def test_the_number_and_order_of_articles_is_that_of_their_bodies() -> None:
    text = data_path("sample", "page.txt").read_text(encoding="utf-8")
    articles = repair(document(text))
    assert [article.number for article in articles] == [1, 2, 3, 4]
    assert [article.id for article in articles] == [f"{document(text).id}/{n}" for n in (1, 2, 3, 4)]
    starts = [article.offsets[0].file_start for article in articles]
    assert starts == sorted(starts)


# --- plain articles

PLAIN = """安徽当涂拉长产业链
本报记者 陆子衿
2025-06-10

澄光新材主要生产动力电池用铝箔，2019 年落户当涂经济开发区。
　　该公司总经理许言蹊说，目前公司月产铝箔 2600 吨，使用 Open Source 软件，网址 https://www.example.com/a b 可查。
下一步
“链条要拉长，更要拉紧。”当涂县委书记梁知远说。
"""


def test_a_plain_article_keeps_its_paragraphs() -> None:
    page = repair_page(document(PLAIN))
    (article,) = page.articles
    assert article.title == "安徽当涂拉长产业链"
    assert article.byline == ("本报记者 陆子衿",)
    assert article.date == "2025-06-10"
    assert article.text.split("\n") == [
        "澄光新材主要生产动力电池用铝箔，2019年落户当涂经济开发区。",
        "该公司总经理许言蹊说，目前公司月产铝箔2600吨，使用Open Source软件，网址https://www.example.com/a b可查。",
        "“链条要拉长，更要拉紧。”当涂县委书记梁知远说。",
    ]
    assert [(heading.before, heading.text) for heading in article.headings] == [(2, "下一步")]
    check_whole(PLAIN, page)


def test_what_the_document_says_goes_before_its_furniture() -> None:
    (article,) = repair(document(PLAIN, date="2024-01-01", page="7", publication="某报"))
    assert (article.date, article.page, article.publication) == ("2024-01-01", "7", "某报")


def test_a_headline_without_a_body_is_kept_apart() -> None:
    sentence = "福州的茶产业发展很快，茶农收入提高，茶叶加工厂增多。"
    body = "\n\n".join(["福州茶产业如何做强", *wrapped(sentence * 6, 16)])
    text = "新疆棉花喜获丰收\n\n本报记者 高远\n\n本报记者 苏未名\n\n" + body
    page = repair_page(document(text))
    check_whole(text, page)
    assert [article.kind for article in page.articles].count("article") == 1
    assert "福州茶产业" in (page.articles[0].title or "")


def wrapped(text: str, width: int) -> list[str]:
    return [text[: width - 2], *re.findall(f".{{1,{width}}}", text[width - 2 :])]


# --- what each line is


BODY = "茶园里采茶工人正在忙碌，茶农告诉记者，今年的春茶产量比去年增加两成，收入也跟着上涨。" * 3


def kinds(*lines: str) -> list[tuple[str, str]]:
    """Return the blocks of a page of 16 em columns, as far as their first eight characters."""
    return [(block.kind, block.text[:8]) for block in sort_lines(read_lines("\n".join(lines)))]


TEXT = wrapped(BODY, 16)
MORE = wrapped(BODY.replace("茶", "棉"), 16)


@pytest.mark.parametrize(
    ("before", "after", "found"),
    [
        (["春茶开采产量增两成"], [], ["headline 春茶开采产量增两"]),
        (
            ["春茶开采产量比去年增加了两成多", "茶农收入上涨"],
            [],
            ["headline 春茶开采产量比去", "headline 茶农收入上涨"],
        ),
        (["茶", "农", "增", "收"], [], ["headline 茶", "headline 农", "headline 增", "headline 收"]),
        (["茶园", "—", "—", "里的春天"], [], ["headline 茶园", "headline —", "headline —", "headline 里的春天"]),
        (["春茶开采", "本报记者", "林", "朗"], [], ["headline 春茶开采", "byline 本报记者林朗"]),
        (["春茶开采", "（上接第一版）"], [], ["headline 春茶开采", "furniture （上接第一版）"]),
        (["20", "25", "年茶", "博会"], [], ["headline 20", "headline 25", "headline 年茶", "headline 博会"]),
        (["3", "春茶开采产量增两成"], [], ["furniture 3", "headline 春茶开采产量增两"]),
    ],
)
def test_what_stands_before_the_text_is_told_from_it(before: list[str], after: list[str], found: list[str]) -> None:
    blocks = [f"{kind} {text}" for kind, text in kinds(*before, *TEXT, *after)]
    assert blocks == [*found, "text 茶园里采茶工人正"]


@pytest.mark.parametrize("heading", ["棉田增收有新招", "棉花收购价格同比上涨两成以上"])
def test_a_heading_between_paragraphs_is_told_from_them(heading: str) -> None:
    assert [kind for kind, _ in kinds(*TEXT, heading, *MORE)] == ["text", "headline", "text"]


@pytest.mark.parametrize("line", ["2025年7月1日", "周二", "该通知自 2025 年 7 月 1 日"])
def test_a_date_in_running_text_is_no_furniture(line: str) -> None:
    lines = [*TEXT[:-1], line, *TEXT[1:]]
    assert [kind for kind, _ in kinds("春茶开采", *TEXT, *lines, *TEXT)].count("furniture") == 0


def test_two_articles_under_gathered_headlines_are_told_apart() -> None:
    cotton = BODY.replace("茶园", "棉田").replace("茶", "棉").replace("春", "秋")
    text = "\n".join(["棉田里棉农收入上涨", "本报记者 高远", "茶园里春茶产量增加", "本报记者 林朗"])
    text += "\n" + "\n".join([*wrapped(BODY, 16), *wrapped(BODY, 16), *wrapped(cotton, 16), *wrapped(cotton, 16)])
    articles = repair(document(text))
    assert [(article.title, article.byline) for article in articles] == [
        ("茶园里春茶产量增加", ("本报记者 林朗",)),
        ("棉田里棉农收入上涨", ("本报记者 高远",)),
    ]
    check_whole(text, repair_page(document(text)))


# --- continuation notes

END = TEXT[-1].removesuffix("。")


@pytest.mark.parametrize(
    ("lines", "notes"),
    [
        (["（上接第一版）", *TEXT, "（下转第三版）"], ["（上接第一版）", "（下转第三版）"]),
        (
            [f"（上接第一版）{TEXT[0]}", *TEXT[1:-1], f"{TEXT[-1]}（下转第 3 版）"],
            ["（上接第一版）", "（下转第 3 版）"],
        ),
        ([*TEXT[:-1], f"{TEXT[-1]}（下转第", "三版）", "棉花丰收", *MORE], ["（下转第\n三版）"]),
        (["（上接", f"A1版）{TEXT[0]}", *TEXT[1:]], ["（上接\nA1版）"]),
        ([*TEXT[:-1], f"{END}【下转3版】"], ["【下转3版】"]),
        ([f"{BODY}（下转第四版）"], ["（下转第四版）"]),  # a paragraph a line
    ],
    ids=["own lines", "same lines", "cut", "cut at the beginning", "inside a sentence", "plain"],
)
def test_a_continuation_note_is_reported_and_in_no_sentence(lines: list[str], notes: list[str]) -> None:
    text = "\n".join(["茶园里春茶产量增加", *lines])
    page = repair_page(document(text))
    check_whole(text, page)
    assert [(each.kind, each.text) for each in page.dropped] == [("furniture", note) for note in notes]
    assert page.articles[0].text.startswith("茶园里采茶工人")
    assert page.articles[0].text.rstrip("。").endswith("也跟着上涨")


def test_a_bracket_that_opens_at_a_line_end_is_no_note() -> None:
    text = "\n".join(["茶园里春茶产量增加", *TEXT[:-1], f"{END}（", "接连三年）。", *MORE])
    page = repair_page(document(text))
    check_whole(text, page)
    assert "（接连三年）。" in page.articles[0].text
    assert page.dropped == ()


# --- captions and bylines


@pytest.mark.parametrize(
    ("before", "caption", "after"),
    [
        (TEXT, ["图为茶园里的采茶工人。 高远 摄"], []),
        (TEXT[:3], ["图为茶园里的采茶工人。 高远 摄"], TEXT[3:]),
        (TEXT, ["图为茶园里的采茶工人正在采摘今年第一批春茶的嫩芽。 本报记者 高", "远摄"], []),
        (TEXT, ["采茶工人正在采摘今年第一批春茶的嫩芽。 本报记者 高远", "摄"], []),
        (TEXT, ["采茶工人正在采摘今年第一批春茶的嫩芽，销往各地的", "茶叶市场。 （资料图片）"], []),
        (TEXT[:3], ["采采茶茶工工人人正正在在采采摘摘春春茶茶。。 本本报报记记者者 高高远远", "摄摄"], TEXT[3:]),
        (TEXT[:3], ["近日，采茶工人正在采摘春茶。 本报记者 高远", "摄摄"], TEXT[3:]),
    ],
)
def test_a_caption_is_told_from_the_text_around_it(before: list[str], caption: list[str], after: list[str]) -> None:
    text = "\n".join(["茶园里春茶产量增加", *before, *caption, *after])
    page = repair_page(document(text))
    check_whole(text, page)
    (article,) = page.articles
    assert article.text == BODY
    assert len(article.captions) == 1
    assert dense(article.captions[0]).endswith(("高远摄", "（资料图片）"))


@pytest.mark.parametrize("lines", [["他年轻时就爱好摄", "影，"], ["与会的还有福建省摄影", "家协会会员，"]])
def test_a_word_cut_at_a_line_end_is_no_credit(lines: list[str]) -> None:
    blocks = kinds("茶园里春茶产量增加", *TEXT, *lines, *MORE)
    assert "caption" not in [kind for kind, _ in blocks]


COTTON, RICE = (BODY.replace("茶", letter).replace("春", "秋") for letter in "棉稻")
HEADS = ["茶园里茶农收入上涨", "棉园里棉农收入上涨", "稻园里稻农收入上涨"]


@pytest.mark.parametrize(
    ("top", "bylines"),
    [
        ([*HEADS, "本报记者 高远", "通讯员 林朗", "本报记者 陈朗"], ["高远", "林朗", "陈朗"]),
        ([HEADS[2], HEADS[0], HEADS[1], "通讯员 高远", "本报记者 林朗", "通讯员 陈朗"], ["林朗", "陈朗", "高远"]),
        ([HEADS[0], "本报记者 高远", *HEADS[1:], "通讯员 林朗", "本报记者 陈朗"], ["高远", "林朗", "陈朗"]),
        ([HEADS[0], "本报记者 高远", "通讯员 林朗", *HEADS[1:], "本报记者 陈朗"], ["高远 林朗", "", "陈朗"]),
        ([*HEADS[:2], "本报记者 高远", "通讯员 林朗", HEADS[2], "本报记者 陈朗"], ["", "高远 林朗", "陈朗"]),
    ],
    ids=["in order", "headlines in another order", "some in order", "two of one", "two of the last"],
)
def test_bylines_below_several_headlines(top: list[str], bylines: list[str]) -> None:
    bodies = [line for body in (BODY, COTTON, RICE) for _ in range(2) for line in wrapped(body, 16)]
    text = "\n".join([*top, *bodies])
    page = repair_page(document(text))
    check_whole(text, page)
    assert [article.title for article in page.articles] == HEADS
    names = [" ".join(byline.split()[-1] for byline in article.byline) for article in page.articles]
    assert names == bylines


@pytest.mark.parametrize(
    ("top", "bottom"),
    [
        (["福建经济报", "7"], []),
        (["A06", "2024 年 11 月 5 日"], []),
        ([], ["本版责任编辑 高远 校对 林朗"]),
        ([], ["责任编辑：高远 版式：林朗"]),
    ],
)
def test_furniture_beside_a_headline_set_downwards(top: list[str], bottom: list[str]) -> None:
    text = "\n".join([*top, *"茶园里春茶产量增加", *TEXT, *bottom])
    page = repair_page(document(text))
    check_whole(text, page)
    assert [(each.kind, each.text) for each in page.dropped] == [("furniture", line) for line in top + bottom]
    assert page.articles[0].title == "茶园里春茶产量增加"


def test_a_headline_in_pieces_may_look_like_the_number_of_a_page() -> None:
    text = "\n".join(["福建经济报", "茶展", "CO", "P2", "8", "开幕", *TEXT, *TEXT])
    page = repair_page(document(text))
    check_whole(text, page)
    assert "P2" not in [each.text for each in page.dropped]


def test_a_headline_in_pieces_may_have_quotation_marks() -> None:
    text = "\n".join(["茶园", "“春", "茶”", "增产", "了", "本报记者 高远", *TEXT, *TEXT])
    page = repair_page(document(text))
    check_whole(text, page)
    assert (page.articles[0].title, page.articles[0].byline) == ("茶园“春茶”增产了", ("本报记者 高远",))


# --- lines


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        ("行 动 计 划（2025—2027 年）》明 确 了 发 展 目", "行动计划（2025—2027年）》明确了发展目"),
        ("2 0 2 5 年 工 作 要 点 发 布", "2025年工作要点发布"),
        ("与 New York 的 AI Lab 合作", "与New York的AI Lab合作"),
        ("访问 https://a.example/x y 网", "访问https://a.example/x y网"),
        ("\u3000\u3000近日，记者走访", "近日，记者走访"),
        ("近日近日，，加速加速 TT11 机器人在表演机器人在表演。。", "近日，加速T1机器人在表演。"),
        ("北北京京加加速速布布局局", "北京加速布局"),
        ("天天向上，人人参与", "天天向上，人人参与"),
        ("城市、特色旅游城市、特色旅游目", "城市、特色旅游城市、特色旅游目"),
    ],
)
def test_lines_are_put_right(raw: str, text: str) -> None:
    (line,) = read_lines(raw)
    assert line.text == text


def test_line_ends_of_every_kind() -> None:
    assert [line.text for line in read_lines("甲\r\n乙\r丙\n\n丁\u2028戊\x0c己")] == list("甲乙丙丁戊己")
    assert [line.gap for line in read_lines("甲\r\n乙\n\n丁")] == [0, 0, 1]


@given(st.lists(st.text("省市县银行企业，。0A", min_size=1, max_size=6), min_size=3, max_size=8))
def test_overprinting_by_run_is_undone(runs: list[str]) -> None:
    kept = undouble("".join(run * 2 for run in runs))
    if kept is not None:  # all digits or too short: left alone
        assert len([keep for keep in kept if keep]) <= len("".join(runs))


def test_a_latin_word_is_not_joined_to_the_next() -> None:
    text = "\n".join(
        ["标题在这里啊", "甲" * 14, "乙" * 11 + " New", "York " + "丙" * 12, "丁" * 15 + "，", "戊" * 5 + "。"]
    )
    assert "New York" in " ".join(article.text for article in repair(document(text)))


# --- hostile input


@pytest.mark.parametrize("text", ["", " \n\t\r\n", "\u3000\n" * 1000])
def test_white_space_has_no_article(text: str) -> None:
    assert repair(document(text)) == ()


@pytest.mark.parametrize(
    "text", ["福", "。", "□", "1", "摄", "—", "\x07\x1b\x01", "记者", "第3版", "“" * 50, "第3版\n\n2025年6月10日"]
)
def test_the_shortest_documents(text: str) -> None:
    check_whole(text, repair_page(document(text)))


@pytest.mark.parametrize(
    "text",
    [
        "\n" * 100_000 + "福州市。",
        "福州市，" * 250_000,
        "福 州 " * 250_000,
        "福州市\n" * 50_000,
        "福\n" * 50_000,
        "本报记者\n" * 20_000,
        "本报记者 林一凡\n福州市新闻\n" * 10_000,
        "本报记者 林一凡摄\n" * 20_000,
        "福州市发布行动计划，推进产业发展。\n" * 20_000,
        "福州市发布行动计划\n本报记者 林一凡\n" * 2_000 + "福州市发布行动计划，推进产业发展。\n" * 20_000,
        "图为茶园。 林一凡摄\n本报记者 林一凡\n福州市，\n福州市发布行动计划。\n" * 5_000,
        "（下转第\n" * 20_000,
        "福州市发布行动计划，推进产业发展\n" * 20_000,
        "近日近日\n" * 20_000,
        "—\n" * 20_000,
        "aa" * 200_000,
        "a " * 200_000,
        "“（《" * 100_000,
    ],
    ids=lambda text: repr(text[:12]),
)
def test_large_hostile_input_is_linear(text: str) -> None:
    started = time.perf_counter()
    page = repair_page(document(text))
    assert time.perf_counter() - started < 20
    check_whole(text, page)


LINES = st.lists(
    st.one_of(
        st.text("省市县银行企业发展，。“”（）：— 0A\u3000", max_size=24),
        st.sampled_from(
            [
                "",
                "本报记者 林一凡",
                "□ 本报记者 陈 朗",
                "—",
                "第3版",
                "3",
                "图为茶园。 高远摄",
                "近日近日，，茶园茶园。。",
            ]
        ),
        st.text(max_size=12),
    ),
    max_size=40,
)


@settings(max_examples=300, deadline=None)
@given(LINES)
def test_nothing_is_lost_or_added(lines: list[str]) -> None:
    text = "\n".join(lines)
    check_whole(text, repair_page(document(text)))


@settings(max_examples=100, deadline=None)
@given(st.text())
def test_any_text_is_repaired_without_loss(text: str) -> None:
    check_whole(text, repair_page(document(text)))
