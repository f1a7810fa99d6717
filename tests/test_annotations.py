"""Readings in the exchange form: entities in text order, claims as facts, nothing denied."""

from dataclasses import replace

from golden import parse, reading

from kg.claims import make_claim
from kg.export.annotations import to_annotation
from kg.ids import group_id
from kg.model import Group, Mention, Qualifier, Reading

TEXT, MENTIONS = parse(
    "[海西银行|Organization/financial_institution]将向[福建闽东启明电机有限公司|Organization/company]授信5300万元，"
    "[启明电机|Organization/company]位于[福安市|Region/county]。"
)
BANK, COMPANY, SHORT, CITY = MENTIONS


def _group(*mentions: Mention, adcode: str | None = None) -> Group:
    first = mentions[0]
    return Group(
        group_id("d/1", first.span.start), first.type, first.subtype, first.text, mentions, adcode, "written for a test"
    )


def _reading(**changes: object) -> Reading:
    read = reading(TEXT, MENTIONS)
    groups = (_group(BANK), _group(COMPANY, SHORT), _group(CITY, adcode="350981"))
    return replace(read, groups=groups, **changes)


def test_entities_are_the_groups_in_text_order() -> None:
    annotated = to_annotation(_reading(), name="a")
    assert annotated["id"] == "a"
    assert [mention["entity"] for mention in annotated["mentions"]] == ["e1", "e2", "e2", "e3"]
    assert all(TEXT[m["start"] : m["end"]] == m["text"] for m in annotated["mentions"])
    assert annotated["entities"][1] == {
        "id": "e2", "type": "Organization", "subtype": "company", "name": "福建闽东启明电机有限公司",
        "aliases": ["福建闽东启明电机有限公司", "启明电机"],
    }  # fmt: skip
    assert annotated["entities"][2]["adcode"] == "350981"


def test_a_mention_without_a_group_stands_alone() -> None:
    annotated = to_annotation(replace(_reading(), groups=(_group(CITY, adcode="350981"),)))
    assert [entity["name"] for entity in annotated["entities"]] == [mention.text for mention in MENTIONS]


def test_claims_are_facts_once_and_denied_ones_are_left_out() -> None:
    read = _reading()
    sentence = read.sentences[0]
    amount = Qualifier("amount", "5300万元", (("bound", "exact"), ("value", 53_000_000)))

    def claim(object_: Mention, **more: object) -> object:
        settings = {"evidence": [sentence], "reader": "test", "score": 0.8, "qualifiers": [amount], **more}
        return make_claim(read.article, BANK, "grantsCredit", object_, **settings)

    claims = (
        claim(COMPANY, modality="planned"),
        claim(SHORT, modality="planned"),  # the same entity: the same fact
        claim(COMPANY, polarity="denied"),
        make_claim(
            read.article,
            SHORT,
            "locatedIn",
            CITY,
            evidence=[sentence],
            reader="test",
            score=0.9,
            qualifiers=[Qualifier("date", "去年")],
        ),
    )
    credit, place = to_annotation(replace(read, claims=claims))["facts"]
    assert credit == {
        "subject": "e1", "predicate": "grantsCredit", "object": "e2",
        "qualifiers": {"amount": {"text": "5300万元", "bound": "exact", "value": 53_000_000}, "modality": "planned"},
        "evidence": [sentence.start, sentence.end], "score": 0.8,
    }  # fmt: skip
    assert (place["subject"], place["object"]) == ("e2", "e3")
    assert place["qualifiers"] == {"date": "去年"}


def test_an_object_that_is_text_stays_text() -> None:
    read = _reading()
    claim = make_claim(
        read.article, COMPANY, "hasTitle", "专精特新企业", evidence=read.sentences[:1], reader="test", score=0.7
    )
    (fact,) = to_annotation(replace(read, claims=(claim,)))["facts"]
    assert fact["object"] == "专精特新企业"
