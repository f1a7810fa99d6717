"""What every registered stage must keep to, whatever the article."""

from functools import cache

import pytest
from small_models import settings_of

from kg.config import load_pipeline
from kg.model import Article, Claim, Mention, Reading, Span
from kg.protocols import Stage
from kg.registry import find_stage, stage_names
from kg.schema import Schema, load_schema

USUAL = "本报福州6月10日电 记者从福建省宁德市蕉城区获悉，海西银行向位于该区的闽东电机有限公司（以下简称“闽东电机”）授信5300万元。该公司董事长陈立新说：“已投放1996万元。”"  # noqa: E501  # one paragraph, as papers write

AWKWARD = {
    "empty": "",
    "one character": "市",
    "one mark": "”",
    "quotes in quotes": "市长说：“他说：‘我们说：“海西银行说：‘支持”’’。”“”‘’“",
    "outside the basic plane": "𠮷林省𠮷野家有限公司董事长𠮷田一郎说，𠮷林银行授信𠮷兴公司3亿元。🏭福州市🏭",
    "20,000 characters": (USUAL * (20_000 // len(USUAL) + 1))[:20_000],
    "one long sentence": "福州市与泉州市、" * 600,
    "mixed scripts": "Fuzhou福州CITYのАлтай省한국産業有限公司 Ltd.（ＡＢＣ１２３）ไทย العربية授信$5亿元",
    "control characters": "福\x00州\x01市\x0b海西\x1b[31m银行\x7f授信\u202e5300万元\u200b。\ufeff",
    "only newlines": "\n" * 50,
    "only white space": " \u3000\t\r\n\u00a0\u2028\u2029 ",
    "private use": "\ue000福州市\uf8ff委书记\U000f0000说，\ue5e5海西\ue5e6银行。",
    "windows lines": "福州市\r\n海西银行\r\n授信5亿元。\r\n",
    "no end": "福建省宁德市",
    "brackets": "（（（福州市（《“海西银行”》）【】〔",
    "figures": "9" * 400 + "亿元，" + "1." * 200 + "亿元，零〇两亿元，2025年13月45日",
    "patterns": r"(福州市)+.*?[海西银行]{1,9}\d$^|\\ {subject}授信{object} %s",
    "repeats": "海西银行" * 300,
    "usual": USUAL,
}


@cache
def _schema() -> Schema:
    return load_schema()


def _make(stage: str) -> Stage:
    return find_stage(stage).make(_schema(), settings_of(stage))


def _article(name: str) -> Article:
    return Article(id=f"{name}/1", document=name, number=1, text=AWKWARD[name], title="标题", date="2025-06-10")


@cache
def _before(stage: str) -> list[Reading]:
    """The awkward articles as the stage gets them: read by the stages of the default pipeline before it.

    A stage that is not in the default pipeline gets sentences.
    """
    readings = [Reading(_article(name)) for name in AWKWARD]
    steps = [step.use for step in load_pipeline().stages]
    for step in steps[: steps.index(stage)] if stage in steps else ["split"] * (stage != "split"):
        readings = list(_make(step)(readings))
    return readings


@cache
def _after(stage: str) -> list[Reading]:
    return list(_make(stage)(_before(stage)))


def _is_in_text(mention: Mention, text: str) -> bool:
    return mention.text == text[mention.span.start : mention.span.end] and mention.span.end <= len(text)


def _ends(claim: Claim) -> list[Mention]:
    return [end for end in (claim.subject, claim.object) if isinstance(end, Mention)]


pytestmark = pytest.mark.parametrize("stage", stage_names())


def test_as_many_readings_come_out_each_with_its_article(stage: str) -> None:
    assert [reading.article for reading in _after(stage)] == [reading.article for reading in _before(stage)]


def test_what_is_not_declared_as_added_stays(stage: str) -> None:
    adds = find_stage(stage).adds
    for before, after in zip(_before(stage), _after(stage), strict=True):
        for part in {"sentences", "mentions", "groups", "references", "claims"} - set(adds):
            assert getattr(after, part) == getattr(before, part), part


def test_offsets_match_the_text(stage: str) -> None:
    for reading in _after(stage):
        text = reading.article.text
        found = [*reading.mentions, *(mention for group in reading.groups for mention in group.mentions)]
        assert all(_is_in_text(mention, text) for mention in found)
        assert all(text[ref.span.start : ref.span.end] == ref.text for ref in reading.references)
        for claim in reading.claims:
            assert claim.evidence
            assert all(item.quote == text[item.span.start : item.span.end] for item in claim.evidence)
            assert all(_is_in_text(mention, text) for mention in _ends(claim))


def test_types_are_those_of_the_schema(stage: str) -> None:
    schema = _schema()
    for reading in _after(stage):
        for mention in reading.mentions:
            assert mention.subtype is None or mention.subtype in schema.types[mention.type].subtypes
            assert 0 <= mention.score <= 1
        for claim in reading.claims:
            target = claim.object.type if isinstance(claim.object, Mention) else "text"
            assert schema.allows(claim.predicate, claim.subject.type, target)
            assert {q.name for q in claim.qualifiers} <= set(schema.predicates[claim.predicate].qualifiers)
            assert 0 <= claim.score <= 1


def test_groups_and_claims_rest_on_mentions_of_the_reading(stage: str) -> None:
    for reading in _after(stage):
        mentions = set(reading.mentions)
        assert all(mention in mentions for group in reading.groups for mention in group.mentions)
        assert all(end in mentions for claim in reading.claims for end in _ends(claim))


def test_the_same_answer_comes_twice(stage: str) -> None:
    assert list(_make(stage)(_before(stage))) == _after(stage)


def test_the_same_answer_comes_singly_and_in_any_order(stage: str) -> None:
    made = _make(stage)
    singly = [made([reading])[0] for reading in reversed(_before(stage))]
    assert singly[::-1] == _after(stage)


def test_no_articles_give_no_readings(stage: str) -> None:
    assert list(_make(stage)([])) == []


def test_spans_are_never_empty(stage: str) -> None:
    for reading in _after(stage):
        spans = [*reading.sentences, *(mention.span for mention in reading.mentions)]
        assert all(isinstance(span, Span) and len(span) > 0 for span in spans)
