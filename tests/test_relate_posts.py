"""Posts read from sentences whose mentions are marked. People and companies are invented."""

from dataclasses import replace

import pytest
from golden import parse, reading
from hypothesis import given
from hypothesis import strategies as st

from kg.model import Group, Reading, Reference, Span
from kg.schema import load_schema
from kg.stages.relate_posts import make

SCHEMA = load_schema()
RELATE = make(schema=SCHEMA)

ROWS = [
    # further clauses about one person
    (
        "[罗明远|Person]曾在外省工作，历任[远帆公司|Organization/company]总经理、"
        "[兴海银行|Organization/financial_institution]董事长等职。",
        [("罗明远", "远帆公司", "总经理"), ("罗明远", "兴海银行", "董事长")],
    ),
    (
        "[罗明远|Person]去年回乡，[郑岚|Person]也来了，现任[远帆公司|Organization/company]总经理。",
        [("郑岚", "远帆公司", "总经理")],
    ),
    # body and title before the name
    ("[远帆公司|Organization/company]董事长[罗明远|Person]说。", [("罗明远", "远帆公司", "董事长")]),
    (
        "[兴海银行|Organization/financial_institution]党委书记、董事长[罗明远|Person]说。",
        [("罗明远", "兴海银行", "党委书记、董事长")],
    ),
    ("[远帆公司|Organization/company]董事长兼总裁[罗明远|Person]说。", [("罗明远", "远帆公司", "董事长兼总裁")]),
    ("[福安市|Region/county]市长[李平远|Person]说。", [("李平远", "福安市", "市长")]),
    ("[青溪村|Region/village]村主任[李平远|Person]说。", [("李平远", "青溪村", "村主任")]),
    ("[日本|Region/country]驻华大使[石田一郎|Person]出席。", [("石田一郎", "日本", "驻华大使")]),
    ("[宁夏回族自治区|Region/province]副主席[李平远|Person]说。", [("李平远", "宁夏回族自治区", "副主席")]),
    ("[福安市委|Organization/party]书记[李平远|Person]说。", [("李平远", "福安市委", "书记")]),
    ("[远帆公司|Organization/company]原董事长[罗明远|Person]被查。", [("罗明远", "远帆公司", "原董事长")]),
    ("[省委宣传部|Organization/party]副部长（兼）[罗明|Person]说。", [("罗明", "省委宣传部", "副部长（兼）")]),
    ("[远帆公司|Organization/company]的董事长[罗明远|Person]说。", [("罗明远", "远帆公司", "董事长")]),
    ("担任[远帆公司|Organization/company]董事长的[罗明远|Person]说。", [("罗明远", "远帆公司", "董事长")]),
    ("[远帆机电有限公司|Organization/company]（以下简称远帆）董事长[罗明|Person]说。",
     [("罗明", "远帆机电有限公司", "董事长")]),
    # departments go into the title
    (
        "[远帆公司|Organization/company]厨卫事业部总经理[罗明远|Person]说。",
        [("罗明远", "远帆公司", "厨卫事业部总经理")],
    ),
    ("[远帆大学|Organization/university]金融系教授[沈知秋|Person]认为。", [("沈知秋", "远帆大学", "金融系教授")]),
    (
        "[远帆公司|Organization/company][中国|Region/country]区总裁[罗明远|Person]说。",
        [("罗明远", "远帆公司", "中国区总裁")],
    ),
    # several bodies
    ("[远帆公司|Organization/company]董事长、远山酒庄创始人[罗明远|Person]说。", [("罗明远", "远帆公司", "董事长")]),
    (
        "[福安市委|Organization/party]副书记、市长[李平远|Person]说，[福安市|Region/county]变了。",
        [("李平远", "福安市", "市长"), ("李平远", "福安市委", "副书记")],
    ),
    ("[福安市委|Organization/party]副书记、市长[李平远|Person]说。", [("李平远", "福安市委", "副书记")]),
    (
        "[省商会|Organization/association]副会长、[远帆公司|Organization/company]董事长[罗明远|Person]说。",
        [("罗明远", "省商会", "副会长"), ("罗明远", "远帆公司", "董事长")],
    ),
    (
        "[福安市科委|Organization/government]、[福安园区管委会|Organization/government]副主任[李平远|Person]说。",
        [("李平远", "福安园区管委会", "副主任"), ("李平远", "福安市科委", "副主任")],
    ),
    # several people
    (
        "[远帆公司|Organization/company]董事长[罗明远|Person]、总经理[郑岚|Person]出席。",
        [("罗明远", "远帆公司", "董事长"), ("郑岚", "远帆公司", "总经理")],
    ),
    (
        "[东海日报|Organization/media]记者[罗青|Person]、[周立|Person]采写。",
        [("周立", "东海日报", "记者"), ("罗青", "东海日报", "记者")],
    ),
    ("《[东海日报|Organization/media]》报记者[罗青|Person]采写。", [("罗青", "东海日报", "记者")]),
    # the name first
    ("[罗明远|Person]，[远帆公司|Organization/company]董事长，出生于1970年。", [("罗明远", "远帆公司", "董事长")]),
    ("[罗明远|Person]（[远帆公司|Organization/company]总经理）说。", [("罗明远", "远帆公司", "总经理")]),
    ("[罗明远|Person]担任[省商会|Organization/association]会长。", [("罗明远", "省商会", "会长")]),
    ("[罗明远|Person]任[福安市|Region/county]副市长、[省商会|Organization/association]会长。",
     [("罗明远", "省商会", "会长"), ("罗明远", "福安市", "副市长")]),
    ("[远帆公司|Organization/company]总经理由[郑岚|Person]担任。", [("郑岚", "远帆公司", "总经理")]),
    ("[远帆公司|Organization/company]的法定代表人为[郑岚|Person]。", [("郑岚", "远帆公司", "法定代表人")]),
    # the same once only
    (
        "[远帆公司|Organization/company]董事长[罗明远|Person]说。[远帆公司|Organization/company]董事长[罗明远|Person]走了。",
        [("罗明远", "远帆公司", "董事长")],
    ),
    # nothing is said
    ("[福安市|Region/county]企业家[罗明远|Person]说。", []),
    ("[福安市|Region/county]村民[罗明远|Person]说。", []),
    ("[远帆公司|Organization/company]发布消息，董事长[罗明远|Person]说。", []),
    ("[远帆公司|Organization/company]客户[罗明远|Person]说。", []),
    ("[中新网|Organization/media]福州5月2日电(记者[罗青|Person])", []),
    ("[罗明远|Person]不再担任[省商会|Organization/association]会长。", []),
    (
        "出席的有[罗明远|Person]，[远帆公司|Organization/company]董事长[郑岚|Person]。",
        [("郑岚", "远帆公司", "董事长")],
    ),
    ("[罗明远|Person]参观[远帆公司|Organization/company]董事长办公室。", []),
    ("[远帆计划|Program/plan]负责人[罗明远|Person]说。", []),
]  # fmt: skip


