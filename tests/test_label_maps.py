"""Another toolkit's labels become types and subtypes; what a map does not name is refused."""

from pathlib import Path

import pytest

from kg.errors import ConfigError
from kg.label_maps import load_label_map
from kg.schema import load_schema

SCHEMA = load_schema()


def kind(label: str, name: str, source: str = "default") -> tuple[str, str | None] | None:
    mention = load_label_map(source, SCHEMA).mention(name, 0, len(name), label, finder="test", score=0.7)
    return (mention.type, mention.subtype) if mention is not None else None


@pytest.mark.parametrize(
    ("label", "name", "expected"),
    [
        ("PERSON", "林知远", ("Person", None)),
        ("ORG", "海岚银行", ("Organization", "financial_institution")),
        ("NT", "云织鞋服有限公司", ("Organization", "company")),
        ("nt", "蓝屿", ("Organization", None)),  # the name shows no subtype
        ("GPE", "宁德市", ("Region", "prefecture")),
        ("ns", "福 建\n省", ("Region", "province")),  # line breaks stand in names of a page that was not repaired
        ("LOC", "云水湾", ("Region", None)),
        ("FAC", "福州长乐国际机场", ("Region", "site")),
        ("LAW", "福建省优化营商环境条例", ("Program", "plan")),
        ("government", "市发改委", ("Organization", "government")),
        ("Organization/hospital", "青禾", ("Organization", "hospital")),  # the schema's own
        ("Industry", "纺织鞋服", ("Industry", None)),
        ("DATE", "去年", None),
        ("CARDINAL", "三", None),
    ],
)
def test_a_label_becomes_a_type_and_the_name_shows_its_subtype(
    label: str, name: str, expected: tuple[str, str | None] | None
) -> None:
    assert kind(label, name) == expected


def test_white_space_at_the_ends_is_no_part_of_a_name() -> None:
    labels = load_label_map("default", SCHEMA)
    mention = labels.mention("在\n 宁德市　，", 1, 7, "GPE", finder="test", score=0.7)
    assert mention is not None
    assert (mention.span.start, mention.span.end, mention.text) == (3, 6, "宁德市")
    assert labels.mention("甲 \n乙", 1, 3, "GPE", finder="test", score=0.7) is None


def test_a_label_that_the_map_does_not_name_is_refused() -> None:
    labels = load_label_map("default", SCHEMA)
    labels.check({"PER", "DATE"}, model="a model")
    with pytest.raises(ConfigError, match="default does not name the labels DISEASE, DRUG of a model; give a map"):
        labels.check({"PER", "DRUG", "DISEASE"}, model="a model")
    with pytest.raises(ConfigError, match="default does not name the label DRUG of test"):
        kind("DRUG", "青蒿素")


def test_a_map_of_ones_own(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_text('ignore = ["DRUG"]\n[labels]\nFIRM = "Organization/company"\n', encoding="utf-8")
    assert kind("FIRM", "蓝屿", str(own)) == ("Organization", "company")
    assert kind("DRUG", "青蒿素", str(own)) is None
    with pytest.raises(ConfigError, match="does not name the label PERSON"):
        kind("PERSON", "林知远", str(own))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('[labels]\nPER = "Human"\n', "PER = 'Human' is no type of the schema"),
        ('[labels]\nPER = "Person/boss"\n', "PER = 'Person/boss' is no type of the schema"),
        ("[labels]\nPER = []\n", r"PER = \[\] is no type of the schema"),
        ('ignore = ["PER"]\n[labels]\nPER = "Person"\n', "PER is both in labels and in ignore"),
        ('PER = "Person"\n', "not a label map; it holds a table"),
        ("labels = [", "not a label map"),
    ],
)
def test_a_map_that_is_none_is_refused_with_its_file(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "map.toml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(ConfigError, match=message) as error:
        load_label_map(path, SCHEMA)
    assert str(path) in str(error.value)


def test_a_map_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="ontonotes: no such label map; give a file, or one of: default"):
        load_label_map("ontonotes", SCHEMA)
