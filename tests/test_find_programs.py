"""Programs: what is found in running text, in 《》 and in “”, with which subtype, and which names are one program."""

import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Mention
from kg.programs import (
    head_of,
    heads,
    known_programs,
    probability,
    program_words,
    same_program,
    short_title,
    subtype_of,
)
from kg.resources import read_rows
from kg.stages import find_organizations, find_programs, find_regions, settle
from tests.golden import parse, reading, show

SUBTYPES = {"plan", "project", "fund", "financial_product", "platform", "other"}

TITLES = [
    "省政府印发《[福建省数字经济发展规划（2021—2025年）|Program/plan]》。",
    "会议通过《[关于促进民营经济发展的若干措施|Program/plan]》和《[某市绿化条例(草案)|Program/plan]》。",
    "研究院发布《[2024年产业发展报告|Program/other]》。",
    "协会制定《[烟熏河虾制品|Program/plan]》团体标准。",
    "《[上海市落实〈总体方案〉的实施方案|Program/plan]》今起施行。",
    "据《人民日报》报道，电影《山那边的人》今晚上映。",
    "董事会修订了《公司章程》。",
]
QUOTATIONS = [
    "各国共建“[一带一路|Program/plan]”。",
    "某银行推出“[园区贷|Program/financial_product]”“[快押贷|Program/financial_product]”等产品。",
    "全市启动[“双百”工程|Program/project]，帮助农户增收。",
    "全省深入实施[“筑巢引凤”行动|Program/project]。",
    "这是一条“黄金通道”，他说：“我们很高兴。”",
    "银行业加大“信贷”投放。",
]
HEADED = [
    "当地深入实施[乡村产业振兴示范工程|Program/project]。",
    "该行运用[技术流授信评价体系|Program/financial_product]，为企业授信3000万元。",
    "今天，[渝昆高铁|Program/project]全线贯通。",
    "我国深入实施[创新驱动发展战略|Program/plan]。",
    "全省有重点项目30个，一批工程开工。",
    "这个项目和那个平台都很好，这项计划也是。",
    "他是土木工程专家，在工程队工作。",
]
KNOWN = [
    "[中欧班列|Program/project]开行十年。",
    "[西部大开发|Program/plan]进入新阶段。",
    "[RCEP|Program/plan]生效三年，XRCEPT不是它。",
    "内地与香港开通[沪港通|Program/platform]。",
]
SHORT = [
    "《[某某自由贸易协定|Program/plan]》([ABFTA|Program/plan])生效，[ABFTA|Program/plan]成员受益。",
    "市政府出台《[某市促进消费实施办法|Program/plan]》(以下简称《[办法|Program/plan]》)。《[办法|Program/plan]》指出，办法总比困难多。",
    "开发区启动[“云帆海”平台|Program/platform]建设，[云帆海|Program/platform]服务企业。",
]


def found(text: str) -> tuple[Mention, ...]:
    """The programs that are left when overlaps with regions and organizations are settled."""
    batch = [reading(text)]
    for stage in (find_regions.make(), find_organizations.make(), find_programs.make(), settle.make()):
        batch = list(stage(batch))
    return tuple(mention for mention in batch[0].mentions if mention.type == "Program")


@pytest.mark.parametrize("row", TITLES + QUOTATIONS + HEADED + KNOWN + SHORT)
def test_programs_are_found(row: str) -> None:
    text, _ = parse(row)
    assert show(text, found(text)) == row


@pytest.mark.parametrize(
    ("title", "subtype"),
    [
        ("某市三年行动计划", "plan"),
        ("绿化条例(草案)", "plan"),
        ("产业发展指数2.0", "other"),
        ("某省集成电路产业引导基金", "fund"),
        ("创业担保贷款", "financial_product"),
        ("工业互联网公共服务平台", "platform"),
        ("某江大桥", "project"),
        ("东数西算", "project"),
        ("山那边的人", None),
    ],
)
def test_a_name_shows_its_subtype(title: str, subtype: str | None) -> None:
    assert subtype_of(title) == subtype