def posts(row: Reading) -> list[tuple[str, str, str]]:
    claims = RELATE([row])[0].claims
    return sorted(
        (c.subject.text, c.object if isinstance(c.object, str) else c.object.text, c.qualifiers[0].text) for c in claims
    )


@pytest.mark.parametrize(("row", "expected"), ROWS)
def test_posts_are_read(row: str, expected: list[tuple[str, str, str]]) -> None:
    assert posts(reading(*parse(row))) == sorted(expected)


def test_claims_quote_their_sentence_and_carry_the_title() -> None:
    text, mentions = parse("开头。[远帆公司|Organization/company]董事长[罗明远|Person]说。结尾。")
    (claim,) = RELATE([reading(text, mentions)])[0].claims
    assert (claim.predicate, claim.modality, claim.reader) == ("holdsPosition", "done", "relate_posts")
    assert [evidence.quote for evidence in claim.evidence] == ["远帆公司董事长罗明远说。"]
    assert [(q.name, q.text) for q in claim.qualifiers] == [("title", "董事长")]


def test_a_post_to_come_is_planned() -> None:
    text, mentions = parse("[罗明远|Person]拟任[省商会|Organization/association]会长。")
    (claim,) = RELATE([reading(text, mentions)])[0].claims
    assert claim.modality == "planned"


def test_a_reference_brings_the_sentence_of_its_antecedent() -> None:
    text, mentions = parse("[远帆公司|Organization/company]增产。该公司总经理助理[郑岚|Person]说。")
    at = text.index("该公司")
    reference = Reference(Span(at, at + 3), "该公司", mentions[0], "the topic", 0.85)
    (claim,) = RELATE([replace(reading(text, mentions), references=(reference,))])[0].claims
    assert (claim.subject.text, claim.object) == ("郑岚", mentions[0])
    assert claim.qualifiers[0].text == "总经理助理"
    assert [evidence.quote for evidence in claim.evidence] == ["该公司总经理助理郑岚说。", "远帆公司增产。"]
    assert claim.score == 0.85


def test_one_claim_for_the_names_of_one_group() -> None:
    text, mentions = parse(
        "[远帆机电公司|Organization/company]董事长[罗明远|Person]说。[远帆|Organization/company]董事长[罗明远|Person]走了。"
    )
    bodies = tuple(m for m in mentions if m.type == "Organization")
    group = Group("g", "Organization", "company", "远帆机电公司", bodies, None, "short name")
    assert len(RELATE([replace(reading(text, mentions), groups=(group,))])[0].claims) == 1
    assert len(RELATE([reading(text, mentions)])[0].claims) == 2


def test_a_schema_without_the_predicate_gives_no_claims() -> None:
    narrow = replace(SCHEMA, predicates={k: v for k, v in SCHEMA.predicates.items() if k != "holdsPosition"})
    text, mentions = parse("[远帆公司|Organization/company]董事长[罗明远|Person]说。")
    assert make(schema=narrow)([reading(text, mentions)])[0].claims == ()


def test_the_object_is_of_a_type_that_the_schema_allows() -> None:
    predicate = replace(SCHEMA.predicates["holdsPosition"], range=frozenset({"Region"}))
    narrow = replace(SCHEMA, predicates={**SCHEMA.predicates, "holdsPosition": predicate})
    text, mentions = parse("[远帆公司|Organization/company]董事长[罗明远|Person]说。")
    assert make(schema=narrow)([reading(text, mentions)])[0].claims == ()


PIECES = st.lists(
    st.sampled_from(
        ["[远帆公司|Organization/company]", "[福安市|Region/county]", "[福安市委|Organization/party]",
         "[罗明远|Person]", "[郑岚|Person]", "董事长", "副市长",
         "、", "，", "。", "由", "担任", "的", "（", "）", "兼", "驻", "\n", "任"]
    ), max_size=14,
)  # fmt: skip


@given(PIECES)
def test_claims_rest_on_the_text_whatever_it_is(pieces: list[str]) -> None:
    text, mentions = parse("".join(pieces))
    for claim in RELATE([reading(text, mentions)])[0].claims:
        assert claim.subject.type == "Person"
        assert not isinstance(claim.object, str)
        assert SCHEMA.allows(claim.predicate, claim.subject.type, claim.object.type)
        assert claim.qualifiers[0].text in text
        assert all(text[e.span.start : e.span.end] == e.quote for e in claim.evidence)
