from golden import reading
from hypothesis import given
from hypothesis import strategies as st

from kg.config import load_pipeline
from kg.pipeline import make_pipeline
from kg.schema import load_schema
from kg.text import fold
from kg.traditional import fold_characters, simplified

TEXT = "海嵐銀行向位於福建省寧德市蕉城區的福建雲織電機有限公司授信5300萬元。雲織電機董事長蘇晚舟說，產業發展很快。"
PIPELINE = make_pipeline(load_pipeline(), load_schema())


def test_a_traditional_text_is_read_and_quoted_as_it_stands() -> None:
    (out,), failures = PIPELINE([reading(TEXT)])
    assert failures == []
    assert out.article.text == TEXT
    codes = {group.name: group.adcode for group in out.groups if group.type == "Region"}
    assert codes["寧德市"] == "350900"
    assert codes["蕉城區"] == "350902"
    said = {(claim.subject.text, claim.predicate, claim.object.text) for claim in out.claims}
    assert ("海嵐銀行", "grantsCredit", "福建雲織電機有限公司") in said
    assert ("蘇晚舟", "holdsPosition", "雲織電機") in said
    amounts = [one.text for claim in out.claims for one in claim.qualifiers if one.name == "amount"]
    assert amounts == ["5300萬元"]


def test_everything_of_a_restored_reading_stands_in_the_text() -> None:
    (out,), _ = PIPELINE([reading(TEXT)])
    for mention in (*out.mentions, *(one for group in out.groups for one in group.mentions)):
        assert TEXT[mention.span.start : mention.span.end] == mention.text
    for claim in out.claims:
        for evidence in claim.evidence:
            assert TEXT[evidence.span.start : evidence.span.end] == evidence.quote


def test_a_simplified_text_is_left_as_it_is() -> None:
    text = "著名企业家乾先生在宁德市发表了长篇讲话，介绍企业的发展情况和未来规划。"
    assert simplified(text) is text


def test_names_in_both_scripts_have_one_key() -> None:
    assert fold("興業銀行") == fold("兴业银行")


@given(st.text(max_size=60))
def test_the_length_never_changes(text: str) -> None:
    assert len(simplified(text)) == len(fold_characters(text)) == len(text)