def test_the_longest_head_counts() -> None:
    head = head_of("某市专项行动计划（2024—2026年）")
    assert head is not None
    assert head.word == "专项行动计划"


@pytest.mark.parametrize(
    ("a", "b", "same"),
    [
        ("福建省数字经济发展规划", "数字经济发展规划", True),
        ("福建省数字经济发展规划（2021—2025年）", "福建省数字经济发展规划", True),
        ("数字经济发展规划（2021—2025年）", "数字经济发展规划2021—2025年", True),
        ("数字经济发展规划（2016—2020年）", "数字经济发展规划（2021—2025年）", False),
        ("“双百”工程", "双百工程", True),
        ("关于促进民营经济发展的意见", "促进民营经济发展的意见", True),
        ("北京市绿色建筑发展规划", "建筑发展规划", False),
        ("福建省数字经济发展规划", "江西省数字经济发展规划", False),
        ("福建省行动计划", "行动计划", False),
        ("数字经济发展规划", "规划", False),
        ("", "", False),
    ],
)
def test_names_of_one_program(a: str, b: str, same: bool) -> None:
    assert same_program(a, b) is same
    assert same_program(b, a) is same


@pytest.mark.parametrize(
    ("text", "short"),
    [
        ("《某市条例》(以下简称《条例》)将施行", "条例"),
        ("《某市若干措施》（下称“十条”）", "十条"),
        ("《伙伴关系协定》(RCEP)", "RCEP"),
        ("某高铁（简称“某高”）", "某高"),
        ("《某市条例》(草案)", None),
        ("《某市条例》将施行", None),
    ],
)
def test_a_defined_short_title(text: str, short: str | None) -> None:
    end = text.index("》") if "》" in text[:12] else text.index("（")
    assert short_title(text, end) == short


@given(
    st.text(alphabet="实施推进“”《》()（）双百工程行动计划项目平台基金贷福建省中老铁路的和、，。2021年—\n", max_size=80)
)
def test_mentions_quote_the_text(text: str) -> None:
    (read,) = find_programs.make()([reading(text)])
    for mention in read.mentions:
        assert text[mention.span.start : mention.span.end] == mention.text
        assert mention.subtype in SUBTYPES
        assert 0 < mention.score <= 1
        assert "\n" not in mention.text


@given(st.text(alphabet="某省市数字经济发展规划行动计划2021年《》关于", max_size=20))
def test_a_name_is_the_same_program_as_itself_in_marks(name: str) -> None:
    bare = re.sub(r"[《》]", "", name)
    assert same_program(name, f"《{name}》") is same_program(bare, bare)


def test_earlier_mentions_are_kept() -> None:
    text, mentions = parse("[福建省|Region/province]启动“双百”工程。")
    (read,) = find_programs.make()([reading(text, mentions)])
    assert read.mentions[: len(mentions)] == mentions


def test_signs_add_their_log_odds() -> None:
    assert probability(["after 实施", "first quoted"]) > probability(["after 实施"]) > probability([]) > 0


@pytest.mark.parametrize("name", ["program_heads.tsv", "program_names.tsv", "program_signs.tsv", "programs.tsv"])
def test_lexicons_are_sorted_without_doubles(name: str) -> None:
    words = [row[0] for row in read_rows("lexicons", name)]
    assert words
    assert len(set(words)) == len(words)
    rows = ["\t".join(row) for row in read_rows("lexicons", name)]
    assert all(a < b for a, b in pairwise(rows))


def test_lexicons_use_known_roles() -> None:
    assert {head.subtype for head in heads().values()} <= SUBTYPES
    assert {head.needs for head in heads().values()} <= {"any", "worded", "named", "placed", "counted", "title"}
    assert set(known_programs().values()) <= SUBTYPES
    words = program_words()
    assert not words.stop & words.lead
    assert not words.verb & (words.stop | words.lead)
