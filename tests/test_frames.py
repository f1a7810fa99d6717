from dataclasses import replace

import pytest
from golden import parse
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import SchemaError
from kg.frames import compile_frames, encode, match
from kg.model import Span
from kg.schema import FrameSource, load_schema

SCHEMA = load_schema()


def frame(pattern, predicate="supplies", subject=(), object_=()):
    source = FrameSource("test", predicate, pattern, subject, object_, True, 0.9)
    (compiled,) = compile_frames(replace(SCHEMA, frames=(source,)))
    return compiled


def encoded(marked):
    text, mentions = parse(marked)
    return encode(text, Span(0, len(text)), mentions, SCHEMA, None)


def ends(pattern, marked, **narrowing):
    found = match(frame(pattern, **narrowing), encoded(marked))
    return [("".join(m.text for m in one.subjects), "".join(m.text for m in one.objects)) for one in found]


def test_a_list_gives_each_of_its_names():
    (found,) = match(
        frame("{subject}供应{object:list}"), encoded("[甲厂|Organization]供应[乙厂|Organization]和[丙厂|Organization]")
    )
    assert [item.text for item in found.objects] == ["乙厂", "丙厂"]


def test_a_list_goes_over_what_is_no_name_and_from_group_to_group():
    marked = "[甲厂|Organization]供应[乙厂|Organization]、某矿山、[丙厂|Organization]等企业和[丁厂|Organization]"
    assert ends("{subject}供应{object:list}", marked) == [("甲厂", "乙厂丙厂丁厂")]


def test_of_a_row_of_names_a_list_means_the_last():
    marked = "[甲行|Organization]为[泉州|Region/prefecture][纺织产业|Industry]、[乙厂|Organization]贷款"
    assert ends("{subject}为{object:list}贷款", marked, predicate="lendsTo") == [("甲行", "纺织产业乙厂")]


def test_values_come_as_a_list_and_of_two_the_last_is_meant():
    (found,) = match(frame("授信{amount:list}", predicate="grantsCredit"), encoded("授信3亿元、2亿元和1亿元"))
    assert [amount.text for amount in found.amounts] == ["3亿元", "2亿元", "1亿元"]
    (found,) = match(frame("由{share}增至{share}", predicate="holdsShareOf"), encoded("由5%增至8%"))
    assert [share.text for share in found.shares] == ["8%"]


def test_an_object_spoken_of_takes_no_room():
    compiled = frame("{object:topic}被{subject}采购")
    assert (compiled.object_is_topic, compiled.has_object) == (True, False)
    (found,) = match(compiled, encoded("被[甲厂|Organization]采购"))
    assert found.objects == ()


@pytest.mark.parametrize("governor", ["对", "向", "在", "被"])
def test_a_name_that_a_preposition_governs_is_no_subject(governor):
    assert ends("{subject}供应{object}", f"{governor}[甲厂|Organization]供应[乙厂|Organization]") == []


@pytest.mark.parametrize(
    ("pattern", "readable"),
    [
        ("{subject}(?:供应|供货)给{object}", True),
        ("{subject}(?:采购|订购){object}", False),
        ("{subject}(?:采购|订购)?{object}", True),
        ("{subject}(?:采购|…){object}", True),
        ("{subject}采购{object}|{subject}供应{object}", True),
    ],
)
def test_the_quick_test_asks_for_words_that_must_be_there(pattern, readable):
    sentence = encoded("[甲厂|Organization]供应[乙厂|Organization]")
    assert frame(pattern).may_read(sentence, frozenset(sentence.text)) == readable


def test_the_innermost_region_is_the_last_of_a_row():
    marked = "[甲厂|Organization]位于[福建省|Region/province][宁德市|Region/prefecture]"
    assert ends("{subject}位于{object:innermost}", marked, predicate="locatedIn") == [("甲厂", "宁德市")]


def test_a_gap_does_not_leave_its_clause():
    marked = "[甲厂|Organization]扩产，供应[乙厂|Organization]"
    assert ends("{subject}…供应{object}", marked) == []
    assert ends("{subject}……供应{object}", marked) == [("甲厂", "乙厂")]


def test_a_gap_does_not_pass_over_a_nearer_subject():
    marked = "[甲厂|Organization]说[乙厂|Organization]供应[丙厂|Organization]"
    assert ends("{subject}…供应{object}", marked) == [("乙厂", "丙厂")]


def test_asides_are_left_out():
    assert ends("{subject}供应{object}", "[甲厂|Organization]（原丁厂）供应[乙厂|Organization]") == [("甲厂", "乙厂")]


def test_narrowed_ends_are_checked():
    marked = "[甲局|Organization/government]供应[乙厂|Organization/company]"
    assert ends("{subject}供应{object}", marked, subject=("Organization/company",)) == []


def test_of_two_names_side_by_side_the_last_is_meant():
    marked = "[甲厂|Organization]与[泰国|Region/country][乙厂|Organization]签约"
    assert ends("与{object}…签约", marked, predicate="cooperatesWith") == []
    assert ends("{object}签约", marked, predicate="cooperatesWith") == [("", "乙厂")]


@pytest.mark.parametrize(
    ("pattern", "message"),
    [("{subject}(供应{object}", "compile"), ("{who}供应", "unknown slot"), ("{object:all}", "unknown form")],
)
def test_a_wrong_pattern_is_named(pattern, message):
    with pytest.raises(SchemaError, match=f"frame 'test'.*{message}"):
        frame(pattern)


def test_the_shipped_frames_compile():
    assert len(compile_frames(SCHEMA)) == len(SCHEMA.frames) > 20


@given(st.text(alphabet="甲乙供应，。（）\ue000\uf8f0 5万元今年abc", max_size=40))
def test_text_cannot_pass_for_a_mention(text):
    if text:
        sentence = encode(text, Span(0, len(text)), (), SCHEMA, None)
        assert len(sentence.text) == len(sentence.items)
        for character, item in zip(sentence.text, sentence.items, strict=True):
            assert (item is not None) == ("\ue000" <= character <= "\uf8ff")
