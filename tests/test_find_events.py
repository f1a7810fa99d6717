"""Golden sentences of the finder of events."""

from itertools import pairwise

import pytest
from golden import parse, reading, show
from hypothesis import example, given
from hypothesis import strategies as st

from kg.model import Mention, Span
from kg.resources import read_rows
from kg.stages import find_events, find_regions, settle

FOUND = [
    # a year or an ordinal opens the name
    "[2025世界机器人大会|Event]在北京开幕。",
    "[第五届海丝茶业博览会|Event]将于下月举行。",
    "日前召开的[首届闽东电机产业发展论坛|Event]吸引了数百人。",
    "记者从[2024年全国水产养殖大会|Event]上获悉，产量增长。",
    # a place or a wide word opens it
    "参加[中国国际渔业博览会|Event]。",
    "他在[世界互联网大会|Event]上表示，合作大有可为。",
    # quotation marks inside, brackets inside
    "市里举办[“茶香四海”文化旅游节|Event]。",
    "[第十届中国(宁德)国际电机博览会|Event]开幕。",
    # names that everybody knows, with what counts them
    "企业亮相[进博会|Event]。",
    "[第六届进博会|Event]闭幕。",
    "[第132届广交会|Event]开幕。",
    # a short name that the article gives
    "[首届海峡电机交易会|Event](以下简称“[海电会|Event]”)开幕，[海电会|Event]为期三天。",
    # meetings named by their number
    "学习[党的二十大|Event]精神。",
]

NOT_FOUND = [
    "他们开会讨论了发展。",
    "公司召开座谈会。",
    "他在人民大会堂参观。",
    "日前，有关部门开展活动。",
    "第二届委员会成立。",
    "发展展望。",
    "本届论坛和本次大会。",
    "",
]


def marked(text: str) -> str:
    readings = find_events.make()(find_regions.make()([reading(text)]))
    (found,) = settle.make()(readings)
    return show(text, tuple(m for m in found.mentions if m.type == "Event"))


@pytest.mark.parametrize("row", FOUND)
def test_found(row: str) -> None:
    assert marked(parse(row)[0]) == row


@pytest.mark.parametrize("text", NOT_FOUND)
def test_not_found(text: str) -> None:
    assert marked(text) == text


def test_mentions_found_before_are_kept() -> None:
    before = Mention(Span(0, 3), "进博会", "Organization", "other", "somebody", 0.5)
    (read,) = find_events.make()([reading("进博会开幕。", (before,))])
    assert read.mentions[0] is before


def test_lexicons_hold_what_their_headers_say() -> None:
    heads = list(read_rows("lexicons", "event_heads.tsv"))
    assert {strength for _, strength in heads} == {"named", "weak"}
    assert {role for _, role in read_rows("lexicons", "event_edges.tsv")} == {"stop", "opener", "after"}
    for rows in (heads, list(read_rows("lexicons", "event_names.tsv"))):
        assert all(first[0] < second[0] for first, second in pairwise(rows))


PIECES = st.sampled_from(
    ["第五届", "2025", "年", "世界", "机器人",
     "大会", "论坛", "博览会", "在", "北京", "举办", "“", "”", "(", ")",
     "《", "》", "暨", "和", "进博会", "（简称“海电会”）", "海电会", "活动", "21日", "：", "—", "\n", "。", "的"]
)  # fmt: skip


@given(st.lists(PIECES, max_size=30).map("".join))
@example("第五届\n进博会")
def test_mentions_quote_the_text(text: str) -> None:
    (read,) = find_events.make()(find_regions.make()([reading(text)]))
    events = [mention for mention in read.mentions if mention.type == "Event"]
    for mention in events:
        assert mention.text == text[mention.span.start : mention.span.end]
        assert mention.subtype is None
        assert "\n" not in mention.text
    assert len({mention.span for mention in events}) == len(events)
