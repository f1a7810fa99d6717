"""People in sentences: the marks are what the stage finds. All are invented."""

from dataclasses import replace
from itertools import pairwise

import pytest
from golden import parse, reading, show
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Mention, Reading
from kg.stages.find_people import make

FIND = make()

ROWS = [
    # a title before the name
    "[福建省财政厅|Organization/government]副厅长[罗明远|Person/official]说，今年财政收入增长。",
    "[泉州远帆机电有限公司|Organization/company]总经理助理[郑岚|Person/executive]介绍，订单已排到年底。",
    "[泉州远帆机电有限公司|Organization/company]党委书记[罗明|Person/executive]来到车间。",
    "县委书记[欧阳青松|Person/official]表示，将继续优化服务。",
    "董事长[王东升|Person/executive]充满信心地表示，市场广阔。",
    "市长[李平|Person/official]在会上说。",
    "[远帆大学|Organization/university]教授[沈知秋|Person/expert]认为，产业升级要靠技术。",
    "村民[周大福|Person/citizen]的茶园今年增收。",
    "协会会长[林小河|Person/executive]向记者介绍。",
    # several, and names in lists
    "研究员[罗明远|Person/expert]、[周立新|Person/expert]等参加座谈。",
    # speech without a title, and repetitions
    "[罗明远|Person/other]表示，公司将扩大生产。去年，[罗明远|Person/other]牵头成立合作社。",
    "市长[李平远|Person/official]说，路通了。[李平远|Person/official]最后要求抓好落实。",
    # reporters
    "中新社福州5月2日电（记者 [陈明远|Person/reporter] [李晓|Person/reporter]）福州今天开会。",
    "本报记者[罗青|Person/reporter]报道。",
    # a title after the name
    "他与[习近平|Person/official]总书记面对面交流。",
    # foreign names
    "[远帆银行|Organization/financial_institution]行长[安东尼·史密斯|Person/executive]表示，合作前景广阔。",
    "总统[马克龙|Person/official]表示欢迎。",
    # names withheld
    "经查，[张某某|Person/other]通过网络购买。",
]

NOTHING = [
    "推动高水平开放，建设高质量园区。",
    "沙石、水泥等建材价格平稳，方面军也来了。",
    "和平与发展是时代主题，安全和金融都要抓。",
    "企业负责人表示，金融支持力度加大。",
    "张家港保税区今年进口增长，马来西亚客商前来考察。",
    "有关专家表示，方案成熟。",
    "王局长说，李总经理和张师傅都来了。",
    "监督管理部门和专家一起研究，代表任务完成。",
    "加强专家管理，提高员工福利。",
    "乡村民宿发展很快，省市长江流域治理取得成效。",
    "记者从会上获悉，书记处研究了有关方案。",
    "由于温暖的阳光，高校学生成功走出困境。",
]


def people(marked: str) -> tuple[str, str]:
    """Return the row as it should be, and as the stage reads it given all but its people."""
    text, mentions = parse(marked)
    others = tuple(m for m in mentions if m.type != "Person")
    found = FIND([reading(text, others)])[0].mentions
    return show(text, tuple(m for m in found if m.type == "Person")), show(
        text, tuple(m for m in mentions if m.type == "Person")
    )


@pytest.mark.parametrize("row", ROWS)
def test_people_are_found(row: str) -> None:
    found, expected = people(row)
    assert found == expected


@pytest.mark.parametrize("text", NOTHING)
def test_words_that_look_like_names_are_not(text: str) -> None:
    assert FIND([reading(text)])[0].mentions == ()


def test_scores_tell_the_evidence() -> None:
    text = "市长李平远说，路通了。李平远最后要求抓好落实。"
    first, second = FIND([reading(text)])[0].mentions
    assert first.score > 0.9 > second.score


def test_a_weak_name_yields_to_a_mention_that_holds_it() -> None:
    text = "市长李平远说，李平远奖学金设立。"
    scholarship = Mention(
        replace(parse("[甲|Person]")[1][0].span, start=7, end=13), "李平远奖学金", "Program", None, "x", 0.9
    )
    found = FIND([reading(text, (scholarship,))])[0].mentions
    assert [(m.text, m.span.start) for m in found if m.type == "Person"] == [("李平远", 2)]


def test_what_was_found_before_is_kept() -> None:
    text, mentions = parse("[远帆公司|Organization/company]董事长罗明远说。")
    assert FIND([reading(text, mentions)])[0].mentions[0] == mentions[0]


@given(st.text(alphabet="市长罗明远说，。记者（）电王·安东尼“”、岁的某 \n丨:a总", max_size=60))
def test_mentions_quote_the_text_and_do_not_overlap(text: str) -> None:
    found = FIND([reading(text)])[0].mentions
    assert all(m.text == text[m.span.start : m.span.end] for m in found)
    assert all(a.span.end <= b.span.start for a, b in pairwise(found))


def test_a_batch_is_read_one_article_at_a_time() -> None:
    readings: list[Reading] = [reading("市长李平远说。"), reading("李平远来了吗？"), reading("")]
    out = FIND(readings)
    assert [len(r.mentions) for r in out] == [1, 0, 0]
    assert list(out) == [FIND([r])[0] for r in readings]
