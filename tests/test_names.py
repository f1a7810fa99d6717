"""Personal names and titles: shapes, ends, bylines, runs of titles."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.bylines import byline_names
from kg.model import Mention, Span
from kg.names import follow_weight, foreign_names, name_ends, name_lexicon, shape_weight, split_names, surname_at
from kg.posts import post_subtype
from kg.titles import title_before, title_heads, title_pieces, titles_before


@pytest.mark.parametrize(
    ("text", "surname"),
    [("欧阳明远说", "欧阳"), ("陈明远说", "陈"), ("习近平", "习"), ("司马青", "司马"), ("的确", None), ("", None)],
)
def test_a_compound_surname_comes_before_a_single_one(text: str, surname: str | None) -> None:
    assert surname_at(text, 0) == surname


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("罗明介绍，", "罗明"),
        ("罗明远介绍，", "罗明远"),
        ("罗明在会上", "罗明"),
        ("罗从远表示", "罗从远"),
        ("欧阳明远说", "欧阳明远"),
        ("罗明对《日报》说", "罗明"),
        ("罗明也认为", "罗明"),
        ("张某某的", "张某某"),
    ],
)
def test_what_follows_decides_where_a_name_ends(text: str, name: str) -> None:
    assert text[: name_ends(text, 0, len(text))[0][1]] == name


@pytest.mark.parametrize("text", ["高水平开放", "方面，", "和平，", "张家港，", "安全，", "金融，", "的士"])
def test_ordinary_words_have_no_name_in_them(text: str) -> None:
    assert all(weight < 3.8 for weight, _ in name_ends(text, 0, len(text)))


def test_given_names_hold_no_function_words() -> None:
    assert shape_weight("罗的", "罗") < 0 < shape_weight("罗明", "罗") < shape_weight("罗明远", "罗")


def test_a_rare_surname_weighs_less_than_a_common_one() -> None:
    assert shape_weight("来明", "来") < shape_weight("楚明", "楚") < shape_weight("王明", "王")


@pytest.mark.parametrize(
    ("text", "weight"), [("，", 3.0), ("表示", 3.0), ("来到", 2.0), ("的", 1.0), ("7月", 2.0), ("远见", 0.0), ("", 3.0)]
)
def test_what_follows_a_name_has_a_weight(text: str, weight: float) -> None:
    assert follow_weight(text, 0) == weight


@pytest.mark.parametrize(
    ("run", "names"),
    [
        ("陈明远李晓", ["陈明远", "李晓"]),
        ("罗青王小河周立", ["罗青", "王小河", "周立"]),
        ("欧阳明远", ["欧阳明远"]),
        ("央视网", []),
    ],
)
def test_names_without_separators_are_divided(run: str, names: list[str]) -> None:
    assert [run[start:end] for start, end in split_names(run, 0, len(run))] == names


@given(st.text(alphabet="王李欧阳明远的说、 ，丨a", max_size=12))
def test_a_divided_run_leaves_nothing_over(run: str) -> None:
    names = split_names(run, 0, len(run))
    assert names == [] or "".join(run[start:end] for start, end in names) == run


@given(st.text(max_size=30), st.integers(0, 30))
def test_ends_lie_behind_their_start(text: str, start: int) -> None:
    assert all(start + 2 <= end <= len(text) for _, end in name_ends(text, start, len(text)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("安东尼·史密斯表示，", "安东尼·史密斯"),
        ("阿依古丽·买买提说", "阿依古丽·买买提"),
        ("马丁·洛佩斯在致辞中", "马丁·洛佩斯"),
        ("没有间隔号", None),
    ],
)
def test_foreign_names_end_where_a_word_follows(text: str, name: str | None) -> None:
    assert [text[start:end] for start, end in foreign_names(text)] == ([name] if name else [])


@given(st.text(alphabet="王安东尼·史密斯-A说 。", max_size=30))
def test_foreign_names_hold_a_point_between_parts(text: str) -> None:
    for start, end in foreign_names(text):
        assert 0 <= start < end <= len(text)
        assert not text[start:end].startswith("·")


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("中新社福州5月2日电（记者 陈明远 李晓）今天", {"陈明远": "reporter", "李晓": "reporter"}),
        ("新华社福州5月2日电（陈明远李晓）今天", {"陈明远": "reporter", "李晓": "reporter"}),
        ("本报讯（记者罗青 通讯员王小河）", {"罗青": "reporter", "王小河": "reporter"}),
        ("编导｜罗青王小河\n摄像｜周立", {"罗青": "other", "王小河": "other", "周立": "other"}),
        ("记者：罗青 编辑：周立", {"罗青": "reporter", "周立": "other"}),
        ("摄像丨罗青\n航拍丨周立", {"罗青": "other", "周立": "other"}),
        ("题：山乡新貌\n作者 罗青\n正文", {"罗青": "reporter"}),
        ("全文结束。\n罗青、周立\n", {"罗青": "reporter", "周立": "reporter"}),
        ("全文结束。（罗青）", {"罗青": "reporter"}),
        ("（以下简称远帆机电）", {}),
        ("（人民日报海外版）", {}),
        ("记者：随着经济发展，企业怎么办？", {}),
        ("高质量发展\n", {}),
    ],
)
def test_bylines_name_their_authors(text: str, names: dict[str, str]) -> None:
    assert {text[start:end]: subtype for start, end, subtype in byline_names(text)} == names


@given(st.text(alphabet="记者编导：｜（）电王李明远青、 \n文摄", max_size=40))
def test_bylines_stay_within_the_text(text: str) -> None:
    for start, end, _ in byline_names(text):
        assert 0 <= start < end <= len(text)
        assert text[start:end].strip() == text[start:end]


@pytest.mark.parametrize(
    ("text", "title", "kind"),
    [
        ("该厂常务副厂长", "常务副厂长", "executive"),
        ("市财政局原副局长", "原副局长", "official"),
        ("公司首席执行官", "首席执行官", "executive"),
        ("大学教授", "教授", "expert"),
        ("本报记者", "本报记者", "reporter"),
        ("村民", "村民", "citizen"),
        ("党组书记", "党组书记", "officer"),
        ("发展", None, None),
    ],
)
def test_the_title_at_an_end(text: str, title: str | None, kind: str | None) -> None:
    found = title_before(text, len(text))
    assert (found and text[found.start : found.end]) == title
    assert (found and found.head.kind) == kind


def test_a_run_of_titles_keeps_its_parts() -> None:
    text = "某公司党委书记、董事长兼总经理"
    run = titles_before(text, len(text))
    assert run is not None
    assert text[run.start : run.end] == "党委书记、董事长兼总经理"
    assert [text[part.start : part.end] for part in run.parts] == ["党委书记", "董事长", "总经理"]
    assert titles_before(text, 3) is None


@pytest.mark.parametrize(
    ("text", "pieces"),
    [
        ("厨卫事业部总经理", ["厨卫事业部总经理"]),
        ("统战部部长、副市长", ["统战部部长", "副市长"]),
        ("董事长兼总裁", ["董事长", "总裁"]),
        ("副部长（兼）", ["副部长（兼）"]),
        ("董事长、远山酒庄创始人", ["董事长"]),
        ("宣布了局长", []),
        ("电（记者", []),
        ("发展、局长", []),
    ],
)
def test_a_title_with_departments_divides_into_pieces(text: str, pieces: list[str]) -> None:
    assert [text[piece.start : piece.end] for piece in title_pieces(text, 0, len(text))] == pieces


@given(st.text(alphabet="副党委书记、兼董事长（）和部的县", max_size=20))
def test_titles_cover_what_they_were_read_from(text: str) -> None:
    run = titles_before(text, len(text))
    assert run is None or (0 <= run.start < run.end == len(text) and run.parts[-1].end == len(text))
    pieces = title_pieces(text, 0, len(text)) if text else []
    assert not pieces or (pieces[0].start == 0 and pieces[-1].end <= len(text))


@pytest.mark.parametrize(
    ("before", "subtype", "expected"),
    [
        ("远帆公司党委书记", "company", "executive"),
        ("远帆公司工程部负责人", "company", "executive"),
        ("县发改委主任", "government", "official"),
        ("县发改委党组书记", None, "official"),
        ("远帆大学教授", "university", "expert"),
        ("市政府技术总监", "government", "official"),
        ("县一中校长", "government", "executive"),
        ("省商会会长", None, "executive"),
    ],
)
def test_the_subtype_of_an_officer_is_that_of_the_body(before: str, subtype: str | None, expected: str) -> None:
    run = titles_before(before, len(before))
    assert run is not None
    bodies = {}
    if subtype is not None:
        end = next(before.index(head) + len(head) for head in ("公司", "委", "大学", "政府", "一中") if head in before)
        bodies[end] = Mention(Span(0, end), before[:end], "Organization", subtype, "gold", 1.0)
    assert post_subtype(before, run, bodies) == expected


def test_the_shipped_lists_are_sound() -> None:
    lexicon = name_lexicon()
    assert set(lexicon.surnames.values()) == {1, 2, 3}
    assert max(map(len, lexicon.surnames)) == 2
    assert not lexicon.given & lexicon.never
    kinds = {"official", "executive", "expert", "reporter", "citizen", "other", "officer"}
    assert {head.kind for head in title_heads().values()} == kinds
